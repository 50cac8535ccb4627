# SPDX-License-Identifier: GPL-3.0-or-later
"""Clinics that nobody typed: empty ones and full ones."""
import os
import pathlib
import subprocess

import driver

CROWD = os.environ.get("HEMOGRAM_CROWD", "crowd")
PASSPHRASE = "correct horse battery staple"


def empty(folder: pathlib.Path) -> pathlib.Path:
    subprocess.run([driver.WORKLOAD, "create", str(folder / "clinic"), "/dev/null"], check=True)
    return folder / "clinic"


def fill(clinic: pathlib.Path, number: int, passphrase: str = PASSPHRASE) -> pathlib.Path:
    subprocess.run([CROWD, str(clinic), passphrase, str(number)], check=True)
    return clinic
