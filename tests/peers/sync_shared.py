# SPDX-License-Identifier: GPL-3.0-or-later
"""A clinic whose part of the server another laboratory fills as well."""
import uuid

from stage import Stage, tap

STRANGERS = 150


def new_id() -> str:
    return str(uuid.uuid4())


def write(stage: Stage, *resources) -> None:
    """What another program writes, past the proxy."""
    for one in resources:
        stage.ask("PUT", f"{one['resourceType']}/{one['id']}", one)


def result(order: str, identity: str, patient: str) -> dict:
    return {"resourceType": "Observation", "id": identity, "status": "final", "code": {"text": "Haemoglobin"},
            "subject": {"reference": f"Patient/{patient}"}, "basedOn": [{"reference": f"ServiceRequest/{order}"}],
            "valueString": f"12.1 g/dL, as the other laboratory has it in {identity}"}


def strangers(stage: Stage) -> None:
    laboratory, her, order = new_id(), new_id(), new_id()
    write(stage, {"resourceType": "Organization", "id": laboratory, "name": "District Hospital"},
          {"resourceType": "Patient", "id": her, "name": [{"family": "Elsewhere"}]},
          {"resourceType": "ServiceRequest", "id": order, "status": "active", "intent": "order",
           "subject": {"reference": f"Patient/{her}"},
           "performer": [{"reference": f"Organization/{laboratory}"}]},
          *(result(order, new_id(), her) for _ in range(STRANGERS)))


def part_shared(stage: Stage) -> None:
    """Results come by our orders, and what others have of their own stays there."""
    clinic, proxy, ours = stage.laptop, stage.fhir_proxy, new_id()
    first = clinic.once("--lane", "results")
    strangers(stage)
    proxy.forget()
    met = clinic.once("--lane", "results")
    before = proxy.sent
    left = clinic("sync", "status").get("of_others", 0)
    tap.result(first.returncode == met.returncode == 0 and left >= STRANGERS, f"{left} records of others are left there",
               first.stderr + met.stderr)
    order, patient = clinic.query("uuid, patient", "lab_order ORDER BY id LIMIT 1")[0]
    strangers(stage)
    write(stage, result(order, ours, patient))
    proxy.forget()
    done = clinic.once("--lane", "results")
    results = [one.target for one in proxy.requests if "/Observation?" in one.target]
    by_order = [target for target in results if "based-on=" in target]
    whole = [target for target in results if "?_lastUpdated=" in target and "_summary=" not in target]
    tap.result(done.returncode == 0 and by_order and not whole and all(len(target) < 2048 for target in results),
               "results are asked for by orders", f"{results} {done.stderr}")
    tap.result(clinic.query("count(*)", f"incoming WHERE id = '{ours}'")[0][0] == 1, "and one for our order is here")
    tap.result(proxy.sent < before, f"{proxy.sent} bytes come with as much of others' again, where it were {before}",
               str([(one.method, one.target[:80]) for one in proxy.requests]))
