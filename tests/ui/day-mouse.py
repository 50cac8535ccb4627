# SPDX-License-Identifier: GPL-3.0-or-later
"""A technician's routine smear of a new patient with the mouse alone: real moves and clicks at the places that
things are shown at. The keyboard gives what has to be typed and nothing else: passphrase, PIN, name, age, the WBC
and the platelets; no Return, no Tab, no shortcut. One cell and one field are taken back on the way.
"""
import pathlib
import subprocess
import tempfile
import time

import driver
import looks
from driver import Atspi, Window, result
from reader import Gone
from routine import FIELDS, NAMES, PIN, PLATELETS, WBC, Routine, Stage, cells

GIVEN, FAMILY = "Makena", "Wanjohi"
TYPED = {"entry", "text", "password text", "editbar"}
# Extents leave out the padding of what a thing lies in, which is most in the head of the window and in alerts.
HEAD_PADDING = (18, 16)
ALERT_PADDING = (30, 20)
# Cells between two looks at where the rows are: a hand looks back at the screen too.
ROWS_OF_CELLS = 20


class Mouse(Window):
    """A window that is only clicked on."""

    clicks = 0

    def key(self, *keys: str) -> None:
        raise AssertionError(f"no key is pressed in this day: {' '.join(keys)}")

    def place(self, node) -> tuple:
        box = node.box()
        right, down = HEAD_PADDING if box.y < 0 else (0, 0)
        return box.x + box.width // 2 + right, box.y + box.height // 2 + down

    def rest(self, role, name: str) -> tuple:
        """Where it is, once it does not move any more: nobody hits what slides."""
        def still():
            try:
                node = self.find(role, name)
                if node is None or not node.has(Atspi.StateType.SENSITIVE):
                    return None
                before = self.place(node)
                time.sleep(0.25)
                return before if self.place(node) == before else None
            except Gone:
                return None  # gone meanwhile, or a busy machine has not answered
        return self.until(still, f"{role} '{name}'", 20)

    def rows(self) -> dict:
        """Where the classes of cells lie that are counted, in one look."""
        def look():
            try:
                return {node.name: self.place(node) for node in self.nodes()
                        if node.role == "button" and node.name in NAMES.values()}
            except Gone:
                return {}
        return self.until(lambda: (found := look()) and len(found) == len(NAMES) and found, "the rows of cells", 20)

    def click_at(self, x: int, y: int, button: int = 1) -> None:
        Mouse.clicks += 1
        super().click_at(x, y, button)

    def click(self, role, name: str, button: int = 1) -> None:
        x, y = self.rest(role, name)
        frame = next(node for node in self.nodes() if node.role == "frame")
        box = frame.box()
        # What lies below is scrolled to, with the wheel over where it will be.
        while y > box.y + box.height - 12:
            subprocess.run(["xdotool", "mousemove", str(x), str(box.height // 2), "click", "5"], check=True)
            time.sleep(0.4)
            x, moved = self.rest(role, name)
            if moved == y:
                raise AssertionError(f"'{name}' lies at {x}, {y}, where nobody can click")
            y = moved
        self.click_at(x, y)

    def turn_to(self, page: str) -> None:
        """By the row of pages on top of the bench."""
        self.click("page tab", page)

    def fill(self, name: str, text: str) -> None:
        """A click into the entry, then its text."""
        for role in (None, *TYPED):
            node = self.find(role, name)
            if node is not None and (role or node.role in TYPED):
                break
        self.click(node.role, name)
        self.until(lambda: (node := self.focused()) and node.role in TYPED, f"the focus in {name}")
        self.type(text)


def unlock(window) -> None:
    window.wait("Passphrase", 20)
    window.fill("Passphrase", driver.PASSPHRASE)
    window.click("button", "Sign In")
    window.wait("Worklist", 20)
    window.click("button", "Lock (Ctrl+L)")
    window.wait("PIN or passphrase")
    Mouse.clicks = 0
    window.fill("PIN or passphrase", PIN)
    window.click("button", "Unlock")
    window.wait("Worklist", 20)


def register(window) -> None:
    window.click("button", "New Patient")
    window.wait("Given names", 20)
    window.fill("Given names", GIVEN)
    window.fill("Family name", FAMILY)
    window.click("radio button", "Female")
    window.fill("Age or date of birth", "34y")
    window.shot("mouse-registration")
    window.click("button", "Save")
    window.wait("What Is Asked", 20)
    window.shot("mouse-acceptance")
    window.click("button", "Accept")
    window.wait("Accepted and Saved", 20)
    window.click("button", "Open on the Bench")
    window.wait("Capture (Space)", 20)


def capture(window, stage) -> None:
    window.until(lambda: not window.says("No Camera"), "the camera", 20)
    window.click("toggle button", "Acceptable (A)")
    for number in range(1, FIELDS + 1):
        while True:
            clicks = Mouse.clicks
            window.click("button", "Capture (Space)")
            window.until(lambda: window.says(f"Field {number}") or window.says("Keep It"), f"field {number}", 20)
            stage.move()
            time.sleep(0.4)
            if window.says(f"Field {number}"):
                break
            # Such a field is no part of a routine: the technician would have looked for a better one.
            Mouse.clicks = clicks
    window.shot("mouse-fields")


def discard(window) -> None:
    """The last field goes and comes back."""
    window.click("button", "Discard the last field")
    window.wait("The field is discarded")
    window.until(lambda: not window.says(f"Field {FIELDS}"), "the field to go")
    window.click("button", "Undo")
    window.until(lambda: window.says(f"Field {FIELDS}"), "the field to come back")


def type_values(window) -> None:
    window.click("button", "Values…")
    window.wait("Blood Count Values")
    window.fill("White cells", WBC)
    window.shot("mouse-values")
    window.click("button", "Save")
    window.wait_gone("Blood Count Values", 20)


def click_cells(window, stage) -> None:
    """Twenty cells a look, at a hand's pace, each where its row was."""
    order = cells()
    places = window.rows()
    with stage.moving():
        for start in range(0, len(order), ROWS_OF_CELLS):
            some = order[start:start + ROWS_OF_CELLS]
            Mouse.clicks += len(some)
            moves = [part for name in some
                     for part in ("mousemove", *map(str, places[NAMES[name]]), "sleep", "0.05", "click", "1", "sleep", "0.15")]
            subprocess.run(["xdotool", *moves], check=True)
            window.wait(f"{start + len(some)} of 100", 20)
            now = window.rows()
            moved = max(abs(now[name][axis] - places[name][axis]) for name in places for axis in (0, 1))
            result(moved <= looks.SLACK, f"nothing has moved under the hand after {start + len(some)} cells", f"{moved} pixels")
            if start == 0:
                slip(window)


def slip(window) -> None:
    """A click on the wrong row is taken back. The name that is shown for a row lies over the next one: clicks on it
    count there."""
    places = window.rows()
    subprocess.run(["xdotool", "mousemove", *map(str, places[NAMES["seg"]]), "sleep", "1.5"], check=True)
    subprocess.run(["xdotool", "mousemove", *map(str, places[NAMES["lym"]]), "sleep", "0.03", "click", "1"], check=True)
    window.wait(f"{ROWS_OF_CELLS + 1} of 100")
    result(True, "a click on a row counts, also through the name of the row above")
    window.click("button", "Take the last cell back")
    window.wait(f"{ROWS_OF_CELLS} of 100")
    window.click("button", NAMES["baso"])
    window.wait(f"{ROWS_OF_CELLS + 1} of 100")
    window.click("button", "Take the last cell back")
    window.wait(f"{ROWS_OF_CELLS} of 100")


def count(window, stage) -> None:
    window.turn_to("Count")
    window.wait("0 of 100", 20)
    type_values(window)
    click_cells(window, stage)
    window.shot("mouse-count")
    window.click("button", "Close Count")


def morphology(window) -> None:
    window.click("button", "All Normal")
    window.fill("Platelets seen", PLATELETS)
    window.shot("mouse-morphology")
    window.turn_to("Report")
    window.wait("Nothing: all that was asked for is there", 20)


def nonsense(window) -> None:
    """What cannot be taken as it stands is not left out of the report in silence."""
    window.turn_to("Morphology")
    window.fill("Platelets seen", "x")
    window.turn_to("Report")
    window.click("button", "Sign…")
    window.wait("Not Signed Yet")
    window.shot("mouse-not-signed")
    # The window has one as well, in its corner.
    time.sleep(0.5)
    closers = [window.place(node) for node in window.nodes()
               if node.name == "Close" and node.role == "button"]
    x, y = max(closers, key=lambda place: place[1])
    window.click_at(x + ALERT_PADDING[0], y + ALERT_PADDING[1])
    window.wait_gone("Not Signed Yet")
    result(not window.says("Sign Report"), "what was typed and cannot be taken is not signed away")
    role = next(role for role in TYPED if window.find(role, "Platelets seen"))
    x, y = window.rest(role, "Platelets seen")
    Mouse.clicks += 3
    subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", "--repeat", "3", "--delay", "80", "1"], check=True)
    window.type(PLATELETS)


def sign(window) -> None:
    window.turn_to("Report")
    window.click("button", "Sign…")
    window.wait("Sign Report", 20)
    window.fill("PIN", PIN)
    window.shot("mouse-sign")
    window.click("button", "Sign")
    window.wait("Signed by", 30)


def export(window) -> None:
    window.click("button", "To Stick")
    window.wait("BLUE STICK", 20)
    window.shot("mouse-export")
    window.click("button", "Write")
    window.wait("Safe to Remove", 60)
    window.shot("mouse-exported")


def back(window) -> None:
    """From the last page to the list of who waits, and to a case in it."""
    window.click("button", "Done")
    window.wait("Signed by", 20)
    result(not window.says("signed anew"), "what was signed is still signed")
    window.click("button", "Back")
    window.wait("Search or Scan", 20)


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        folder = pathlib.Path(base)
        routine, stage = Routine(folder), Stage(folder)
        done = False
        with Mouse(routine.clinic, env=routine.env, name="day-mouse") as window:
            last = 0
            for name, step in (("unlock", lambda: unlock(window)), ("a new patient, and the specimen", lambda: register(window)),
                               ("ten fields", lambda: capture(window, stage)),
                               ("a field taken back and brought again", lambda: discard(window)),
                               ("the WBC and a hundred cells", lambda: count(window, stage)),
                               ("morphology and platelets", lambda: morphology(window)),
                               ("platelets mistyped", lambda: nonsense(window)), ("sign", lambda: sign(window)),
                               ("export", lambda: export(window)), ("back to the worklist", lambda: back(window))):
                step()
                print(f"# {name}: {Mouse.clicks - last} clicks", flush=True)
                last = Mouse.clicks
                result(True, f"by the mouse alone: {name}")
            print(f"# {Mouse.clicks} clicks", flush=True)
            done = True
        if done:
            routine.verify()
    driver.finish()


main()
