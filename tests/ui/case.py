# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done to the case itself from the bench: refused after the fact, its report withdrawn."""
import json
import pathlib
import subprocess
import tempfile
import time

import driver
from driver import Window, result

PIN = "4826"


class Clinic:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    def __call__(self, *arguments):
        words = [driver.CLI, "-j", "-c", str(self.folder), "-u", "admin", "-p", "0", *map(str, arguments)]
        done = subprocess.run(words, input=driver.PASSPHRASE + "\n", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def case(self, family: str, *tests: str) -> str:
        patient = self("patient", "add", "--given", "Test", "--family", family, "--sex", "female", "--born", "34y",
                       "--new-person")["uuid"]
        return self("specimen", "accept", patient, "--tests", ",".join(tests))["accession"]

    def finish(self, specimen: str, haemoglobin: int) -> None:
        for analyte, value in (("hb", haemoglobin), ("wbc", 7.2), ("plt", 210)):
            self("result", specimen, analyte, value, "--source", "HemoCue")
        self("count", specimen, "seg:60", "lym:30", "mono:6", "eos:3", "baso:1", "--close")


def open_case(window, specimen: str) -> None:
    window.wait("Search or Scan")
    window.key("alt+5")
    window.wait(specimen)
    window.click(None, specimen)
    window.key("Return")
    window.wait_gone("Search or Scan")
    window.wait(specimen)


def leave(window) -> None:
    window.key("alt+Left")
    window.wait("Search or Scan")


def type_new_pin(window) -> None:
    window.wait("You have no PIN yet")
    window.tab_to("Passphrase")
    window.type(driver.PASSPHRASE)
    window.tab_to("New PIN (four to eight digits)")
    window.type(PIN)
    window.tab_to("New PIN Again")
    window.type(PIN)
    window.key("Return")


def reject(window, specimen: str) -> None:
    open_case(window, specimen)
    window.key("F3")
    window.wait("100 of 100")
    window.key("ctrl+r")
    window.wait("Reject the Specimen?")
    window.shot("case-reject")
    window.key("alt+r")
    window.wait("Rejected: Clotted")
    window.wait("rejected after this report was signed")
    window.shot("case-rejected")
    window.key("ctrl+r")
    result(not window.comes("Reject the Specimen?", 1), "what was rejected is not rejected again")
    window.key("alt+w")
    type_new_pin(window)
    window.wait("Version 2, Cancelled", 30)
    window.shot("case-cancelled")
    leave(window)


def nobody_answers(window, specimen: str) -> None:
    open_case(window, specimen)
    window.key("F7", "ctrl+Return")
    window.wait("Critical Call")
    window.tab_to("Nobody was reached")
    window.key("space")
    window.wait("Who was tried")
    window.tab_to("Who was tried")
    window.key("ctrl+a")
    window.type("Ward 3")
    window.shot("case-not-reached")
    window.key("ctrl+Return")
    window.wait("Ward 3 was not reached")
    window.key("ctrl+Return")
    window.wait("stays under Critical until somebody is told")
    window.shot("case-sign-untold")
    window.tab_to("PIN")
    window.type(PIN)
    window.key("Return")
    window.wait("Version 1, Final", 30)
    window.shot("case-untold")
    leave(window)
    window.wait("1 case is signed with a critical value that nobody has been told")
    window.shot("worklist-untold")
    result(True, "signed with who was tried; the worklist asks for the call")
    open_case(window, specimen)
    window.key("F7")
    window.wait("was not reached")
    window.key("ctrl+k")
    window.wait("Critical Call")
    window.tab_to("Who was told")
    window.key("ctrl+a")
    window.type("Dr Kiprono")
    window.tab_to("They read it back")
    window.key("space", "ctrl+Return")
    window.wait("Dr Kiprono was told")
    window.wait("Version 1, Final")
    result(not window.says("has to be signed anew"), "what was signed stays signed when the call is made")
    leave(window)
    window.wait_gone("nobody has been told")
    result(True, "told at last: the worklist asks no more")


def is_typed(window, text: str) -> bool:
    return any(text in typed for typed in window.entries())


def discard_amendment(window, specimen: str) -> None:
    """Of the case that was told at last."""
    open_case(window, specimen)
    window.key("F7")
    window.wait("Version 1, Final")
    window.key("alt+a")
    window.wait("stays as it is")
    window.type("Not meant.")
    time.sleep(1.5)
    result(is_typed(window, "Not meant."), "an amendment is begun")
    window.shot("case-amending")
    window.key("alt+d")
    window.wait("The amendment is discarded")
    # While the toast is there.
    window.key("ctrl+z")
    window.until(lambda: is_typed(window, "Not meant."), "the comment")
    window.wait("has to be signed anew")
    result(True, "what was discarded comes back with Ctrl+Z")
    window.key("alt+d")
    window.wait("Signed by")
    window.shot("case-discarded")
    result(not is_typed(window, "Not meant.") and window.says("Amend or Correct…"), "a discarded amendment is gone")
    leave(window)


def missing_objective(window, specimen: str) -> None:
    """The one that was used last is there no more: none stands in for it."""
    open_case(window, specimen)
    window.key("F2")
    window.wait("without it nothing is measured")
    window.shot("case-no-objective")
    result(not window.says("not calibrated"), "no other objective is taken for the one that is gone")
    leave(window)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        clinic = Clinic(driver.demo_clinic(base))
        clotted = clinic.case("Clotted", "diff", "cbc")
        clinic.finish(clotted, 132)
        clinic("report", "sign", clotted, "--status", "preliminary")
        grave = clinic.case("Grave", "diff", "cbc")
        clinic.finish(grave, 45)
        clinic("objective", "set", "x100 oil", "--magnification", 100, "--oil", "--retire")
        with Window(clinic.folder, name="case") as window:
            window.sign_in()
            reject(window, clotted)
            nobody_answers(window, grave)
            discard_amendment(window, grave)
            missing_objective(window, grave)
        result(clinic("specimen", "show", clotted)["rejected"] == "clotted", "rejected from the bench, with the reason")
        result(clinic("report", "show", clotted)["status"] == "cancelled",
               "the preliminary report of a rejected specimen is withdrawn in the window")
    driver.finish()


if __name__ == "__main__":
    main()
