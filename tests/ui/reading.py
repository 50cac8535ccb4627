# SPDX-License-Identifier: GPL-3.0-or-later
"""A second pair of eyes: asked for from the report, taken back, read by the pathologist, declined; nothing typed is lost."""
import pathlib
import tempfile
import time

import driver
from clinic import Clinic
from driver import Atspi, Window, result

QUESTION = "Blasts or reactive?"
SECOND = "Is this a schistocyte?"
ANSWER = "Reactive lymphocytes."


def settings_of(folder: pathlib.Path, login: str) -> dict:
    """So that this person is chosen at the door."""
    keyfile = folder / login / "glib-2.0" / "settings" / "keyfile"
    keyfile.parent.mkdir(parents=True)
    keyfile.write_text(f"[org/hemogram/Hemogram]\nlast-login='{login}'\n")
    return {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder / login)}


def open_report(window, number: str) -> None:
    """From the worklist."""
    window.key("alt+5")
    window.wait(number)
    window.click(None, number)
    window.key("Return")
    window.wait_gone("Search or Scan")
    window.key("F7")
    window.wait("as it was signed and stored", 20)


def scan_into_dialog(window, number: str) -> None:
    """A label is no answer to what a dialog asks: not typed into it, and its Return presses nothing. On a machine
    that is too busy the keys of the test come with pauses, as no scanner's do: then it scans again."""
    for _ in range(4):
        window.key("ctrl+a", "BackSpace")
        window.type("Bl")
        time.sleep(0.5)
        window.scan(number)
        window.shot("reading-scan-in-dialog")
        if "Bl" in window.entries():
            break
    result("Bl" in window.entries() and window.says("What should be looked at?"),
           "a scan is not typed into a dialog and presses no button", window.entries())
    window.key("ctrl+a", "BackSpace")


def ask(window, question: str, scanned: str = "", undo: bool = False) -> None:
    window.key("ctrl+t")
    window.wait("What should be looked at?")
    time.sleep(0.4)
    if scanned:
        scan_into_dialog(window, scanned)
    window.type(question)
    window.shot("reading-ask")
    window.key("ctrl+Return")
    if undo:
        # As long as the toast offers it, which a busy machine may be too slow to read first.
        time.sleep(1.5)
        window.key("ctrl+z")
    window.wait_gone("What should be looked at?")


def chip_says(window, number: str, word: str) -> None:
    """At the end of the case's row in the worklist."""
    window.wait("Search or Scan")
    window.key("alt+5")
    window.until(lambda: any(text.startswith(f"{number}, ") and text.endswith(f", {word}") for text in window.texts()),
                 f"{number} with '{word}'", 20)
    result(True, f"the worklist says '{word}'")


def question_and_undo(window, numbers: list) -> None:
    open_report(window, numbers[0])
    ask(window, QUESTION, numbers[1], undo=True)
    window.wait("Taken back at once", 20)
    result(window.says("Send to the Pathologist…"), "a question is taken back with undo, and another may be asked")
    ask(window, QUESTION)
    window.shot("reading-asked")
    window.wait("Waits · asked by", 20)
    result(window.says(QUESTION), "the report says that the question waits, and who asked")
    window.key("ctrl+t")
    time.sleep(0.5)
    result(not window.says("What should be looked at?"), "a case that waits is not asked for twice")
    window.key("alt+Left")
    window.wait("Search or Scan")
    open_report(window, numbers[1])
    ask(window, SECOND)
    window.key("alt+Left")
    chip_says(window, numbers[0], "Reading asked")
    window.shot("reading-worklist-asked")


def open_reading(window, question: str) -> None:
    window.key("ctrl+3")
    window.wait(question, 20)
    window.click(None, question)
    window.key("Return")
    window.wait("Agrees with the report", 20)
    window.wait(question)


def agrees(window) -> bool:
    return any(node.name == "Agrees with the report" and node.has(Atspi.StateType.CHECKED)
               for node in window.nodes())


def begin_answer(window) -> None:
    open_reading(window, QUESTION)
    window.shot("reading-page")
    window.key("alt+g")
    window.until(lambda: agrees(window), "the choice")
    window.click(None, "Answer in words")
    window.type(ANSWER)
    time.sleep(2)
    window.kill()


def finish_answer(window) -> None:
    open_reading(window, QUESTION)
    window.wait("This is what you had written and not sent.", 20)
    result(ANSWER in window.entries(), "what was typed is there again after a crash", window.entries())
    result(agrees(window), "and so is what was chosen")
    window.shot("reading-draft")
    # From where it was typed: it sends, and makes no new line.
    window.click(None, "Answer in words")
    window.key("ctrl+Return")
    window.wait_gone("Answer in words", 20)
    window.shot("reading-answered")


def decline(window) -> None:
    open_reading(window, SECOND)
    window.key("alt+e")
    window.wait("Decline This Reading?")
    time.sleep(0.5)
    window.scan("266E-00003-K")
    window.wait("was scanned and not used")
    result(window.says("Decline This Reading?"), "a scan declines nothing, and it is said")
    window.shot("reading-scan-said")
    window.key("ctrl+a", "BackSpace")
    window.type("fields out of focus")
    window.key("Return")
    window.wait("Nothing Waits to Be Read", 20)
    window.key("alt+2")
    time.sleep(1)
    window.shot("reading-empty")


def seen_by_the_clinic(window, numbers: list) -> None:
    chip_says(window, numbers[0], "Read")
    window.shot("reading-worklist-read")
    open_report(window, numbers[0])
    window.wait(ANSWER, 20)
    result(window.says("Agrees with the report · asked by"), "the answer stands beside the report")
    window.shot("reading-report-answered")
    window.key("alt+Left")
    window.wait("Search or Scan")
    open_report(window, numbers[1])
    window.wait("fields out of focus", 20)
    result(window.says("Send to the Pathologist…"), "a declined question says why, and another may be asked")


def sign(cli, number: str) -> None:
    cli("count", number, "seg:60", "lym:30", "mono:6", "eos:3", "baso:1", "--close")
    cli("report", "sign", number)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        demo = driver.demo_clinic(folder)
        tech = Clinic(demo, user="tech")

        def cli(*arguments, secrets=(driver.PASSPHRASE,)):
            return tech(*arguments, secrets=secrets)

        rows = cli("worklist")
        numbers = [next(row["specimen"] for row in rows if row["state"] == "signed"),
                   next(row["specimen"] for row in rows if row["tests"] == "diff")]
        sign(cli, numbers[1])
        people = {name: settings_of(folder, name) for name in ("tech", "path")}
        with Window(demo, env=people["tech"], name="reading-ask") as window:
            window.sign_in()
            question_and_undo(window, numbers)
        with Window(demo, env=people["path"], name="reading-crash") as window:
            window.sign_in()
            begin_answer(window)
        with Window(demo, env=people["path"], name="reading-answer") as window:
            window.sign_in()
            finish_answer(window)
            decline(window)
        with Window(demo, env=people["tech"], name="reading-seen") as window:
            window.sign_in()
            seen_by_the_clinic(window, numbers)
        readings = cli("reading", "list", "--all")
        states = sorted(reading["state"] for reading in readings)
        result(states == ["cancelled", "cancelled", "completed"], "one is answered, two are cancelled in the record", readings)
        answered = next(reading for reading in readings if reading["state"] == "completed")
        result((answered["conclusion"], answered["answer"], answered["question"]) == ("agrees", ANSWER, QUESTION),
               "the record has the answer as it was typed", answered)
    driver.finish()


if __name__ == "__main__":
    main()
