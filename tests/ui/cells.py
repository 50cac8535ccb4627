# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells found on a field: nothing counts before it is accepted, marks are changed by keys, white cells are counted one
by one, and the report says what found them."""
import pathlib
import re
import subprocess
import tempfile
import time

import driver
from driver import Window, result
from routine import DRAW, Clinic, as_technician

# Where the keys I, X, comma, period and F of a Latin layout lie.
ADD, TAKE_BACK, LESS_SURE, SURER = "31", "53", "59", "60"
CONTROL_F = "41"
# A red cell of 92 pixels is 7.5 micrometres across.
SCALE = 7.5 / 92


def prepare(folder: pathlib.Path):
    """A case with two drawn fields of a calibrated objective and an empty one."""
    clinic = driver.demo_clinic(folder)
    cli = as_technician(clinic)
    patient = cli("patient", "add", "--given", "Wanjiru", "--family", "Kamau", "--sex", "female", "--born", "34y",
                  "--new-person")["uuid"]
    number = cli("specimen", "accept", patient, "--urgency", "stat", "--tests", "diff")["accession"]
    pictures = []
    for seed, more in ((1, ["--white-cells", "5"]), (2, ["--white-cells", "5"]), (3, ["--white-cells", "0", "--platelets", "0", "--crowding", "0"])):
        pictures.append(folder / f"drawn-{seed}.jpg")
        subprocess.run([DRAW, "--seed", str(seed), *more, "--out", str(pictures[-1])], check=True)
    cli("image", "add", number, *map(str, pictures), "--micrometres-per-pixel", str(SCALE), "--keep")
    return clinic, cli, number


def dark_case(folder: pathlib.Path, cli) -> str:
    """A case with one field of too little light."""
    patient = cli("patient", "add", "--given", "Halima", "--family", "Salum", "--sex", "female", "--born", "50y", "--new-person")
    number = cli("specimen", "accept", patient["uuid"], "--tests", "diff")["accession"]
    picture = folder / "dark.jpg"
    subprocess.run([DRAW, "--seed", "8", "--white-cells", "3", "--out", str(picture)], check=True)
    subprocess.run(["convert", str(picture), "-evaluate", "multiply", "0.12", str(picture)], check=True)
    cli("image", "add", number, str(picture), "--micrometres-per-pixel", str(SCALE), "--keep")
    return number


def unfit_case(folder: pathlib.Path, cli, kind: str, seed: int) -> str:
    patient = cli("patient", "add", "--given", "Baraka", "--family", "Njoroge", "--sex", "male", "--born", f"{30 + seed}y",
                  "--new-person")
    number = cli("specimen", "accept", patient["uuid"], "--tests", "morphology", "--type", kind)["accession"]
    picture = folder / f"{kind}.jpg"
    subprocess.run([DRAW, "--seed", str(seed), "--out", str(picture)], check=True)
    cli("image", "add", number, str(picture), "--micrometres-per-pixel", str(SCALE), "--keep")
    return number


def numbers(window) -> tuple:
    """Red cells, white cells, platelets of this field, then of the accepted ones; -1 where none is known."""
    texts = window.texts()
    start = texts.index("Red cells")
    row = [int(text) if text.isdigit() else -1 for text in texts[start:start + 20] if re.fullmatch(r"\d+|–", text)]
    return row[0], row[2], row[4], row[1], row[3], row[5]


def look(window) -> None:
    """What is found counts for nothing yet."""
    window.key("F2")
    window.wait("Field 3", 20)
    window.key("Page_Down", "Return")
    window.wait("Cells (F9)")
    window.key("F9")
    window.wait("Nobody has accepted this field", 30)
    red, white, platelets, *accepted = numbers(window)
    result(red > 20 and white >= 2 and platelets > 5 and accepted == [0, 0, 0],
           "cells are found, and none of them counts", str(numbers(window)))
    window.shot("cells-found")


def change(window) -> None:
    """A white cell is none, is one after all, becomes a platelet; a red one is added. Those of the next field, at the
    right and lower edge, are passed over."""
    before = numbers(window)
    for _ in range(5):
        window.key("n", "x")
        window.wait("taken back")
        if numbers(window) != before:
            break
        window.key("x")
        window.wait_gone("taken back")
    result(numbers(window)[1] == before[1] - 1, "X takes the chosen one back")
    window.key("x")
    window.until(lambda: numbers(window)[1] == before[1], "it is back")
    window.key("k")
    window.until(lambda: numbers(window)[2] == before[2] + 1, "a platelet more")
    result(numbers(window)[1] == before[1] - 1, "K makes it another kind")
    window.key("k", "k")
    window.until(lambda: numbers(window)[:3] == before[:3], "all is as it was")
    window.key("Escape", "i", "shift+Right")
    window.until(lambda: numbers(window)[0] == before[0] + 1, "a red cell more")
    result(numbers(window)[3:] == (0, 0, 0), "I adds a red cell; all of it still counts for nothing")
    window.key("Escape", "h")
    window.shot("cells-hidden")
    window.key("h")


def held(window) -> None:
    """With a layout that has no Latin letters a held key changes one cell as well; keys count by their place."""
    subprocess.run(["setxkbmap", "ara"], check=True)
    time.sleep(0.5)
    before = numbers(window)
    subprocess.run(["xdotool", "keydown", ADD], check=True)
    time.sleep(1.6)
    subprocess.run(["xdotool", "keyup", ADD], check=True)
    window.until(lambda: numbers(window)[0] > before[0], "a red cell more")
    time.sleep(0.3)
    result(numbers(window)[0] == before[0] + 1, "a held key adds one cell with an Arabic layout", f"{before} {numbers(window)}")
    window.key(TAKE_BACK)
    window.until(lambda: numbers(window)[0] == before[0], "it is taken back")
    least = percents(window)
    window.key(SURER)
    window.until(lambda: (now := percents(window)) != least and len(now) == len(least), "surer marks alone")
    window.key(LESS_SURE)
    window.until(lambda: percents(window) == least, "as before")
    result(True, "comma and period count by their place")
    window.key(f"ctrl+{CONTROL_F}")
    window.wait("Type or Scan", 10)
    result(True, "so do the window's shortcuts, though no layout has their letters")
    window.key("Escape")
    window.wait_gone("Type or Scan")
    subprocess.run(["setxkbmap", "us"], check=True)
    time.sleep(0.5)
    window.key("Escape")


def percents(window) -> list:
    """The slider's, and the zoom's, which stays."""
    return [text for text in window.texts() if re.fullmatch(r"\d+ %", text)]


def unsure(window) -> None:
    """Marks of a picture that is darker than what the detector knows are shown, dashed; A asks once."""
    window.key("F2")
    window.wait("Field 1", 20)
    window.key("Page_Down", "Return")
    window.wait("Cells (F9)")
    window.key("F9")
    window.wait("Nobody has accepted this field", 30)
    result(window.says("There is less light than what the detector knows") and window.says("The dashed marks are unsure"),
           "a dark picture is said to be dark, and its marks unsure", " | ".join(window.texts()))
    there = numbers(window)
    result(there[0] > 5, "its marks are shown all the same", str(there))
    window.key("n")
    window.until(lambda: any(text.endswith("?") for text in window.texts()), "a mark with a question mark")
    window.shot("cells-unsure")
    window.key("Escape", "a")
    window.wait("Accept Unsure Marks?")
    time.sleep(0.5)
    window.shot("cells-unsure-asks")
    window.key("Escape")
    window.wait_gone("Accept Unsure Marks?")
    # Its release went to the dialog: within this time it would be taken for a key that is held down.
    time.sleep(1.6)
    result(numbers(window)[3] == 0 and window.says("Nobody has accepted this field"), "Escape accepts nothing")
    window.key("a")
    window.wait("Accept Unsure Marks?")
    time.sleep(0.5)
    window.key("Return")
    window.wait("Accepted by")
    result(numbers(window)[3] == there[0] and not window.says("The dashed marks"), "Enter accepts them, and then they are sure")
    time.sleep(1.6)
    window.key("n", "x")
    window.wait("Nobody has accepted this field")
    window.key("x", "a")
    window.wait("Accepted by")
    result(not window.says("Accept Unsure Marks?"), "who was asked once is not asked again")
    by_brightness(window)
    window.key("Escape", "Escape")


def by_brightness(window) -> None:
    """Where the detector is outside of what it knows, the classical method is there to be chosen."""
    time.sleep(1.6)
    window.key("b")
    window.wait("Look by Brightness?")
    result(window.says("without the trained detector") and window.says("The report names it."), "B says what it looks by")
    time.sleep(0.5)
    window.shot("cells-by-brightness-asks")
    window.key("Return")
    window.wait("Found by the classical method", 30)
    window.wait("Nobody has accepted this field")
    result(numbers(window)[0] > 5 and window.find("button", "Look by Brightness (B)…") is None, "its marks are shown, and count for nothing",
           str(numbers(window)))
    window.shot("cells-by-brightness")
    time.sleep(1.6)
    window.key("a")
    window.wait("Accept Unsure Marks?")
    time.sleep(0.5)
    window.key("Return")
    window.wait("Accepted by")


def unfit(window, number: str, kind: str) -> None:
    """Of what the detector does not know it marks nothing, and says so."""
    window.scan(number)
    window.wait("Fields", 20)
    window.key("F2")
    window.wait("Field 1", 20)
    window.key("Page_Down", "Return")
    window.wait("Cells (F9)")
    window.key("F9")
    result(window.comes("on thick films and on bone marrow it does not look for cells", 10), f"{kind}: it says that it does not look")
    time.sleep(2)
    result(numbers(window)[:3] == (-1, -1, -1) and window.find("button", "Look for Cells") is None, f"{kind}: and does not",
           str(numbers(window)))
    window.shot(f"cells-{kind}")
    window.key("Escape")


def accept(window) -> None:
    window.key("a")
    window.wait("Accepted by")
    first = numbers(window)
    result(first[:3] == first[3:], "A accepts: what stands on the field counts", str(first))
    window.wait("µm")
    result(window.says("Red cells for a white cell"), "ratios and diameters of the accepted fields are told")
    window.key("Page_Down")
    window.wait("Nobody has accepted this field", 30)
    second = numbers(window)
    window.key("a")
    window.wait("Accepted by")
    result(numbers(window)[3] == first[0] + second[0], "the next field adds to it", f"{first} {second}")
    window.shot("cells-accepted")
    window.key("F7")
    window.wait("Page 1 of 1", 20)
    time.sleep(1)
    window.shot("cells-report")
    window.key("F2")
    window.wait("Accepted by")
    window.key("Page_Down")
    window.wait("Field 3")
    window.until(lambda: not window.says("Looking for cells"), "the empty field", 30)
    window.key("Page_Up")
    window.wait("Accepted by")
    result(numbers(window) == second[:3] + (first[0] + second[0], first[1] + second[1], first[2] + second[2]),
           "what was accepted is there again", str(numbers(window)))


def unaccept(window) -> None:
    """The same key takes the acceptance back; how sure marks have to be is no silent way to do it."""
    there = numbers(window)
    window.key("a")
    window.wait("The acceptance is taken back")
    window.wait("Nobody has accepted this field")
    result(numbers(window)[3] == there[3] - there[0], "A takes the acceptance back: the field counts no more", str(numbers(window)))
    window.shot("cells-unaccepted")
    window.key("ctrl+z")
    window.wait("Accepted by")
    result(numbers(window) == there, "Ctrl+Z brings it back", f"{there} {numbers(window)}")
    result(window.says("Take that back (A) before marks are left out or let in"), "why the marks' sureness is fixed is said")
    for _ in range(8):
        window.key("period")
    time.sleep(0.5)
    result(numbers(window) == there and window.says("Accepted by"), "no key leaves marks of an accepted field out", str(numbers(window)))
    window.key("a")
    window.wait("Nobody has accepted this field")
    for _ in range(8):
        window.key("period")
    window.until(lambda: numbers(window)[0] < there[0], "fewer marks")
    for _ in range(8):
        window.key("comma")
    window.until(lambda: numbers(window)[0] == there[0], "all of them")
    window.key("a")
    window.wait("Accepted by")
    window.until(lambda: numbers(window) == there, "as it was")


def edited(window) -> None:
    """Whatever changes a mark takes an acceptance back: that is said, and can be undone."""
    there = numbers(window)
    said = "The field is not accepted any more. A accepts it again."
    for name, keys in (("X", ("n", "x")), ("K", ("n", "k")), ("I", ("i",))):
        window.key(*keys)
        window.wait(said)
        window.wait("Nobody has accepted this field")
        if name == "I":
            window.shot("cells-edited")
        window.key("ctrl+z")
        window.wait("Accepted by")
        window.wait_gone(said)
        result(numbers(window) == there, f"{name} on an accepted field says that its acceptance goes; Ctrl+Z brings both back",
               f"{there} {numbers(window)}")
        time.sleep(1.6)


def again(window) -> None:
    """Cells are looked for once more: what a person said is asked about, and stays."""
    there = numbers(window)
    window.key("l")
    window.wait("Look for the Cells Again?")
    window.wait("The field is accepted: that is taken back.")
    time.sleep(0.5)
    window.shot("cells-again-asks")
    window.key("Escape")
    window.wait_gone("Look for the Cells Again?")
    result(numbers(window) == there and window.says("Accepted by"), "L asks before it takes an acceptance back")
    time.sleep(1.6)
    window.key("i")
    window.until(lambda: numbers(window)[0] == there[0] + 1, "a red cell more")
    window.key("Escape", "l")
    window.wait("1 mark that a person touched or counted stays as it is")
    time.sleep(0.5)
    window.key("Return")
    window.wait("The cells were looked for again", 30)
    window.wait("Nobody has accepted this field")
    result(numbers(window)[:3] == (there[0] + 1, there[1], there[2]), "L looks again, and what a person added stays",
           f"{there} {numbers(window)}")
    time.sleep(1.6)
    window.key("a")
    window.wait("Accepted by")
    time.sleep(1.6)
    window.key("l")
    window.wait("The field is accepted: that is taken back.")
    time.sleep(0.5)
    window.key("Return")
    window.wait("Nobody has accepted this field", 30)
    window.wait("The cells were looked for again")
    window.key("ctrl+z")
    window.wait("Accepted by")
    result(numbers(window)[0] == there[0] + 1, "Ctrl+Z brings back what was there, accepted as it was", str(numbers(window)))


def locked(window) -> None:
    """What a closed count rests on is not taken back beneath it."""
    window.key("F2")
    open_field(window, "Field 1")
    window.key("F9")
    window.wait("Accepted by")
    window.key("a")
    window.wait("Cells of this field are in a count that is closed")
    time.sleep(0.5)
    result(window.says("Accepted by"), "of a field with cells in a closed count the acceptance stays")
    window.wait_gone("Cells of this field are in a count that is closed")
    window.key("l")
    window.wait("Cells of this field are in a count that is closed")
    result(not window.says("Look for the Cells Again?"), "and its cells are not looked for again")
    window.shot("cells-locked")
    window.key("Escape")
    window.wait_gone("Cells (F9)")


def count(window) -> int:
    """One by one; a moved one counts as what a person says."""
    n = numbers(window)[4]
    window.key("g")
    window.wait(f"0 of {n} counted", 20)
    time.sleep(1)
    window.shot("cells-gallery")
    result(window.says("?, field"), "what a drawn cell is, is a guess")
    result(window.says("bands, blasts, immature cells and nucleated red cells are yours to name"),
           "which types the program does not know stands beside them")
    window.key("End", "Return")
    time.sleep(0.5)
    result(window.says(f"0 of {n} counted"), "a guess does not count before a person said what it is")
    for _ in range(n):
        window.key("End", "w")
    window.wait_gone("?, field")
    window.key("Home", "Return")
    window.wait(f"1 of {n} counted")
    window.key("BackSpace")
    window.wait(f"0 of {n} counted")
    result(True, "Enter counts a cell, Backspace takes it back")
    window.key("Home", "x")
    window.wait("The cell is taken out")
    window.wait(f"0 of {n - 1} counted")
    window.shot("cells-gallery-out")
    window.key("ctrl+z")
    window.wait(f"0 of {n} counted")
    result(True, "X takes a cell out of the gallery, Ctrl+Z brings it back")
    window.key("Home", "Delete")
    n -= 1
    window.wait(f"0 of {n} counted")
    window.key("Escape")
    window.wait("Cells (F9)")
    window.wait("Accepted by")
    window.until(lambda: numbers(window)[4] == n, "a white cell less")
    window.key("g")
    window.wait(f"0 of {n} counted", 20)
    result(True, "so does Delete: its mark is taken back, its field stays accepted")
    window.key("Home", "t")
    window.until(lambda: window.says("Basophils (T): "), "a basophil")
    for number in range(1, n + 1):
        window.key("Return")
        window.wait(f"{number} of {n} counted")
    result(True, "a class's key moves a cell; all are counted one by one")
    window.key("Home", "x")
    window.wait("The cell is counted. Backspace takes it back.")
    result(window.says(f"{n} of {n} counted"), "one that is counted is not taken out")
    window.shot("cells-gallery-counted")
    window.key("Escape")
    window.wait("Cells (F9)")
    follow(window, n)
    window.key("F3")
    window.wait(f"{n} of 100")
    result(True, "the count's own page has them")
    window.key("BackSpace")
    window.wait(f"{n - 1} of 100")
    window.key("F2")
    window.wait("Cells (F9)")
    window.key("g")
    window.wait(f"{n - 1} of {n} counted", 20)
    result(True, "one that was taken back there can be counted again here")
    window.key("Escape")
    window.wait("Cells (F9)")
    return n


def follow(window, n: int) -> None:
    """A counted mark that is taken back takes its cell out of the count, and brings it back."""
    window.wait("Accepted by")
    before = numbers(window)
    for _ in range(5):
        window.key("n", "x")
        window.wait("taken back")
        if numbers(window)[1] != before[1]:
            break
        window.key("x")
        window.wait_gone("taken back")
    window.wait("1 counted cell is taken out of the count with its mark")
    window.wait("Nobody has accepted this field as it stands now.")
    window.shot("cells-mark-out")
    window.key("F3")
    window.wait(f"{n - 1} of 100")
    result(True, "a counted mark that is taken back takes its cell with it, and says so")
    window.key("F2")
    window.wait("Cells (F9)")
    window.key("x")
    window.wait_gone("taken back")
    window.key("F3")
    window.wait(f"{n} of 100")
    result(True, "and brings it back")
    window.key("F2")
    window.wait("Cells (F9)")
    window.key("a")
    window.wait("Accepted by")


def open_field(window, name: str) -> None:
    window.wait("Capture (Space)")
    for key in ("Page_Up", "Page_Up", "Page_Up", "Page_Down"):
        window.key(key, "Return")
        window.wait("Cells (F9)")
        if window.find("label", name) is not None:
            return
        window.key("Escape")
        window.wait_gone("Cells (F9)")
    raise TimeoutError(name)


def discard(window) -> None:
    """The field that was counted by key is discarded: the person is asked, and its cell stays."""
    open_field(window, "Field 2")
    window.click("button", "Discard")
    window.wait("Discard a Counted Field?")
    result(window.says("1 cell of the differential was counted on this field."), "what was counted on a field is told")
    window.shot("cells-discard-asks")
    window.key("Escape")
    window.wait_gone("Discard a Counted Field?")
    result(window.says("Field 3"), "Escape leaves it")
    open_field(window, "Field 2")
    window.click("button", "Discard")
    time.sleep(0.5)
    window.key("alt+k")
    window.wait("The field is discarded")
    window.key("ctrl+z")
    window.wait("It is too late: the field is discarded", 20)
    result(not window.says("Field 3"), "at once, since the person was asked: nothing brings it back")
    window.key("F3")
    window.wait("2 of 100")
    result(True, "a cell that was seen at the microscope stays")
    window.key("F2")


def take_out(window) -> None:
    """Out of a closed count nothing is taken; once it is reopened, what is discarded leaves the next report."""
    window.key("F2")
    open_field(window, "Field 1")
    window.click("button", "Discard")
    window.wait("its reader has to reopen it")
    time.sleep(0.5)
    window.shot("cells-discard-closed")
    result(window.find("button", "Take Cells Out") is None, "out of a closed count no cell is taken")
    window.key("Escape")
    window.wait_gone("its reader has to reopen it")
    window.key("F3")
    window.wait("Closed with 2 cells")
    window.click("button", "Reopen Count…")
    window.wait("Reopen the Count?")
    window.type("a field of another slide")
    window.key("Return")
    window.wait("2 of 100")
    window.wait_gone("Reopen the Count?")
    window.key("F2")
    open_field(window, "Field 1")
    window.click("button", "Discard")
    window.wait("What was counted on it is taken out of the count with it.")
    time.sleep(0.5)
    window.key("alt+t")
    window.wait("The field is discarded, and 1 counted cell with it")
    window.key("F3")
    window.wait("1 of 100", 20)
    result(True, "a field that was counted by its marks takes them with it")


def one_way(window, n: int) -> None:
    """What marks gave of a field no key gives again, and the other way round."""
    window.key("F3")
    window.wait(f"{n - 1} of 100")
    window.wait("Count Other Cells")
    window.key("w")
    time.sleep(0.5)
    result(window.says(f"{n - 1} of 100"), "no key counts beside marks before the person was told")
    window.key("Page_Up", "Page_Up")
    window.wait("Field 2 of 3")
    window.wait("Count at the Microscope")
    window.shot("cells-one-way")
    window.key("Page_Down")
    window.wait("Count Other Cells")
    window.click("button", "Count Other Cells")
    window.wait_gone("Count Other Cells")
    window.key("w")
    window.wait(f"{n} of 100")
    window.key("Page_Up")
    window.wait("Count at the Microscope")
    window.key("w")
    time.sleep(0.5)
    result(window.says(f"{n} of 100"), "then keys count cells elsewhere, and none of a field whose marks are counted")
    for left in range(n - 1, -1, -1):
        window.key("BackSpace")
        window.wait(f"{left} of 100")
    window.wait_gone("Count at the Microscope")
    window.key("w")
    window.wait("1 of 100")
    result(True, "once the marks are taken back, keys count the field")
    window.key("F2")
    window.wait("Cells (F9)")
    window.key("g")
    window.wait(f"0 of {n} counted", 20)
    window.wait("counted by key")
    window.shot("cells-by-key")
    window.key("Return")
    window.wait(f"1 of {n} counted")
    result(True, "the other field's marks count beside them")
    window.key("Escape")
    window.wait("Cells (F9)")
    window.key("Escape")


def told(cli, number: str, folder: pathlib.Path, text: str) -> None:
    """The same number on paper, in the report, in FHIR and in the table."""
    report = cli("report", "show", number)
    result((report["cells_on_fields"], report["cells_by_key"]) == (1, 1), "the report knows how the cells were counted", report)
    result("Cells counted on captured fields: 1; by key: 1." in text, "and says so on paper", text)
    cli("export", str(folder / "out"), number, "--formats", "csv,fhir")
    fhir = "".join(path.read_text() for path in (folder / "out").rglob("*.json"))
    result("Cells counted on captured fields: 1; by key: 1." in fhir, "and in FHIR")
    told = {row["value"] for row in report["results"] if row["unit"] == "%"}
    result(told <= {"0", "50", "100"}, "percentages are of two cells", str(told))
    result(all(words in text for words in ("Measured on captured fields", "Mean diameter of red cells", "µm")),
           "what accepted fields come to is on paper", text)
    lines = {row["result"]: row["value"] for row in report["results"] if row["section"] == "cells"}
    result({"Red cells counted", "Red cells for each white cell"} <= lines.keys() and int(lines["Red cells counted"]) > 20,
           "and in the report", str(lines))
    result('"cells"' in fhir and "red-cell-diameter" in fhir, "and in FHIR")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hemogram-cells-") as scratch:
        folder = pathlib.Path(scratch)
        clinic, cli, number = prepare(folder)
        with Window(clinic, name="cells", env={"HEMOGRAM_TEST_CAMERA": str(folder / "none.jpg")}) as window:
            window.sign_in()
            window.scan(number)
            window.wait("Fields", 20)
            look(window)
            change(window)
            held(window)
            accept(window)
            unaccept(window)
            edited(window)
            again(window)
            one_way(window, count(window))
            discard(window)
        others = {kind: unfit_case(folder, cli, kind, seed) for kind, seed in (("thick-film", 11), ("marrow", 12))}
        dark = dark_case(folder, cli)
        with Window(clinic, name="cells-outside", env={"HEMOGRAM_TEST_CAMERA": str(folder / "none.jpg")}) as window:
            window.sign_in()
            window.scan(dark)
            window.wait("Fields", 20)
            unsure(window)
        for kind, other in others.items():
            with Window(clinic, name=kind, env={"HEMOGRAM_TEST_CAMERA": str(folder / "none.jpg")}, leaks=False) as window:
                window.sign_in()
                unfit(window, other, kind)
        methods = [row["weights"] for row in cli("report", "show", dark)["found"]]
        result("classical 1" in methods, "the report names the method", str(methods))
        paper = folder / "report.pdf"
        cli("report", "sign", number, "--status", "preliminary", "--with-missing")
        cli("report", "print", number, str(paper))
        text = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, text=True, check=True).stdout
        result(re.search(r"Cells found by Hemogram \S+, weights [0-9a-f]{12}; confirmed by \S+", text) is not None,
               "the report says what found them and who confirmed them", text)
        told(cli, number, folder, text)
        # The count of who is signed in at the window.
        Clinic(clinic, user="admin")("count", number, "--close", secrets=(driver.PASSPHRASE,))
        with Window(clinic, name="cells-out", env={"HEMOGRAM_TEST_CAMERA": str(folder / "none.jpg")}) as window:
            window.sign_in()
            window.scan(number)
            window.wait("Fields", 20)
            locked(window)
            take_out(window)
        report = cli("report", "show", number)
        result(report.get("cells_on_fields", 0) == 0 and [row["counted"] for row in cli("count", "list", number)] == [1],
               "the next report is made without them", report)
    driver.finish()


if __name__ == "__main__":
    main()
