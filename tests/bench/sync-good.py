#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""500 pictures over a good link, in one run with curl, rclone and awscli: time, work and memory of each.

The same gateway, by TLS over loopback, and the same objects: those that the program put there, each picture with its
preview and the signatures of both, go by the others to places of their own. HEMOGRAM_BENCH_IMAGES makes it smaller.
All find the gateway warm.

Ours is measured from its start, the opening of the clinic included, which alone takes 64 MiB for a moment; its memory
is that of the sync, from its first word on. Fails on what is called received and is not there, on nothing else.

curl is one process with one connection, hashes nothing and proves nothing: its payload is unsigned. Ours signs the
SHA-256 of what it sends, and compares what the gateway says of it with the MD5, both noted when a picture was sealed;
besides it seals and signs 500 previews, and writes down what was received. What hashing everything once would take is
told beside it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "peers"), str(HERE / "faults")]
sys.dont_write_bytecode = True
BUILD = pathlib.Path(os.environ.get("HEMOGRAM_BUILD", HERE.parent / "build"))
os.environ.setdefault("HEMOGRAM_CLI", str(BUILD / "ui/cli/hemogram-cli"))
os.environ.setdefault("HEMOGRAM_DRAW_SMEAR", str(BUILD / "resources/demo/hemo-draw-smear"))
os.environ.setdefault("HEMOGRAM_STORE_TOOL", str(BUILD / "tests/faults/store-tool"))
from faults import scratch  # noqa: E402
from laptop import BUCKET, Laptop, Truth, draw  # noqa: E402
from servers import Authority, Missing, RadosGateway  # noqa: E402

IMAGES, SIZE = int(os.environ.get("HEMOGRAM_BENCH_IMAGES", "500")), 512 << 10
AT_A_TIME = 50


class Spent:
    """What a program took: seconds that passed, seconds on the processor, MiB at the most."""

    def __init__(self, process: subprocess.Popen, until=None):
        """until(self): gives True when it has done its work; then it is killed. Else it ends by itself."""
        self.peak, begun = 0.0, time.monotonic()
        self.wall = self.cpu = None
        while self.wall is None:
            done = until is not None and until(self)
            if done:
                self.wall = time.monotonic() - begun
                process.kill()
            ended, status, usage = os.wait4(process.pid, 0 if done else os.WNOHANG)
            if ended == 0:
                self.peak = max(self.peak, self.high_water(process.pid))
                time.sleep(0.02)
                continue
            self.wall = self.wall or time.monotonic() - begun
            self.cpu = usage.ru_utime + usage.ru_stime
            process.returncode = os.waitstatus_to_exitcode(status)
        self.failed = not done and process.returncode != 0

    @staticmethod
    def high_water(pid: int) -> float:
        try:
            with open(f"/proc/{pid}/status") as status:
                return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")), 0.0)
        except (FileNotFoundError, ProcessLookupError):
            return 0.0


def make(folder: pathlib.Path) -> Laptop:
    laptop = Laptop(folder / "clinic")
    laptop.init("Good Clinic")
    specimen = laptop.specimen(laptop.patient())
    for first in range(0, IMAGES, AT_A_TIME):
        files = [draw(folder / f"{number}.jpg", number + 1, SIZE)
                 for number in range(first, min(first + AT_A_TIME, IMAGES))]
        laptop.raw("image", "add", specimen, "--keep", *files, timeout=600).check_returncode()
        for file in files:
            file.unlink()
    return laptop


def send(laptop: Laptop) -> Spent:
    process = laptop.spawn("sync", "watch", "--seconds", "1800")
    os.set_blocking(process.stdout.fileno(), False)
    heard = []

    def is_done(spent: Spent) -> bool:
        line = process.stdout.readline()
        if line and not heard:
            heard.append(line)
            # What it took before is not of the sync.
            pathlib.Path(f"/proc/{process.pid}/clear_refs").write_text("5")
            spent.peak = 0.0
        return bool(line) and line.endswith("\n") and not any(
            lane["waiting"] for lane in json.loads(line)["lanes"][1:])

    return Spent(process, is_done)


def warm(s3: RadosGateway, folder: pathlib.Path) -> None:
    """The first objects that a new gateway gets take it a second: they are nobody's."""
    file = draw(folder / "warm.jpg", 0, SIZE)
    for name in ("first", "second"):
        s3.aws("s3", "cp", "--only-show-errors", file, f"s3://{BUCKET}/{name}")
        s3.aws("s3", "rm", "--only-show-errors", f"s3://{BUCKET}/{name}")


def fetch(s3: RadosGateway, folder: pathlib.Path) -> list:
    """What our program put there, to `folder`: its files."""
    s3.aws("s3", "sync", "--only-show-errors", f"s3://{BUCKET}/", folder, tls=False)
    return sorted(file for file in folder.rglob("*") if file.is_file())


