# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read can be translated: every file with marked strings is listed and extracts without a warning."""
import pathlib
import re
import sys

from faults import Tap, run

ROOT = pathlib.Path(sys.argv[1])
MARK = re.compile(r"\b(N_|_|C_|NC_|g_dngettext) ?\(")
KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dngettext:2,3", "hemo_sheet_tr:2")


def is_marked(path: pathlib.Path) -> bool:
    lines = (line for line in path.read_text().splitlines() if not line.startswith("#define"))
    return any(MARK.search(line) for line in lines)


def main() -> int:
    tap = Tap()
    listed = {line for line in (ROOT / "po/POTFILES.in").read_text().splitlines() if line and line[0] != "#"}
    sources = [path for folder in ("app", "sync", "ui") for kind in ("c", "h", "blp") for path in (ROOT / folder).rglob(f"*.{kind}")]
    marked = {str(path.relative_to(ROOT)) for path in sources if is_marked(path)}
    tap.result(marked <= listed, "each file with marked strings is in POTFILES.in", str(marked - listed))
    gone = {name for name in listed if not (ROOT / name).exists()}
    tap.result(not gone, "and none that is gone", str(gone))
    done = run(["xgettext", "--directory", ROOT, "--from-code=UTF-8", "--language=C", "--output=-", "--flag=g_set_error:4:c-format",
                *(f"--keyword={word}" for word in KEYWORDS), *sorted(listed - gone)])
    tap.result(done.returncode == 0 and not done.stderr, "xgettext finds nothing to warn of", done.stderr)
    for text in ("White cells", "Who can sign in", "Blood smear report", "Register a patient"):
        tap.result(f'msgid "{text}"' in done.stdout, f"'{text}' can be translated")
    return tap.finish()


sys.exit(main())
