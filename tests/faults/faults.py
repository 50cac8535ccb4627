# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault tests share: a clinic to break, the power cut, TAP output."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import tempfile

WORKLOAD = os.environ.get("HEMOGRAM_WORKLOAD", "workload")
POWERCUT = os.environ.get("HEMOGRAM_POWERCUT", "")
SMEAR = os.environ.get("HEMOGRAM_DRAW_SMEAR", "hemo-draw-smear")
# In a sanitized build the sanitizer's library has to come first.
PRELOAD = os.environ.get("HEMOGRAM_PRELOAD", "")
WORKERS = max(os.cpu_count() or 1, 1)


class Tap:
    """Numbers results as the Test Anything Protocol has them."""

    def __init__(self) -> None:
        self.count = 0
        self.failures = 0

    def result(self, passed: bool, name: str, detail: str = "") -> bool:
        self.count += 1
        if not passed:
            self.failures += 1
        print(f"{'ok' if passed else 'not ok'} {self.count} {name}", flush=True)
        for line in detail.splitlines()[:20] if not passed else []:
            print(f"# {line}", flush=True)
        return passed

    def skip(self, name: str, reason: str) -> None:
        self.count += 1
        print(f"ok {self.count} {name} # SKIP {reason}", flush=True)

    def finish(self) -> int:
        print(f"1..{self.count}")
        return 1 if self.failures else 0


def run(command: list, environment: dict | None = None, timeout: int = 120) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
    )


def workload(command: str, directory, promises, *others, **environment) -> subprocess.CompletedProcess:
    return run([WORKLOAD, command, directory, promises, *others], environment)


def cut(command: str, root, directory, promises, *others, mode: str, at: int, **more) -> subprocess.CompletedProcess:
    """The workload with the power cut below `root` at step `at`."""
    preload = ":".join(part for part in (PRELOAD, POWERCUT) if part)
    return workload(
        command, directory, promises, *others,
        LD_PRELOAD=preload, POWERCUT_ROOT=str(root), POWERCUT_MODE=mode, POWERCUT_AT=str(at), **more,
    )


def count_steps(command: str, root, directory, promises, *others, report=None) -> int:
    report = pathlib.Path(report or str(promises) + ".steps")
    done = cut(command, root, directory, promises, *others, mode="kill", at=0, POWERCUT_REPORT=str(report))
    if done.returncode != 0:
        raise RuntimeError(f"{command} fails by itself: {done.stderr}")
    return int(report.read_text())


def draw_fields(folder: pathlib.Path, count: int = 2) -> list:
    """Small drawn fields, each another."""
    fields = []
    for seed in range(1, count + 1):
        path = folder / f"field-{seed}.jpg"
        done = run([SMEAR, "--seed", seed, "--width", 320, "--height", 240, "--out", path])
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        fields.append(path)
    return fields


def scratch() -> tempfile.TemporaryDirectory:
    """In memory where that can be: what is durable is decided by the preloaded library, not by a disk,
    and thousands of real fsyncs take hours."""
    memory = pathlib.Path("/dev/shm")
    folder = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="hemogram-faults-", dir=folder)


def private_mounts() -> tuple:
    """A command before another one, which then can mount without anybody else seeing it; () where that
    is not allowed. In the build environment's own root the mounts are private already, and there is
    nothing whose propagation could be changed."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    for propagation in ("private", "unchanged"):
        before = ("unshare", *user, "--mount", "--propagation", propagation)
        if subprocess.run([*before, "true"], capture_output=True).returncode == 0:
            return before
    return ()


def copy(source, target) -> None:
    shutil.copytree(source, target, symlinks=True)


def in_parallel(function, items) -> list:
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(function, items))
