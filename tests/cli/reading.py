# SPDX-License-Identifier: GPL-3.0-or-later
"""A case is sent to a pathologist and answered, and nothing is called read that nobody read."""
import json
import pathlib
import subprocess
import sys

from clinic import PASSPHRASE, Clinic, Refused
from faults import Tap, draw_fields, scratch

tap = Tap()
READER = "another battery horse staple"


class Reader(Clinic):
    """The same clinic as the pathologist sees it."""

    def raw(self, *arguments, **options) -> subprocess.CompletedProcess:
        return super().raw(*arguments, **{"secrets": (READER,), **options})


def refused(clinic: Clinic, code: int, name: str, *arguments) -> None:
    try:
        clinic(*arguments)
        tap.result(False, name, "it was not refused")
    except Refused as error:
        tap.result(error.code == code, name, str(error))


def ask_and_answer(clinic: Clinic, reader: Reader, number: str) -> None:
    asked = clinic("reading", "ask", number, "Blasts in field 1? ब्लास्ट", "--priority", "stat")
    tap.result(asked["state"] == "requested" and asked["priority"] == "stat", "a question is kept", str(asked))
    refused(clinic, 6, "a case waits for one answer at a time", "reading", "ask", number, "And now?")
    refused(clinic, 4, "who is no pathologist does not answer", "reading", "answer", asked["uuid"], "agrees", "Yes.")
    waits = reader("reading", "list")
    tap.result([row["uuid"] for row in waits] == [asked["uuid"]] and waits[0]["question"].endswith("ब्लास्ट"),
               "the pathologist sees what waits", str(waits))
    refused(clinic, 4, "who is no pathologist takes nothing in hand", "reading", "accept", asked["uuid"])
    reader("reading", "accept", asked["uuid"])
    row = next(row for row in clinic("worklist") if row["specimen"] == number)
    tap.result(row["reading"] == "in-hand" and clinic("reading", "list")[0]["reader"] == "Wambui Reader",
               "the clinic sees who has the case in hand", str(row))
    refused(reader, 2, "an answer has words", "reading", "answer", asked["uuid"], "agrees", " ")
    refused(reader, 2, "and a conclusion", "reading", "answer", asked["uuid"], "none", "Well.")
    reader("reading", "answer", asked["uuid"], "differs", "Blasts. Send the patient on.")
    done = clinic("reading", "list", "--answered")
    tap.result(done[0]["conclusion"] == "differs" and done[0]["answer"].startswith("Blasts")
               and done[0]["reader"] == "Wambui Reader" and done[0]["report_version"] == 1,
               "the answer comes back, with who gave it and to which report", str(done))
    tap.result(clinic("reading", "list") == [], "nothing waits any more")
    refused(clinic, 6, "an answered question is not taken back", "reading", "cancel", asked["uuid"], "--reason", "late")


def take_back(clinic: Clinic, number: str) -> None:
    asked = clinic("reading", "ask", number, "Which species?")
    refused(clinic, 2, "who takes it back says why", "reading", "cancel", asked["uuid"])
    clinic("reading", "cancel", asked["uuid"], "--reason", "asked twice")
    every = {row["uuid"]: row for row in clinic("reading", "list", "--all")}
    tap.result(every[asked["uuid"]]["state"] == "cancelled" and every[asked["uuid"]]["reason"] == "asked twice",
               "a question that was taken back stays, with the reason", str(every))


def exported(clinic: Clinic, number: str, folder) -> None:
    clinic("export", folder, number)
    bundles = [json.loads(path.read_text()) for path in folder.rglob("*.json")]
    resources = [entry["resource"] for bundle in bundles for entry in bundle.get("entry", [])]
    tasks = [resource for resource in resources if resource["resourceType"] == "Task"]
    answers = {resource["id"]: resource for resource in resources if resource["resourceType"] == "Observation"}
    tap.result(sorted(task["status"] for task in tasks) == ["cancelled", "completed"], "both leave as Tasks", str(tasks))
    for task in tasks:
        for output in task.get("output", []):
            reference = output["valueReference"]["reference"].rsplit(":", 1)[-1].rsplit("/", 1)[-1]
            tap.result(answers[reference]["note"][0]["text"].startswith("Blasts"), "and the answer with its Task",
                       str(answers.get(reference)))


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        clinic = Clinic(base / "clinic")
        clinic.init()
        clinic("user", "add", "wambui", "Wambui Reader", "--role", "pathologist", secrets=(PASSPHRASE, READER))
        reader = Reader(base / "clinic", user="wambui")
        number = clinic.day(draw_fields(base, 1))
        ask_and_answer(clinic, reader, number)
        take_back(clinic, number)
        exported(clinic, number, base / "stick")
    return tap.finish()


sys.exit(main())
