# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory that runs out at any allocation, for one or for good: fault 18.

GLib ends a program that gets no memory, and some libraries crash. Both are a power cut to the store: it has
to be whole, with all that was promised. What may not be: a crash in our own code, a report that is signed
with something missing, an end with neither a word nor a reason.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys

from clinic import Clinic
from faults import PRELOAD, Tap, copy, draw_fields, in_parallel, scratch, workload

NO_MEMORY = os.environ.get("HEMOGRAM_NO_MEMORY", "")
# Allocations are told apart by the code that makes them. Of so many places, all over the day, the first
# allocation fails, and of a third of them all after it; 0 tries every place, which takes hours.
SAMPLES = int(os.environ.get("HEMOGRAM_MEMORY_SAMPLES", 120))
# Refused in words, or ended by GLib: abort() or a trap.
CLEAN = (0, 1, -signal.SIGABRT, -signal.SIGTRAP)
# Libraries that use memory which they did not get, or then wait for themselves (see README.md).
CRASHING = ("libcairo", "libfontconfig", "libpango")
HANGING = ("libcrypto", "libfontconfig", "libpango")
SECONDS = 20
# What is told of files, keys and signatures that are not what they were.
DAMAGE = re.compile(r"damaged|not what was|is not shown|does not open|cannot be read|Restore|not a certificate|is not of this")


def frames(errors: str) -> list:
    """Of a crash: library and function of each frame, innermost first, without the C library's."""
    found = re.findall(r"^(?:.*/)?([^/\s(]+)\(([\w.]*)[^)]*\) ?\[0x", errors.partition("crashed in\n")[2], re.MULTILINE)
    return [frame for frame in found if not re.match(r"libc\.so|libno-memory|ld-linux|libpthread", frame[0])]


def run_day(folder: pathlib.Path, fields: list, at: int, **more) -> tuple:
    """The exit code and the error output. A program that hangs says where."""
    command = [os.environ["HEMOGRAM_WORKLOAD"], "day", folder / "root" / "clinic", folder / "promises", *fields]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                               env={**os.environ, "LD_PRELOAD": NO_MEMORY, "NO_MEMORY_AT": str(at), **more})
    try:
        return program.communicate(timeout=SECONDS)[1], program.returncode, False
    except subprocess.TimeoutExpired:
        program.send_signal(signal.SIGBUS)
        return program.communicate()[1], program.returncode, True


def is_allowed(errors: str, code: int, hung: bool) -> bool:
    where = frames(errors)
    if hung:
        # GLib says that there is no memory by a logger that waits for a lock which is held while it is asked for.
        outside = [library for library, _ in where if not library.startswith(("libglib", "libgobject", "libgio"))]
        return (any(function in ("g_malloc", "g_malloc0", "g_realloc") for _, function in where)
                or (bool(outside) and outside[0].startswith(HANGING)))
    if code in CLEAN:
        return code == 0 or bool(errors.strip())
    return code in (-signal.SIGSEGV, -signal.SIGBUS) and bool(where) and where[0][0].startswith(CRASHING)


def words_of(folder: pathlib.Path) -> list:
    """What the signed report says, but for numbers, times and the words that differ in each."""
    clinic = Clinic(folder / "root" / "clinic", environment={"LD_PRELOAD": ""})
    specimen = next(line.split()[2] for line in (folder / "promises").read_text().splitlines() if line.startswith("specimen"))
    done = clinic.raw("report", "print", specimen, folder / "report.pdf")
    if done.returncode != 0:
        return [done.stderr]
    text = subprocess.run(["pdftotext", "-layout", folder / "report.pdf", "-"], capture_output=True, text=True).stdout
    fonts = subprocess.run(["pdffonts", folder / "report.pdf"], capture_output=True, text=True).stdout
    names = sorted(line.split("+")[-1].split()[0] for line in fonts.splitlines()[2:])
    return [word for word in text.split() if not re.search(r"[0-9]", word)] + names


def starve(base: pathlib.Path, fields: list, at: int, lasts: bool, expected: list) -> str:
    """Empty when all is well, else what is wrong."""
    with scratch() as name:
        folder = pathlib.Path(name)
        copy(base / "start", folder / "root")
        (folder / "promises").touch()
        more = {"NO_MEMORY_LASTS": "1"} if lasts else {}
        errors, code, hung = run_day(folder, fields, at, **more)
        where = f"allocation {at}{' and all after it' if lasts else ''}"
        if not is_allowed(errors, code, hung):
            return f"{where}: {'hung' if hung else f'ended with {code}'}: {errors[-300:]} {frames(errors)[:5]}"
        if code == 1 and DAMAGE.search(errors) and "enough memory" not in errors:
            return f"{where}: want of memory is told as damage: {errors[-300:]}"
        promises = (folder / "promises").read_text()
        if code == 0 and "report" not in promises:
            return f"{where}: done, and no report"
        checked = workload("check", folder / "root" / "clinic", "/dev/null", folder / "promises")
        if checked.returncode != 0:
            return f"{where}: {checked.stderr[-300:]}"
        words = words_of(folder) if "report" in promises else expected
        if words != expected:
            return f"{where}: the signed report says something else: {sorted(set(expected) ^ set(words))}"
        return ""


def chosen(places: list, samples: int) -> list:
    count = min(samples, len(places)) if SAMPLES else len(places)
    return [places[n * len(places) // count] for n in range(count)]


def main() -> int:
    tap = Tap()
    if PRELOAD:
        tap.skip("18: memory runs out", "the sanitizer has its own malloc")
        return tap.finish()
    with scratch() as name:
        base = pathlib.Path(name)
        fields = draw_fields(base)
        (base / "start").mkdir()
        workload("create", base / "start" / "clinic", "/dev/null")
        copy(base / "start", base / "root")
        (base / "promises").touch()
        errors, code, _ = run_day(base, fields, 0, NO_MEMORY_PLACES=str(base / "places"))
        places = sorted(int(line) for line in (base / "places").read_text().splitlines())
        expected = words_of(base)
        tap.result(code == 0 and len(places) > 1000 and len(expected) > 50,
                   f"18: a day allocates at {len(places)} places, and its report has {len(expected)} words",
                   errors + str(expected))
        for lasts, samples in ((False, SAMPLES), (True, SAMPLES // 3)):
            picked = chosen(places, samples)
            wrong = [text for text in in_parallel(lambda at: starve(base, fields, at, lasts, expected), picked) if text]
            tap.result(not wrong, f"18: {'from ' if lasts else ''}each of {len(picked)} places of a day{' on' if lasts else ''}, allocation fails",
                       "\n".join(wrong))
    return tap.finish()


sys.exit(main())
