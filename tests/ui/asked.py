# SPDX-License-Identifier: GPL-3.0-or-later
"""A pathologist takes a case in hand and asks for a picture that another laptop took; a notification opens its case."""
import copy
import pathlib
import subprocess
import tempfile
import time
import uuid

import desktop
import driver
import fhirserver
from clinic import Clinic
from driver import Window, result
from reading import chip_says, open_report, settings_of

QUESTION = "Blasts or reactive?"
BASE = "https://hemogram.org/fhir/StructureDefinition/"


def tasks(server, kind: str) -> list:
    """What of it the server has: of cases ('Specimen') or of pictures ('Media')."""
    with server.lock:
        return [resource for resource in server.resources.values()
                if resource["resourceType"] == "Task" and resource["focus"]["reference"].startswith(kind)]


def take_elsewhere(server, tube: str) -> str:
    """Another laptop of the clinic tells of a picture, and its file has not come."""
    made = str(uuid.uuid4())
    with server.lock:
        server.resources[f"Media/{made}"] = {
            "resourceType": "Media", "id": made, "meta": {"versionId": "1"}, "status": "completed",
            "extension": [{"url": BASE + "specimen", "valueReference": {"reference": tube}},
                          {"url": BASE + "field", "valueDecimal": 1}],
            "subject": server.resources[tube]["subject"], "content": {"contentType": "image/jpeg", "size": 2000000}}
    return made


def set_up(folder: pathlib.Path, server) -> tuple:
    """A question about a signed case, known to the server with a picture of another laptop. All is sent by command."""
    demo = driver.demo_clinic(folder)
    secret = {"secrets": (driver.PASSPHRASE,)}
    tech, admin = Clinic(demo, user="tech"), Clinic(demo, user="admin")
    number = next(row["specimen"] for row in tech("worklist", **secret) if row["state"] == "signed")
    tech("reading", "ask", number, QUESTION, **secret)
    server.start()
    admin("sync", "configure", "fhir", server.url, **secret)
    tech("sync", "once", "--lane", "results", **secret)
    tube = tasks(server, "Specimen")[0]["focus"]["reference"]
    image = take_elsewhere(server, tube)
    tech("sync", "once", "--lane", "results", **secret)
    return demo, number, tube, image


def open_reading(window) -> None:
    window.key("ctrl+3")
    window.wait(QUESTION, 20)
    window.click(None, QUESTION)
    window.key("Return")
    window.wait("Agrees with the report", 20)


def take_in_hand(window, server) -> None:
    window.wait("Take in Hand")
    window.shot("asked-waits")
    window.key("ctrl+h")
    window.wait("In your hand since", 20)
    result(not window.says("Take in Hand") and window.says("Decline…"), "a case is taken in hand by a key, and once")
    window.shot("asked-in-hand")
    window.until(lambda: tasks(server, "Specimen")[0]["status"] == "accepted", "the Task", 60)
    result("owner" in tasks(server, "Specimen")[0], "the server knows that somebody reads it, and who")


def ask_for_picture(window, server, image: str) -> None:
    """The other laptop's is the last of the film."""
    for _ in range(12):
        window.key("ctrl+Next")
        time.sleep(0.1)
    window.wait("Whether this picture was sent is not known.", 30)
    result(window.says("from another laptop"), "the film says whose pictures are whose")
    window.shot("asked-not-here")
    window.key("alt+k")
    window.wait("It is sent before all other pictures.", 20)
    window.shot("asked-asked")
    result(not window.says("Ask for It First"), "a picture is asked for, once")
    window.until(lambda: tasks(server, "Media"), "the Task", 60)
    task = tasks(server, "Media")[0]
    result((task["status"], task["focus"]["reference"]) == ("requested", f"Media/{image}"), "the server is told", task)
    answer(server, task)
    window.click(None, "Safety")
    window.wait("Send Now", 20)
    window.click("button", "Send Now")
    time.sleep(2)
    open_reading(window)
    for _ in range(12):
        window.key("ctrl+Next")
        time.sleep(0.1)
    window.wait("it came", 40)
    window.shot("asked-came")
    result(not window.says("asked for"), "that it came is seen where it is looked at")


