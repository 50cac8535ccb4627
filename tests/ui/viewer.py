# SPDX-License-Identifier: GPL-3.0-or-later
"""The widgets by keys alone, in a gallery that shows each with invented data; and pictures of them."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

GALLERY = os.environ.get("HEMOGRAM_GALLERY", "gallery")
SHOTS = pathlib.Path(os.environ.get("HEMOGRAM_SHOTS", tempfile.gettempdir()))
PAGES = ("tally", "trend", "entries", "film", "viewer", "pair")
LOOKS = {"light": [], "dark-large": ["--dark", "--scale", "200"], "rtl": ["--rtl"]}
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


def application():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        found = desktop.get_child_at_index(index)
        if found and found.get_name() == "gallery":
            return found
    return None


def look(wanted, seconds: float = 10.0):
    """The first node for which `wanted` is true, or None once the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        root = application()
        try:
            for node in walk(root) if root else ():
                if wanted(node):
                    return node
        except gi.repository.GLib.Error:
            pass
        time.sleep(0.05)
    return None


def press(*keys: str) -> None:
    for key in keys:
        subprocess.run(["xdotool", "key", key], check=False)
        time.sleep(0.04)


def text(name: str) -> str:
    node = look(lambda n: n.get_description() == name, 2)
    return node.get_name() if node else ""


def says(name: str, pattern: str, seconds: float = 5.0) -> bool:
    return look(lambda n: n.get_description() == name and re.search(pattern, n.get_name()), seconds) is not None


def focused():
    return look(lambda n: n.get_state_set().contains(Atspi.StateType.FOCUSED), 1)


def tab_to(wanted, most: int = 30):
    for _ in range(most):
        node = focused()
        if node and wanted(node):
            return node
        press("Tab")
    return None


class Gallery:
    def __init__(self, *arguments: str):
        self.process = subprocess.Popen([GALLERY, *arguments], stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "G_DEBUG": "fatal-criticals"})
        self.name = " ".join(arguments)
        ready = look(lambda n: n.get_name() == "Pair", 20)
        result(ready is not None, f"{self.name}: it opens")
        time.sleep(0.3)

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(SHOTS / f"widgets-{name}.png")], check=False)

    def end(self) -> None:
        press("ctrl+q")
        try:
            _, errors = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, errors = self.process.communicate()
        wrong = [line for line in errors.splitlines() if "CRITICAL" in line or "WARNING" in line or "ERROR" in line]
        result(self.process.returncode == 0 and not wrong, f"{self.name}: it ends without a warning",
               f"{self.process.returncode} {errors}")


def zoom() -> float:
    found = re.search(r"zoom ([0-9.]+)", text("place"))
    return float(found.group(1)) if found else 0.0


def place() -> tuple:
    found = re.search(r"place ([0-9.]+) ([0-9.]+)", text("place"))
    return (float(found.group(1)), float(found.group(2))) if found else (0.0, 0.0)


def test_viewer() -> None:
    gallery = Gallery("--page", "viewer")
    result(says("place", "^1280x960 .*fitted"), "a picture opens fitted", text("place"))
    view = tab_to(lambda n: n.get_name() == "Field 3")
    result(view is not None, "Tab reaches the picture")
    fitted = zoom()
    press("plus", "plus")
    result(says("place", "free") and zoom() > fitted, "plus zooms in", text("place"))
    press("1")
    result(says("place", r"zoom 1\.000"), "1 shows it at 1:1", text("place"))
    before = place()
    press("Up", "Up")
    result(place()[1] < before[1], "Up pans", f"{before} {place()}")
    press("minus", "r")
    result(says("place", "turns 1"), "R turns", text("place"))
    press("shift+r")
    result(says("place", "turns 0"), "Shift+R turns back", text("place"))
    press("0")
    result(says("place", "fitted"), "0 fits", text("place"))
    press("1", "m", "Return", "shift+Right", "shift+Right", "Return")
    result(says("view-said", r"measured 50\.0"), "M, Enter, arrows, Enter measure 50 pixels", text("view-said"))
    gallery.shoot("measured")
    press("Escape", "n", "Delete")
    result(says("view-said", "^marks 2 "), "N and Delete take a mark away", text("view-said"))
    press("ctrl+z")
    result(says("view-said", "^marks 3 "), "Ctrl+Z brings it back", text("view-said"))
    result(tab_to(lambda n: n.get_name() == "Note") is not None, "Tab reaches the note's button")
    press("space", "Return", "Return")
    time.sleep(0.5)
    subprocess.run(["xdotool", "type", "Schizont"], check=False)
    press("Return")
    result(says("view-said", '^marks 4 .*"note":"Schizont"'), "a note is placed and written by keys",
           text("view-said"))
    gallery.shoot("noted")
    press("Escape", "Escape", "bracketright", "bracketright", "braceright")
    gallery.shoot("brighter")
    described = look(lambda n: n.get_name() == "Field 3" and "1280 by 960 pixels" in n.get_description(), 2)
    result(described is not None, "the picture tells its size")
    gallery.end()


