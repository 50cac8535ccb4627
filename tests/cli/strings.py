# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read can be translated and is: nothing that they see is left out of gettext, every file with marked
strings is listed and extracts without a warning, a counted thing has plural forms, and each catalogue fits the
strings as they are now and says who made it."""
import importlib.machinery
import importlib.util
import pathlib
import re
import sys
import tempfile

from faults import Tap, run

ROOT = pathlib.Path(sys.argv[1])
MARK = re.compile(r"\b(N_|_|C_|NC_|g_dngettext|ngettext) ?\(")

# The text of a C file, piece by piece: comments, strings, characters, words.
PIECE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])+'|[A-Za-z_]\w*|\s+|.", re.DOTALL)
MARKS = {"_", "N_", "C_", "NC_", "ngettext", "g_dngettext", "g_dpgettext2", "SAY"}
# What shows its words as they are; one word is enough there.
SHOWS = re.compile(r"^(gtk_label_new\w*|gtk_button_new_with_label|gtk_\w*_set_(label|text|title|tooltip_text|markup|"
                   r"placeholder_text)|adw_\w*_(set_(title|subtitle|description|label|heading|body)|new)|"
                   r"gtk_accessible_announce|hemo_cli_say|hemo_\w*_(say|toast))$")
# What speaks to programmers, to the bus or to GStreamer, and compares.
UNSEEN = re.compile(r"^(g_str(_has_prefix|_equal|cmp0)|g_(warning|critical|debug|error|message|printerr|log\w*)|strstr|strncpy|fputs|print_turn|"
                    r"g_enum_register_static|gst_element_class_\w+|hemo_txn_\w+|say_invalid)$")
WORDS = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}")
# In these nothing is translated: invented people, what only programmers read, a helper without a window, the
# names of languages, each in its own.
OWN_WORDS = {"ui/cli/hemo-cli-demo.c", "ui/desk/hemo-watch.c", "ui/report/hemo-draw-paper.c",
             "ui/desk/hemo-languages.c", "ui/report/hemo-report-languages.c"}
# No words: markup, pipelines and lists for machines.
MACHINE = re.compile(r"^<|wave=sine|jpg jpeg|tif tiff|BEGIN CERTIFICATE|^[A-Z-]+ [\[A-Z]|^[A-Z]+ \w+\||^\[-|^[a-z]+ [a-z]+$|^org\.")
# The properties of a template that are no words.
PROPERTIES = {"name", "tag", "id", "icon-name", "start-icon-name", "end-icon-name", "action-name", "accelerator",
              "section-name", "action-target", "detailed-action-name"}
# 'N things' that are never one: 100 cells, 200 parasites, the fields of the demonstration; and those of a report, whose catalogue
# is read without gettext and so has one form a string.
NEVER_ONE = {
    "%d cells are counted", "%d infected of 1000 red cells", "Count to %d white cells", "mean of %d readings",
    "none seen beside %d white cells", "none seen in %d red cells", "none seen in %d fields", "%d parasites per µL",
    "%d fields brought in, sealed.", "%d by %d pixels, shown at %.0f percent",
    "%d cells counted; morphology, %d platelets and a malaria film recorded.",
    "%d patients registered, their specimens accepted; the first is %s.",
    "Fewer than %d fields of a thick film are clear of parasites: this is not yet negative",
}


def load_status():
    loader = importlib.machinery.SourceFileLoader("status", str(ROOT / "po/status"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("status", loader))
    loader.exec_module(module)
    return module


status = load_status()


def is_marked(path: pathlib.Path) -> bool:
    lines = (line for line in path.read_text().splitlines() if not line.startswith("#define"))
    return any(MARK.search(line) for line in lines)


def literals(text: str):
    """Each string that no mark stands around: its line, the innermost call, what is in it."""
    calls, last, line = [], "", 1
    text = re.sub(r"^#.*", "", text, flags=re.MULTILINE)
    for piece in (found[0] for found in PIECE.finditer(text)):
        if piece[0] == '"' and not MARKS & set(calls):
            yield line, calls[-1] if calls else "", piece[1:-1]
        elif piece == "(":
            calls.append(last)
        elif piece == ")" and calls:
            calls.pop()
        if not piece.isspace() and piece[:2] not in ("/*", "//"):
            last = piece
        line += piece.count("\n")


def seen(call: str, text: str) -> bool:
    if UNSEEN.match(call) or MACHINE.search(text):
        return False
    return bool(WORDS.search(text) or SHOWS.match(call) and re.search("[A-Za-z]{2,}", re.sub("%[a-z]+", "", text)))


def unmarked_code(path: pathlib.Path) -> list:
    name = str(path.relative_to(ROOT))
    if name in OWN_WORDS:
        return []
    return [f"{name}:{line}: {text}" for line, call, text in literals(path.read_text()) if seen(call, text)]


def unmarked_template(path: pathlib.Path) -> list:
    found = re.finditer(r"^\s*([\w-]+): *([\"'])(.*[A-Za-z].*)\2;", path.read_text(), re.MULTILINE)
    return [f"{path.relative_to(ROOT)}: {words[1]}: {words[3]}" for words in found if words[1] not in PROPERTIES]


def check_marks(tap: Tap) -> None:
    code = [place for path in sorted((ROOT / "ui").rglob("*.c")) for place in unmarked_code(path)]
    tap.result(not code, "no words of the window or the command line are left out", "\n".join(code))
    templates = [place for path in sorted((ROOT / "ui").rglob("*.blp")) for place in unmarked_template(path)]
    tap.result(not templates, "and none of a template", "\n".join(templates))


def check_extraction(tap: Tap) -> str:
    listed = set(status.listed(ROOT))
    sources = [path for folder in ("app", "sync", "ui") for kind in ("c", "h", "blp")
               for path in (ROOT / folder).rglob(f"*.{kind}")]
    marked = {str(path.relative_to(ROOT)) for path in sources if is_marked(path)}
    tap.result(marked <= listed, "each file with marked strings is in POTFILES.in", str(marked - listed))
    gone = {name for name in listed if not (ROOT / name).exists()}
    tap.result(not gone, "and none that is gone", str(gone))
    done = status.extract(ROOT)
    tap.result(done.returncode == 0 and not done.stderr, "xgettext finds nothing to warn of", done.stderr)
    for text in ("White cells", "Who can sign in", "Blood smear report", "Register a patient",
                 "Blood Smears", "The server is not reached."):
        tap.result(f'msgid "{text}"' in done.stdout, f"'{text}' can be translated")
    return done.stdout


def check_plurals(tap: Tap, strings: list) -> None:
    counted = re.compile(r"(?<![Vv]ersion )%[-+ 0']*l?[diu](?: [a-z]+)?(?: \w+)? [a-z]+s\b")
    lacking = [entry.source for entry in strings
               if not entry.is_plural and counted.search(entry.source) and entry.source not in NEVER_ONE
               and " of %" not in entry.source]
    tap.result(not lacking, "what is counted has plural forms", "\n".join(lacking))


def places(text: str) -> list:
    """What is filled in, without the order; %2$d is %d."""
    return sorted(re.sub(r"\d+\$", "", place) for place in status.PLACE.findall(text.replace("%%", "")))


def odd_formats(entries: list) -> list:
    """Dates may have their parts otherwise; a plural form may say its number in words."""
    wrong = []
    for entry in entries:
        singular = places(entry.source)
        sources = [singular, places(entry.fields.get("msgid_plural", entry.source))]
        if "c-format" in entry.flags and any(text and places(text) not in sources for text in entry.translations):
            wrong.append(entry.source)
    return wrong


def check_catalogue(tap: Tap, code: str, template: str, folder: pathlib.Path) -> None:
    catalogue = ROOT / "po" / f"{code}.po"
    merged = folder / f"{code}.po"
    merged.write_text(status.merge(catalogue, template))
    head, *entries = status.parse(merged.read_text()) or [status.Entry()]
    if not tap.result(bool(entries), f"{code}: can be read"):
        return
    done = run(["msgfmt", "--check", "--check-accelerators=_", "--output-file=/dev/null", merged])
    tap.result(done.returncode == 0, f"{code}: formats, plural forms and mnemonics match", done.stderr)
    wrong = odd_formats(entries)
    tap.result(not wrong, f"{code}: what is filled in is filled in there too", "\n".join(wrong))
    count = status.forms(head.fields["msgstr"])
    plurals = [entry.source for entry in entries if entry.is_plural and any(entry.translations)
               and not (len(entry.translations) == count and all(entry.translations))]
    tap.result(count in status.FORMS.get(code, {count}) and not plurals, f"{code}: a number has all its forms",
               f"{count} forms\n" + "\n".join(plurals))
    tap.result(bool(status.made_by(catalogue)), f"{code}: says that a machine wrote it, or who read it",
               f"neither '{status.MACHINE}' nor '{status.NATIVE}' stands in its head")
    english = [entry.source for entry in entries if entry.translations == [entry.source] and len(entry.source) > 30
               and WORDS.search(entry.source) and not status.PLACE.fullmatch(entry.source)]
    tap.result(not english, f"{code}: no sentence is the English one", "\n".join(english))
    waiting = [entry.source for entry in entries if not entry.is_done]
    tap.result(not waiting, f"{code}: is complete, {len(waiting)} of {len(entries)} wait", "\n".join(waiting))


def main() -> int:
    tap = Tap()
    check_marks(tap)
    template = check_extraction(tap)
    check_plurals(tap, status.parse(template)[1:])
    there = sorted(path.stem for path in (ROOT / "po").glob("*.po"))
    tap.result(there == sorted(status.languages(ROOT)), "each catalogue is a language of LINGUAS", str(there))
    with tempfile.TemporaryDirectory() as folder:
        for code in there:
            check_catalogue(tap, code, template, pathlib.Path(folder))
    table = run([ROOT / "po/status"]).stdout
    tap.result(all(re.search(rf"^{code} .*\d %", table, re.MULTILINE) for code in there), "po/status tells of each", table)
    return tap.finish()


sys.exit(main())
