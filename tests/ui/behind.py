# SPDX-License-Identifier: GPL-3.0-or-later
"""What still works behind the locked door: no keys open GTK's inspector, by which whatever lies there could be shown,
and no dialog with a window of its own is left for who passes."""
import pathlib
import subprocess
import tempfile
import time

import choosers
import driver
import reader
from driver import Window, result
from idle import Sleep
from routine import as_technician, drawn_pictures

HOUR = 3600


def windows(name: str) -> list:
    return subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name], capture_output=True, text=True,
                          check=False).stdout.split()


def inspect(window, where: str) -> None:
    for key in ("ctrl+shift+i", "ctrl+shift+d"):
        window.key(key)
        time.sleep(1.5)
        seen = " | ".join(window.texts())
        result("Inspector" not in seen and len(windows(".")) == 1, f"{key} opens no inspector {where}", seen[:600])


def field(window):
    node = window.focused()
    return node if node is not None and reader.EDITABLE in node.interfaces else None


def accept(window, given: str, family: str) -> None:
    """A new patient's specimen, to the page from which its label is printed."""
    window.key("ctrl+n")
    window.wait("Given names")
    time.sleep(0.4)
    window.type(given)
    window.key("Return")
    window.type(family)
    window.key("Return", "f", "Return")
    window.type("34y")
    window.key("ctrl+Return")
    window.wait("What Is Asked")
    window.key("ctrl+Return")
    window.wait("Accepted and Saved")


def left_dialog(window, sleep: Sleep, folder: pathlib.Path) -> None:
    """A place for a label was being chosen when the laptop was left: who comes by does not choose another."""
    path = folder / "taken.pdf"
    accept(window, "Zuri", "Wambui")
    window.key("ctrl+s")
    window.focus_window("Save Label")
    sleep.over(HOUR)
    time.sleep(7)
    window.shot("behind-dialog")
    entry = field(window)
    if windows("^Save Label$") and entry is not None:
        entry.write(str(path))
        window.key("Return")
        time.sleep(2)
    result(not windows("^Save Label$"), "a dialog of its own goes when the screen locks")
    result(not path.exists(), "and nothing is written for who came by")


def desktop_dialogs(window, sleep: Sleep, shown: choosers.Choosers, number: str, picture: pathlib.Path) -> None:
    """The same where the desktop shows the dialogs, which no program can reach there but by asking."""
    window.until(lambda: window.find(None, number), number, 20)
    window.click(None, number)
    window.key("Return")
    window.wait("Differential", 20)
    window.key("F2")
    window.wait("Open Files…", 20)
    time.sleep(0.5)
    window.key("ctrl+o")
    window.until(lambda: shown.opened == ["OpenFile"], "the chooser", 20)
    sleep.over(HOUR)
    window.wait("PIN or passphrase", 20)
    time.sleep(1)
    result(shown.closed == ["OpenFile"], "a chooser of the desktop is closed when the screen locks", shown.closed)
    shown.choose(picture)
    window.unlock("Open Files…")
    time.sleep(3)
    result(not window.says("Field 1"), "and what is chosen there behind the lock is not taken", window.texts())
    shown.choose(picture)
    time.sleep(2)
    result(not window.says("Field 1"), "nor after it")
    window.key("ctrl+o")
    window.until(lambda: len(shown.opened) == 2, "the chooser", 20)
    shown.choose(picture)
    window.wait("Field 1", 20)
    result(True, "what is chosen in the next one is")
    window.key("alt+Left")
    window.wait("Search or Scan", 20)
    accept(window, "Kofi", "Asante")
    window.key("ctrl+p")
    window.until(lambda: len(shown.opened) == 3, "the chooser of printers", 20)
    sleep.over(HOUR)
    window.wait("PIN or passphrase", 20)
    time.sleep(1)
    result(shown.closed == ["OpenFile", shown.opened[2]], "that of a printer is closed as well", shown.closed)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clinic = driver.demo_clinic(folder)
        sleep = Sleep(folder)
        with Window(clinic, name="behind-dialog", env=sleep.env, leaks=False) as window:
            window.sign_in()
            left_dialog(window, sleep, folder)
        technician = as_technician(clinic)
        patient = technician("patient", "add", "--given", "Zawadi", "--family", "Otieno", "--sex", "female", "--born", "31y",
                             "--new-person")["uuid"]
        number = technician("specimen", "accept", patient, "--urgency", "stat", "--tests", "diff")["accession"]
        shown = choosers.Choosers()
        with Window(clinic, name="behind-desktop", env={**sleep.env, **choosers.ENV}, leaks=False) as window:
            window.sign_in()
            desktop_dialogs(window, sleep, shown, number, drawn_pictures(folder)[0])
        with Window(clinic, name="behind") as window:
            window.sign_in()
            inspect(window, "while somebody works")
            window.key("ctrl+l")
            window.wait("PIN or passphrase")
            inspect(window, "behind the door")
            window.shot("behind-locked")
    driver.finish()


if __name__ == "__main__":
    main()
