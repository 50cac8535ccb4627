# SPDX-License-Identifier: GPL-3.0-or-later
"""A technician's routine smear of a known patient with the keyboard alone, on a budget of 140 inputs.

An input is a key press or a scan; they are counted from the locked screen to the stick that may be pulled.
"""
import pathlib
import tempfile

import driver
from driver import Window, result
from routine import FIELDS, KEYS, PATIENT, PIN, PLATELETS, WBC, Routine, Stage, cells

BUDGET = 140


class Budget:
    """Tells what each step took."""

    def __init__(self, window):
        self.window, self.last = window, window.inputs

    def step(self, name: str) -> None:
        print(f"# {name}: {self.window.inputs - self.last} inputs", flush=True)
        self.last = self.window.inputs


def fields_on_film(window) -> int:
    return len({text.split(",")[0] for text in window.texts() if text.startswith("Field ") and "saved" not in text.lower()})


def capture(window, stage) -> None:
    """Space for each field; the stage is moved to one that is sharp, as a technician focuses first."""
    window.wait("Capture (Space)", 20)
    window.until(lambda: not window.says("No Camera"), "the camera", 20)
    for number in range(1, FIELDS + 1):
        before = window.inputs
        while True:
            window.key("space")
            window.until(lambda: window.says(f"Field {number}") or window.says("Keep It"), f"field {number}", 20)
            stage.move()
            driver.time.sleep(0.4)
            if window.says(f"Field {number}"):
                break
            # Such a field is no part of a routine: the technician would have looked for a better one.
            window.inputs = before


def day(window, stage) -> None:
    """From the locked screen to the stick."""
    window.sign_in()
    window.key("ctrl+l")
    window.wait("PIN or passphrase")
    driver.time.sleep(0.5)
    window.inputs = 0
    budget = Budget(window)
    window.type(PIN)
    window.key("Return")
    window.wait("Worklist", 20)
    budget.step("unlock")
    driver.time.sleep(1)
    window.shot("day-worklist")
    window.scan(PATIENT)
    window.wait("Results Over Time", 20)
    window.shot("day-patient")
    budget.step("find the patient")
    window.key("ctrl+Return")
    window.wait("What Is Asked", 20)
    window.key("ctrl+Return")
    window.wait("Open on the Bench", 20)
    window.shot("day-accepted")
    budget.step("accept the specimen")
    window.key("Return")
    window.wait("Capture (Space)", 20)
    budget.step("open it on the bench")
    window.key("a")
    budget.step("low-power check")
    capture(window, stage)
    window.shot("day-fields")
    budget.step("capture ten fields")
    window.key("F8")
    window.wait("Blood Count Values")
    window.type(WBC)
    window.key("Return")
    window.wait_gone("Blood Count Values", 20)
    budget.step("type the WBC")
    window.key("F3")
    window.wait("0 of 100", 20)
    with stage.moving():
        window.type("".join(KEYS[name] for name in cells()), delay=100)
        window.wait("100 of 100", 20)
        window.shot("day-count")
    window.key("Return")
    budget.step("count a hundred cells")
    window.wait("All Normal", 20)
    window.key("n")
    window.until(lambda: (node := window.focused()) and "Platelets seen" in node.name,
                 "the platelets' entry to have the focus")
    budget.step("morphology")
    window.type(PLATELETS)
    window.key("Return")
    window.shot("day-platelets")
    window.wait("Nothing: all that was asked for is there", 20)
    window.shot("day-report")
    budget.step("platelets")
    window.key("ctrl+Return")
    window.wait("Sign Report", 20)
    window.type(PIN)
    window.key("Return")
    window.wait("Signed by", 30)
    window.shot("day-signed")
    budget.step("sign")
    window.key("ctrl+e")
    window.wait("BLUE STICK", 20)
    driver.time.sleep(0.5)
    window.shot("day-stick")
    window.key("ctrl+Return")
    window.wait("Safe to Remove", 60)
    window.shot("day-exported")
    budget.step("export")
    print(f"# {window.inputs} inputs", flush=True)
    result(window.inputs <= BUDGET, f"the day takes {BUDGET} inputs or fewer", f"{window.inputs}")


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        folder = pathlib.Path(base)
        routine = Routine(folder)
        stage = Stage(folder)
        done = False
        with Window(routine.clinic, env=routine.env, name="day", leaks=True) as window:
            day(window, stage)
            done = True
        if done:
            routine.verify()
    driver.finish()


if __name__ == "__main__":
    main()
