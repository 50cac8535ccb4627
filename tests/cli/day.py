# SPDX-License-Identifier: GPL-3.0-or-later
"""A working day by the command line: what goes in comes out, and nothing signed changes."""
import pathlib
import subprocess
import sys

from clinic import Clinic, Refused
from faults import Tap, draw_fields, scratch

tap = Tap()


def refused(clinic: Clinic, code: int, name: str, *arguments) -> None:
    try:
        clinic(*arguments)
        tap.result(False, name, "it was not refused")
    except Refused as error:
        tap.result(error.code == code, name, str(error))


def patients(clinic: Clinic) -> None:
    first = clinic("patient", "add", "--given", "Amina", "--family", "Odhiambo", "--sex", "female", "--born", "34y",
                   "--identifier", "national-id:A-1", "--village", "Kadongo")
    tap.result(first["age"] == "~34y" and first["birth_estimated"] is True, "an age is kept as an estimate", str(first))
    refused(clinic, 6, "a likely duplicate is refused", "patient", "add", "--given", "Aminah", "--family", "Odhiambo",
            "--sex", "female", "--born", "33y")
    second = clinic("patient", "add", "--given", "Aminah", "--family", "Odhiambo", "--sex", "female", "--born", "33y",
                    "--new-person", "--identifier", "clinic:77")
    likely = clinic("patient", "duplicates", first["uuid"])
    tap.result([row["uuid"] for row in likely] == [second["uuid"]] and "name" in likely[0]["agrees"], "and shown", str(likely))
    survivor = clinic("patient", "merge", first["uuid"], second["uuid"])["survivor"]
    gone = ({first["uuid"], second["uuid"]} - {survivor}).pop()
    tap.result(clinic("patient", "show", gone)["merged_into"] == survivor, "a merge links, it loses nothing")
    tap.result(len(clinic("search", "odhiambo")) == 1, "after it one person is found")
    clinic("patient", "unmerge", gone)
    tap.result(len(clinic("search", "odhiambo")) == 2 and clinic("patient", "show", gone)["active"], "and it is taken back")
    for given, family, word in (("सीता", "शर्मा", "शर"), ("أَمِينَة", "المنصوري", "امين"), ("Zoë", "Müller", "mul"), ("Ng'ang'a", "Otieno", "ngan")):
        uuid = clinic("patient", "add", "--given", given, "--family", family, "--born", "1990", "--new-person")["uuid"]
        tap.result(uuid in [hit["uuid"] for hit in clinic("search", word)], f"'{word}' finds a name in its own script")
    refused(clinic, 2, "a birth in the future is refused", "patient", "add", "--given", "X", "--born", "2999-01-01")
    refused(clinic, 2, "a patient without a name is refused", "patient", "add", "--sex", "male")


