# SPDX-License-Identifier: GPL-3.0-or-later
"""Readings that disagree are settled on the bench, a count made in error is discarded, a phrase is put into the comment."""
import pathlib
import tempfile
import time

import driver
from driver import Window, result
from clinic import Clinic


def give_reason(window, reason: str) -> None:
    """As asked by the dialog: nothing happens without one."""
    window.wait("Reason")
    time.sleep(0.5)
    window.type(reason)
    window.key("Return")


def decide(window) -> None:
    window.key("F6")
    window.wait("Let It Stand…", 20)
    window.shot("decide-disagree")
    # The first row is the one who found none.
    window.click("button", "Let It Stand…")
    give_reason(window, "seen again by both")
    window.wait("Decided by", 20)
    result(window.says("seen again by both") and window.says("Does not stand"),
           "which reading stands, who said so and why is on the page")
    window.shot("decide-decided")


def discard_count(window) -> None:
    window.key("F3")
    window.wait("Cells to count", 20)
    window.type("qqw", delay=150)
    window.wait("3 of 100")
    window.wait("is counting here", 20)
    time.sleep(1)
    window.click("button", "Discard…")
    give_reason(window, "another slide")
    window.wait("0 of 100", 20)
    window.type("w", delay=150)
    window.wait("1 of 100", 20)
    time.sleep(1.5)
    result(not window.says("not saved"), "a discarded count begins anew, and takes cells")
    window.shot("decide-discarded")


def phrase(window) -> None:
    window.key("F7")
    window.wait("Phrases", 20)
    window.click(None, "Phrases")
    window.wait("Please repeat on a fresh specimen.", 20)
    window.shot("decide-phrases")
    window.key("Return")
    time.sleep(2)
    window.shot("decide-phrase-written")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        demo = driver.demo_clinic(pathlib.Path(temporary))
        clinics = {name: Clinic(demo, user=name) for name in ("tech", "path")}

        def ask(who: str, *arguments):
            return clinics[who](*arguments, secrets=(driver.PASSPHRASE,))

        patient = ask("tech", "patient", "add", "--given", "Zawadi", "--family", "Otieno", "--sex", "female", "--born",
                      "31y", "--new-person")["uuid"]
        number = ask("tech", "specimen", "accept", patient, "--urgency", "stat", "--tests", "diff,malaria")["accession"]
        ask("path", "malaria", number, "--fields", "100", "--wbc", "500")
        ask("tech", "malaria", number, "--parasites", "150", "--wbc", "200", "--species", "vivax")
        # Sounds are off until somebody wants them: a device that would keep them has nothing.
        heard = pathlib.Path(temporary) / "heard"
        with Window(demo, env={"HEMOGRAM_TEST_SOUND_SINK": f"filesink location={heard}"}, name="decide") as window:
            window.sign_in()
            window.wait(number)
            window.click(None, number)
            window.key("Return")
            window.wait("Differential")
            time.sleep(1)
            decide(window)
            discard_count(window)
            phrase(window)
        result(not heard.exists(), "cells that are counted make no sound where sounds are off")
        stands = [film["stands"] for film in ask("tech", "malaria", "list", number)]
        result(sorted(stands) == [False, True], "one reading stands in the record", stands)
        counts = ask("tech", "count", "list", number)
        result(sorted(count["counted"] for count in counts if not count.get("discarded")) in ([1], [1, 3]),
               "the new count is in the record", counts)
        comment = ask("tech", "report", "show", number).get("comment")
        result(comment == "Please repeat on a fresh specimen.", "the phrase is in the comment of the draft", comment)
    driver.finish()


main()
