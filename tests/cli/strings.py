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
MARK = re.compile(r"\b(N_|_|C_|NC_|g_dngettext|ngettext|HEMO_PLURAL) ?\(")

# The text of a C file, piece by piece: comments, strings, characters, words.
PIECE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])+'|[A-Za-z_]\w*|\s+|.", re.DOTALL)
MARKS = {"_", "N_", "C_", "NC_", "ngettext", "g_dngettext", "g_dpgettext2", "SAY", "HEMO_PLURAL"}
# What makes the errors of the libraries.
FAILS = re.compile(r"^(g_set_error\w*|g_error_new\w*|g_prefix_error\w*|g_propagate_prefixed_error|"
                   r"\w*(refuse|fail|set_error|invalid|damaged|unsupported|png_error)\w*)$")
SENTENCE = re.compile(r"^[A-Z][A-Za-z']* .*[a-z]\.$")
# The sentences of the libraries that stay English, by who can meet them: who runs a server and sent what is no FHIR;
PROGRAMMERS = (
    "app/fhir/",
    # whoever calls the functions of the program with what they do not take (its own windows never do),
    "app/model/hemo-field-cells", "app/model/hemo-json.c", "app/model/hemo-mark.c", "app/model/hemo-morphology.c",
    "app/model/hemo-cell.c", "app/store/hemo-range-table.c", "app/store/hemo-statement.c", "app/store/hemo-draft-table.c",
    # and whoever mends the library of cryptography that did not do what it always can.
    "app/vault/hemo-cms-seal.c", "app/vault/hemo-cms-sign.c", "app/vault/hemo-secret-wrap.c",
)
ENGLISH = set((
    # Only the command line asks for these, in words of its own that are no language.
    """
What can be exported is pdf, csv, fhir and images.
What is to be exported was not said: pdf, csv, fhir or images.
There is no such size of labels. Known are 50x25, 40x20 and a4-3x8.
The sign-in is none, basic, bearer, smart or sigv4.
There is no such role; the roles are technician, pathologist and administrator.
Unknown %s; it must be one of: %s
A scale must be from %g to %g micrometres for each pixel
The lines were drawn on pictures of different size
The lines do not agree: line %u gives %.4g micrometres a pixel, together %.4g. Draw it again.
Draw at least one line
03/04/2020 (day first)
04/03/2020 (month first)
A time must be like 2026-11-21T14:05:06.123+03:00
Reports cannot be printed in this language. There are: %s.
A report is signed as preliminary, final, amended or corrected.
This is no picture's UUID.
The passphrase could not be read: %s.
No person does this, only the program itself (%s).
"""
    # Programmers, as above.
    """
A picture without a size cannot be measured
This part is not within the picture
A preview has 1 to 4096 pixels a side, not %d
The quality of a JPEG is 1 to 100, not %d
A picture of %d by %d pixels cannot be shrunk to %d by %d
The focus that is needed lies between 0 and 1
A picture's warnings hold a code that is not known
The sex is not one that can be stored
The record has no valid id
A stored report has at most 4 MiB and is not empty
The first moment of 1970 means a clock that was never set
The export has a file name that is not allowed. Names are made of letters, digits, '.', '_' and '-', with at most two folders before them.
The export has two files of the same name.
no reason was given
There is no label to print, or the sheet has no such place.
A report cannot be printed without its clinic, patient and specimen.
The PDF to protect with a password is damaged.
The package has two files of the same name.
The store does not say which one it is.
There is nobody, or nothing, to sign the audit log.
There is no such class of cells.
The store refuses a statement of the program: %s.
This build cannot encrypt: it is linked to SQLite without SQLCipher.
The store's key has a wrong length.
A report is withdrawn, not signed as withdrawn.
The picture has no proper UUID: it was not kept.
A finding stays with the specimen it was made on.
A finding or its grade is none that is known.
The specimen of this picture is not in the store.
There is no such picture that waits to be measured.
Two marks of a picture have the same UUID.
The order's urgency or pregnancy is none that is known.
Merged patients point at each other.
The order is that of another tube.
The reading's urgency is none that is known.
The record has no valid UUID.
A record with this UUID is here already.
What is searched for has to be text in UTF-8.
The specimen's type or stain is none that is known.
A slide's number comes from its tube.
A job of the store may not wait for another job of the store.
Only what was logged as a change can wait in a queue.
A new key could not be encoded.
A new key could not be made.
A key's name has 1 to 64 characters.
A certificate has 1 byte to 64 KiB.
The parameters of Argon2id are out of range.
The user's UUID is not valid.
A user has a login name of 1 to 128 bytes, a name of at most 512, in UTF-8, and one of the three roles.
The key file has no key ring.
The key ring is empty or has too many keys.
The key ring is not in a known form.
Nobody may do this: the role or the action is unknown.
Core dumps could not be switched off.
The lane failed without a reason.
These are no settings of a server.
A change of a %s cannot be sent: it belongs to no case.
too much
""").split("\n"))
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
MACHINE = re.compile(r"^<|wave=sine|jpg jpeg|tif tiff|BEGIN CERTIFICATE|^[A-Z-]+ [\[A-Z]|^[A-Z]+ \w+\||^\[-|^[a-z]+ [a-z]+$|^org\.|^Page_Up ")
# The properties of a template that are no words.
PROPERTIES = {"name", "tag", "id", "icon-name", "start-icon-name", "end-icon-name", "action-name", "accelerator",
              "section-name", "action-target", "detailed-action-name", "trigger", "action"}
