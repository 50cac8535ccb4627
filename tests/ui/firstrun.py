# SPDX-License-Identifier: GPL-3.0-or-later
"""A clinic from nothing, with the keyboard alone; then the door: locked, unlocked, refused, recovered."""
import os
import pathlib
import re
import subprocess
import tempfile
import time

import driver
import reader
from driver import Window, result
from languages import words_of
from looks import Desktop

WORDS = "four words nobody knows"
TOUR = ("Where the Work Waits", "Capture and Count", "Sign and Hand Over", "Nothing Gets Lost", "Help Is Always There")
NEW_WORDS = "another four words entirely"
FAKETIME = next(iter(map(str, pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), "")


def code_groups(window) -> list:
    for text in window.texts():
        if re.fullmatch(r"([0-9A-Z]{4}\s+){7}[0-9A-Z]{4}", text):
            return text.split()
    return []


def group_number(window, which: int) -> int:
    found = (re.fullmatch(r"Group number (\d)", text) for text in window.texts())
    return sorted({int(match[1]) for match in found if match})[which]


def set_up(window) -> list:
    window.wait("Welcome to Hemogram", 20)
    window.shot("first-run-welcome")
    window.key("Return")
    window.wait("Name of the clinic")
    window.key("Return")
    result(window.says("Name of the clinic"), "a clinic without a name is not made")
    window.type("Kisumu Lake Clinic")
    window.shot("first-run-clinic")
    window.key("Return")
    window.wait("Your name")
    window.type("Grace Wanjiru")
    window.key("Return")
    window.type("short")
    window.key("Return")
    window.type("short")
    window.key("Return")
    window.wait("needs 10 characters")
    window.shot("first-run-weak")
    window.type(WORDS)
    window.key("Return")
    window.type(WORDS + "x")
    window.key("Return")
    window.wait("not the same")
    window.type(WORDS)
    window.key("Return")
    window.type(WORDS)
    window.key("Return")
    window.wait("Write This Down Now", 30)
    window.shot("first-run-code")
    groups = code_groups(window)
    result(len(groups) == 8 and all(len(group) == 4 for group in groups), "eight groups of a code are shown",
           " ".join(groups))
    window.key("alt+h")
    window.wait("Type two groups")
    window.type("AAAA")
    window.key("Return")
    window.type("AAAA")
    window.key("Return")
    window.wait("not what was shown")
    window.shot("first-run-confirm")
    window.type(groups[group_number(window, 0) - 1].lower())
    window.key("Return")
    window.type(groups[group_number(window, 1) - 1])
    window.key("Return")
    window.wait("Objective for counting")
    window.until(lambda: window.says("x100 oil"), "the objectives of the store")
    choose_objective(window)
    window.shot("first-run-microscope")
    window.key("alt+s")
    tour(window)
    window.wait("Nothing Waits")
    window.shot("worklist-empty")
    return groups


def tour(window) -> None:
    """By Enter from page to page; the last one ends it."""
    for number, title in enumerate(TOUR, 1):
        window.wait(title, 20)
        window.wait(f"{number} of {len(TOUR)}")
        window.shot(f"tour-{number}")
        window.key("Return")
    window.wait_gone(TOUR[-1])
    result(True, "the first start ends with a tour of five pages")


def choose_objective(window) -> None:
    """One that the store does not have yet."""
    window.key("alt+o")
    time.sleep(0.5)
    window.key("End", "Up", "Return")
    window.wait("x60 oil")


def check_objective(clinic) -> None:
    words = [driver.CLI, "-j", "-c", str(clinic), "-u", "grace", "-p", "0", "objective", "list"]
    done = subprocess.run(words, input=WORDS + "\n", capture_output=True, text=True, check=False)
    result("x60 oil" in done.stdout, "the objective that was chosen at the first start is one of the bench's",
           done.stdout + done.stderr)


def tour_again(window) -> None:
    window.key("F10")
    time.sleep(1)
    window.key("t")
    window.wait(TOUR[0])
    window.key("Escape")
    window.wait_gone(TOUR[0])
    result(True, "the main menu shows it again, and Escape skips it")


def door(window) -> None:
    window.key("ctrl+l")
    window.wait("PIN or passphrase")
    window.shot("locked")
    window.type("not this one at all")
    window.key("Return")
    window.wait("wrong", 20)
    window.shot("locked-wrong")
    window.type(WORDS)
    window.key("Return")
    window.wait("Nothing Waits", 20)
    result(True, "the passphrase unlocks")


def choose_language(window, code: str) -> None:
    """At once: the page, then the clinic's and the administrator's."""
    tr = words_of(code)
    window.wait("Welcome to Hemogram", 20)
    window.key("alt+l")
    window.wait("العربية")
    time.sleep(0.5)
    window.key("End", "Return")
    result(window.comes(tr("Welcome to Hemogram"), 20), f"{code}: the language holds at once", " | ".join(window.texts()))
    window.shot(f"first-run-{code}")
    window.key("Return")
    result(window.comes(tr("_Name of the clinic").replace("_", ""), 10), f"{code}: and on the pages that follow",
           " | ".join(window.texts()))
    window.type("Kisumu")
    window.key("Return")
    window.wait(tr("_Your name").replace("_", ""))
    window.shot(f"first-run-{code}-administrator")


def recover(window, groups) -> None:
    window.wait("Passphrase", 20)
    time.sleep(0.3)
    window.type("lost and forgotten")
    window.key("Return")
    window.wait("Use the Recovery Code", 20)
    window.shot("door-wrong")
    window.key("alt+r")
    window.wait("From the paper")
    time.sleep(0.5)
    window.key("alt+r")
    window.type("-".join(groups).lower())
    window.key("alt+n")
    window.type(NEW_WORDS)
    window.key("alt+g")
    window.type(NEW_WORDS)
    window.shot("door-recovery")
    window.key("alt+s")
    window.wait("Nothing Waits", 30)
    result(True, "the recovery code gives a new passphrase")


def field(window):
    node = window.focused()
    return node if node is not None and reader.EDITABLE in node.interfaces else None


def strange_folder(window, folder: pathlib.Path) -> None:
    """A name is shown as it is, also one that would be markup."""
    backup = folder / "Mother & <b>Child"
    backup.mkdir()
    window.wait("Welcome to Hemogram", 20)
    window.key("alt+b")
    window.wait("Folder of the backup")
    window.key("alt+f")
    window.focus_window("Folder of the Backup")
    window.key("slash")
    # At once: letter by letter it would list every folder on the way.
    entry = window.until(lambda: field(window), "the field of the folder's name")
    entry.write(str(backup))
    window.key("Return")
    window.shot("first-run-folder")
    result(window.comes(str(backup), 5), "the folder of a backup is shown by its name", " | ".join(window.texts()))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clinic = pathlib.Path(folder) / "data" / "clinic"
        groups = []
        with Window(clinic, name="first-run", leaks=True) as window:
            groups = set_up(window)
            door(window)
        check_objective(clinic)
        with Window(clinic, name="second-start") as window:
            window.wait("Kisumu Lake Clinic", 20)
            window.shot("door")
            window.sign_in(WORDS)
            result(window.says("Grace Wanjiru"), "the second start asks for the passphrase of the first")
            result(not window.comes(TOUR[0], 1), "and shows no tour")
            tour_again(window)
        with Window(clinic, name="recovery") as window:
            recover(window, groups)
        # GTK's chooser of files keeps what it listed.
        with Window(pathlib.Path(folder) / "brought", name="first-run-folder", leaks=False) as window:
            strange_folder(window, pathlib.Path(folder))
        with Desktop(pathlib.Path(folder) / "desktop", "language", login="") as desktop:
            env = {**desktop.env, "HEMOGRAM_LOCALES": os.environ["HEMOGRAM_PO"]}
            with Window(pathlib.Path(folder) / "another", name="first-run-language", env=env) as window:
                choose_language(window, "ar")
        with Window(clinic, name="wrong-clock", env={"FAKETIME": "@2019-01-01 08:00:00", "LD_PRELOAD": FAKETIME}) as window:
            window.wait("cannot be right", 20)
            window.shot("door-wrong-clock")
            result(True, "a clock that cannot be right is said at the door")
        ahead = time.time() + 400 * 86400
        os.utime(clinic / "hemogram.db", (ahead, ahead))
        with Window(clinic, name="copied-store") as window:
            window.wait("Passphrase", 20)
            result(not window.comes("cannot be right", 2), "the date of the store's file says nothing about the clock")
        (clinic / "clock").write_text(f"{int(ahead * 1e6)}\n")
        with Window(clinic, name="clock-behind") as window:
            window.wait("cannot be right", 20)
            result(True, "a clock behind the last work is said before anybody signed in")
    driver.finish()


if __name__ == "__main__":
    main()
