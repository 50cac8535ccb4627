# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts each workload off at every step by which it changes a file, in every way, and opens again.

Faults 1 to 3, 5, 6, 8, 9, 10 and 12. The steps are counted, not listed: a new write is cut off from the
day it is written.
"""
import os
import pathlib
import sys
import tempfile

from faults import Tap, copy, count_steps, cut, draw_fields, in_parallel, scratch, workload

# How the step fails, and at each how many-th step it is tried: the process is killed at every single one, but for
# making a clinic, where nothing was there that could be lost. After the last three the work may have been refused,
# but what was promised has to hold all the same.
# HEMOGRAM_CUT_EVERY=1 tries all of them at every step.
EVERY = {"kill": 1, "power": 6, "mixed": 18, "full": 18, "sync": 18, "write": 18}
# As often it is tried that the work goes on afterwards.
GOES_ON = 6


class Scenario:
    """A workload, what it starts from, and how to see afterwards that all is well."""

    def __init__(self, name: str, needs_clinic: bool = True, needs_day: bool = False, kill_every: int = 1) -> None:
        self.name = name
        self.every = {**EVERY, "kill": kill_every}
        self.needs_clinic = needs_clinic
        self.needs_day = needs_day
        # A backup on another device than the scratch folders, which no cut reaches.
        self.stick = pathlib.Path()


SCENARIOS = {
    "create": Scenario("create", needs_clinic=False, kill_every=4),
    "day": Scenario("day"),
    "rotate": Scenario("rotate", needs_day=True),
    "passphrase": Scenario("passphrase"),
    "people": Scenario("people"),
    "backup": Scenario("backup", needs_day=True),
    "send": Scenario("send", needs_day=True),
    "prune": Scenario("prune", needs_day=True),
    "restore": Scenario("restore", needs_clinic=False, needs_day=True),
}


def prepare(scenario: Scenario, base: pathlib.Path, fields: list) -> pathlib.Path:
    """A folder to start from: nothing, a new clinic, or one with a day in it (and its backup)."""
    start = base / "start"
    start.mkdir()
    promises = base / "promises"
    promises.touch()
    if scenario.needs_clinic or scenario.needs_day:
        must(workload("create", start / "clinic", "/dev/null"))
    if scenario.needs_day:
        must(workload("day", start / "clinic", promises, *fields[:2]))
    if scenario.name == "restore":
        must(workload("backup", start / "clinic", "/dev/null", start / "backup"))
        (start / "clinic").rename(base / "original")
    if scenario.name == "prune":
        must(workload("prune-ready", start / "clinic", "/dev/null", scenario.stick))
    return start


def must(done) -> None:
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def others_of(scenario: Scenario, root: pathlib.Path, fields: list) -> list:
    if scenario.name == "day":
        return fields[:2]
    if scenario.name == "prune":
        return [scenario.stick]
    if scenario.name in ("backup", "restore"):
        return [root / "backup"]
    if scenario.name == "send":
        far = root.parent / (root.name + "-far")
        far.mkdir(exist_ok=True)
        return [far]
    return []


def check(scenario: Scenario, root: pathlib.Path, promises: pathlib.Path, fields: list, goes_on: bool) -> str:
    """Empty when all is well, else what is wrong."""
    clinic = root / "clinic"
    promised = promises.read_text()
    if not (clinic / "keys-1.json").exists() and not (clinic / "keys-2.json").exists():
        if scenario.name == "create" and "clinic" not in promised:
            done = workload("create", clinic, "/dev/null")
            return "" if done.returncode == 0 else f"cannot be created again: {done.stderr}"
        if scenario.name == "restore" and "restored" not in promised:
            done = workload("restore", clinic, "/dev/null", root / "backup")
            return "" if done.returncode == 0 else f"cannot be restored again: {done.stderr}"
        return "the clinic is gone"
    done = workload("check", clinic, "/dev/null", promises, *([scenario.stick] if scenario.name == "prune" else []))
    if done.returncode != 0:
        return done.stderr or f"the check ended with {done.returncode}"
    if scenario.name == "backup" and goes_on:
        done = workload("backup", clinic, "/dev/null", root / "backup")
        if done.returncode != 0:
            return f"the backup does not go on: {done.stderr}"
        done = workload("restore", root / "again", "/dev/null", root / "backup")
        return "" if done.returncode == 0 else f"the backup does not open: {done.stderr}"
    if scenario.name == "prune" and goes_on:
        done = workload("prune", clinic, "/dev/null", scenario.stick)
        return "" if done.returncode == 0 else f"the pruning does not go on: {done.stderr}"
    if scenario.name == "send":
        far = others_of(scenario, root, fields)[0]
        done = workload("send", clinic, "/dev/null", far)
        given = [len(path.read_text().splitlines()) for path in far.iterdir()]
        if done.returncode != 0 or not given or set(given) != {1}:
            return f"changes were given {sorted(set(given))} times: {done.stderr}"
    if scenario.name == "day" and goes_on:
        done = workload("day", clinic, "/dev/null", *fields[2:])
        return "" if done.returncode == 0 else f"the work does not go on: {done.stderr}"
    return ""


def try_step(scenario: Scenario, base: pathlib.Path, fields: list, mode: str, at: int) -> str:
    with scratch() as folder:
        root = pathlib.Path(folder) / "root"
        promises = pathlib.Path(folder) / "promises"
        copy(base / "start", root)
        promises.write_text((base / "promises").read_text())
        done = cut(scenario.name, root, root / "clinic", promises, *others_of(scenario, root, fields),
                   mode=mode, at=at, POWERCUT_SEED=str(at))
        if mode in ("kill", "power", "mixed") and done.returncode != -9:
            return f"step {at}: was not cut off: {done.returncode} {done.stderr}"
        if done.returncode not in (0, 1, -9):
            return f"step {at}: ended with {done.returncode}: {done.stderr}"
        if done.returncode == 1 and not done.stderr.strip():
            return f"step {at}: refused without a word"
        wrong = check(scenario, root, promises, fields, at % GOES_ON == 0)
        return f"step {at}: {wrong}" if wrong else ""


def main() -> int:
    tap = Tap()
    names = sys.argv[1:] or list(SCENARIOS)
    with scratch() as folder, tempfile.TemporaryDirectory(prefix="hemogram-stick-", dir="/tmp") as stick:
        # Two for the day, two others for the day after.
        fields = draw_fields(pathlib.Path(folder), 4)
        for name in names:
            scenario = SCENARIOS[name]
            scenario.stick = pathlib.Path(stick)
            base = pathlib.Path(folder) / name
            base.mkdir()
            start = prepare(scenario, base, fields)
            trial = base / "trial"
            copy(start, trial)
            steps = count_steps(name, trial, trial / "clinic", base / "trial-promises",
                                *others_of(scenario, trial, fields))
            tap.result(steps > 10, f"{name}: {steps} steps counted")
            for mode, every in scenario.every.items():
                chosen = range(1, steps + 1, int(os.environ.get("HEMOGRAM_CUT_EVERY", every)))
                wrong = [text for text in in_parallel(
                    lambda at: try_step(scenario, base, fields, mode, at), chosen) if text]
                tap.result(not wrong, f"{name}: {mode} at {len(chosen)} of {steps} steps", "\n".join(wrong))
    return tap.finish()


sys.exit(main())
