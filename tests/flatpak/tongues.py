# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox in languages of other scripts: from which fonts their letters come, and a day from the first start to the
paper, on a computer that speaks the language."""
import gettext
import os
import pathlib
import subprocess
import tempfile
import unicodedata
from typing import NamedTuple

from installed import DATA, SHOTS, inside

import driver
import firstrun
import languages
from clinic import Clinic
from driver import Window, result


class Language(NamedTuple):
    """The computer's locale, a letter and the font that has it, who comes to the laboratory."""
    locale: str
    letter: str
    font: str
    person: tuple
    rtl: bool = False


LANGUAGES = {
    "ar": Language("ar_EG.UTF-8", "ب", "NotoSansArabic", ("نعيمة", "الموصلي"), rtl=True),
    "hi": Language("hi_IN.UTF-8", "क", "NotoSansDevanagari", ("नीमा", "शर्मा")),
}
SHIPPED = "/app/share/fonts/"
MIDDLE = 1366 / 2


def told(script: str) -> list:
    return inside(script).stdout.split("\n")[:-1]


def letters(listed: list) -> set:
    """All that fonts have, of what fontconfig says of each: '20-7e a0 …'."""
    found = set()
    for part in " ".join(listed).split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def shipped_letters() -> set:
    return letters(told(f"fc-scan -f '%{{charset}}\\n' {SHIPPED}"))


def asked_of_fonts() -> set:
    """Every character that the window and the paper say in any language."""
    texts = []
    for code in (path.name for path in pathlib.Path(os.environ["HEMOGRAM_PO"]).iterdir() if path.is_dir()):
        catalogue = gettext.translation("hemogram", os.environ["HEMOGRAM_PO"], [code], fallback=True)
        texts += [text for pair in getattr(catalogue, "_catalog", {}).items()
                  for text in (pair[0] if isinstance(pair[0], str) else pair[0][0], pair[1])]
    return {character for text in texts for character in text if unicodedata.category(character)[0] not in "CZ"}


def fonts() -> None:
    shipped = sorted(path for path in told(f"find {SHIPPED} -type f"))
    everything = told("fc-list -f '%{file}\\n'")
    result(everything and not [path for path in everything if not path.startswith((SHIPPED, "/usr/share/fonts/"))],
           "no font of the computer is seen here", "\n".join(everything))
    taken = {}
    wanted = [("en", "A", "Noto Sans"), *((code, language.letter, "sans-serif") for code, language in LANGUAGES.items())]
    for code, letter, family in wanted:
        for weight in ("regular", "bold"):
            pattern = f"{family}:lang={code}:weight={weight}:charset={ord(letter):x}"
            taken[code, weight] = told(f"fc-match -f '%{{file}}\\n' '{pattern}'")[0]
    print(f"# fonts: {int(told(f'du -sk {SHIPPED} | cut -f 1')[0])} kB in {len(shipped)} files", flush=True)
    result(sorted(taken.values()) == shipped,
           "letters of each script come from a font of its own that is shipped, and none is shipped in vain", f"{taken}\n{shipped}")
    asked = asked_of_fonts()
    here = shipped_letters()
    missing = {character for character in asked if unicodedata.category(character)[0] in "LM" and ord(character) not in here}
    result(len(asked) > 200 and not missing, "what is shipped has each letter of each translation",
           f"{sorted(missing)} of {len(asked)}")
    there = here | letters(told("fc-list -f '%{charset}\\n'"))
    missing = {character for character in asked if ord(character) not in there}
    result(not missing, "and with the runtime's every sign in it", sorted(missing))


class Spoken(Window):
    """Started as on a computer in this language; the runtime has no locale of it."""

    def __init__(self, code: str, clinic: pathlib.Path, settings: str):
        locale = LANGUAGES[code].locale
        super().__init__(clinic, name=f"sandboxed-{code}-{settings}", env={"LANG": locale, "LC_ALL": locale})
        self.code = code

    def look(self, name: str, dots: bool = False) -> None:
        self.shot(f"sandboxed-{name}")
        if name.endswith("registration"):
            place = self.place_of(None, languages.words_of(self.code)("Given names"))
            right = place is not None and place.x + place.width / 2 > MIDDLE
            rtl = LANGUAGES[self.code].rtl
            result(place is not None and right == rtl,
                   f"{self.code}: the page goes from {'right to left' if rtl else 'left to right'}", place)


def first_start(code: str, folder: pathlib.Path) -> None:
    tr = languages.words_of(code)
    with Spoken(code, folder / "new", "first") as window:
        window.wait(tr("Welcome to Hemogram"), 30)
        window.shot(f"sandboxed-{code}-0-welcome")
        window.key("Return")
        window.wait(tr("_Name of the clinic").replace("_", ""))
        window.type("Kisumu")
        window.key("Return")
        window.wait(tr("_Your name").replace("_", ""))
        result(True, f"{code}: the first start speaks the computer's language without being asked")


def paper(code: str, clinic: pathlib.Path, folder: pathlib.Path) -> None:
    """A report in the language of somebody whose name is written in it, looked at out of the sandbox."""
    given, family = LANGUAGES[code].person
    ask = Clinic(clinic)
    secrets = (driver.PASSPHRASE,)
    patient = ask("patient", "add", "--given", given, "--family", family, "--sex", "female", "--born", "34y", "--new-person",
                  secrets=secrets)["uuid"]
    specimen = ask("specimen", "accept", patient, "--tests", "diff", secrets=secrets)["accession"]
    ask("count", specimen, "seg:60", "lym:40", "--close", secrets=secrets)
    ask("report", "sign", specimen, "--language", code, secrets=secrets)
    pdf = folder / "report.pdf"
    ask("report", "print", specimen, pdf, secrets=secrets)
    listed = subprocess.run(["pdffonts", pdf], capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()[2:]]
    script = LANGUAGES[code].font
    embedded = {row[0].partition("+")[2]: row[-5] for row in rows}
    result(all(any(name.startswith(f"{script}-{weight}") for name in embedded) for weight in ("Regular", "Bold"))
           and set(embedded.values()) == {"yes"}, f"{code}: the report brings its letters with it, regular and bold", listed)
    text = unicodedata.normalize("NFKC", subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True).stdout)
    here = shipped_letters()
    others = {character for character in text if unicodedata.category(character)[0] not in "CZ" and ord(character) not in here}
    stray = [name for name in embedded if not name.startswith("NotoSans")]
    result(bool(stray) == bool(others) and not [sign for sign in others if unicodedata.category(sign)[0] != "S"],
           f"{code}: all but a sign or two is of the fonts that are shipped", f"{stray} {sorted(others)}")
    tr = languages.words_of(code)
    wanted = set(given + family + tr("Segmented neutrophils") + tr("Lymphocytes")) - {" "}
    result(wanted <= set(text), f"{code}: no letter of the name or of a result is missing on paper",
           f"{sorted(wanted - set(text))}\n{text[:1500]}")
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", pdf, SHOTS / f"sandboxed-{code}-7-paper"], check=True)


def speak(code: str) -> None:
    folder = pathlib.Path(tempfile.mkdtemp(dir=DATA / "test"))
    first_start(code, folder)
    clinic = driver.demo_clinic(folder)
    # Tab's way round is looked at where all languages are (tests/ui/languages.py).
    languages.FEW = ()
    with Spoken(code, clinic, "day") as window:
        languages.day(window, code, languages.words_of(code))
    found = Clinic(clinic)("search", "Mushi", secrets=(driver.PASSPHRASE,))
    result(len(found) == 1, f"{code}: the patient is in the record", str(found))
    paper(code, clinic, folder)
