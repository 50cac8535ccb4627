# SPDX-License-Identifier: GPL-3.0-or-later
"""The window and a server: set up and tested, away and back, what it refuses, pause, what others wrote, a stick,
and going on without a window."""
import pathlib
import subprocess
import tempfile
import time
import uuid

import desktop
import driver
import fhirserver
from disputes import change_both
from driver import Window, result

REASON = "No such code in this server"


def scroll(window) -> None:
    """To the end of the page."""
    for _ in range(4):
        subprocess.run(["xdotool", "mousemove", "900", "500", "click", "--repeat", "15", "--delay", "10", "5"],
                       check=True)
        time.sleep(0.2)


def try_failures(window, server) -> None:
    """Each step of the test in failure: what is wrong, and what can be done."""
    for step, says, advice in (
            ("sign-in", "did not accept how this clinic signs in", "Type user and secret again"),
            ("write", "This user may only read", "for the right to write"),
            ("read-back", "gave back another record", "What cannot be read back was not received"),
            ("delete", "Nothing is deleted here", "stays on the server")):
        server.fails = step
        window.key("alt+t")
        window.wait(says, 40)
        result(window.says(advice), f"{step}: the test says what is wrong, and what can be done", window.texts())
        window.shot(f"sync-test-{step}")
    server.fails = "clock"
    window.key("alt+t")
    window.wait("minutes slow", 40)
    result(window.says("It works, but"), "a clock that is off is told, and is no obstacle")
    server.fails = None
    with server.lock:
        server.resources.clear()


def set_up(window, server) -> None:
    window.click(None, "Safety")
    window.wait("Not connected to a server")
    window.shot("sync-no-server")
    window.click("button", "Set Up…")
    window.wait("Records Server")
    window.click(None, "Records Server")
    window.wait("Address of the server")
    time.sleep(0.5)
    window.key("alt+a")
    window.type(server.url)
    scroll(window)
    window.key("alt+t")
    window.wait("The server cannot be used like this", 40)
    result(window.says("Failed"), "the test says which step failed while the server is away", window.texts())
    window.shot("sync-test-failed")
    server.start()
    try_failures(window, server)
    window.key("alt+t")
    window.wait("The server can be used", 40)
    result(server.count("Basic") == 0, "the test takes away what it wrote")
    window.shot("sync-test-passed")
    server.stop()
    window.key("alt+s")
    window.wait("Saved. What waits is sent", 20)
    result(True, "a server is set up in the window")


def drain(window, server, sticks) -> None:
    window.key("ctrl+1")
    window.wait("Worklist")
    result(not window.says("Received"), "nothing is called received while the server is away")
    window.click(None, "Safety")
    window.wait("Next try in", 60)
    result(window.says("wait"), "what waits is counted, and when it is tried again")
    window.shot("sync-away")
    carry(window, sticks)
    refused = {}

    def refuse(resource):
        if resource["resourceType"] == "Specimen" and not refused:
            refused["id"] = resource["id"]
        return REASON if resource["resourceType"] == "Specimen" and resource["id"] == refused["id"] else None

    server.refuse = refuse
    server.start()
    window.click("button", "Send Now")
    window.wait("On the Shelf", 90)
    window.until(lambda: server.count("Patient") > 0 and window.says(REASON), "the reason", 60)
    result(True, "a refused case lies on the shelf in words")
    window.shot("sync-shelf")
    window.wait("Received by the server: 3", 60)
    result(not window.says("All was received"), "other cases are received meanwhile, and no more is claimed")
    window.key("ctrl+1")
    window.wait("To Sign", 20)
    window.shot("sync-received")
    server.refuse = lambda resource: None
    window.click(None, "Safety")
    window.wait("On the Shelf", 20)
    scroll(window)
    opens = (node.name for node in window.nodes() if node.role == "button" and node.name.startswith("Open case "))
    window.click("button", next(opens))
    window.wait_gone("On the Shelf", 20)
    window.wait("Fields", 20)
    result(window.says("Morphology"), "what was refused is opened from the shelf")
    window.key("alt+Left")
    window.wait("On the Shelf", 20)
    subprocess.run(["xdotool", "mousemove", "900", "500", "click", "--repeat", "60", "--delay", "5", "4"], check=True)
    time.sleep(0.5)
    window.click("button", "Try All Again")
    window.wait_gone("On the Shelf", 60)
    window.until(lambda: f"Specimen/{refused['id']}" in server.resources, "the case", 60)
    result(True, "Try Again brings it")
    window.wait("All was received", 60)
    window.wait("Received by the server: 4", 30)
    window.shot("sync-drained")


def pause(window, server) -> None:
    window.click("button", "Pause")
    window.wait("Paused", 20)
    before = server.requests
    window.click("button", "Resume")
    window.wait("All was received", 30)
    window.click("button", "Pause")
    window.wait("Paused", 20)
    asked = server.requests
    time.sleep(3)
    result(server.requests == asked and before <= asked, "nothing is asked of the server while it is paused")


