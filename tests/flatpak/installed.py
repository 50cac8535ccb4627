# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the Flatpak lies, and how it is asked: what the tests of it share. Import it before what drives windows."""
import os
import pathlib
import subprocess
import sys

FOLDER, WORK = map(pathlib.Path, sys.argv[1:3])
OWN = pathlib.Path(__file__).parent
TOP = OWN.parent.parent
ID = "org.hemogram.Hemogram"
HOME = pathlib.Path(os.environ["HOME"])
DATA = HOME / ".var/app" / ID / "data"
CLINIC = DATA / "hemogram/clinic"
SHOTS = DATA / "test/shots"

SHOTS.mkdir(parents=True, exist_ok=True)
os.environ["HEMOGRAM_SHOTS"] = str(SHOTS)


def run(*command, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)


def must(*command, **options) -> str:
    done = run(*command, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}")
    return done.stdout


def maker(*arguments) -> str:
    """Flatpak as who builds has it."""
    return must("flatpak", *arguments, env={**os.environ, "FLATPAK_USER_DIR": str(FOLDER / "maker")})


def inside(script: str) -> subprocess.CompletedProcess:
    return run("flatpak", "run", "--user", "--command=sh", ID, "-c", script)


def sign() -> list:
    return [f"--gpg-sign={(FOLDER / 'key/name').read_text().strip()}", f"--gpg-homedir={FOLDER / 'key'}"]
