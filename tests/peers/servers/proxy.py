# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy in front of a server that counts, writes down each request, and does wrong what a test asks for."""
import asyncio
import hashlib
import json
import pathlib
import re
import socket
import ssl
import struct
import tempfile
import threading
import time
import urllib.parse

from .base import Authority, free_ports
from .faults import EARLY, HANG, MODES, RESET, Reply

LONGEST_HEAD = 64 * 1024


class Request:
    """What arrived: method, target, path, query, headers (lower case), body; then how it was answered.

    arrived      bytes of the body that came, whether it came whole or not
    forwarded    whether the server behind was asked
    fault        the mode that met it, or None
    status       of the answer, None where there was none
    """

    def __init__(self, method: str, target: str, headers: list):
        self.method, self.target, self.raw_headers = method, target, headers
        split = urllib.parse.urlsplit(target)
        self.path = split.path
        self.query = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
        self.headers = {name.lower(): value for name, value in headers}
        self.body, self.arrived, self.forwarded = b"", 0, False
        self.fault = self.status = None
        self.at = time.time()
        self.ended = None

    def is_bundle(self) -> bool:
        return self.method == "POST" and "json" in self.headers.get("content-type", "") and b"Bundle" in self.body[:400]

    def line(self) -> dict:
        return {"at": round(self.at, 3), "method": self.method, "target": self.target, "arrived": self.arrived,
                "forwarded": self.forwarded, "fault": self.fault, "status": self.status}


class Rule:
    def __init__(self, mode, times, method, path, when, after, arguments):
        self.mode, self.left, self.after, self.arguments = mode, times, after, arguments
        self._method, self._path, self._when = method, path and re.compile(path), when

    def meets(self, request: Request) -> bool:
        return (
            self.left != 0
            and (self._method is None or request.method in self._method.split("|"))
            and (self._path is None or self._path.search(request.target) is not None)
            and (self._when is None or self._when(request))
        )


