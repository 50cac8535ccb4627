# SPDX-License-Identifier: GPL-3.0-or-later
"""A routine smear of a known patient: what is there before the technician begins, what lies under the
microscope, and what the report has to say in the end. Shared by the days by keyboard and by mouse."""
import contextlib
import itertools
import os
import pathlib
import random
import re
import subprocess
import threading

import driver
from clinic import Clinic
from driver import result

DRAW = os.environ.get("HEMOGRAM_DRAW_SMEAR", "hemo-draw-smear")
REAL = pathlib.Path(os.environ.get("HEMOGRAM_SHARED_DATA", "/nonexistent"))
PIN = "8264"
PATIENT = "KB-204418"  # Rajesh Venkataraghavan of the demonstration
CELLS = {"seg": 58, "lym": 31, "mono": 7, "eos": 3, "baso": 1}
NAMES = {"seg": "Segmented neutrophils", "lym": "Lymphocytes", "mono": "Monocytes", "eos": "Eosinophils",
         "baso": "Basophils"}
KEYS = {"seg": "q", "lym": "w", "mono": "e", "eos": "r", "baso": "t"}
WBC = "7.2"
PLATELETS = "142"
FIELDS = 10


def as_technician(clinic: pathlib.Path) -> Clinic:
    reader = Clinic(clinic, user="tech")
    return lambda *arguments, secrets=(driver.PASSPHRASE,): reader(*arguments, secrets=secrets)


def cells() -> list:
    """Classes of a hundred cells in an order as under the lens, the same in each run."""
    order = [name for name, number in CELLS.items() for _ in range(number)]
    random.Random(3).shuffle(order)
    return order


def real_pictures() -> list:
    """Real fields, where they are; nothing that a set keeps out for tests of methods."""
    pictures = []
    for folder in ("ood_wbc5_chula/images", "bccd/images"):
        listed = REAL / "bccd" / "files_train.txt" if folder.startswith("bccd") else None
        names = set(re.findall(r"BloodImage_\d+", listed.read_text())) if listed and listed.exists() else None
        for path in sorted((REAL / folder).glob("*.jpg")):
            held_out = "test" in str(path.relative_to(REAL)) or "heldout" in str(path.relative_to(REAL))
            if not held_out and (names is None or path.stem in names):
                pictures.append(path)
    return pictures


def drawn_pictures(folder: pathlib.Path) -> list:
    pictures = []
    for seed in range(1, FIELDS + 3):
        picture = folder / f"drawn-{seed:02}.jpg"
        subprocess.run([DRAW, "--seed", str(seed), "--out", str(picture)], check=True)
        pictures.append(picture)
    return pictures


class Stage:
    """The microscope: one picture lies under its camera until the stage is moved."""

    def __init__(self, folder: pathlib.Path):
        real = real_pictures()
        print(f"# under the camera: {'real' if real else 'drawn'} fields", flush=True)
        self.pictures = itertools.cycle(real or drawn_pictures(folder))
        self.path = folder / "camera.jpg"
        self.move()

    def move(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_bytes(next(self.pictures).read_bytes())
        os.replace(fresh, self.path)

    @contextlib.contextmanager
    def moving(self):
        """From field to field, as while cells are counted."""
        done = threading.Event()

        def go() -> None:
            while not done.wait(1):
                self.move()

        mover = threading.Thread(target=go)
        mover.start()
        try:
            yield
        finally:
            done.set()
            mover.join()


class Routine:
    """The clinic on the evening before; the settings are what that day's work has left."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.clinic = driver.demo_clinic(folder)
        self.cli = as_technician(self.clinic)
        self.cli("user", "pin", secrets=(driver.PASSPHRASE, PIN, PIN))
        self.sticks = folder / "sticks"
        (self.sticks / "BLUE STICK").mkdir(parents=True)
        config = folder / "config"
        (config / "glib-2.0" / "settings").mkdir(parents=True)
        (config / "glib-2.0" / "settings" / "keyfile").write_text(
            "[org/hemogram/Hemogram]\nlast-login='tech'\nvalue-source='Analyser 1'\n")
        self.env = {
            "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(config),
            "HEMOGRAM_TEST_CAMERA": str(folder / "camera.jpg"), "HEMOGRAM_STICKS": str(self.sticks),
        }
        self.before = {row["specimen"] for row in self.cli("worklist")}

    def accession(self) -> str:
        return next(row["specimen"] for row in self.cli("worklist") if row["specimen"] not in self.before)

    def verify(self) -> None:
        """What the store and the stick say, asked of another program."""
        number = self.accession()
        report = self.cli("report", "show", number)
        found = {row["result"]: row["value"] for row in report["results"]}
        told = "\n".join(f"{name}: {value}" for name, value in found.items())
        self.looks_signed(report)
        counts = self.cli("count", "list", number)
        result(len(counts) == 1 and counts[0]["counted"] == 100 and counts[0]["closed"], "one count of a hundred, closed",
               str(counts))
        keyed = {NAMES[name]: str(cells_counted) for name, cells_counted in CELLS.items()}
        result({name: found.get(name) for name in keyed} == keyed, "the report says each class as it was keyed", told)
        result(found.get("White cells") == WBC, f"the WBC that was typed, {WBC}", told)
        segmented = f"{float(WBC) * CELLS['seg'] / 100:.2f}"
        result(found.get("Segmented neutrophils (absolute)") == segmented, f"the absolutes of both, {segmented}", told)
        estimate = str(round(int(PLATELETS) / FIELDS * 20000 / 1000))
        result(found.get("Platelets (estimate)") == estimate, f"and the estimate of platelets, {estimate}", told)
        normal = [name for name, value in found.items() if "morphology" in name and value == "normal"]
        result(len(normal) == 3, "three groups of the morphology are normal", told)
        images = self.cli("image", "list", number)
        result(len(images) >= FIELDS, f"{FIELDS} fields are in the store", str(len(images)))
        self.looks_exported(number)

    def looks_signed(self, report: dict) -> None:
        result(report["status"] == "final" and report["signed_by"] == "Joseph Mwangi" and not report["missing"],
               "the report is signed, and nothing is missing on it", str(report))

    def looks_exported(self, number: str) -> None:
        papers = [path for path in self.sticks.rglob("*.pdf") if number in path.name or number in str(path)]
        result(len(papers) == 1 and papers[0].read_bytes()[:5] == b"%PDF-", "its paper is on the stick",
               "\n".join(map(str, self.sticks.rglob("*"))))
