# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is there for a while: the screen locks, also when the computer slept meanwhile, which is how laptops are
carried away."""
import os
import pathlib
import tempfile
import time

import driver
from driver import Window, result

HOUR = 3600
# So often the window looks itself whether it is to lock.
CHECK_SECONDS = 5


class Sleep:
    """The computer's clocks as after a sleep."""

    def __init__(self, folder: pathlib.Path):
        self.file, self.seconds = folder / "slept", 0
        self.env = {"LD_PRELOAD": os.environ["HEMOGRAM_LONG_SLEEP"], "LONG_SLEEP": str(self.file)}

    def over(self, seconds: int) -> None:
        """It wakes."""
        self.seconds += seconds
        made = self.file.with_suffix(".new")
        made.write_text(str(self.seconds))
        os.rename(made, self.file)


def is_locked(window) -> bool:
    return window.comes("PIN or passphrase", 12)


def alone(window, sleep: Sleep) -> float:
    """Nobody touches it, and it locks by itself; when."""
    sleep.over(60)
    time.sleep(7)
    result(not window.says("PIN or passphrase"), "a minute is not yet long")
    sleep.over(HOUR)
    result(is_locked(window), "it is locked after a sleep", " | ".join(window.texts())[:500])
    locked = time.monotonic()
    window.unlock("New Patient")
    return locked


def touched(window, sleep: Sleep, looked: float) -> None:
    """The key that wakes it is no sign of who was there before, and does nothing behind the door. `looked`: when the
    window did so itself, which it does not between this and what is seen of the key."""
    time.sleep((looked + 0.5 - time.monotonic()) % CHECK_SECONDS)
    sleep.over(HOUR)
    window.key("alt+5")
    result(window.comes("PIN or passphrase", 3), "the first key locks", " | ".join(window.texts())[:500])
    window.shot("idle-locked")
    window.unlock("New Patient")
    result(window.comes("Waiting", 10) and not window.comes("Signed", 3), "and does nothing else", " | ".join(window.texts())[:500])


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clinic = driver.demo_clinic(folder)
        sleep = Sleep(folder)
        with Window(clinic, name="idle", env=sleep.env) as window:
            window.sign_in()
            touched(window, sleep, alone(window, sleep))
    driver.finish()


if __name__ == "__main__":
    main()
