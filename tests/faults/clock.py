# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that cannot be right: faults 25 to 27 as far as they concern one laptop."""
import datetime
import os
import pathlib
import subprocess
import sys

from clinic import Clinic, Refused
from faults import Tap, draw_fields, scratch

CONFLICT = 6


def at(date: str) -> tuple:
    return ("faketime", "-f", f"@{date}")


def main() -> int:
    tap = Tap()
    with scratch() as folder:
        fields = draw_fields(pathlib.Path(folder), 3)
        clinic = Clinic(pathlib.Path(folder) / "clinic", environment={
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Only one library can come first, and a sanitizer asks to be it.
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})
        clinic.init()
        specimen = clinic.specimen(clinic.patient())
        clinic("count", specimen, "seg:60", "lym:40", "--close")
        for year, field in (("1970-01-02 03:04:05", fields[0]), ("2099-06-01 12:00:00", fields[1])):
            clinic.before = at(year)
            try:
                clinic("image", "add", specimen, "--keep", field)
                captured = True
            except Refused as error:
                captured = str(error)
            tap.result(captured is True, f"25: capture works in {year[:4]}", str(captured))
            done = clinic.raw("report", "sign", specimen)
            tap.result(done.returncode == CONFLICT and "clock" in done.stderr.lower(),
                       f"25: signing in {year[:4]} asks for date and time", done.stderr)
        here = datetime.timezone(datetime.timedelta(hours=3))
        today = datetime.datetime.now(here).isoformat(timespec="milliseconds")
        clinic.before = at("1970-01-02 03:04:05")
        report = clinic("report", "sign", specimen, "--at", today)
        tap.result(report["status"] == "final", "25: with a time entered by hand it can be signed")
        pdf = pathlib.Path(folder) / "report.pdf"
        clinic("report", "print", specimen, pdf)
        text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True).stdout
        tap.result("by hand" in text, "25: the paper says that the time was entered by hand", text[-400:])
        clinic.before = ()
        clinic("image", "add", specimen, "--keep", fields[2])
        rows = [row["row"] for row in clinic("audit", "list", "--limit", "500")]
        tap.result(rows == sorted(rows, reverse=True) and len(set(rows)) == len(rows), "26: the audit log is in its own order")
        tap.result(clinic("audit", "verify")["whole"], "26: and whole, with clocks that jumped back")
        order = [image["field"] for image in clinic("image", "list", specimen)]
        tap.result(order == [1, 2, 3], "26: fields stay in the order of capture", str(order))
        clinic.environment["TZ"] = "Asia/Kathmandu"
        row = clinic("patient", "add", "--given", "Sita", "--born", "20y")
        last = clinic("audit", "list", "--limit", "5")
        tap.result(any(entry["at"].endswith("+05:45") for entry in last), "27: times carry the offset of the place", str(last[:2]))
        tap.result(bool(row["uuid"]), "27: and work goes on")
    return tap.finish()


sys.exit(main())
