# SPDX-License-Identifier: GPL-3.0-or-later
"""FHIR R4: HAPI FHIR JPA, which validates all it is given and keeps clinics apart."""
import json
import pathlib
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request

from .base import HERE, Authority, Server, build_step, built, free_ports, needs, wait_for

MEMORY = ("-Xmx600m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxMetaspaceSize=400m")


class Answer:
    """status, headers (lower case) and body of an answer; json where it is that."""

    def __init__(self, status: int, headers, body: bytes):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


def ask(method: str, url: str, body=None, headers=None, ca_file=None, timeout: float = 60) -> Answer:
    """One request of an HTTP client that shares nothing with ours. A dict is sent as FHIR's JSON."""
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/fhir+json")
    context = ssl.create_default_context(cafile=ca_file) if url.startswith("https:") else None
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class Hapi(Server):
    """HAPI FHIR JPA over H2 in a folder: what it answered to is on the disk, also after stop(hard=True).

    clinics  names of partitions: clinic_url(name) is the base of each; without any the base is url
    let()    who may do what; before the first call everybody may
    """

    name = "hapi"

    def __init__(self, folder=None, authority=None, clinics=()):
        needs(self.name, "java", "javac", "jar", "mvn", "openssl")
        self._built = self.build()
        super().__init__(folder, authority)
        self.port, self.port_tls = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}/fhir"
        self.url_tls = f"https://localhost:{self.port_tls}/fhir"
        self.clinics = tuple(clinics)
        self._rights = self.folder / "rights.json"
        self._records = self.folder / "records"
        self._keystore = keystore(self.authority, self.folder)

    @staticmethod
    def build() -> pathlib.Path:
        module = HERE / "hapi"
        sources = sorted(module.glob("*.java"))

        def build(folder: pathlib.Path) -> None:
            build_step("mvn", "-B", "-q", "-f", module / "pom.xml",
                       "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
                       f"-DoutputDirectory={folder / 'lib'}")
            build_step("javac", "-proc:none", "-nowarn", "-cp", f"{folder}/lib/*", "-d", folder / "classes", *sources)
            shutil.copy(module / "logback.xml", folder / "classes")
            build_step("jar", "-c", "-f", folder / "server.jar", "-C", folder / "classes", ".")
            # Making the tables takes half a minute: they are made once, and copied at each start.
            ports = free_ports(2)
            store = keystore(Authority(folder / "ca"), folder)
            build_step(*command(folder, ports, store, folder / "empty", folder / "none.json", (), "update"),
                       "-Dprepare=1", "FhirServer")
            build_step(*command(folder, ports, store, folder / "empty", folder / "none.json", (), "none"),
                       f"-XX:ArchiveClassesAtExit={folder / 'classes.jsa'}", "-Dprepare=1", "FhirServer")
            shutil.rmtree(folder / "classes")

        return built("hapi", [module / "pom.xml", module / "logback.xml", *sources], build)

    def _start(self) -> None:
        if not self._records.exists():
            shutil.copytree(self._built / "empty", self._records)
        archive = self._built / "classes.jsa"
        words = command(self._built, (self.port, self.port_tls), self._keystore, self._records, self._rights,
                        self.clinics, "none")
        self.log.touch()
        begun_at = self.log.stat().st_size
        process = self.spawn(*words, f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "FhirServer")

        def ready() -> bool:
            with open(self.log, "rb") as log:
                log.seek(begun_at)
                return b"\nready\n" in b"\n" + log.read()

        wait_for(ready, 900, process, self.log, self.name)

    def clinic_url(self, clinic: str, tls: bool = True) -> str:
        return f"{self.url_tls if tls else self.url}/{clinic}"

    def let(self, bearer=None, basic=None, clients=None, provider=None, audience=None) -> None:
        """Who opens which clinic ('*': each): bearer {token: clinic}, basic {'user:password': clinic},
        clients {client_id: clinic} with tokens that provider signs for audience. It holds from now on."""
        rights = {"bearer": bearer or {}, "basic": basic or {}, "clients": clients or {},
                  "keys": provider.keys() if provider else {}, "audience": audience}
        part = self._rights.with_suffix(".part")
        part.write_text(json.dumps(rights))
        part.rename(self._rights)

    def let_everybody(self) -> None:
        self._rights.unlink(missing_ok=True)

    def ask(self, method: str, path: str, body=None, headers=None, clinic=None, tls: bool = True) -> Answer:
        base = self.clinic_url(clinic, tls) if clinic else (self.url_tls if tls else self.url)
        return ask(method, f"{base}/{path}", body, headers, self.ca_file)

    def curl(self, method: str, path: str, body=None, clinic=None) -> dict:
        """What curl reads or writes by TLS: another client that shares nothing with ours."""
        words = ["curl", "-sS", "--fail-with-body", "--cacert", self.ca_file, "-X", method,
                 f"{self.clinic_url(clinic) if clinic else self.url_tls}/{path}"]
        if body is not None:
            words += ["-H", "Content-Type: application/fhir+json", "--data-binary", "@-"]
        done = subprocess.run(words, input=json.dumps(body) if body else "", capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"curl {method} {path}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout)

    def backup(self) -> pathlib.Path:
        """A copy of all it holds, for restore(). It is stopped and started for it."""
        copy = self.folder / "backup"
        shutil.rmtree(copy, ignore_errors=True)
        self.stop()
        shutil.copytree(self._records, copy)
        self.start()
        return copy

    def restore(self, copy: pathlib.Path) -> None:
        """What happens when a server comes back from an old backup."""
        self.stop()
        shutil.rmtree(self._records)
        shutil.copytree(copy, self._records)
        self.start()


def command(folder, ports, store, records, rights, clinics, schema) -> list:
    return ["java", *MEMORY, "-Djava.awt.headless=true", f"-Dport={ports[0]}", f"-Dport.tls={ports[1]}",
            f"-Dkeystore={store}", f"-Dfolder={records}", f"-Drights={rights}", f"-Dclinics={','.join(clinics)}",
            f"-Dschema={schema}", "-cp", f"{folder}/server.jar:{folder}/lib/*"]


def keystore(authority: Authority, folder: pathlib.Path) -> pathlib.Path:
    certificate, key = authority.issue("hapi")
    store = folder / "hapi.p12"
    subprocess.run(["openssl", "pkcs12", "-export", "-in", certificate, "-inkey", key, "-out", store,
                    "-passout", "pass:tests-only"], check=True, capture_output=True)
    return store
