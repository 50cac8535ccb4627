# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers of a test of the sync, a proxy before each, and one clinic that sends through them."""
import pathlib
import subprocess
from typing import NamedTuple

from faults import Tap
from laptop import Laptop, Truth, draw
from servers import Authority, FaultProxy, Hapi, RadosGateway, VersityGateway

tap = Tap()


def openssl(*words, check=True) -> subprocess.CompletedProcess:
    return subprocess.run(["openssl", *map(str, words)], check=check, capture_output=True, stdin=subprocess.DEVNULL)


def certify(clinic: Laptop, folder: pathlib.Path) -> None:
    """An organisation that can open the clinic's pictures: its certificate and key stay in `folder`."""
    openssl("req", "-x509", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=Organisation", "-days", "3650",
            "-keyout", folder / "organisation.key", "-out", folder / "organisation.pem")
    clinic("certificate", "add", "Organisation", folder / "organisation.pem")


def open_sealed(folder: pathlib.Path, sealed: bytes):
    """What that organisation reads of a sealed picture by openssl, or None."""
    (folder / "object").write_bytes(sealed)
    done = openssl("cms", "-decrypt", "-inform", "DER", "-in", folder / "object", "-recip", folder / "organisation.pem",
                   "-inkey", folder / "organisation.key", "-out", folder / "opened", check=False)
    return (folder / "opened").read_bytes() if done.returncode == 0 else None


class Peers(NamedTuple):
    """What runs: versity is a second S3, or None."""

    authority: Authority
    s3: RadosGateway
    fhir: Hapi
    versity: VersityGateway


class Stage:
    """The servers, a proxy before each, and one clinic: `name` is its part of the FHIR server."""

    def __init__(self, folder: pathlib.Path, peers: Peers, name: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name, self.peers = folder, name, peers
        self.s3, self.fhir, self.authority = peers.s3, peers.fhir, peers.authority
        self.s3_proxy = FaultProxy(self.s3.url, self.authority)
        self.fhir_proxy = FaultProxy(self.fhir.clinic_url(name, tls=False), self.authority)
        self.laptop = Laptop(folder / "clinic")
        self.truth = self.truth_of(self.laptop)
        self.seed = 100
        self.specimen = self.code = None

    def __enter__(self):
        self.s3_proxy.start()
        self.fhir_proxy.start()
        return self

    def __exit__(self, *_):
        self.s3_proxy.close()
        self.fhir_proxy.close()

    def truth_of(self, laptop: Laptop) -> Truth:
        return Truth(laptop, self.s3, self.fhir, self.fhir_proxy, self.folder / "bucket", self.name)

    def ask(self, method: str, path: str, body=None, headers=None):
        """What another client of the FHIR server does, past the proxy."""
        return self.fhir.ask(method, path, body, headers, clinic=self.name, tls=False)

    def connect(self, laptop: Laptop) -> None:
        laptop.set_up(self.authority.file, self.s3_proxy.url_tls, self.fhir_proxy.url_tls,
                      (self.s3.access_key, self.s3.secret_key))

    def field(self, least: int = 0) -> pathlib.Path:
        self.seed += 1
        return draw(self.folder / f"field-{self.seed}.jpg", self.seed, least)

    def new_image(self, least: int = 0, records: bool = True) -> pathlib.Path:
        """A change of all three lanes, or of the two of pictures."""
        field = self.field(least)
        self.laptop.add_image(self.specimen, field)
        if records:
            self.laptop.patient("Field", f"Number {self.seed}")
        return field

    def both(self):
        return (self.s3_proxy, self.fhir_proxy)

    def clear(self) -> None:
        for proxy in self.both():
            proxy.clear()
            proxy.resume()


def begin(stage: Stage) -> None:
    """A clinic with a certificate of an organisation and a case of all that there is."""
    clinic, folder = stage.laptop, stage.folder
    stage.code = clinic.init("Peer Clinic")
    certify(clinic, folder)
    patient = clinic.patient("Amina", "Odhiambo", village="Kadongo", identifier="clinic:KB-204417")
    number = stage.specimen = clinic.specimen(patient, "diff,morphology,malaria,cbc")
    stage.fields = [stage.field(), stage.field(400_000)]
    clinic("image", "add", number, "--keep", "--in-report", *stage.fields)
    clinic("count", number, "seg:60", "lym:32", "mono:8", "--close")
    clinic("morphology", number, "--all-normal")
    clinic("malaria", number, "--fields", "100", "--wbc", "500")
    clinic("result", number, "hb", "48", "--source", "HemoCue")
    clinic("call", number, "Haemoglobin", "Sister Achieng", "--read-back")
    clinic("report", "sign", number, "--with-missing")
    clinic("reading", "ask", number, "Do you agree?")
    stage.connect(clinic)


def settle(stage: Stage, name: str, runs: int = 3) -> None:
    """Without the fault all comes, in a few runs."""
    stage.clear()
    for _ in range(runs):
        done = stage.laptop.once()
        if done.returncode == 0 and stage.laptop.waiting() == 0:
            break
    left = [row for row in stage.laptop.queue() if row[1] != "received"]
    tap.result(done.returncode == 0 and not left, f"{name}: then all comes", f"{left} {done.stderr}")