def write_result(server, tube: str) -> None:
    """By another program, about a case of ours."""
    made = str(uuid.uuid4())
    with server.lock:
        server.resources[f"Observation/{made}"] = {
            "resourceType": "Observation", "id": made, "meta": {"versionId": "1"}, "status": "final",
            "code": {"text": "Sickling test"}, "valueString": "positive", "specimen": {"reference": tube},
            "component": [{"code": {"text": "Haemoglobin"}, "valueQuantity": {"value": 62, "unit": "g/L"}}],
            "subject": server.resources[tube]["subject"]}


def still_paused(window) -> None:
    window.click(None, "Safety")
    window.wait("Paused", 30)
    result(True, "a pause holds over a restart")
    window.click("button", "Resume")
    window.wait("2 records wait for a person", 60)
    window.shot("sync-disputes")


def decide(window, server, patient: str) -> None:
    """By the keyboard alone, once the list is open."""
    window.click(None, "2 records wait for a person")
    window.wait("Specimen", 20)
    window.shot("sync-disputes-list")
    window.key("Return")
    window.wait("Telephone", 20)
    result(window.says("0722 000 111") and window.says("0733 000 222"), "both versions of a field are shown")
    result(window.says("Here") and window.says("There"), "and who wrote them", window.texts())
    window.key("alt+t")
    window.wait("1 of 1 decided")
    window.shot("sync-dispute")
    window.click(None, "Something else")
    window.type("0")
    window.key("BackSpace")
    window.key("alt+d")
    window.wait("Write what is right, or choose one of the two")
    result(True, "something else that says nothing throws no version away")
    window.type("0744 000 333")
    window.key("alt+d")
    window.wait("Decided. Both versions stay", 20)
    sent = server.resources[patient]["telecom"]
    window.key("ctrl+z")
    window.wait("It waits again.", 20)
    result(sent == server.resources[patient]["telecom"], "a decision is taken back before it is sent")
    window.wait("Specimen", 20)
    window.key("Return")
    window.wait("Telephone", 20)
    result(window.says("0722 000 111"), "and what was here is here again")
    window.key("alt+h")
    window.wait("1 of 1 decided")
    window.key("alt+d")
    window.wait("Decided. Both versions stay", 20)
    window.wait_gone("Telephone")
    window.wait("Its number, patient or order is another one there", 20)
    window.key("Return")
    window.wait("What Differs", 20)
    window.shot("sync-dispute-specimen")
    window.key("alt+k")
    window.wait("Nothing Waits to Be Decided", 20)
    window.shot("sync-disputes-none")
    window.until(lambda: "0722 000 111" in str(server.resources[patient].get("telecom")), "ours on the server", 60)
    result(True, "what was decided is sent")
    window.key("alt+Left")
    window.wait("All was received", 60)


def news(window, server, shown, tube: str, number: str) -> None:
    write_result(server, tube)
    window.click("button", "Send Now")
    window.until(lambda: shown.shows("1 Result Came Back"), "the notification", 60)
    result(not any(number in text or "Odhiambo" in text for pair in shown.told for text in pair),
           "the desktop tells of a result, and nothing of whose it is", shown.told)
    window.key("ctrl+1")
    window.wait("To Sign", 20)
    window.key("alt+5")
    window.wait(number, 20)
    window.click(None, number)
    window.key("Return")
    window.wait("Differential", 20)
    time.sleep(1)
    window.key("F7")
    window.wait("From Others", 20)
    result(window.says("Sickling test") and window.says("positive"), "what others wrote stands in its case")
    result(window.says("62 g/L") and not window.says("Specimen/"), "with its numbers, and not what it points to", window.texts())
    window.shot("sync-others")
    window.until(lambda: not shown.shown, "the notification is withdrawn", 20)
    result(True, "it is withdrawn when somebody has looked")
    window.key("alt+Left")


def expect(window, server, patient: str) -> None:
    """With the keyboard: it is in the worklist, its specimen is taken in, and nobody waits for it then."""
    made = server.order(patient)
    window.click(None, "Safety")
    window.click("button", "Send Now")
    window.key("ctrl+1")
    window.wait("To Sign", 20)
    window.wait("Expected  1", 60)
    window.key("alt+6")
    window.wait("Dr Achieng, ward 4", 20)
    time.sleep(0.5)
    window.shot("worklist-expected")
    result(window.says("STAT"), "an order that came is listed, with its urgency", window.texts())
    window.key("Return")
    window.wait("For the Order", 20)
    window.wait("As it was ordered", 20)
    time.sleep(0.5)
    window.shot("specimen-expected")
    window.key("ctrl+Return")
    window.wait("Print Label", 20)
    window.key("ctrl+1")
    window.wait("No Specimen Is Expected", 20)
    window.shot("worklist-expected-none")
    window.key("alt+5")
    window.click(None, "Safety")
    window.click("button", "Send Now")
    window.until(lambda: any(f"ServiceRequest/{made}" in str(resource) for name, resource in dict(server.resources).items()
                             if name.startswith("Specimen/")), "the specimen of the order on the server", 60)
    result(True, "the specimen that was accepted is that order's")


