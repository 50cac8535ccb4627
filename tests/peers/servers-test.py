#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each server that the sync is tested against comes up, does its work for other clients, refuses what it must,
and leaves nothing behind: servers-test.py [NAME...]. A peer that cannot be had fails, unless HEMOGRAM_WITHOUT_PEERS
names it."""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from servers import (Authority, BadLink, FaultProxy, Hapi, Missing, OidcProvider, RadosGateway,  # noqa: E402
                     VersityGateway, assertion, new_key, without)

PATIENT = "5b7f3b5e-6b4e-4a1e-9a64-2c7b8a8f1a11"


def same(what: str, got, wanted) -> None:
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


def curl(server, *words, secret=None, prefix=()) -> str:
    """The status that curl saw, signing for S3."""
    secret = secret or server.secret_key
    done = subprocess.run(
        [*prefix, "curl", "-sS", "--max-time", "60", "--cacert", server.ca_file, "-o", "/dev/null", "-w",
         "%{http_code}", "--aws-sigv4", f"aws:amz:{server.region}:s3", "--user", f"{server.access_key}:{secret}",
         *map(str, words)], capture_output=True, text=True)
    return done.stdout or done.stderr


def gone(server, pids) -> None:
    same("processes left", [pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists()], [])
    same("folder left", server.folder.exists(), False)


def check_s3(server, folder: pathlib.Path) -> None:
    data = hashlib.shake_128(b"tests").digest(200_000)
    file, back = folder / "object", folder / "back"
    file.write_bytes(data)
    server.make_bucket("bucket-one")
    url = f"{server.url_tls}/bucket-one/object"
    # curl signs the body only where its hash is told.
    signed = ("-H", f"x-amz-content-sha256: {hashlib.sha256(data).hexdigest()}")
    same("PUT by curl", curl(server, *signed, "-T", file, url), "200")
    server.aws("s3", "cp", "s3://bucket-one/object", back)
    same("bytes that came back", back.read_bytes() == data, True)
    same("a wrong secret", curl(server, *signed, "-T", file, url, secret="wrong"), "403")
    file.write_bytes(data[:-1] + b"?")
    refused = curl(server, *signed, "-T", file, url)
    same("another body than was signed", refused in ("400", "403"), True)
    late = curl(server, url, prefix=("faketime", "-f", "-20m"))
    same("a clock 20 minutes off", late, "403")
    server.pause()
    stalled = subprocess.run(["curl", "-sS", "--max-time", "2", "-o", "/dev/null", server.url], capture_output=True)
    same("paused, curl", stalled.returncode, 28)
    server.resume()


def test_ceph(folder) -> None:
    with RadosGateway() as server:
        check_s3(server, folder)
        server.stop_gateway(hard=True)
        server.start_gateway()
        same("after the gateway was killed", curl(server, f"{server.url_tls}/bucket-one/object"), "200")
        pids = server.pids()
        report(server)
    gone(server, pids)


def test_versitygw(folder) -> None:
    with VersityGateway() as server:
        check_s3(server, folder)
        server.stop(hard=True)
        server.start()
        same("after it was killed", curl(server, f"{server.url_tls}/bucket-one/object"), "200")
        pids = server.pids()
        report(server)
    gone(server, pids)


def test_sign_in(folder) -> None:
    key, other = folder / "client.key", folder / "other.key"
    public = new_key(key)
    new_key(other)
    with OidcProvider(clients={"clinic-a": public}) as server:
        same("token", server.token("clinic-a", key).status, 200)
        once = assertion(key, "clinic-a", server.token_url)
        same("an assertion", server.token("clinic-a", key, signed=once).status, 200)
        same("the same again", server.token("clinic-a", key, signed=once).status, 401)
        past = assertion(key, "clinic-a", server.token_url, lifetime=-60)
        same("one that expired", server.token("clinic-a", key, signed=past).status, 401)
        same("another's key", server.token("clinic-a", other).status, 401)
        forged = assertion(other, "clinic-a", server.token_url, kid=public["kid"])
        same("another's key, our name for it", server.token("clinic-a", key, signed=forged).status, 401)
        server.register("clinic-b", new_key(other))
        same("a client that was registered later", server.token("clinic-b", other).status, 200)
        pids = server.pids()
        report(server)
    gone(server, pids)


def test_web_identity(folder) -> None:
    """Ceph takes a token of the sign-in server for temporary keys, and no forged one."""
    key = folder / "client.key"
    authority = Authority(folder / "ca")
    with OidcProvider(authority=authority, clients={"clinic-a": new_key(key)}) as provider:
        with RadosGateway(authority=authority) as server:
            role = server.trust(provider)
            token = provider.token("clinic-a", key).json["access_token"]
            words = ("sts", "assume-role-with-web-identity", "--role-arn", role, "--role-session-name", "tests",
                     "--web-identity-token")
            same("a token", server.aws(*words, token, check=False).returncode, 0)
            head, claims, signature = token.split(".")
            forged = f"{head}.{claims[:-4]}AAAA.{signature}"
            same("a forged token is taken", server.aws(*words, forged, check=False).returncode == 0, False)


def patient(**changes) -> dict:
    return {"resourceType": "Patient", "id": PATIENT, "birthDate": "1991", **changes}


def test_hapi(folder) -> None:
    with Hapi(clinics=("clinic-a", "clinic-b")) as server:
        path = f"Patient/{PATIENT}"
        made = server.ask("PUT", path, patient(), clinic="clinic-a")
        same("PUT", (made.status, made.headers.get("etag")), (201, 'W/"1"'))
        same("GET", server.ask("GET", path, clinic="clinic-a").json["birthDate"], "1991")
        same("GET from another clinic", server.ask("GET", path, clinic="clinic-b").status, 404)
        same("what is no date", server.ask("PUT", path, patient(birthDate="1991-13"), clinic="clinic-a").status, 422)
        same("what is no gender", server.ask("PUT", path, patient(gender="rather"), clinic="clinic-a").status, 422)
        old = server.ask("PUT", path, patient(gender="female"), {"If-Match": 'W/"7"'}, clinic="clinic-a")
        same("an update of another version", old.status in (409, 412), True)
        found = server.ask("GET", "Patient?_lastUpdated=ge2020-01-01", clinic="clinic-a").json
        same("found by time", [entry["resource"]["id"] for entry in found["entry"]], [PATIENT])
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [
            {"fullUrl": f"urn:uuid:{PATIENT}", "resource": patient(gender="female"),
             "request": {"method": "PUT", "url": path, "ifMatch": 'W/"1"'}}]}
        same("a transaction", server.ask("POST", "", bundle, clinic="clinic-a").status, 200)
        server.let(bearer={"token-a": "clinic-a", "token-b": "clinic-b"}, basic={"a:secret": "clinic-a"})
        for what, headers, wanted in (
            ("no sign-in", {}, 401), ("its own token", {"Authorization": "Bearer token-a"}, 200),
            ("another clinic's token", {"Authorization": "Bearer token-b"}, 403),
            ("an unknown token", {"Authorization": "Bearer token-c"}, 401),
            ("user and password", {"Authorization": "Basic YTpzZWNyZXQ="}, 200),
            ("a wrong password", {"Authorization": "Basic YTp3cm9uZw=="}, 401),
        ):
            same(what, server.ask("GET", path, headers=headers, clinic="clinic-a").status, wanted)
        with FaultProxy(server.url) as proxy:
            via = ["curl", "-sS", "--cacert", proxy.ca_file, "-H", "Authorization: Bearer token-a",
                   f"{proxy.url_tls}/clinic-a/{path}"]
            same("through the proxy", b'"female"' in subprocess.run(via, capture_output=True).stdout, True)
            proxy.fault("wrong-id")
            same("the wrong id", PATIENT.encode() in subprocess.run(via, capture_output=True).stdout, False)
        report(server)
        server.stop(hard=True)
        server.start()
        server.let_everybody()
        same("after it was killed", server.ask("GET", path, clinic="clinic-a").json["gender"], "female")
        pids = server.pids()
    gone(server, pids)


def test_proxy(folder) -> None:
    file = folder / "body"
    file.write_bytes(b"x" * 300_000)

    def put(proxy, *words):
        done = subprocess.run(
            ["curl", "-sS", "--max-time", "3", "--cacert", proxy.ca_file, "-o", "/dev/null", "-w",
             "%{http_code}", *words, "-T", file, f"{proxy.url_tls}/bucket/key"], capture_output=True, text=True)
        return done.returncode, done.stdout

    wanted = {"portal": (0, "200"), "portal302": (0, "302"), "skew": (0, "403"), "badetag": (0, "200"),
              "acklost": (56, "000"), "trunc": (18, "200"), "denied": (0, "403"), "retry-after": (0, "503"),
              "busy": (0, "503"), "complete-error": (0, "200"), "mute": (28, "000")}
    with FaultProxy() as proxy:
        same("no fault", put(proxy), (0, "200"))
        same("remembered", proxy.memory["/bucket/key"] == file.read_bytes(), True)
        for mode, answer in wanted.items():
            proxy.fault(mode, times=1)
            same(mode, put(proxy), answer)
        proxy.forget()
        for mode, code in (("reset", (55, 56)), ("stall", (28,))):
            proxy.fault(mode, times=1, after=1000)
            same(mode, put(proxy)[0] in code, True)
        same("bytes of bodies", [one.arrived for one in proxy.of("PUT")], [1000, 1000])
        same("no fault again", put(proxy), (0, "200"))
        same("whole bodies", proxy.bodies(), 1)
        same("received at least", 300_000 < proxy.received < 310_000, True)
        proxy.stop()
        same("stopped", put(proxy)[0], 7)
        proxy.start()
        same("started again", put(proxy), (0, "200"))
    with FaultProxy(certificate=Authority(folder / "other").issue("proxy")) as proxy:
        same("another authority's certificate", put(proxy)[0], 60)


def test_link(folder) -> None:
    file = folder / "body"
    file.write_bytes(b"x" * 20_000)
    with BadLink(rate=256_000, rtt_ms=600) as link:
        command = ["curl", "-sS", "--max-time", "20", "-o", "/dev/null", "-w", "%{http_code} %{time_total}", "-T", file,
                   f"http://{link.server_address}:{link.port}/key"]
        with link.serving(file.parent):
            done = link.run(command, capture_output=True, text=True)
        status, seconds = done.stdout.split()
        same("PUT over the link", status, "200")
        same("as slow as it must be", 1.2 < float(seconds) < 10, True)
        counts = link.counts()
        same("counted on the wire", 20_000 < counts["sent"] < 26_000, True)
        with FaultProxy() as proxy:
            link.expose(proxy.port_tls)
            done = link.run(["curl", "-sS", "--max-time", "20", "--cacert", proxy.ca_file, "-o", "/dev/null", "-T", file,
                             f"https://{link.server_address}:{proxy.port_tls}/bucket/key"])
            same("a server of the host over the link", (done.returncode, proxy.bodies()), (0, 1))
        link.down()
        done = link.run(["curl", "-sS", "--max-time", "3", f"http://{link.server_address}:{link.port}/"],
                        capture_output=True)
        same("down", done.returncode, 28)
        pids = link.pids()
    same("processes left", [pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists()], [])


def report(server) -> None:
    print(f"# {server.name}: up in {server.started_in:.1f} s, {server.memory() / 1e6:.0f} MB", flush=True)


TESTS = {"proxy": test_proxy, "link": test_link, "oidc-provider": test_sign_in, "versitygw": test_versitygw,
         "ceph-rgw": test_ceph, "web-identity": test_web_identity, "hapi": test_hapi}


def main() -> int:
    names = sys.argv[1:] or list(TESTS)
    bad = 0
    print(f"1..{len(names)}", flush=True)
    for number, name in enumerate(names, 1):
        if without(name) or (name == "web-identity" and (without("ceph-rgw") or without("oidc-provider"))):
            print(f"ok {number} {name} # SKIP told to go without", flush=True)
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="hemogram-servers-") as folder:
                TESTS[name](pathlib.Path(folder))
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
