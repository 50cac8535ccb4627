# SPDX-License-Identifier: GPL-3.0-or-later
"""No patient and no picture in plain: in any file of the store, in what is written while it runs, in
messages. Faults 19 and 69.
"""
import os
import pathlib
import re
import subprocess
import sys

from clinic import CLI, Clinic
from faults import PRELOAD, Tap, run, scratch

PICTURES = {"a JPEG header": b"\xff\xd8\xff", "a PNG header": b"\x89PNG", "a PDF header": b"%PDF-", "an SQLite header": b"SQLite format 3"}


def names_of(clinic: Clinic) -> list:
    """Every word of a name, phone and identifier that the demo's patients have."""
    words = set()
    for item in clinic("worklist"):
        for hit in clinic("search", item["specimen"]):
            patient = clinic("patient", "show", hit["uuid"])
            for key in ("family", "given", "village", "phone"):
                words.update((patient.get(key) or "").split(" "))
            words.update(text.split(":", 1)[1] for text in patient["identifiers"])
    return sorted(word for word in words if len(word.encode()) >= 5)


def found_in(data: bytes, names: list) -> list:
    found = [name for name in names if name.encode() in data or name.encode("utf-16-le") in data]
    return found + [text for text, mark in PICTURES.items() if mark in data]


def written(trace: pathlib.Path, folder: str):
    """Bytes that were written to files below the folder, from strace's hexadecimal strings."""
    call = re.compile(r'(?:pwrite64|write|writev|pwritev)\(\d+<(' + re.escape(folder) + r'[^>]*)>.*')
    text = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
    with trace.open(errors="replace") as lines:
        for line in lines:
            match = call.search(line)
            if match:
                for part in text.findall(line):
                    yield match.group(1), bytes.fromhex(part.replace("\\x", ""))


def main() -> int:
    tap = Tap()
    with scratch() as folder:
        base = pathlib.Path(folder).resolve()
        trace = base / "trace"
        command = [CLI, "demo", base / "demo"]
        if not PRELOAD:
            command = ["strace", "-f", "-y", "-xx", "-s", "70000", "-o", trace, "-e",
                       "trace=write,pwrite64,writev,pwritev,openat,rename,renameat2", *command]
        done = run(command, timeout=900)
        tap.result(done.returncode == 0, "the demo runs", done.stderr[-2000:])
        if done.returncode != 0:
            return tap.finish()
        passphrase = re.search(r"passphrase: (.+)", done.stdout).group(1).strip()
        clinic = Clinic(base / "demo" / "clinic")
        plain = clinic.raw
        clinic.raw = lambda *words, **more: plain(*words, **{"secrets": (passphrase,), **more})
        names = names_of(clinic)
        tap.result(len(names) > 5, f"the demo has {len(names)} words that must not be found")
        found = {}
        for path in sorted((base / "demo" / "clinic").rglob("*")):
            if path.is_file() and found_in(path.read_bytes(), names):
                found[path.name] = found_in(path.read_bytes(), names)
        tap.result(not found, "19: nothing in plain in any file of the store", str(found))
        if PRELOAD:
            tap.skip("19: nothing in plain is written", "strace and the sanitizer's leak check exclude each other")
        else:
            leaks, writes = {}, 0
            for path, data in written(trace, str(base / "demo" / "clinic")):
                writes += 1
                if found_in(data, names):
                    leaks[path] = found_in(data, names)
            tap.result(writes > 100, f"19: {writes} writes to the store were traced")
            tap.result(not leaks, "19: nothing in plain is written while it runs", str(leaks))
            opened = trace.read_text(errors="replace")
            outside = {bytes.fromhex(m.replace("\\x", "")).decode(errors="replace")
                       for m in re.findall(r'openat\([^"]*"((?:\\x[0-9a-f]{2})+)", [^)]*O_CREAT', opened)}
            strange = [path for path in outside if not path.startswith((str(base / "demo"), "/dev/", "/proc/")) and "fontconfig" not in path and "mesa" not in path]
            tap.result(not strange, "19: no file is made outside", str(strange))
        for words in (["patient", "show", "no-such"], ["specimen", "show", "26XX-99999-A"], ["search", names[0]],
                      ["image", "add", "26XX-99999-A", "/nonexistent"], ["report", "sign", "nothing"]):
            message = clinic.raw(*words).stderr
            hits = [name for name in names if name in message]
            tap.result(not hits, f"69: no patient in the errors of '{words[0]} {words[1]}'"[:70], str(hits))
        cores = list(base.rglob("core*"))
        limit = subprocess.run(["sh", "-c", f"'{CLI}' --version >/dev/null; ulimit -c"], capture_output=True, text=True)
        tap.result(not cores and limit.returncode == 0, "69: no core files")
        file_names = [path.name for path in (base / "demo").rglob("*") if any(name in path.name for name in names)]
        tap.result(not file_names, "69: no patient in a file name", str(file_names))
    return tap.finish()


sys.exit(main())
