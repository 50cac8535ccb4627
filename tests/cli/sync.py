# SPDX-License-Identifier: GPL-3.0-or-later
"""The sync as it is set up, tried, run and watched from the command line: words and exit codes."""
import copy
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "ui"))
import fhirserver  # noqa: E402
from clinic import CLI, PASSPHRASE, Clinic  # noqa: E402
from faults import Tap, draw_fields, scratch  # noqa: E402
from servers import Authority, FaultProxy  # noqa: E402

tap = Tap()
SECRET = "a secret that is never an argument"
TECH = "the technician's own words"


def says(clinic: Clinic, code: int, word: str, name: str, *arguments, **options) -> subprocess.CompletedProcess:
    done = clinic.raw(*arguments, **options)
    tap.result(done.returncode == code and word in done.stderr + done.stdout, name,
               f"exit {done.returncode}, not {code}; {word!r} in: {done.stdout}{done.stderr}")
    return done


def lanes(clinic: Clinic) -> dict:
    return {lane["lane"]: lane for lane in clinic("sync", "status")["lanes"]}


def nothing_set_up(clinic: Clinic) -> None:
    status = clinic("sync", "status")
    tap.result(not status["set_up"] and "reached" not in status and lanes(clinic)["results"]["waiting"] > 0,
               "without a server all waits, and the status says so", json.dumps(status))
    says(clinic, 5, "No server is set up", "sync once says that there is no server", "sync", "once")
    says(clinic, 5, "No server is set up", "and sync watch", "sync", "watch", "--seconds", "1")
    says(clinic, 5, "no such server", "and sync test", "sync", "test", "fhir")
    says(clinic, 5, "no such server", "and sync configure --remove", "sync", "configure", "s3", "--remove")
    says(clinic, 2, "fhir (for records)", "another kind of server is none", "sync", "test", "ftp")


def wrong_settings(clinic: Clinic, base: pathlib.Path) -> None:
    (base / "no.pem").write_text("nothing")
    for name, word, words in (
        ("an address is needed", "address", ("fhir",)),
        ("http to another computer is refused", "https", ("fhir", "http://fhir.example.org/r4")),
        ("an address that is none", "", ("fhir", "no address")),
        ("a bucket is needed", "bucket", ("s3", "https://s3.example.org", "--user", "k")),
        ("a sign-in that is none", "none, basic", ("fhir", "https://fhir.example.org", "--sign-in", "magic")),
        ("a name is needed for basic", "name", ("fhir", "https://fhir.example.org", "--sign-in", "basic")),
        ("hours that are none", "Hours", ("fhir", "https://fhir.example.org", "--hours", "20-26")),
        ("hours that are words", "Hours", ("fhir", "https://fhir.example.org", "--hours", "night")),
        ("kilobits below nothing", "Kilobits", ("fhir", "https://fhir.example.org", "--kilobits", "-1")),
        ("certificates that are none", "", ("fhir", "https://fhir.example.org", "--authority", base / "no.pem")),
        ("no address with --remove", "needs no address", ("fhir", "https://fhir.example.org", "--remove")),
    ):
        says(clinic, 2, word, name, "sync", "configure", *words, secrets=(PASSPHRASE, SECRET))
    says(clinic, 5, "", "a file of certificates that is not there", "sync", "configure", "fhir", "https://x.example.org",
         "--authority", base / "absent.pem")
    says(clinic, 3, "", "a secret that was not given", "sync", "configure", "s3", "https://x.example.org", "--bucket",
         "b", "--user", "k")
    tap.result(not clinic("sync", "status")["set_up"], "none of it is kept")


