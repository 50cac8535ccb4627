# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever leaves, locks, signs out or closes the window has done what they did: a field that was discarded a moment
before is discarded, keys that were pressed are counted, also on a slow disk."""
import os
import pathlib
import re
import subprocess
import tempfile
import time

import driver
from driver import Window, result
from routine import DRAW, Clinic, as_technician

FIELDS = 9


def prepare(folder: pathlib.Path) -> tuple:
    """A case with drawn fields."""
    clinic = driver.demo_clinic(folder)
    cli = as_technician(clinic)
    patient = cli("patient", "add", "--given", "Wanjiru", "--family", "Kamau", "--sex", "female", "--born", "34y",
                  "--new-person")["uuid"]
    number = cli("specimen", "accept", patient, "--urgency", "stat", "--tests", "diff")["accession"]
    pictures = []
    for seed in range(1, FIELDS + 1):
        pictures.append(folder / f"drawn-{seed}.jpg")
        subprocess.run([DRAW, "--seed", str(seed), "--out", str(pictures[-1])], check=True)
    cli("image", "add", number, *map(str, pictures), "--keep")
    return clinic, cli, number


class SlowDisk:
    """Takes so many milliseconds for whatever is to be durable."""

    def __init__(self, folder: pathlib.Path):
        self.file = folder / "slow"
        self.env = {"LD_PRELOAD": os.environ["HEMOGRAM_SLOW_DISK"], "SLOW_DISK": str(self.file),
                    "HEMOGRAM_TEST_CAMERA": str(folder / "none.jpg")}

    def set(self, milliseconds: int) -> None:
        if milliseconds:
            self.file.write_text(str(milliseconds))
        else:
            self.file.unlink(missing_ok=True)


def open_case(window, number: str) -> None:
    window.scan(number)
    window.wait("Fields", 20)
    window.key("F2")
    window.wait("Capture (Space)", 20)


def discard_last(window, left: int) -> None:
    window.wait(f"Field {left + 1}", 20)
    window.key("BackSpace")
    window.wait_gone(f"Field {left + 1}")


def gone(window, left: int, what: str) -> None:
    window.wait(f"Field {left}", 20)
    time.sleep(1)
    result(not window.says(f"Field {left + 1}"), what, " | ".join(window.texts())[:1500])


def unlock(window) -> None:
    window.wait("PIN or passphrase", 20)
    window.shot("leaving-locked")
    time.sleep(0.3)
    window.type(driver.PASSPHRASE)
    window.key("Return")


def locked(window, disk: SlowDisk) -> None:
    """What stands behind the door is what was done before it."""
    discard_last(window, 8)
    window.key("ctrl+l")
    unlock(window)
    window.wait("Capture (Space)", 20)
    gone(window, 8, "a field that was discarded stays so when the screen is locked within its six seconds")
    disk.set(300)
    discard_last(window, 7)
    window.key("ctrl+l")
    unlock(window)
    window.wait("Capture (Space)", 20)
    disk.set(0)
    gone(window, 7, "also on a slow disk")


def counted(window, disk: SlowDisk) -> None:
    window.key("F3")
    window.wait("0 of 100", 20)
    disk.set(200)
    window.key(*"qwqwq")
    window.key("ctrl+l")
    unlock(window)
    window.wait("5 of 100", 20)
    disk.set(0)
    time.sleep(2)
    window.shot("leaving-counted")
    result(not window.says("not counted") and window.says("5 of 100"), "keys before a lock are counted, every one",
           " | ".join(window.texts())[:1500])


def typed_values(window) -> None:
    """A value that was typed when the screen locked is there again, with the day that it was measured on."""
    window.key("F8")
    window.wait("Blood Count Values", 20)
    window.type("7.2")
    window.key("Tab")
    window.type("4.1")
    window.key("ctrl+l")
    unlock(window)
    window.wait("of 100", 20)
    window.key("F8")
    window.wait("This was typed before and not saved", 20)
    entries = window.entries()
    result({"7.2", "4.10"} <= set(entries) and any(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text) for text in entries),
           "values that were typed when the screen locked are there again", str(entries))
    window.shot("leaving-values")
    window.key("Escape")
    window.wait_gone("Blood Count Values")
    window.key("F8")
    window.wait("Blood Count Values", 20)
    time.sleep(1)
    result("7.2" not in window.entries(), "who closes the dialog throws them away")
    window.key("Escape")
    window.wait_gone("Blood Count Values")


def left_bench(window, number: str) -> None:
    window.key("F2")
    discard_last(window, 6)
    window.key("alt+Left")
    window.wait("Search or Scan", 20)
    open_case(window, number)
    gone(window, 6, "and when the bench is left")


def barred(window) -> None:
    """Keys that were set aside as a scanner's, on a field that is discarded before they are counted after all."""
    window.key("F3")
    window.wait("5 of 100", 20)
    window.key("Page_Up")
    window.wait("Field 6 of 6", 20)
    driver.scan("26qweqwe", end=False)
    window.wait("are not counted", 20)
    window.key("F2")
    discard_last(window, 5)
    window.key("F3")
    # The field's discard is written after six seconds; the offer stands for twenty.
    time.sleep(8)
    window.click("button", "Count Them")
    window.wait("were not saved and are not counted", 20)
    window.wait("Close", 20)
    window.shot("leaving-barred")
    told = [text for text in window.texts() if "were not saved" in text]
    result(window.says("5 of 100") and window.find("button", "Try Again") is None,
           "keys of a field that is discarded are said not to be counted, and not tried again", told)
    window.click("button", "Close")
    window.until(lambda: not any("were not saved" in window.called(node) for node in window.nodes()),
                 "the banner's end")
    window.key("q")
    window.wait("6 of 100", 20)
    window.shot("leaving-barred-closed")
    result(True, "once that is closed the count goes on")
    window.key("BackSpace")
    window.wait("5 of 100", 20)
    window.key("F2")


