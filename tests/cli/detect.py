# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of drawn fields, whose cells are known, without a clinic; and an answer to whatever else."""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys

from clinic import CLI
from faults import Tap, run, scratch

DRAW = os.environ["HEMOGRAM_DRAW_SMEAR"]
RED_CELL = 64


def draw(folder: pathlib.Path, seed: int) -> tuple:
    """A drawn field and its cells, {class: [box]}."""
    picture, table = folder / f"field-{seed}.jpg", folder / f"field-{seed}.csv"
    run([DRAW, "--seed", str(seed), "--width", "800", "--height", "600", "--red-cell", str(RED_CELL), "--white-cells", "2",
         "--platelets", "6", "--crowding", "0.25", "--out", picture, "--truth", table])
    cells = {}
    for row in csv.DictReader(open(table, newline="")):
        cells.setdefault(row["label"], []).append([float(row[key]) for key in ("xmin", "ymin", "xmax", "ymax")])
    return picture, cells


def overlap(cell: dict, box: list) -> float:
    width = min(cell["x"] + cell["width"], box[2]) - max(cell["x"], box[0])
    height = min(cell["y"] + cell["height"], box[3]) - max(cell["y"], box[1])
    if width <= 0 or height <= 0:
        return 0
    return width * height / (cell["width"] * cell["height"] + (box[2] - box[0]) * (box[3] - box[1]) - width * height)


def count_found(cells: list, boxes: list, kind: str) -> int:
    return sum(any(overlap(cell, box) >= 0.5 for cell in cells if cell["class"] == kind) for box in boxes)


def detect(*arguments) -> subprocess.CompletedProcess:
    return run([CLI, "detect", *map(str, arguments)])


def check_drawn(tap: Tap, folder: pathlib.Path) -> list:
    drawn = [draw(folder, seed) for seed in (31, 32)]
    pictures = [picture for picture, _ in drawn]
    done = detect("--micrometres-per-pixel", 7.5 / RED_CELL, *pictures, "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    tap.result(done.returncode == 0 and [answer["file"] for answer in answers] == [str(p) for p in pictures],
               "one object a line for each picture, in order", done.stderr)
    for answer, (_, boxes) in zip(answers, drawn):
        cells = answer["cells"]
        for kind, share in (("RBC", 0.9), ("WBC", 1.0)):
            shown, there = sum(cell["class"] == kind for cell in cells), boxes[kind]
            found = count_found(cells, there, kind)
            tap.result(found >= share * len(there) - 1 and shown <= 1.1 * len(there) + 1,
                       f"{found} of {len(there)} {kind} found, {shown} shown")
        tap.result(all(0 <= cell["x"] and cell["x"] + cell["width"] <= 800.1 and 0 <= cell["y"] and
                       cell["y"] + cell["height"] <= 600.1 and 0 < cell["confidence"] <= 1 for cell in cells),
                   "marks lie within the picture")
        white = [cell for cell in cells if cell["class"] == "WBC"]
        tap.result(all("type" in cell and 0 < cell["type_probability"] <= 1 for cell in white), "white cells have a type",
                   str(white))
        tap.result(answer["ms"] > 0 and answer["detector"].startswith("cells "), "time and version are said")
    again = detect("--micrometres-per-pixel", 7.5 / RED_CELL, pictures[0], "--csv")
    rows = list(csv.DictReader(io.StringIO(again.stdout)))
    tap.result([row["class"] for row in rows] == [cell["class"] for cell in answers[0]["cells"]] and
               rows[0]["x"] == f"{answers[0]['cells'][0]['x']:.1f}", "the table says the same", again.stderr)
    sure = {"1": True, "0": False, "": None}
    tap.result([sure[row["type_sure"]] for row in rows] == [cell.get("type_sure") for cell in answers[0]["cells"]]
               and any(row["type_sure"] for row in rows), "and which types are no more than guesses", again.stdout)
    unknown = json.loads(detect(pictures[0], "--json").stdout)
    tap.result(abs(unknown["micrometres_per_pixel"] * RED_CELL / 7.5 - 1) < 0.2 and
               any(text.startswith("scale-estimated: ") for text in unknown["warnings"]),
               "without a scale it is taken from the cells, with a warning", str(unknown["warnings"]))
    told = detect(pictures[0])
    tap.result(told.returncode == 0 and "red cells" in told.stdout and "Calibrate" in told.stderr, "people are told in words",
               told.stdout + told.stderr)
    classical = json.loads(detect("--classical", "--micrometres-per-pixel", 7.5 / RED_CELL, pictures[0], "--json").stdout)
    tap.result(classical["detector"] == "classical 1" and len(classical["cells"]) > 5, "the classical method alone")
    return pictures


def check_others(tap: Tap, folder: pathlib.Path, picture: pathlib.Path) -> None:
    """What is no picture, or no field: an answer each, and the good one among them is looked at."""
    files = {"empty.jpg": b"", "text.jpg": b"no picture at all", "cut.jpg": picture.read_bytes()[:5000],
             "half.jpg": picture.read_bytes()[: len(picture.read_bytes()) // 2]}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    run(["convert", "-size", "640x480", "xc:black", folder / "black.png"])
    run(["convert", "-size", "640x480", "xc:gray50", folder / "grey.png"])
    run(["convert", "-size", "4x4", "xc:white", folder / "tiny.png"])
    run(["convert", "-size", "640x480", "plasma:red-blue", "-seed", "5", folder / "plasma.png"])
    flat = [folder / name for name in ("black.png", "grey.png", "tiny.png")]
    done = detect("--json", *flat, folder / "plasma.png")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    tap.result(done.returncode == 0 and all(not answer["cells"] and answer["warnings"] for answer in answers[:3]),
               "black, grey and tiny: no cells, a warning", done.stdout[:500])
    tap.result(len(answers[3]["cells"]) < 20 and (answers[3]["warnings"] or not answers[3]["cells"]), "clouds: hardly a cell",
               str(answers[3]["warnings"]))
    broken = [folder / name for name in files] + [folder / "missing.jpg", folder]
    done = detect("--json", *broken, picture, "--micrometres-per-pixel", 7.5 / RED_CELL)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    tap.result(done.returncode == 7 and len(answers) == len(broken) + 1 and
               all(answer.get("error") and not answer["cells"] for answer in answers[:-1]) and len(answers[-1]["cells"]) > 5,
               "what cannot be read is told for each, and the others are looked at", done.stdout[:500] + done.stderr)
    for arguments in ([], ["--micrometres-per-pixel", "x", picture], ["--json", "--csv", picture]):
        done = detect(*arguments)
        tap.result(done.returncode == 2 and "Usage" in done.stderr, f"{arguments[:1]}: how to call it is said", done.stderr)
    done = detect("--json", "--micrometres-per-pixel", "-1", picture)
    tap.result("scale" in json.loads(done.stdout).get("error", ""), "a scale below 0 is refused", done.stdout)


def main() -> int:
    tap = Tap()
    with scratch() as folder:
        base = pathlib.Path(folder)
        pictures = check_drawn(tap, base)
        check_others(tap, base, pictures[0])
    return tap.finish()


sys.exit(main())
