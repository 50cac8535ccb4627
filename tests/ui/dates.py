# SPDX-License-Identifier: GPL-3.0-or-later
"""Days and times as people type them: the entry says its order, what was understood, and what cannot be."""
import pathlib
import tempfile
import time

import driver
from driver import Atspi, Window, result
from firstrun import FAKETIME
from report import cases, cli, open_report


def retype(window, text: str) -> None:
    window.key("ctrl+a")
    window.type(text)


def typed(window, text: str, answer: str) -> None:
    retype(window, text)
    result(window.comes(answer, 10), f"'{text}' is answered '{answer}'", window.texts())


def may_write(window, may: bool) -> None:
    window.until(lambda: window.says("then read back") == may, "the hint", 5)
    button = window.find("button", "Write")
    result(button.has(Atspi.StateType.SENSITIVE) == may, f"Write {'can' if may else 'cannot'} be pressed then", window.texts())


def export(window) -> None:
    window.key("ctrl+3")
    window.wait("Day of receipt", 20)
    window.tab_to("Day of receipt")
    typed(window, "12.03.2026", "12 March 2026")
    may_write(window, True)
    typed(window, "12/3/26", "Type the year with four digits.")
    may_write(window, False)
    typed(window, "03/13/2026", "There is no month 13. The day comes first, then the month.")
    typed(window, "31/02/2026", "There is no such date")
    typed(window, "2026-03-12", "12 March 2026")
    window.shot("dates-export")
    result(window.says("day/month/year"), "the row says the order")
    window.click(None, "Settings")
    window.wait("Clinic and Letterhead", 20)
    time.sleep(0.5)
    window.click(None, "Clinic and Letterhead")
    window.wait("Dates begin with the day", 20)
    window.key("alt+d")
    time.sleep(0.5)
    window.key("alt+s")
    window.wait("Reports that were signed keep", 20)
    window.key("ctrl+3")
    window.wait("Day of receipt", 20)
    window.wait("month/day/year")
    result("03/12/2026" in window.entries() and window.says("12 March 2026"),
           "a day stays the same when the settings change the order", window.entries())
    may_write(window, True)
    window.shot("dates-export-order")


def sign(window, specimen: str) -> None:
    """With a clock that cannot be right."""
    open_report(window, 5, specimen)
    window.key("ctrl+Return")
    window.wait("Cannot Be Right", 20)
    time.sleep(0.5)
    window.tab_to("Date (day/month/year)")
    retype(window, time.strftime("%d/%m/%y"))
    window.tab_to("Time (hours:minutes)")
    window.type("14:05")
    window.key("ctrl+Return")
    window.wait("Type the year with four digits.")
    result(True, "a year of two digits is refused where a report is signed")
    retype(window, time.strftime("%d.%m.%Y"))
    day = time.strftime("%-d %b %Y 14:05")
    result(not window.says("four digits"), "what was wrong is not said any more", window.texts())
    result(window.comes(day, 10), "what was understood is shown, the month as a word", window.texts())
    window.shot("dates-sign")
    window.key("Escape")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clinic = driver.demo_clinic(pathlib.Path(folder))
        specimen = cases(clinic)["diff,cbc"]
        for analyte, value in (("hb", 132), ("wbc", 7.2), ("plt", 210)):
            cli(clinic, "result", specimen, analyte, value, "--source", "HemoCue")
        cli(clinic, "count", specimen, "seg:60", "lym:30", "mono:6", "eos:3", "baso:1", "--close")
        with Window(clinic, name="dates-clock", env={"FAKETIME": "@2019-01-01 08:00:00", "LD_PRELOAD": FAKETIME}) as window:
            window.sign_in()
            sign(window, specimen)
        sticks = pathlib.Path(folder) / "sticks"
        (sticks / "BLUE STICK").mkdir(parents=True)
        with Window(clinic, env={"HEMOGRAM_STICKS": str(sticks)}, name="dates") as window:
            window.sign_in()
            export(window)
    driver.finish()


main()
