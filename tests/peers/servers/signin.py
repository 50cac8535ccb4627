# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in: oidc-provider, which takes an assertion signed with ES384 and gives a token."""
import base64
import hashlib
import json
import pathlib
import shutil
import ssl
import subprocess
import time
import urllib.parse
import uuid

from .base import HERE, Server, build_step, built, free_ports, listens, needs, wait_for
from .fhir import Answer, ask

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def new_key(file: pathlib.Path) -> dict:
    """Makes a P-384 key in a file; gives its public part as a JWK."""
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", file],
                   check=True, capture_output=True)
    return public_jwk(file)


def public_jwk(file: pathlib.Path) -> dict:
    der = subprocess.run(["openssl", "pkey", "-in", file, "-pubout", "-outform", "DER"], check=True,
                         capture_output=True).stdout
    point = der[-96:]
    return {"kty": "EC", "crv": "P-384", "x": base64url(point[:48]), "y": base64url(point[48:]), "alg": "ES384",
            "use": "sig", "kid": hashlib.sha256(point).hexdigest()[:16]}


def assertion(file: pathlib.Path, client_id: str, audience: str, lifetime: int = 120, kid=None, jti=None) -> str:
    """A client's signed claim to be client_id, made with openssl: what ours is held against."""
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "iat": now, "exp": now + lifetime,
              "jti": jti or str(uuid.uuid4())}
    head = {"alg": "ES384", "typ": "JWT", "kid": kid or public_jwk(file)["kid"]}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
    der = subprocess.run(["openssl", "dgst", "-sha384", "-sign", file], input=text.encode(), check=True,
                         capture_output=True).stdout
    return f"{text}.{base64url(raw_signature(der))}"


def raw_signature(der: bytes) -> bytes:
    """The two numbers of an ECDSA signature side by side, 48 bytes each."""
    at = 2 if der[1] < 0x80 else 3
    numbers = b""
    for _ in range(2):
        length = der[at + 1]
        numbers += der[at + 2 : at + 2 + length].lstrip(b"\0").rjust(48, b"\0")
        at += 2 + length
    return numbers


class OidcProvider(Server):
    """clients {client_id: public JWK} may sign in; resources are whom tokens are for, the first by default."""

    name = "oidc-provider"

    def __init__(self, folder=None, authority=None, clients=None, resources=("https://s3.tests.invalid/",),
                 scopes=("system/*.cruds",), lifetime: int = 300):
        needs(self.name, "node", "npm")
        self._built = self.build()
        super().__init__(folder, authority)
        self.port, self.port_tls = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.url_tls = self.issuer = f"https://localhost:{self.port_tls}"
        self.token_url = f"{self.issuer}/token"
        self.clients = dict(clients or {})
        self.resources, self.scopes, self.lifetime = list(resources), list(scopes), lifetime
        self._certificate, self._key = self.authority.issue("oidc-provider")
        self._signing_key, self._signing_certificate = self.folder / "signing.key", self.folder / "signing.pem"
        if not self._signing_key.exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj",
                            "/CN=signing", "-keyout", self._signing_key, "-out", self._signing_certificate],
                           check=True, capture_output=True)

    @staticmethod
    def build() -> pathlib.Path:
        module = HERE / "oidc"
        sources = [module / name for name in ("package.json", "package-lock.json", "provider.mjs")]

        def build(folder: pathlib.Path) -> None:
            for source in sources:
                shutil.copy(source, folder)
            build_step("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)

        return built("oidc-provider", sources, build)

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate that stands beside its signing key: what Ceph's gateway pins."""
        der = ssl.PEM_cert_to_DER_cert(self._signing_certificate.read_text())
        return hashlib.sha1(der).hexdigest()

    def _start(self) -> None:
        settings = {
            "issuer": self.issuer, "port": self.port, "port_tls": self.port_tls,
            "certificate": str(self._certificate), "key": str(self._key),
            "signing_key": str(self._signing_key),
            "signing_certificate": str(self._signing_certificate), "scopes": self.scopes, "resources": self.resources,
            "lifetime": self.lifetime, "clock_tolerance": 5,
            "clients": [{"client_id": name, "key": key} for name, key in self.clients.items()],
        }
        file = self.folder / "settings.json"
        file.write_text(json.dumps(settings))
        process = self.spawn("node", self._built / "provider.mjs", file)
        wait_for(lambda: listens(self.port) and listens(self.port_tls), 60, process, self.log, self.name)

    def register(self, client_id: str, key: dict) -> None:
        """One more client. It is started anew; tokens that it gave stay good."""
        self.clients[client_id] = key
        if self.pids():
            self.stop()
            self.start()

    def keys(self) -> dict:
        """Its public keys, a JWK set."""
        return ask("GET", f"{self.issuer}/jwks", ca_file=self.ca_file).json

    def token(self, client_id: str, file: pathlib.Path, resource=None, signed=None) -> Answer:
        """What a client of SMART Backend Services gets: access_token in the answer's json."""
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION,
                "client_assertion": signed or assertion(file, client_id, self.token_url),
                "scope": " ".join(self.scopes)}
        if resource:
            form["resource"] = resource
        return ask("POST", self.token_url, urllib.parse.urlencode(form).encode(),
                   {"Content-Type": "application/x-www-form-urlencoded"}, self.ca_file)
