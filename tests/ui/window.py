# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a person meets it: which clinic lies in the folder, who may sign in, what is wrong."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

HEMOGRAM = os.environ.get("HEMOGRAM", "hemogram")
WORKLOAD = os.environ.get("HEMOGRAM_WORKLOAD", "workload")
SHOTS = pathlib.Path(os.environ.get("HEMOGRAM_SHOTS", tempfile.gettempdir()))
count = 0
failures = 0


def result(passed: bool, name: str, detail: str = "") -> None:
    global count, failures
    count += 1
    failures += 0 if passed else 1
    print(f"{'ok' if passed else 'not ok'} {count} {name}", flush=True)
    for line in detail.splitlines()[:20] if not passed else []:
        print(f"# {line}", flush=True)


def walk(node):
    yield node
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from walk(child)


def texts(seconds: float, wanted: str) -> list:
    """Names of all that the application shows, once `wanted` is among them or the time is over."""
    end = time.monotonic() + seconds
    seen = []
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        seen = []
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application and application.get_name() == "hemogram":
                try:
                    seen = [node.get_name() for node in walk(application) if node.get_name()]
                except gi.repository.GLib.Error:
                    continue
        if any(wanted in text for text in seen):
            break
        time.sleep(0.1)
    return seen


def show(clinic: pathlib.Path, wanted: str, shot: str) -> None:
    process = subprocess.Popen([HEMOGRAM, "--clinic", str(clinic)], stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "G_DEBUG": "fatal-criticals"})
    try:
        seen = texts(20, wanted)
        result(any(wanted in text for text in seen), f"the window says '{wanted}'", "\n".join(seen))
        SHOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(SHOTS / f"{shot}.png")], check=False)
        subprocess.run(["xdotool", "key", "ctrl+q"], check=False)
        _, errors = process.communicate(timeout=20)
        warnings = [line for line in errors.splitlines() if "CRITICAL" in line or "WARNING" in line]
        result(process.returncode == 0 and not warnings, f"{shot}: it closes by Ctrl+Q without a warning",
               f"{process.returncode} {errors}")
    finally:
        if process.poll() is None:
            process.kill()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        show(base / "nothing", "No Clinic Here Yet", "no-clinic")
        subprocess.run([WORKLOAD, "create", str(base / "clinic"), "/dev/null"], check=True)
        show(base / "clinic", "Faulty Clinic", "clinic")
        for name in ("keys-1.json", "keys-2.json"):
            (base / "clinic" / name).write_text("{")
        show(base / "clinic", "The Clinic Cannot Be Opened", "damaged")
    print(f"1..{count}")
    return 1 if failures else 0


sys.exit(main())
