#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window against real servers, with the keyboard alone: a case is made while there is no network, the network comes,
all three lanes drain; curl and aws read back what openssl opens; what curl answers appears in the window."""
import concurrent.futures
import contextlib
import hashlib
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time
import traceback
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import desktop  # noqa: E402
import driver  # noqa: E402
from clinic import PASSPHRASE  # noqa: E402
from driver import Window, result  # noqa: E402
from laptop import BUCKET, Laptop, Truth  # noqa: E402
from routine import drawn_pictures, real_pictures  # noqa: E402
from servers import Authority, Hapi, Missing, RadosGateway, without  # noqa: E402
from stage import certify, open_sealed  # noqa: E402

PLACE = "window"
PIN = "8264"
GIVEN, FAMILY = "Zawadi", "Nyambura"
NUMBER = re.compile(r"[0-9A-Z]{4}-\d{5}-[0-9A-Z]")
QUESTION, ANSWER = "Blasts or reactive?", "Reactive lymphocytes, no blasts."
# Of a case with two fields and the one that was seen while cells were counted.
ONCE = {"Patient": 1, "ServiceRequest": 1, "Specimen": 1, "Media": 3, "DiagnosticReport": 1, "Task": 1}


class Site:
    """A clinic that knows its servers, which are not up yet, and the two pictures of the day."""

    def __init__(self, folder: pathlib.Path, authority: Authority, s3: RadosGateway, fhir: Hapi):
        self.folder, self.s3, self.fhir = folder, s3, fhir
        self.laptop = Laptop(folder / "clinic")
        self.laptop.init("Lakeside Clinic")
        certify(self.laptop, folder)
        self.laptop("user", "pin", secrets=(PASSPHRASE, PIN, PIN))
        self.laptop.set_up(authority.file, s3.url_tls, fhir.clinic_url(PLACE), (s3.access_key, s3.secret_key))
        real = real_pictures()
        print(f"# captured: {'real' if real else 'drawn'} fields", flush=True)
        self.pictures = (real or drawn_pictures(folder))[:2]
        self.scope = folder / "scope"
        self.scope.mkdir()
        self.number = None

    def env(self) -> dict:
        """The first picture lies under the camera; the microscope's own program saves into a folder that is watched."""
        keyfile = self.folder / "config" / "glib-2.0" / "settings" / "keyfile"
        keyfile.parent.mkdir(parents=True)
        keyfile.write_text(f"[org/hemogram/Hemogram]\nlast-login='admin'\nwatch-folder='{self.scope}'\n")
        return {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder / "config"),
                "HEMOGRAM_TEST_CAMERA": str(self.pictures[0])}

    def curl(self, method: str, path: str, body=None) -> dict:
        return self.fhir.curl(method, path, body, PLACE)

    def find(self, kind: str) -> list:
        return [entry["resource"] for entry in self.curl("GET", f"{kind}?_count=200").get("entry", [])]

    def connect(self, pool) -> None:
        """The network comes. What is started by a thread ends with it: the pool has to last."""
        starting = pool.submit(self.fhir.start)
        self.s3.start()
        self.s3.make_bucket(BUCKET)
        starting.result()
        print(f"# Ceph was up in {self.s3.started_in:.0f} s, HAPI in {self.fhir.started_in:.0f} s", flush=True)


def register(window) -> str:
    """A patient nobody knows, and what is asked; to the bench."""
    window.key("ctrl+n")
    window.wait("Given names")
    time.sleep(0.4)
    window.type(GIVEN)
    window.key("Return")
    window.type(FAMILY)
    window.key("Return", "f", "Return")
    window.type("31y")
    window.key("ctrl+Return")
    window.wait("What Is Asked", 20)
    window.key("ctrl+Return")
    window.wait("Accepted and Saved", 20)
    number = next(text for text in window.texts() if NUMBER.fullmatch(text))
    window.key("Return")
    window.wait("Capture (Space)", 20)
    return number


def capture(window, site: Site) -> None:
    window.until(lambda: not window.says("No Camera"), "the camera", 20)
    time.sleep(1)
    window.key("space")
    window.wait("Field 1", 20)
    shutil.copy(site.pictures[1], site.scope / "field.jpg")
    window.until(lambda: window.says("Field 2") and not window.says("Being saved"), "the second field", 20)
    # One is printed.
    window.key("Page_Down", "p")
    window.shot("window-servers-fields")


