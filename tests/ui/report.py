# SPDX-License-Identifier: GPL-3.0-or-later
"""The report by keyboard alone: told, signed, printed, carried away; backed up; sticks that fail."""
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

import driver
from driver import Window, result

PIN = "4826"
DRAFT = "The report as it will be printed"
STORED = "as it was signed and stored"


def cli(clinic, *arguments) -> object:
    words = ["--clinic", str(clinic), "--user", "admin", "--passphrase-fd", "0", "--json", *map(str, arguments)]
    answer = subprocess.run([driver.CLI, *words], input=driver.PASSPHRASE + "\n", text=True, check=True,
                            stdout=subprocess.PIPE)
    return json.loads(answer.stdout) if answer.stdout.strip() else None


def cases(clinic) -> dict:
    """Accession numbers by what was asked for."""
    return {row["tests"]: row["accession"] if "accession" in row else row["specimen"]
            for row in cli(clinic, "worklist")}


def finish_case(clinic, specimen) -> None:
    """All that was asked for, with a critical haemoglobin."""
    for analyte, value in (("hb", 62), ("wbc", 7.2), ("plt", 210)):
        cli(clinic, "result", specimen, analyte, value, "--source", "HemoCue")
    cli(clinic, "count", specimen, "seg:60", "lym:30", "mono:6", "eos:3", "baso:1", "--close")


def open_report(window, tab, specimen) -> None:
    """From the worklist's tab of that number; the first is chosen where it is the only one."""
    window.key(f"alt+{tab}")
    window.wait(specimen)
    if tab != 3:
        window.click(None, specimen)
    window.key("Return")
    window.wait_gone("Search or Scan")
    window.key("F7")
    window.until(lambda: window.says(DRAFT) or window.says(STORED), "the paper", 20)


def call_and_sign(window) -> None:
    window.key("ctrl+Return")
    window.wait("Critical Call")
    window.shot("report-call")
    window.key("Tab", "space", "ctrl+Return")
    window.wait("was told")
    result(True, "a critical call is recorded before signing")
    before = window.inputs
    window.key("ctrl+Return")
    window.wait("You have no PIN yet")
    window.shot("report-pin")
    window.type(driver.PASSPHRASE)
    window.key("Tab", "Tab")
    window.tab_to("New PIN (four to eight digits)")
    window.type(PIN)
    window.tab_to("New PIN Again")
    window.type(PIN)
    window.key("Return")
    window.wait("Signed by", 30)
    window.wait("Version 1 " + STORED, 20)
    window.shot("report-signed")
    result(not window.says("Signed. The paper"), "nothing lies over the foot of the page")
    result(True, f"signed with a new PIN in {window.inputs - before} inputs")


def heard(window) -> None:
    """Tab comes to the paper, which says what is on it, and goes on from there."""
    for _ in range(30):
        node = window.focused()
        if node and STORED in node.name:
            break
        window.key("Tab")
        time.sleep(0.15)
    node = window.focused()
    words = node.description if node else ""
    result(node and STORED in node.name and "Haemoglobin" in words and "62" in words,
           "the paper has the focus and says what is on it", f"{node and node.name}: {words[:300]}")
    window.shot("report-heard")
    window.key("Tab")
    time.sleep(0.3)
    after = window.focused()
    result(after and STORED not in after.name, "Tab leaves the paper", after and after.name)


def amend(window) -> None:
    window.key("alt+a")
    window.wait("stays as it is")
    window.type("Repeat in a week.")
    window.key("ctrl+Return")
    window.wait("Why it is changed")
    window.type("A comment was asked for")
    window.tab_to("PIN")
    window.type("1357")
    window.key("Return")
    window.wait("The PIN is not right", 20)
    window.shot("report-wrong-pin")
    result(not window.says("version 2"), "a wrong PIN signs nothing")
    window.type(PIN)
    window.key("Return")
    window.wait("version 2", 30)
    window.wait("Version 2 " + STORED, 20)
    window.shot("report-amended")
    result(True, "amended with a reason")


