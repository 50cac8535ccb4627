# SPDX-License-Identifier: GPL-3.0-or-later
"""A clinic whose server has other versions: what waits for a person."""
import copy
import pathlib

import driver
import fhirserver
from clinic import Clinic


def edit_elsewhere(server, name: str, edit) -> None:
    """As another computer of the clinic writes."""
    with server.lock:
        resource = copy.deepcopy(server.resources[name])
        edit(resource)
        resource["meta"] = {"versionId": str(int(resource["meta"]["versionId"]) + 1),
                            "lastUpdated": "2026-11-21T10:00:00.000Z", "source": "Station B"}
        server.resources[name] = resource


def change_both(clinic, server, key=lambda name: 0) -> tuple:
    """A patient, the first by `key`, here and there; a specimen's number there."""
    patient = min((name for name in server.resources if name.startswith("Patient/")), key=key)
    tube = next(name for name, resource in server.resources.items()
                if name.startswith("Specimen/") and "parent" not in resource)

    def phone(resource):
        resource["telecom"] = [{"system": "phone", "value": "0733 000 222"}]

    def number(resource):
        resource["accessionIdentifier"]["value"] += "9"

    Clinic(clinic, user="tech")("patient", "edit", patient.split("/")[1], "--phone", "0722 000 111",
                                secrets=(driver.PASSPHRASE,))
    edit_elsewhere(server, patient, phone)
    edit_elsewhere(server, tube, number)
    return patient, tube


def make(clinic: pathlib.Path) -> None:
    """Two of them and an order whose specimen has not come, from a server that is asked nothing then."""
    cli = Clinic(clinic, user="admin")
    ask = lambda *words: cli(*words, secrets=(driver.PASSPHRASE,))
    with fhirserver.Server() as server:
        server.start()
        ask("sync", "configure", "fhir", server.url)
        ask("sync", "once", "--lane", "results")
        # The longest name is hardest to show.
        patient, _ = change_both(clinic, server, lambda name: -len(str(server.resources[name]["name"])))
        server.order(patient)
        ask("sync", "once", "--lane", "results")
        ask("sync", "pause")
