# SPDX-License-Identifier: GPL-3.0-or-later
"""An order that the laboratory cannot carry out: refused with the keyboard, taken back, found again, and told to who
ordered."""
import pathlib
import tempfile
import time

import driver
import fhirserver
from clinic import Clinic
from driver import Window, result


def task_for(server, order: str, text: str) -> str:
    """Of who ordered; its name on the server."""
    made = order[:-12] + text
    with server.lock:
        server.resources[f"Task/{made}"] = {
            "resourceType": "Task", "id": made, "meta": {"versionId": "1"}, "status": "requested", "intent": "order",
            "focus": {"reference": f"ServiceRequest/{order}"}}
    return f"Task/{made}"


def bring(clinic: pathlib.Path, server) -> tuple:
    """One for what is done here, and one that is not, each with its Task."""
    cli = Clinic(clinic, user="admin")
    ask = lambda *words: cli(*words, secrets=(driver.PASSPHRASE,))
    server.start()
    ask("sync", "configure", "fhir", server.url)
    ask("sync", "once", "--lane", "results")
    patient = next(name for name in server.resources if name.startswith("Patient/"))
    known, other = server.order(patient), server.order(patient)
    with server.lock:
        server.resources[f"ServiceRequest/{other}"]["code"] = {
            "coding": [{"system": "urn:district", "code": "H17", "display": "Film comment"}]}
    tasks = task_for(server, known, "000000000001"), task_for(server, other, "000000000002")
    ask("sync", "once", "--lane", "results")
    return tasks


def rejected(server, task: str, words: str) -> bool:
    with server.lock:
        sent = dict(server.resources[task])
    return sent["status"] == "rejected" and words == sent["statusReason"]["text"]


def refuse(window, server, task: str) -> None:
    window.key("alt+6")
    window.wait("Dr Achieng, ward 4", 20)
    time.sleep(0.5)
    window.shot("refuse-expected")
    window.key("Delete")
    window.wait("Refuse the Order?", 20)
    time.sleep(0.5)
    window.shot("refuse-asked")
    asked = [text for text in window.texts() if "Who ordered is told why" in text]
    result(asked and asked[0].startswith("Amina Odhiambo: Blood count"), "it is asked of which order", asked)
    window.key("Escape")
    window.wait_gone("Refuse the Order?", 10)
    time.sleep(0.5)
    window.key("Delete")
    window.wait("Refuse the Order?", 20)
    time.sleep(0.5)
    window.key("1", "Return")
    window.wait("Refused. Who ordered is told why.", 20)
    window.wait("No Specimen Is Expected", 20)
    window.key("ctrl+z")
    window.wait("Dr Achieng, ward 4", 20)
    result(window.says("The order waits again."), "a refusal is taken back", window.texts())
    time.sleep(0.5)
    window.key("Delete")
    window.wait("Refuse the Order?", 20)
    time.sleep(0.5)
    window.key("4", "Return")
    time.sleep(0.5)
    result(window.says("Refuse the Order?"), "another reason has to be said in words")
    window.type("Road closed until 14 May")
    time.sleep(0.3)
    window.shot("refuse-words")
    window.key("Return")
    window.wait("No Specimen Is Expected", 20)
    window.key("alt+o")
    window.wait("Road closed until 14 May", 20)
    time.sleep(0.5)
    window.shot("refuse-refused")
    result(window.says("It waits to be sent."), "it is found again, with why", window.texts())
    result("Take Back: Amina Odhiambo, Blood count" in window.texts(), "its button says which one it takes back",
           window.texts())
    window.key("Escape")
    window.until(lambda: rejected(server, task, "Road closed until 14 May"), "the Task is rejected", 60)
    result(True, "who ordered is told why")
    window.key("alt+o")
    window.wait("The server has it.", 20)
    result(not window.says("Take Back"), "what was sent is not taken back", window.texts())
    window.key("Escape")


def refuse_other(window, server, task: str) -> None:
    window.click(None, "Safety")
    window.wait("1 record waits for a person", 60)
    window.click(None, "1 record waits for a person")
    window.wait("Waits for a Person", 20)
    time.sleep(0.5)
    window.click(None, window.until(lambda: next((text for text in window.texts() if text.startswith("Order")), None),
                                    "the order"))
    window.wait("What Is Done for It", 20)
    window.shot("refuse-other-tests")
    window.key("alt+f")
    window.wait("Refuse the Order?", 20)
    time.sleep(0.5)
    window.key("2", "Return")
    window.wait("Refused. Who ordered is told why.", 20)
    window.wait_gone("What Is Done for It", 20)
    window.until(lambda: rejected(server, task, "Test not done here"), "the other Task is rejected", 60)
    result(True, "an order for other tests is refused where it waits for a decision")
    window.key("ctrl+1")
    window.wait("No Specimen Is Expected", 20)
    window.key("alt+o")
    window.wait("+ Film comment", 20)
    time.sleep(0.5)
    window.shot("refuse-both")
    window.key("Escape")


def main() -> None:
    clinic = driver.demo_clinic(pathlib.Path(tempfile.mkdtemp()))
    server = fhirserver.Server()
    known, other = bring(clinic, server)
    with Window(clinic, name="refuse") as window:
        window.sign_in()
        window.wait("Waiting", 20)
        refuse(window, server, known)
        refuse_other(window, server, other)
    server.stop()
    driver.finish()


if __name__ == "__main__":
    main()
