# SPDX-License-Identifier: GPL-3.0-or-later
"""One screen in many looks while it is open: light, dark, a small window; with text at 200 %, from right to left, in
high contrast and in a language of brackets (po/pseudo) by starting anew. And what a machine can say of a picture:
what lies beside the window, which number or name is shown with dots in its place, which control has no name, and
which words were never translated."""
import contextlib
import itertools
import os
import pathlib
import re
import signal
import subprocess
import time

import driver
from driver import Atspi, Window, result
from reader import TEXT, Gone

SIZE, SMALL = (1366, 768), (1024, 700)
# 'some' keeps what cuts off most easily; 'all' is for the eye as well.
ALL = os.environ.get("HEMOGRAM_MATRIX", "all") == "all"
STARTS = {
    "ltr": ("light", "dark", "small"),
    "large": ("large",),
    "rtl": ("light",),
    "contrast": ("light", "dark"),
    "pseudo": ("light", "small"),
} if ALL else {"pseudo": ("light", "small"), "large": ("large",)}
ROUNDS = tuple(STARTS)
# What the catalogues are tried with.
LOCALES = {"ar": "ar_EG", "en": "en_GB", "es": "es_ES", "fr": "fr_FR", "hi": "hi_IN", "pt": "pt_PT", "sw": "sw_KE"}
STARTS.update({code: ("light",) for code in LOCALES})
# Places are rounded, and a button at the edge has a part that only catches the pointer.
SLACK = 2
# What only holds others may be without a name; a row tells what it holds.
BOXES = {"scroll pane", "panel", "filler", "frame", "list", "list box", "table", "tree table", "viewport", "window",
         "dialog", "group", "label", "application"}
ROWS = {"list item", "table cell", "table row", "tree item", "row"}
# One string of the language of brackets.
PSEUDO = re.compile(r"\[((?:\([][]\)|[^][])*?) ~[~ ]*\]")
# What may be asked of a person to press, type, choose or look up; nobody who listens can use one without a name.
CONTROLS = {"button", "toggle button", "push button", "radio button", "check box", "switch", "combo box", "entry",
            "text", "password text", "spin button", "slider", "menu item", "check menu item", "radio menu item",
            "tab", "page tab", "link"}
# Who and what is in the records of the walks.
NAMES = (
    "Wilhelmina|Alexandrina|Theodora|Constantia|Featherstonehaugh|Saint|Memorial Health Centre of the Upper Lake Region",
    "Amina|Odhiambo|Rajesh|Venkataraghavan|Sri|Lakshmi|Narasimha|Subramaniapuram|Ngozi|Joseph|Mwangi",
    "Dr Achieng, ward 4|Grace|Wanjiru|Lucía|Fernández|Kiprono|Chukwuemeka|Oluwaseun|Adebayo|Montgomery",
    "Kadongo|Riverside|Lakeside|Market Street|Kilometre Twenty-Seven on the Road to the Lake",
    "Demonstration (?:Clinic|analyser)|Outpatients|Fever for [^.]*?pale|, spleen felt[^.]*|HemoCue|Analyser 1",
    "Faulty Clinic|The Administrator", "KINGSTON DATATRAVELER OF THE LABORATORY",
    r"admin|path|tech|SHA256SUMS|[\w/-]+\.(?:pdf|json|csv|jpg)", "x100 oil", "English", "Hemogram", r"[0-9A-Z]{4}(?:\s+[0-9A-Z]{4})+",
)
# GTK's own words, which its own translators answer for, and what is no word: units, codes, keys, names of files.
FOREIGN = re.compile(r"\b(?:" + "|".join((
    # GTK and libadwaita
    "(?:Close|Minimi[sz]e|Maximi[sz]e|Restore)(?: the window)?", "Avatar of", "Back", "(?:Show|Hide) (?:Text|Password)",
    "Sidebar", "Dismiss", "(?:Search )?Shortcuts", "Alt|Ctrl|Shift|Back[Ss]pace|Page[ _](?:Up|Down)",
    # people, places and what they said
    *NAMES)) + r")\b")
# The audit log's: action, kind of record, its UUID, a row as a whole.
CODES = re.compile(r"^[a-z-]+(?:\.[a-z-]+)*$|[0-9a-f]{8}-[0-9a-f]{4}-|sha256|^version \d+$|^[a-z]+(?:,[a-z]+)+$|^\d+  |"
                   r"^\d+ .*(?:sign-in|settings|export)|^\d+ (?:applied|merged|waiting|kept|ours)$|"
                   # GTK's names of keys
                   r"^(?:(?:Alt|Ctrl|Shift)\+)?(?:Left|Return|Space|Delete|Backslash)$")
SHOWN = {"button", "toggle button", "radio button", "check box", "switch", "combo box", "label", "entry", "text",
         "password text", "spin button"}


