# SPDX-License-Identifier: GPL-3.0-or-later
"""matrix.py PART: each screen of the part in every look, as a picture for the eye and a check for the machine.

A part is a walk through some screens; it is done with the usual text, with text at 200 %, from right to left and
in high contrast (looks.py). HEMOGRAM_MATRIX=some takes the small window and
the large text, where most is cut off.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import crowds
import disputes
import driver
import looks
import routine
from clinic import Clinic
from firstrun import FAKETIME, TOUR, WORDS, code_groups, group_number
from looks import Desktop, Gallery

LONG = "Wilhelmina Alexandrina Theodora Constantia"
NOTE = "Fever for five days, pale, spleen felt three fingers below the ribs"


class Walk:
    """One part from one start."""

    def __init__(self, part: str, start: str, folder: pathlib.Path):
        self.part, self.start, self.folder = part, start, folder / start
        self.folder.mkdir(parents=True)

    def window(self, clinic, desktop, env=None):
        return Gallery(clinic, desktop, f"{self.part}", self.start, env=env)

    def demo(self) -> pathlib.Path:
        """The demonstration, and the seven people who are hardest to show."""
        return crowds.fill(driver.demo_clinic(self.folder), 7, driver.PASSPHRASE)


def go(window, place: str) -> None:
    """By the side bar, which a narrow window keeps behind its pages."""
    for _ in range(5):
        if window.find(None, place):
            break
        window.back()
        time.sleep(0.7)
        if not window.find(None, place) and window.find("button", "Back"):
            window.click("button", "Back")
            time.sleep(0.7)
    window.click(None, place)
    time.sleep(0.7)


def doors(walk: Walk) -> None:
    with Desktop(walk.folder / "desktop", walk.start) as desktop:
        with walk.window(walk.folder / "clinic", desktop) as window:
            first_run(window)
        with walk.window(walk.folder / "clinic", desktop) as window:
            window.wait("Passphrase", 20)
            window.look("sign-in")
            time.sleep(0.5)
            window.type("lost and forgotten")
            window.key("Return")
            window.wait("Use the Recovery Code", 20)
            window.look("sign-in-wrong")
            window.key("alt+r")
            window.wait("From the paper")
            window.look("sign-in-recovery")
        wrong = {"FAKETIME": "@2019-01-01 08:00:00", "LD_PRELOAD": FAKETIME}
        with walk.window(walk.folder / "clinic", desktop, env=wrong) as window:
            window.wait("cannot be right", 20)
            window.look("sign-in-clock")
        for name in ("keys-1.json", "keys-2.json"):
            (walk.folder / "clinic" / name).write_text("{")
        with walk.window(walk.folder / "clinic", desktop) as window:
            window.wait("The Clinic Cannot Be Opened", 20)
            window.look("clinic-damaged")


def first_run(window) -> None:
    window.wait("Welcome to Hemogram", 20)
    window.look("first-run-1-language")
    window.click("button", "Set Up a New Clinic")
    window.wait("Name of the clinic")
    window.key("Return")
    window.type("Saint Wilhelmina Memorial Health Centre of the Upper Lake Region")
    window.look("first-run-2-clinic")
    window.key("Return")
    window.wait("Your name")
    window.type(LONG)
    window.key("Return")
    window.type("short")
    window.key("Return")
    window.type("short")
    window.key("Return")
    window.wait("needs 10 characters")
    window.look("first-run-3-administrator")
    for _ in range(2):
        window.type(WORDS)
        window.key("Return")
    window.wait("Write This Down Now", 30)
    window.look("first-run-4-code")
    groups = code_groups(window)
    window.key("alt+h")
    window.wait("Type two groups")
    window.type("AAAA")
    window.key("Return")
    window.type("AAAA")
    window.key("Return")
    window.wait("not what was shown")
    window.look("first-run-4-again")
    for which in range(2):
        window.type(groups[group_number(window, which) - 1])
        window.key("Return")
    window.wait("Objective for counting")
    window.look("first-run-5-microscope")
    window.key("alt+s")
    for number, title in enumerate(TOUR, 1):
        window.wait(title)
        if number in (1, 4):
            window.look(f"tour-{number}")
        window.key("Return")
    window.wait_gone(TOUR[-1])
    window.wait("Nothing Waits")
    window.look("worklist-empty")
    for place in ("Patients", "Audit Log", "Safety"):
        go(window, place)
        window.look(place.split()[0].lower() + "-empty", codes=place == "Audit Log")
    window.key("ctrl+l")
    window.wait("PIN or passphrase")
    window.look("locked")


def desk(walk: Walk) -> None:
    clinic = walk.demo()
    with Desktop(walk.folder / "desktop", walk.start) as desktop, walk.window(clinic, desktop) as window:
        window.sign_in()
        for number, place in enumerate(("waiting", "to-sign", "critical", "today", "all"), 1):
            window.key(f"alt+{number}")
            time.sleep(0.5)
            if place in ("waiting", "critical", "all"):
                window.look(f"worklist-{place}", dots=True)
        window.key("alt+1")
        search(window)
        register(window)
        patients(window)


def search(window) -> None:
    window.type("wil")
    window.wait("New Patient “")
    window.wait("Featherstonehaugh")
    window.look("search", dots=True)
    window.key("Escape")
    window.wait_gone("New Patient “")
    window.key("ctrl+f")
    window.type("xyzzy")
    window.wait("Nobody Found")
    window.look("search-nobody", dots=True)
    window.key("Escape")
    window.wait_gone("Nobody Found")


def register(window) -> None:
    window.key("ctrl+n")
    window.wait("Given names")
    time.sleep(0.4)
    window.look("registration-empty")
    window.key("ctrl+Return")
    window.wait("A given name or a family name is needed")
    window.look("registration-error")
    window.type(LONG, delay=15)
    window.key("Return")
    window.type("Featherstonehaugh", delay=15)
    window.key("Return", "f", "Return")
    window.type("85y")
    window.wait("Likely the Same")
    window.look("registration-duplicate")
    window.key("ctrl+Return")
    window.wait("Somebody like this is known")
    window.key("ctrl+Return")
    window.wait("What Is Asked")
    window.look("acceptance")
    window.key("ctrl+Return")
    window.wait("Accepted and Saved", 20)
    window.look("label")
    window.back()
    window.wait("Urgency")


def patients(window) -> None:
    go(window, "Patients")
    window.wait("Newest Specimen", 20)
    time.sleep(0.5)
    window.look("patients", dots=True)
    window.key("ctrl+f")
    window.type("odhiambo")
    window.wait("New Patient “")
    window.key("Return")
    window.wait("Results Over Time")
    window.look("patient")
    window.key("F2")
    window.wait("Change the Patient")
    window.look("patient-change")
    window.key("Escape")
    window.wait_gone("Change the Patient")


def bench(walk: Walk) -> None:
    """A case with a long name from its fields to its report, and the signed one beside it."""
    clinic = walk.demo()
    cli = Clinic(clinic, user="admin")
    ask = lambda *words: cli(*words, secrets=(driver.PASSPHRASE,))
    patient = ask("patient", "add", "--given", LONG, "--family", "Featherstonehaugh", "--sex", "female", "--born",
                  "34y", "--new-person")["uuid"]
    number = ask("specimen", "accept", patient, "--urgency", "stat", "--tests",
                 "diff,morphology,malaria,platelets,cbc", "--note", NOTE)["accession"]
    for analyte, value in (("hb", 62), ("wbc", 7.2), ("plt", 210)):
        ask("result", number, analyte, value, "--source", "HemoCue")
    stage = routine.Stage(walk.folder)
    env = {"HEMOGRAM_TEST_CAMERA": str(stage.path)}
    with Desktop(walk.folder / "desktop", walk.start) as desktop, walk.window(clinic, desktop, env=env) as window:
        window.sign_in()
        window.wait("Waiting", 20)
        window.scan(number)
        window.wait("Morphology", 20)
        fields(window, stage)
        count(window)
        rest_of_bench(window)
        paper(window)


def fields(window, stage) -> None:
    window.key("F2")
    window.wait("Capture (Space)", 20)
    window.until(lambda: not window.says("No Camera"), "the camera", 20)
    window.look("bench-fields-empty")
    for number in (1, 2, 3):
        window.key("space")
        window.until(lambda: window.says(f"Field {number}") or window.says("Keep It"), f"field {number}", 20)
        if window.says("Keep It"):
            window.key("shift+space")
            window.wait(f"Field {number}", 20)
        stage.move()
        time.sleep(0.5)
    window.look("bench-fields")
    window.key("Page_Down", "Return")
    window.wait("Side by Side (F10)")
    window.look("bench-viewer", wide=True)
    window.key("F10")
    time.sleep(0.5)
    window.look("bench-viewer-pair", wide=True)
    window.key("F10", "F9")
    window.wait("Nobody has accepted this field", 30)
    window.look("bench-cells", wide=True)
    window.key("a")
    window.wait("Accepted by")
    window.key("g")
    window.until(lambda: window.says("counted") or window.says("No White Cells"), "the white cells", 20)
    window.look("bench-white-cells")
    window.key("Escape")
    window.wait("Cells (F9)")
    window.key("F9", "Escape")
    window.wait("Capture (Space)")


def count(window) -> None:
    window.key("F3")
    window.wait("0 of 100")
    window.look("bench-count-empty")
    window.type("q" * 40 + "w" * 25 + "e" * 5 + "nn", delay=70)
    window.wait("70 of 100")
    window.look("bench-count")
    window.type("q" * 20 + "w" * 10, delay=70)
    window.wait("100 of 100", 20)
    window.look("bench-count-done")


def rest_of_bench(window) -> None:
    window.key("Return")
    window.wait("All Normal", 20)
    window.look("bench-morphology-empty")
    window.key("s", "c", "2", "n")
    window.wait("Schistocytes")
    window.look("bench-morphology")
    window.key("F6")
    window.wait("Thick Film")
    window.look("bench-malaria-empty")
    window.type("qqqwwwww", delay=90)
    window.wait("parasites per µL")
    window.look("bench-malaria")
    window.key("F8")
    window.wait("Blood Count Values")
    window.type("700")
    window.key("Return")
    time.sleep(0.5)
    window.look("bench-values")
    window.key("Escape")
    window.wait_gone("Blood Count Values")
    window.key("ctrl+d")
    window.wait("Slides and Labels")
    window.look("bench-order")
    window.key("Escape")
    window.wait_gone("Slides and Labels")


def paper(window) -> None:
    window.key("F7")
    window.wait("The report as it will be printed", 20)
    window.look("bench-report")
    window.key("ctrl+k")
    window.wait("Critical Call")
    window.look("bench-report-call")
    window.key("Escape")
    window.wait_gone("Critical Call")


def office(walk: Walk) -> None:
    """The signed report, sticks, safety, settings and what explains itself."""
    clinic = walk.demo()
    cli = Clinic(clinic, user="admin")
    number = sign_ready(lambda *words: cli(*words, secrets=(driver.PASSPHRASE,)))
    disputes.make(clinic)
    sticks = walk.folder / "sticks"
    sticks.mkdir()
    with Desktop(walk.folder / "desktop", walk.start) as desktop, \
            walk.window(clinic, desktop, env={"HEMOGRAM_STICKS": str(sticks)}) as window:
        window.sign_in()
        window.wait("Waiting", 20)
        expected(window)
        window.scan(number)
        window.wait("Morphology", 20)
        window.key("F7")
        window.wait("The report as it will be printed", 20)
        sign(window)
        carry(window, sticks)
        settle(window)
        send(window, sticks)
        explain(window)


def expected(window) -> None:
    window.key("alt+6")
    window.wait("Dr Achieng, ward 4", 20)
    window.look("worklist-expected", dots=True)
    # A side bar that went and came took the focus along: Alt and its number is the list's, also for the tab that is open.
    window.key("alt+6")
    time.sleep(0.5)
    window.key("Return")
    window.wait("As it was ordered", 20)
    time.sleep(0.5)
    window.look("acceptance-ordered")
    window.back()
    window.wait("Dr Achieng, ward 4", 20)
    window.key("alt+1")


def sign_ready(ask) -> str:
    patient = ask("patient", "add", "--given", LONG, "--family", "Featherstonehaugh", "--sex", "female", "--born",
                  "34y", "--new-person")["uuid"]
    number = ask("specimen", "accept", patient, "--tests", "diff", "--note", NOTE)["accession"]
    ask("result", number, "wbc", 7.2, "--source", "HemoCue")
    ask("count", number, "seg:60", "lym:30", "mono:6", "eos:3", "baso:1", "--close")
    return number


def sign(window) -> None:
    window.key("ctrl+Return")
    window.wait("You have no PIN yet")
    window.look("sign-dialog")
    window.type(driver.PASSPHRASE)
    for pin in range(2):
        window.key("Tab", "Tab")
        window.type("4826")
    window.key("Return")
    time.sleep(1)
    window.look("sign-result")
    if window.says("You have no PIN yet"):
        window.key("Escape")
    else:
        window.wait("Signed by", 30)
        window.look("bench-report-signed")


def carry(window, sticks) -> None:
    window.key("ctrl+e")
    window.wait("No stick is plugged in", 20)
    window.look("export-no-stick")
    (sticks / "KINGSTON DATATRAVELER OF THE LABORATORY").mkdir()
    window.wait("KINGSTON", 20)
    window.look("export")
    window.key("ctrl+Return")
    window.until(lambda: window.says("Safe to Remove") or window.says("Try Again") or window.says("Nothing"),
                 "the end of the export", 60)
    window.look("export-done")


def settle(window) -> None:
    """What two computers wrote: the list, a record by its parts, one as a whole, and nothing any more."""
    go(window, "Safety")
    window.wait("2 records wait for a person", 20)
    window.look("safety")
    window.activate("2 records wait for a person")
    window.wait("Specimen", 20)
    window.look("settle")
    window.key("Return")
    window.wait("Telephone", 20)
    window.look("settle-patient")
    window.key("alt+t")
    window.wait("1 of 1 decided")
    window.key("alt+d")
    window.wait_gone("Telephone", 20)
    window.wait("Its number, patient or order", 20)
    window.key("Return")
    window.wait("What Differs", 20)
    window.look("settle-specimen")
    window.key("alt+k")
    window.wait("Nothing Waits to Be Decided", 20)
    window.look("settle-none")
    window.back()
    window.wait("Carry on a stick", 20)


def send(window, sticks) -> None:
    """Without a stick, onto one, and back from it."""
    stick = next(sticks.iterdir())
    shutil.rmtree(stick)
    window.activate("Carry on a stick")
    window.wait("whoever finds the stick", 20)
    window.look("courier-no-stick")
    stick.mkdir()
    window.until(lambda: window.find("button", "Write to the Stick"), "the stick", 20)
    time.sleep(1)
    window.key("alt+w")
    window.wait("Safe to Remove", 60)
    window.look("courier-written")
    window.key("alt+r")
    window.wait("nothing new for this computer", 60)
    window.look("courier-read")
    window.back()
    window.wait("Carry on a stick", 20)


def explain(window) -> None:
    go(window, "Settings")
    window.wait("Who may sign in, and do what")
    window.look("settings")
    for title in ("Clinic and Letterhead", "People", "Reference Ranges", "Counting", "Microscope", "Security",
                  "Language and Look"):
        window.click(None, title)
        time.sleep(0.7)
        window.look("settings-" + title.split()[0].lower(), dots=title == "Reference Ranges")
        window.back()
        window.wait("Who may sign in, and do what")
    go(window, "Audit Log")
    window.wait("courier.read")
    window.look("audit", dots=True, codes=True)
    window.key("F1")
    window.wait("The rows are chained")
    window.look("help", dots=True, codes=True)
    window.key("Escape")
    window.wait_gone("The rows are chained")
    window.key("ctrl+question")
    window.wait("Places of the side bar")
    window.look("shortcuts", dots=True, codes=True)
    window.key("Escape")
    window.wait_gone("Places of the side bar")


def remedy(walk: Walk) -> None:
    """What is put right: two records of one person, a clotted tube, a report of another patient, a server that does
    not answer, a scale, a camera that stops. And what the pathologist sees."""
    clinic = walk.demo()
    cli = Clinic(clinic, user="tech")
    ask = lambda *words: cli(*words, secrets=(driver.PASSPHRASE,))
    signed = next(row["specimen"] for row in ask("worklist") if row["state"] == "signed")
    waiting = next(row["specimen"] for row in ask("worklist") if row["state"] == "waiting")
    ask("reading", "ask", signed, NOTE)
    stage = routine.Stage(walk.folder)
    with Desktop(walk.folder / "desktop", walk.start) as desktop, \
            walk.window(clinic, desktop, env={"HEMOGRAM_TEST_CAMERA": str(stage.path)}) as window:
        window.sign_in()
        window.wait("Waiting", 20)
        merge(window)
        take_back(window, waiting, signed)
        servers(window)
        calibrate(window)
        camera_faults(window, signed, stage)
    with Desktop(walk.folder / "path", walk.start, login="path") as desktop, walk.window(clinic, desktop) as window:
        window.sign_in()
        window.wait("Waiting", 20)
        read(window)


def merge(window) -> None:
    go(window, "Patients")
    window.wait("Newest Specimen", 20)
    window.key("ctrl+f")
    window.type("odhiambo")
    window.wait("New Patient “")
    window.key("Return")
    window.wait("Results Over Time")
    time.sleep(0.5)
    window.key("ctrl+m")
    window.wait("Who is the same person?")
    window.type("amina")
    time.sleep(1)
    window.look("merge-find")
    window.key("Return")
    window.wait("both keep their cases", 20)
    window.look("merge-compare")
    window.key("Escape")
    window.wait_gone("both keep their cases")


def take_back(window, waiting: str, signed: str) -> None:
    # What is scanned while a dialog still slides away is no scan into the window.
    time.sleep(0.7)
    window.scan(waiting)
    window.wait("Capture (Space)", 20)
    window.key("ctrl+r")
    window.wait("Reject the Specimen?")
    window.look("reject")
    window.key("Escape")
    window.wait_gone("Reject the Specimen?")
    window.back()
    window.wait("Results Over Time")
    window.scan(signed)
    window.wait("Morphology", 20)
    window.key("F7")
    window.wait("as it was signed and stored", 20)
    window.key("alt+w")
    window.wait("A withdrawal is not taken back")
    window.look("withdraw")
    window.key("Escape")
    window.wait_gone("A withdrawal is not taken back")


def servers(window) -> None:
    go(window, "Settings")
    window.wait("Who may sign in, and do what")
    window.activate("Servers")
    window.wait("Records Server")
    window.look("settings-servers")
    for name in ("Records Server", "Pictures Server"):
        window.click(None, name)
        window.wait("Address of the server")
        time.sleep(0.5)
        window.look("server-" + name.split()[0].lower())
        sign_ins(window, name)
        window.key("alt+a")
        window.type("https://127.0.0.1:9/away")
        window.key("alt+t")
        window.wait("The server cannot be used like this", 40)
        window.look("server-" + name.split()[0].lower() + "-failed")
        window.back()
        leave_unsaved(window)
        window.wait("Sealed pictures, in a bucket")
    window.back()
    window.wait("Who may sign in, and do what")


def sign_ins(window, name: str) -> None:
    """The ways to sign in that have the most rows; the first is chosen again at the end."""
    keys, ways = ("alt+i", {"smart": 3, "signed": 4, "lent": 5}) if name.startswith("Records") else ("alt+y", {"lent": 1})
    for way, place in {**ways, "": 0}.items():
        window.key(keys)
        time.sleep(0.5)
        window.key("Home", *["Down"] * place)
        time.sleep(0.2)
        window.key("Return")
        time.sleep(0.7)
        if way:
            window.look(f"server-{name.split()[0].lower()}-{way}", wide=True)


def leave_unsaved(window) -> None:
    if window.comes("Discard", 1):
        window.key("alt+d")


def calibrate(window) -> None:
    window.activate("Microscope")
    window.wait("Calibrate each with your camera")
    window.click(None, "x100 oil")
    window.wait("focus on its scale")
    window.until(lambda: window.find("button", "Take Picture") is not None, "the camera")
    time.sleep(1.5)
    window.look("calibrate-live")
    window.key("alt+t")
    window.wait("Draw a line along the scale", 20)
    subprocess.run(["xdotool", "mousemove", "500", "300", "mousedown", "1", "mousemove", "600", "320", "mousemove",
                    "800", "340", "mouseup", "1"], check=True)
    window.wait("How many micrometres is it?")
    window.key("alt+l")
    window.type("100")
    window.wait("µm for each pixel, ±")
    window.look("calibrate")
    window.key("alt+s")
    window.wait("calibrated", 20)
    window.look("calibrated")


def camera_faults(window, number: str, stage) -> None:
    window.scan(number)
    window.wait("Morphology", 20)
    window.key("F2")
    window.wait("Capture (Space)", 20)
    stage.path.write_bytes(b"")
    window.wait("Check its cable", 20)
    window.look("bench-camera-broken")
    stage.path.unlink()
    window.wait("camera has stopped", 20)
    window.look("bench-camera-stopped")
    stage.move()
    window.wait_gone("camera has stopped", 30)


def read(window) -> None:
    window.key("ctrl+3")
    window.wait(NOTE, 20)
    window.look("reading", dots=True)
    window.click(None, NOTE)
    window.key("Return")
    window.wait("Agrees with the report", 20)
    time.sleep(1)
    window.look("reading-case")
    window.key("alt+e")
    window.wait("Decline This Reading?")
    window.look("reading-decline")
    window.key("Escape")
    window.wait_gone("Decline This Reading?")
    window.key("alt+g")
    window.click(None, "Answer in words")
    window.type("Reactive lymphocytes.")
    window.key("ctrl+Return")
    window.wait_gone("Agrees with the report", 20)
    window.look("reading-answered")


def crowd(walk: Walk) -> None:
    clinic = crowds.fill(crowds.empty(walk.folder), 500)
    with Desktop(walk.folder / "desktop", walk.start) as desktop, walk.window(clinic, desktop) as window:
        window.sign_in(crowds.PASSPHRASE)
        window.wait("Waiting")
        window.look("full-worklist", dots=True)
        window.key("End")
        window.look("full-worklist-end", dots=True)
        for place in ("Patients", "Audit Log", "Safety"):
            go(window, place)
            window.look("full-" + place.split()[0].lower(), dots=True, codes=place == "Audit Log")


PARTS = {"doors": doors, "desk": desk, "bench": bench, "office": office, "remedy": remedy, "crowd": crowd}


def main() -> None:
    part = sys.argv[1]
    with tempfile.TemporaryDirectory() as base:
        for start in sys.argv[2:] or looks.ROUNDS:
            began = time.monotonic()
            PARTS[part](Walk(part, start, pathlib.Path(base)))
            print(f"# {part}, {start}: {time.monotonic() - began:.0f} s", flush=True)
    driver.finish()


if __name__ == "__main__":
    main()