def work(clinic: Clinic, base: pathlib.Path, fields: list) -> None:
    patient = clinic.patient("Neema", "Mushi")
    tube = clinic("specimen", "accept", patient, "--tests", "diff,morphology,malaria,platelets,cbc", "--urgency", "stat")
    number = tube["accession"]
    slide = clinic("specimen", "slide", number, "--stain", "giemsa", "--thick")
    tap.result(slide["accession"] == number + "/1", "a slide is numbered after its tube", slide["accession"])
    typed = number.lower().replace("-", " ")
    tap.result(clinic("specimen", "show", typed)["uuid"] == tube["uuid"], "a number is found in any spelling")
    images = clinic("image", "add", number, "--objective", "x100 oil", "--micrometres-per-pixel", "0.08", "--keep", *fields[:2])
    tap.result([image["field"] for image in images] == [1, 2], "fields are numbered")
    refused(clinic, 6, "the same picture twice is noticed", "image", "add", number, "--keep", fields[0])
    broken = base / "broken.jpg"
    broken.write_bytes(fields[0].read_bytes()[:5000])
    done = clinic.raw("image", "add", number, broken)
    tap.result(done.returncode not in (0, -6, -11) and done.stderr.strip() != "", "a picture that ends early is refused", done.stderr)
    back = base / "back.jpg"
    clinic("image", "get", images[0]["uuid"], back)
    tap.result(back.read_bytes() == fields[0].read_bytes(), "the captured bytes come back")
    clinic("image", "report", images[0]["uuid"])
    clinic("count", number, "seg:3", "lym", "--image", images[0]["uuid"])
    clinic("count", number, "-")
    refused(clinic, 2, "a field with counted cells is not discarded unsaid", "image", "discard", images[0]["uuid"])
    refused(clinic, 2, "nor with another number of them", "image", "discard", images[0]["uuid"], "--with-cells", "4")
    clinic("count", number, "baso", "--image", images[1]["uuid"])
    clinic("image", "discard", images[1]["uuid"], "--with-cells", "1")
    left = clinic("image", "list", number)
    tap.result([row["uuid"] for row in left] == [images[0]["uuid"]] and clinic("count", number)["counted"] == 3,
               "a discarded field takes its counted cells with it", str(left))
    refused(clinic, 2, "a wrong word is told", "count", number, "lym:40", "martian")
    count = clinic("count", number, "lym:40", "seg:57", "nrbc:2", "--close")
    tap.result(count["counted"] == 100 and count["closed"], "a count goes on where it was, and one cell was taken back", str(count))
    tap.result(next(row for row in count["classes"] if row["class"] == "nrbc")["cells"] == 2, "nRBC stand outside the hundred")
    clinic("result", number, "wbc", "7,2", "--source", "Test analyser")
    clinic("result", number, "hb", "6.5 g/dL", "--source", "HemoCue")
    clinic("result", number, "plt", "231", "--source", "Test analyser")
    clinic("morphology", number, "--all-normal", "anisocytosis:2")
    clinic("platelets", number, "140")
    malaria = clinic("malaria", number, "--parasites", "150", "--wbc", "200", "--fields", "30", "--species", "falciparum", "--stages", "ring")
    tap.result(malaria["complete"] is True, "200 white cells are enough with 100 parasites", str(malaria))
    report = clinic("report", "show", number)
    lines = {line["result"]: line for line in report["results"]}
    tap.result(report["needs_call"], "a critical haemoglobin asks for a call")
    refused(clinic, 6, "and is not signed before it", "report", "sign", number)
    refused(clinic, 2, "a call of a result that is not there tells nothing", "call", number, "martian", "Dr Kiprono")
    critical = ", ".join(name for name, line in lines.items() if line["flag"] in ("LL", "HH", "AA"))
    clinic("call", number, critical, "Dr Kiprono", "--read-back")
    clinic("report", "comment", number, "Please repeat in a week.")
    signed = clinic("report", "sign", number)
    tap.result(signed["status"] == "final" and signed["version"] == 1, "then it is")
    pdf, again = base / "a.pdf", base / "b.pdf"
    clinic("report", "print", number, pdf)
    clinic("report", "print", number, again)
    tap.result(pdf.read_bytes() == again.read_bytes(), "a reprint is the same bytes")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True).stdout
    for word in ("Neema", number, "FINAL", "falciparum", "Dr Kiprono", "5400", "Please repeat in a week."):
        tap.result(word in text or (word == "5400" and "5,400" in text), f"the paper says '{word}'", text[:3000])
    refused(clinic, 6, "a final report is not made preliminary", "report", "sign", number, "--status", "preliminary")
    clinic("result", number, "mcv", "81", "--source", "Test analyser")
    amended = clinic("report", "sign", number, "--status", "amended", "--reason", "MCV was missing")
    tap.result(amended["version"] == 2 and amended["uuid"] == signed["uuid"], "an amendment keeps the report's id")
    clinic("report", "print", number, base / "first.pdf", "--version", "1")
    tap.result((base / "first.pdf").read_bytes() == pdf.read_bytes(), "and every signed version stays")
    rejected = clinic.specimen(patient)
    clinic("specimen", "reject", rejected, "clotted", "--note", "clot at the bottom")
    refused(clinic, 6, "a rejected specimen is not counted", "count", rejected, "seg")
    states = {item["specimen"]: item["state"] for item in clinic("worklist")}
    tap.result(states.get(number) == "signed" and states.get(rejected) == "rejected", "the worklist says so", str(states))


def orders(clinic: Clinic) -> None:
    patient = clinic.patient("Neema", "Achieng")
    first = clinic("specimen", "accept", patient, "--tests", "malaria")

    def expected() -> list[str]:
        return [order["order"] for order in clinic("worklist", "--expected") if order["patient"] == patient]

    tap.result(expected() == [], "an order whose specimen came is expected no more")
    refused(clinic, 6, "an order takes one specimen", "specimen", "accept", patient, "--order", first["order"])
    clinic("specimen", "reject", first["accession"], "clotted")
    tap.result(expected() == [], "nor where that one was of no use: who took the order in asks for another at once")
    second = clinic("specimen", "accept", patient, "--order", first["order"])
    tap.result(expected() == [], "until it comes")
    tap.result((second["order"], second["patient"]) == (first["order"], patient), "another where that one was of no use, of its patient",
               str(second))
    refused(clinic, 6, "an order whose specimen came is not refused", "order", "refuse", first["order"], "no-reagent")
    refused(clinic, 2, "an order is refused for a reason that is known", "order", "refuse", first["order"], "tired")
    tap.result(clinic("order", "refused") == [], "none was refused")
    refused(clinic, 6, "an order is not for another patient", "specimen", "accept", clinic.patient("Zawadi", "Were"),
            "--order", first["order"])


