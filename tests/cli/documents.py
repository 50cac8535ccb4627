# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports with a password, sealed images without us, ranges from a spreadsheet."""
import pathlib
import subprocess
import sys

from clinic import PASSPHRASE, Clinic, Refused
from faults import Tap, draw_fields, run, scratch

STICK_PASSWORD = "only for the courier"


def main() -> int:
    tap = Tap()
    with scratch() as folder:
        base = pathlib.Path(folder)
        fields = draw_fields(base)
        clinic = Clinic(base / "clinic")
        clinic.init()
        run(["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-keyout", base / "org.key", "-out", base / "org.pem",
             "-days", "30", "-subj", "/CN=Organisation"])
        clinic("certificate", "add", "Organisation", base / "org.pem")
        number = clinic.day(fields)
        image = clinic("image", "list", number)[0]["uuid"]
        sealed = next(clinic.path.glob(f"images/*/{image}.cms"))
        done = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "DER", "-in", sealed, "-inkey", base / "org.key",
                               "-recip", base / "org.pem", "-out", base / "opened.jpg"], capture_output=True, text=True)
        tap.result(done.returncode == 0 and (base / "opened.jpg").read_bytes() == fields[0].read_bytes(),
                   "openssl opens a sealed image with the organisation's key", done.stderr)

        stick = base / "stick"
        clinic("export", stick, number, "--password", secrets=(PASSPHRASE, STICK_PASSWORD))
        pdfs = list(stick.rglob("*.pdf"))
        shown = [run(["qpdf", f"--password={STICK_PASSWORD}", "--show-encryption", pdf]).stdout for pdf in pdfs]
        tap.result(bool(pdfs) and all("AESv3" in text for text in shown), "with a password the PDF is AES-256", str(shown))
        tap.result(all(run(["qpdf", "--check", pdf]).returncode != 0 for pdf in pdfs), "and opens with nothing else")
        packages = [path for path in stick.rglob("*") if path.suffix in (".cms", ".p7m")]
        opened = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "DER", "-in", packages[0], "-pwri_password", STICK_PASSWORD,
                                 "-out", base / "package.zip"], capture_output=True, text=True) if packages else None
        tap.result(opened is not None and opened.returncode == 0, "the rest is one package that openssl opens",
                   opened.stderr if opened else str(list(stick.rglob("*"))))
        plain = [path.name for path in stick.rglob("*") if path.suffix in (".jpg", ".json", ".csv")]
        tap.result(not plain, "nothing lies beside it in plain", str(plain))

        csv = base / "ranges.csv"
        csv.write_text(clinic("ranges", "show")["csv"])
        tap.result("hb" in csv.read_text(), "the shipped ranges are printed")
        clinic("ranges", "set", csv)
        csv.write_text(csv.read_text().replace("hb,", "hb,martian,", 1))
        try:
            clinic("ranges", "set", csv)
            tap.result(False, "a wrong line is told")
        except Refused as error:
            tap.result(error.code == 2 and "ine" in error.message, "a wrong line is told", str(error))
    return tap.finish()


sys.exit(main())
