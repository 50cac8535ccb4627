#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sync over links where nothing else works: sync-link.py [turns] [loss] [kill], all where none is named.

turns  two pictures of 1 MiB over the worst link there is: 256 kbit/s, 600 ms, up 30 s and down 60 s. Down two thirds
       of the time: no program is below 2.8 times the time that the bytes alone take on one that is never down.
loss   the same over one that is always up and loses 15 packets of 100 each way: none is below 1.18 on the wire
kill   a picture of 40 MiB over 20 Mbit/s; the program is killed in the middle and started again

Prints what is reached and what is wanted. Fails on what is called received and is not there, on nothing else."""
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
from servers import Authority, BadLink, FaultProxy, Missing, RadosGateway  # noqa: E402

RATE, RTT_MS, UP, DOWN = 256_000, 600, 30, 60
LOSS = 15
PICTURES, SIZE = 2, 1 << 20
LARGE, FAST, NEAR_MS = 40 << 20, 20_000_000, 40
LIMIT = 900


class Watch:
    """The program as it syncs on the laptop's side of the link."""

    def __init__(self, link: BadLink, laptop: Laptop):
        reader, writer = os.pipe()
        os.write(writer, (PASSPHRASE + "\n").encode())
        os.close(writer)
        self.process = subprocess.Popen(
            [*link.prefix(), CLI, "--json", "--clinic", laptop.path, "--user", laptop.user,
             "--passphrase-fd", str(reader), "sync", "watch", "--seconds", str(LIMIT)],
            pass_fds=[reader], stdout=subprocess.PIPE, text=True)
        os.close(reader)

    def until_sent(self) -> None:
        """Until nothing waits, or it ends by itself."""
        for line in self.process.stdout:
            if not any(lane["waiting"] for lane in json.loads(line)["lanes"][1:]):
                break
        self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class Clinic:
    """A laptop with drawn pictures that sends over a link to a gateway, or to `port` before it."""

    def __init__(self, folder: pathlib.Path, authority: Authority, s3: RadosGateway, link: BadLink, sizes: list,
                 port: int = 0):
        folder.mkdir()
        self.folder, self.s3, self.link = folder, s3, link
        self.laptop = Laptop(folder / "clinic")
        self.laptop.init("Far Clinic")
        specimen = self.laptop.specimen(self.laptop.patient())
        self.laptop("image", "add", specimen, "--keep",
                    *[draw(folder / f"{number}.jpg", number, size) for number, size in enumerate(sizes, 1)])
        self.laptop.set_up(authority.file, f"https://{link.server_address}:{link.expose(port or s3.port_tls)}", None,
                           (s3.access_key, s3.secret_key))
        self.before = link.counts()["sent"]
        self.begun = time.monotonic()

    def end(self) -> tuple:
        """Seconds since the link was there, bytes that were to be sent, that left, items that still wait, and
        what is called received and is not."""
        took = time.monotonic() - self.begun
        wire = self.link.counts()["sent"] - self.before
        wrong = Truth(self.laptop, self.s3, None, None, self.folder / "bucket").false_objects()
        payload = sum(row[0] for row in self.laptop.query("bytes", "remote_object"))
        left = sum(1 for row in self.laptop.queue() if row[0] != 0 and row[1] == "waiting")
        return took, payload, wire, left, wrong


def tell(left: int, wrong: list) -> int:
    print(f"  {left} left, {len(wrong)} false", flush=True)
    return 1 if wrong else 0


def turns(folder: pathlib.Path, authority: Authority, s3: RadosGateway) -> int:
    with BadLink(RATE, RTT_MS, up=UP, down=DOWN) as link:
        far = Clinic(folder, authority, s3, link, [SIZE] * PICTURES)
        watch = Watch(link, far.laptop)
        link.by_time()
        far.begun = time.monotonic()
        watch.until_sent()
        took, payload, wire, left, wrong = far.end()
    ideal = payload * 8 / RATE
    print(f"sync over {RATE // 1000} kbit/s, {RTT_MS} ms, up {UP} s, down {DOWN} s: {payload} bytes in {took:.0f} s\n"
          f"  {took / ideal:.2f} times the ideal {ideal:.0f} s (at most 4.0, aim 3.2)\n"
          f"  {wire / payload:.3f} times the payload on the wire (at most 1.35, aim 1.15)")
    return tell(left, wrong)


def loss(folder: pathlib.Path, authority: Authority, s3: RadosGateway) -> int:
    with BadLink(RATE, RTT_MS, loss=LOSS) as link:
        far = Clinic(folder, authority, s3, link, [SIZE] * PICTURES)
        Watch(link, far.laptop).until_sent()
        took, payload, wire, left, wrong = far.end()
    with open("/proc/sys/net/ipv4/tcp_congestion_control") as file:
        control = file.read().strip()
    print(f"sync over {RATE // 1000} kbit/s, {RTT_MS} ms, {LOSS} % lost each way, by {control}: {payload} bytes in "
          f"{took:.0f} s, {took * RATE / 8 / payload:.2f} times the ideal\n"
          f"  {wire / payload:.3f} times the payload on the wire (at most 1.30)")
    return tell(left, wrong)


def count_bodies(proxy: FaultProxy) -> int:
    """Bytes of pictures that came, whole or not."""
    return sum(request.arrived for request in proxy.of("PUT", "/images/"))


def kill(folder: pathlib.Path, authority: Authority, s3: RadosGateway) -> int:
    with FaultProxy(s3.url, authority) as proxy, BadLink(FAST, NEAR_MS, queue=200) as link:
        far = Clinic(folder, authority, s3, link, [LARGE], proxy.port_tls)
        watch = Watch(link, far.laptop)
        while count_bodies(proxy) < LARGE // 2 and watch.process.poll() is None:
            time.sleep(0.01)
        watch.kill()
        before = count_bodies(proxy)
        Watch(link, far.laptop).until_sent()
        took, _, wire, left, wrong = far.end()
        sent = count_bodies(proxy)
        file = far.laptop.query("bytes", "remote_object WHERE lane = 2")[0][0]
    print(f"sync over {FAST // 1_000_000} Mbit/s, {NEAR_MS} ms, killed at {before / file * 100:.0f} % of {file} bytes, "
          f"begun again, {took:.0f} s in all\n"
          f"  {sent / file:.4f} times the file was sent (at most 1.02); {wire / file:.3f} times on the wire")
    return tell(left, wrong)


def main(names: list) -> int:
    wanted = [globals()[name] for name in names or ("turns", "loss", "kill")]
    try:
        with scratch() as name:
            folder = pathlib.Path(name)
            authority = Authority(folder / "ca")
            with RadosGateway(authority=authority) as s3:
                s3.make_bucket(BUCKET)
                return max(scenario(folder / scenario.__name__, authority, s3) for scenario in wanted)
    except Missing as missing:
        print(f"sync over a bad link: not measured: {missing}")
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
