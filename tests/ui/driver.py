# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the window as a person does: by what a screen reader says is there, with keys and clicks.

    with driver.Window(clinic) as window:
        window.wait("Worklist")
        window.type("a demonstration for nobody"); window.key("Return")
        window.shot("worklist")
    driver.finish()

Every key, click and typed character is counted in `window.inputs`.
"""
import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

import reader  # noqa: E402

HEMOGRAM = os.environ.get("HEMOGRAM", "hemogram")
CLI = os.environ.get("HEMOGRAM_CLI", "hemogram-cli")
WORKLOAD = os.environ.get("HEMOGRAM_WORKLOAD", "workload")
# Beside them lies what else is left.
SHOTS = pathlib.Path(os.environ.get("HEMOGRAM_SHOTS", f"{tempfile.gettempdir()}/hemogram-tests/shots"))
PASSPHRASE = "a demonstration for nobody"
# A sanitized build on a busy machine is slow.
PATIENCE = float(os.environ.get("HEMOGRAM_PATIENCE", "1"))
# Whether the same screens are drawn in other looks as well.
LOOKS = os.environ.get("HEMOGRAM_LOOKS", "1") == "1"
count = 0
failures = 0


def result(passed: bool, name: str, detail: str = "") -> bool:
    global count, failures
    count += 1
    failures += 0 if passed else 1
    print(f"{'ok' if passed else 'not ok'} {count} {name}", flush=True)
    for line in str(detail).splitlines()[:40] if not passed else []:
        print(f"# {line}", flush=True)
    return bool(passed)


def finish() -> None:
    print(f"1..{count}")
    sys.exit(1 if failures else 0)


def picture() -> bytes:
    """What is on the screen now, as the X server keeps it (see session)."""
    return pathlib.Path(os.environ["HEMOGRAM_SCREEN"]).read_bytes()


def save(seen: bytes, path: pathlib.Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["convert", "xwd:-", "-define", "png:compression-level=1", str(path)], input=seen, check=False)


def scan(text: str, end: bool = True) -> None:
    """Keys 4 ms apart by the X server's own clock: a busy machine makes no pauses between them. Return ends it."""
    x11, xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong

    def send(keysym: int) -> None:
        code = x11.XKeysymToKeycode(display, ctypes.c_ulong(keysym))
        shift = x11.XKeysymToKeycode(display, ctypes.c_ulong(0xFFE1))
        shifted = x11.XkbKeycodeToKeysym(display, code, 0, 0) != keysym
        presses = [(shift, True)] * shifted + [(code, True), (code, False)] + [(shift, False)] * shifted
        for key, down in presses:
            xtst.XTestFakeKeyEvent(display, key, int(down), ctypes.c_ulong(4 if key == code and down else 0))

    for character in text:
        send(ord(character))
    if end:
        send(0xFF0D)
    x11.XSync(display, 0)
    x11.XCloseDisplay(display)


def sanitizer(leaks: bool, env: dict) -> dict:
    """What a sanitized build is asked for. GTK keeps no frame pointers: only the slow way of looking back along
    the stack, at each allocation, says who it was, by which tests/environment/lsan.supp knows the leaks of others."""
    options = [os.environ.get("ASAN_OPTIONS", "")]
    options += ["fast_unwind_on_malloc=0:malloc_context_size=12" if leaks else "detect_leaks=0"]
    # Only one library can come first, and a sanitizer asks to be it.
    options += ["verify_asan_link_order=0"] * ("LD_PRELOAD" in env)
    return {"ASAN_OPTIONS": ":".join(filter(None, options))}


