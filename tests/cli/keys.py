# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, roles, passphrases, rotation, enrolment, recovery, a bare machine rebuilt."""
import json
import pathlib
import sys

from clinic import PASSPHRASE, Clinic, Refused
from faults import Tap, draw_fields, scratch

TECH, PATH, NEW = "the technician's own words", "the pathologist's own words", "quite another row of words"
tap = Tap()


def refused(clinic: Clinic, code: int, name: str, *arguments, **options) -> None:
    try:
        clinic(*arguments, **options)
        tap.result(False, name, "it was not refused")
    except Refused as error:
        tap.result(error.code == code, name, str(error))


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        fields = draw_fields(base)
        clinic = Clinic(base / "clinic")
        code = clinic.init()
        tap.result(len(code) >= 39, "a recovery code is printed once", code)
        clinic("user", "add", "tech", "The Technician", "--role", "technician", secrets=(PASSPHRASE, TECH))
        clinic("user", "add", "path", "The Pathologist", "--role", "pathologist", secrets=(PASSPHRASE, PATH))
        number = clinic.day(fields)
        image = clinic("image", "list", number)[0]["uuid"]
        tech = Clinic(clinic.path, "tech")
        refused(tech, 4, "a technician adds no users", "user", "add", "x", "X", secrets=(TECH, "and some more words"))
        refused(tech, 4, "nor reads the audit log", "audit", "list", secrets=(TECH,))
        log = clinic("audit", "list", "--limit", "30")
        tap.result(any("refused" in row["what"] for row in log), "both refusals are in it", str([row["what"] for row in log]))
        path = Clinic(clinic.path, "path")
        path("image", "get", image, base / "by-path.jpg", secrets=(PATH,))
        tap.result((base / "by-path.jpg").read_bytes() == fields[0].read_bytes(), "a pathologist reads the images")
        refused(clinic, 3, "a weak passphrase is refused", "user", "add", "weak", "W", secrets=(PASSPHRASE, "short"))
        clinic("user", "passphrase", secrets=(PASSPHRASE, PASSPHRASE, NEW))
        refused(clinic, 3, "the old passphrase opens nothing", "worklist")
        tap.result(len(clinic("worklist", secrets=(NEW,))) == 1, "the new one does")
        clinic("key", "rotate", secrets=(NEW,))
        tap.result(clinic.raw("verify", secrets=(NEW,)).returncode == 0, "after rotation all is whole")
        tap.result(len(tech("worklist", secrets=(TECH,))) == 1, "and others still sign in")
        clinic("user", "disable", "tech", secrets=(NEW,))
        refused(tech, 3, "a disabled user does not", "worklist", secrets=(TECH,))
        refused(clinic, 6, "the last administrator stays", "user", "disable", "admin", secrets=(NEW,))

        backup = base / "backup"
        clinic("backup", backup, secrets=(NEW,))
        tap.result([case["safety"] for case in clinic("worklist", secrets=(NEW,))] == ["saved"],
                   "a backup on the clinic's own disk is none that counts")
        bare = Clinic(base / "bare")
        bare("restore", backup, "--recovery-code", secrets=(code,))
        bare("recover", "admin", secrets=(code, PASSPHRASE))
        bare("image", "get", image, base / "restored.jpg")
        tap.result((base / "restored.jpg").read_bytes() == fields[0].read_bytes(),
                   "a bare machine, the backup and the recovery code rebuild the clinic")
        before, after = clinic("clinic", "show", secrets=(NEW,)), bare("clinic", "show")
        tap.result(before["installation"] != after["installation"] and before["station"] != after["station"],
                   "as a new installation with its own station", f"{before} {after}")
        tap.result(bare.raw("verify").returncode == 0, "and it is whole")
        first = json.loads((backup / "manifest.json").read_text())["made_at"]
        clinic("backup", backup, secrets=(NEW,))
        (backup / json.loads((backup / "manifest.json").read_text())["database"]).unlink()
        older = Clinic(base / "older").raw("restore", backup, "--recovery-code", secrets=(code,))
        answer = json.loads(older.stdout)
        tap.result(older.returncode == 7 and not answer["newest"] and answer["backup"] == first and first in older.stderr,
                   "a damaged newest backup: the one before it is restored, told by its date, and is no success",
                   f"{older.returncode} {older.stdout} {older.stderr}")

        sealed = base / "enrolment"
        one_time = clinic("enrol", "export", sealed, secrets=(NEW,))["one_time_code"]
        other = Clinic(base / "other")
        refused(other, 3, "a wrong one-time code opens nothing", "enrol", "import", sealed,
                secrets=("0000-0000-0000-0000-0000", PASSPHRASE))
        other("enrol", "import", sealed, secrets=(one_time, PASSPHRASE))
        info = other("clinic", "show")
        tap.result(info["uuid"] == before["uuid"] and info["station"] not in (before["station"], after["station"]),
                   "another laptop joins the clinic under its own station", str(info))
        tap.result(other.specimen(other.patient()) != number, "and works")
        other("recover", "admin", secrets=(code, NEW))
        tap.result(len(other("worklist", secrets=(NEW,))) == 1, "the clinic's recovery code opens it as well")
    return tap.finish()


sys.exit(main())