def count(window) -> None:
    window.key("F8")
    window.wait("Blood Count Values")
    window.type("7.2")
    window.key("Return")
    window.type("Analyser 1")
    window.key("Return")
    window.wait_gone("Blood Count Values", 20)
    window.key("F3")
    window.wait("0 of 100", 20)
    window.type("q" * 60 + "w" * 32 + "e" * 8, delay=100)
    window.wait("100 of 100", 20)
    window.key("Return")
    window.wait("All Normal", 20)
    window.key("n")


def sign(window) -> None:
    window.key("F7")
    window.wait("The report as it will be printed", 20)
    window.shot("window-servers-report")
    window.key("ctrl+Return")
    window.wait("Sign Report", 20)
    window.tab_to("PIN")
    window.type(PIN)
    window.key("Return")
    window.wait("Signed by", 30)


def ask(window) -> None:
    window.key("ctrl+t")
    window.wait("What should be looked at?")
    time.sleep(0.4)
    window.type(QUESTION)
    window.key("ctrl+Return")
    window.wait("Waits · asked by", 20)


def offline(window, site: Site) -> None:
    """All of a case, with nobody to send it to."""
    site.number = register(window)
    capture(window, site)
    count(window)
    sign(window)
    ask(window)
    result(True, "a case with two fields is made, signed and asked about without a network")
    window.key("alt+Left")
    window.wait("Search or Scan")
    window.key("ctrl+6")
    window.wait("Next try in", 60)
    window.shot("window-servers-away")
    result(window.says("Received by the server: 0") and not window.says("All was received"),
           "nothing is called received that nobody has", window.texts())


def lanes_done(window) -> bool:
    return sum(node.role == "label" and "All was received" in node.name for node in window.nodes()) == 3


def drain(window, site: Site) -> None:
    begun = time.monotonic()
    window.key("alt+n")
    window.until(lambda: lanes_done(window) and window.says("Received by the server: 1"), "all three lanes", 150)
    window.shot("window-servers-drained")
    result(not window.says("On the Shelf"), f"the network comes, and all three lanes drain "
           f"({time.monotonic() - begun:.0f} s); nothing is refused by a server that validates", window.texts())


def values_of(report: dict, observations: list) -> list:
    """What its results and their members say in numbers."""
    known = {f"Observation/{one['id']}": one for one in observations}
    panels = [known[one["reference"]] for one in report["result"]]
    members = [known[one["reference"]] for panel in panels for one in panel.get("hasMember", [])]
    return [one["valueQuantity"]["value"] for one in panels + members if "valueQuantity" in one]


def read_records(site: Site) -> None:
    """By curl."""
    found = {kind: site.find(kind) for kind in (*ONCE, "Observation", "Provenance")}
    counts = {kind: len(resources) for kind, resources in found.items()}
    result({kind: counts[kind] for kind in ONCE} == ONCE and counts["Observation"] and counts["Provenance"],
           f"curl finds the case: {counts}")
    patient, specimen, report = (found[kind][0] for kind in ("Patient", "Specimen", "DiagnosticReport"))
    name = patient["name"][0]
    result((name["family"], name["given"]) == (FAMILY, [GIVEN])
           and specimen["accessionIdentifier"]["value"] == site.number,
           "the patient and the number are those of the window", json.dumps([patient, specimen])[:800])
    values = values_of(report, found["Observation"])
    result(report["status"] == "final" and len(report.get("media", [])) == 1 and {60, 32, 8, 7.2} <= set(values),
           "the report is final, with a field and the values that were counted and typed", str(values))
    told = {target["reference"].split("/_history")[0] for one in found["Provenance"] for target in one["target"]}
    # Observations leave with the report that was signed over them.
    untold = {f"{kind}/{one['id']}" for kind in ONCE for one in found[kind]} - told
    result(not untold, f"{counts['Provenance']} Provenances tell who made each of them", str(untold))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_pictures(site: Site) -> None:
    """By aws and openssl; the Media say where a file lies and what it is."""
    bucket = site.folder / "bucket"
    site.s3.aws("s3", "sync", "--only-show-errors", f"s3://{BUCKET}", bucket)
    objects = {str(file.relative_to(bucket)): file.read_bytes() for file in bucket.rglob("*") if file.is_file()}
    opened, otherwise = [], []
    for media in site.find("Media"):
        sealed = Truth.whole(objects, media["content"]["url"].removeprefix(f"s3://{BUCKET}/"))
        plain = sealed and open_sealed(site.folder, sealed)
        told = {one["url"].rsplit("/", 1)[1]: one.get("valueString") for one in media["content"]["extension"]}
        if not plain or (sha256(plain), sha256(sealed)) != (told["sha256"], told["sealed-sha256"]):
            otherwise.append(media["id"])
        # What is seen while counting is kept smaller.
        elif "note" not in media:
            opened.append(sha256(plain))
    result(not otherwise, "aws fetches each original, and each is what its Media says", "\n".join(otherwise))
    result(sorted(opened) == sorted(sha256(picture.read_bytes()) for picture in site.pictures),
           "openssl cms -decrypt gives the captured bytes of both fields", "\n".join(objects))


