# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up what the suites left in a folder; lists what was skipped, and why; ends with the verdict."""
import json
import pathlib
import sys
import xml.etree.ElementTree as ET

GOOD = ("OK", "SKIP", "EXPECTEDFAIL")
# Of a program that failed, this much of what it printed.
LINES = 60
# So many may fail because a machine was busy, but never by what a sanitizer says.
FEW = 3
FOUND = ("Sanitizer", "runtime error:")


class Verdict:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = []
        self.skipped = []
        self.reused = {}
        # Programs that failed beside others and passed alone.
        self.unsteady = []


def add_cases(verdict: Verdict, results: pathlib.Path) -> None:
    """What JUnit's form tells: each case of each program."""
    unsaid = ended_badly(results.with_suffix(".json"))
    before = verdict.passed
    alone = passed_alone(results)
    for name in set(unsaid) & alone:
        unsaid.pop(name)
        verdict.unsteady.append(f"{results.stem}: {name}")
    first = [pair for pair in cases_of(results) if program_of(*pair) not in alone]
    second = [pair for pair in cases_of(results.with_suffix(".alone.xml")) if program_of(*pair) in alone]
    for suite, case in first + second:
        name = f"{results.stem}: {suite.get('name')}: {case.get('name')}"
        if case.find("skipped") is not None:
            verdict.skipped.append(f"{name}: {reason(case, suite)}")
        elif case.find("failure") is not None or case.find("error") is not None:
            verdict.failed.append(name)
            unsaid.pop(program_of(suite, case), None)
        elif program_of(suite, case) in unsaid and "." not in suite.get("name"):
            continue  # a program of one case that was killed: said below
        else:
            verdict.passed += 1
    verdict.failed += [f"{results.stem}: {name}: {how}" for name, how in unsaid.items()]
    if results.with_suffix(".reused").exists():
        verdict.reused[results.stem] = verdict.passed - before


def cases_of(results: pathlib.Path) -> list:
    """Each, with the suite that it is of."""
    if not results.exists():
        return []
    return [(suite, case) for suite in ET.parse(results).getroot().iter("testsuite") for case in suite.iter("testcase")]


def passed_alone(results: pathlib.Path) -> set:
    """Of the programs that were run a second time (SUITE.alone.xml): those that passed."""
    # One that skipped did not show that it passes.
    good = {name_of(test) for test in programs(results.with_suffix(".alone.json")) if test["result"] == "OK"}
    return good & {program_of(*pair) for pair in cases_of(results.with_suffix(".alone.xml"))}


def ended_badly(log: pathlib.Path) -> dict:
    """JUnit's form, as Meson writes it, forgets a program that ran out of time or ended badly after its last
    case passed; Meson's own log does not."""
    return {name_of(test): test["result"].lower() for test in failed_programs(log)}


def programs(log: pathlib.Path) -> list:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def name_of(test: dict) -> str:
    return test["name"].split(" / ")[-1]


def failed_programs(log: pathlib.Path) -> list:
    return [test for test in programs(log) if test["result"] not in GOOD]


def worth_a_second_run(log: pathlib.Path) -> list:
    """The programs that may have failed because the machine was busy: few, and no sanitizer found anything."""
    failed = failed_programs(log)
    found = [test for test in failed
             if any(word in test.get("stdout", "") + test.get("stderr", "") for word in FOUND)]
    return [] if found or len(failed) > FEW else [name_of(test) for test in failed]


def explain(log: pathlib.Path) -> None:
    """How it ended, what its cases said, and what it wrote to its errors: from a sanitizer's word on, or the end."""
    for test in failed_programs(log):
        said = [line for line in test.get("stdout", "").splitlines() if not line.startswith("ok ")]
        errors = test.get("stderr", "").splitlines()
        found = next((at for at, line in enumerate(errors) if any(word in line for word in FOUND)), None)
        wrote = errors[-LINES:] if found is None else errors[found:found + LINES]
        print(f"-- {log.stem}: {test['name']}: {test['result'].lower()} after {test['duration']:.0f} s",
              *said[-LINES:], *wrote, sep="\n")


def program_of(suite: ET.Element, case: ET.Element) -> str:
    """A program with cases of its own is a suite PROJECT.PROGRAM; one without is a case of the project's."""
    _, dot, program = suite.get("name").partition(".")
    return (program if dot else case.get("name")).split(" / ")[-1]


def reason(case: ET.Element, suite: ET.Element) -> str:
    skip = case.find("skipped")
    text = (skip.get("message") or skip.text or "").strip()
    if text:
        return text
    output = suite.findtext("system-out") or case.findtext("system-out") or ""
    for line in output.splitlines():
        if "# SKIP" in line:
            return line.split("# SKIP", 1)[1].strip()
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason given"


def main() -> int:
    verdict = Verdict()
    if sys.argv[1] == "--again":
        print(*worth_a_second_run(pathlib.Path(sys.argv[2])))
        return 0
    folder = pathlib.Path(sys.argv[1])
    for single in folder.glob("*.single"):
        if single.read_text().strip() == "passed":
            verdict.passed += 1
        else:
            verdict.failed.append(single.stem)
    verdict.failed += [broken.read_text().strip() for broken in folder.glob("*.broken")]
    for results in sorted(name for name in folder.glob("*.xml") if not name.stem.endswith(".alone")):
        add_cases(verdict, results)
        explain(results.with_suffix(".json"))
        explain(results.with_suffix(".alone.json"))
    for name in verdict.unsteady:
        print(f"unsteady: {name} failed beside others and passed alone")
    for name in verdict.failed:
        print(f"failed: {name}")
    for line in verdict.skipped:
        print(f"skipped: {line}")
    if verdict.reused:
        which = ", ".join(f"{name} {count}" for name, count in verdict.reused.items())
        print(f"{sum(verdict.reused.values())} of these passed earlier and nothing changed since: {which}")
    print(f"{verdict.passed} passed, {len(verdict.failed)} failed")
    return 1 if verdict.failed or not verdict.passed else 0


sys.exit(main())