class Window:
    """One run of the program, on the clinic where it looks itself if none is named; leaving the block closes it and looks at what it complained of.

    A sanitized build says at its end what it has leaked, which takes it three times the work: with `leaks=True` in
    each run, else where all looks are taken (see tests/run); with `leaks=False` never, as another window of the tests
    shows the same screens."""

    def __init__(self, clinic, *arguments, env=None, name="window", leaks=None):
        self.clinic, self.arguments, self.env, self.name = clinic, arguments, env or {}, name
        if leaks is None:
            leaks = os.environ.get("HEMOGRAM_MATRIX") != "some"
        self.env = {**sanitizer(leaks, self.env), **self.env}
        self.inputs = 0
        self.reader = None

    def __enter__(self):
        self.log = tempfile.NamedTemporaryFile("w+", prefix="hemogram-", suffix=".log")
        self.process = subprocess.Popen(
            [HEMOGRAM, *(["--clinic", str(self.clinic)] if self.clinic else []), *map(str, self.arguments)],
            stdout=subprocess.DEVNULL, stderr=self.log,
            env={"HEMOGRAM_WATCH": "1", **os.environ, "G_DEBUG": "fatal-criticals", **self.env})
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.shot(f"{self.name}-failed")
            result(False, f"{self.name}: {kind.__name__}: {error}")
            print(f"# {kind.__name__}: {error}", flush=True)
            print("# seen: " + " | ".join(self.texts())[:1500].replace("\n", " "), flush=True)
        self.close()
        return isinstance(error, Exception)

    # What is there.
    def ask_reader(self) -> reader.Reader:
        if self.reader is None:
            self.reader = reader.Reader()
        return self.reader

    def nodes(self) -> list:
        """All that is shown now."""
        return self.ask_reader().shown(self.process.pid)

    def each_text(self):
        yield from self.ask_reader().texts(self.process.pid)

    def listen(self):
        """A function that gives what was announced since: what a screen reader speaks without being asked."""
        heard = self.ask_reader().listen()

        def so_far() -> list:
            self.reader.hear()
            return heard

        return so_far

    def texts(self) -> list:
        return list(self.each_text())

    def plain(self, name: str) -> str:
        """A name as the tests call it."""
        return name

    def called(self, node) -> str:
        return self.plain(node.name)

    def find(self, role, name: str):
        """The shown node whose role ('button', 'label' …; None for any) and whole name these are, or None."""
        return next((node for node in self.nodes() if role in (None, node.role) and self.called(node) == name), None)

    def place_of(self, role, name: str):
        """Where it lies, or None."""
        node = self.find(role, name)
        try:
            return node.box() if node else None
        except reader.Gone:
            return None

    def entries(self) -> list:
        """What stands in the entries that are shown."""
        found = []
        for node in self.nodes():
            if node.role in ("text", "entry") and reader.TEXT in node.interfaces:
                with contextlib.suppress(reader.Gone):
                    found.append(node.text())
        return found

    def until(self, condition, what: str, seconds: float = 10):
        end = time.monotonic() + seconds * PATIENCE
        while True:
            begun = time.monotonic()
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds} s for {what}")
            if self.process.poll() is not None:
                raise ChildProcessError(f"ended with {self.process.returncode}, waiting for {what}")
            # The program has to answer each look, and gets as long for what is waited for.
            time.sleep(min(max(time.monotonic() - begun, 0.05), 0.5))

    def focus_window(self, title: str) -> None:
        """Keys go to the program's window of that title; one that is not on the screen yet takes none."""
        search = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}$", "windowfocus"]
        self.until(lambda: subprocess.run(search, capture_output=True, check=False).returncode == 0, f"window '{title}'")
        time.sleep(0.5)

    def wait(self, text: str, seconds: float = 10) -> None:
        """Until some name or description holds `text`."""
        self.until(lambda: self.says(text), f"'{text}'", seconds)

    def comes(self, text: str, seconds: float) -> bool:
        try:
            self.wait(text, seconds)
        except TimeoutError:
            return False
        return True

    def wait_gone(self, text: str, seconds: float = 10) -> None:
        self.until(lambda: not self.says(text), f"no '{text}'", seconds)
        # What goes is told to be gone before it has gone, and takes the keys until then.
        time.sleep(0.3)

    def says(self, text: str) -> bool:
        return any(text in seen for seen in self.each_text())

    def focused(self):
        return next((node for node in self.nodes() if node.has(Atspi.StateType.FOCUSED)), None)

    # What a person does.
    def key(self, *keys: str) -> None:
        self.inputs += len(keys)
        subprocess.run(["xdotool", "key", "--delay", "30", *keys], check=True)

    def type(self, text: str, delay: int = 40) -> None:
        """`delay` is between the keys, in milliseconds; cells are tallied no faster than a hand can."""
        self.inputs += len(text)
        subprocess.run(["xdotool", "type", "--delay", str(delay), text], check=True)

    def tab_to(self, name: str, most: int = 30) -> None:
        """To the control that has this name, label or row."""
        for _ in range(most):
            node = self.focused()
            if node and name in (node.name, *node.labels(), node.parent.name if node.parent else ""):
                return
            self.key("Tab")
            time.sleep(0.1)
        raise TimeoutError(f"no '{name}' to tab to")

    def scan(self, text: str) -> None:
        """As a barcode scanner: fast, with Return at the end."""
        self.inputs += 1
        scan(text)

    def click(self, role, name: str, button: int = 1) -> None:
        box = self.until(lambda: self.place_of(role, name), f"{role} '{name}'")
        self.click_at(box.x + box.width // 2, box.y + box.height // 2, button)

    def click_at(self, x: int, y: int, button: int = 1) -> None:
        self.inputs += 1
        subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", str(button)], check=True)

    def sign_in(self, passphrase: str = PASSPHRASE) -> None:
        """At the door, for whoever is chosen there."""
        self.wait("Passphrase", 20)
        time.sleep(0.3)
        self.type(passphrase)
        self.key("Return")
        self.wait("Worklist", 20)

    def unlock(self, shown: str) -> None:
        """By the passphrase, until the page behind the lock shows `shown`."""
        self.wait("PIN or passphrase", 20)
        time.sleep(0.3)
        self.type(PASSPHRASE)
        self.key("Return")
        self.wait(shown, 20)

    def shot(self, name: str) -> None:
        """Once what moves has come to rest."""
        time.sleep(0.4)
        save(picture(), SHOTS / f"{name}.png")

    # How it ends.
    def kill(self) -> None:
        """As when the power goes: no time for anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def complaints(self) -> list:
        self.log.flush()
        self.log.seek(0)
        marks = ("CRITICAL", "WARNING", "ERROR", "AddressSanitizer", "LeakSanitizer", "runtime error")
        log = self.log.read()
        found = [line for line in log.splitlines() if any(mark in line for mark in marks)]
        return found + self.reports(log)

    @staticmethod
    def reports(log: str) -> list:
        """Each error and leak that a sanitizer found: its first line, then who called whom."""
        found = []
        for block in re.split(r"\n\s*\n", log):
            calls = re.findall(r"^ *#\d+ 0x[0-9a-f]+ +(?:in (\S+) )?\(?([^\s)]+)", block, re.MULTILINE)
            if calls:
                head = next(line for line in block.splitlines() if not line.startswith("==="))
                found.append(head + "\n" + " < ".join(name or pathlib.Path(where).name for name, where in calls))
        return found

    def tell_turns(self) -> None:
        """For how long main was kept from its work, and by what; HEMOGRAM_WATCH above 1 leaves where as well.
        tests/bench gathers what is left in the build folder."""
        self.log.seek(0)
        log = self.log.read()
        turns = re.findall(r"^(\w+) turn of main: ([\d.]+) ms, ([\d.]+) ms of it on the processor, in (.*)$",
                           log, re.MULTILINE)
        for kind, passed, work, source in turns:
            print(f"# {self.name}: {kind} turn of main {passed} ms, {work} ms on the processor, in {source}", flush=True)
        folder, whose = SHOTS.parent / "turns", f"{pathlib.Path(sys.argv[0]).stem}/{self.name}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{whose.replace('/', '-')}.txt").write_text("".join("\t".join((whose, *turn)) + "\n" for turn in turns))
        if os.environ.get("HEMOGRAM_WATCH", "1") != "1":
            (folder / f"{whose.replace('/', '-')}.log").write_text(log)

    def quit(self) -> None:
        """The first Ctrl+Q may only close a dialog."""
        for _ in range(5):
            subprocess.run(["xdotool", "key", "ctrl+q"], check=False)
            try:
                self.process.wait(4 * PATIENCE)
                return
            except subprocess.TimeoutExpired:
                continue
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        killed = self.process.poll() == -signal.SIGKILL
        if self.process.poll() is None:
            self.quit()
        wrong = self.complaints()
        result(not wrong and (killed or self.process.returncode == 0), f"{self.name}: it closes without a complaint",
               "\n".join(wrong) + f"\nexit code {self.process.returncode}")
        if not killed:
            self.tell_turns()


def demo_clinic(folder: pathlib.Path) -> pathlib.Path:
    """The demonstration's clinic, made once by each hemogram-cli that was built, and copied."""
    built = os.stat(shutil.which(CLI)).st_mtime_ns
    made = SHOTS.parent / f"demo-clinic-{built}"
    if not made.is_dir():
        SHOTS.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SHOTS.parent) as partial:
            subprocess.run([CLI, "demo", f"{partial}/demo"], check=True, stdout=subprocess.DEVNULL)
            with contextlib.suppress(OSError):  # another test was first
                os.rename(f"{partial}/demo", made)
        for older in SHOTS.parent.glob("demo-clinic*"):
            if older != made:
                shutil.rmtree(older, ignore_errors=True)
    subprocess.run(["cp", "-a", str(made), str(folder / "demo")], check=True)
    return folder / "demo" / "clinic"
