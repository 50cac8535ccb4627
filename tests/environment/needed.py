# SPDX-License-Identifier: GPL-3.0-or-later
"""needed.py BUILD SUITE...: the files that ninja has to build for the tests of these suites, a line each."""
import json
import os
import subprocess
import sys


def introspect(build: str, what: str) -> list:
    return json.loads(subprocess.check_output(["meson", "introspect", build, what]))


def main() -> int:
    build, suites = sys.argv[1], set(sys.argv[2:])
    wanted = set()
    for test in introspect(build, "--tests"):
        if suites & {suite.split(":")[-1] for suite in test["suite"]}:
            wanted.update(test["depends"])
    top = os.path.abspath(build)
    for target in introspect(build, "--targets"):
        if target["id"] in wanted:
            print(*(os.path.relpath(name, top) for name in target["filename"]), sep="\n")
    return 0


sys.exit(main())
