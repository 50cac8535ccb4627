# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares a Bundle with the CSV and the text of the PDF that were exported with it, and follows
every reference in it: compare.py BUNDLE CSV TEXT FOLDER."""
import csv
import hashlib
import json
import pathlib
import sys

problems = []


def expect(holds: bool, what: str) -> None:
    if not holds:
        problems.append(what)


def references(node):
    """Every literal reference below a node."""
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def value_of(observation: dict) -> str:
    if "valueQuantity" in observation:
        return str(observation["valueQuantity"]["value"])
    return observation.get("valueString") or observation["valueCodeableConcept"]["text"]


def check_references(bundle: dict) -> dict:
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    expect(len(by_url) == len(bundle["entry"]), "an id is there twice")
    for url, resource in by_url.items():
        expect(url == "urn:uuid:" + resource["id"], "a fullUrl is not its id")
        for reference in references(resource):
            expect(reference in by_url, f"{resource['resourceType']} refers to what is not there")
    return by_url


def check_report(report: dict, by_url: dict) -> list:
    """The Observations of a report that carry values, each reached exactly once."""
    leaves = []

    def walk(links: list) -> None:
        for link in links:
            observation = by_url[link["reference"]]
            expect(observation["status"] == report["status"], "an Observation has another status")
            expect(observation["subject"] == report["subject"], "an Observation is of another")
            if "hasMember" in observation:
                expect(not any(key.startswith("value") for key in observation), "a panel's value")
                walk(observation["hasMember"])
            else:
                leaves.append(observation)

    walk(report["result"])
    ids = [leaf["id"] for leaf in leaves]
    expect(len(ids) == len(set(ids)), "a result is reached twice")
    all_observations = [r for r in by_url.values() if r["resourceType"] == "Observation"]
    expect(len(leaves) == sum("hasMember" not in r for r in all_observations), "a result is lost")
    return leaves


def check_files(by_url: dict, report: dict, folder: pathlib.Path) -> None:
    """What an Attachment names is in the folder, and is what was signed."""
    form = report["presentedForm"][0]
    pdf = (folder / form["url"]).read_bytes()
    sha256 = next(e["valueString"] for e in form["extension"] if e["url"].endswith("/sha256"))
    expect(hashlib.sha256(pdf).hexdigest() == sha256, "presentedForm is not the signed PDF")
    media = [r for r in by_url.values() if r["resourceType"] == "Media"]
    expect(bool(media), "no Media")
    for picture in media:
        start = (folder / picture["content"]["url"]).read_bytes()[:3]
        expect(start == b"\xff\xd8\xff", "a Media's url is no JPEG")


def check_csv(path: str, leaves: list) -> None:
    rows = list(csv.DictReader(open(path, encoding="utf-8-sig", newline="")))
    found = [(row["test"], row["value"] or row["text"], row["unit"]) for row in rows]
    wanted = [
        (leaf["code"]["text"], value_of(leaf), leaf.get("valueQuantity", {}).get("code", ""))
        for leaf in leaves
    ]
    expect(sorted(found) == sorted(wanted), "the CSV and the Bundle differ")


def check_text(path: str, by_url: dict, report: dict, leaves: list) -> None:
    lines = [" ".join(line.split()) for line in open(path, encoding="utf-8")]
    text = "\n".join(lines)
    of_type = lambda kind: [r for r in by_url.values() if r["resourceType"] == kind]
    words = [of_type("Patient")[0]["name"][0]["text"], report["status"].upper()]
    words += [of_type("Specimen")[0]["accessionIdentifier"]["value"]]
    words += [of_type("Organization")[0]["name"]]
    words += [report["resultsInterpreter"][0]["display"]]
    for word in words:
        expect(word in text, "the PDF lacks what its head must say")
    for leaf in leaves:
        label = leaf["code"]["text"].split(" (")[0]
        near = [line for line in lines if line.startswith(label)]
        value = value_of(leaf)
        expect(any(value in line for line in near), f"the PDF lacks the value of {label}")


def main() -> int:
    bundle = json.load(open(sys.argv[1], encoding="utf-8"), parse_float=str)
    by_url = check_references(bundle)
    reports = [r for r in by_url.values() if r["resourceType"] == "DiagnosticReport"]
    expect(len(reports) == 1, "not one report")
    leaves = check_report(reports[0], by_url)
    check_files(by_url, reports[0], pathlib.Path(sys.argv[4]))
    check_csv(sys.argv[2], leaves)
    check_text(sys.argv[3], by_url, reports[0], leaves)
    print("\n".join(problems) or f"{len(leaves)} results agree in Bundle, CSV and PDF")
    return 1 if problems else 0


sys.exit(main())
