# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera that PipeWire gives: found, live, captured from; its provider hangs, dies and comes back. Prints TAP."""
import os
import pathlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time

WINDOW = os.environ["HEMOGRAM_CAMERA_WINDOW"]
SHOTS = pathlib.Path(os.environ.get("HEMOGRAM_SHOTS", tempfile.gettempdir()))
SOURCE = ("videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=480,framerate=15/1 ! "
          "pipewiresink mode=provide "
          "stream-properties=properties,media.class=Video/Source,media.role=Camera,node.name={name},"
          "node.description={name}")
# Two seconds, and what it takes to say so.
NOTICED = 2.3
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

    def __init__(self, *options: str) -> None:
        # PipeWire's threads end when they like: what they still hold then is looked for in a long run only.
        short = ["detect_leaks=0"] * (os.environ.get("HEMOGRAM_MATRIX") == "some")
        asked = {"ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS", ""), *short]))}
        self.process = subprocess.Popen([WINDOW, *options], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env={**os.environ, **asked, "G_DEBUG": "fatal-criticals"})
        self.lines: queue.Queue = queue.Queue()
        self.said: list[str] = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        for line in self.process.stdout:
            self.lines.put((time.monotonic(), line.rstrip("\n")))

    def tell(self, command: str) -> None:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def wait(self, *starts: str, seconds: float = 20) -> tuple[float, str]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                at, line = self.lines.get(timeout=0.05)
            except queue.Empty:
                continue
            self.said.append(line)
            if line.startswith(starts):
                return at, line
        return 0.0, ""

    def ask(self, command: str, *starts: str) -> str:
        self.tell(command)
        return self.wait(*starts)[1]

    def end(self) -> str:
        self.tell("quit")
        try:
            _, errors = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "did not end"
        bad = [line for line in errors.splitlines()
               if any(word in line for word in ("CRITICAL", "WARNING", "ERROR", "leak of", "    #"))
               and "vulkan" not in line.lower()]
        return "\n".join(bad) + (f" code {self.process.returncode}" if self.process.returncode else "")


def start(*command: str) -> subprocess.Popen:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def provide(name: str) -> subprocess.Popen:
    return start("gst-launch-1.0", "-q", *SOURCE.format(name=name).split(" "))


def living(provider: subprocess.Popen) -> subprocess.Popen:
    return provider if provider.poll() is None else provide("clinic-scope")


def stays_live(camera: Camera, seconds: float) -> bool:
    """Whether it is live in the end, with nothing else said for a while."""
    end = time.monotonic() + seconds
    line = ""
    while time.monotonic() < end:
        _, said = camera.wait("state", seconds=2)
        if not said and line.startswith("state live"):
            return True
        line = said or line
    return False


def flap(camera: Camera, provider: subprocess.Popen) -> subprocess.Popen:
    """It goes again while it is coming: just as it is there, as it is opened, and as it is live."""
    for turn in range(6):
        provider.kill()
        provider.wait()
        provider = provide("clinic-scope")
        time.sleep(0.25 * turn)
    result(stays_live(camera, 40), "one that goes while it comes back is live in the end", "\n".join(camera.said[-20:]))
    return provider


def shoot(name: str) -> None:
    time.sleep(0.4)
    SHOTS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["import", "-window", "root", str(SHOTS / f"{name}.png")], check=False)


def run(folder: pathlib.Path) -> None:
    provider = provide("clinic-scope")
    camera = Camera("--device", "pipewire:clinic-scope")
    file = folder / "captured.jpg"

    _, line = camera.wait("state live", seconds=40)
    if not result(bool(line), "a camera of PipeWire is live", "\n".join(camera.said)):
        camera.end()
        provider.kill()
        return
    time.sleep(1)
    shoot("camera-live")
    said = camera.ask(f"capture {file}", "captured", "refused")
    result(" 640x480 " in said and file.read_bytes()[-2:] == b"\xff\xd9", "captured as JPEG", said)

    at = time.monotonic()
    provider.send_signal(signal.SIGSTOP)
    at_said, line = camera.wait("state stalled", "state failed", "state gone")
    result(bool(line) and at_said - at <= NOTICED, f"a provider that hangs is noticed ({at_said - at:.1f} s)", line)
    shoot("camera-stalled")
    file.unlink(missing_ok=True)
    said = camera.ask(f"capture {file}", "captured", "refused")
    result(said.startswith("refused") and not file.exists(), "nothing is captured from it", said)
    provider.send_signal(signal.SIGCONT)
    line = ""
    for _ in range(20):
        # PipeWire may have dropped it while it hung; then it ends, and another one takes its place.
        provider = living(provider)
        _, line = camera.wait("state live", seconds=2)
        if line:
            break
    result(bool(line), "it goes on when the provider does", "\n".join(camera.said))

    for turn in ("killed", "killed once more"):
        at = time.monotonic()
        provider.kill()
        provider.wait()
        at_said, line = camera.wait("state gone", "state stalled", "state failed")
        result(bool(line) and at_said - at <= NOTICED, f"{turn}: it is noticed ({at_said - at:.1f} s)", line)
        if not line.startswith("state gone"):
            _, line = camera.wait("state gone")
        result(line.startswith("state gone"), f"{turn}: the camera is gone", "\n".join(camera.said))
        shoot("camera-gone")
        said = camera.ask(f"capture {file}", "captured", "refused")
        result(said.startswith("refused") and not file.exists(), f"{turn}: nothing is captured", said)
        provider = provide("clinic-scope")
        _, line = camera.wait("state live", seconds=40)
        result(bool(line), f"{turn}: it comes back by itself", "\n".join(camera.said))
    provider = flap(camera, provider)
    camera.tell("hide")
    _, line = camera.wait("state off")
    result(bool(line), "it rests when it is not seen")
    # GStreamer's provider may end with its last viewer.
    time.sleep(1)
    provider = living(provider)
    camera.tell("show")
    _, line = camera.wait("state live", seconds=40)
    result(bool(line), "and wakes when it is", "\n".join(camera.said[-6:]))
    errors = camera.end()
    result(not errors, "it ends without a warning", errors)
    provider.kill()
    provider.wait()


def main() -> int:
    os.environ["PIPEWIRE_RUNTIME_DIR"] = os.environ["XDG_RUNTIME_DIR"]
    daemons = [start("pipewire")]
    time.sleep(0.5)
    daemons.append(start("wireplumber"))
    time.sleep(1.5)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(pathlib.Path(folder))
    finally:
        for daemon in reversed(daemons):
            daemon.kill()
            daemon.wait()
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
