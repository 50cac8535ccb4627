#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws the fields that train.py takes with --drawn: draw.sh HEMO-DRAW-SMEAR FOLDER [HOW MANY]
set -euo pipefail
draw=$1 folder=$2 many=${3:-40}
mkdir -p "$folder"
for ((i = 1; i <= many; i++)); do
  red=$((40 + i * 37 % 70))
  stem=$folder/$(printf '%03d' "$i")
  "$draw" --seed $((1000 + i)) --width 720 --height 540 --red-cell "$red" --white-cells $((i % 5)) \
    --platelets $((i * 5 % 17)) --crowding "0.$((10 + i * 13 % 45))" --blur "$((i % 4)).$((i % 7))" \
    --shading "0.$((i * 7 % 50 + 10))" --noise "$((i % 8))" --quality $((50 + i * 11 % 48)) \
    --out "$stem.jpg" --truth "$stem.csv"
  echo "$red" >"$stem.red"
done
