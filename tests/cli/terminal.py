# SPDX-License-Identifier: GPL-3.0-or-later
"""At a terminal: secrets asked twice and never shown, Ctrl+C that ends cleanly, nobody to ask."""
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import termios
import time

from clinic import CLI, PASSPHRASE, Clinic
from faults import Tap, draw_fields, scratch

CTRL_C = "\x03"
tap = Tap()


class Terminal:
    """The program with a terminal of its own, as at a desk."""

    def __init__(self, *words) -> None:
        self.shown = ""
        # A test may be started with the signal ignored; the technician's shell does not.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process, self.master = pty.fork()
        if self.process == 0:
            os.execv(CLI, [CLI, *map(str, words)])

    def read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 4096)
        except OSError:
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)

    def wait_for(self, text: str, times: int = 1) -> bool:
        end = time.monotonic() + 30
        while self.shown.count(text) < times and time.monotonic() < end:
            self.read(0.2)
        return self.shown.count(text) >= times

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def finish(self) -> int:
        while self.read(30):
            pass
        _, status = os.waitpid(self.process, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)


def passphrases(path: pathlib.Path) -> None:
    terminal = Terminal("-c", path, "init", "Terminal Clinic")
    asked = terminal.wait_for("New passphrase") and not terminal.echoes()
    tap.result(asked, "a passphrase is asked for, unseen", terminal.shown)
    terminal.type(PASSPHRASE + "\n")
    terminal.wait_for("Once more")
    terminal.type("something else here\n")
    code = terminal.finish()
    tap.result(code == 2 and "not the same" in terminal.shown and not path.exists(), "two that differ are refused",
               f"{code} {terminal.shown}")
    terminal = Terminal("-c", path, "init", "Terminal Clinic")
    terminal.wait_for("New passphrase")
    terminal.type(PASSPHRASE + "\n")
    terminal.wait_for("Once more")
    terminal.type(PASSPHRASE + "\n")
    code = terminal.finish()
    tap.result(code == 0 and "recovery_code" in terminal.shown, "two of the same are taken", f"{code} {terminal.shown}")
    tap.result(PASSPHRASE not in terminal.shown, "and are not shown", terminal.shown)


def interrupts(clinic: Clinic) -> None:
    terminal = Terminal("-c", clinic.path, "worklist")
    terminal.wait_for("Passphrase: ")
    terminal.type(CTRL_C)
    spare = os.dup(terminal.master)
    code = terminal.finish()
    echo = bool(termios.tcgetattr(spare)[3] & termios.ECHO)
    os.close(spare)
    tap.result(code == 130, "Ctrl+C at the question ends it", f"{code} {terminal.shown}")
    tap.result(echo, "and what is typed is seen again")
    specimen = clinic.specimen(clinic.patient())
    terminal = Terminal("-c", clinic.path, "count", specimen, "--input")
    terminal.wait_for("Passphrase: ")
    terminal.type(PASSPHRASE + "\n")
    time.sleep(2)
    terminal.type("seg\nlym\n")
    time.sleep(1)
    terminal.type(CTRL_C)
    code = terminal.finish()
    tap.result(code == 130, "Ctrl+C ends a count from the keyboard", f"{code} {terminal.shown}")
    tap.result(clinic("count", specimen)["counted"] == 2, "its cells are there")


def long_work(clinic: Clinic, base: pathlib.Path) -> None:
    specimen = clinic.specimen(clinic.patient("Neema", "Mushi"))
    clinic("image", "add", specimen, "--keep", *draw_fields(base, 12))
    codes = set()
    for delay in (0.0, 0.05, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9):
        reader, writer = os.pipe()
        os.write(writer, (PASSPHRASE + "\n").encode())
        os.close(writer)
        process = subprocess.Popen([CLI, "-c", clinic.path, "-p", str(reader), "backup", base / "backup"],
                                   pass_fds=[reader], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(reader)
        time.sleep(0.15 + delay)
        process.send_signal(signal.SIGINT)
        codes.add(process.wait(timeout=60))
    tap.result(codes <= {0, 130}, "a backup that is interrupted ends with 130 or is whole", str(codes))
    clinic("backup", base / "backup")
    tap.result(clinic("backup", base / "backup") is not None, "and goes on when it is called again")
    tap.result(clinic("verify") == [], "the store is whole")


def nobody(clinic: Clinic) -> None:
    done = subprocess.run([CLI, "-c", clinic.path, "worklist"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          start_new_session=True, timeout=60)
    tap.result(done.returncode == 2 and "--passphrase-fd" in done.stderr, "without a terminal it says what to do",
               f"{done.returncode} {done.stderr}")


def languages(clinic: Clinic) -> None:
    plain = Clinic(clinic.path, environment={"LC_ALL": "C", "LANGUAGE": ""})
    uuid = plain.patient("Zoë", "Müller")
    tap.result(plain("patient", "show", uuid)["given"] == "Zoë", "a name is whole in the C locale as well")
    with open("/dev/full", "w") as full:
        done = subprocess.run([CLI, "findings"], stdout=full, stderr=subprocess.PIPE, text=True)
    tap.result(done.returncode == 9, "output that could not be written is an error", f"{done.returncode} {done.stderr}")


def main() -> int:
    with scratch() as folder:
        base = pathlib.Path(folder)
        clinic = Clinic(base / "clinic")
        passphrases(clinic.path)
        interrupts(clinic)
        long_work(clinic, base)
        nobody(clinic)
        languages(clinic)
    return tap.finish()


sys.exit(main())