def withdraw(window) -> None:
    """The patient was another: nobody may use it, and the paper and the worklist say so."""
    window.key("alt+w")
    window.wait("A withdrawal is not taken back")
    window.tab_to("PIN")
    window.type(PIN)
    window.key("Return")
    window.wait("Say why the report is withdrawn")
    window.shot("report-withdraw")
    window.tab_to("Why it is withdrawn")
    window.type("Blood of another patient")
    window.tab_to("PIN")
    window.type(PIN)
    window.key("Return")
    window.wait("Withdrawn by", 30)
    window.wait("Version 3 " + STORED, 20)
    window.wait("Version 3, Withdrawn")
    window.shot("report-withdrawn")
    result(not window.says("Withdraw…") and not window.says("Sign…"), "a withdrawn report gets no other version")
    window.key("alt+Left")
    window.wait("Search or Scan")
    window.key("alt+5")
    window.wait("Withdrawn")
    time.sleep(1)
    window.shot("worklist-withdrawn")
    result(not window.says("62 g/L"), "withdrawn with a reason and the PIN; the worklist says so, and no value of it")


def check_stick(folder, clinic, specimen) -> None:
    pdf = folder / specimen / "report-2.pdf"
    stored = folder.parent.parent / "stored.pdf"
    try:
        cli(clinic, "report", "print", specimen, stored, "--version", 2)
    except subprocess.CalledProcessError:
        stored.write_bytes(b"")
    same = pdf.is_file() and hashlib.sha256(pdf.read_bytes()).digest() == hashlib.sha256(stored.read_bytes()).digest()
    result(same, "the paper on the stick is the stored bytes", str(list(folder.rglob("*"))))
    folder.mkdir(exist_ok=True)
    sums = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True,
                          check=False)
    result(sums.returncode == 0, "the stick's own list of sums agrees", sums.stdout + sums.stderr)


def export(window, shot) -> None:
    window.key("ctrl+e")
    window.wait("Which Cases")
    window.shot(shot)
    window.key("ctrl+Return")


