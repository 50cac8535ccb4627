# SPDX-License-Identifier: GPL-3.0-or-later
"""Two laptops of one clinic, enrolled without a network, over the same servers."""
import concurrent.futures
import json

from clinic import PASSPHRASE
from laptop import BUCKET, Laptop
from stage import Stage, tap

ROUNDS = 2


def enrol(stage: Stage) -> Laptop:
    sealed, other = stage.folder / "enrolment", Laptop(stage.folder / "second")
    code = stage.laptop("enrol", "export", sealed)["one_time_code"]
    other("enrol", "import", sealed, secrets=(code, PASSPHRASE))
    stage.connect(other)
    return other


def send(*laptops) -> list:
    """Each in turn; what was said where one failed. What waits for a person is none."""
    done = [laptop.once("--lane", "results") for laptop in laptops]
    return [one.stderr for one in done if one.returncode != 0]


def seen(stage: Stage, laptop: Laptop, patient: str) -> dict:
    shown = laptop("patient", "show", patient)
    return {key: shown.get(key) for key in ("family", "given", "phone", "village", "sex")}


def on_server(stage: Stage, patient: str) -> dict:
    there = stage.ask("GET", f"Patient/{patient}").json
    return {"phone": next((one["value"] for one in there.get("telecom", [])), None),
            "village": next((one.get("city") or one.get("text") for one in there.get("address", [])), None)}


def share(stage: Stage, one: Laptop, two: Laptop) -> str:
    """A patient that both know."""
    patient = one.patient("Wanjiru", f"Kamau {stage.name}", village="Lakeside")
    failed = send(one, two)
    tap.result(not failed and seen(stage, two, patient) == seen(stage, one, patient),
               "what one laptop registered the other knows", str(failed))
    return patient


def numbers(one: Laptop, two: Laptop) -> None:
    given = [laptop.specimen(laptop.patient("Count", f"Number {turn}")) for turn in range(2) for laptop in (one, two)]
    failed = send(one, two, one)
    rows = [sorted(row["specimen"] for row in laptop("worklist")) for laptop in (one, two)]
    tap.result(not failed and len(set(given)) == len(given) and set(given) <= set(rows[0]) and rows[0] == rows[1],
               "four specimens offline have four numbers, and both laptops list all", f"{given} {rows} {failed}")


def pictures(stage: Stage, one: Laptop, two: Laptop) -> None:
    """Each opens what the other captured, and believes nobody else."""
    for taker, other in ((one, two), (two, one)):
        field = stage.field()
        specimen = taker.specimen(taker.patient("Picture", f"Number {stage.seed}"))
        taker.add_image(specimen, field)
        done = taker.once(), other.once("--lane", "results")
        image = taker("image", "list", specimen)[0]["uuid"]
        out = stage.folder / f"fetched-{stage.seed}.jpg"
        fetched = other.raw("sync", "fetch", image, out)
        tap.result(fetched.returncode == 0 and out.read_bytes() == field.read_bytes(),
                   "a laptop opens what the other captured, byte for byte",
                   f"{[one.stderr for one in done]} {fetched.stderr}")
    key = next(key for key in stage.truth.objects() if key.endswith(f"/images/{image}.cms.sig"))
    wrong = stage.folder / "wrong.sig"
    wrong.write_bytes(b"no signature")
    stage.s3.aws("s3", "cp", wrong, f"s3://{BUCKET}/{key}", tls=False)
    refused = one.raw("sync", "fetch", image, stage.folder / "refused.jpg")
    tap.result(refused.returncode == 7 and not (stage.folder / "refused.jpg").exists(),
               "and nothing whose signature is not the clinic's", f"{refused.returncode} {refused.stderr}")


