#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the weights as a C string, which compiles faster than a list of numbers: embed.py OUTPUT FILE"""

import sys

with open(sys.argv[2], "rb") as file:
    data = file.read()
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write('#include "hemo-network-private.h"\n\n')
    file.write(f"const gsize hemo_network_weights_size = {len(data)};\n")
    file.write("const guint8 hemo_network_weights[] =\n")
    for at in range(0, len(data), 32):
        file.write('  "' + "".join(f"\\{byte:03o}" for byte in data[at : at + 32]) + '"\n')
    file.write(";\n")