def pull(stick, away) -> None:
    """Takes the stick away as soon as something is on it."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if any(path.suffix == ".jpg" for path in stick.rglob("*")):
            os.rename(stick, away)
            return
        time.sleep(0.001)


def pulled(window, sticks, outside) -> None:
    (sticks / "ALPHA").mkdir(exist_ok=True)
    window.key("ctrl+e")
    window.wait("ALPHA")
    thread = threading.Thread(target=pull, args=(sticks / "ALPHA", outside / "pulled"))
    thread.start()
    window.key("ctrl+Return")
    thread.join()
    window.wait("No case arrived whole", 20)
    window.shot("export-pulled")
    halves = [path for path in (outside / "pulled").rglob("*.jpg") if path.stat().st_size == 0]
    result(not halves, "a pulled stick: said which cases arrived, nothing half has its name")
    window.key("alt+d")
    window.wait(STORED)


def full(window, sticks) -> None:
    small = sticks / "SMALL"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(small)], capture_output=True,
                      check=False).returncode != 0:
        small.rmdir()
        print("# no small stick: this place may not mount one", flush=True)
        return
    try:
        window.key("ctrl+e")
        window.wait("Full: only")
        window.shot("export-full-card")
        window.key("ctrl+Return")
        window.wait("The Stick Is Full", 20)
        window.shot("export-full")
        result(True, "a full stick: said what was kept and what to do")
        window.key("alt+d")
        window.wait_gone("The Stick Is Full")
        window.wait(STORED)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)
        small.rmdir()


def safety(window, sticks) -> None:
    (sticks / "BETA").mkdir(exist_ok=True)
    window.key("alt+Left")
    window.wait("Search or Scan")
    window.click(None, "Safety")
    window.wait("Saved here: 4")
    window.wait("Backed up: 0")
    window.shot("safety-never")
    window.wait("BETA")
    window.key("alt+b")
    window.wait("Safe to Remove: BETA", 60)
    window.wait("Backed up: 4")
    window.shot("safety-backed-up")
    result((sticks / "BETA" / "hemogram-backup" / "manifest.json").is_file(), "backed up, read back, and counted")
    window.key("alt+v")
    window.wait("All is whole", 60)
    result(True, "verified in words")


def see_paper(clinic, specimen, name) -> bytes:
    """The pixels of the paper below its head, where the toolkit draws nothing that moves."""
    with Window(clinic, name=name, leaks=False) as window:
        window.sign_in()
        open_report(window, 5, specimen)
        window.wait(STORED)
        window.shot(name)
        if name == "stored-after":
            result(window.says("Renamed"), "the record says the new name")
        crop = subprocess.run(["convert", str(driver.SHOTS / f"{name}.png"), "-crop", "700x500+60+180", "gray:-"],
                              check=True, stdout=subprocess.PIPE)
        return crop.stdout
    return b""


def is_same_paper(before: bytes, after: bytes) -> bool:
    """A paper that is scaled down may fall on its pixels a little otherwise; a letter would be another by far."""
    return len(before) == len(after) == 700 * 500 and max(abs(a - b) for a, b in zip(before, after)) <= 8


def stored_paper(clinic, specimen) -> None:
    """What was signed is seen as it was signed, whatever the record says since; or not at all."""
    before = see_paper(clinic, specimen, "stored-before")
    patient = cli(clinic, "specimen", "show", specimen)["patient"]
    cli(clinic, "patient", "edit", patient["uuid"] if isinstance(patient, dict) else patient, "--family", "Renamed")
    after = see_paper(clinic, specimen, "stored-after")
    result(is_same_paper(before, after), "a name that is corrected later is not on the signed paper")
    for paper in (clinic / "reports").iterdir():
        whole = bytearray(paper.read_bytes())
        whole[len(whole) // 2] ^= 1
        paper.chmod(0o600)
        paper.write_bytes(whole)
    with Window(clinic, name="stored-damaged") as window:
        window.sign_in()
        window.key("alt+5")
        window.wait(specimen)
        window.click(None, specimen)
        window.key("Return")
        window.wait_gone("Search or Scan")
        window.key("F7")
        window.wait("it is not shown", 20)
        window.shot("stored-damaged")
        result(not window.says(STORED) and not window.says(DRAFT), "a stored paper that was changed is not shown")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        clinic = driver.demo_clinic(base)
        sticks, outside = base / "sticks", base / "outside"
        (sticks / "KINGSTON").mkdir(parents=True)
        outside.mkdir()
        numbers = cases(clinic)
        specimen = numbers["diff,cbc"]
        full_case = next(number for tests, number in numbers.items() if "malaria" in tests and "diff" in tests)
        finish_case(clinic, specimen)
        with Window(clinic, env={"HEMOGRAM_STICKS": str(sticks)}, name="report") as window:
            window.sign_in()
            open_report(window, 3, specimen)
            window.shot("report-open")
            call_and_sign(window)
            heard(window)
            amend(window)
            export(window, "export-choose")
            window.wait("Safe to Remove: KINGSTON", 30)
            window.shot("export-safe")
            result(True, "safe to remove, with the stick's name")
            window.key("alt+d")
            window.wait(STORED)
            withdraw(window)
        withdrawn = base / "withdrawn.pdf"
        cli(clinic, "report", "print", specimen, withdrawn)
        words = subprocess.run(["pdftotext", str(withdrawn), "-"], check=True, capture_output=True, text=True).stdout
        words = " ".join(words.split())
        result("WITHDRAWN" in words and "Blood of another patient" in words and "eutrophil" not in words,
               "the paper says WITHDRAWN and why, and no result", words)
        check_stick(sticks / "KINGSTON", clinic, specimen)
        (sticks / "KINGSTON").rename(outside / "KINGSTON")
        with Window(clinic, env={"HEMOGRAM_STICKS": str(sticks)}, name="sticks") as window:
            window.sign_in()
            open_report(window, 5, full_case)
            window.key("ctrl+e")
            window.wait("No stick is plugged in")
            window.shot("export-empty")
            window.key("alt+Left")
            window.wait(STORED)
            pulled(window, sticks, outside)
            full(window, sticks)
            safety(window, sticks)
        looks = (("dark", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}), ("large", {"GDK_DPI_SCALE": "2"}))
        for name, env in looks if driver.LOOKS else ():
            with Window(clinic, env=env, name=name, leaks=False) as window:
                window.sign_in()
                open_report(window, 5, full_case)
                window.shot(f"report-{name}")
                window.key("ctrl+e")
                window.wait("Which Cases")
                window.shot(f"export-{name}")
        stored_paper(clinic, full_case)
    driver.finish()


if __name__ == "__main__":
    main()
