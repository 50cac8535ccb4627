#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a text file as a C string: embed.py OUTPUT FILE

A string and not a GResource, because the linker drops resources of a static library unseen.
"""

import sys


def quote(line):
    text = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in line
    )
    return f'  "{text}"'


with open(sys.argv[2], "rb") as file:
    lines = file.read().splitlines(keepends=True)
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write('#include "hemo-range-table-private.h"\n\n')
    file.write("const char hemo_ranges_default[] =\n" + "\n".join(map(quote, lines)) + ";\n")
