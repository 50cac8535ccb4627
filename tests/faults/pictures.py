# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that were made to hurt, brought in through the command line: fault 24.

Each has to be refused in words, with the store as it was, or is taken like any other; and none may take
more memory than a laptop has.
"""
import os
import pathlib
import struct
import subprocess
import sys
import zlib

from clinic import CLI, PASSPHRASE, Clinic
from faults import PRELOAD, Tap, draw_fields, scratch

FAILED, USAGE, CONFLICT = 1, 2, 6
# In MB, over what an ordinary field takes: for what is refused by its header or read line by line, and for a
# progressive JPEG, which has to be held as a whole (HEMO_PICTURE_MEMORY_LIMIT).
LITTLE, MUCH = 48, 320
MB = 1 << 20


def segments(jpeg: bytes) -> list:
    """(marker, start, end) of each segment; a scan's goes on to the next marker."""
    found, at = [], 2
    while at < len(jpeg) and jpeg[at + 1] != 0xD9:
        marker, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2:at + 4], "big")
        if marker == 0xDA:
            while not (jpeg[end] == 0xFF and jpeg[end + 1] not in (0, *range(0xD0, 0xD8))):
                end += 1
        found.append((marker, at, end))
        at = end
    return found


def resized(jpeg: bytes, width: int, height: int, kind: int | None = None) -> bytes:
    """The same with a header that claims another size, and another kind of frame."""
    start = next(start for marker, start, _ in segments(jpeg) if marker in (0xC0, 0xC1, 0xC2))
    changed = bytearray(jpeg)
    changed[start + 5:start + 9] = struct.pack(">HH", height, width)
    changed[start + 1] = kind or changed[start + 1]
    return bytes(changed)


def many_scans(jpeg: bytes, times: int) -> bytes:
    """The last scan again and again."""
    marker, start, end = [segment for segment in segments(jpeg) if segment[0] == 0xDA][-1]
    return jpeg[:end] + jpeg[start:end] * times + b"\xff\xd9"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, packed: bytes, interlaced: int = 0, extra: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zeros(length: int) -> bytes:
    """So many zeros, packed a thousand times smaller."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(min(16 * MB, length - at))) for at in range(0, length, 16 * MB))
    return packed + packer.flush()


# What is whole behind its oddity: the bytes that nobody asked for are not unpacked.
TAKEN = ("png whose pixels unpack to a gigabyte", "png with a gigabyte of colour profile", "png with a gigabyte of text",
         "progressive jpeg of 8000 by 8000")

LOOKED_AT = ("jpeg of 16000 by 6000 with the bytes of a small one",)


def make(folder: pathlib.Path, field: pathlib.Path) -> dict:
    """Name to path of each."""
    whole = field.read_bytes()
    plain = subprocess.run(["djpeg", "-pnm", field], capture_output=True, check=True).stdout
    progressive = subprocess.run(["cjpeg", "-progressive"], input=plain, capture_output=True, check=True).stdout
    large = subprocess.run(["cjpeg", "-progressive"], input=b"P6 8000 8000 255\n" + bytes(3 * 8000 * 8000),
                           capture_output=True, check=True).stdout
    gigabyte = zeros(1024 * MB)
    small = zeros(301 * 100)
    made = {
        "jpeg of 60000 by 60000": resized(whole, 60000, 60000),
        "jpeg of 16000 by 6000 with the bytes of a small one": resized(whole, 16000, 6000),
        "progressive jpeg of 9900 by 9900": resized(progressive, 9900, 9900),
        "jpeg of five thousand scans": many_scans(progressive, 5000),
        "jpeg cut in the middle": whole[:len(whole) // 2],
        "jpeg with an end and no pixels": whole[:segments(whole)[-1][1]] + b"\xff\xd9",
        "png of 60000 by 60000": png(60000, 60000, small),
        "png whose pixels unpack to a gigabyte": png(100, 100, gigabyte),
        "interlaced png of 9900 by 9900": png(9900, 9900, zeros(9900 * 29701), 1),
        "png with a gigabyte of colour profile": png(100, 100, small, 0, chunk(b"iCCP", b"x\0\0" + gigabyte)),
        "png with a gigabyte of text": png(100, 100, small, 0, chunk(b"zTXt", b"x\0\0" + gigabyte)),
        "png cut in the middle": png(100, 100, small)[:60],
        "progressive jpeg of 8000 by 8000": large,
        "zeros": bytes(MB),
        "nothing": b"",
    }
    paths = {}
    for number, (name, data) in enumerate(made.items()):
        paths[name] = folder / f"{number}.{'png' if name.split()[0] in ('png', 'interlaced') else 'jpg'}"
        paths[name].write_bytes(data)
    paths["file of ten gigabytes"] = folder / "large.jpg"
    with paths["file of ten gigabytes"].open("wb") as file:
        file.write(whole)
        file.truncate(10 * 1024 * MB)
    return paths


# A small program between: what a child held counts what its parent held when it was started.
MEASURE = """import resource, subprocess, sys
code = subprocess.run(sys.argv[2:], pass_fds=[int(sys.argv[1])], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"""


def add(clinic: Clinic, specimen: str, path: pathlib.Path) -> tuple:
    """Exit code, errors, and the most memory that it held, in MB."""
    reader, writer = os.pipe()
    os.write(writer, (PASSPHRASE + "\n").encode())
    os.close(writer)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(reader), CLI, "--json", "--clinic", str(clinic.path), "--user", "admin",
         "--passphrase-fd", str(reader), "image", "add", "--keep", specimen, str(path)],
        pass_fds=[reader], capture_output=True, text=True, errors="replace")
    os.close(reader)
    code, held = map(int, done.stdout.split())
    return code, done.stderr, held


def state(clinic: Clinic, specimen: str) -> tuple:
    files = sorted(str(path.relative_to(clinic.path)) for path in (clinic.path / "images").rglob("*"))
    return clinic("image", "list", specimen), files


def main() -> int:
    tap = Tap()
    with scratch() as name:
        folder = pathlib.Path(name)
        clinic = Clinic(folder / "clinic")
        clinic.init()
        specimen = clinic.specimen(clinic.patient())
        fields = draw_fields(folder, 2)
        code, errors, usual = add(clinic, specimen, fields[0])
        tap.result(code == 0, f"24: an ordinary field takes {usual} MB", errors)
        for kind, path in make(folder, fields[0]).items():
            before = state(clinic, specimen)
            code, errors, held = add(clinic, specimen, path)
            path.unlink()
            images, files = state(clinic, specimen)
            if kind in TAKEN:
                tap.result(code == 0 and len(images) == len(before[0]) + 1, f"24: {kind} is taken", f"{code} {errors}")
            else:
                tap.result(code in (FAILED, USAGE, CONFLICT) and bool(errors.strip()), f"24: {kind} is refused", f"{code} {errors}")
                # What has a right header is kept before it is looked at; then it stays as entered in error.
                more = len(files) - len(before[1])
                tap.result(images == before[0] and more <= (kind in LOOKED_AT), f"24: {kind} leaves the store as it was", str(more))
            if not PRELOAD:
                limit = usual + (MUCH if kind == "progressive jpeg of 8000 by 8000" else LITTLE)
                tap.result(held <= limit, f"24: {kind} takes {held} MB, at most {limit}")
        tap.result(clinic.raw("verify").returncode == 0, "24: the store is whole")
        code, errors, _ = add(clinic, specimen, fields[1])
        tap.result(code == 0, "24: and takes the next field", errors)
    return tap.finish()


sys.exit(main())
