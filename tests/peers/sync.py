#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sync against real servers: Ceph's gateway and versitygw for pictures, HAPI FHIR for records.

sync.py [PART...]: 'read-back' (other clients read what a clinic sent), 'faults' (each of what a link, a server or a
power cut does), 'random' (HEMOGRAM_SYNC_ROUNDS of them or as many as HEMOGRAM_SYNC_SECONDS allow; HEMOGRAM_SYNC_SEED),
'courier' (a stick between two laptops, HEMOGRAM_COURIER_ROUNDS), 'answers' (what others write comes here), 'two'
(laptops of one clinic), 'rebuild' (a bare machine), 'demo' (all kinds of records), 'versity', 'shared' (another
laboratory fills the same server).
For a release: HEMOGRAM_SYNC_ROUNDS=200 HEMOGRAM_SYNC_SECONDS=0 tests/run peers.

After each fault nothing may be called received that is not there byte for byte, and the next run brings the rest.
A peer that cannot be had fails, unless HEMOGRAM_WITHOUT_PEERS names it."""
import concurrent.futures
import contextlib
import hashlib
import json
import pathlib
import subprocess
import sys
import time
import traceback
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from faults import scratch  # noqa: E402
from clinic import CLI, PASSPHRASE  # noqa: E402
from laptop import BUCKET, Laptop, Truth  # noqa: E402
from servers import Authority, Hapi, Missing, RadosGateway, VersityGateway, without  # noqa: E402
from stage import Peers, Stage, begin, open_sealed, openssl, tap  # noqa: E402
from sync_courier import part_courier  # noqa: E402
from sync_faults import part_faults, part_random  # noqa: E402
from sync_shared import part_shared  # noqa: E402
from sync_two import part_rebuild, part_two  # noqa: E402

DEMONSTRATION = "a demonstration for nobody"
KINDS = ("Organization", "Practitioner", "Device", "Patient", "ServiceRequest", "Specimen", "Media", "Observation",
         "DiagnosticReport", "Provenance")
ANSWER, REPORT = str(uuid.uuid4()), str(uuid.uuid4())
NAMES = ("Amina", "Odhiambo", "Kadongo", "26A1")


def check_test(stage: Stage) -> None:
    for kind in ("fhir", "s3"):
        done = stage.laptop.raw("sync", "test", kind)
        steps = json.loads(done.stdout or "[]")
        tap.result(done.returncode == 0 and [step["step"] for step in steps if step["passed"]] ==
                   ["name", "tls", "clock", "sign-in", "write", "read-back", "delete"],
                   f"sync test {kind}: every step passes", done.stdout + done.stderr)
    left = list(stage.truth.objects())
    tap.result(not left, "and leaves nothing behind", str(left))


def read_records(stage: Stage) -> None:
    truth = stage.truth
    counts = {kind: len(truth.all_ids(kind)) for kind in (
        "Patient", "ServiceRequest", "Specimen", "Media", "Observation", "DiagnosticReport", "Communication", "Task",
        "Provenance")}
    tap.result(all(counts.values()) and counts["Media"] == 2, f"other clients find the case: {counts}")
    found = stage.ask("GET", "Patient?family=Odhiambo").json
    tap.result(found.get("total", len(found.get("entry", []))) == 1, "the patient is found by name", json.dumps(found)[:400])
    changes = {row[2] for row in stage.laptop.queue() if row[0] == 0}
    told = set(truth.all_ids("Provenance"))
    tap.result(changes == told, f"each of {len(changes)} changes has its Provenance, and nothing else has",
               f"missing {changes - told}, more {told - changes}")
    events = json.dumps([stage.ask("GET", f"AuditEvent/{one}").json for one in truth.all_ids("AuditEvent")])
    tap.result("server.edit" in events and not any(name in events for name in NAMES),
               "what others have to know of the audit log is there, without a name", events[:800])
    curl = subprocess.run(["curl", "-sS", "--cacert", stage.fhir.ca_file,
                           f"{stage.fhir.clinic_url(stage.name)}/DiagnosticReport"],
                          capture_output=True, text=True)
    report = json.loads(curl.stdout)["entry"][0]["resource"]
    tap.result(report["status"] == "final" and len(report.get("media", [])) == 2, "curl reads the report with its images",
               curl.stdout[:600])


def read_pictures(stage: Stage) -> None:
    folder, objects, prefix = stage.folder, stage.truth.objects(), stage.truth.prefix()
    wanted = {hashlib.sha256(field.read_bytes()).hexdigest() for field in stage.fields}
    opened = set()
    for identity, specimen, sha256 in stage.laptop.query("uuid, specimen, sha256", "image"):
        sealed = Truth.whole(objects, f"{prefix}images/{identity}.cms")
        if sealed is None:
            continue
        plain = open_sealed(folder, sealed)
        if plain is not None:
            opened.add(hashlib.sha256(plain).hexdigest())
        (folder / "statement").write_text(
            f"hemogram-image-1\nimage {identity}\nspecimen {specimen}\nplain-sha256 {sha256}\n"
            f"sealed-sha256 {hashlib.sha256(sealed).hexdigest()}\n")
        (folder / "sig").write_bytes(objects[f"{prefix}images/{identity}.cms.sig"])
        signed = openssl("cms", "-verify", "-inform", "DER", "-binary", "-in", folder / "sig", "-content",
                         folder / "statement", "-noverify", "-out", "/dev/null", *certificates(stage), check=False)
        tap.result(signed.returncode == 0, "openssl: the signature is of image, specimen and both hashes",
                   signed.stderr.decode())
        (folder / "statement").write_text((folder / "statement").read_text().replace(specimen, identity))
        signed = openssl("cms", "-verify", "-inform", "DER", "-binary", "-in", folder / "sig", "-content",
                         folder / "statement", "-noverify", "-out", "/dev/null", *certificates(stage), check=False)
        tap.result(signed.returncode != 0, "and of no other specimen")
    tap.result(opened == wanted, "openssl cms -decrypt gives the captured bytes of each image",
               f"{len(opened & wanted)} of {len(wanted)}")
    telling = [key for key in objects if any(name.lower() in key.lower() for name in NAMES)]
    for request in stage.s3_proxy.of():
        head = request.target + str(request.raw_headers)
        telling += [request.target for name in NAMES if name.lower() in head.lower()]
    tap.result(not telling, f"no name in {len(objects)} keys and {len(stage.s3_proxy.of())} requests", str(telling))


def certificates(stage: Stage) -> tuple:
    """Those of the installations, for signatures that do not carry theirs."""
    file = stage.folder / "installation.pem"
    if not file.exists():
        parts = []
        for (text,) in stage.laptop.query("hex(certificate)", "clinic_key WHERE purpose = 'installation'"):
            (stage.folder / "one.der").write_bytes(bytes.fromhex(text))
            done = openssl("x509", "-inform", "DER", "-in", stage.folder / "one.der", check=False)
            parts.append(done.stdout.decode())
        file.write_text("".join(parts))
    return ("-certfile", file)


def part_read_back(stage: Stage) -> None:
    check_test(stage)
    for proxy in stage.both():
        proxy.forget()
    begun = time.monotonic()
    done = stage.laptop.once()
    tap.result(done.returncode == 0, f"sync once brings all ({time.monotonic() - begun:.1f} s)", done.stdout + done.stderr)
    shelf = stage.laptop("sync", "shelf")
    tap.result(not shelf, "nothing is refused by a server that validates", json.dumps(shelf)[:2000])
    read_records(stage)
    read_pictures(stage)
    wrong = stage.truth.wrong(drained=True)
    tap.result(not wrong, "what is called received is there, and nothing is there twice", "\n".join(wrong))
    stage.s3_proxy.forget()
    count = len(stage.fhir_proxy.of("POST"))
    again = stage.laptop.once()
    bodies = stage.s3_proxy.bodies(path="^(?!.*/audit/)") + len(stage.fhir_proxy.of("POST")) - count
    heads = stage.s3_proxy.bodies(path="/audit/")
    tap.result(again.returncode == 0 and bodies == 0 and heads <= 1,
               "a second run sends nothing but who signed out since", f"{bodies} bodies, {heads} heads {again.stderr}")


class Demo(Laptop):
    """The demonstration clinic, whose passphrase is its own."""

    def raw(self, *arguments, secrets=(PASSPHRASE,), **options):
        secrets = tuple(DEMONSTRATION if secret == PASSPHRASE else secret for secret in secrets)
        return super().raw(*arguments, secrets=secrets, **options)


def part_demo(stage: Stage) -> None:
    """All that the demonstration clinic holds, straight to the servers."""
    subprocess.run([CLI, "demo", stage.folder / "demo"], check=True, capture_output=True)
    demo, place = Demo(stage.folder / "demo" / "clinic"), f"{stage.name}-demo"
    demo.set_up(stage.authority.file, stage.s3.url_tls, stage.fhir.clinic_url(place),
                (stage.s3.access_key, stage.s3.secret_key))
    done = demo.once()
    truth = Truth(demo, stage.s3, stage.fhir, stage.fhir_proxy, stage.folder / "demo-bucket", place)
    kinds = {kind: len(truth.all_ids(kind)) for kind in KINDS}
    objects, shelf, lanes = truth.objects(), demo("sync", "shelf"), demo("sync", "status")["lanes"]
    images = sum(row["images"] for row in demo("worklist"))
    tap.result(done.returncode == 0 and not shelf and not any(lane["waiting"] for lane in lanes) and all(kinds.values())
               and kinds["Media"] == images == sum(key.endswith(".sig") and "/images/" in key for key in objects),
               f"a server that validates takes every record of the demonstration clinic: {kinds}",
               f"{images} images {shelf} {lanes} {done.stderr}")


def curl(stage: Stage, method: str, path: str, body=None):
    """Another client of the FHIR server."""
    return stage.fhir.curl(method, path, body, stage.name)


def marks(stage: Stage) -> tuple:
    row = next(row for row in stage.laptop("worklist") if row["specimen"] == stage.specimen)
    return row["safety"], row.get("reading")


def part_answers(stage: Stage) -> None:
    """A pathologist elsewhere answers with another program, and sends a report."""
    reading = stage.laptop("reading", "list")[0]["uuid"]
    tap.result(marks(stage) == ("received", "asked"), "the case is received and waits for a reader", str(marks(stage)))
    task = curl(stage, "GET", f"Task/{reading}")
    about = {"status": "final", "basedOn": task["basedOn"], "subject": task["for"], "specimen": task["focus"],
             "code": {"text": "Reading"}, "performer": [{"display": "Dr Elsewhere"}]}
    answer = curl(stage, "PUT", f"Observation/{ANSWER}", {
        "resourceType": "Observation", "id": ANSWER, **about, "valueString": "I agree: no blasts."})
    curl(stage, "PUT", f"DiagnosticReport/{REPORT}", {
        "resourceType": "DiagnosticReport", "id": REPORT, "status": "final", "basedOn": task["basedOn"],
        "subject": task["for"], "code": {"text": "Bone marrow"}, "conclusion": "Normal marrow."})
    curl(stage, "PUT", f"Task/{reading}", {
        **task, "status": "completed", "owner": {"display": "Dr Elsewhere"},
        "output": [{"type": {"text": "answer"}, "valueReference": {"reference": f"Observation/{answer['id']}"}}]})
    done = stage.laptop.once("--lane", "results")
    rows = stage.laptop("reading", "list", "--answered")
    tap.result(done.returncode == 0 and len(rows) == 1 and rows[0]["answer"] == "I agree: no blasts.",
               "an answer that curl wrote is here", f"{rows} {done.stderr}")
    tap.result(marks(stage) == ("received", "read"), "and the case is read", str(marks(stage)))
    others = {row["id"]: row for row in stage.laptop("sync", "others", stage.specimen)}
    tap.result(REPORT in others and others[REPORT]["says"] == "Normal marrow." and ANSWER in others,
               "a report of another laboratory is shown with its case", json.dumps(others)[:800])
    again = curl(stage, "GET", f"Task/{reading}")
    tap.result(again["meta"]["versionId"] == "2" and not stage.laptop("sync", "shelf"),
               "nothing of it was overwritten", json.dumps(again["meta"]))


def part_versity(stage: Stage) -> None:
    """Another gateway takes the place: all that is a file goes there again."""
    clinic, other = stage.laptop, stage.peers.versity
    if other is None:
        tap.skip("versitygw holds all of it as well", "told to go without")
        return
    other.make_bucket(BUCKET)
    clinic.set_up(stage.authority.file, other.url_tls, None, (other.access_key, other.secret_key))
    done = clinic.once("--lane", "previews"), clinic.once("--lane", "originals")
    truth = Truth(clinic, other, stage.fhir, stage.fhir_proxy, stage.folder / "other-bucket", stage.name)
    wrong = truth.false_objects()
    left = [row for row in clinic.queue() if row[0] > 0 and row[1] != "received"]
    tap.result(all(one.returncode == 0 for one in done) and not wrong and not left,
               "versitygw holds all of it as well", f"{wrong} {left} {done[0].stderr} {done[1].stderr}")


# In this order: what comes after 'courier' leaves records there that the first laptop does not know as its own.
PARTS = {"read-back": part_read_back, "faults": part_faults, "random": part_random, "courier": part_courier,
         "answers": part_answers, "two": part_two, "rebuild": part_rebuild, "demo": part_demo, "versity": part_versity,
         "shared": part_shared}


def run_parts(folder: pathlib.Path, peers: Peers, names: list, place: str) -> None:
    peers.s3.make_bucket(BUCKET)
    with Stage(folder, peers, place) as stage:
        begin(stage)
        for name in names:
            begun = time.monotonic()
            PARTS[name](stage)
            print(f"# {name}: {time.monotonic() - begun:.0f} s", flush=True)


def run(folder: pathlib.Path, names: list) -> None:
    authority = Authority(folder / "ca")
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(3) as pool:
        fhir = Hapi(authority=authority, clinics=("peer", "peer-demo"))
        stack.callback(fhir.close)
        starting = pool.submit(fhir.start)
        s3 = stack.enter_context(RadosGateway(authority=authority))
        versity = None if without("versitygw") else stack.enter_context(VersityGateway(authority=authority))
        starting.result()
        print(f"# Ceph was up in {s3.started_in:.0f} s, HAPI in {fhir.started_in:.0f} s", flush=True)
        run_parts(folder, Peers(authority, s3, fhir, versity), names, "peer")


def main() -> int:
    names = sys.argv[1:] or list(PARTS)
    if without("ceph-rgw") or without("hapi"):
        tap.skip("the sync against real servers", "told to go without")
        return tap.finish()
    try:
        with scratch() as folder:
            run(pathlib.Path(folder), names)
    except Missing as missing:
        tap.result(False, "peers", str(missing))
    except Exception:  # what a test did not foresee is a failure that says where
        tap.result(False, "the tests themselves", traceback.format_exc())
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
