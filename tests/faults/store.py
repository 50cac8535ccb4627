# SPDX-License-Identifier: GPL-3.0-or-later
"""What breaks beside a running program: files cut short, flipped, put back, locked, made read-only.

Faults 4, 11, 13 to 18, 20 and 66.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from clinic import CLI, PASSPHRASE, Clinic, Refused
from faults import POWERCUT, PRELOAD, Tap, copy, count_steps, cut, draw_fields, in_parallel, private_mounts, run, scratch, workload

STORAGE, DAMAGED, SECRET, BUSY, NOT_FOUND = 9, 7, 3, 8, 5
tap = Tap()


def flip(path: pathlib.Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


def refused(clinic: Clinic, *arguments, **options) -> Refused | None:
    try:
        clinic(*arguments, **options)
    except Refused as error:
        return error
    return None


def torn_log(base: pathlib.Path, fields: list) -> None:
    """4: the write-ahead log ends at any page, or inside one: every change is whole or not there."""
    start = base / "torn"
    start.mkdir()
    workload("create", start / "clinic", "/dev/null")
    promises = base / "torn-promises"
    trial = base / "torn-trial"
    copy(start, trial)
    before = (start / "clinic" / "hemogram.db").read_bytes()
    reached, over = 1, count_steps("day", trial, trial / "clinic", promises, *fields)
    # The last step before the log is brought into the database: from there on only a disk that lies
    # could lose a part of the log.
    while over - reached > 1:
        middle = (reached + over) // 2
        shutil.rmtree(trial)
        copy(start, trial)
        cut("day", trial, trial / "clinic", promises, *fields, mode="kill", at=middle)
        reached, over = (middle, over) if (trial / "clinic" / "hemogram.db").read_bytes() == before else (reached, middle)
    cut("day", start, start / "clinic", promises, *fields, mode="kill", at=reached)
    log = start / "clinic" / "hemogram.db-wal"
    size = log.stat().st_size
    tap.result(size > 300_000, f"4: the log of a day has {size} bytes")
    page = 4096 + 24
    lengths = sorted({min(32 + n * page + extra, size) for n in range(size // page + 1) for extra in (0, 1, 24, 2000)})

    def attempt(length: int) -> str:
        with scratch() as folder:
            root = pathlib.Path(folder) / "root"
            copy(start, root)
            os.truncate(root / "clinic" / "hemogram.db-wal", length)
            # A shorter log is an older store, which is said; once accepted it has to be whole.
            clinic = Clinic(root / "clinic")
            error = refused(clinic, "verify")
            if error and "older" in error.message:
                error = refused(clinic, "accept-older", "admin") or refused(clinic, "verify")
            # Files whose rows went with the log are told, nothing else.
            if error and not re.search(r"not as (it was|they were) written", error.message):
                return f"{length} of {size}: {error}"
            done = clinic.raw("verify")
            bad = [code for code in re.findall(r'"code": ?"([a-z-]+)"', done.stdout) if code != "orphan"]
            return f"{length} of {size}: verify says {bad}" if bad else ""

    # Signing in costs a quarter of a second: at most 60 lengths, spread over the log.
    chosen = lengths[:: max(1, len(lengths) // 60)]
    wrong = [text for text in in_parallel(attempt, chosen) if text]
    tap.result(not wrong, f"4: the log cut at {len(chosen)} places", "\n".join(wrong))


def damaged_pages(base: pathlib.Path, fresh) -> None:
    """13: a flipped bit in any part of the database is said; an empty store is never shown."""
    clinic = fresh("pages")
    database = clinic.path / "hemogram.db"
    size = database.stat().st_size
    wrong = []
    for offset in [16, 100, 5000, *range(4096 * 3 + 77, size, max(4096, size // 12))]:
        with scratch() as folder:
            copy(clinic.path, pathlib.Path(folder) / "clinic")
            broken = Clinic(pathlib.Path(folder) / "clinic")
            flip(broken.path / "hemogram.db", offset)
            error = refused(broken, "verify")
            if error is None or error.code != DAMAGED:
                wrong.append(f"at {offset}: {error}")
    tap.result(not wrong, "13: flipped bits in the database are said", "\n".join(wrong))
    with scratch() as folder:
        copy(clinic.path, pathlib.Path(folder) / "clinic")
        broken = Clinic(pathlib.Path(folder) / "clinic")
        for name in ("hemogram.db", "hemogram.db-wal", "hemogram.db-shm"):
            (broken.path / name).unlink(missing_ok=True)
        error = refused(broken, "search", "a")
        tap.result(error is not None and error.code == DAMAGED, "13: a missing database is no empty clinic", str(error))
        (broken.path / "hemogram.db").touch()
        error = refused(broken, "search", "a")
        tap.result(error is not None and error.code == DAMAGED, "13: an empty file is no empty clinic", str(error))


def damaged_images(fresh) -> None:
    """11 and 14: a broken image is not shown, it is told, and the others stay."""
    clinic = fresh("images")
    specimen = clinic("worklist")[0]["specimen"]
    images = clinic("image", "list", specimen)
    first, second = images[0]["uuid"], images[1]["uuid"]
    sealed = next(clinic.path.glob(f"images/*/{first}.cms"))
    whole = sealed.read_bytes()
    out = clinic.path.parent / "out.jpg"
    failures = []
    for name, change in {
        "flipped": lambda: flip(sealed, len(whole) // 2),
        "flipped tag": lambda: flip(sealed, len(whole) - 3),
        "cut short": lambda: os.truncate(sealed, len(whole) // 3),
        "empty": lambda: os.truncate(sealed, 0),
        "missing": sealed.unlink,
    }.items():
        change()
        error = refused(clinic, "image", "get", first, out)
        if error is None or error.code not in (DAMAGED, STORAGE) or out.exists():
            failures.append(f"{name}: {error}")
        found = clinic.raw("verify").stdout
        if first not in found:
            failures.append(f"{name}: verify does not name it")
        sealed.write_bytes(whole)
    tap.result(not failures, "14: a damaged image is not shown and is told", "\n".join(failures))
    clinic.environment = {"LD_PRELOAD": ":".join(p for p in (PRELOAD, POWERCUT) if p), "POWERCUT_ROOT": str(clinic.path),
                          "POWERCUT_MODE": "read", "POWERCUT_PATTERN": f"{first}.cms", "POWERCUT_AT": "1"}
    error = refused(clinic, "image", "get", first, out)
    rest = refused(clinic, "image", "get", second, clinic.path.parent / "other.jpg")
    tap.result(error is not None and error.code in (DAMAGED, STORAGE) and rest is None,
               "11: an unreadable image is said, the next one opens", f"{error} / {rest}")


def put_back(fresh) -> None:
    """15: an older copy of the store is noticed, and no number is given twice."""
    clinic = fresh("put-back")
    old = clinic.path.parent / "old"
    copy(clinic.path, old)
    given = clinic.specimen(clinic.patient("Neema", "Mushi"))
    # All but the small file that says how far the store has come, as a copy of the database alone is.
    for name in ("hemogram.db", "hemogram.db-wal"):
        (clinic.path / name).unlink(missing_ok=True)
        if (old / name).exists():
            shutil.copy2(old / name, clinic.path / name)
    (clinic.path / "hemogram.db-shm").unlink(missing_ok=True)
    error = refused(clinic, "worklist")
    tap.result(error is not None and error.code == DAMAGED and "older" in error.message, "15: an older store is noticed", str(error))
    clinic("accept-older", "admin")
    again = clinic.specimen(clinic.patient("Zawadi", "Kimaro"))
    tap.result(again != given and again[:4] != given[:4], "15: once accepted it numbers under another station", f"{given} {again}")


def second_instance(fresh) -> None:
    """16: a second program is told that the store is in use."""
    clinic = fresh("second")
    reader, writer = os.pipe()
    # The first one has the store and waits for a passphrase.
    holder = subprocess.Popen([CLI, "--clinic", str(clinic.path), "--user", "admin", "--passphrase-fd", str(reader), "worklist"],
                              pass_fds=[reader], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        error = refused(clinic, "worklist")
    finally:
        os.write(writer, (PASSPHRASE + "\n").encode())
        holder.wait(60)
        os.close(reader)
        os.close(writer)
    tap.result(error is not None and error.code == BUSY, "16: a second instance is told", str(error))
    tap.result(holder.returncode == 0 and refused(clinic, "worklist") is None, "16: and the first one works on")


def read_only(fresh) -> None:
    """17: on a read-only file system the records can be read, and a change is refused in words."""
    clinic = fresh("read-only")
    specimen = clinic("worklist")[0]["specimen"]
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    before = (*private_mounts(), "sh", "-c", script, str(clinic.path))
    probe = subprocess.run([*before, "sh", "-c", f"touch {clinic.path}/x"], capture_output=True, text=True)
    if "Read-only" not in probe.stderr:
        tap.skip("17: read-only file system", f"cannot be made here: {probe.stderr.strip()[:80]}")
        return
    listed = clinic.raw("worklist", before=before)
    error = refused(clinic, "specimen", "reject", specimen, "clotted", before=before)
    tap.result(listed.returncode == 0 and specimen in listed.stdout and error is not None and error.code == STORAGE,
               "17: read-only is said, and reading goes on", f"{listed.stderr} / {error}")


def little_memory(fresh) -> None:
    """18: with less and less memory it ends, at whatever point, and the store stays whole."""
    clinic = fresh("memory")
    specimen = clinic("worklist")[0]["specimen"]
    codes, waits = set(), []
    if PRELOAD:
        tap.skip("18: little memory", "the sanitizer itself needs terabytes of addresses")
        return
    for kilobytes in (40_000, 80_000, 120_000, 160_000, 200_000, 260_000, 320_000, 400_000):
        done = clinic.raw("specimen", "slide", specimen, before=("sh", "-c", f"ulimit -v {kilobytes}; exec \"$0\" \"$@\""))
        codes.add(done.returncode)
        # Where a program was ended while it looked at the passphrase the try stays counted.
        if "wrong tries" in done.stderr and min(codes) >= 0:
            waits.append(f"{kilobytes}: {done.stderr.strip()}")
    for _ in range(10):
        done = clinic.raw("verify")
        if "wrong tries" not in done.stderr:
            break
        time.sleep(1)
    tap.result(done.returncode == 0, f"18: the store is whole after too little memory, ends seen: {sorted(codes)}",
               done.stderr + done.stdout)
    tap.result(not waits, "18: who was refused for want of memory need not wait as after a wrong passphrase", "\n".join(waits))


def wrong_passphrase(fresh) -> None:
    """20: nothing is changed, tries are slowed, and they are in the audit log afterwards."""
    clinic = fresh("wrong")
    before = (clinic.path / "hemogram.db").read_bytes()
    delays, code = [], set()
    for _ in range(5):
        error = refused(clinic, "worklist", secrets=("not the passphrase at all",))
        code.add(error.code if error else 0)
        delays.append("wait" in error.message or "second" in error.message if error else False)
    tap.result(code == {SECRET} and delays[-1], "20: wrong passphrases are refused, and slowed", str(delays))
    tap.result((clinic.path / "hemogram.db").read_bytes() == before, "20: a wrong passphrase changes nothing")
    for _ in range(60):
        if refused(clinic, "worklist") is None:
            break
        time.sleep(1)
    log = clinic("audit", "list", "--limit", "20")
    tap.result(any("fail" in row["what"] or "refused" in row["what"] for row in log), "20: the failed tries are in the audit log",
               str([row["what"] for row in log]))


def changed_log(fresh) -> None:
    """66: an audit log that was cut is found by a head that left before."""
    clinic = fresh("audit")
    old = clinic.path.parent / "audit-old"
    copy(clinic.path, old)
    clinic.patient("Baraka", "Mollel")
    head = clinic.path.parent / "head.json"
    head.write_text(clinic.raw("audit", "head").stdout)
    tap.result(refused(clinic, "audit", "verify", "--head", head) is None, "66: a whole log passes")
    behind = Clinic(old)
    error = refused(behind, "audit", "verify", "--head", head)
    tap.result(error is not None, "66: a log that lost its end is found by the head that left", str(error))


def changed_row(fresh) -> None:
    """66: a row in the middle that somebody with the store's key changed is named."""
    clinic = fresh("row")
    row = 5
    done = run([os.environ.get("HEMOGRAM_STORE_TOOL", "store-tool"), "execute", clinic.path,
                f"DROP TRIGGER audit_is_final; UPDATE audit SET what = 'nothing' WHERE seq = {row}"])
    error = refused(clinic, "audit", "verify")
    tap.result(done.returncode == 0 and error is not None and error.code == DAMAGED and f"row {row}." in error.message,
               "66: a changed row is named", f"{done.stderr}{error}")


