#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the program finds cells: detector.py HEMOGRAM-CLI DATA [--unknown-scale] [--every N]
[--types TABLE] [SET...]

DATA is the shared data; only what is for validation is opened. bccd is from the microscope that the
detector was trained on, the others are from microscopes that it never saw, with their scale said.
TABLE is a CSV of images with one white cell each: file (with its path), type, red_cell (pixels; 0 when
it is not known). Passes or fails on nothing."""

import argparse
import csv
import glob
import json
import os
import pathlib
import resource
import subprocess

# Pixels that a red cell has across, table of boxes, what is labelled.
SETS = {
    "bccd": (104, "bccd/boxes_val_relabel_txl.csv", ("RBC", "WBC", "Platelets")),
    "ood_ankara": (53, "ood_ankara/boxes.csv", ("RBC", "WBC")),
    "ood_pbc": (79, "ood_pbc/boxes.csv", ("RBC", "WBC", "Platelets")),
    "ood_chula": (45, "ood_chula/points.csv", ("RBC",)),
    "ood_wbc5_chula": (80, "ood_wbc5_chula/boxes.csv", ("WBC",)),
}
TYPES = ("neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte")


def read_truth(path: pathlib.Path) -> dict:
    """{file: [(class, box or point, type)]}"""
    truth = {}
    for row in csv.DictReader(open(path, newline="")):
        if "x" in row:
            cell = ("RBC", (float(row["x"]), float(row["y"])), None)
        else:
            box = tuple(float(row[key]) for key in ("xmin", "ymin", "xmax", "ymax"))
            kind = TYPES[int(row["class_id"])] if "class_id" in row else None
            cell = (row.get("label", "WBC"), box, kind)
        truth.setdefault(row["file"], []).append(cell)
    return truth


def agrees(mark: tuple, cell: tuple) -> float:
    """Overlap of two boxes; 1 where a point lies in the box."""
    if len(cell) == 2:
        return float(mark[0] <= cell[0] <= mark[2] and mark[1] <= cell[1] <= mark[3])
    width = min(mark[2], cell[2]) - max(mark[0], cell[0])
    height = min(mark[3], cell[3]) - max(mark[1], cell[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (mark, cell))
    return width * height / (both - width * height)


def match(marks: list, truth: list) -> list:
    """Pairs (mark, cell) at an overlap of half, the surest first."""
    free, pairs = list(truth), []
    for mark in sorted(marks, key=lambda m: -m["confidence"]):
        box = (mark["x"], mark["y"], mark["x"] + mark["width"], mark["y"] + mark["height"])
        best = max(free, key=lambda cell: agrees(box, cell[1]), default=None)
        if best is not None and agrees(box, best[1]) >= 0.5:
            free.remove(best)
            pairs.append((mark, best))
    return pairs


def detect(cli: str, files: list, scale: float) -> list:
    said = ["--micrometres-per-pixel", f"{scale:.5f}"] if scale else []
    done = subprocess.run([cli, "detect", *said, *files, "--json"], capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def sureness(name: str, told: list) -> None:
    """How often a type is right that is called so sure. @told: (mark, type)."""
    guesses = [(mark, kind) for mark, kind in told if "type" in mark and not mark.get("type_sure", True)]
    if guesses:
        print(f"  {name:15} guesses    {sum(mark['type'] == kind for mark, kind in guesses)} of {len(guesses)} right")
    for low, high in ((0, 0.6), (0.6, 0.85), (0.85, 0.95), (0.95, 1.01), (0.9, 1.01)):
        sure = [mark["type"] == kind for mark, kind in told
                if mark.get("type_sure") and low <= mark["type_probability"] < high]
        if sure:
            print(f"  {name:15} types      called {100 * low:.0f} to {min(100 * high, 100):.0f} % sure: "
                  f"{100 * sum(sure) / len(sure):.0f} % are right ({len(sure)})")


def print_types(name: str, told: list) -> None:
    """@told: (mark, type). Balanced: the mean over the types of what is right of each."""
    right = {}
    for mark, kind in told:
        right.setdefault(kind, []).append(mark.get("type") == kind)
    shares = [sum(each) / len(each) for each in right.values()]
    print(f"  {name:15} types      {sum(map(sum, right.values()))} of {len(told)} right, "
          f"balanced over {len(shares)} types {sum(shares) / max(len(shares), 1):.3f}")
    sureness(name, told)


def judge_types(cli: str, table: pathlib.Path) -> None:
    sets = {}
    for row in csv.DictReader(open(table, newline="")):
        sets.setdefault(float(row["red_cell"] or 0), []).append((row["file"], row["type"]))
    told = []
    for red_cell, rows in sets.items():
        answers = {answer["file"]: answer for answer in detect(cli, [file for file, _ in rows], 7.5 / red_cell if red_cell else 0)}
        for file, kind in rows:
            marks = [cell for cell in answers[file]["cells"] if cell["class"] == "WBC" and "type" in cell] if file in answers else []
            if len(marks) == 1:
                told.append((marks[0], kind))
    print_types(table.stem, told)


def judge(name: str, answers: list, truth: dict, kinds: tuple) -> None:
    warned = {}
    for answer in answers:
        for warning in answer["warnings"]:
            code = warning.split(":")[0]
            warned[code] = warned.get(code, 0) + 1
    for kind in kinds:
        found = shown = true = 0
        off, told = [], []
        for answer in answers:
            marks = [cell for cell in answer["cells"] if cell["class"] == kind]
            cells = [cell for cell in truth[os.path.basename(answer["file"])] if cell[0] == kind]
            pairs = match(marks, cells)
            found, shown, true = found + len(pairs), shown + len(marks), true + len(cells)
            off.append(abs(len(marks) - len(cells)) / max(len(cells), 1))
            told += [(mark, cell[2]) for mark, cell in pairs if cell[2]]
        precision, recall = found / max(shown, 1), found / max(true, 1)
        print(f"  {name:15} {kind:10} precision {precision:.3f} recall {recall:.3f} "
              f"F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f} "
              f"count off by {sum(off) / len(off):.3f} ({shown} marks, {true} cells)")
        if told:
            print_types(name, told)
    print(f"  {name:15} {'of ' + str(len(answers)) + ' warned:':21} {warned or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("sets", nargs="*", choices=[[], *SETS], metavar="SET")
    parser.add_argument("--unknown-scale", action="store_true")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--types", type=pathlib.Path, action="append", default=[])
    args = parser.parse_args()
    for table in args.types:
        judge_types(args.cli, table)
    for name in args.sets or ([] if args.types else SETS):
        red_cell, table, kinds = SETS[name]
        truth = read_truth(args.data / table)
        files = [str(args.data / name / "images" / file) for file in sorted(truth)][:: args.every]
        answers = detect(args.cli, files, 0 if args.unknown_scale else 7.5 / red_cell)
        judge(name, answers, truth, kinds)
        times = sorted(answer["ms"] for answer in answers)
        print(f"  {name:15} {times[len(times) // 2]:.0f} ms of the processor in the middle, {times[-1]:.0f} at most; "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB at most so far")


if __name__ == "__main__":
    main()
