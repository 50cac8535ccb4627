#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""next.py TREE: makes of a copy of the source the version after it, which brings a store into one more form."""
import pathlib
import re
import sys

VERSION = "99.0"
MIGRATION = """-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the next version brings, for the tests of the Flatpak. Schema version {0}.
CREATE TABLE next_version (patients INTEGER NOT NULL) STRICT;
INSERT INTO next_version (patients) SELECT count(*) FROM patient;
"""


def change(path: pathlib.Path, pattern: str, new: str) -> None:
    text, changes = re.subn(pattern, new, path.read_text(), count=1)
    if changes != 1:
        sys.exit(f"{path}: nothing is written like {pattern}")
    path.write_text(text)


def main() -> None:
    tree = pathlib.Path(sys.argv[1])
    last = max((tree / "resources/migrations").glob("[0-9]*.sql"))
    number = int(last.name[:4]) + 1
    name = f"{number:04}-next-version.sql"
    (last.parent / name).write_text(MIGRATION.format(number))
    change(tree / "resources/meson.build", f"( *'migrations/){last.name}',\n", rf"\g<0>\g<1>{name}',\n")
    # Only where Flatpak reads it: what every file includes stays as it was, and is not compiled anew.
    change(tree / "resources/org.hemogram.Hemogram.metainfo.xml.in", '<release version="[^"]*"', f'<release version="{VERSION}"')


main()
