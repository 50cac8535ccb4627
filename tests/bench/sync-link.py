#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two pictures of 1 MiB over the worst link there is: 256 kbit/s, 600 ms, up 30 s and down 60 s.

Prints how long it took against the time that the bytes alone would take on a link that is never down, and what went
over the wire against what was to be sent. The link is down two thirds of the time: no program is below 2.8 or so."""
import json
import os
import pathlib
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
from clinic import CLI, PASSPHRASE  # noqa: E402
from faults import scratch  # noqa: E402
from laptop import BUCKET, Laptop, Truth, draw  # noqa: E402
from servers import Authority, BadLink, Missing, RadosGateway  # noqa: E402

RATE, RTT_MS, UP, DOWN = 256_000, 600, 30, 60
PICTURES, SIZE = 2, 1 << 20
LIMIT = 900


def make(folder: pathlib.Path) -> Laptop:
    laptop = Laptop(folder / "clinic")
    laptop.init("Far Clinic")
    specimen = laptop.specimen(laptop.patient())
    laptop("image", "add", specimen, "--keep",
           *[draw(folder / f"{number}.jpg", number, SIZE) for number in range(1, PICTURES + 1)])
    return laptop


def watch(link: BadLink, laptop: Laptop) -> float:
    """Until nothing waits; gives the seconds that took, or those of the limit."""
    reader, writer = os.pipe()
    os.write(writer, (PASSPHRASE + "\n").encode())
    os.close(writer)
    process = subprocess.Popen(
        [*link.prefix(), CLI, "--json", "--clinic", laptop.path, "--user", laptop.user, "--passphrase-fd", str(reader),
         "sync", "watch", "--seconds", str(LIMIT)], pass_fds=[reader], stdout=subprocess.PIPE, text=True)
    os.close(reader)
    link.by_time()
    begun = time.monotonic()
    for line in process.stdout:
        lanes = json.loads(line)["lanes"][1:]
        if not any(lane["waiting"] for lane in lanes):
            break
    took = time.monotonic() - begun
    process.kill()
    process.communicate()
    return took


def run(folder: pathlib.Path) -> int:
    authority = Authority(folder / "ca")
    with RadosGateway(authority=authority) as s3, BadLink(RATE, RTT_MS, up=UP, down=DOWN) as link:
        s3.make_bucket(BUCKET)
        laptop = make(folder)
        laptop.set_up(authority.file, f"https://{link.server_address}:{link.expose(s3.port_tls)}", None,
                      (s3.access_key, s3.secret_key))
        before = link.counts()["sent"]
        took = watch(link, laptop)
        wire = link.counts()["sent"] - before
        truth = Truth(laptop, s3, None, None, folder / "bucket")
        wrong = truth.false_objects()
        payload = sum(row[0] for row in laptop.query("bytes", "remote_object"))
        left = laptop.waiting() - sum(1 for row in laptop.queue() if row[0] == 0 and row[1] == "waiting")
    ideal = payload * 8 / RATE
    print(f"sync over {RATE // 1000} kbit/s, {RTT_MS} ms, up {UP} s, down {DOWN} s: {payload} bytes in {took:.0f} s, "
          f"{took / ideal:.2f} times the ideal {ideal:.0f} s; {wire / payload:.3f} times the payload on the wire; "
          f"{left} left, {len(wrong)} false")
    return 1 if wrong else 0


def main() -> int:
    try:
        with scratch() as folder:
            return run(pathlib.Path(folder))
    except Missing as missing:
        print(f"sync over a bad link: not measured: {missing}")
        return 0


if __name__ == "__main__":
    sys.exit(main())
