#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the migrations as a C array: embed.py OUTPUT NNNN-name.sql…

An array and not a GResource, because the linker drops resources of a static library unseen.
"""

import os
import re
import sys


def quote(line):
    return '  "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"'


def main(output, sources):
    entries = []
    for number, source in enumerate(sorted(sources, key=os.path.basename), 1):
        name = os.path.basename(source)
        if not re.fullmatch(r"%04d-[a-z0-9-]+\.sql" % number, name):
            sys.exit(f"{name}: number {number:04d} is expected here")
        with open(source, encoding="ascii") as file:
            lines = [line.rstrip() for line in file]
        body = "\n".join(quote(line) for line in lines if line and not line.startswith("--"))
        entries.append(f'  {{ {number}, "{name}",\n{body} }},')
    with open(output, "w", encoding="ascii") as file:
        file.write('#include "hemo-db-private.h"\n\n')
        file.write("const HemoMigration hemo_migrations[] = {\n" + "\n".join(entries) + "\n};\n\n")
        file.write("const int hemo_n_migrations = G_N_ELEMENTS (hemo_migrations);\n")


main(sys.argv[1], sys.argv[2:])
