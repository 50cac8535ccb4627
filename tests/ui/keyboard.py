# SPDX-License-Identifier: GPL-3.0-or-later
"""keyboard.py CODE PART...: every page of the window in a language with nothing but keys: it is reached, what has the
focus is there to be seen and has a name, Tab comes round and Shift+Tab goes the other way, and Escape leads out."""
import contextlib
import pathlib
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Gdk", "4.0")

import driver
import routine
from clinic import Clinic
from driver import result
from languages import words_of
from looks import SIZE, Desktop, Gallery
from reader import ACCESSIBLE, COMPONENT, Box, role_name
from gi.repository import Atspi, Gdk, Gio, GLib

# Enough for the longest way round a page, and how long the focus may take to move.
ROUND, MOVE = 90, 2
REGISTRY = "org.a11y.atspi.Registry", "/org/a11y/atspi/registry", "org.a11y.atspi.Registry"
LAYOUTS = {"ar": "ara", "en": "us"}
VERSION = subprocess.check_output([driver.CLI, "--version"], text=True).split()[-1]
NOTE = "Reactive, or a leukaemia?"
NAMES = {"ar": ("نعيمة", "المنصوري"), "en": ("Neema", "Mushi")}
# Places of keys, whatever the layout.
KEY = {"n": "57", "q": "24", "w": "25"}
# Where the focus lies may be told a pixel or a shadow beside the window.
SLACK = 8


class Keys(Gallery):
    """A window whose focus is followed as a screen reader follows it: by what it is told, which takes no time."""

    def __enter__(self):
        super().__enter__()
        self.moved, self.hidden = [], []
        ask = self.ask_reader()
        ask.context.push_thread_default()
        ask.bus.signal_subscribe(None, "org.a11y.atspi.Event.Object", "StateChanged", None, "focused",
                                 Gio.DBusSignalFlags.NONE, self.focus_moved)
        ask.context.pop_thread_default()
        return self

    def focus_moved(self, bus, sender, path, interface, signal, parameters):
        if parameters.unpack()[1] == 1:
            self.moved.append((sender, path))

    def follow(self) -> None:
        """GTK tells of the focus once somebody wants to know."""
        self.reader.ask([(*REGISTRY, "RegisterEvent", GLib.Variant("(sass)", ("object:state-changed:focused", [], "")))])
        self.resize(SIZE)
        time.sleep(0.5)

    def step(self, *keys: str):
        """The place that the focus comes to with these keys, or None where it stays."""
        before = self.moved[-1:]
        del self.moved[:]
        self.key(*keys)
        end = time.monotonic() + MOVE * driver.PATIENCE
        told = time.monotonic() + 0.15
        while time.monotonic() < end:
            self.reader.hear()
            if not self.moved and time.monotonic() > told:
                # GTK does not tell of what nobody has read yet.
                node = self.focused()
                self.moved += [node.place] if node and [node.place] != before else []
            if self.moved:
                place = self.moved[-1]
                self.hidden += [] if self.is_seen(place) else [place]
                return place
            time.sleep(0.01)
        self.moved += before
        return None

    def tell(self, place: tuple) -> tuple:
        """Its role, its name, and where it lies."""
        get = lambda name: (*place, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (ACCESSIBLE, name)))
        extents = (*place, COMPONENT, "GetExtents", GLib.Variant("(u)", (Atspi.CoordType.WINDOW,)))
        role, name, box = self.reader.ask([(*place, ACCESSIBLE, "GetRole", None), get("Name"), extents])
        return role_name(role[0]) if role else "gone", name[0] if name else "", Box(*box[0]) if box else None

    def reach(self, name: str) -> None:
        """By Tab, as tab_to does it, but as fast as the focus moves."""
        for _ in range(ROUND):
            place = self.step("Tab")
            if place and name in self.tell(place)[1]:
                return
        raise TimeoutError(f"no '{name}' to tab to")

    def is_seen(self, place: tuple) -> bool:
        """Within the window, once what scrolls has come to rest."""
        for _ in range(20):
            box = self.tell(place)[2]
            if box and box.width > 0 and box.height > 0 and min(box.x, box.y) >= -SLACK \
                    and box.x + box.width <= SIZE[0] + SLACK and box.y + box.height <= SIZE[1] + SLACK:
                return True
            time.sleep(0.05)
        return False

    def go_round(self, panes: bool) -> tuple:
        """Where Tab leads until it is where it began, and what is wrong with that."""
        # A dialog that still comes in takes no keys.
        first = self.step("Tab") or self.step("Tab")
        if first is None:
            return [], [f"Tab does not lead away from {(node := self.focused()) and (node.role, node.name)}"]
        seen, wrong = [first], []
        for key, way in (("Tab", seen), ("shift+Tab", back := [first])):
            while (place := self.step(key)) not in (None, first) and place not in way[-3:] and len(way) < ROUND:
                way.append(place)
            if place != first and len(seen) > 1:
                wrong.append(f"{key} does not come round: {place and self.tell(place)} after {len(way)}")
        wrong += [f"not to be seen: {self.tell(place)}" for place in self.hidden]
        wrong += [f"no name: {told}" for told in map(self.tell, {*seen, *back})
                  if not told[1] and not (panes and told[0] == "scroll pane")]
        return seen, wrong

    def visit(self, page: str, mark: str, seconds: float = 20, panes: bool = False) -> None:
        """A page that some keys have led to: its mark is there, something has the focus, Tab comes round. `panes`:
        libadwaita's own page of words takes the focus to be scrolled, and has no name."""
        begun = time.monotonic()
        self.wait(mark, seconds)
        wrong = []
        del self.hidden[:]
        try:
            has_focus = self.until(self.focused, "a focus", 3)
            if not has_focus.name:
                wrong.append(f"what has the focus first has no name: {has_focus.role}")
        except TimeoutError:
            wrong.append("nothing has the focus at first")
        seen, more = self.go_round(panes)
        if len(seen) > 1:
            # To where it was at first.
            self.step("shift+Tab")
        result(not wrong and not more, f"{self.code}: {page} by keys alone",
               "\n".join(wrong + more + ["all:"] + [str(self.tell(place)) for place in seen]))
        print(f"# {page}: {len(seen)} stops, {time.monotonic() - begun:.1f} s", flush=True)

    def leave(self, page: str, mark: str, back: bool = False) -> None:
        """Escape closes it, or goes back: then the mark is what is seen again."""
        self.key("Escape")
        with contextlib.suppress(TimeoutError):
            self.until(lambda: self.says(mark) == back, "Escape", 4)
        result(self.says(mark) == back, f"{self.code}: Escape leads out of {page}", " | ".join(self.texts()))
        # What goes takes the keys until it has gone.
        time.sleep(0.4)


