# SPDX-License-Identifier: GPL-3.0-or-later
"""A real file system of 16 MiB that runs full: faults 9 and 10.

Mounted where nobody else sees it: this program starts itself again with mounts of its own.
"""
import os
import pathlib
import re
import subprocess
import sys

from clinic import Clinic, Refused
from faults import Tap, draw_fields, private_mounts, run, scratch

STORAGE = 9
SIZE = 16 * 1024 * 1024


def mount_memory(base: pathlib.Path) -> pathlib.Path | None:
    target = base / "tmpfs"
    target.mkdir()
    done = run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", target])
    return target if done.returncode == 0 else None


def mount_ext4(base: pathlib.Path) -> pathlib.Path | None:
    target, image = base / "ext4", base / "ext4.img"
    target.mkdir()
    with image.open("wb") as file:
        file.truncate(SIZE)
    # Blocks as a laptop's disk has them; so small a file system would get smaller ones.
    made = run(["mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", image])
    return target if made.returncode == 0 and run(["mount", "-o", "loop", image, target]).returncode == 0 else None


def attempt(clinic: Clinic, *words):
    try:
        return clinic(*words), None
    except Refused as error:
        return None, error


def fill(path: pathlib.Path, leave: int) -> None:
    """Somebody else's file, which takes all but @leave bytes."""
    free = os.statvfs(path.parent)
    bytes_ = free.f_bavail * free.f_frsize - leave
    with path.open("wb", buffering=0) as file:
        try:
            while bytes_ > 0:
                bytes_ -= file.write(b"\xa5" * min(bytes_, 65536))
        except OSError:
            pass


def told(error: Refused) -> bool:
    return error.code == STORAGE and re.search("disk|room|space", error.message) is not None


def run_full(tap: Tap, kind: str, mount: pathlib.Path, fields: list) -> None:
    clinic = Clinic(mount / "clinic")
    clinic.init()
    specimen = clinic.specimen(clinic.patient())
    saved, number, wrong, refusals = [], 0, [], {"image add": 0, "patient add": 0, "reading": 0}
    saved.append(clinic("image", "add", specimen, "--keep", fields.pop())[0]["uuid"])
    patients = 1
    other = mount / "other"
    for kilobytes in (4096, 400, 200, 120, 90, 70, 50, 40, 30, 20, 12, 8, 4, 0):
        fill(other, kilobytes * 1024)
        answer, error = attempt(clinic, "image", "add", specimen, "--keep", fields.pop())
        if error is None:
            saved.append(answer[0]["uuid"])
        else:
            refusals["image add"] += 1
            wrong += [] if told(error) else [f"image at {kilobytes} KiB: {error}"]
        answer, error = attempt(clinic, "patient", "add", "--given", f"Person {number}", "--born", "20y", "--new-person")
        if error is None:
            patients += 1
        else:
            refusals["patient add"] += 1
            wrong += [] if told(error) else [f"patient at {kilobytes} KiB: {error}"]
        answer, error = attempt(clinic, "image", "list", specimen)
        if error is not None:
            refusals["reading"] += 1
            wrong += [] if told(error) else [f"reading at {kilobytes} KiB: {error}"]
        elif not {image["uuid"] for image in answer} >= set(saved):
            wrong.append(f"reading at {kilobytes} KiB: a saved picture is not there")
        # Deleting elsewhere frees: the next thing goes on at once.
        other.unlink()
        number += 1
    tap.result(not wrong, f"9, 10: {kind}: what has no room is refused in words: {refusals}", "\n".join(wrong))
    tap.result(refusals["image add"] > 1 and refusals["patient add"] > 0, f"9, 10: {kind}: it was full", str(refusals))
    answer, error = attempt(clinic, "image", "add", specimen, "--keep", fields.pop())
    tap.result(error is None, f"9: {kind}: with room again it goes on", str(error))
    saved.append(answer[0]["uuid"] if answer else "")
    listed = [image["uuid"] for image in clinic("image", "list", specimen)]
    tap.result(sorted(listed) == sorted(saved), f"9: {kind}: the pictures that were called saved are there, and no others",
               f"{len(listed)} of {len(saved)}")
    # A file whose row found no room may be put aside, which is told; nothing else may be found.
    verdict = clinic.raw("verify")
    bad = [code for code in re.findall(r'"code": ?"([a-z-]+)"', verdict.stdout) if code != "orphan"]
    tap.result(verdict.stdout.startswith("[") and not bad, f"10: {kind}: the store is whole", verdict.stderr + verdict.stdout)
    left = [path.name for path in (clinic.path / "tmp").iterdir()]
    tap.result(not left, f"9: {kind}: nothing half written is left", str(left))


def inside() -> int:
    tap = Tap()
    with scratch() as folder:
        base = pathlib.Path(folder)
        for kind, mount in (("tmpfs", mount_memory), ("ext4", mount_ext4)):
            target = mount(base)
            if target is None:
                tap.skip(f"9, 10: {kind}", "cannot be mounted here")
                continue
            try:
                run_full(tap, kind, target, draw_fields(base, 16))
            finally:
                run(["umount", target])
    return tap.finish()


def main() -> int:
    if "--inside" in sys.argv:
        return inside()
    before = private_mounts()
    if not before:
        tap = Tap()
        tap.skip("9, 10: a small disk", "no mounts are allowed here")
        return tap.finish()
    return subprocess.run([*before, sys.executable, __file__, "--inside"]).returncode


sys.exit(main())
