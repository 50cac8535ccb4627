# SPDX-License-Identifier: GPL-3.0-or-later
"""A store of an older form that the program brings up to date, cut off at every write; and one of a newer
form, which it leaves alone. Faults 7 and 67.

Between two writes nothing of a statement is outside the process, so a cut at each write is a cut at each
statement.
"""
import hashlib
import os
import pathlib
import sys

from clinic import Clinic, Refused
from faults import Tap, copy, count_steps, cut, in_parallel, run, scratch, workload

TOOL = os.environ.get("HEMOGRAM_STORE_TOOL", "store-tool")
# Nearly all steps are pages of a transaction; the other ways as in cut-off.py.
MODES = {"kill": 4, "power": 6, "mixed": 18, "full": 18, "sync": 18, "write": 18}
MIGRATIONS = pathlib.Path(__file__).resolve().parents[2] / "resources" / "migrations"
# From the first form through all of them: a store is taken back by dropping tables, and only those of the first
# are never altered.
OLD, NEW = "1", str(len(list(MIGRATIONS.glob("[0-9]*.sql"))))


def forms(clinic: pathlib.Path) -> tuple:
    """Of the store and of the copy of before: number of the form and 'whole', what is wrong, or 'missing'."""
    done = run([TOOL, "versions", clinic, f"hemogram.db.before-{NEW}"])
    store, copied = (done.stdout.splitlines() + 2 * [f"{done.returncode} {done.stderr}"])[:2]
    return store, copied


def try_step(base: pathlib.Path, nothing: pathlib.Path, mode: str, at: int) -> str:
    """Empty when all is well, else what is wrong."""
    with scratch() as folder:
        root = pathlib.Path(folder) / "root"
        copy(base / "start", root)
        clinic = root / "clinic"
        done = cut("check", root, clinic, "/dev/null", nothing, mode=mode, at=at, POWERCUT_SEED=str(at))
        if mode in ("kill", "power", "mixed") and done.returncode != -9:
            return f"step {at}: was not cut off: {done.returncode} {done.stderr}"
        if done.returncode not in (0, 1, -9) or (done.returncode == 1 and not done.stderr.strip()):
            return f"step {at}: ended with {done.returncode}: {done.stderr}"
        found, copied = forms(clinic)
        if found not in [f"{form} whole" for form in range(int(OLD), int(NEW) + 1)]:
            return f"step {at}: neither the old nor the new form: {found}"
        if not found.startswith(f"{OLD} ") and copied != f"{OLD} whole":
            return f"step {at}: brought up to date, and the copy of before is {copied}"
        done = workload("check", clinic, "/dev/null", nothing)
        if done.returncode != 0:
            return f"step {at}: does not open afterwards: {done.stderr}"
        # What goes on from a form between keeps that one.
        kept = f"{OLD} whole" if found.startswith(NEW) else found
        now, copied = forms(clinic)
        if (now, copied) != (f"{NEW} whole", kept):
            return f"step {at}: is {now} in the end, and the copy {copied}"
        left = [path.name for path in clinic.iterdir() if path.name.startswith("hemogram.db.") and ".part" in path.name]
        return f"step {at}: left {left}" if left else ""


def cut_off(tap: Tap, base: pathlib.Path) -> None:
    """7: the old or the new form opens, and what was before is kept."""
    nothing = base / "no-promises"
    nothing.touch()
    made = workload("create", base / "start" / "clinic", "/dev/null")
    back = run([TOOL, "older", base / "start" / "clinic", OLD])
    tap.result(made.returncode == 0 and forms(base / "start" / "clinic")[0] == f"{OLD} whole",
               f"7: there is a store of form {OLD}", made.stderr + back.stderr)
    trial = base / "trial"
    copy(base / "start", trial)
    steps = count_steps("check", trial, trial / "clinic", "/dev/null", nothing, report=base / "steps")
    tap.result(forms(trial / "clinic") == (f"{NEW} whole", f"{OLD} whole"),
               f"7: it is brought to form {NEW} in {steps} steps, and kept as it was", str(forms(trial / "clinic")))
    for mode, stride in MODES.items():
        chosen = range(1, steps + 1, int(os.environ.get("HEMOGRAM_CUT_EVERY", stride)))
        wrong = [text for text in in_parallel(lambda at: try_step(base, nothing, mode, at), chosen) if text]
        tap.result(not wrong, f"7: {mode} at {len(chosen)} of {steps} steps of bringing it up to date", "\n".join(wrong))


def contents(folder: pathlib.Path) -> dict:
    """The record. Tries to sign in are counted before anything is opened, in a file outside of it."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "attempts.json"}


def newer(tap: Tap, base: pathlib.Path) -> None:
    """67: a store of a newer program is left as it is."""
    clinic = Clinic(base / "newer" / "clinic")
    made = workload("create", clinic.path, "/dev/null")
    run([TOOL, "execute", clinic.path, "PRAGMA user_version = 9999"])
    before = contents(clinic.path)
    for words in (("worklist",), ("patient", "add", "--given", "Neema", "--born", "20y"), ("verify",), ("key", "rotate")):
        try:
            clinic(*words)
            refusal = None
        except Refused as error:
            refusal = error
        tap.result(refusal is not None and "newer" in refusal.message.lower() and contents(clinic.path) == before,
                   f"67: '{' '.join(words[:2])}' on the store of a newer program is refused, no byte is changed",
                   f"{made.stderr}{refusal}\n{set(contents(clinic.path).items()) ^ set(before.items())}")


def waiting(clinic: Clinic) -> list:
    return [lane["waiting"] for lane in clinic("sync", "status")["lanes"]]


def queued(tap: Tap, base: pathlib.Path) -> None:
    """67 with what waits to be sent: nothing of it is sent or lost by an older program, nor by a newer one."""
    clinic = Clinic(base / "queued" / "clinic")
    made = workload("create", clinic.path, "/dev/null")
    for name in ("Amina", "Baraka", "Chausiku"):
        clinic.patient(name)
    before = waiting(clinic)
    version = run([TOOL, "versions", clinic.path, "none"]).stdout.split()[0]
    run([TOOL, "execute", clinic.path, "PRAGMA user_version = 9999"])
    kept = contents(clinic.path)
    refused = []
    for words in (("sync", "once"), ("sync", "retry"), ("courier", "write", base / "stick")):
        try:
            clinic(*words)
        except Refused as error:
            refused.append("newer" in error.message.lower())
    tap.result(before[0] >= 3 and refused == 3 * [True] and contents(clinic.path) == kept,
               "67: what waits is not touched by an older program", f"{made.stderr}{before} {refused}")
    run([TOOL, "execute", clinic.path, f"PRAGMA user_version = {version}"])
    tap.result(waiting(clinic) == before, "67: and waits still for the newer one", f"{before} {waiting(clinic)}")
    run([TOOL, "older", clinic.path, OLD])
    tap.result(waiting(clinic) == before and forms(clinic.path)[0] == f"{NEW} whole",
               f"67: what waited in form {OLD} waits in form {NEW}", f"{before} {waiting(clinic)} {forms(clinic.path)}")


def main() -> int:
    tap = Tap()
    with scratch() as folder:
        base = pathlib.Path(folder)
        for name in ("start", "newer", "queued"):
            (base / name).mkdir()
        cut_off(tap, base)
        queued(tap, base)
        newer(tap, base)
    return tap.finish()


sys.exit(main())
