# SPDX-License-Identifier: GPL-3.0-or-later
"""Help, manual page and completion name the same commands; wrong calls are told what is right."""
import pathlib
import re
import subprocess
import sys

from clinic import CLI
from faults import Tap, run

ROOT = pathlib.Path(sys.argv[1])


def completions(words: list) -> list:
    script = (f"source {ROOT}/resources/completion/hemogram-cli; "
              f"COMP_WORDS=({' '.join(words)} ''); COMP_CWORD={len(words)}; _hemogram_cli 2>/dev/null; "
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True).stdout.split()


def main() -> int:
    tap = Tap()
    listed = run([CLI, "commands"]).stdout
    commands = []
    for line in listed.splitlines():
        words = line.split()
        commands.append(" ".join(words[:2]) if len(words) > 1 and re.fullmatch(r"[a-z]+(-[a-z]+)?", words[1]) and
                        run([CLI, *words[:2], "--help"]).returncode == 0 else words[0])
    tap.result(len(commands) > 35, f"{len(commands)} commands are listed")
    manual = re.sub(r"\s+", " ", (ROOT / "resources/man/hemogram-cli.1").read_text())
    missing = [name for name in commands if f"Cm {name}" not in manual]
    tap.result(not missing, "each is in the manual page", str(missing))
    lint = run(["mandoc", "-T", "lint", "-W", "error", ROOT / "resources/man/hemogram-cli.1"])
    tap.result(lint.returncode == 0, "the manual page is well formed", lint.stdout + lint.stderr)
    helped = [name for name in commands if run([CLI, *name.split(), "--help"]).returncode != 0]
    tap.result(not helped, "each has help", str(helped))
    found = completions([CLI])
    tap.result({"patient", "count", "verify"} <= set(found), "completion offers the first words", str(found))
    found = completions([CLI, "patient"])
    tap.result({"add", "merge"} <= set(found), "and the second ones", str(found))
    for call, code, word in (
        (["nothing"], 2, "no such command"),
        ([], 2, "Say a command"),
        (["patient", "merge", "only-one"], 2, "missing"),
        (["--clinic", "/nonexistent/folder", "worklist"], 5, ""),
        (["count", "x", "--no-such-option"], 2, "Usage"),
        (["result", "x", "wbc", "1,234.5", "--source", "s"], 2, ""),
        (["result", "x", "wbc", "-3", "--source", "s"], 2, ""),
        (["malaria", "x", "--species", "martian"], 2, ""),
    ):
        done = run([CLI, *call])
        tap.result(done.returncode == code and word in done.stderr and done.stderr.strip(),
                   f"'{' '.join(call)}' ends with {code} and a sentence", f"{done.returncode}: {done.stderr}")
    done = run([CLI, "--version"])
    tap.result(done.returncode == 0 and "hemogram-cli" in done.stdout, "--version")
    return tap.finish()


sys.exit(main())
