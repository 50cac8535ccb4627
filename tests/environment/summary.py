# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up what the suites left in a folder; lists what was skipped, and why; ends with the verdict."""
import pathlib
import sys
import xml.etree.ElementTree as ET


def main() -> int:
    passed = failed = 0
    skipped = []
    folder = pathlib.Path(sys.argv[1])
    for single in folder.glob("*.single"):
        if single.read_text().strip() == "passed":
            passed += 1
        else:
            failed += 1
            print(f"failed: {single.stem}")
    for broken in folder.glob("*.broken"):
        failed += 1
        print(f"failed: {broken.read_text().strip()}")
    for results in sorted(folder.glob("*.xml")):
        for suite in ET.parse(results).getroot().iter("testsuite"):
            for case in suite.iter("testcase"):
                name = f"{results.stem}: {suite.get('name')}: {case.get('name')}"
                if case.find("skipped") is not None:
                    skipped.append(f"{name}: {reason(case, suite)}")
                elif case.find("failure") is not None or case.find("error") is not None:
                    failed += 1
                    print(f"failed: {name}")
                else:
                    passed += 1
    for line in skipped:
        print(f"skipped: {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


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


sys.exit(main())
