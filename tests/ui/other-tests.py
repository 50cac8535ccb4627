# SPDX-License-Identifier: GPL-3.0-or-later
"""An order for nothing that is done here by that name: a person says what is done for it, and who ordered is told."""
import pathlib
import tempfile
import time

import driver
import fhirserver
from clinic import Clinic
from driver import Atspi, Window, result
from leaving import SlowDisk

TESTS = ["Differential", "Morphology", "Platelets", "Malaria", "Blood count"]

STRANGER = "7c9e6679-7425-40de-944b-e07fc1f90ae8"


def order_other(clinic: pathlib.Path, server) -> str:
    """By another program, of a patient of ours; its name on the server."""
    cli = Clinic(clinic, user="admin")
    ask = lambda *words: cli(*words, secrets=(driver.PASSPHRASE,))
    server.start()
    ask("sync", "configure", "fhir", server.url)
    ask("sync", "once", "--lane", "results")
    patient = next(name for name in server.resources if name.startswith("Patient/"))
    name = f"ServiceRequest/{server.order(patient)}"
    with server.lock:
        server.resources["Patient/" + STRANGER] = {"resourceType": "Patient", "id": STRANGER, "meta": {"versionId": "1"},
                                                   "name": [{"family": "Njeri"}]}
        server.resources[name]["code"] = {"coding": [{"system": "urn:district", "code": "H17", "display": "Film comment"}]}
    ask("sync", "once", "--lane", "results")
    return name


def rows(window) -> list:
    """Each has its switch within."""
    found = {}
    for node in window.nodes():
        if node.role == "check box" and window.called(node) in TESTS:
            found.setdefault(window.called(node), node)
    return list(found.values())


def marked(window) -> list:
    return [window.called(node) for node in rows(window) if node.has(Atspi.StateType.CHECKED)]


def live(window) -> list:
    return [window.called(node) for node in rows(window) if node.has(Atspi.StateType.SENSITIVE)]


def decide(window, server, order: str, disk: SlowDisk) -> None:
    window.click(None, "Safety")
    window.wait("1 record waits for a person", 60)
    result(window.says("1 record there concerns nobody here"), "what is others' is left on the server, and counted",
           window.texts())
    window.shot("other-tests-safety")
    window.click(None, "1 record waits for a person")
    window.wait("Waits for a Person", 20)
    time.sleep(0.5)
    window.click(None, window.until(lambda: next((text for text in window.texts() if text.startswith("Order")), None),
                                    "the order"))
    window.wait("What Is Done for It", 20)
    result(window.says("Film comment"), "what it asks for is shown", window.texts())
    said = "\n".join(window.texts())
    result("T08:00" not in said and "Here: Nothing" not in said and "20 Nov 2026" in said,
           "its day is said in words, and what is not here is not said of each line", window.texts())
    window.shot("other-tests")
    window.key("alt+d", "alt+m", "alt+p", "alt+a", "alt+c")
    time.sleep(0.5)
    result(marked(window) == TESTS, "each test has a key", marked(window))
    window.key("alt+m", "alt+p", "alt+a", "alt+c")
    time.sleep(0.5)
    result(marked(window) == TESTS[:1], "which takes it back as well", marked(window))
    window.shot("other-tests-marked")
    disk.set(1000)
    window.key("alt+k")
    window.until(lambda: not live(window), "no test to be marked", 10)
    result(not window.says("Decided"), "while it is written nothing can be marked")
    disk.set(0)
    window.wait("Decided", 20)
    window.until(lambda: "24318-8" in str(server.resources[order]), "the order", 60)
    result("H17" in str(server.resources[order]), "the server is told what is done, and what was asked for stays")
    window.key("ctrl+1")
    window.wait("Expected", 20)
    window.shot("other-tests-expected")
    result(True, "its specimen is expected")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, fhirserver.Server() as server:
        clinic = driver.demo_clinic(pathlib.Path(folder))
        order = order_other(clinic, server)
        disk = SlowDisk(clinic.parent)
        with Window(clinic, env=disk.env, name="other-tests") as window:
            window.sign_in()
            decide(window, server, order, disk)
    driver.finish()


if __name__ == "__main__":
    main()