def answer(server, task: dict) -> None:
    """The laptop that took it has brought it."""
    with server.lock:
        done = copy.deepcopy(task)
        done["status"] = "completed"
        done["meta"] = {"versionId": str(int(task["meta"]["versionId"]) + 1)}
        server.resources[f"Task/{task['id']}"] = done


def seen_by_the_clinic(window, number: str) -> None:
    chip_says(window, number, "Being read")
    open_report(window, number)
    window.wait("In hand of", 20)
    window.shot("asked-report")
    result(window.says("asked by"), "the technician sees who reads it, and since when")
    window.key("alt+Left")


def press(case: str) -> None:
    """As the desktop does with what a notification was given."""
    subprocess.run(["gdbus", "call", "--session", "--dest", "org.hemogram.Hemogram", "--object-path",
                    "/org/hemogram/Hemogram", "--method", "org.freedesktop.Application.ActivateAction",
                    "open-case", f"[<'{case}'>]", "{}"], check=True, stdout=subprocess.DEVNULL, timeout=30)


def write_result(server, tube: str) -> None:
    made = str(uuid.uuid4())
    with server.lock:
        server.resources[f"Observation/{made}"] = {
            "resourceType": "Observation", "id": made, "meta": {"versionId": "1"}, "status": "final",
            "code": {"text": "Sickling test"}, "valueString": "positive", "specimen": {"reference": tube},
            "subject": server.resources[tube]["subject"]}


def notified(window, server, shown, tube: str, number: str) -> None:
    """It comes while the screen is locked; a press shows nothing before somebody has unlocked it."""
    write_result(server, tube)
    window.click(None, "Safety")
    window.wait("Send Now", 20)
    window.click("button", "Send Now")
    window.until(lambda: shown.shows("1 Result Came Back"), "the notification", 60)
    window.key("ctrl+l")
    window.wait("PIN or passphrase", 20)
    shown.press()
    time.sleep(1)
    result(not window.says("Sickling test") and not window.says(number), "nothing is shown on a locked screen", window.texts())
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait("Sickling test", 30)
    window.shot("asked-notified")
    result(window.says(number), "the notification opens the case that it told of")
    under_a_dialog(window, tube)


def under_a_dialog(window, tube: str) -> None:
    window.key("ctrl+1")
    window.wait("Search or Scan", 20)
    window.key("ctrl+f")
    window.until(lambda: window.focused() is not None and not window.find("button", "New Patient…"), "the dialog", 10)
    press(tube.split("/")[1])
    press("no such thing")
    time.sleep(1)
    result(not window.says("Sickling test"), "what a dialog is about stays under it")
    window.key("Escape")
    window.wait("Sickling test", 20)
    result(True, "and the case is shown when it is closed")


def not_running(demo, env, tube: str, number: str) -> None:
    """The desktop starts the program for it: without a window, then with one, and the door before all else."""
    with Window(demo, "--gapplication-service", env=env, name="asked-started", leaks=False) as window:
        time.sleep(2)
        press(tube.split("/")[1])
        window.wait("Passphrase", 30)
        result(not window.says(number), "a program that is started by a notification asks who is there")
        time.sleep(0.3)
        window.type(driver.PASSPHRASE)
        window.key("Return")
        window.wait("Sickling test", 40)
        result(window.says(number), "and shows the case then")


def main() -> None:
    shown = desktop.Desktop()
    with tempfile.TemporaryDirectory() as temporary, fhirserver.Server() as server:
        folder = pathlib.Path(temporary)
        demo, number, tube, image = set_up(folder, server)
        people = {name: settings_of(folder, name) for name in ("tech", "path")}
        with Window(demo, env=people["path"], name="asked-reader") as window:
            window.sign_in()
            open_reading(window)
            take_in_hand(window, server)
            ask_for_picture(window, server, image)
        with Window(demo, env=people["tech"], name="asked-clinic", leaks=False) as window:
            window.sign_in()
            seen_by_the_clinic(window, number)
            notified(window, server, shown, tube, number)
        not_running(demo, people["tech"], tube, number)
    driver.finish()


if __name__ == "__main__":
    main()
