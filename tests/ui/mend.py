# SPDX-License-Identifier: GPL-3.0-or-later
"""A patient whom the server refuses is mended from the shelf, at the field that the server names, and sent again."""
import contextlib
import pathlib
import tempfile
import time

import driver
import fhirserver
from clinic import Clinic, Refused
from driver import Window, result

REASON = "Nobody is born on this day: Patient.birthDate"
EDIT = f"Edit patient: The server refuses this. (status 422: {REASON})"


def refuse_one(clinic: pathlib.Path, server) -> str:
    """The first patient that comes lies on the shelf, whatever she comes with; her name on the server."""
    cli = Clinic(clinic, user="admin")
    refused = []

    def refuse(resource):
        if resource["resourceType"] == "Patient":
            refused.append(resource["id"])
        return REASON if resource["resourceType"] == "Patient" and resource["id"] == refused[0] else None

    server.refuse = refuse
    server.start()
    cli("sync", "configure", "fhir", server.url, secrets=(driver.PASSPHRASE,))
    with contextlib.suppress(Refused):
        cli("sync", "once", "--lane", "results", secrets=(driver.PASSPHRASE,))
    return f"Patient/{refused[0]}"


def look_on(window) -> None:
    """Who edits no patients is offered nothing that would only be refused."""
    window.wait("Passphrase", 20)
    window.click(None, "Dr Lucía Fernández")
    window.click(None, "Passphrase")
    window.sign_in()
    window.click(None, "Safety")
    window.wait("On the Shelf", 60)
    window.until(lambda: any(REASON in text for text in window.texts()), "the reason", 20)
    result(not any("Edit" in text for text in window.texts()), "who may not edit a patient sees no button for it", window.texts())
    window.shot("mend-look-on")


def mend(window, server, patient: str) -> None:
    window.click(None, "Safety")
    window.wait("On the Shelf", 60)
    window.until(lambda: window.find("button", EDIT), "the button", 20)
    named = [node.name for node in window.nodes() if node.role == "button" and node.name.endswith(" again")]
    result(len(named) > 1 and len(set(named)) == len(named), "no two buttons of the shelf have the same name", named)
    result(REASON in "\n".join(window.texts()), "who was refused lies on the shelf, and can be edited")
    window.shot("mend-shelf")
    server.refuse = lambda resource: None
    window.tab_to(EDIT, 60)
    window.key("Return")
    window.wait("Given names", 20)
    window.until(lambda: (node := window.focused()) and "Age or date of birth" in window.called(node), "the focus", 20)
    result(any(REASON in text for text in window.texts()),
           "the form opens at the field that the server names, and says why", window.texts())
    window.shot("mend-form")
    window.key("ctrl+a")
    window.type("34y")
    window.key("ctrl+Return")
    window.wait_gone("Given names", 20)
    window.wait_gone("On the Shelf", 60)
    window.until(lambda: patient in server.resources, "the patient", 60)
    result(True, "what was mended is sent again, and nothing stays on the shelf")
    window.shot("mend-sent")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, fhirserver.Server() as server:
        clinic = driver.demo_clinic(pathlib.Path(folder))
        patient = refuse_one(clinic, server)
        with Window(clinic, name="mend-look-on") as window:
            look_on(window)
        with Window(clinic, name="mend") as window:
            window.sign_in()
            time.sleep(0.5)
            mend(window, server, patient)
    driver.finish()


if __name__ == "__main__":
    main()
