# SPDX-License-Identifier: GPL-3.0-or-later
"""What every server of the tests shares: a folder of its own, free ports, certificates, an orderly end."""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(
    os.environ.get("HEMOGRAM_CACHE") or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "hemogram"
)


# Certificates hold for clocks that tests set wrong; the last name is the far end of BadLink.
BEGINS, ENDS = "20200101000000Z", "20491231235959Z"
NAMES = ("localhost", "127.0.0.1", "::1", "10.77.0.2")


class Missing(Exception):
    """A peer cannot be had on this machine; the message names it and says why."""


class Broken(Exception):
    """A peer is here but did not come up, or ended by itself; the message holds the end of its log."""


def without(name: str) -> bool:
    """Whether the person who runs the tests chose to go without this peer."""
    return name in os.environ.get("HEMOGRAM_WITHOUT_PEERS", "").replace(",", " ").split()


def free_ports(count: int = 1) -> list:
    """Ports of loopback that nobody listens on now. All are held at once, so that they differ."""
    with contextlib.ExitStack() as stack:
        ports = []
        for _ in range(count):
            held = stack.enter_context(socket.socket())
            held.bind(("127.0.0.1", 0))
            ports.append(held.getsockname()[1])
    return ports


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def wait_for(what, seconds: float, process=None, log=None, name="server") -> float:
    """Waits until what() is true; gives how long it took. Raises Broken with the end of the log."""
    begun = time.monotonic()
    while not what():
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() - begun > seconds:
            how = f"ended with {process.returncode}" if ended else f"was not ready after {seconds:.0f} s"
            raise Broken(f"{name} {how}\n{tail(log)}")
        time.sleep(0.05)
    return time.monotonic() - begun


def tail(log, lines: int = 30) -> str:
    if log is None or not pathlib.Path(log).exists():
        return ""
    return "\n".join(pathlib.Path(log).read_text(errors="replace").splitlines()[-lines:])


def needs(name: str, *programs: str) -> None:
    absent = [program for program in programs if shutil.which(program) is None]
    if absent:
        raise Missing(f"{name}: {', '.join(absent)} not here (packages-peers)")


@contextlib.contextmanager
def locked(name: str):
    """One process at a time, of all runs on this machine."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def built(name: str, sources: list, build) -> pathlib.Path:
    """The folder of what build(folder) makes from these sources: made once for each content of them and kept.
    A build that fails leaves nothing; Missing says the end of what it printed."""
    key = hashlib.sha256(b"\0".join(pathlib.Path(source).read_bytes() for source in sources)).hexdigest()[:16]
    folder = CACHE / f"{name}-{key}"
    with locked(name):
        if folder.is_dir():
            os.utime(folder)
            return folder
        partial = CACHE / f"{name}-{key}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            build(partial)
        except subprocess.CalledProcessError as error:
            shutil.rmtree(partial, ignore_errors=True)
            said = (error.output or b"").decode(errors="replace").strip().splitlines()
            raise Missing(f"{name}: could not be fetched or built: {' / '.join(said[-4:])}") from error
        partial.rename(folder)
        return folder


def build_step(*command, cwd=None, env=None) -> None:
    subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )


class Authority:
    """A certificate authority of one run: issues to loopback names, and also what must be refused."""

    def __init__(self, folder: pathlib.Path, name: str = "Hemogram tests"):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.file = folder / "ca.pem"
        self._key = folder / "ca.key"
        self._new_key(self._key)
        self._openssl(
            "req", "-x509", "-new", "-key", self._key, "-subj", f"/CN={name}", "-out", self.file,
            "-not_before", BEGINS, "-not_after", ENDS,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )

    def issue(self, label: str, names=NAMES, begins=BEGINS, ends=ENDS) -> tuple:
        """A certificate and its key (files). begins and ends: YYYYMMDDHHMMSSZ, for one that is not valid now."""
        certificate, key = self.folder / f"{label}.pem", self.folder / f"{label}.key"
        request, extensions = self.folder / f"{label}.csr", self.folder / f"{label}.ext"
        self._new_key(key)
        self._openssl("req", "-new", "-key", key, "-subj", f"/CN={names[0]}", "-out", request)
        kinds = ",".join(("IP:" if name[0].isdigit() or ":" in name else "DNS:") + name for name in names)
        extensions.write_text(f"subjectAltName={kinds}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key, "-CAcreateserial",
            "-not_before", begins, "-not_after", ends, "-extfile", extensions, "-out", certificate,
        )
        return certificate, key

    def _new_key(self, file: pathlib.Path) -> None:
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file)

    @staticmethod
    def _openssl(*words) -> None:
        subprocess.run(["openssl", *map(str, words)], check=True, stdin=subprocess.DEVNULL, capture_output=True)


class Server:
    """One server on loopback. As a context manager it is up inside and gone after, with its folder.

    name     what HEMOGRAM_WITHOUT_PEERS calls it
    url      where it is, http; url_tls: the same with TLS by ca_file (None where it has none)
    log      the file that it writes what happens to
    started_in  seconds that the last start took
    """

    name = "server"

    def __init__(self, folder=None, authority=None):
        self._own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix=f"hemogram-{self.name}-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / f"{self.name}.log"
        self.authority = authority or Authority(self.folder / "ca")
        self.ca_file = self.authority.file
        self.url = self.url_tls = None
        self.started_in = 0.0
        self._processes = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def start(self) -> None:
        """Brings it up on the same ports and with what it held, however it ended before."""
        begun = time.monotonic()
        self._start()
        self.started_in = time.monotonic() - begun

    def _start(self) -> None:
        raise NotImplementedError

    def stop(self, hard: bool = False) -> None:
        """Ends it, in order or (hard) as a power cut does. What it stored stays for the next start."""
        self.resume()
        running, self._processes = self._processes, []
        for process in reversed(running):
            if process.poll() is None:
                process.send_signal(signal.SIGKILL if hard else signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def close(self) -> None:
        self.stop()
        if self._own_folder and os.environ.get("HEMOGRAM_KEEP_PEERS") is None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def pause(self) -> None:
        """It answers nothing, and its connections stay open, until resume()."""
        for process in self._processes:
            process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)

    def pids(self) -> list:
        return [process.pid for process in self._processes if process.poll() is None]

    def memory(self) -> int:
        """Bytes of memory that its processes hold now."""
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/status") as status:
                total += sum(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
        return total

    def spawn(self, *command, env=None, cwd=None) -> subprocess.Popen:
        """A process of this server, in the foreground; it ends with the test even when that is killed."""
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=cwd or self.folder,
                env={**os.environ, **(env or {})},
            )
        self._processes.append(process)
        return process
