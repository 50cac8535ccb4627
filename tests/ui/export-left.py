# SPDX-License-Identifier: GPL-3.0-or-later
"""An export that was left while it ran: whoever began it is told how it ended and finds it, and nobody else is."""
import pathlib
import tempfile
import time

import driver
from driver import Window, result
from leaving import SlowDisk, sign_out
from reading import open_report, settings_of
from routine import as_technician


def begin(window, disk: SlowDisk) -> None:
    """Of the case that lies on the bench, onto a stick that takes its time."""
    window.key("ctrl+e")
    window.wait("BLUE STICK", 20)
    window.wait("then read back", 20)
    time.sleep(0.5)
    disk.set(400)
    window.key("ctrl+Return")
    window.wait("Cancel", 20)


def ended(window) -> None:
    window.wait("Safe to Remove: BLUE STICK", 60)


def left(window, disk: SlowDisk, number: str) -> None:
    open_report(window, number)
    begin(window, disk)
    window.key("alt+Left")
    window.wait_gone("then read back")
    window.key("ctrl+1")
    window.wait("Search or Scan", 20)
    disk.set(0)
    ended(window)
    window.shot("export-left-told")
    result(True, "who left an export is told how it ended")
    window.click("button", "Show")
    window.wait("1 case arrived", 20)
    window.shot("export-left-back")
    result(window.says("Safe to Remove: BLUE STICK"), "and whoever comes back finds what came of it", window.texts())
    window.key("alt+d")
    window.wait("then read back", 20)
    window.key("ctrl+1")
    window.wait("Search or Scan", 20)
    result(not window.says("Safe to Remove"), "what was seen is told no more", window.texts())


def locked(window, disk: SlowDisk, number: str) -> None:
    """It ends behind the door; who unlocks it is told."""
    open_report(window, number)
    begin(window, disk)
    window.key("alt+Left", "alt+Left")
    window.wait("Search or Scan", 20)
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    disk.set(0)
    time.sleep(8)
    result(not window.says("Safe to Remove"), "nobody is told at a locked screen", window.texts())
    window.type(driver.PASSPHRASE)
    window.key("Return")
    ended(window)
    window.shot("export-left-unlocked")
    result(True, "who unlocks the screen is told how it ended")
    window.click("button", "Show")
    window.wait("1 case arrived", 20)
    window.key("alt+d")
    window.wait("then read back", 20)
    window.key("ctrl+1")
    window.wait("Search or Scan", 20)


def signed_out(window, disk: SlowDisk, number: str) -> None:
    open_report(window, number)
    begin(window, disk)
    window.key("alt+Left", "alt+Left")
    window.wait("Search or Scan", 20)
    sign_out(window)
    disk.set(0)


def choose(window, name: str) -> None:
    window.wait("Passphrase", 20)
    time.sleep(0.5)
    window.click(None, name)
    window.click(None, "Passphrase")
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait("Worklist", 20)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hemogram-export-") as scratch:
        folder = pathlib.Path(scratch)
        clinic = driver.demo_clinic(folder)
        number = next(row["specimen"] for row in as_technician(clinic)("worklist") if row["state"] == "signed")
        disk = SlowDisk(folder)
        (folder / "sticks" / "BLUE STICK").mkdir(parents=True)
        env = {**disk.env, **settings_of(folder, "tech"), "HEMOGRAM_STICKS": str(folder / "sticks")}
        with Window(clinic, name="export-left", env=env) as window:
            window.sign_in()
            left(window, disk, number)
            locked(window, disk, number)
            signed_out(window, disk, number)
            time.sleep(8)
            window.shot("export-left-door")
            result(not window.says("Safe to Remove"), "nobody is told at the door", window.texts())
            choose(window, "Grace Wanjiru")
            window.click(None, "Export")
            window.wait("BLUE STICK", 20)
            time.sleep(1)
            window.shot("export-left-other")
            result(not window.says("Safe to Remove") and not window.says(number), "another person is shown nothing of it",
                   window.texts())
            window.click("button", "Let go of BLUE STICK")
            window.wait("Safe to Remove: BLUE STICK", 20)
            window.shot("export-left-let-go")
            result(True, "a stick can be let go though nothing was written to it")
            sign_out(window)
            choose(window, "Joseph Mwangi")
            window.click(None, "Export")
            window.wait("1 case arrived", 20)
            window.shot("export-left-again")
            result(window.says(number), "and whoever began it finds it after signing in again", window.texts())
    driver.finish()


if __name__ == "__main__":
    main()
