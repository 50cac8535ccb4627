# SPDX-License-Identifier: GPL-3.0-or-later
"""A clinic as the command line sees it, for the fault tests."""
import json
import os
import pathlib
import subprocess

CLI = os.environ.get("HEMOGRAM_CLI", "hemogram-cli")
PASSPHRASE = "correct horse battery staple"


class Refused(Exception):
    """The program ended with an error; .code is its exit code."""

    def __init__(self, done: subprocess.CompletedProcess) -> None:
        super().__init__(f"exit {done.returncode}: {done.stderr.strip()}")
        self.code = done.returncode
        self.message = done.stderr


class Clinic:
    def __init__(self, path: pathlib.Path, user: str = "admin", before: tuple = (), environment: dict | None = None):
        self.path = path
        self.user = user
        self.before = before  # a command that runs the program, such as faketime
        self.environment = environment or {}

    def raw(self, *arguments, secrets=(PASSPHRASE,), before=None, timeout=120) -> subprocess.CompletedProcess:
        reader, writer = os.pipe()
        os.write(writer, "".join(secret + "\n" for secret in secrets).encode())
        os.close(writer)
        try:
            return subprocess.run(
                [*(self.before if before is None else before), CLI, "--json", "--clinic", str(self.path),
                 "--user", self.user, "--passphrase-fd", str(reader), *map(str, arguments)],
                pass_fds=[reader], capture_output=True, timeout=timeout,
                env={**os.environ, **self.environment}, text=True, errors="replace",
            )
        finally:
            os.close(reader)

    def __call__(self, *arguments, **options):
        done = self.raw(*arguments, **options)
        if done.returncode != 0:
            raise Refused(done)
        text = done.stdout.strip()
        return json.loads(text) if text[:1] in ("{", "[") else text

    def init(self, name: str = "Faulty Clinic") -> str:
        return self("init", name)["recovery_code"]

    def patient(self, given: str = "Amina", family: str = "Odhiambo", **more) -> str:
        options = [word for key, value in more.items() for word in (f"--{key}", value)]
        return self("patient", "add", "--given", given, "--family", family, "--sex", "female",
                    "--born", "34y", "--new-person", *options)["uuid"]

    def specimen(self, patient: str, tests: str = "diff") -> str:
        return self("specimen", "accept", patient, "--tests", tests)["accession"]

    def day(self, fields: list) -> str:
        """A specimen with fields, a count and a signed report."""
        specimen = self.specimen(self.patient())
        self("image", "add", specimen, "--keep", *fields)
        self("count", specimen, "seg:60", "lym:32", "mono:8", "--close")
        self("report", "sign", specimen)
        return specimen
