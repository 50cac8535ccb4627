# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and the audit log: each page opens, changes hold, what is refused is said."""
import json
import pathlib
import subprocess
import tempfile
import time

import driver
from driver import Window, result

PAGES = {
    "Clinic and Letterhead": "Letterhead",
    "People": "Who Can Sign In",
    "Reference Ranges": "Haemoglobin",
    "Servers": "Records Server",
    "Counting": "A sound for each cell",
    "Microscope": "Objectives",
    "Security": "Locking",
    "Language and Look": "Style",
}


def cli(clinic, *arguments) -> object:
    words = ["--clinic", str(clinic), "--user", "admin", "--passphrase-fd", "0", "--json", *arguments]
    answer = subprocess.run([driver.CLI, *words], input=driver.PASSPHRASE + "\n", text=True, check=True,
                            stdout=subprocess.PIPE)
    return json.loads(answer.stdout)


def visit(window) -> None:
    for title, holds in PAGES.items():
        window.click(None, title)
        window.wait(holds)
        window.shot("settings-" + title.split()[0].lower())
        result(True, f"the page '{title}' opens")
        window.key("alt+Left")
        window.wait("Who may sign in, and do what")


def change(window) -> None:
    window.click(None, "Clinic and Letterhead")
    window.wait("Letterhead")
    window.key("alt+t", "ctrl+a")
    window.type("+254 700 000000")
    window.key("alt+s")
    window.wait("Saved. Reports")
    window.key("alt+Left")
    window.click(None, "Security")
    window.wait("Locking")
    window.key("alt+p")
    window.type("1111")
    window.key("Return")
    window.wait("The PIN Was Not Set")
    window.shot("settings-pin-refused")
    window.key("Escape")
    window.wait_gone("The PIN Was Not Set")
    window.key("alt+p")
    window.type("4719")
    window.key("Return")
    window.wait("The PIN is set", 20)
    window.key("ctrl+l")
    window.wait("PIN or passphrase")
    time.sleep(0.3)
    window.type("4719")
    window.key("Return")
    window.wait("Locking", 20)
    result(True, "the PIN unlocks where one was")
    window.key("alt+Left")


def ask_first(window) -> None:
    """What cannot be taken back is asked for; Escape leaves all as it is."""
    window.click(None, "Security")
    window.wait("Locking")
    for keys, question in (("alt+r", "Make a New Recovery Code?"), ("alt+k", "Give the Store a New Key?")):
        window.key(keys)
        window.wait(question)
        window.shot("settings-" + question.split()[0].lower() + "-asked")
        window.key("Escape")
        window.wait_gone(question)
        time.sleep(0.5)
        result(not window.says("Write This Down Now") and not window.says("The store has a new key"),
               f"'{question}' is asked first")
    window.key("alt+Left")
    window.wait("Who may sign in, and do what")


def code_after_lock(window) -> None:
    """A code that is shown once is not read over the locked screen, and is there again afterwards."""
    window.click(None, "Security")
    window.wait("Locking")
    window.key("alt+r")
    window.wait("Make a New Recovery Code?")
    time.sleep(0.5)
    window.key("alt+m")
    window.wait("Write This Down Now", 20)
    window.key("ctrl+l")
    window.wait("PIN or passphrase")
    window.wait_gone("Write This Down Now")
    window.shot("settings-code-locked")
    window.type("4719")
    window.key("Return")
    window.wait("Write This Down Now", 20)
    window.shot("settings-code")
    result(True, "a code that is shown once goes with a lock and is there again until it was written down")
    window.key("alt+h")
    window.wait_gone("Write This Down Now")
    window.key("alt+Left")
    window.wait("Who may sign in, and do what")


def refused_range(window) -> None:
    """What was typed is there again, with what is wrong with it."""
    window.click(None, "Reference Ranges")
    window.wait("Haemoglobin")
    window.click(None, "Haemoglobin")
    window.until(lambda: not window.says("A whole set can be edited"), "its ranges")
    time.sleep(0.5)
    window.click(None, "Everybody")
    window.wait("Where the limits come from")
    time.sleep(0.5)
    window.key("alt+l", "ctrl+a")
    window.type("9999")
    window.key("alt+u", "ctrl+a")
    window.type("1")
    window.key("alt+s")
    time.sleep(1)
    window.wait("must be below the upper one")
    window.shot("settings-range-refused")
    window.key("alt+u", "ctrl+a")
    window.type("10000")
    window.key("alt+s")
    window.until(lambda: any("9999" in text for text in window.texts()), "the lower limit")
    result(True, "a range that is refused keeps what was typed")
    window.key("alt+Left")
    time.sleep(0.5)
    window.key("alt+Left")
    window.wait("Who may sign in, and do what")


def audit(window) -> None:
    window.click(None, "Audit Log")
    window.wait("sign-in")
    window.shot("audit")
    window.click("button", "Verify")
    window.wait("The log is whole", 30)
    window.shot("audit-verified")
    result(True, "the audit log is shown and verified")


def chosen_tab(window) -> str:
    for node in window.nodes():
        if node.role == "radio button" and node.has(driver.Atspi.StateType.CHECKED):
            return node.name.split()[0]
    return ""


def helpers(window) -> None:
    window.key("F1")
    window.wait("The rows are chained")
    window.shot("help")
    result(True, "F1 opens the chapter of what is seen")
    window.key("Escape")
    window.wait_gone("The rows are chained")
    window.key("ctrl+question")
    window.wait("Places of the side bar")
    window.shot("shortcuts")
    result(True, "Ctrl+? lists the shortcuts")
    window.key("Escape")
    window.wait_gone("Places of the side bar")
    window.key("ctrl+1")
    window.wait("Waiting")
    result(True, "Ctrl and a number goes to a place")
    window.key("alt+5")
    window.until(lambda: chosen_tab(window) == "All", "the tab 'All'")
    window.key("ctrl+2")
    window.wait("Newest Specimen")
    window.key("ctrl+1")
    window.until(lambda: chosen_tab(window) == "All", "the tab 'All' again")
    result(True, "Alt and a number goes to a tab of the worklist, Ctrl and a number away from it")
    window.key("ctrl+6")
    window.wait("Saved here")
    window.key("ctrl+2")
    window.wait("Newest Specimen")
    window.key("ctrl+6", "ctrl+1")
    window.until(lambda: chosen_tab(window) == "All", "the worklist")
    result(True, "Ctrl and a number goes on from a place whose top takes no focus, without a pause too")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clinic = driver.demo_clinic(pathlib.Path(folder))
        with Window(clinic, name="settings") as window:
            window.sign_in()
            window.click(None, "Settings")
            window.wait("Who may sign in, and do what")
            window.shot("settings")
            visit(window)
            change(window)
            ask_first(window)
            code_after_lock(window)
            refused_range(window)
            audit(window)
            helpers(window)
        result(cli(clinic, "clinic", "show").get("phone") == "+254 700 000000", "the telephone number was saved")
    driver.finish()


main()
