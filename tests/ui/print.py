# SPDX-License-Identifier: GPL-3.0-or-later
"""A signed report on its way to paper: CUPS and a virtual IPP printer of this machine take it as a printer does."""
import hashlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import driver
from driver import Window, result

STORED = "as it was signed and stored"
PROGRAMS = ("cupsd", "ippeveprinter", "lpadmin", "lpstat")
FILES = """ServerRoot {0}/etc
RequestRoot {0}/spool
CacheDir {0}/cache
StateDir {0}/state
TempDir {0}/spool
ErrorLog {0}/log/error
AccessLog {0}/log/access
PageLog {0}/log/page
SystemGroup root
User lp
Group lp
"""
DAEMON = """LogLevel warn
Listen {0}/socket
Browsing Off
DefaultAuthType None
WebInterface No
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
"""


def skip(why: str) -> None:
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Printer:
    """A CUPS of its own with a queue that gives the printer what it got."""

    def __init__(self, folder: pathlib.Path):
        self.folder, self.paper = folder, folder / "paper"
        self.env = {**os.environ, "CUPS_SERVER": f"{folder}/socket",
                    # The printer asks for Avahi, which nobody has to answer.
                    "DBUS_SYSTEM_BUS_ADDRESS": os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")}
        self.processes = []

    def start(self) -> str:
        """Why it does not work here, or nothing."""
        for name in ("etc", "spool", "cache", "state", "log", "paper"):
            (self.folder / name).mkdir()
            if os.geteuid() == 0:
                shutil.chown(self.folder / name, "lp", "lp")
        self.folder.chmod(0o755)
        (self.folder / "etc/cups-files.conf").write_text(FILES.format(self.folder))
        (self.folder / "etc/cupsd.conf").write_text(DAEMON.format(self.folder))
        port = free_port()
        self.run("ippeveprinter", "-p", str(port), "-d", str(self.paper), "-k", "-f", "application/pdf", "-r", "off",
                 "-n", "localhost", "Clinic")
        self.run("cupsd", "-f", "-c", f"{self.folder}/etc/cupsd.conf", "-s", f"{self.folder}/etc/cups-files.conf")
        end = time.monotonic() + 20
        while not (self.folder / "socket").exists():
            if time.monotonic() > end:
                return "CUPS does not start"
            time.sleep(0.1)
        uri = f"ipp://localhost:{port}/ipp/print"
        made = subprocess.run(["lpadmin", "-p", "Direct", "-E", "-v", uri, "-m", "raw"], env=self.env, text=True,
                              capture_output=True, check=False)
        return "" if made.returncode == 0 else f"no queue can be made: {made.stderr.strip()[:100]}"

    def run(self, *command: str) -> None:
        log = open(self.folder / f"log-{command[0]}", "w", encoding="utf-8")
        self.processes.append(subprocess.Popen(command, env=self.env, stdout=log, stderr=log))

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()
        self.processes = []

    def printed(self, count: int, seconds: float = 30) -> list:
        """The papers, oldest first, once there are so many and they have come to rest."""
        end = time.monotonic() + seconds * driver.PATIENCE
        sizes = None
        while time.monotonic() < end:
            papers = sorted(self.paper.glob("*.pdf"), key=lambda path: path.stat().st_mtime)
            now = [path.stat().st_size for path in papers]
            if len(papers) >= count and now == sizes and all(now):
                return papers
            sizes = now
            time.sleep(0.5)
        return []

    def complaints(self) -> str:
        return "\n".join((self.folder / "log" / "error").read_text(errors="replace").splitlines()[-10:])



def open_signed(window, specimen: str) -> None:
    window.sign_in()
    window.key("alt+5")
    window.wait(specimen)
    window.click(None, specimen)
    window.key("Return")
    window.wait_gone("Search or Scan")
    window.key("F7")
    window.wait(STORED, 20)


class PrintWindow(Window):
    def complaints(self) -> list:
        """GTK says so itself where no service for the colours of printers runs."""
        return [line for line in super().complaints() if "failed to contact colord" not in line]

    def in_dialog(self, role: str, name: str):
        """The toolkit's own print dialog is a window of its own."""
        return next((node for node in self.nodes() if node.name == name and node.role == role
                     and any(above.name == "Print Report" for above in node.above())), None)

    def press(self, role: str, name: str) -> None:
        node = self.until(lambda: self.in_dialog(role, name), f"{role} '{name}' of the print dialog", 20)
        box = node.box()
        # Without a window manager it stands in the corner.
        self.click_at(box.x + box.width // 2, box.y + box.height // 2)


def send(window, queue: str) -> None:
    window.key("ctrl+p")
    time.sleep(1)
    window.press("label", queue)
    time.sleep(1)
    window.shot(f"print-{queue.lower()}")
    window.press("button", "Print")
    window.wait("Given to the printer's queue", 15)
    window.shot(f"print-{queue.lower()}-sent")
    window.wait_gone("Given to the printer's queue", 20)


def main() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        skip("no " + ", ".join(missing) + " here: they are of the list packages-devices")
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        base.chmod(0o755)
        clinic = driver.demo_clinic(base)
        (base / "cups").mkdir()
        printer = Printer(base / "cups")
        why = printer.start()
        if why:
            printer.stop()
            skip(why)
        words = ["--clinic", str(clinic), "--user", "admin", "--passphrase-fd", "0"]
        call = lambda *more: subprocess.run([driver.CLI, *words, *more], input=driver.PASSPHRASE + "\n",  # noqa: E731
                                            text=True, check=True, stdout=subprocess.PIPE).stdout
        specimen = next(line.split()[0] for line in call("worklist", "--state", "signed").splitlines() if line.startswith("26"))
        call("report", "print", specimen, str(base / "stored.pdf"))
        stored = (base / "stored.pdf").read_bytes()
        try:
            with PrintWindow(clinic, env={key: printer.env[key] for key in ("CUPS_SERVER",)}, name="print") as window:
                open_signed(window, specimen)
                send(window, "Direct")
                papers = printer.printed(1)
                result(bool(papers) and hashlib.sha256(papers[0].read_bytes()).digest()
                       == hashlib.sha256(stored).digest(),
                       "the printer gets the very bytes that were signed", printer.complaints())
                printer.stop()
                window.key("ctrl+p")
                window.wait("This Computer Knows No Printer", 20)
                window.shot("print-none")
                result(True, "without a printer it says so, and offers a PDF")
                window.key("Escape")
            result(call("audit", "list").count("report.print") == 1, "each paper that left is in the audit log")
            left = [path for path in (base / "cups/spool").rglob("*") if path.is_file() and b"%PDF" in path.read_bytes()]
            print(f"# CUPS keeps {len(left)} of 1 job in its spool after it was printed", flush=True)
        finally:
            printer.stop()
    driver.finish()


main()
