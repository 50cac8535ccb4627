# SPDX-License-Identifier: GPL-3.0-or-later
"""A real /dev/video: captured from byte for byte, frozen, its pictures broken, unplugged, plugged in again.

Runs in the machine of `machine`, on v4l2loopback (JPEG, fed by us) and vivid (raw, unplugged by unbinding
its driver). Prints TAP."""
import ctypes
import fcntl
import hashlib
import os
import pathlib
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

WINDOW = os.environ["HEMOGRAM_CAMERA_WINDOW"]
FIELDS = sorted(pathlib.Path(os.environ["HEMOGRAM_FIELDS"]).glob("*.jpg"))
LOOPBACK = "/dev/video9"
VIVID = pathlib.Path("/sys/bus/platform/drivers/vivid")
# Two seconds, and what a machine in software takes to say so.
NOTICED = 2.6
count = failures = 0


def result(passed: bool, name: str, detail: object = "") -> bool:
    global count, failures
    count += 1
    failures += 0 if passed else 1
    print(f"{'ok' if passed else 'not ok'} {count} {name}", flush=True)
    for line in str(detail).splitlines()[-20:] if not passed else []:
        print(f"# {line}", flush=True)
    return passed


class Camera:
    """The camera program: what it said, and what it is told."""

    def __init__(self, device: str, *options: str) -> None:
        self.process = subprocess.Popen([WINDOW, "--no-window", "--device", device, *options], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, "G_DEBUG": "fatal-criticals"})
        self.lines: queue.Queue = queue.Queue()
        self.said: list[str] = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        for line in self.process.stdout:
            self.lines.put((time.monotonic(), line.rstrip("\n")))

    def tell(self, command: str) -> None:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def wait(self, *starts: str, seconds: float = 60) -> tuple[float, str]:
        """When it said a line that begins so, and the line; (0, '') when it does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                at, line = self.lines.get(timeout=0.1)
            except queue.Empty:
                continue
            self.said.append(line)
            if line.startswith(starts):
                return at, line
        return 0.0, ""

    def ask(self, command: str, *starts: str, seconds: float = 60) -> str:
        self.tell(command)
        return self.wait(*starts, seconds=seconds)[1]

    def end(self) -> str:
        self.tell("quit")
        try:
            _, errors = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "did not end"
        bad = [line for line in errors.splitlines() if "CRITICAL" in line or "WARNING" in line or "ERROR" in line]
        return "\n".join(bad) + (f" code {self.process.returncode}" if self.process.returncode else "")


def feed(device: str, rate: float) -> None:
    """Writes the fields to a loopback device until it is killed; SIGUSR2: only half of each, SIGUSR1: whole."""
    broken = [False]
    signal.signal(signal.SIGUSR1, lambda *_: broken.append(False))
    signal.signal(signal.SIGUSR2, lambda *_: broken.append(True))
    data = [field.read_bytes() for field in FIELDS]
    with open(device, "r+b", buffering=0) as file:
        size = struct.pack("<IIIIIIIIIIII", 640, 480, 0x47504A4D, 1, 0, 640 * 480 * 2, 8, 0, 0, 0, 0, 0)
        form = bytearray(struct.pack("<I4x", 2) + size.ljust(200, b"\0"))
        fcntl.ioctl(file, 3 << 30 | len(form) << 16 | ord("V") << 8 | 5, form)
        number = 0
        while True:
            picture = data[number % len(data)]
            os.write(file.fileno(), picture[: len(picture) // 2] if broken[-1] else picture)
            number += 1
            time.sleep(1 / rate)


class Feeder:
    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, __file__, "feed", LOOPBACK, "5"])

    def signal(self, number: int) -> float:
        os.kill(self.process.pid, number)
        return time.monotonic()

    def end(self) -> float:
        self.process.kill()
        self.process.wait()
        return time.monotonic()


def hashes() -> set[str]:
    return {hashlib.sha256(field.read_bytes()).hexdigest() for field in FIELDS}


def capture(camera: Camera, path: pathlib.Path) -> tuple[str, str]:
    """What it said, and the hash of what was saved, or ''."""
    path.unlink(missing_ok=True)
    said = camera.ask(f"capture {path}", "captured", "refused")
    return said, hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def expect_state(camera: Camera, state: str, since: float, limit: float, name: str) -> None:
    at, line = camera.wait(f"state {state}", seconds=limit + 8)
    result(bool(line) and at - since <= limit, f"{name} ({max(at - since, -1):.1f} s)", "\n".join(camera.said) + line)


def loopback(folder: pathlib.Path) -> None:
    feeder = Feeder()
    time.sleep(2)
    camera = Camera("v4l2:Clinic_Microscope")
    file = folder / "captured.jpg"

    _, line = camera.wait("state live")
    if not result(bool(line), "v4l2loopback is live", "\n".join(camera.said)):
        feeder.end()
        camera.end()
        return
    said, sha256 = capture(camera, file)
    result(sha256 in hashes() and " own " in said, "captured byte for byte", said)

    expect_state(camera, "stalled", feeder.signal(signal.SIGSTOP), NOTICED, "a frozen camera is noticed")
    said, sha256 = capture(camera, file)
    result(said.startswith("refused") and not sha256, "nothing is captured from a frozen camera", said)
    expect_state(camera, "live", feeder.signal(signal.SIGCONT), 60, "it thaws")

    expect_state(camera, "stalled", feeder.signal(signal.SIGUSR2), NOTICED, "pictures that are cut off are noticed")
    # Where the machine was busy when the last whole one came, it may first be only late.
    last = camera.said[-1]
    while last and "broken" not in last:
        _, last = camera.wait("state stalled", seconds=20)
    result(bool(last), "and called broken", "\n".join(camera.said[-5:]))
    said, sha256 = capture(camera, file)
    result(said.startswith("refused") and not sha256, "half a picture is not saved", said)
    expect_state(camera, "live", feeder.signal(signal.SIGUSR1), 60, "whole pictures are live again")

    at = feeder.end()
    at_said, line = camera.wait("state stalled", "state failed", "state gone", seconds=30)
    result(bool(line) and at_said - at <= NOTICED, f"a camera whose provider died is noticed ({at_said - at:.1f} s)", line)
    feeder = Feeder()
    expect_state(camera, "live", time.monotonic(), 90, "and comes back with it")
    said, sha256 = capture(camera, file)
    result(sha256 in hashes(), "byte for byte again", said)
    errors = camera.end()
    result(not errors, "without a warning", errors)
    feeder.end()


def vivid(folder: pathlib.Path) -> None:
    camera = Camera("v4l2:vivid", "--size", "640x360")
    file = folder / "raw.jpg"

    _, line = camera.wait("state live")
    if not result(bool(line), "vivid is live", "\n".join(camera.said)):
        camera.end()
        return
    said, sha256 = capture(camera, file)
    result(bool(sha256) and " encoded " in said, "a raw picture is captured as JPEG", said)

    camera.tell("controls")
    lines = []
    while not (line := camera.wait("control", seconds=30)[1]).startswith("controls end") and line:
        lines.append(line)
    result(any(line.startswith("control 0 Gain ") and line.endswith("automatic") for line in lines) and len(lines) == 1,
           "it has a gain, and no exposure and white balance", lines)
    camera.tell("set 0 77")
    time.sleep(2)
    value = subprocess.run(["v4l2-ctl", "-d", "/dev/video0", "-C", "gain,gain_automatic"], capture_output=True,
                           text=True, check=False).stdout
    result("gain: 77" in value and "gain_automatic: 0" in value, "the gain is set in the driver, by hand", value)

    for turn in ("unplugged", "unplugged once more"):
        (VIVID / "unbind").write_text("vivid.0")
        expect_state(camera, "gone", time.monotonic(), NOTICED, f"{turn}: it is said")
        said, sha256 = capture(camera, file)
        result(said.startswith("refused") and not sha256, f"{turn}: nothing is captured", said)
        (VIVID / "bind").write_text("vivid.0")
        expect_state(camera, "live", time.monotonic(), 60, f"{turn}: it goes on by itself when it is back")
    # In the very moment of the capture.
    camera.tell(f"capture {file}")
    (VIVID / "unbind").write_text("vivid.0")
    line = camera.wait("captured", "refused")[1]
    result(bool(line) and (line.startswith("refused") or file.read_bytes()[-2:] == b"\xff\xd9"),
           "unplugged in the midst of a capture: a whole picture or none", line)
    (VIVID / "bind").write_text("vivid.0")
    errors = camera.end()
    result(not errors, "without a warning", errors)


def main() -> int:
    if sys.argv[1:2] == ["feed"]:
        feed(sys.argv[2], float(sys.argv[3]))
    ctypes.CDLL(None).setsid()
    with tempfile.TemporaryDirectory() as folder:
        loopback(pathlib.Path(folder))
        vivid(pathlib.Path(folder))
    print(f"1..{count}")
    return 1 if failures else 0


sys.exit(main())