def settings(clinic: Clinic, tech: Clinic, base: pathlib.Path) -> None:
    url = ("sync", "configure", "s3", "https://localhost:1", "--bucket", "one", "--user", "key")
    says(tech, 4, "administrator", "a technician sets up no server", *url, secrets=(TECH, SECRET))
    first = clinic(*url, secrets=(PASSPHRASE, SECRET))
    tap.result(first["another"] and SECRET not in json.dumps(first), "an administrator does", json.dumps(first))
    (base / "secret").write_text(SECRET + "\n")
    with open(base / "secret") as file:
        reader, writer = os.pipe()
        os.write(writer, (PASSPHRASE + "\n").encode())
        os.close(writer)
        done = subprocess.run(
            [CLI, "--json", "--clinic", str(clinic.path), "--user", "admin", "--passphrase-fd", str(reader), *url,
             "--secret-fd", str(file.fileno()), "--hours", "20-6", "--kilobits", "256", "--metered"],
            pass_fds=[reader, file.fileno()], capture_output=True, text=True)
        os.close(reader)
    tap.result(done.returncode == 0 and json.loads(done.stdout)["another"] is False,
               "a secret from a descriptor; the same server stays the same", done.stdout + done.stderr)
    again = clinic(*url, "--kilobits", "512")
    tap.result(again["another"] is False, "the secret that is kept stays", json.dumps(again))
    other = clinic("sync", "configure", "s3", "https://localhost:1", "--bucket", "two", "--user", "key")
    tap.result(other["another"] is True, "another bucket is another server", json.dumps(other))
    made = clinic("sync", "configure", "fhir", "https://localhost:1/fhir", "--sign-in", "smart", "--user", "clinic-a",
                  "--make-key")
    kept = clinic("sync", "configure", "fhir", "https://localhost:1/fhir", "--sign-in", "smart", "--user", "clinic-a")
    key = json.loads(made["public_keys"])["keys"][0]
    tap.result(key["crv"] == "P-384" and "d" not in key and kept["public_keys"] == made["public_keys"],
               "a key is made here, its public part is told, and it stays", json.dumps(made))
    hits = [str(file) for file in clinic.path.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]
    tap.result(not hits, "the secret is nowhere in plain", str(hits))


def offline(clinic: Clinic, tech: Clinic) -> None:
    clinic("sync", "configure", "fhir", "https://localhost:1/fhir", "--sign-in", "none")
    before = lanes(clinic)
    says(tech, 10, "", "offline, a technician's sync once says so", "sync", "once", secrets=(TECH,))
    says(clinic, 10, "not reached", "and sync test", "sync", "test", "fhir")
    for lane in ("results", "previews", "originals"):
        says(clinic, 10, "", f"and the lane of {lane} alone", "sync", "once", "--lane", lane)
    says(clinic, 2, "lane is", "a lane that is none", "sync", "once", "--lane", "urgent")
    after = lanes(clinic)
    tap.result("not reached" in after["results"]["failure"] and "not reached" in after["originals"]["failure"],
               "the status says what hinders each lane", json.dumps(after))
    tap.result({name: lane["waiting"] for name, lane in before.items()} ==
               {name: lane["waiting"] for name, lane in after.items()}, "all waits as before", json.dumps(after))
    says(tech, 0, "", "a technician pauses", "sync", "pause", secrets=(TECH,))
    tap.result(clinic("sync", "status")["paused"], "which is kept")
    says(clinic, 6, "paused", "and nothing is sent", "sync", "once")
    says(clinic, 0, "", "until it goes on", "sync", "resume")
    says(clinic, 10, "", "and is tried again", "sync", "once")


def shelf(clinic: Clinic) -> None:
    tap.result(clinic("sync", "shelf") == [], "the shelf is empty")
    tap.result(clinic("sync", "retry")["moved"] == 0, "there is nothing to try again")
    says(clinic, 6, "not on the shelf", "nor an item of that number", "sync", "retry", "1")
    says(clinic, 2, "", "nor one of a name", "sync", "retry", "everything")


def others(clinic: Clinic) -> None:
    number = clinic("worklist")[0]
    tap.result(number["safety"] == "saved" and clinic("sync", "conflicts") == [] and
               clinic("sync", "others", number["specimen"]) == [], "nobody else wrote anything", json.dumps(number))
    says(clinic, 5, "", "no case of that number", "sync", "others", "26X9-0001")
    says(clinic, 5, "", "no version of that number is settled", "sync", "settle", "7", "ours", "--seen", "0")
    says(clinic, 2, "ours, theirs", "nor by a field that is none", "sync", "settle", "7", "shoe size")
    says(clinic, 2, "", "nor one of a name", "sync", "settle", "newest", "ours", "--seen", "0")
    says(clinic, 2, "--seen", "nor one that nobody looked at", "sync", "settle", "7", "ours")
    says(clinic, 5, "No server is set up for pictures", "no picture without a server", "sync", "fetch", number["uuid"],
         clinic.path.parent / "fetched.jpg")


