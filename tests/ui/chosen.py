# SPDX-License-Identifier: GPL-3.0-or-later
"""The language that was chosen holds on whatever computer: one of another language, one that has no locale but C, one
whose own locale was never made. Words, months and days of the week, and the way the window is written."""
import datetime
import os
import pathlib
import tempfile
import time

import driver
import looks
from driver import Window, result
from languages import words_of
from looks import Desktop

WIDTH = looks.SIZE[0]
# What is chosen ('' is 'As the computer'), the computer's locale, whether it was made, what is then spoken.
SOME = (("ar", "en_US", True, "ar"), ("en", "ar_EG", True, "en"), ("ar", "C", False, "ar"), ("", "fr_FR", False, "fr"),
        ("", "ar_EG", False, "ar"), ("fr", "ar_EG", True, "fr"))
ALL = SOME + tuple((code, "en_US", True, code) for code in looks.LOCALES if code != "ar") + tuple(
    (code, "C", False, code) for code in looks.LOCALES if code != "ar")


def set_up(desktop, chosen: str, locale: str, made: bool) -> None:
    """No LANGUAGE: what the program makes of its setting is looked at."""
    if made:
        desktop.speak(locale, "")
    desktop.env.update(LC_ALL=f"{locale}.UTF-8", LOCPATH=str(desktop.folder), LANGUAGE="",
                       HEMOGRAM_LOCALES=os.environ["HEMOGRAM_PO"])
    desktop.keyfile.write_text(f"[org/hemogram/Hemogram]\nlast-login='admin'\nlanguage='{chosen}'\n")


def is_mirrored(window) -> bool:
    """The buttons that close the window stand where a line ends."""
    boxes = [node.box() for node in window.nodes() if node.role == "button"]
    return any(box.x < WIDTH / 4 for box in boxes)


def look(folder: pathlib.Path, clinic, number: int, case: tuple) -> None:
    chosen, locale, made, spoken = case
    name = f"{chosen or 'nothing'} chosen on {locale}.UTF-8{'' if made or locale == 'C' else ', which was never made'}"
    tr = words_of(spoken)
    with Desktop(folder / f"desktop-{number}", "chosen") as desktop:
        set_up(desktop, chosen, locale, made)
        with Window(clinic, env=desktop.env, name=f"chosen-{number}", leaks=False) as window:
            result(window.comes(tr("Passphrase"), 20), f"{name}: its words", " | ".join(window.texts()))
            today = datetime.date.today()
            words = tr(today.strftime("%A"), "weekday"), tr(today.strftime("%B"), "month")
            texts = window.texts()
            result(any(all(word in text for word in words) for text in texts), f"{name}: its days and months",
                   " | ".join((*words, "in", *texts)))
            result(is_mirrored(window) == (spoken == "ar"), f"{name}: written its way")
            window.shot(f"chosen-{chosen or 'none'}-{locale}")


def choose_at_the_door(folder: pathlib.Path, clinic) -> None:
    """Whoever comes to a computer that speaks another's language changes it before signing in."""
    tr = words_of("ar")
    with Desktop(folder / "desktop-door", "chosen") as desktop:
        set_up(desktop, "en", "en_GB", True)
        with Window(clinic, env=desktop.env, name="chosen-door", leaks=False) as window:
            window.wait("Passphrase", 20)
            window.tab_to("English")
            window.key("space")
            window.wait("العربية")
            time.sleep(0.5)
            window.key("End", "Return")
            result(window.comes(tr("Passphrase"), 20), "the language of the door changes at once", " | ".join(window.texts()))
            result(is_mirrored(window), "and the way it is written")
            window.shot("chosen-door")


def main() -> None:
    cases = ALL if os.environ.get("HEMOGRAM_MATRIX", "all") == "all" else SOME
    with tempfile.TemporaryDirectory() as base:
        folder = pathlib.Path(base)
        clinic = driver.demo_clinic(folder)
        for number, case in enumerate(cases):
            look(folder, clinic, number, case)
        choose_at_the_door(folder, clinic)
    driver.finish()


if __name__ == "__main__":
    main()