def test_film() -> None:
    gallery = Gallery("--page", "film")
    row = tab_to(lambda n: n.get_name().startswith("Field "))
    result(row is not None, "Tab reaches the film")
    press("Home", "Right", "Right", "Left", "Delete")
    result(says("film-said", "delete field 2"), "arrows and Delete ask for field 2", text("film-said"))
    press("End", "BackSpace")
    result(says("film-said", "delete field 14"), "End and Backspace ask for the last", text("film-said"))
    press("p")
    result(look(lambda n: "in the report" in n.get_name() and "Field 14" in n.get_name(), 3) is not None,
           "P takes it into the report")
    gallery.end()


def test_entries() -> None:
    gallery = Gallery("--page", "entries")
    result(tab_to(lambda n: n.get_name().startswith("White cells")) is not None, "Tab reaches the first number")
    for typed, said in (("7,2", r"^number 7\.2$"), ("12.25", r"^number 12\.25$")):
        press("ctrl+a")
        subprocess.run(["xdotool", "type", typed], check=False)
        press("Return")
        result(says("said", said), f"'{typed}' is taken", text("said"))
    press("ctrl+a")
    subprocess.run(["xdotool", "type", "5000"], check=False)
    press("Return")
    time.sleep(0.3)
    result(says("said", r"^number 12\.25$"), "5000 is not taken", text("said"))
    result(look(lambda n: n.get_name().startswith("Too large"), 3) is not None, "and it says why")
    gallery.shoot("refused")
    press("ctrl+a", "BackSpace", "Tab", "Tab", "Tab")
    press("ctrl+a")
    subprocess.run(["xdotool", "type", "8m"], check=False)
    press("Return")
    result(says("said", "^2026-0[23]$"), "'8m' is a birth in a month", text("said"))
    gallery.end()


def test_tally() -> None:
    gallery = Gallery("--page", "tally")
    row = tab_to(lambda n: n.get_name() == "Segmented neutrophils")
    result(row is not None, "Tab reaches a class")
    press("Return")
    result(look(lambda n: n.get_description().startswith("49 cells, 56 percent, between"), 3) is not None,
           "Enter counts one and the row tells it")
    press("shift+Return", "shift+Return")
    result(look(lambda n: n.get_description().startswith("47 cells"), 3) is not None, "Shift+Enter takes one back")
    gallery.end()


def test_trend() -> None:
    gallery = Gallery("--page", "trend")
    chart = tab_to(lambda n: n.get_name() == "White cells" and n.get_role() == Atspi.Role.SLIDER)
    result(chart is not None, "Tab reaches the chart")
    press("Home", "Right")
    at = chart.get_value_iface().get_current_value() if chart and chart.get_value_iface() else 0
    result(at == 2, "Home and Right come to the second value", str(at))
    press("End", "Left")
    at = chart.get_value_iface().get_current_value() if chart and chart.get_value_iface() else 0
    result(at == 8, "End and Left come to the one before the last", str(at))
    result(look(lambda n: "25 August 2026" in n.get_name(), 2) is not None, "it is written with its date")
    gallery.shoot("chosen")
    gallery.end()


def test_looks() -> None:
    for look_name, arguments in LOOKS.items():
        for page in PAGES:
            gallery = Gallery("--page", page, *arguments)
            if page in ("viewer", "pair"):
                time.sleep(1)
            gallery.shoot(f"{page}-{look_name}")
            gallery.end()


def main() -> int:
    tests = [test_viewer, test_film, test_entries, test_tally, test_trend, test_looks]
    for test in tests:
        if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]:
            test()
    print(f"1..{count}")
    return 1 if failures else 0


sys.exit(main())