def door(window, tr) -> None:
    window.wait(tr("Passphrase"), 20)
    window.follow()
    window.visit("the door", tr("Passphrase"))
    window.reach(tr("Passphrase"))
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait(tr("New Patient"), 20)
    time.sleep(0.5)


def worklist(window, tr) -> None:
    for number in (5, 4, 3, 2, 1):
        window.key(f"alt+{number}")
        window.visit(f"tab {number} of the worklist", tr("New Patient"))
    window.key("ctrl+d")
    window.visit("the order", tr("Slides and Labels"))
    window.leave("the order", tr("Slides and Labels"))
    window.key("ctrl+f")
    window.visit("the search", tr("Type or Scan"))
    window.leave("the search", tr("Type or Scan"))


def places(window, tr) -> None:
    for number, page, mark in ((2, "the patients", "Newest Specimen"), (3, "the export", "No stick is plugged in"),
                               (5, "the audit log", "_Verify"), (6, "safety", "Carry on a stick")):
        window.key(f"ctrl+{number}")
        window.visit(page, tr(mark))
        if number == 5:
            with layout(window.code):
                window.key("alt+" + letter(window, "_Verify"))
            result(window.comes(tr("The log is whole: every row and every signed head fits."), 20),
                   f"{window.code}: Alt and a letter verify the log", " | ".join(window.texts()))
    window.reach(tr("Carry on a stick"))
    window.key("Return")
    window.visit("the stick for the servers", tr("_Write to the Stick"))
    window.leave("the stick for the servers", tr("Carry on a stick"), back=True)
    window.key("ctrl+2")
    window.wait(tr("Newest Specimen"))
    window.key("ctrl+f")
    window.wait(tr("Type or Scan"))
    window.type("odhiambo")
    window.wait("Odhiambo")
    time.sleep(0.5)
    window.key("Return")
    window.visit("a patient", tr("Results Over Time"))
    window.key("F2")
    window.visit("the patient's particulars", tr("Change the Patient"))
    window.leave("the patient's particulars", tr("Change the Patient"))
    window.leave("the patient", tr("Newest Specimen"), back=True)


def settings(window, tr) -> None:
    window.key("ctrl+4")
    overview = tr("Who may sign in, and do what")
    window.visit("the settings", overview)
    for title in ("Clinic and Letterhead", "People", "Reference Ranges", "Servers", "Counting", "Microscope", "Security",
                  "Language and Look"):
        window.reach(tr(title))
        window.key("Return")
        window.wait_gone(overview)
        window.visit(f"settings, {title}", tr(title))
        window.leave(f"settings, {title}", overview, back=True)


def letter(window, text: str) -> str:
    """The key of its mnemonic, as X11 calls it."""
    return Gdk.keyval_name(Gdk.unicode_to_keyval(ord(words_of(window.code)(text).split("_")[1][0].lower())))


def explanations(window, tr) -> None:
    window.key("F1")
    window.visit("the help", tr("What to Do When…"))
    window.leave("the help", tr("What to Do When…"))
    window.key("ctrl+question")
    mark = tr("Places of the side bar", "shortcuts")
    window.visit("the shortcuts", mark)
    window.leave("the shortcuts", mark)
    for entry, mark, label in (("the tour", tr("_Next"), "_Tour"), ("about Hemogram", VERSION, "_About Hemogram")):
        window.key("F10")
        window.until(lambda: (node := window.focused()) and node.role == "menu item", "the menu")
        time.sleep(0.5)
        window.key(letter(window, label))
        window.visit(entry, mark, panes=entry == "the tour")
        window.leave(entry, mark)


