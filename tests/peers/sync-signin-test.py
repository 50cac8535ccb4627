#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our sign-in against real servers: sync-signin-test.py SYNC-CLIENT [NAME...]. oidc-provider takes our assertion, HAPI
the token that comes of it, Ceph's gateway the keys that it lends for the token; each refuses what it must."""
import json
import pathlib
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from servers import Authority, Hapi, Missing, OidcProvider, RadosGateway, ask, assertion, without  # noqa: E402

AUDIENCE = "https://s3.tests.invalid/"
PATIENT = "5b7f3b5e-6b4e-4a1e-9a64-2c7b8a8f1a11"
OTHERS = "0d0b6c4e-9a53-4f43-8a6e-5c1e0e7b7c22"
OFFLINE, DENIED = 10, 12


def same(what: str, got, wanted) -> None:
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


class Clinic:
    """A client of the sign-in server, with a key of its own."""

    def __init__(self, program, folder: pathlib.Path, name: str):
        self.program, self.folder, self.name = program, folder, name
        self.key_file = folder / f"{name}.key"
        self.public = json.loads(self.run("key", self.key_file).stdout)["keys"][0]

    def run(self, *words, faketime=None) -> subprocess.CompletedProcess:
        prefix = ["faketime", "-f", faketime] if faketime else []
        return subprocess.run([*prefix, self.program, *map(str, words)], capture_output=True, text=True, timeout=120)

    def settings(self, server, provider, **more) -> pathlib.Path:
        """A file of settings for a server; more replaces."""
        made = {"url": server, "sign_in": "smart", "user": self.name, "secret": self.key_file.read_text(),
                "token_url": provider.token_url, "authority": pathlib.Path(provider.ca_file).read_text(), **more}
        file = self.folder / "settings.json"
        file.write_text(json.dumps({name: value for name, value in made.items() if value is not None}))
        return file


def refused(what: str, done: subprocess.CompletedProcess, words: str, status: int = DENIED) -> None:
    same(f"{what}: exit status", (done.returncode, done.stdout), (status, ""))
    same(f"{what}: {words!r} in {done.stderr!r}", words in done.stderr, True)


def test_token(program, folder) -> None:
    a, stranger = Clinic(program, folder, "clinic-a"), Clinic(program, folder, "stranger")
    same("the private key is not in the public", set(a.public) & {"d", "p", "q"}, set())
    with OidcProvider(clients={"clinic-a": a.public}) as provider:
        done = a.run("token", a.settings(provider.issuer, provider))
        same("a token", (done.returncode, done.stdout.startswith("Bearer ey")), (0, True))
        found = a.run("token", a.settings(provider.issuer, provider, token_url=None))
        same("where the server says", (found.returncode, found.stdout.startswith("Bearer ey")), (0, True))
        done = a.run("token", a.settings(provider.issuer, provider, secret=stranger.key_file.read_text()))
        refused("another's key", done, "public key")
        refused("a client that is not known", stranger.run("token", stranger.settings(provider.issuer, provider)),
                "public key")
        for offset in ("-20m", "+20m", "-400d"):
            done = a.run("token", a.settings(provider.issuer, provider), faketime=offset)
            same(f"a clock {offset} off", (done.returncode, done.stderr), (0, ""))
        wrong = a.settings(provider.issuer, provider, authority=None)
        same("an authority that is not trusted", a.run("token", wrong).returncode, 15)
        elsewhere = a.settings(provider.issuer, provider, token_url=f"{provider.issuer}/nowhere")
        refused("an address that is none", a.run("token", elsewhere), "address for tokens")
        settings = a.settings(provider.issuer, provider)
    same("when it is gone", a.run("token", settings).returncode, OFFLINE)


