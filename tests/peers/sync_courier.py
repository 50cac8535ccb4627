# SPDX-License-Identifier: GPL-3.0-or-later
"""A stick between two laptops of a clinic, of which one has the internet."""
import os
import pathlib
import random
import subprocess

from clinic import PASSPHRASE
from laptop import Laptop
from stage import Stage, tap
from sync_faults import LARGE, SEED

ROUNDS = int(os.environ.get("HEMOGRAM_COURIER_ROUNDS", "3"))


def killed_at_a_stick(stage: Stage, process, dice: random.Random) -> str:
    """SIGKILL after a moment, or none."""
    try:
        process.communicate(timeout=dice.uniform(0.15, 2.5))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "killed"
    return str(process.returncode)


def carry(stage: Stage, other: Laptop, stick: pathlib.Path) -> tuple:
    """There and back without trouble; exit codes."""
    return (stage.laptop.raw("courier", "write", stick, timeout=300).returncode,
            other.raw("courier", "read", stick, timeout=300).returncode,
            stage.laptop.raw("courier", "read", stick, timeout=300).returncode)


def part_courier(stage: Stage) -> None:
    """A second laptop of the clinic has the internet, the first a stick."""
    home, other, stick = stage.laptop, Laptop(stage.folder / "carrier"), stage.folder / "stick"
    stick.mkdir()
    code = home("enrol", "export", stage.folder / "carried-enrolment")["one_time_code"]
    other("enrol", "import", stage.folder / "carried-enrolment", secrets=(code, PASSPHRASE))
    stage.connect(other)
    stage.clear()
    fields = [stage.new_image(), stage.new_image(LARGE)]
    before = home.received()
    codes = carry(stage, other, stick)
    wrong = stage.truth.wrong(drained=True)
    tap.result(codes == (0, 0, 0) and len(home.received() - before) >= 3 * len(fields) and not wrong,
               "courier: all lanes by a stick, and what is called received is there", f"{codes} " + "\n".join(wrong))
    left = [file.name for file in stick.rglob("*.letter")]
    tap.result(not left, "courier: and nothing is left on the stick", str(left))
    dice, false, said = random.Random(SEED), [], []
    for number in range(1, ROUNDS + 1):
        stage.new_image(dice.choice((0, 0, 300_000, LARGE)))
        for laptop, verb in ((home, "write"), (other, "read"), (home, "read")):
            if laptop is other and dice.random() < 0.4:
                dice.choice(stage.both()).fault(dice.choice(("acklost", "trunc", "wrong-id", "batch", "portal")), times=1,
                                                method="PUT|POST")
            said.append(killed_at_a_stick(stage, laptop.spawn("courier", verb, stick), dice))
            stage.clear()
        if number % 3 == 0 or number == ROUNDS:
            false += [f"round {number}: {one}" for one in stage.truth.false_objects() + stage.truth.false_records()]
    print(f"# courier: {' '.join(said)}", flush=True)
    tap.result(not false, f"courier: {ROUNDS} rounds of kill and lie (seed {SEED}): {len(false)} false "
               "acknowledgements", "\n".join(false))
    home("sync", "retry")
    for _ in range(3):
        codes = carry(stage, other, stick)
        if not home.waiting():
            break
    wrong = stage.truth.wrong(drained=True)
    tap.result(codes == (0, 0, 0) and not wrong, "courier: then all comes, and nothing is there twice",
               f"{codes} " + "\n".join(wrong))