def case(window, tr) -> None:
    """From somebody who is registered to a report, and back."""
    window.key("ctrl+1", "ctrl+n")
    window.visit("the registration", tr("Given names"))
    window.leave("the registration", tr("Given names"))
    with layout(window.code):
        window.key("ctrl+" + KEY["n"])
        window.wait(tr("Given names"))
        time.sleep(0.5)
        for name in NAMES[window.code]:
            window.type(name)
            window.key("Return")
    window.key("Return")
    window.type("34y")
    window.key("ctrl+Return")
    window.visit("what is asked for", tr("What Is Asked"))
    window.key("ctrl+Return")
    window.visit("the label", tr("Accepted and Saved"))
    window.reach(tr("_Open on the Bench"))
    window.key("Return")
    bench(window, tr)
    window.key("F3")
    window.wait(counted(tr, 0))
    with layout(window.code):
        window.key(*[KEY["q"]] * 5, *[KEY["w"]] * 3)
        result(window.comes(counted(tr, 8), 10), f"{window.code}: cells are counted", " | ".join(window.texts()))
    window.leave("the bench", tr("New Patient"), back=True)


def counted(tr, cells: int) -> str:
    return tr("%1$d of %2$d").replace("%1$d", str(cells)).replace("%2$d", "100")


def bench(window, tr) -> None:
    capture = tr("Capture (Space)")
    window.wait(capture, 20)
    window.until(lambda: not window.says(tr("No Camera")), "the camera", 20)
    window.visit("fields", capture)
    window.key("F2", "space")
    window.until(lambda: window.says(tr("Field %d") % 1) or window.says(tr("Keep It (Shift+Space)")), "a field", 20)
    if window.says(tr("Keep It (Shift+Space)")):
        window.key("shift+space")
        window.wait(tr("Field %d") % 1, 20)
    window.key("Page_Down", "Return")
    window.visit("a field", tr("Side by Side (F10)"))
    window.key("F9")
    window.visit("its cells", tr("Nobody has accepted this field: nothing of it counts."), 40)
    window.leave("its cells", capture, back=True)
    for key, page, mark in (("F3", "count", "Segmented neutrophils"), ("F4", "morphology", "_All Normal"),
                            ("F6", "malaria", "Thick Film"), ("F7", "report", "_Language of the Report")):
        window.key(key)
        window.visit(page, tr(mark))
    for key, page, mark in (("F8", "blood count values", "Blood Count Values"),
                            ("ctrl+r", "rejecting", "Reject the Specimen?")):
        window.key(key)
        window.visit(page, tr(mark))
        window.leave(page, tr(mark))


def lock(window, tr) -> None:
    window.key("ctrl+l")
    window.visit("the lock", tr("PIN or passphrase"))
    window.reach(tr("PIN or passphrase"))
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait(tr("New Patient"), 20)


@contextlib.contextmanager
def layout(code: str):
    """Keys as people have them who write in this language."""
    subprocess.run(["setxkbmap", LAYOUTS[code]], check=True)
    time.sleep(0.5)
    yield
    subprocess.run(["setxkbmap", "us"], check=True)
    time.sleep(0.5)


def plain(text: str) -> str:
    """Without the line under the letter of a mnemonic."""
    return text.replace("_", "")


def reading(window, tr) -> None:
    """What a pathologist has besides."""
    for number in (2, 1):
        window.key("ctrl+3", f"alt+{number}")
        window.visit(f"tab {number} of the readings", tr("Reading"), panes=True)
    window.wait(NOTE)
    time.sleep(0.3)
    window.key("Return")
    window.visit("a reading", plain(tr("A_grees with the report")))
    window.leave("a reading", NOTE, back=True)


PARTS = {"desk": (door, worklist, places, explanations, lock), "settings": (door, settings), "case": (door, case),
         "reading": (door, reading)}


def walk(code: str, part: str, folder: pathlib.Path) -> None:
    words = words_of(code)
    tr = lambda *text: plain(words(*text))
    clinic = driver.demo_clinic(folder)
    env = {"HEMOGRAM_TEST_CAMERA": str(routine.Stage(folder).path)}
    if part == "reading":
        ask = routine.as_technician(clinic)
        ask("reading", "ask", next(row["specimen"] for row in ask("worklist") if row["state"] == "signed"), NOTE)
    login = "path" if part == "reading" else "admin"
    with Desktop(folder / "desktop", code, login=login) as desktop, \
            Keys(clinic, desktop, f"keyboard-{part}", code, env=env) as window:
        window.code = code
        for step in PARTS[part]:
            begun = time.monotonic()
            step(window, tr)
            print(f"# {step.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
    if part == "case":
        found = Clinic(clinic)("search", NAMES[code][1], secrets=(driver.PASSPHRASE,))
        result(len(found) >= 1, f"{code}: who was registered is in the record", str(found))


def main() -> None:
    for part in sys.argv[2:]:
        with tempfile.TemporaryDirectory() as base:
            walk(sys.argv[1], part, pathlib.Path(base))
    driver.finish()


if __name__ == "__main__":
    main()
