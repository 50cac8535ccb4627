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
from faults import Tap, run, scratch

# Three bytes of a JPEG stand somewhere in every 16 MiB of encrypted bytes: so much of the header is asked
# for that chance does not make it.
JPEG = re.compile(rb"\xff\xd8\xff(?:\xe1..Exif|[\xc0-\xfe]\x00(.))", re.DOTALL)
OTHERS = {"a PNG header": b"\x89PNG\r\n\x1a\n", "a PDF header": b"%PDF-", "an SQLite header": b"SQLite format 3"}


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


def has_jpeg(data: bytes) -> bool:
    """Whether a JPEG begins in it: its first segment is a short one that is followed by another, or Exif."""
    for match in JPEG.finditer(data):
        following = match.start() + 4 + match.group(1)[0] if match.group(1) else None
        if following is None or data[following:following + 1] in (b"", b"\xff"):
            return True
    return False


def found_in(data: bytes, names: list) -> list:
    found = [name for name in names if name.encode() in data or name.encode("utf-16-le") in data]
    found += ["a JPEG header"] if has_jpeg(data) else []
    return found + [text for text, mark in OTHERS.items() if mark in data]


def plain(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal.replace("\\x", ""))


def written(trace: pathlib.Path, folder: str):
    """Bytes that were written to files below the folder; strace gives names and bytes in hexadecimal."""
    call = re.compile(r'(?:pwrite64|write|writev|pwritev)\(\d+<((?:\\x[0-9a-f]{2})+)>')
    text = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
    with trace.open(errors="replace") as lines:
        for line in lines:
            match = call.search(line)
            path = plain(match.group(1)).decode(errors="replace") if match else ""
            if path.startswith(folder):
                for part in text.findall(line):
                    yield path, plain(part)


def main() -> int:
    tap = Tap()
    with scratch() as folder:
        base = pathlib.Path(folder).resolve()
        trace = base / "trace"
        command = ["strace", "-f", "-y", "-xx", "-s", "70000", "-o", trace, "-e",
                   "trace=write,pwrite64,writev,pwritev,openat,rename,renameat2", CLI, "demo", base / "demo"]
        # The sanitizer's own search for leaks is a tracer too, and there can be only one.
        done = run(command, {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}, timeout=900)
        tap.result(done.returncode == 0, "the demo runs", done.stderr[-2000:])
        if done.returncode != 0:
            return tap.finish()
        passphrase = re.search(r"passphrase: (.+)", done.stdout).group(1).strip()
        clinic = Clinic(base / "demo" / "clinic")
        raw = clinic.raw
        clinic.raw = lambda *words, **more: raw(*words, **{"secrets": (passphrase,), **more})
        names = names_of(clinic)
        tap.result(len(names) > 5, f"the demo has {len(names)} words that must not be found")
        pictures = [path for path in (base / "demo").rglob("*.jpg")]
        tap.result(bool(pictures) and all("a JPEG header" in found_in(path.read_bytes(), []) for path in pictures),
                   f"{len(pictures)} plain pictures outside the store are seen to be such")
        papers = [path.read_bytes() for path in (base / "demo").rglob("*.csv")]
        tap.result(any(found_in(paper, names) for paper in papers), "and names in the plain export")
        found = {}
        for path in sorted((base / "demo" / "clinic").rglob("*")):
            if path.is_file() and found_in(path.read_bytes(), names):
                found[path.name] = found_in(path.read_bytes(), names)
        tap.result(not found, "19: nothing in plain in any file of the store", str(found))
        leaks, writes = {}, 0
        for path, data in written(trace, str(base / "demo" / "clinic")):
            writes += 1
            if found_in(data, names):
                leaks[path] = found_in(data, names)
        tap.result(writes > 100, f"19: {writes} writes to the store were traced")
        tap.result(not leaks, "19: nothing in plain is written while it runs", str(leaks))
        opened = trace.read_text(errors="replace")
        outside = {plain(m).decode(errors="replace")
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
