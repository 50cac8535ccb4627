# SPDX-License-Identifier: GPL-3.0-or-later
"""languages.py [CODE...]: a day's work in other languages with nothing but keys, each screen as a picture for the eye.
Without codes: Arabic and English, or with HEMOGRAM_MATRIX=all each language that there is."""
import gettext
import os
import pathlib
import sys
import tempfile
import time

import driver
import looks
from clinic import Clinic
from driver import result
from reader import Gone
from looks import Desktop, Gallery

FEW = ("ar", "en")
# Enough for the longest way round a screen.
ROUND = 60


def words_of(code: str):
    """What the window says for an English text, by the catalogue that it reads."""
    found = gettext.translation("hemogram", os.environ["HEMOGRAM_PO"], [code], fallback=True)
    return lambda text, context=None: found.pgettext(context, text) if context else found.gettext(text)


def spot(node) -> tuple:
    box = node.box()
    return node.role, node.name, box.x, box.y


def focus(window):
    try:
        node = window.focused()
        return spot(node) if node is not None else None
    except Gone:
        return None  # it moves just now


def go_round(window, key: str) -> list:
    """Where the focus comes to with this key, until it is where it began; nothing where it never comes back."""
    here = window.until(lambda: focus(window), "a focus")
    seen = [here]
    for _ in range(ROUND):
        window.key(key)
        before = here
        here = window.until(lambda: (place := focus(window)) != before and place, f"another focus than {before}")
        if here == seen[0]:
            return seen
        seen.append(here)
    return []


def check_keys(window, code: str) -> None:
    """Tab comes to every control of the registration and round again, and Shift+Tab the other way."""
    there, back = go_round(window, "Tab"), go_round(window, "shift+Tab")
    told = "\n".join(map(str, there)) + "\nback:\n" + "\n".join(map(str, back))
    result(len(there) >= 8 and {place[:2] for place in there} == {place[:2] for place in back},
           f"{code}: Tab comes round the registration, and back", told)
    result(all(role and name for role, name, *_ in there), f"{code}: what has the focus has a name", told)


def day(window, code: str, tr) -> None:
    window.wait(tr("Passphrase"), 20)
    window.look(f"{code}-1-door")
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait(tr("New Patient"), 20)
    time.sleep(0.5)
    window.look(f"{code}-2-worklist", dots=True)
    window.key("ctrl+n")
    window.wait(tr("Given names"), 20)
    time.sleep(0.5)
    window.type("Neema")
    window.key("Return")
    window.type("Mushi")
    window.key("Return", "Return")
    window.type("34y")
    time.sleep(1)
    window.look(f"{code}-3-registration")
    if code in FEW:
        check_keys(window, code)
    window.key("ctrl+Return")
    window.wait(tr("What Is Asked"), 20)
    window.key("ctrl+Return")
    window.wait(tr("Accepted and Saved"), 20)
    window.key("Return")
    window.wait(tr("Capture (Space)"), 20)
    window.key("F3")
    time.sleep(1)
    window.type("q" * 30 + "w" * 12 + "e" * 2, delay=90)
    time.sleep(1.5)
    window.look(f"{code}-4-count")
    window.key("F7")
    window.wait(tr("Still Missing"), 20)
    time.sleep(1)
    window.look(f"{code}-5-report")
    window.key("F1")
    window.wait(tr("What to Do When…"), 20)
    window.look(f"{code}-6-help", dots=True)
    window.key("Escape")


def main() -> None:
    everything = os.environ.get("HEMOGRAM_MATRIX", "all") == "all"
    for code in sys.argv[1:] or (looks.LOCALES if everything else FEW):
        with tempfile.TemporaryDirectory() as base:
            folder = pathlib.Path(base)
            clinic = driver.demo_clinic(folder)
            with Desktop(folder / "desktop", code) as desktop, Gallery(clinic, desktop, "language", code) as window:
                day(window, code, words_of(code))
            found = Clinic(clinic)("search", "Mushi", secrets=(driver.PASSPHRASE,))
            result(len(found) == 1, f"{code}: the patient is in the record", str(found))
    driver.finish()


if __name__ == "__main__":
    main()