def wrong_servers(clinic: Clinic, base: pathlib.Path) -> None:
    authority = Authority(base / "ca")
    with FaultProxy(authority=authority, folder=base / "proxy") as proxy:
        clinic("sync", "configure", "fhir", proxy.url_tls)
        says(clinic, 11, "authority", "a certificate of nobody that is trusted", "sync", "test", "fhir")
        clinic("sync", "configure", "fhir", proxy.url_tls, "--authority", authority.file)
        for mode, code, words in (("portal", 10, ""), ("portal302", 10, ""), ("busy", 10, "")):
            rule = proxy.fault(mode)
            says(clinic, code, words, f"{mode}: the test does not pass", "sync", "test", "fhir")
            says(clinic, code, words, f"{mode}: nothing is sent", "sync", "once", "--lane", "results")
            rule.left = 0
        proxy.fault("denied")
        done = says(clinic, 11, "", "not let in", "sync", "test", "fhir")
        steps = {step["step"]: step["passed"] for step in json.loads(done.stdout)}
        tap.result(steps == {"name": True, "tls": True, "clock": True, "sign-in": False},
                   "each step has its word, and the first that fails is the last", done.stdout)
        waiting = lanes(clinic)["results"]["waiting"]
        says(clinic, 11, "", "and sync once says so", "sync", "once", "--lane", "results")
        tap.result(lanes(clinic)["results"]["waiting"] == waiting, "all waits as before")


def watch(clinic: Clinic) -> None:
    begun = time.monotonic()
    done = clinic.raw("sync", "watch", "--seconds", "2")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    tap.result(done.returncode == 0 and lines and all("lanes" in line for line in lines),
               f"sync watch ends after its time ({time.monotonic() - begun:.0f} s)", done.stdout + done.stderr)
    reader, writer = os.pipe()
    os.write(writer, (PASSPHRASE + "\n").encode())
    os.close(writer)
    process = subprocess.Popen([CLI, "--clinic", str(clinic.path), "--user", "admin", "--passphrase-fd", str(reader),
                                "sync", "watch"], pass_fds=[reader], stdout=subprocess.PIPE, text=True)
    os.close(reader)
    line = process.stdout.readline()
    tap.result("results" in line and "previews" in line, "it prints a line for people", line)
    says(clinic, 8, "", "while it runs nobody else has the clinic open", "sync", "status")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    tap.result(process.returncode == 0, "Ctrl+C ends it in order", str(process.returncode))


def sign_programme(base: pathlib.Path, serial: int, **content) -> pathlib.Path:
    """What the programme's office does with openssl."""
    key, certificate, file = base / "programme.key", base / "programme.pem", base / f"programme-{serial}"
    if not key.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=Programme", "-days", "30", "-keyout", key, "-out", certificate], check=True,
                       capture_output=True)
    (base / "content").write_text(json.dumps({
        "format": "hemogram-programme-1", "programme": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "name": "National",
        "serial": serial, **content}))
    subprocess.run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-md", "sha256", "-signer", certificate, "-inkey",
                    key, "-in", base / "content", "-outform", "DER", "-out", file], check=True, capture_output=True)
    return file


def programme(clinic: Clinic, tech: Clinic, base: pathlib.Path) -> None:
    csv = clinic("ranges", "show")["csv"].splitlines()
    cells = csv[1].split(",")
    cells[9] = str(int(cells[9]) + 5)
    file = sign_programme(base, 2, ranges="\n".join([csv[0], ",".join(cells), *csv[2:]]) + "\n",
                          servers={"s3": {"url": "https://localhost:2", "bucket": "national"}})
    says(tech, 4, "", "a technician is shown no programme", "programme", "show", file, secrets=(TECH,))
    shown = clinic("programme", "show", file)
    kinds = sorted(effect["what"] for effect in shown["effects"])
    tap.result(kinds == ["range", "range", "server"] and not shown["trusted"], "the effect of a programme is shown",
               json.dumps(shown)[:800])
    says(clinic, 2, "show", "which has to be seen first", "programme", "accept", file)
    says(clinic, 4, "trusts", "and the signer trusted", "programme", "accept", file, "--seen", shown["seen"])
    says(clinic, 6, "", "and what was seen be what is taken", "programme", "accept", file, "--seen", "0" * 16, "--trust",
         shown["signer"])
    clinic("programme", "accept", file, "--seen", shown["seen"], "--trust", shown["signer"])
    again = clinic("programme", "show", file)
    tap.result(again["trusted"] and not again["effects"] and ",".join(cells[:10]) in clinic("ranges", "show")["csv"],
               "then it is in use, and nothing is left to change", json.dumps(again))
    older = sign_programme(base, 1)
    seen = clinic("programme", "show", older)["seen"]
    says(clinic, 6, "newer", "an older one is refused", "programme", "accept", older, "--seen", seen)
    file.write_bytes(file.read_bytes().replace(b"National", b"Personal"))
    says(clinic, 7, "", "a changed one is none", "programme", "show", file)


