# SPDX-License-Identifier: GPL-3.0-or-later
"""The stick as it is written, read, forwarded and refused from the command line: words and exit codes."""
import json
import pathlib
import shutil
import sys

from clinic import Clinic
from faults import Tap, draw_fields, scratch

tap = Tap()
OTHER = "the other laptop's own words"


def says(clinic: Clinic, code: int, word: str, name: str, *arguments, **options) -> dict:
    done = clinic.raw(*arguments, **options)
    tap.result(done.returncode == code and word in done.stderr + done.stdout, name,
               f"exit {done.returncode}, not {code}; {word!r} in: {done.stdout}{done.stderr}")
    return json.loads(done.stdout) if done.stdout.startswith("{") else {}


def tree(stick: pathlib.Path) -> dict:
    return {str(file.relative_to(stick)): file.read_bytes() for file in stick.rglob("*") if file.is_file()}


def waiting(clinic: Clinic) -> int:
    return sum(lane["waiting"] for lane in clinic("sync", "status")["lanes"])


def written(clinic: Clinic, stick: pathlib.Path, base: pathlib.Path) -> None:
    says(clinic, 2, "missing", "a folder is needed", "courier", "write")
    says(clinic, 5, "not there", "a stick that is not there is not made", "courier", "write", base / "nowhere")
    before = waiting(clinic)
    done = says(clinic, 0, "", "what waits is written", "courier", "write", stick)
    tap.result(done.get("written", {}).get("results", 0) >= 1 and done["written"]["originals"] == 1 and not done["more"],
               "and counted by lane", json.dumps(done))
    tap.result(waiting(clinic) == before, "nothing is received because it was written")
    files = tree(stick)
    telling = [name for name, data in files.items()
               if any(word in name.encode() + data for word in (b"Amina", b"Odhiambo", b"26A1", b"Faulty"))]
    tap.result(files and not telling, f"none of {len(files)} files tells anything", str(telling))
    again = says(clinic, 0, "", "written again", "courier", "write", stick)
    tap.result(not any(again["written"].values()) and again["unanswered"] > 0 and tree(stick) == files,
               "nothing is written twice", json.dumps(again))


def elsewhere(other: Clinic, stranger: Clinic, stick: pathlib.Path) -> None:
    files = tree(stick)
    done = says(other, 5, "no server for records", "a computer of the clinic without servers says so", "courier", "read",
                stick, secrets=(OTHER,))
    tap.result(tree(stick) == files and not any(done.get("forwarded", {"": 1}).values())
               and done.get("replied") == 0, "and changes nothing",
               json.dumps(done))
    other("sync", "configure", "fhir", "https://localhost:1/fhir", secrets=(OTHER,))
    says(other, 10, "not reached", "one that reaches none says so", "courier", "read", stick, secrets=(OTHER,))
    tap.result(tree(stick) == files, "and changes nothing")
    done = says(stranger, 0, "", "another clinic's stick is read without harm", "courier", "read", stick)
    tap.result(done.get("other_clinics") == 1 and tree(stick) == files, "it is named, and left as it is", json.dumps(done))


def damaged(clinic: Clinic, other: Clinic, stick: pathlib.Path) -> None:
    letter = sorted(stick.rglob("0-*.letter"))[0]
    reply = letter.with_name(letter.name[15:-7] + ".reply")
    reply.write_text("{}")
    says(clinic, 7, "1 file on the stick", "a reply that is none is told", "courier", "read", stick)
    reply.unlink()
    whole = letter.read_bytes()
    letter.write_bytes(whole[:-9] + b"A" + whole[-8:])
    says(other, 10, "", "a changed letter is told by the other computer", "courier", "read", stick, secrets=(OTHER,))
    done = says(clinic, 0, "", "and healed by writing again", "courier", "write", stick)
    tap.result(done["written"]["results"] == 1, "that one alone", json.dumps(done))


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        stick = base / "stick"
        stick.mkdir()
        clinic, other, stranger = Clinic(base / "clinic"), Clinic(base / "other", "dora"), Clinic(base / "stranger")
        clinic.init()
        stranger.init("Another Clinic")
        clinic.day(draw_fields(base, 1))
        code = clinic("enrol", "export", base / "enrol.json")["one_time_code"]
        other("enrol", "import", base / "enrol.json", secrets=(code, OTHER))
        written(clinic, stick, base)
        elsewhere(other, stranger, stick)
        damaged(clinic, other, stick)
        shutil.rmtree(stick)
        stick.mkdir()
        done = says(clinic, 0, "", "a stick that was lost is written anew", "courier", "write", stick)
        tap.result(done["written"]["originals"] == 1, "with all of it", json.dumps(done))
        verify = clinic.raw("verify")
        tap.result(verify.returncode == 0, "and the clinic is whole", verify.stdout + verify.stderr)
    return tap.finish()


sys.exit(main())
