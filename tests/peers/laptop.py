# SPDX-License-Identifier: GPL-3.0-or-later
"""A laptop whose clinic syncs with real servers, what its store believes, and what the servers hold."""
import functools
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from clinic import CLI, PASSPHRASE, Clinic
from faults import SMEAR

STORE_TOOL = os.environ.get("HEMOGRAM_STORE_TOOL", "store-tool")
BUCKET = "clinic-images"
SECRET_LANES = ("results", "previews", "originals")


def draw(path: pathlib.Path, seed: int, bytes_least: int = 0) -> pathlib.Path:
    """A drawn field; with comments in the JPEG that make it as large as is asked."""
    subprocess.run([SMEAR, "--seed", str(seed), "--width", "320", "--height", "240", "--out", str(path)], check=True)
    data = path.read_bytes()
    filling = bytearray()
    counter = 0
    while len(data) + len(filling) < bytes_least:
        noise = hashlib.shake_128(b"%d %d" % (seed, counter)).digest(65000)
        filling += b"\xff\xfe" + (len(noise) + 2).to_bytes(2, "big") + noise
        counter += 1
    path.write_bytes(data[:2] + filling + data[2:])
    return path


class Laptop(Clinic):
    """Its clinic in `path`; s3 and fhir are where it sends, for instance through a FaultProxy."""

    def set_up(self, authority, s3=None, fhir=None, keys=None, more=()) -> None:
        if s3 is not None:
            access, secret = keys
            self("sync", "configure", "s3", s3, "--bucket", BUCKET, "--user", access, "--authority", authority,
                 *more, secrets=(PASSPHRASE, secret))
        if fhir is not None:
            self("sync", "configure", "fhir", fhir, "--authority", authority)

    def once(self, *more, **options) -> subprocess.CompletedProcess:
        return self.raw("sync", "once", *more, timeout=300, **options)

    def spawn(self, *arguments) -> subprocess.Popen:
        """The program, running; kill() it."""
        reader, writer = os.pipe()
        os.write(writer, (PASSPHRASE + "\n").encode())
        os.close(writer)
        try:
            return subprocess.Popen(
                [CLI, "--json", "--clinic", str(self.path), "--user", self.user, "--passphrase-fd", str(reader),
                 *map(str, arguments)], pass_fds=[reader], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        finally:
            os.close(reader)

    def query(self, columns: str, rest: str) -> list:
        sql = f"SELECT json_array({columns}) FROM {rest}"
        done = subprocess.run([STORE_TOOL, "query", str(self.path), sql], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def queue(self) -> list:
        """[lane, state, change, kind, object, attempts]"""
        return self.query("queue.lane, queue.state, change.uuid, queue.kind, queue.object, queue.attempts",
                          "queue JOIN change ON change.seq = queue.change ORDER BY queue.seq")

    def waiting(self) -> int:
        return sum(1 for row in self.queue() if row[1] == "waiting")

    def received(self) -> set:
        return {(row[0], row[2]) for row in self.queue() if row[1] == "received"}

    def identity(self, kind: str) -> str:
        return self.query("identity", f"server WHERE kind = '{kind}'")[0][0]

    def add_image(self, specimen: str, file: pathlib.Path) -> None:
        self("image", "add", specimen, "--keep", file)


def sent_resources(proxy) -> dict:
    """(type, id, sha256) of each resource that was sent as it stood in the body, to what it was."""
    found = {}
    decoder = json.JSONDecoder()
    for request in proxy.of("POST"):
        body = request.body
        if request.headers.get("content-encoding") == "gzip":
            try:
                body = gzip.decompress(body)
            except (OSError, EOFError):
                continue
        try:
            text = body.decode()
        except UnicodeDecodeError:
            continue
        at = text.find('"resource":')
        while at >= 0:
            start = at + len('"resource":')
            try:
                resource, end = decoder.raw_decode(text, start)
            except ValueError:
                break
            digest = hashlib.sha256(text[start:end].encode()).hexdigest()
            found[(resource["resourceType"], resource["id"], digest)] = resource
            at = text.find('"resource":', end)
    return found


def plain(resource: dict) -> dict:
    """Without what a server adds."""
    copy = {key: value for key, value in resource.items() if key != "meta"}
    meta = {key: value for key, value in resource.get("meta", {}).items()
            if key not in ("versionId", "lastUpdated", "source")}
    return {**copy, "meta": meta} if meta else copy


class Truth:
    """Compares what a laptop believes with what the servers hold, asked past every proxy."""

    def __init__(self, laptop: Laptop, s3, fhir, fhir_proxy, folder: pathlib.Path, clinic=None):
        self.laptop, self.s3, self.fhir, self.proxy, self.clinic = laptop, s3, fhir, fhir_proxy, clinic
        self.folder = folder
        self.sent, self.seen = {}, set()

    @functools.cache
    def prefix(self) -> str:
        return self.laptop("clinic", "show")["uuid"] + "/"

    def objects(self, anew: bool = True) -> dict:
        """Keys below the clinic's prefix to their bytes; unless anew, what was read before is not read again."""
        if anew:
            shutil.rmtree(self.folder, ignore_errors=True)
        prefix = self.prefix()
        (self.folder / prefix).mkdir(parents=True, exist_ok=True)
        done = self.s3.aws("s3", "sync", "--delete", "--only-show-errors", f"s3://{BUCKET}/{prefix}",
                           self.folder / prefix, tls=False, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the bucket is not read: {done.stderr}")
        return {str(file.relative_to(self.folder)): file.read_bytes()
                for file in self.folder.rglob("*") if file.is_file()}

    @staticmethod
    def whole(objects: dict, key: str):
        """The object in whichever form it has, as its manifest says, or None."""
        if key in objects:
            return objects[key]
        if key + ".manifest" not in objects:
            return None
        manifest = json.loads(objects[key + ".manifest"])
        parts = []
        for number, piece in enumerate(manifest["pieces"], 1):
            part = objects.get(f"{key}.pieces/{manifest['upload']}/{number:05}", b"")
            if hashlib.sha256(part).hexdigest() != piece["sha256"]:
                return None
            parts.append(part)
        return b"".join(parts)

    def resource(self, kind: str, identity: str):
        answer = self.fhir.ask("GET", f"{kind}/{identity}", clinic=self.clinic, tls=False)
        return answer.json if answer.status == 200 else None

    def false_objects(self, anew: bool = True) -> list:
        """What is called received or proven in the bucket and is not there byte for byte."""
        wrong, objects, prefix = [], self.objects(anew), self.prefix()
        known = {(row[0], row[1]): row for row in self.laptop.query(
            "object, lane, key, sha256, proven_us",
            f"remote_object WHERE server = '{self.laptop.identity('s3')}'")}
        for lane, state, _change, _kind, identity, _attempts in self.laptop.queue():
            row = known.get((identity, lane))
            if lane == 0 or state != "received":
                continue
            data = self.whole(objects, prefix + row[2]) if row and row[4] else None
            if data is None or hashlib.sha256(data).hexdigest() != row[3]:
                wrong.append(f"{SECRET_LANES[lane]} {identity}: {'nothing' if data is None else 'other bytes'}")
            elif lane == 2 and data != self.sealed(identity):
                wrong.append(f"original {identity}: not the file of the store")
            elif prefix + row[2] + ".sig" not in objects:
                wrong.append(f"{SECRET_LANES[lane]} {identity}: no signature")
        return wrong

    def sealed(self, identity: str) -> bytes:
        return next((self.laptop.path / "images").rglob(f"{identity}.cms")).read_bytes()

    def extra_objects(self) -> list:
        """What lies in the bucket that nothing refers to, once all is sent: twice there, or left over."""
        objects, prefix = self.objects(), self.prefix()
        wanted = {key for key in objects
                  if key.startswith(tuple(prefix + folder for folder in ("installations/", "recovery/", "audit/")))}
        for (key,) in self.laptop.query("key", "remote_object"):
            wanted.add(prefix + key + ".sig")
            if prefix + key in objects:
                wanted.add(prefix + key)
                continue
            wanted.add(prefix + key + ".manifest")
            manifest = json.loads(objects.get(prefix + key + ".manifest", b'{"pieces":[],"upload":""}'))
            wanted |= {f"{prefix}{key}.pieces/{manifest['upload']}/{number:05}"
                       for number in range(1, len(manifest["pieces"]) + 1)}
        return sorted(set(objects) - wanted)

    def false_records(self, anew: bool = True) -> list:
        """What is called received and is not on the FHIR server as it was sent; unless anew, what was found there
        before is not asked for again."""
        if anew:
            self.seen.clear()
        self.sent.update(sent_resources(self.proxy))
        wrong = [f"the change {row[2]} of {row[4]}: no Provenance" for row in self.laptop.queue()
                 if row[0] == 0 and row[1] == "received" and not self.has_provenance(row[2])]
        bodies = {}
        for (kind, identity, _), body in self.sent.items():
            bodies.setdefault((kind, identity), []).append(plain(body))
        for kind, identity, version in self.laptop.query(
                "type, id, version_id", f"remote_resource WHERE server = '{self.laptop.identity('fhir')}' "
                "AND sha256 IS NOT NULL AND version_id IS NOT NULL"):
            if (kind, identity, version) in self.seen:
                continue
            said = self.false_record(kind, identity, version, bodies.get((kind, identity), []))
            if said:
                wrong.append(f"{kind}/{identity} {said}")
            else:
                self.seen.add((kind, identity, version))
        return wrong

    def has_provenance(self, change: str) -> bool:
        if change not in self.seen and self.resource("Provenance", change) is not None:
            self.seen.add(change)
        return change in self.seen

    def false_record(self, kind: str, identity: str, version: str, bodies: list):
        """Why what is noted of a record is not so, or None."""
        there = self.resource(kind, identity)
        if there is None:
            return "is not there"
        if plain(there) not in bodies:
            return "has another content than was ever sent"
        # A newer one that we sent is a write whose answer was lost.
        if int(there["meta"]["versionId"]) < int(version):
            return f"has version {there['meta']['versionId']}, noted is {version}"
        return None

    def all_ids(self, kind: str) -> list:
        found, path = [], f"{kind}?_count=500&_elements=id"
        while path:
            bundle = self.fhir.ask("GET", path, clinic=self.clinic, tls=False).json
            found += [entry["resource"]["id"] for entry in bundle.get("entry", [])]
            path = None
            for link in bundle.get("link", []):
                if link["relation"] == "next":
                    path = "?" + link["url"].split("?", 1)[1]
        return found

    def extra_records(self) -> list:
        """Records on the server that the store does not know to be there, and ids that are there twice."""
        known = {(kind, identity) for kind, identity in self.laptop.query("type, id", "remote_resource")}
        extra = []
        for kind in sorted({kind for kind, _ in known}):
            ids = self.all_ids(kind)
            extra += [f"{kind}/{identity}" for identity in set(ids) if (kind, identity) not in known]
            if len(ids) != len(set(ids)):
                extra.append(f"{kind}: {len(ids) - len(set(ids))} twice")
        return extra

    def wrong(self, drained: bool = False) -> list:
        found = self.false_objects() + self.false_records()
        if drained:
            found += self.extra_objects() + self.extra_records()
            found += [f"still {row[1]}: {row[3]} {row[4]}" for row in self.laptop.queue() if row[1] != "received"]
        return found


def kill_when(process: subprocess.Popen, ready, seconds: float = 60) -> bool:
    """SIGKILL as soon as ready(); whether it was in time."""
    end = time.monotonic() + seconds
    while process.poll() is None and not ready() and time.monotonic() < end:
        time.sleep(0.01)
    running = process.poll() is None
    if running:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return running
