# SPDX-License-Identifier: GPL-3.0-or-later
"""What was accepted is corrected: from the worklist, from the bench, over a lock, after a signature; and what is left of a
case whose specimen was rejected. With the keyboard."""
import pathlib
import tempfile
import time

import case
import driver
from driver import Atspi, Window, result

PIN = "4826"
DIALOG = "Slides and Labels"


class Clinic(case.Clinic):
    def values(self, specimen: str) -> None:
        for analyte, value in (("hb", 132), ("wbc", 7.2), ("plt", 210)):
            self("result", specimen, analyte, value, "--source", "HemoCue")

    def row(self, specimen: str) -> dict:
        return next(row for row in self("worklist") if row["specimen"] == specimen)


def choose(window, specimen: str) -> None:
    window.wait("Search or Scan")
    window.key("alt+5")
    window.wait(specimen)
    window.click(None, specimen)
    time.sleep(0.5)


def open_case(window, specimen: str) -> None:
    choose(window, specimen)
    window.key("Return")
    window.wait_gone("Search or Scan")
    window.wait(specimen)


def is_listed(window, specimen: str, text: str) -> None:
    window.until(lambda: any(seen.startswith(specimen) and text in seen for seen in window.each_text()),
                 f"{specimen} with {text}")


def leave(window) -> None:
    window.key("alt+Left")
    window.wait("Search or Scan")


def from_the_worklist(window, specimen: str) -> None:
    choose(window, specimen)
    window.shot("order-glance")
    window.key("ctrl+d")
    window.wait(DIALOG)
    window.shot("order-dialog")
    window.tab_to("Malaria")
    window.key("space")
    window.tab_to("Clinical note")
    window.type("fever")
    window.key("ctrl+l")
    window.unlock("Search or Scan")
    choose(window, specimen)
    window.key("ctrl+d")
    window.wait("This was typed before and not saved", 20)
    result("fever" in window.entries(), "what was typed when the screen locked is there again", str(window.entries()))
    window.shot("order-again")
    window.tab_to("Collected at (empty: not known)")
    window.key("ctrl+a")
    window.type("99:99")
    window.key("ctrl+Return")
    window.wait("This is no time")
    window.shot("order-no-time")
    result(window.says(DIALOG), "a time that is none is not saved")
    window.key("ctrl+a")
    window.type(time.strftime("%Y-%m-%d 00:00"))
    window.key("ctrl+Return")
    window.wait("The order is changed.")
    window.wait_gone(DIALOG)
    is_listed(window, specimen, "Differential, Morphology, Malaria, Routine")
    window.shot("order-changed")
    result(True, "a test is added from the worklist")
    window.key("ctrl+d")
    window.wait(DIALOG)
    time.sleep(0.5)
    result(not window.says("typed before") and "fever" in window.entries(), "what was saved is no draft any more")
    window.key("Escape")
    window.wait_gone(DIALOG)


def from_the_bench(window, specimen: str) -> None:
    """The blood count has values; it is not asked for any more, and they stay."""
    open_case(window, specimen)
    window.key("ctrl+d")
    window.wait(DIALOG)
    window.tab_to("Blood count")
    window.key("space")
    window.wait("What was entered is not deleted")
    window.shot("order-taken-out")
    window.key("ctrl+Return")
    window.wait_gone(DIALOG)
    window.key("F7")
    window.wait("The report as it will be printed")
    window.shot("order-report")
    leave(window)
    is_listed(window, specimen, "y, Differential, Routine")
    result(True, "a test that has no signed result is taken out")
    window.wait("Results So Far")
    result(window.says("132"), "what was entered of it stays")


def signed(window, specimen: str) -> None:
    open_case(window, specimen)
    window.key("F7")
    window.wait("Signed by", 20)
    window.key("ctrl+d")
    window.wait("what is changed here has to be signed anew")
    window.wait("Signed, so it stays asked for: Blood count.")
    window.shot("order-signed")
    node = window.find("check box", "Blood count")
    result(not node.has(Atspi.StateType.SENSITIVE), "a test with a signed result cannot be taken out")
    window.tab_to("Add Slide")
    window.key("space")
    window.wait(f"{specimen}/1")
    result(True, "a slide is added to what was accepted")
    window.shot("order-slide")
    window.key("Escape")
    window.wait_gone(DIALOG)
    result(not window.says("has to be signed anew"), "a slide alone asks for no signature")
    window.key("ctrl+d")
    window.wait(DIALOG)
    window.tab_to("Malaria")
    window.key("space", "ctrl+Return")
    window.wait_gone(DIALOG)
    window.wait("has to be signed anew", 20)
    window.wait("Nobody has looked for malaria parasites")
    result(window.find("button", "Discard Amendment") is None and window.find("button", "Withdraw…") is not None,
           "what the record says more is not offered to be discarded")
    window.shot("order-to-sign-anew")
    result(window.says("Version 1, Final"), "what was signed stays as it was signed")
    leave(window)


def rejected(window, never: str, given_out: str) -> None:
    open_case(window, never)
    window.key("F7")
    window.wait("The specimen was rejected: it gets no report.")
    window.shot("order-rejected")
    result(window.find("button", "Next Case") is not None and window.find("button", "Print") is None,
           "from a rejected case one goes on to the next, and prints nothing")
    window.key("ctrl+d")
    result(not window.comes(DIALOG, 1), "the order of what was rejected is not changed")
    leave(window)
    open_case(window, given_out)
    window.key("F7")
    window.wait("rejected after this report was signed")
    window.wait("as it was signed and stored", 20)
    window.shot("order-rejected-signed")
    result(not window.says("as it will be printed"), "what was signed and rejected is seen as it was signed")
    leave(window)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        clinic = Clinic(driver.demo_clinic(base))
        waiting = clinic.case("Waiting", "diff", "morphology")
        begun = clinic.case("Begun", "diff", "cbc")
        clinic.values(begun)
        done = clinic.case("Done", "cbc")
        clinic.values(done)
        clinic("report", "sign", done, "--status", "final")
        never = clinic.case("Never", "cbc")
        clinic("specimen", "reject", never, "clotted")
        given_out = clinic.case("Given", "cbc")
        clinic.values(given_out)
        clinic("report", "sign", given_out, "--status", "preliminary")
        clinic("specimen", "reject", given_out, "clotted")
        with Window(clinic.folder, name="order") as window:
            window.sign_in()
            from_the_worklist(window, waiting)
            from_the_bench(window, begun)
            signed(window, done)
            rejected(window, never, given_out)
        row = clinic.row(waiting)
        result("malaria" in row["tests"] and "diff" in row["tests"], "the order that was edited is stored", str(row))
        result(clinic.row(done)["state"] != "signed", "the case whose order was edited waits to be signed", str(clinic.row(done)))
    driver.finish()


main()