def removed(clinic: Clinic) -> None:
    says(clinic, 0, "", "a server is removed", "sync", "configure", "fhir", "--remove")
    tap.result(not lanes(clinic)["results"]["server"] and lanes(clinic)["previews"]["server"], "that one alone")
    done = clinic.raw("verify")
    tap.result(done.returncode == 0, "and the clinic is whole", done.stdout + done.stderr)


def left(clinic: Clinic, base: pathlib.Path) -> None:
    """A server that alone has originals of this laptop is not left unsaid."""
    here, there = ("sync", "configure", "s3", "https://localhost:3"), ("--bucket", "mine", "--user", "key")
    clinic(*here, *there, secrets=(PASSPHRASE, SECRET))
    gone = subprocess.run([os.environ["HEMOGRAM_PRUNED"], str(clinic.path), PASSPHRASE], capture_output=True, text=True)
    tap.result(len(gone.stdout.split()) == 1, "an original was taken off", gone.stdout + gone.stderr)
    says(clinic, 6, "original of 1 picture", "another server is refused", *here, "--bucket", "other", "--user", "key",
         secrets=(PASSPHRASE, SECRET))
    says(clinic, 6, "--force", "and none", "sync", "configure", "s3", "--remove")
    file = sign_programme(base, 3, servers={"s3": {"url": "https://localhost:4", "bucket": "national"}})
    says(clinic, 6, "original of 1 picture", "nor does a programme leave it", "programme", "accept", file, "--seen",
         clinic("programme", "show", file)["seen"])
    tap.result(clinic(*here, *there, "--kilobits", "64")["another"] is False, "the same server is changed as ever")
    other = clinic(*here, "--bucket", "other", "--user", "key", "--force", secrets=(PASSPHRASE, SECRET))
    tap.result(other["another"], "a person may leave it", json.dumps(other))
    says(clinic, 0, "", "and what is left then has none", "sync", "configure", "s3", "--remove")


def settle(clinic: Clinic, server: fhirserver.Server) -> None:
    """What is decided of is what was listed: not what was changed here since."""
    server.start()
    clinic("sync", "configure", "fhir", server.url)
    clinic("sync", "once", "--lane", "results")
    with server.lock:
        name = next(name for name in server.resources if name.startswith("Patient/"))
        theirs = copy.deepcopy(server.resources[name])
        theirs["telecom"] = [{"system": "phone", "value": "0733 000 222"}]
        theirs["meta"] = {"versionId": str(int(theirs["meta"]["versionId"]) + 1),
                          "lastUpdated": "2026-11-21T10:00:00.000Z", "source": "Station B"}
        server.resources[name] = theirs
    patient = name.split("/")[1]
    clinic("patient", "edit", patient, "--phone", "0722 000 111")
    clinic("sync", "once", "--lane", "results")
    listed = clinic("sync", "conflicts")
    tap.result(len(listed) == 1 and listed[0]["id"] == patient, "a telephone number of both waits", json.dumps(listed))
    settled = ("sync", "settle", listed[0]["item"])
    clinic("patient", "edit", patient, "--phone", "0722 000 999")
    for choice in ("ours", "theirs", "phone"):
        says(clinic, 6, "changed here meanwhile", f"'{choice}' of what was changed since is refused", *settled, choice,
             "--seen", listed[0]["seen"])
    shown = clinic("patient", "show", patient)
    again = clinic("sync", "conflicts")
    tap.result("0722 000 999" in json.dumps(shown) and len(again) == 1 and again[0]["seen"] != listed[0]["seen"],
               "nothing was written, and it waits still", json.dumps(again))
    says(clinic, 0, "", "what is listed now is decided of", *settled, "phone", "--seen", again[0]["seen"])
    shown = clinic("patient", "show", patient)
    tap.result("0733 000 222" in json.dumps(shown) and clinic("sync", "conflicts") == [], "theirs stands",
               json.dumps(shown))


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        clinic, tech = Clinic(base / "clinic"), Clinic(base / "clinic", "tech")
        clinic.init()
        clinic("user", "add", "tech", "The Technician", "--role", "technician", secrets=(PASSPHRASE, TECH))
        clinic.day(draw_fields(base, 1))
        nothing_set_up(clinic)
        others(clinic)
        wrong_settings(clinic, base)
        settings(clinic, tech, base)
        offline(clinic, tech)
        shelf(clinic)
        wrong_servers(clinic, base)
        watch(clinic)
        programme(clinic, tech, base)
        with fhirserver.Server() as server:
            settle(clinic, server)
        removed(clinic)
        left(clinic, base)
    return tap.finish()


sys.exit(main())
