# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided is what was seen: a record that is changed under the page is asked of again, and what cannot be
taken is not offered. A stick that is left while it is written tells how it ended."""
import pathlib
import subprocess
import tempfile
import time

import driver
import fhirserver
from clinic import Clinic
from disputes import change_both, edit_elsewhere
from driver import Window, result


def make(clinic: pathlib.Path) -> tuple:
    """A patient changed here and there, a signed and a waiting specimen of another number there; the latter's number
    and the patient's name."""
    cli = Clinic(clinic, user="admin")
    ask = lambda *words: cli(*words, secrets=(driver.PASSPHRASE,))
    with fhirserver.Server() as server:
        server.start()
        ask("sync", "configure", "fhir", server.url)
        ask("sync", "once", "--lane", "results")
        patient, signed = change_both(clinic, server)
        reported = {specimen["reference"] for name, resource in server.resources.items()
                    if name.startswith("DiagnosticReport/") for specimen in resource["specimen"]}
        waiting = next(name for name, resource in server.resources.items() if name.startswith("Specimen/")
                       and "parent" not in resource and name not in reported and name != signed)
        number = server.resources[waiting]["accessionIdentifier"]["value"]

        def renumber(resource):
            resource["accessionIdentifier"]["value"] = number + "7"

        edit_elsewhere(server, waiting, renumber)
        name = server.resources[patient]["name"][0]
        ask("sync", "once", "--lane", "results")
        ask("sync", "pause")
    return number, name["family"]


def row(window, begins: str):
    return window.until(lambda: next((text for text in window.texts() if text.startswith(begins)), None), begins)


def open_list(window, number: int) -> None:
    window.click(None, "Safety")
    window.wait(f"{number} records wait for a person", 60)
    window.click(None, f"{number} records wait for a person")
    window.wait("Waits for a Person", 20)
    time.sleep(0.5)


def edit_telephone(window, family: str) -> None:
    """By the search, which is everywhere, above the page."""
    window.key("ctrl+f")
    window.wait("Search", 20)
    time.sleep(0.5)
    window.type(family)
    window.wait("Newest specimen", 20)
    window.key("Return")
    window.wait("Results Over Time", 20)
    time.sleep(0.5)
    window.key("F2")
    window.wait("Given names", 20)
    time.sleep(0.5)
    window.key("alt+t", "ctrl+a")
    window.type("0799 555")
    window.key("ctrl+Return")
    window.wait_gone("Given names", 20)
    time.sleep(0.5)
    window.key("alt+Left")


def changed_meanwhile(window, family: str) -> None:
    window.click(None, row(window, "Patient: "))
    window.wait("Telephone", 20)
    window.key("alt+t")
    window.wait("1 of 1 decided", 20)
    edit_telephone(window, family)
    window.wait("1 of 1 decided", 20)
    window.key("alt+d")
    window.wait("It was changed while you looked", 20)
    result(window.says("0799 555") and window.says("0 of 1 decided"),
           "what was changed under the page is not written over: it is shown, and asked again", window.texts())
    window.shot("settle-again")
    window.key("alt+h")
    window.wait("1 of 1 decided", 20)
    window.key("alt+d")
    window.wait("Decided. Both versions stay", 20)
    window.wait_gone("0799 555", 20)


def leave_stick(window) -> None:
    window.click(None, "Safety")
    window.wait("Carry on a stick", 20)
    subprocess.run(["xdotool", "mousemove", "900", "400", "click", "--repeat", "6", "--delay", "20", "5"], check=True)
    time.sleep(0.5)
    window.click(None, "Carry on a stick")
    window.wait("BLUE STICK", 20)
    time.sleep(1)
    # By the mouse: a key presses a button for a quarter of a second.
    window.click("button", "Write to the Stick")
    window.key("alt+Left")
    window.wait_gone("whoever finds the stick", 20)
    window.wait("Show", 60)
    result(window.says("Safe to Remove: BLUE STICK"), "a stick that was left tells how it ended", window.texts())
    window.shot("settle-stick-left")
    window.click("button", "Show")
    window.wait("onto the stick", 20)
    result(window.says("Safe to Remove: BLUE STICK"), "and whoever comes back finds what came of it", window.texts())
    window.shot("settle-stick-back")
    window.key("alt+Left")
    window.wait("To a computer that has a connection", 20)
    result(not window.says("Safe to Remove: BLUE STICK"), "what was seen is told no more", window.texts())


def refused(window, number: str) -> None:
    window.click(None, row(window, f"Specimen {number}"))
    window.wait("Theirs cannot be taken", 20)
    result(not window.find("button", "Take Theirs") and window.says("reject this one and accept it anew"),
           "what the store would refuse is not offered: it says why, and what to do", window.texts())
    window.shot("settle-reject")
    window.click("button", "Reject…")
    window.wait("Reject the Specimen?", 20)
    window.shot("settle-rejecting")
    time.sleep(0.5)
    window.key("alt+r")
    window.wait("Decided. Both versions stay", 20)
    result(True, "a specimen that is not what it says is rejected, and waits no more")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        clinic = driver.demo_clinic(folder)
        number, family = make(clinic)
        sticks = folder / "sticks"
        (sticks / "BLUE STICK").mkdir(parents=True)
        with Window(clinic, env={"HEMOGRAM_STICKS": str(sticks)}, name="settle") as window:
            window.sign_in()
            open_list(window, 3)
            refused(window, number)
            window.wait("Waits for a Person", 20)
            changed_meanwhile(window, family)
            leave_stick(window)
    driver.finish()


if __name__ == "__main__":
    main()