def renamed(clinic: Clinic, base: pathlib.Path) -> None:
    """A person who was registered twice, and whose name was put right afterwards."""
    numbers = {}
    for _ in range(2):
        patient = clinic.patient("Zuhura", "Kibet")
        numbers[clinic.specimen(patient, "cbc")] = patient
    survivor = clinic("patient", "merge", *numbers.values())["survivor"]
    clinic("patient", "edit", survivor, "--given", "Zuhra", "--born", "61y")
    listed = {item["specimen"]: (item["patient"], item["age"]) for item in clinic("worklist") if item["specimen"] in numbers}
    tap.result(set(listed.values()) == {("Zuhra Kibet", "~61y")}, "after a merge the worklist has the name that was put right", str(listed))
    for number in numbers:
        label = base / f"merged-{number}.pdf"
        clinic("specimen", "label", number, label)
        text = subprocess.run(["pdftotext", str(label), "-"], capture_output=True, text=True).stdout
        tap.result("Zuhra Kibet" in text and "~61y" in text, "and so has the label of each tube", text)


def decimals(clinic: Clinic) -> None:
    """What is told is what was typed, and the limit that it was judged by."""
    number = clinic.specimen(clinic.patient("Baraka", "Kimani"), "diff,cbc")
    clinic("result", number, "wbc", "3.25", "--source", "Test analyser")
    clinic("count", number, "seg:60", "lym:34", "eos:6", "--close")
    tap.result([row["value"] for row in clinic("result", "list", number)] == [3.25], "a typed value keeps its decimals")
    lines = {line["result"]: line for line in clinic("report", "show", number)["results"]}
    told = lines["Eosinophils"]
    tap.result((told["value"], told["flag"], told["reference_high"]) == ("6", "H", 5.5), "6 % is above 5.5, not above 6", str(told))
    told = lines["Eosinophils (absolute)"]
    tap.result((told["interval_low"], told["interval_high"]) == (0.09, 0.41), "an interval has the decimals of its value", str(told))


def mistakes(clinic: Clinic) -> None:
    number = clinic.specimen(clinic.patient("Juma", "Otieno"), "diff,morphology,cbc")
    refused(clinic, 2, "a value from the future is refused", "result", number, "hb", "130", "--source", "S", "--at",
            "2099-01-01T08:00:00.000+03:00")
    clinic("result", number, "hb", "40", "--source", "HemoCue")
    wrong = clinic("result", "list", number)[0]
    clinic("result", "retract", number, wrong["uuid"])
    tap.result(clinic("result", "list", number) == [], "a mistyped value is taken out")
    lines = [line["result"] for line in clinic("report", "show", number)["results"]]
    tap.result("Haemoglobin" not in lines, "and does not reach the report", str(lines))
    clinic("morphology", number, "target-cells:2")
    clinic("morphology", number, "schistocytes:1")
    found = {line["result"]: line["value"] for line in clinic("report", "show", number)["results"]}
    tap.result({"2+", "1+"} <= set(found.values()), "a second finding does not take the first one's place", str(found))


def take_away(clinic: Clinic, base: pathlib.Path) -> None:
    number = next(item["specimen"] for item in clinic("worklist", "--state", "signed"))
    stick = base / "stick"
    clinic("export", stick, number)
    kinds = {path.suffix for path in stick.rglob("*") if path.is_file()}
    tap.result({".pdf", ".csv", ".json", ".jpg"} <= kinds, "PDF, CSV, FHIR and pictures are written", str(kinds))
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=stick, capture_output=True, text=True)
    tap.result(sums.returncode == 0, "the checksums hold", sums.stderr)
    tags = subprocess.run(["exiftool", "-r", "-ext", "jpg", "-GPS:all", "-EXIF:all", str(stick)], capture_output=True, text=True)
    tap.result("Exif" not in tags.stdout and "GPS" not in tags.stdout, "pictures carry no EXIF", tags.stdout)
    tap.result(not list(stick.rglob("*.part")), "no half file is left")
    label = base / "label.pdf"
    clinic("specimen", "label", number, label)
    subprocess.run(["pdftoppm", "-r", "300", "-png", str(label), str(base / "label")], check=True)
    codes = subprocess.run(["zbarimg", "--quiet", "--raw", *map(str, base.glob("label*.png"))], capture_output=True, text=True).stdout
    tap.result(number in codes.split(), "a scanner reads the label", codes)


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        fields = draw_fields(base, 3)
        clinic = Clinic(base / "clinic")
        clinic.init()
        patients(clinic)
        work(clinic, base, fields)
        orders(clinic)
        renamed(clinic, base)
        decimals(clinic)
        mistakes(clinic)
        take_away(clinic, base)
        tap.result(clinic("audit", "verify")["whole"], "the audit log is whole")
        tap.result(clinic.raw("verify").returncode == 0, "and so is the store")
    return tap.finish()


sys.exit(main())
