# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench by keyboard: fields from a virtual camera, a whole differential that is cut in the middle, other layouts,
scanners, held keys, morphology, platelets, malaria; and every page as a picture."""
import ctypes
import json
import pathlib
import subprocess
import tempfile
import time

import driver
from driver import PASSPHRASE, Window, result

KEYS = {"Q": 24, "W": 25, "E": 26, "R": 27, "T": 28, "Y": 29, "N": 57}
SEG, LYM, MONO, EOS = "Segmented neutrophils", "Lymphocytes", "Monocytes", "Eosinophils"


class Clinic:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    def __call__(self, *arguments, user="tech"):
        done = subprocess.run([driver.CLI, "-j", "-c", str(self.folder), "-u", user, "-p", "0", *map(str, arguments)],
                              input=PASSPHRASE + "\n", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def case(self, given: str, family: str, *more) -> str:
        patient = self("patient", "add", "--given", given, "--family", family, "--sex", "female", "--born", "34y",
                       "--new-person")["uuid"]
        return self("specimen", "accept", patient, "--urgency", "stat", *more)["accession"]


def press(window, *codes: int) -> None:
    """Keys by where they lie, at the pace of a quick hand."""
    window.inputs += len(codes)
    subprocess.run(["xdotool", "key", "--delay", "60", *map(str, codes)], check=True)


def cells(window, name: str) -> int:
    """How many the row of a class says."""
    for node in window.nodes():
        if node.name == name and node.description:
            return int(node.description.split()[0])
    return -1


def open_case(window, number: str) -> None:
    window.wait(number)
    window.click(None, number)
    window.key("Return")
    window.wait("Differential")
    time.sleep(0.5)


def draw(window, note: str, shot: str) -> None:
    """In the middle of the field."""
    window.click(None, "Note")
    window.key("Return", "Return")
    time.sleep(0.5)
    window.type(note)
    window.key("Return", "Escape")
    window.shot(shot)


def differing(first: str, second: str) -> int:
    """Pixels of the picture that two shots show otherwise."""
    found = subprocess.run(["compare", "-metric", "AE", "-extract", "900x400+60+200", str(driver.SHOTS / f"{first}.png"),
                            str(driver.SHOTS / f"{second}.png"), "null:"], capture_output=True, text=True, check=False)
    return int(float(found.stderr.split()[0]))


def marked(window) -> None:
    """What is drawn on a field is there when it is opened again."""
    window.key("F10", "F10")
    time.sleep(1)
    window.shot("bench-viewer-plain")
    draw(window, "Schizont", "bench-viewer-marked")
    drawn = differing("bench-viewer-plain", "bench-viewer-marked")
    window.key("Escape")
    window.wait("Capture (Space)")
    window.key("Return")
    window.wait("Side by Side (F10)")
    time.sleep(2)
    window.shot("bench-viewer-again")
    again = differing("bench-viewer-plain", "bench-viewer-again")
    result(drawn > 50 and again > drawn // 2, "a note is on the field when it is opened again", f"{drawn} {again}")


def fields(window, camera: pathlib.Path) -> None:
    window.key("F2")
    window.wait("Capture (Space)")
    window.shot("bench-fields-live")
    for _ in range(2):
        window.key("space")
        time.sleep(1.5)
    window.until(lambda: window.says("Field 2"), "two fields on the film", 15)
    result(not window.says("Being saved"), "two fields are captured and durable")
    window.shot("bench-fields")
    window.key("BackSpace")
    window.wait("The field is discarded")
    result(not window.says("Field 2"), "Backspace discards the last one")
    window.key("ctrl+z")
    window.until(lambda: window.says("Field 2"), "it is back")
    result(True, "and undo brings it back")
    press(window, 38)
    window.until(lambda: window.find("toggle button", "Acceptable (A)").has(driver.Atspi.StateType.PRESSED),
                 "the low-power check")
    window.key("Page_Down", "Return")
    window.wait("Side by Side (F10)")
    window.shot("bench-viewer")
    marked(window)
    window.key("F10")
    window.shot("bench-viewer-pair")
    window.key("Escape")
    window.wait("Capture (Space)")
    result(True, "Enter opens a field over the page, Escape closes it")


def first_part(window) -> None:
    """57 cells, with mistakes taken back."""
    window.key("F3")
    window.wait("0 of 100")
    window.shot("bench-count-empty")
    press(window, *[KEYS["Q"]] * 30, *[KEYS["W"]] * 20, *[KEYS["E"]] * 7)
    heard = window.listen()
    press(window, KEYS["R"])
    told = window.until(lambda: heard() and heard()[-1], "what is read aloud after a pause")
    result(told == "58 of 100. Last: Eos", "who listens hears where the count stands", told)
    window.key("BackSpace")
    press(window, KEYS["N"], KEYS["N"])
    window.wait("57 of 100")
    result((cells(window, SEG), cells(window, LYM), cells(window, MONO), cells(window, EOS)) == (30, 20, 7, 0),
           "57 cells are counted, one was taken back", f"{cells(window, SEG)} {cells(window, LYM)}")
    result(cells(window, "Nucleated red cells") == 2, "nRBC stand outside the hundred")
    window.shot("bench-count")


def held_and_scanned(window) -> None:
    subprocess.run(["xdotool", "keydown", "27"], check=True)
    time.sleep(1.6)
    subprocess.run(["xdotool", "keyup", "27"], check=True)
    window.until(lambda: cells(window, EOS) == 1, "one eosinophil")
    time.sleep(0.3)
    result(cells(window, EOS) == 1, "a key that is held down counts once", str(cells(window, EOS)))
    window.key("BackSpace")
    before = cells(window, SEG), cells(window, LYM), cells(window, MONO)
    subprocess.run(["xdotool", "type", "--delay", "4", "26qweqwe"], check=True)
    time.sleep(0.6)
    after = cells(window, SEG), cells(window, LYM), cells(window, MONO)
    result(before == after, "what a scanner types is never tallied", f"{before} {after}")
    window.wait("are not counted")
    window.shot("bench-count-scan")
    window.click("button", "Count Them")
    window.until(lambda: (cells(window, SEG), cells(window, LYM), cells(window, MONO))
                 == (before[0] + 2, before[1] + 2, before[2] + 2), "what was no scan to be counted after all")
    result(True, "what was no scan is counted after all by one click")
    driver.scan("qweq", end=False)
    window.until(lambda: cells(window, SEG) == before[0] + 4, "rolled keys")
    result(True, "fingers that roll over the keys lose no cell, however fast they are")
    window.key(*["BackSpace"] * 10)
    window.until(lambda: (cells(window, SEG), cells(window, LYM), cells(window, MONO)) == before, "ten keys taken back")


def layouts(window) -> None:
    # The third: what its first key must not be called any more.
    for layout, cap, other in (("fr", "A", "Q"), ("ara", "ض", "Q")):
        subprocess.run(["setxkbmap", layout], check=True)
        time.sleep(0.5)
        before = cells(window, SEG)
        press(window, KEYS["Q"])
        window.until(lambda: cells(window, SEG) == before + 1, f"a segmented neutrophil with the layout {layout}")
        caps = window.texts()
        result(cap in caps and other not in caps, f"the first key counts with the layout {layout}, and is called {cap}",
               " | ".join(caps))
        window.shot(f"bench-count-{layout}")
        window.key("BackSpace")
        window.until(lambda: cells(window, SEG) == before, "it is taken back")
    subprocess.run(["setxkbmap", "us"], check=True)


def values(window) -> None:
    window.key("F8")
    window.wait("Blood Count Values")
    window.type("7.2")
    window.key("Return")
    window.type("XN-330", delay=120)
    window.key("Return")
    window.wait_gone("Blood Count Values")
    window.until(lambda: any("7.2" in text and "XN-330" in text for text in window.texts()), "the value")
    result(True, "the WBC stands with its source")
    window.key("F8")
    window.wait("Blood Count Values")
    window.type("700")
    window.key("Return")
    time.sleep(0.3)
    result(window.says("Blood Count Values"), "an impossible value is refused")
    window.shot("bench-values-refused")
    window.key("ctrl+a")
    window.type("1.5")
    window.key("Return")
    window.wait("is critical")
    result(True, "an unusual one is asked back")
    window.key("Escape")
    window.wait_gone("Blood Count Values")


def second_part(window) -> None:
    window.key("F3")
    window.wait("57 of 100", 15)
    result((cells(window, SEG), cells(window, LYM), cells(window, MONO)) == (30, 20, 7),
           "after the power was cut the count goes on at the very cell")
    held_and_scanned(window)
    layouts(window)
    values(window)
    press(window, *[KEYS["Q"]] * 30, *[KEYS["W"]] * 13)
    window.wait("100 of 100: done")
    window.until(lambda: any("Seg 4.32" in text for text in window.texts()), "absolutes")
    result(True, "absolutes follow the WBC")
    window.shot("bench-count-done")
    window.key("Return")
    window.wait("All Normal")
    window.key("F3")
    window.wait("Closed with 100 cells")
    result(True, "Enter closes the count and goes on")
    window.shot("bench-count-closed")


def morphology(window) -> None:
    window.key("F4")
    window.wait("All Normal")
    window.key("s", "c")
    window.wait("Schistocytes")
    window.shot("bench-morphology-letters")
    window.key("2")
    window.wait("All Else Normal")
    window.key("n")
    # What comes next at the microscope has the focus.
    window.until(lambda: (node := window.focused()) and node.role in ("text", "entry"),
                 "the platelets' entry")
    result(window.says("Schistocytes"), "letters and a grade; all else is normal by one key")
    window.type("140")
    window.shot("bench-morphology")
    window.key("Return")
    window.wait("Thick Film")
    result(True, "the platelets are typed and Enter goes on")


def malaria(window) -> None:
    press(window, *[KEYS["Q"]] * 3, *[KEYS["W"]] * 5)
    window.wait("with the measured WBC of 7.2")
    result(window.says("4320 parasites per µL"), "the density uses the measured WBC")
    window.key("BackSpace")
    window.wait("5400 parasites per µL")
    press(window, 41, 27)
    time.sleep(0.5)
    window.shot("bench-malaria")


def before_birthday(window, number: str) -> None:
    """By the range of ten years, as on the paper, though it is eleven years of 365 days and a quarter ago."""
    window.key("alt+Left")
    open_case(window, number)
    window.key("F3")
    window.wait(LYM, 20)
    told = [node.description for node in window.nodes() if node.name == LYM and node.description]
    result(any("expected 14 to 50" in text for text in told), "the day before a birthday has the range of the years before", told)


def stored(clinic: Clinic, number: str) -> None:
    report = clinic("report", "show", number, user="admin")
    lines = {line["result"]: line for line in report["results"]}
    names = " ".join(lines)
    result("Segmented neutrophils" in lines and str(lines["Segmented neutrophils"]["value"]).startswith("60"),
           "60 % segmented neutrophils are in the report", str(lines.get("Segmented neutrophils")))
    result("Schistocytes" in names and "White cell morphology" in names and "Platelets (estimate)" in names
           and "Malaria parasites" in names, "and so are morphology, platelets and malaria", names)


def set_dots_per_inch(dots: int) -> None:
    """What a desktop's text size sets, as GTK reads it on X11: the resource Xft.dpi of the root window."""
    x11 = ctypes.CDLL("libX11.so.6")
    for function in (x11.XOpenDisplay, x11.XDefaultRootWindow, x11.XInternAtom):
        function.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    root = ctypes.c_void_p(x11.XDefaultRootWindow(display))
    atom = ctypes.c_void_p(x11.XInternAtom(display, b"RESOURCE_MANAGER", 0))
    value = f"Xft.dpi:\t{dots}\n".encode()
    x11.XChangeProperty(display, root, atom, ctypes.c_void_p(31), 8, 0, value, len(value))
    x11.XCloseDisplay(display)


