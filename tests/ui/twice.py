# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever presses Save twice, on a disk that takes its time, has registered one patient."""
import pathlib
import tempfile
import time

import driver
from driver import Window, result
from leaving import SlowDisk
from routine import as_technician


def register(window, disk: SlowDisk) -> None:
    window.key("ctrl+n")
    window.wait("Given names", 20)
    time.sleep(0.4)
    window.type("Zuri")
    window.key("Return")
    window.type("Wambui")
    window.key("Return", "f", "Return")
    window.type("34y")
    # Until it was looked for others: the second press is not the answer to a question then.
    time.sleep(2)
    disk.set(700)
    window.key("ctrl+Return", "ctrl+Return", "ctrl+Return")
    time.sleep(2)
    disk.set(0)
    window.wait("What Is Asked", 60)
    time.sleep(1)
    window.shot("twice-saved")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clinic = driver.demo_clinic(folder)
        disk = SlowDisk(folder)
        with Window(clinic, env=disk.env, name="twice") as window:
            window.sign_in()
            window.wait("Waiting", 20)
            register(window, disk)
        found = as_technician(clinic)("search", "Zuri", "Wambui")
        result(len(found) == 1, "two presses of Save make one patient", str(found))
    driver.finish()


if __name__ == "__main__":
    main()