def sign_out(window) -> None:
    """By the main menu, of whose items nothing is read aloud here."""
    window.key("F10")
    time.sleep(1)
    window.key("s")
    window.wait("Passphrase", 20)


def closing_count(window, disk: SlowDisk) -> None:
    """A discard is under way while the count is closed: the count is closed without asking for anything again."""
    window.key("F3")
    window.wait("5 of 100", 20)
    window.key(*"q" * 95)
    window.wait("100 of 100: done", 30)
    time.sleep(1)
    window.key("F2")
    disk.set(500)
    discard_last(window, 3)
    window.key("F3")
    window.wait("100 of 100: done", 20)
    window.key("Return")
    window.wait("All Normal", 30)
    disk.set(0)
    window.key("F3")
    window.wait("Closed with 100 cells", 20)
    result(True, "a count is closed though a field's discard was under way")
    window.key("F2")
    gone(window, 3, "and that field is discarded")


def registered(window, disk: SlowDisk) -> None:
    """A lock comes while a patient is being saved: there is one, and the page does not offer to save another."""
    window.key("ctrl+n")
    window.wait("Given names", 20)
    time.sleep(0.4)
    window.type("Zainabu")
    window.key("Return")
    window.type("Mwakyusa")
    window.key("Return", "f", "Return")
    window.type("31y")
    window.wait("About 31 years", 20)
    time.sleep(2)
    disk.set(1500)
    window.key("ctrl+Return")
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    disk.set(0)
    time.sleep(3)
    unlock(window)
    window.wait("What Is Asked", 20)
    window.shot("leaving-registered")
    result(window.says("Zainabu Mwakyusa"), "who is saved while the screen locks is asked about after it")
    window.key("alt+Left")
    window.wait("Search or Scan", 20)


def drafted(window, disk: SlowDisk) -> None:
    """The power fails after a lock that came while a draft was being written, and a newer one waited."""
    window.key("ctrl+n")
    window.wait("Given names", 20)
    time.sleep(0.4)
    disk.set(1500)
    window.type("Zuhura")
    time.sleep(0.8)
    window.type("ni")
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    disk.set(0)
    time.sleep(5)
    window.kill()


def draft_again(window) -> None:
    window.key("ctrl+n")
    window.wait("It is here again", 20)
    result("Zuhurani" in window.entries(), "what was typed up to a lock is kept", window.entries())


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hemogram-leaving-") as scratch:
        folder = pathlib.Path(scratch)
        clinic, cli, number = prepare(folder)
        disk = SlowDisk(folder)
        with Window(clinic, name="leaving", env=disk.env) as window:
            window.sign_in()
            open_case(window, number)
            locked(window, disk)
            counted(window, disk)
            typed_values(window)
            left_bench(window, number)
            barred(window)
            discard_last(window, 4)
            window.shot("leaving-before-quit")
        result(len(cli("image", "list", number)) == 4, "and when the window is closed", cli("image", "list", number))
        with Window(clinic, name="leaving-close", env=disk.env) as window:
            window.sign_in()
            open_case(window, number)
            closing_count(window, disk)
            disk.set(500)
            discard_last(window, 2)
            window.key("alt+Left")
            window.wait("Search or Scan", 20)
            sign_out(window)
            disk.set(0)
            window.sign_in()
            open_case(window, number)
            gone(window, 2, "and when who did it signs out")
        with Window(clinic, name="leaving-draft", env=disk.env) as window:
            window.sign_in()
            registered(window, disk)
            drafted(window, disk)
        with Window(clinic, name="leaving-back", env=disk.env) as window:
            window.sign_in()
            draft_again(window)
        found = cli("search", "Mwakyusa")
        result(len(found) == 1, "and is in the record once", found)
        counts = [(row["counted"], row["closed"]) for row in cli("count", "list", number)]
        result(counts == [(100, True)], "the store has the count", counts)
    driver.finish()


if __name__ == "__main__":
    main()
