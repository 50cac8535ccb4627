# SPDX-License-Identifier: GPL-3.0-or-later
"""What still works behind the locked door: no keys open GTK's inspector, by which whatever lies there could be shown,
and no dialog with a window of its own is left for who passes."""
import pathlib
import subprocess
import tempfile
import time

import driver
import reader
from driver import Window, result
from idle import Sleep

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


def accept(window) -> None:
    """A new patient's specimen, to the page from which its label is printed."""
    window.key("ctrl+n")
    window.wait("Given names")
    time.sleep(0.4)
    window.type("Zuri")
    window.key("Return")
    window.type("Wambui")
    window.key("Return", "f", "Return")
    window.type("34y")
    window.key("ctrl+Return")
    window.wait("What Is Asked")
    window.key("ctrl+Return")
    window.wait("Accepted and Saved")


def left_dialog(window, sleep: Sleep, folder: pathlib.Path) -> None:
    """A place for a label was being chosen when the laptop was left: who comes by does not choose another."""
    path = folder / "taken.pdf"
    accept(window)
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


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clinic = driver.demo_clinic(folder)
        sleep = Sleep(folder)
        with Window(clinic, name="behind-dialog", env=sleep.env, leaks=False) as window:
            window.sign_in()
            left_dialog(window, sleep, folder)
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
