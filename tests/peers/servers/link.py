# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad link between two network namespaces: what runs in one reaches the other over it alone."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from .base import HERE, Broken, Missing, build_step, built, needs

SINK = """
import http.server, pathlib, sys
class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"])); self.answer()
    def do_GET(self):
        self.answer()
    def answer(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Sink).serve_forever()
"""

# Passes connections on: from the far side of the link to a socket in the file system, from there to loopback.
PASS_ON = """
import asyncio, sys
where, to = sys.argv[1:3]
async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data); await writer.drain()
        writer.write_eof()
    except (OSError, NotImplementedError):
        writer.close()
async def serve(reader, writer):
    try:
        there = await (asyncio.open_unix_connection(to) if "/" in to else asyncio.open_connection("127.0.0.1", to))
    except OSError:
        writer.close(); return
    await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))
    writer.close(); there[1].close()
async def main():
    listen = asyncio.start_unix_server if "/" in where else lambda f, p: asyncio.start_server(f, "0.0.0.0", p)
    async with await listen(serve, where) as server:
        print("ready", flush=True); await server.serve_forever()
asyncio.run(main())
"""


class BadLink:
    """rate in bits a second, rtt_ms there and back, loss in percent, queue in packets; up and down in seconds take
    turns (up=0: always there). run() runs a command on the laptop's side, spawn_server() on the server's side, whose
    address is server_address. TUN and namespaces need root or a user namespace of one's own.
    """

    name = "link"
    client_address, server_address = "10.77.0.1", "10.77.0.2"
    port = 9000

    def __init__(self, rate=256_000, rtt_ms=600, loss=0.0, queue=50, up=0, down=0, seed=42):
        needs(self.name, "gcc", "ip", "unshare", "nsenter")
        if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
            raise Missing("link: /dev/net/tun cannot be opened here")
        source = HERE / "link.c"

        def build(folder: pathlib.Path) -> None:
            build_step("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-o", folder / "link", source,
                       "-lm")

        self._program = built("link", [source], build) / "link"
        self._words = [str(word) for word in (rate, rtt_ms, loss, queue, up, down, seed)]
        self._holders, self._spawned, self._link, self._folder = [], [], None, None

    def start(self) -> None:
        # A namespace lives as long as a process that waits in it; none gets a name, so that nothing can stay.
        self._holders = [self._hold(), self._hold()]
        here, there = f"hl{os.getpid() % 100000}a", f"hl{os.getpid() % 100000}b"
        self._link = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", self._program, here, there, *self._words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._link.stdout.readline() != "ready\n":
            raise Broken("link: no TUN devices can be made here")
        ends = ((0, here, self.client_address, self.server_address),
                (1, there, self.server_address, self.client_address))
        for side, device, own, other in ends:
            subprocess.run(["ip", "link", "set", device, "netns", str(self._holders[side].pid)], check=True)
            for words in (["addr", "add", own, "peer", other, "dev", device],
                          ["link", "set", device, "up", "txqueuelen", "1000"], ["link", "set", "lo", "up"]):
                self._in(side, ["ip", *words], check=True)

    @staticmethod
    def _hold():
        holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "unshare", "--net", "sh", "-c", "echo in; exec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if holder.stdout.readline() != "in\n":
            raise Broken("link: no network namespace can be made here")
        return holder

    def _prefix(self, side: int) -> list:
        return ["nsenter", f"--net=/proc/{self._holders[side].pid}/ns/net", "--"]

    def _in(self, side: int, command, **options):
        return subprocess.run([*self._prefix(side), *map(str, command)], stdin=subprocess.DEVNULL, **options)

    def prefix(self, server: bool = False) -> list:
        """What stands before a command that is to run on the laptop's (or the server's) side."""
        return self._prefix(1 if server else 0)

    def run(self, command, **options) -> subprocess.CompletedProcess:
        """Runs a command on the laptop's side."""
        return self._in(0, command, **options)

    def spawn_server(self, command, **options) -> subprocess.Popen:
        """A program on the server's side, ended with the link."""
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *self._prefix(1), *map(str, command)],
                                   stdin=subprocess.DEVNULL, **options)
        self._spawned.append(process)
        return process

    def expose(self, port: int) -> int:
        """Makes what listens at a port of the host's loopback reachable from the laptop's side, at server_address
        and the port that is given back (the same)."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="hemogram-link-")
        between = f"{self._folder.name}/{port}"
        for prefix, where, to in (([], between, port), (self._prefix(1), port, between)):
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *prefix, sys.executable, "-c", PASS_ON, str(where), str(to)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            self._spawned.append(process)
            if process.stdout.readline() != "ready\n":
                raise Broken("link: a port could not be passed on")
        return port

    @contextlib.contextmanager
    def serving(self, folder=None):
        """A server that takes all that is PUT and keeps nothing, on the server's side."""
        process = self.spawn_server([sys.executable, "-c", SINK, self.port])
        for _ in range(100):
            probe = f"import socket; socket.create_connection(('127.0.0.1', {self.port}), 1)"
            if self._in(1, [sys.executable, "-c", probe], capture_output=True).returncode == 0:
                break
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _say(self, word: str) -> dict:
        self._link.stdin.write(word + "\n")
        self._link.stdin.flush()
        return json.loads(self._link.stdout.readline())

    def up(self) -> None:
        self._say("up")

    def down(self) -> None:
        self._say("down")

    def by_time(self) -> None:
        """From now on it is up and down by the times given, up first."""
        self._say("auto")

    def counts(self) -> dict:
        """Bytes of IP packets: sent and arrived from the laptop, back_ the other way; lost, overflowed, away."""
        return self._say("count")

    def pids(self) -> list:
        return [process.pid for process in (*self._holders, *self._spawned, self._link)
                if process is not None and process.poll() is None]

    def stop(self) -> None:
        for process in (*self._spawned, self._link, *self._holders):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        self._spawned, self._holders, self._link = [], [], None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    close = stop

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