def merge_fields(stage: Stage, one: Laptop, two: Laptop, patient: str) -> None:
    one("patient", "edit", patient, "--village", "Riverside")
    two("patient", "edit", patient, "--phone", "+254 700 000001")
    failed = send(one, two, one)
    wanted = {"phone": "+254 700 000001", "village": "Riverside"}
    got = [{key: seen(stage, laptop, patient)[key] for key in wanted} for laptop in (one, two)]
    got.append(on_server(stage, patient))
    tap.result(not failed and all(one == wanted for one in got) and not two("sync", "conflicts"),
               "fields that do not overlap merge, on both laptops and the server", f"{got} {failed}")


def settle_fields(stage: Stage, one: Laptop, two: Laptop, patient: str, choice: str) -> None:
    """Both wrote the same field: a person decides, and until then nothing is overwritten."""
    one("patient", "edit", patient, "--village", f"Hill {choice}")
    two("patient", "edit", patient, "--village", f"Dale {choice}", "--sex", "male")
    send(one, two)
    waits = two("sync", "conflicts")
    tap.result(len(waits) == 1 and "village" in waits[0]["reason"] and waits[0]["id"] == patient,
               "one field that both wrote waits for a person", json.dumps(waits)[:600])
    tap.result(seen(stage, two, patient)["village"] == f"Dale {choice}" and
               on_server(stage, patient)["village"] == f"Hill {choice}", "nothing is overwritten meanwhile",
               f"{seen(stage, two, patient)} {on_server(stage, patient)}")
    two("sync", "settle", waits[0]["item"], choice, "--seen", waits[0]["seen"])
    failed = send(two, one, two)
    wanted = "Dale ours" if choice == "ours" else f"Hill {choice}"
    got = [seen(stage, laptop, patient) for laptop in (one, two)]
    tap.result(not failed and got[0] == got[1] and got[0]["village"] == wanted and
               on_server(stage, patient)["village"] == wanted and not two("sync", "conflicts"),
               f"settled as '{choice}', all three agree", f"{got} {on_server(stage, patient)} {failed}")


def histories(stage: Stage, one: Laptop, two: Laptop, patient: str) -> None:
    kept = stage.ask("GET", f"Patient/{patient}/_history?_count=100").json
    text = json.dumps(kept)
    tap.result(all(word in text for word in ("Lakeside", "Riverside", "Hill ours", "Dale ours", "Hill village")),
               "the server's history has every version that was sent", text[:600])
    for laptop in (one, two):
        mine = laptop.query("count(*)", f"change WHERE object = '{patient}'")[0][0]
        theirs = laptop.query("count(*)", f"incoming WHERE id = '{patient}'")[0][0]
        tap.result(mine >= 3 and theirs >= 1, f"a laptop's own history has {mine} changes and {theirs} versions of others")


def at_once(stage: Stage, one: Laptop, two: Laptop, patient: str) -> None:
    """Both send at the same moment, again and again."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            one("patient", "edit", patient, "--village", f"Village {number}")
            two("patient", "edit", patient, "--phone", f"+254 700 1000{number}")
            list(pool.map(send, (one, two)))
    failed = send(one, two, one, two)
    got = [seen(stage, laptop, patient) for laptop in (one, two)]
    wanted = {"phone": f"+254 700 1000{ROUNDS - 1}", "village": f"Village {ROUNDS - 1}"}
    tap.result(not failed and got[0] == got[1] and on_server(stage, patient) == wanted == {
        key: got[0][key] for key in wanted}, f"{ROUNDS} times at the same moment: nothing is lost",
        f"{got} {on_server(stage, patient)} {failed}")


def circle(stage: Stage, one: Laptop, two: Laptop) -> None:
    """Each merged the record into the other's survivor, offline."""
    pair = [one.patient("Achieng", f"Double {number}") for number in (1, 2)]
    send(one, two)
    one("patient", "merge", *pair)
    two("patient", "merge", *reversed(pair))
    failed = send(one, two, one, two)
    states = [stage.ask("GET", f"Patient/{patient}").json for patient in pair]
    active = [state.get("active", True) for state in states]
    linked = [bool(state.get("link")) for state in states]
    found = [{row["uuid"] for row in laptop("search", "Achieng")} for laptop in (one, two)]
    tap.result(not failed and sorted(active) == [False, True] and linked == [not one for one in active] and
               found[0] == found[1], "two that merged in a circle have one survivor everywhere",
               f"{active} {linked} {found} {failed}")


