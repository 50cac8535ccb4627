# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a dialog when the screen locks is there again: who was called, what is asked, why it is changed."""
import pathlib
import tempfile
import time

import driver
import report
from driver import Atspi, Window, result

AGAIN = "This was typed before and not saved. It is here again."
DOCTOR = "Dr Otieno, ward 4"
QUESTION = "Are these blasts?"
REASON = "The neighbour's values were typed"


def lock(window, behind: str) -> None:
    """At once, before the pause after which a draft is written, and back."""
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    time.sleep(0.3)
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait_gone("PIN or passphrase", 20)
    window.wait(behind, 20)


def is_checked(window, name: str) -> bool:
    return any(node.name == name and node.has(Atspi.StateType.CHECKED) for node in window.nodes())


def open_dialog(window, key: str, title: str) -> None:
    window.key(key)
    window.wait(title, 20)
    time.sleep(0.5)


def called(window) -> None:
    open_dialog(window, "ctrl+Return", "Critical Call")
    window.key("ctrl+a")
    window.type(DOCTOR)
    window.key("Tab", "space")
    window.until(lambda: is_checked(window, "They read it back"), "the mark")
    lock(window, report.DRAFT)
    open_dialog(window, "ctrl+Return", "Critical Call")
    window.wait(AGAIN, 20)
    window.shot("drafts-call")
    result(DOCTOR in window.entries() and is_checked(window, "They read it back"),
           "who was called when the screen locked is there again", window.entries())
    window.key("Escape")
    window.wait_gone("Critical Call")
    open_dialog(window, "ctrl+Return", "Critical Call")
    time.sleep(1)
    result(DOCTOR not in window.entries() and not window.says(AGAIN), "who closes the dialog throws it away",
           window.entries())
    window.key("ctrl+a")
    window.type(DOCTOR)
    window.key("Tab", "space", "ctrl+Return")
    window.wait(f"{DOCTOR} was told", 20)


def signed(window) -> None:
    window.key("ctrl+Return")
    window.wait("You have no PIN yet", 20)
    window.type(driver.PASSPHRASE)
    for name in ("New PIN (four to eight digits)", "New PIN Again"):
        window.tab_to(name)
        window.type(report.PIN)
    window.key("Return")
    window.wait("Version 1 " + report.STORED, 30)


def asked(window) -> None:
    open_dialog(window, "ctrl+t", "What should be looked at?")
    window.type(QUESTION)
    lock(window, report.STORED)
    open_dialog(window, "ctrl+t", "What should be looked at?")
    window.wait(AGAIN, 20)
    window.shot("drafts-ask")
    result(QUESTION in window.entries(), "what is asked is there again", window.entries())
    window.key("ctrl+Return")
    window.wait("Waits · asked by", 20)
    result(window.says(QUESTION), "and is sent")


def amended(window) -> None:
    window.key("alt+a")
    window.wait("stays as it is")
    window.type("Mended.")
    open_dialog(window, "ctrl+Return", "Why it is changed")
    window.type(REASON)
    window.tab_to("PIN")
    window.type("13")
    lock(window, report.DRAFT)
    open_dialog(window, "ctrl+Return", "Why it is changed")
    window.wait(AGAIN, 20)
    window.shot("drafts-sign")
    result(REASON in window.entries(), "why it is changed is there again", window.entries())
    # What was typed of the PIN is not: with it this would be a wrong one.
    window.tab_to("PIN")
    window.type(report.PIN)
    window.key("Return")
    window.wait("Version 2 " + report.STORED, 30)
    result(True, "and a PIN is typed from its beginning")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hemogram-drafts-") as folder:
        clinic = driver.demo_clinic(pathlib.Path(folder))
        specimen = report.cases(clinic)["diff,cbc"]
        report.finish_case(clinic, specimen)
        with Window(clinic, name="drafts") as window:
            window.sign_in()
            report.open_report(window, 3, specimen)
            called(window)
            signed(window)
            asked(window)
            amended(window)
        stored = report.cli(clinic, "report", "show", specimen)
        result(REASON in str(stored), "the report says why", str(stored)[:300])
    driver.finish()


if __name__ == "__main__":
    main()