def tampered_export(fresh) -> None:
    """70: of a picture that was tampered with, nothing leaves by an export either."""
    clinic = fresh("tampered")
    specimen = clinic("worklist")[0]["specimen"]
    first = clinic("image", "list", specimen)[0]
    flip(next(clinic.path.glob(f"images/*/{first['uuid']}.cms")), first["bytes"] // 2)
    stick = clinic.path.parent / "stick"
    stick.mkdir()
    error = refused(clinic, "export", stick, specimen, "--formats", "images")
    pictures = [path.name for path in stick.rglob("*") if path.is_file() and b"\xff\xd8\xff" in path.read_bytes()]
    tap.result(error is not None and len(pictures) <= 1, "70: a tampered picture is not exported", f"{error} {pictures}")


def tampered_report(fresh) -> None:
    """70: a signed report that was tampered with is neither printed nor exported."""
    clinic = fresh("tampered-report")
    specimen = clinic("worklist")[0]["specimen"]
    sealed = next(clinic.path.glob("reports/*.cms"))
    whole = sealed.read_bytes()
    out = clinic.path.parent / "out.pdf"
    failures = []
    for name, change in {
        "flipped": lambda: flip(sealed, len(whole) // 2),
        "flipped head": lambda: flip(sealed, 40),
        "flipped tag": lambda: flip(sealed, len(whole) - 3),
        "cut short": lambda: os.truncate(sealed, len(whole) // 3),
        "empty": lambda: os.truncate(sealed, 0),
        "missing": sealed.unlink,
    }.items():
        change()
        error = refused(clinic, "report", "print", specimen, out)
        if error is None or error.code not in (DAMAGED, NOT_FOUND, STORAGE) or not error.message.strip():
            failures.append(f"{name}: {error}")
        out.write_bytes(b"what was there")
        if refused(clinic, "report", "print", specimen, out, "--force") is None or out.read_bytes() != b"what was there":
            failures.append(f"{name}: a file that was there is lost")
        out.unlink()
        left = [path.name for path in out.parent.iterdir() if path.name.startswith("out.pdf")]
        if left:
            failures.append(f"{name}: leaves {left}")
        sealed.write_bytes(whole)
    tap.result(not failures, "70: a tampered report is not printed, and leaves no file", "\n".join(failures))
    tap.result(refused(clinic, "report", "print", specimen, out) is None and out.read_bytes().startswith(b"%PDF"),
               "70: put back as it was, it is printed")


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        fields = draw_fields(base)
        template = Clinic(base / "template")
        template.init()
        template.day(fields)

        def fresh(name: str) -> Clinic:
            (base / name).mkdir()
            copy(template.path, base / name / "clinic")
            return Clinic(base / name / "clinic")

        torn_log(base, fields)
        damaged_pages(base, fresh)
        damaged_images(fresh)
        put_back(fresh)
        second_instance(fresh)
        read_only(fresh)
        little_memory(fresh)
        wrong_passphrase(fresh)
        changed_log(fresh)
        changed_row(fresh)
        tampered_export(fresh)
        tampered_report(fresh)
    return tap.finish()


sys.exit(main())