def write_answers(site: Site) -> None:
    """A pathologist elsewhere answers, and another laboratory has a result."""
    task, tube = site.find("Task")[0], site.find("Specimen")[0]
    about = {"resourceType": "Observation", "status": "final", "subject": task["for"],
             "specimen": {"reference": f"Specimen/{tube['id']}"}}
    answer, sickling = str(uuid.uuid4()), str(uuid.uuid4())
    site.curl("PUT", f"Observation/{answer}", {
        **about, "id": answer, "basedOn": task["basedOn"], "code": {"text": "Reading"}, "valueString": ANSWER,
        "performer": [{"display": "Dr Elsewhere"}]})
    site.curl("PUT", f"Observation/{sickling}", {
        **about, "id": sickling, "code": {"text": "Sickling test"}, "valueString": "positive"})
    site.curl("PUT", f"Task/{task['id']}", {
        **task, "status": "completed", "owner": {"display": "Dr Elsewhere"},
        "output": [{"type": {"text": "answer"}, "valueReference": {"reference": f"Observation/{answer}"}}]})


def come_back(window, site: Site, shown) -> None:
    write_answers(site)
    window.key("alt+n")
    window.until(lambda: shown.shows("Came Back"), "the notification", 60)
    result(not any(secret in text for pair in shown.told for text in pair
                   for secret in (site.number, GIVEN, FAMILY, ANSWER)),
           "the desktop tells that something came back, and nothing of whose it is", shown.told)
    result(window.comes("Read by the pathologist: 1", 30), "the number of those that were read follows", window.texts())
    window.key("ctrl+1")
    window.wait("Search or Scan", 20)
    window.scan(site.number)
    window.wait("Fields", 20)
    window.key("F7")
    window.wait(ANSWER, 30)
    window.wait("From Others", 20)
    window.shot("window-servers-answered")
    result(window.says("Sickling test") and window.says("positive") and window.says("Dr Elsewhere"),
           "the answer and the result that curl wrote appear in the window", window.texts())


def run(folder: pathlib.Path) -> None:
    shown = desktop.Desktop()
    authority = Authority(folder / "ca")
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(1) as pool:
        # They have addresses, and nobody answers there before they are started.
        servers = RadosGateway(authority=authority), Hapi(authority=authority, clinics=(PLACE,))
        for server in servers:
            stack.callback(server.close)
        site = Site(folder, authority, *servers)
        with Window(site.laptop.path, env=site.env(), name="window-servers", leaks=False) as window:
            window.sign_in(PASSPHRASE)
            offline(window, site)
            site.connect(pool)
            drain(window, site)
            read_records(site)
            read_pictures(site)
            come_back(window, site, shown)


def main() -> None:
    if without("ceph-rgw") or without("hapi"):
        print("1..0 # SKIP told to go without")
        return
    try:
        with tempfile.TemporaryDirectory(prefix="hemogram-window-") as folder:
            run(pathlib.Path(folder))
    except Missing as missing:
        result(False, "peers", str(missing))
    except Exception:  # what a test did not foresee is a failure that says where
        result(False, "the tests themselves", traceback.format_exc())
    driver.finish()


if __name__ == "__main__":
    main()