class FaultProxy:
    """url and url_tls lead to the server at upstream (http://127.0.0.1:PORT), or, without one, to a memory that takes
    each PUT and gives it back.

    fault() makes rules; the first that meets a request and is not used up is applied to it. received and sent count
    bytes of HTTP each way (before TLS); requests holds all, log the same as lines of JSON.
    """

    def __init__(self, upstream: str = None, authority: Authority = None, folder=None, certificate=None):
        """certificate: (certificate, key) to show instead of a good one for localhost"""
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="hemogram-proxy-")
        self.folder = pathlib.Path(folder or self._temporary.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.authority = authority or Authority(self.folder / "ca")
        self.ca_file = self.authority.file
        self._upstream = urllib.parse.urlsplit(upstream) if upstream else None
        base = self._upstream.path if upstream else ""
        self.port, self.port_tls = free_ports(2)
        self.url, self.url_tls = f"http://127.0.0.1:{self.port}{base}", f"https://localhost:{self.port_tls}{base}"
        self._certificate = certificate or self.authority.issue("proxy")
        self.log = self.folder / "proxy.log"
        self.requests, self.memory = [], {}
        self.received = self.sent = 0
        self._rules, self._lock = [], threading.Lock()
        self._loop = self._thread = None
        self._tasks, self._open = set(), threading.Event()
        self._open.set()

    # What a test does.

    def fault(self, mode: str, times: int = None, method: str = None, path: str = None, when=None, after: int = 0,
              **arguments) -> Rule:
        """From now on requests meet a fault of MODES, or 'stall' or 'reset' after so many bytes of a body.
        times: how often (None: always); method 'PUT' or 'PUT|POST'; path: a regular expression of path and query;
        when: a function of the Request."""
        if mode not in MODES and mode not in EARLY:
            raise ValueError(f"no fault is called {mode}: {', '.join([*MODES, *EARLY])}")
        rule = Rule(mode, -1 if times is None else times, method, path, when, after, arguments)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """No faults from now on."""
        with self._lock:
            self._rules.clear()

    def forget(self) -> None:
        """Counts from nothing again."""
        with self._lock:
            self.requests, self.received, self.sent = [], 0, 0

    def of(self, method: str = None, path: str = None) -> list:
        """The requests that arrived, of one kind."""
        with self._lock:
            return [one for one in self.requests if (method is None or one.method == method)
                    and (path is None or re.search(path, one.target))]

    def bodies(self, method: str = "PUT", path: str = None) -> int:
        """How many bodies came whole, of those that have one."""
        return sum(1 for one in self.of(method, path) if one.body)

    def pause(self) -> None:
        """Takes connections and answers nothing."""
        self._open.clear()

    def resume(self) -> None:
        self._open.set()

    def cut(self) -> None:
        """Resets every connection that is open now."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in list(self._tasks)])

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        failed = []

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            try:
                self._loop.run_until_complete(self._listen())
            except OSError as error:
                failed.append(error)
            ready.set()
            if not failed:
                self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        ready.wait()
        if failed:
            raise failed[0]

    def stop(self) -> None:
        """Nobody listens at its ports any more. start() brings it back."""
        if self._loop is None:
            return
        self.resume()
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._loop = None

    def close(self) -> None:
        self.stop()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()

    # How it works.

    async def _listen(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self._certificate)
        self._listening = [
            await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=LONGEST_HEAD),
            await asyncio.start_server(self._serve, "127.0.0.1", self.port_tls, ssl=context, limit=LONGEST_HEAD),
        ]

    async def _shut(self) -> None:
        for listening in self._listening:
            listening.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader, writer) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
            writer.close()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, ValueError):
            writer.close()
        except asyncio.CancelledError:
            reset(writer)
        finally:
            self._tasks.discard(task)

    async def _one(self, reader, writer) -> bool:
        """Serves one request; whether another may follow on this connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.received += len(head)
        while not self._open.is_set():
            await asyncio.sleep(0.05)
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        request = Request(method, target, [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:-2]])
        rule = self._take(request)
        with self._lock:
            self.requests.append(request)
        try:
            if request.headers.get("expect", "").lower() == "100-continue":
                await self._send(writer, b"HTTP/1.1 100 Continue\r\n\r\n")
            await self._body(reader, request, rule)
            reply = await self._answer(request, rule)
            return await self._reply(writer, request, reply)
        finally:
            request.ended = time.time()
            with open(self.log, "a") as log:
                log.write(json.dumps(request.line()) + "\n")

    def _take(self, request: Request):
        """The rule that meets a request, used once. The body is not there yet: `when` sees the head alone."""
        with self._lock:
            for rule in self._rules:
                if rule.meets(request):
                    rule.left -= rule.left > 0
                    request.fault = rule.mode
                    return rule
        return None

    async def _body(self, reader, request: Request, rule) -> None:
        parts = []
        early = rule is not None and rule.mode in EARLY
        async for part in self._parts(reader, request, rule.after if early else None):
            parts.append(part)
        if early:
            if rule.mode == "stall":
                await asyncio.sleep(rule.arguments.get("seconds", 3600))
            raise asyncio.CancelledError
        request.body = b"".join(parts)

    async def _parts(self, reader, request: Request, until):
        """The body as it comes, at most until so many bytes of it."""
        async def piece(length: int):
            while length > 0 and (until is None or request.arrived < until):
                data = await reader.read(min(length, 65536 if until is None else until - request.arrived))
                if not data:
                    raise asyncio.IncompleteReadError(b"", length)
                self.received += len(data)
                request.arrived += len(data)
                length -= len(data)
                yield data

        if request.headers.get("transfer-encoding", "").lower() == "chunked":
            length = 1
            while length > 0 and (until is None or request.arrived < until):
                length = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
                async for data in piece(length):
                    yield data
                await reader.readuntil(b"\r\n")
        else:
            async for data in piece(int(request.headers.get("content-length", 0))):
                yield data

    async def _answer(self, request: Request, rule):
        if rule is not None:
            return await MODES[rule.mode](self, request, **rule.arguments)
        return await self.forward(request)

    async def forward(self, request: Request, body: bytes = None) -> Reply:
        """The server's own answer, or the memory's where there is no server."""
        if self._upstream is None:
            return self.remember(request)
        request.forwarded = True
        body = request.body if body is None else body
        try:
            reader, writer = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        except OSError:
            return Reply(502)
        skipped = ("connection", "transfer-encoding", "content-length", "expect", "keep-alive")
        head = [f"{request.method} {request.target} HTTP/1.1", "Connection: close"]
        head += [f"{name}: {value}" for name, value in request.raw_headers if name.lower() not in skipped]
        if body or request.method in ("PUT", "POST", "PATCH"):
            head.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join(head + ["", ""]).encode("latin-1") + body)
        try:
            await writer.drain()
            return parse(await reader.read(-1))
        except (ConnectionError, ValueError):
            return Reply(502)
        finally:
            writer.close()

    def remember(self, request: Request) -> Reply:
        if request.method == "PUT":
            self.memory[request.path] = request.body
            return Reply(200, [("ETag", f'"{hashlib.md5(request.body).hexdigest()}"')])
        if request.path not in self.memory:
            return Reply(404)
        body = self.memory[request.path]
        return Reply(200, [("ETag", f'"{hashlib.md5(body).hexdigest()}"')], body)

    async def _reply(self, writer, request: Request, reply) -> bool:
        if reply is RESET:
            raise asyncio.CancelledError
        if reply is HANG:
            await asyncio.sleep(3600)
        request.status = reply.status
        if reply.header("Content-Length") is None or request.method != "HEAD":
            reply.with_header("Content-Length", str(len(reply.body)))
        head = [f"HTTP/1.1 {reply.status} -", *(f"{name}: {value}" for name, value in reply.headers), "", ""]
        body = b"" if request.method == "HEAD" or reply.status in (204, 304) else reply.body
        if reply.status in (204, 304):
            head = [line for line in head if not line.lower().startswith("content-length")]
        if reply.cut is not None:
            await self._send(writer, "\r\n".join(head).encode("latin-1") + body[: reply.cut])
            return False
        await self._send(writer, "\r\n".join(head).encode("latin-1") + body)
        asked_to_close = request.headers.get("connection", "").lower() == "close"
        return not asked_to_close and (reply.header("Connection") or "").lower() != "close"

    async def _send(self, writer, data: bytes) -> None:
        self.sent += len(data)
        writer.write(data)
        await writer.drain()


def parse(data: bytes) -> Reply:
    """An answer that was read to its end."""
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        raise ValueError("no answer")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    if status == 100:
        return parse(body)
    headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
    reply = Reply(status, headers, body)
    if (reply.header("Transfer-Encoding") or "").lower() == "chunked":
        reply.body = unchunk(body)
    return reply.without("Connection", "Transfer-Encoding", "Keep-Alive")


def unchunk(data: bytes) -> bytes:
    parts = []
    while data:
        line, _, data = data.partition(b"\r\n")
        length = int(line.split(b";")[0], 16)
        if length == 0:
            break
        parts.append(data[:length])
        data = data[length + 2 :]
    return b"".join(parts)


def reset(writer) -> None:
    """Ends a connection as a broken link does: with a reset."""
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