def choose(window, server, patient: str) -> None:
    """Who comes from the patient says which order it is; a draft knows it."""
    server.order(patient)
    window.click("button", "Send Now")
    window.key("ctrl+1")
    window.wait("Expected  1", 60)
    window.key("ctrl+f")
    window.type("odhiambo")
    window.wait("New Patient “", 20)
    window.key("Return")
    window.wait("Results Over Time", 20)
    window.key("ctrl+Return")
    window.wait("Not chosen yet", 20)
    window.key("ctrl+Return")
    window.wait("Choose the order that this specimen is for", 20)
    window.shot("specimen-expected-unchosen")
    result(not window.says("Print Label"), "no specimen is of an order that nobody chose")
    window.key("alt+f")
    time.sleep(0.5)
    window.key("Home", "Down")
    time.sleep(0.2)
    window.key("Return")
    window.wait("As it was ordered", 20)
    time.sleep(1)
    window.key("alt+Left")
    window.wait("Results Over Time", 20)
    time.sleep(0.5)
    window.key("ctrl+Return")
    window.wait("This was typed before", 20)
    result(window.says("As it was ordered"), "what was typed comes back under its order")
    window.key("ctrl+Return")
    window.wait("Print Label", 20)
    window.key("ctrl+1")
    window.wait("Expected  0", 20)
    result(True, "and its specimen is accepted")


def carry(window, sticks) -> None:
    """Onto a stick and back: nothing of it counts as received by that."""
    # What was said before lies over the row.
    window.wait_gone("Saved. What waits is sent", 20)
    subprocess.run(["xdotool", "mousemove", "900", "400", "click", "--repeat", "3", "--delay", "20", "5"], check=True)
    time.sleep(0.5)
    window.click(None, "Carry on a stick")
    window.wait("whoever finds the stick", 20)
    window.shot("courier-no-stick")
    (sticks / "BLUE STICK").mkdir()
    window.wait("BLUE STICK", 20)
    window.until(lambda: window.find("button", "Write to the Stick"), "the button")
    time.sleep(1)
    window.key("alt+w")
    window.wait("onto the stick", 60)
    window.wait("Safe to Remove", 20)
    result(any((sticks / "BLUE STICK").rglob("*")), "what waits is written onto a stick")
    window.shot("courier-written")
    window.key("alt+w")
    window.wait("All that waits is on the stick already", 60)
    # Nothing begins on a stick that is being let go.
    window.wait("Safe to Remove", 20)
    result(True, "what is there is not written again")
    window.key("alt+r")
    window.wait("nothing new for this computer", 60)
    result(window.says("not been brought to a server yet"), "a stick that was nowhere proves nothing")
    window.shot("courier-read")
    window.key("alt+Left")
    window.wait("Next try in", 60)


def close_window(window, server, shown, clinic) -> None:
    window.click(None, "Safety")
    window.wait("Go on when the window is closed", 20)
    shown.allows = False
    window.click(None, "Go on when the window is closed")
    window.wait("was not allowed to go on", 20)
    result(shown.asked == 1, "the desktop is asked, and may refuse")
    window.key("Escape")
    window.wait_gone("was not allowed to go on", 20)
    shown.allows = True
    window.click(None, "Go on when the window is closed")
    window.until(lambda: shown.asked == 2, "the portal", 20)
    window.shot("sync-background")
    window.key("ctrl+l")
    window.wait("PIN or passphrase")
    result(True, "the screen is locked while the sync goes on")
    time.sleep(0.5)
    window.type(driver.PASSPHRASE)
    window.key("Return")
    window.wait("Go on when the window is closed", 30)
    # It is small, and places are told without the shadow of the window.
    box = window.find("button", "Close").box()
    window.click_at(box.x + box.width - 4, box.y + box.height - 4)
    window.until(lambda: shown.shows("Goes on Sending"), "the notification", 20)
    window.until(lambda: not window.nodes(), "no window", 10)
    result(window.process.poll() is None, "the program goes on without a window")
    subprocess.run([driver.HEMOGRAM, "--clinic", str(clinic)], check=True, timeout=30)
    window.wait("Passphrase", 20)
    result(window.says("Passphrase"), "a closed window comes back, with nobody signed in")
    result(not shown.shows("Goes on Sending"), "and the desktop says no more that it is closed")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, fhirserver.Server() as server:
        folder = pathlib.Path(temporary)
        clinic = driver.demo_clinic(folder)
        shown = desktop.Desktop()
        sticks = folder / "sticks"
        sticks.mkdir()
        with Window(clinic, env={"HEMOGRAM_STICKS": str(sticks)}, name="sync") as window:
            window.sign_in()
            set_up(window, server)
            drain(window, server, sticks)
            pause(window, server)
        patient, tube = change_both(clinic, server)
        number = server.resources[tube]["accessionIdentifier"]["value"][:-1]
        with Window(clinic, name="sync-again") as window:
            window.sign_in()
            still_paused(window)
            decide(window, server, patient)
            news(window, server, shown, tube, number)
            expect(window, server, patient)
            choose(window, server, patient)
            close_window(window, server, shown, clinic)
    driver.finish()


if __name__ == "__main__":
    main()