def others(s3: RadosGateway, folder: pathlib.Path, files: list, scratch_folder: pathlib.Path) -> dict:
    """Commands that put the same to places of their own, by name."""
    listed = scratch_folder / "curl.conf"
    with open(listed, "w") as config:
        for file in files:
            config.write(f'url = "{s3.url_tls}/{BUCKET}/curl/{file.relative_to(folder)}"\nupload-file = "{file}"\n')
    found = {
        "curl": ["curl", "--silent", "--show-error", "--fail", "--cacert", s3.ca_file, "--user",
                 f"{s3.access_key}:{s3.secret_key}", "--aws-sigv4", f"aws:amz:{s3.region}:s3", "--config", listed],
        "rclone": ["rclone", "copy", folder, f":s3:{BUCKET}/rclone", "--config", "/dev/null", "--s3-provider", "Ceph",
                   "--s3-endpoint", s3.url_tls, "--s3-region", s3.region, "--s3-no-check-bucket", "--ca-cert",
                   s3.ca_file, "--s3-access-key-id", s3.access_key, "--s3-secret-access-key", s3.secret_key, "--quiet"],
        "awscli": ["aws", "--endpoint-url", s3.url_tls, "s3", "cp", "--recursive", "--only-show-errors", folder,
                   f"s3://{BUCKET}/awscli/"],
    }
    return {name: command for name, command in found.items() if shutil.which(command[0]) is not None
            or print(f"  {name} is not here (packages-bench, packages-peers)")}


def tell(name: str, spent: Spent, ours: Spent, opening: Spent) -> None:
    if spent.failed:
        print(f"  {name:8} failed")
        return
    print(f"  {name:8} {spent.wall:7.1f} s, {spent.cpu:7.2f} s on the processor, {spent.peak:6.1f} MiB; ours is "
          f"{ours.wall / spent.wall:.2f}, {ours.cpu / spent.cpu:.2f} ({(ours.cpu - opening.cpu) / spent.cpu:.2f} without "
          f"the opening) and {ours.peak / spent.peak:.2f} times that", flush=True)


def tell_hashes(files: list, curl: Spent, ours: Spent, opening: Spent) -> None:
    """What it would take to hash what was sent."""
    spent = [Spent(subprocess.Popen(["openssl", "dgst", digest, *files], stdout=subprocess.DEVNULL)).cpu
             for digest in ("-sha256", "-md5")]
    print(f"  SHA-256  {spent[0]:.2f} s on the processor, MD5 {spent[1]:.2f} s; without the opening ours is "
          f"{(ours.cpu - opening.cpu) / (curl.cpu + sum(spent)):.2f} times curl with both", flush=True)


def run(folder: pathlib.Path) -> int:
    authority = Authority(folder / "ca")
    with RadosGateway(authority=authority) as s3:
        s3.make_bucket(BUCKET)
        warm(s3, folder)
        laptop = make(folder)
        laptop.set_up(authority.file, s3.url_tls, None, (s3.access_key, s3.secret_key))
        opening = Spent(laptop.spawn("sync", "status"))
        ours = send(laptop)
        wrong = Truth(laptop, s3, None, None, folder / "bucket").false_objects()
        left = sum(1 for row in laptop.queue() if row[0] != 0 and row[1] != "received")
        shutil.rmtree(folder / "bucket", ignore_errors=True)
        files = fetch(s3, folder / "objects")
        size = sum(file.stat().st_size for file in files)
        print(f"{IMAGES} pictures in {len(files)} objects of {size / 1e6:.0f} MB over loopback with TLS; {left} left, "
              f"{len(wrong)} false\n"
              f"  ours     {ours.wall:7.1f} s, {ours.cpu:7.2f} s on the processor, {ours.peak:6.1f} MiB (at most 40); of it "
              f"the opening {opening.wall:.1f} s, {opening.cpu:.2f} s", flush=True)
        for name, command in others(s3, folder / "objects", files, folder).items():
            # rclone has its own way to an authority, and fails where awscli's is set.
            environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
            if name == "awscli":
                environment.update(s3.client_env())
            process = subprocess.Popen([str(word) for word in command], env=environment, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL)
            spent = Spent(process)
            tell(name, spent, ours, opening)
            if name == "curl" and not spent.failed:
                tell_hashes(files, spent, ours, opening)
        print("  wanted: on the processor at most 2 times curl's and below rclone's, time not above rclone's")
    return 1 if wrong else 0


def main() -> int:
    try:
        with scratch() as folder:
            return run(pathlib.Path(folder))
    except Missing as missing:
        print(f"sync over a good link: not measured: {missing}")
        return 0


if __name__ == "__main__":
    sys.exit(main())