def test_records(program, folder) -> None:
    authority = Authority(folder / "ca")
    a, b = Clinic(program, folder, "clinic-a"), Clinic(program, folder, "clinic-b")
    with OidcProvider(authority=authority, clients={"clinic-a": a.public, "clinic-b": b.public}) as provider, \
            Hapi(authority=authority, clinics=("clinic-a", "clinic-b")) as server:
        for clinic, identity in (("clinic-a", PATIENT), ("clinic-b", OTHERS)):
            made = server.ask("PUT", f"Patient/{identity}", {"resourceType": "Patient", "id": identity}, clinic=clinic)
            same("PUT", made.status, 201)
        server.let(clients={"clinic-a": "clinic-a", "clinic-b": "clinic-b"}, provider=provider, audience=AUDIENCE)
        own, others = server.clinic_url("clinic-a"), server.clinic_url("clinic-b")
        same("without a sign-in", server.ask("GET", f"Patient/{PATIENT}", clinic="clinic-a").status, 401)
        refused("none", a.run("read", a.settings(own, provider, sign_in="none"), "Patient", PATIENT), "status 401")
        done = a.run("read", a.settings(own, provider), "Patient", PATIENT)
        same("its own record", (done.returncode, json.loads(done.stdout or "{}").get("id")), (0, PATIENT))
        refused("another clinic's", a.run("read", a.settings(others, provider), "Patient", OTHERS), "status 403")
        done = b.run("read", b.settings(others, provider), "Patient", OTHERS)
        same("the other's own", json.loads(done.stdout or "{}").get("id"), OTHERS)
        # The same token through a client that shares nothing with ours.
        header = {"Authorization": a.run("token", a.settings(own, provider)).stdout.strip()}
        same("its token, by another client", ask("GET", f"{own}/Patient/{PATIENT}", headers=header,
                                                 ca_file=server.ca_file).status, 200)
        same("its token, for the other clinic", ask("GET", f"{others}/Patient/{OTHERS}", headers=header,
                                                    ca_file=server.ca_file).status, 403)
        server.let(clients={}, provider=provider, audience=AUDIENCE)
        refused("when it may no more", a.run("read", a.settings(own, provider), "Patient", PATIENT), "status 401")


def test_objects(program, folder) -> None:
    authority = Authority(folder / "ca")
    a, stranger = Clinic(program, folder, "clinic-a"), Clinic(program, folder, "stranger")
    file = folder / "object"
    file.write_bytes(b"sealed " * 3000)
    with OidcProvider(authority=authority, clients={"clinic-a": a.public}) as provider, \
            RadosGateway(authority=authority) as server:
        server.make_bucket("smears")
        role = server.trust(provider, bucket="smears/*")
        lent = {"sign_in": "none", "bucket": "smears", "region": server.region, "role": role}
        put = ("put", a.settings(server.url_tls, provider, **lent), "c1", "one", file)
        done = a.run(*put)
        same("an object", (done.returncode, done.stdout, done.stderr), (0, "proven\n", ""))
        # What a role wrote is the role's; another client takes it and reads.
        claim = assertion(a.key_file, "clinic-a", provider.token_url, kid=a.public["kid"])
        token = provider.token("clinic-a", a.key_file, signed=claim).json["access_token"]
        keys = json.loads(server.aws("sts", "assume-role-with-web-identity", "--role-arn", role, "--role-session-name",
                                     "reader", "--web-identity-token", token, "--output", "json").stdout)["Credentials"]
        server.aws("s3", "cp", "s3://smears/c1/one", folder / "back", env={
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"]})
        same("bytes that came back", (folder / "back").read_bytes() == file.read_bytes(), True)
        same("20 minutes off", a.run(*put, faketime="-20m").returncode, 0)
        other = a.settings(server.url_tls, provider, **lent, secret=stranger.key_file.read_text())
        refused("another's key", a.run("put", other, "c1", "two", file), "public key")
        other = a.settings(server.url_tls, provider, **{**lent, "role": role + "-other"})
        same("a role that is not given", a.run("put", other, "c1", "two", file).returncode, DENIED)
        server.make_bucket("others")
        other = a.settings(server.url_tls, provider, **{**lent, "bucket": "others"})
        same("a bucket that is not the role's", a.run("put", other, "c1", "two", file).returncode, DENIED)
        listed = server.aws("s3", "ls", "--recursive", "s3://smears").stdout.split()
        same("nothing else is there", listed[3:], ["c1/one"])


TESTS = {"token": (test_token, ("oidc-provider",)), "records": (test_records, ("oidc-provider", "hapi")),
         "objects": (test_objects, ("oidc-provider", "ceph-rgw"))}


def main() -> int:
    program, names = sys.argv[1], sys.argv[2:] or list(TESTS)
    bad = 0
    print(f"1..{len(names)}", flush=True)
    for number, name in enumerate(names, 1):
        test, peers = TESTS[name]
        if any(without(peer) for peer in peers):
            print(f"ok {number} {name} # SKIP told to go without", flush=True)
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="hemogram-signin-") as folder:
                test(program, pathlib.Path(folder))
            print(f"ok {number} {name}", flush=True)
        except Missing as missing:
            bad += 1
            print(f"# A peer is missing: {missing}\nnot ok {number} {name}", flush=True)
        except Exception:
            bad += 1
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="")
            print(f"not ok {number} {name}", flush=True)
    return 1 if bad else 0


sys.exit(main())
