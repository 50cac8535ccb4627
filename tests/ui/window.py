# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says of a folder: whose clinic it is, and what is wrong with it."""
import pathlib
import subprocess
import tempfile

import driver
from driver import Window, result


def show(clinic: pathlib.Path, wanted: str, shot: str) -> None:
    with Window(clinic, name=shot, leaks=True) as window:
        window.wait(wanted, 20)
        window.shot(shot)
        result(True, f"the window says '{wanted}'")


def running_out(base: pathlib.Path) -> None:
    """A battery and a disk that are nearly at their end are said before they hurt."""
    battery = base / "power" / "BAT0"
    battery.mkdir(parents=True)
    for name, value in (("type", "Battery"), ("status", "Discharging"), ("capacity", "9")):
        (battery / name).write_text(value + "\n")
    clinic = driver.demo_clinic(base)
    with Window(clinic, name="battery", env={"HEMOGRAM_POWER_SUPPLY": str(battery.parent)}) as window:
        window.sign_in()
        window.wait("The battery is at 9 %", 15)
        window.shot("battery-low")
        result(True, "an empty battery is said")
    with Window(clinic, name="disk", env={"HEMOGRAM_DISK_BYTES": str(2**62)}, leaks=False) as window:
        window.sign_in()
        window.wait("are free on this computer's disk", 15)
        result(True, "a full disk is said before it is full")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        show(base / "nothing", "Welcome to Hemogram", "no-clinic")
        running_out(base)
        subprocess.run([driver.WORKLOAD, "create", str(base / "clinic"), "/dev/null"], check=True)
        show(base / "clinic", "Faulty Clinic", "clinic")
        for name in ("keys-1.json", "keys-2.json"):
            (base / "clinic" / name).write_text("{")
        show(base / "clinic", "The Clinic Cannot Be Opened", "damaged")
    driver.finish()


main()