class Desktop:
    """What a desktop tells its programs: text size by XSETTINGS, and the program's own style."""

    def __init__(self, folder: pathlib.Path, start: str, login: str = "admin"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.start, self.login = folder, start, login
        self.settings = folder / "xsettings"
        self.keyfile = folder / "config" / "glib-2.0" / "settings" / "keyfile"
        self.keyfile.parent.mkdir(parents=True)
        self.env = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder / "config")}
        if start == "rtl":
            self.speak("ar_EG", "ar")
        if start in LOCALES:
            self.speak(LOCALES[start], start)
            self.env["HEMOGRAM_LOCALES"] = os.environ["HEMOGRAM_PO"]
        if start == "pseudo":
            # gettext takes no language where the locale is C.
            self.speak("en_GB", "en_XA")
            words = folder / "locale" / "en_XA" / "LC_MESSAGES" / "hemogram.mo"
            words.parent.mkdir(parents=True)
            words.write_bytes(pathlib.Path(os.environ["HEMOGRAM_PSEUDO"]).read_bytes())
            self.env["HEMOGRAM_LOCALES"] = str(folder / "locale")
        if start == "contrast":
            self.env["ADW_DEBUG_HIGH_CONTRAST"] = "1"

    def speak(self, locale: str, language: str) -> None:
        subprocess.run(["localedef", "-i", locale, "-f", "UTF-8", "--no-archive", self.folder / f"{locale}.UTF-8"],
                       capture_output=True, check=False)
        self.env.update(LC_ALL=f"{locale}.UTF-8", LOCPATH=str(self.folder), LANGUAGE=language)

    def __enter__(self):
        self.style, self.scale = "light", 2 if self.start == "large" else 1
        self.write()
        self.manager = subprocess.Popen(["xsettingsd", "-c", str(self.settings)], stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.manager.terminate()
        self.manager.wait()

    def write(self) -> None:
        self.settings.write_text(f"Xft/DPI {self.scale * 96 * 1024}\n")
        self.keyfile.write_text(f"[org/hemogram/Hemogram]\nlast-login='{self.login}'\nvalue-source='Analyser 1'\n"
                                f"style='{self.style}'\n")

    @staticmethod
    def told(look: str) -> tuple:
        return ("dark" if look == "dark" else "light"), (2 if look == "large" else 1)

    def would_change(self, look: str) -> bool:
        return self.told(look) != (self.style, self.scale)

    def set(self, look: str) -> None:
        self.style, self.scale = self.told(look)
        self.write()
        self.manager.send_signal(signal.SIGHUP)


class Gallery(Window):
    """A window of which pictures are taken."""

    def __init__(self, clinic, desktop: Desktop, part: str, start: str, *arguments, env=None):
        super().__init__(clinic, *arguments, env={**desktop.env, **(env or {})}, name=f"{part}-{start}")
        self.desktop, self.start, self.size = desktop, start, None

    def resize(self, size: tuple) -> None:
        self.size = size
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid), "--name",
                                "^Hemogram$"], capture_output=True, text=True, check=False).stdout.split()
        for identity in found:
            subprocess.run(["xdotool", "windowsize", identity, *map(str, size)], check=False)

    def frame(self):
        return next((node.box() for node in self.nodes() if node.role == "frame"), None)

    def each_text(self):
        yield from map(plain, super().each_text())

    def plain(self, name: str) -> str:
        return plain(name)

    def back(self) -> None:
        self.key("alt+Right" if self.start in ("rtl", "ar") else "alt+Left")

    def activate(self, name: str) -> None:
        """What lies beyond the window is scrolled into it, and clicked."""
        for _ in range(40):
            box = self.until(lambda: self.place_of(None, name), f"'{name}'")
            frame = self.frame()
            above, below = box.y < frame.y + 60, box.y + box.height > frame.y + frame.height - 20
            if not above and not below:
                break
            subprocess.run(["xdotool", "mousemove", str(frame.width * 2 // 3), str(frame.height // 2), "click",
                            "--repeat", "2", "--delay", "10", "4" if above else "5"], check=False)
            time.sleep(0.2)
        self.click_at(box.x + box.width // 2, box.y + box.height // 2)

    def rest(self, before: bytes) -> bytes:
        """Until the picture is another than `before` and stays so; what never rests is taken after a while."""
        seen, start = before, time.monotonic()
        while time.monotonic() - start < 8 * driver.PATIENCE:
            latest = driver.picture()
            moving = latest != seen
            seen = latest
            if not moving and latest != before or latest != before and time.monotonic() - start > 3 * driver.PATIENCE:
                break
            time.sleep(0.12)
        return seen

    def become(self, look: str, seen: bytes) -> bytes:
        """One change after the other, as each is only known by the picture."""
        size = SMALL if look == "small" else SIZE
        if self.desktop.would_change(look):
            self.desktop.set(look)
            seen = self.rest(seen)
        if size != self.size:
            self.resize(size)
            seen = self.rest(seen)
        return seen

    def look(self, name: str, dots: bool = False, codes: bool = False, wide: bool = False) -> None:
        """`dots`: a long text may end in dots here, because the whole is told beside it; `codes`: the audit log is seen,
        whose rows are for machines too; `wide`: 1024 pixels are enough for English alone."""
        # Away from everything that would say something about itself, and in the window: keys go where the pointer is.
        subprocess.run(["xdotool", "mousemove", "9", "600"], check=False)
        if self.size is None:
            self.resize(SIZE)
        seen = self.rest(b"")
        for look in STARTS[self.start]:
            if wide and look == "small" and self.start == "pseudo":
                continue
            seen = self.become(look, seen)
            where = look if self.start in ("ltr", "large", *LOCALES) else f"{self.start}-{look}"
            driver.save(seen, driver.SHOTS / "matrix" / f"{name}-{where}.png")
            if look != "dark":
                self.check(f"{name}, {where}", dots)
            if self.start == "pseudo" and look == STARTS[self.start][0]:
                self.listen(f"{name}, {where}")
                self.read(f"{name}, {where}", codes)
        self.become(STARTS[self.start][0], seen)

    def check(self, name: str, dots: bool) -> None:
        nodes = self.nodes()
        frame = next((node.box() for node in nodes if node.role == "frame"), None)
        beside, shortened = [], []
        for node in nodes:
            with contextlib.suppress(Gone):
                box = node.box() if frame and node.role in SHOWN else None
                if box and box.width > 0 and beyond(node, box, frame):
                    beside.append(f"{node.role} '{node.name}' at {box.x}, {box.y}: {box.width}x{box.height}")
                if node.role == "label" and not dots and ends_in_dots(node, self.start == "pseudo"):
                    shortened.append(node.name)
        result(not beside and not shortened, f"{name}: nothing is cut off",
               "\n".join(beside + [f"shortened: {text}" for text in shortened]))


    def listen(self, name: str) -> None:
        """What a person who listens is told: every control has a role and a name."""
        nodes = self.nodes()
        named = {row.place for node in nodes if node.name for row in node.above() if row.role in ROWS}
        silent = [trail(node) for node in nodes
                  if node.role in ("unknown", "invalid", "")
                  or (node.role in CONTROLS or node.has(Atspi.StateType.FOCUSABLE) and node.role not in BOXES)
                  # A row says what stands in it.
                  and not node.name and node.place not in named]
        result(not silent, f"{name}: every control has a name", "\n".join(silent))

    def read(self, name: str, codes: bool) -> None:
        """What has no brackets was not translated, but for what people and machines call things."""
        bare = set()
        for text in super().each_text():
            left = text
            while PSEUDO.search(left):
                left = PSEUDO.sub(" ", left)
            if codes and CODES.search(left):
                continue
            if re.search(r"[A-Za-z]{3,}", FOREIGN.sub("", left)):
                bare.add(text)
        result(not bare, f"{name}: nothing is left in English", "\n".join(sorted(bare)))


def plain(text: str) -> str:
    """As it is in English, without the brackets."""
    while text and PSEUDO.search(text):
        text = PSEUDO.sub(r"\1", text)
    return text


def inside(node):
    """What it stands in, up to the window."""
    return itertools.takewhile(lambda above: above.role != "frame", node.above())


def trail(node) -> str:
    """Where it stands: its role, and those of what it stands in."""
    return " < ".join(part.role + (f" '{part.name}'" if part.name else "")
                      for part in itertools.islice(itertools.chain([node], inside(node)), 8))


def scrolls(node) -> bool:
    """Whether it lies in something that scrolls."""
    return any(above.role == "scroll pane" for above in inside(node))


def beyond(node, box, frame) -> bool:
    """Across nothing may be cut off but what scrolls; along, only what does not lie in a list."""
    across = box.x < frame.x - SLACK or box.x + box.width > frame.x + frame.width + SLACK
    along = box.y < frame.y - SLACK or box.y + box.height > frame.y + frame.height + SLACK
    return (across or along) and not scrolls(node) or across and not in_wide_list(node)


def in_wide_list(node) -> bool:
    """A table, the film and rows of buttons scroll across too."""
    return any(above.role in ("table", "tree table", "list box", "tab list", "page tab list") for above in inside(node))


def ends_in_dots(node, any_text: bool) -> bool:
    """A label with a digit or a name, or any of them, whose last letters have no place of their own. GTK tells places
    of letters that are written in one byte, so other scripts are left to the eye."""
    text = node.name
    if not text.isascii() or len(text) < 4 or not (any_text or re.search(r"\d|^[A-Z][a-z]+ [A-Z][a-z]", text)):
        return False
    if TEXT not in node.interfaces or node.text() != text:
        return False
    last, before = node.letters(len(text) - 1, len(text) - 2)
    return last[:2] == before[:2]