def looks(folder: pathlib.Path, number: str) -> None:
    """Every page as it looks dark, in large text and from right to left."""
    locales = folder.parent / "locales"
    locales.mkdir(exist_ok=True)
    subprocess.run(["localedef", "-i", "ar_EG", "-f", "UTF-8", str(locales / "ar_EG.UTF-8")], check=False)
    for name, env in (("dark", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}),
                      ("large", {}),
                      ("arabic", {"LOCPATH": str(locales), "LC_ALL": "ar_EG.UTF-8", "LANGUAGE": "ar"})):
        set_dots_per_inch(192 if name == "large" else 96)
        with Window(folder, env=env, name=f"bench-{name}", leaks=False) as window:
            window.sign_in()
            open_case(window, number)
            for key, page, holds in (("F2", "fields", "No Camera"), ("F3", "count", "of 100"),
                                     ("F4", "morphology", "Schistocytes"), ("F6", "malaria", "Thick Film")):
                window.key(key)
                window.wait(holds)
                window.shot(f"bench-{page}-{name}")
                result(True, f"{page} is drawn: {name}")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        base = pathlib.Path(temporary)
        folder = driver.demo_clinic(base)
        clinic = Clinic(folder)
        number = clinic.case("Amina", "Odhiambo", "--tests", "diff,morphology,malaria,platelets,cbc",
                             "--note", "Fever for 5 days")
        child = clinic("patient", "add", "--given", "Juma", "--sex", "male", "--born", "2015-11-24", "--new-person")["uuid"]
        young = clinic("specimen", "accept", child, "--urgency", "stat", "--tests", "diff",
                       "--collected", "2026-11-23T08:00:00+03:00")["accession"]
        camera = base / "camera"
        camera.mkdir()
        pictures = sorted((folder.parent / "stick").rglob("*.jpg"))[:4]
        for index, picture in enumerate(pictures):
            # Other bytes than those of the demonstration's own case: a picture belongs to one specimen.
            data = picture.read_bytes()
            note = f"field {index}".encode()
            (camera / f"{index}.jpg").write_bytes(
                data[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + data[2:])
        live = {"HEMOGRAM_TEST_CAMERA": str(camera)}
        with Window(folder, env=live, name="bench-camera") as window:
            window.sign_in()
            open_case(window, number)
            fields(window, camera)
            first_part(window)
            time.sleep(1)
            window.kill()
        with Window(folder, name="bench") as window:
            window.sign_in()
            open_case(window, number)
            second_part(window)
            morphology(window)
            malaria(window)
            before_birthday(window, young)
        stored(clinic, number)
        if driver.LOOKS:
            looks(folder, number)
    driver.finish()


main()