# 'N things' that are never one: 100 cells, 200 parasites, the fields of the demonstration; and those of a report, whose catalogue
# is read without gettext and so has one form a string; and
# the most that something can have, above one.
NEVER_ONE = {
    "%d cells are counted", "%d infected of 1000 red cells", "Count to %d white cells", "mean of %d readings",
    "none seen beside %d white cells", "none seen in %d red cells", "none seen in %d fields", "%d parasites per µL",
    "%d fields brought in, sealed.", "%d by %d pixels, shown at %.0f percent",
    "%d cells counted; morphology, %d platelets and a malaria film recorded.",
    "%d patients registered, their specimens accepted; the first is %s.",
    "Fewer than %d fields of a thick film are clear of parasites: this is not yet negative",
    "The picture has %d by %d pixels and the calibration %d by %d: it is a part of the field or from "
    "another camera. Calibrate for it.",
    "This progressive JPEG has more than %d scans, as no camera makes. Save it in the baseline form.",
    "The picture says it has %u by %u pixels; at most %d a side and %d million in all are taken. Set the "
    "camera to a smaller size.",
    "Of each label 1 to %d copies can be printed.", "A login has 1 to %d letters, digits or signs, without spaces.",
    "The %s has to be text of at most %ld characters without control characters.",
    "A number pattern has at most %d characters",
    "The date of birth lies more than %d years back",
    "The age is more than %d years",
    "A note has at most %d characters and no control characters",
    "The %s has more than %d characters",
    "There are more than %d identifiers",
    "Line %d: there must be %d columns",
    "Line %d: there are more than %d ranges",
    "The source is longer than %d characters or not readable text",
    "This computer's clock is %d minutes slow. Set it right; the sync works all the same.",
    "This computer's clock is %d minutes fast. Set it right; the sync works all the same.",
    "Cells of this field are in the differential: %d counted by key, %d by its marks. Say first what becomes of them. "
    "Nothing was changed.",
    "Other cells of this field are in the differential than was told: %d counted by key, %d by its marks. Nothing was "
    "changed.",
}


def load_status():
    loader = importlib.machinery.SourceFileLoader("status", str(ROOT / "po/status"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("status", loader))
    loader.exec_module(module)
    return module


status = load_status()


def is_marked(path: pathlib.Path) -> bool:
    lines = (line for line in path.read_text().splitlines() if not re.match(r"#define (N_|HEMO_PLURAL) ?\(", line))
    return any(MARK.search(line) for line in lines)


def literals(text: str):
    """Each string that no mark stands around: its line, the innermost call, what is in it."""
    calls, last, line = [], "", 1
    text = re.sub(r"^#(?!define).*", "", text, flags=re.MULTILINE).replace("\\\n", "\n")
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


def sentences(text: str):
    """Each string of a library that no mark stands around, also of a #define and whole where it has several pieces: its
    line, the calls around it, what is in it."""
    calls, last, line, whole = [], "", 1, None
    text = re.sub(r"^#(?!define).*", "", text, flags=re.MULTILINE).replace("\\\n", "\n")
    for piece in (found[0] for found in PIECE.finditer(text)):
        if piece[0] == '"':
            whole = (*whole[:2], whole[2] + piece[1:-1]) if whole else (line, list(calls), piece[1:-1])
        elif not piece.isspace() and piece[:2] not in ("/*", "//"):
            if whole and not MARKS & set(whole[1]):
                yield whole
            whole = None
            if piece == "(":
                calls.append(last)
            elif piece == ")" and calls:
                calls.pop()
            last = piece
        line += piece.count("\n")


def unmarked_failures(path: pathlib.Path) -> list:
    name = str(path.relative_to(ROOT))
    if name.startswith(PROGRAMMERS):
        return []
    return [f"{name}:{line}: {text}" for line, calls, text in sentences(path.read_text())
            if text not in ENGLISH and not any(UNSEEN.match(call) for call in calls)
            and (SENTENCE.match(text) or WORDS.search(text) and any(FAILS.match(call) for call in calls))]


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
    failures = [place for folder in ("app", "sync") for kind in ("c", "h")
                for path in sorted((ROOT / folder).rglob(f"*.{kind}")) for place in unmarked_failures(path)]
    tap.result(not failures, "no sentence of a library is left out", "\n".join(failures))
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