def kept_apart(stage: Stage, one: Laptop) -> None:
    """A token of another clinic opens nothing here, and its refusal is said."""
    stage.fhir.let(bearer={"token-here": stage.name, "token-there": "elsewhere"})
    try:
        for token, code in (("token-there", 11), ("token-here", 0)):
            one("sync", "configure", "fhir", stage.fhir_proxy.url_tls, "--authority", stage.authority.file,
                "--sign-in", "bearer", "--user", token, secrets=(PASSPHRASE, token))
            one.patient("Token", token)
            done = one.once("--lane", "results")
            tap.result(done.returncode == code, f"with {token} the answer is {code}", f"{done.returncode} {done.stderr}")
    finally:
        stage.fhir.let_everybody()


def part_two(stage: Stage) -> None:
    one = stage.laptop
    two = enrol(stage)
    patient = share(stage, one, two)
    rows = two("worklist")
    tap.result(stage.specimen in [row["specimen"] for row in rows], "and the cases that the first had before", str(rows))
    numbers(one, two)
    pictures(stage, one, two)
    merge_fields(stage, one, two, patient)
    for choice in ("ours", "village"):
        settle_fields(stage, one, two, patient, choice)
    histories(stage, one, two, patient)
    at_once(stage, one, two, patient)
    circle(stage, one, two)
    kept_apart(stage, one)
    for laptop in (one, two):
        done = laptop.raw("verify")
        tap.result(done.returncode == 0, "the store is whole", done.stdout + done.stderr)


def part_rebuild(stage: Stage) -> None:
    """A bare machine, the servers, and the code on paper."""
    one, bare, field = stage.laptop, Laptop(stage.folder / "bare"), stage.field()
    number = one.specimen(one.patient("Rebuilt", f"Number {stage.seed}"))
    one.add_image(number, field)
    sent, before = one.once(), one("clinic", "show")
    words = ("enrol", "rebuild", stage.s3_proxy.url_tls, "--bucket", BUCKET, "--user", stage.s3.access_key,
             "--authority", stage.authority.file, "--id", before["uuid"])
    wrong = bare.raw(*words, secrets=(stage.s3.secret_key, "AAAA-" * 7 + "AAAA", PASSPHRASE))
    tap.result(wrong.returncode == 3 and not bare.path.exists(), "another code than the clinic's makes nothing",
               f"{wrong.returncode} {wrong.stderr}")
    bare(*words, secrets=(stage.s3.secret_key, stage.code, PASSPHRASE))
    stage.connect(bare)
    done, after = bare.once(), bare("clinic", "show")
    tap.result(sent.returncode == done.returncode == 0 and after["uuid"] == before["uuid"]
               and after["installation"] != before["installation"] and after["station"] != before["station"],
               "the servers and the recovery code make the clinic anew, as a new installation",
               f"{before} {after} {sent.stderr} {done.stderr} {bare('sync', 'shelf')}")
    rows = [sorted(row["specimen"] for row in laptop("worklist", "--limit", "1000")) for laptop in (one, bare)]
    tap.result(number in rows[1] and rows[0] == rows[1], f"with all its {len(rows[0])} cases", str(rows))
    out, image = stage.folder / "rebuilt.jpg", one("image", "list", number)[0]["uuid"]
    fetched = bare.raw("sync", "fetch", image, out)
    tap.result(fetched.returncode == 0 and out.read_bytes() == field.read_bytes(), "and its pictures, byte for byte",
               fetched.stderr)
    checked = one("audit", "verify", "--servers")
    tap.result(checked["whole"] and checked["heads"] > 0, "the audit log holds what its heads on the server say",
               str(checked))
    tap.result(bare.raw("verify").returncode == 0, "and the new store is whole")
