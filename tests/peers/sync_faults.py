# SPDX-License-Identifier: GPL-3.0-or-later
"""What links, servers and power cuts do to a sync: each by itself, and many at random."""
import collections
import contextlib
import os
import random
import subprocess
import time

from laptop import BUCKET, kill_when
from stage import Stage, settle, tap

# So many, or as many as fit; `HEMOGRAM_SYNC_ROUNDS=200 HEMOGRAM_SYNC_SECONDS=0` for a release.
ROUNDS = int(os.environ.get("HEMOGRAM_SYNC_ROUNDS", "20"))
SECONDS = int(os.environ.get("HEMOGRAM_SYNC_SECONDS", "45"))
SEED = int(os.environ.get("HEMOGRAM_SYNC_SEED", "4711"))
# Longer than a part of a multipart upload.
LARGE = 12 << 20

# 33 to 53: mode, arguments, which servers, exit code of the run that meets it (None: any).
FAULTS = (
    ("33 portal", "portal", {}, "both", 10),
    ("34 portal that sends elsewhere", "portal302", {}, "both", 10),
    ("40 answer lost, records", "acklost", {"times": 1, "method": "POST"}, "fhir", 10),
    ("40 answer lost, pictures", "acklost", {"times": 1, "method": "PUT", "path": r"images/[^/]*\.cms\?|images/[^/]*\.cms$"},
     "s3", 10),
    ("41 answer cut short, records", "trunc", {"times": 1, "method": "POST"}, "fhir", 10),
    ("41 answer cut short, pictures", "trunc", {"times": 1, "method": "PUT"}, "s3", None),
    ("43 another checksum", "badetag", {"times": 2, "method": "PUT"}, "s3", None),
    ("43 an ETag that is no MD5", "etag-kms", {"times": 3, "method": "PUT"}, "s3", None),
    ("45 not let in", "denied", {}, "both", 11),
    ("47 conflict of conditions", "conditional-conflict", {"times": 1, "method": "PUT"}, "s3", None),
    ("47 there already, it says", "precondition", {"times": 1, "method": "PUT"}, "s3", None),
    ("49 slow down", "retry-after", {"seconds": 2}, "both", 10),
    ("50 500", "busy", {"status": 500}, "both", 10),
    ("53 the acknowledgement of another", "wrong-id", {"times": 1, "method": "POST"}, "fhir", None),
    ("59 half of a Bundle", "batch", {"times": 1, "method": "POST"}, "fhir", None),
    ("reset in a body", "reset", {"times": 2, "method": "PUT|POST", "after": 2000}, "both", 10),
)


def one_fault(stage: Stage, name: str, mode: str, arguments: dict, where: str, code) -> None:
    if where == "fhir":
        stage.laptop.patient("Fault", name)
    else:
        stage.new_image(records=where == "both")
    before = stage.laptop.received()
    stage.s3_proxy.forget()
    proxies = {"s3": (stage.s3_proxy,), "fhir": (stage.fhir_proxy,), "both": stage.both()}[where]
    for proxy in proxies:
        proxy.fault(mode, **arguments)
    done = stage.laptop.once()
    total = "times" not in arguments
    claimed = stage.laptop.received() - before
    good = (code is None or done.returncode == code) and not (total and claimed)
    if mode == "denied":
        good = good and len(stage.s3_proxy.of()) <= 8
    tap.result(good, f"{name}: told, and nothing is called received that is not", f"{done.returncode} {claimed} {done.stderr}")
    stage.clear()
    wrong = stage.truth.false_objects(anew=False) + stage.truth.false_records(anew=False)
    tap.result(not wrong, f"{name}: no false acknowledgement", "\n".join(wrong))
    settle(stage, name)
    if mode == "acklost" and where == "s3":
        whole = {}
        for request in stage.s3_proxy.of("PUT"):
            if request.body and request.forwarded:
                whole[request.path] = whole.get(request.path, 0) + 1
        tap.result(max(whole.values()) == 1, f"{name}: no body went twice", str(whole))


def clock_off(stage: Stage) -> None:
    """28: the laptop's clock is an hour slow, and the gateway refuses what is signed then."""
    stage.new_image()
    refused = len([one for one in stage.s3_proxy.of() if one.status == 403])
    done = stage.laptop.once(before=("faketime", "-f", "-1h"))
    after = len([one for one in stage.s3_proxy.of() if one.status == 403]) - refused
    tap.result(done.returncode == 0 and after <= 3,
               f"28 a clock an hour slow: signed again by the server's ({after} refusals)", done.stderr)
    wrong = stage.truth.false_objects() + stage.truth.false_records()
    tap.result(not wrong, "28: no false acknowledgement", "\n".join(wrong))


def complete_fails(stage: Stage) -> None:
    """52: 200 with an error in it at the end of a multipart upload; where the link takes pieces, their manifest."""
    stage.new_image(LARGE)
    stage.s3_proxy.forget()
    stage.s3_proxy.fault("complete-error", times=1, method="POST", path="uploadId=")
    done = stage.laptop.once()
    met = [one for one in stage.s3_proxy.of("POST") if one.fault]
    wrong = stage.truth.false_objects()
    tap.result(not wrong, f"52 an error in a 200: no false acknowledgement (met {len(met)} times, exit {done.returncode})",
               "\n".join(wrong))
    settle(stage, "52")


def killed(stage: Stage) -> None:
    """51: SIGKILL in the middle of a large picture: at most one part or piece goes again."""
    field = stage.new_image(LARGE)
    stage.laptop.once("--lane", "results")
    stage.laptop.once("--lane", "previews")
    stage.s3_proxy.forget()
    size = field.stat().st_size
    process = stage.laptop.spawn("sync", "once")
    in_time = kill_when(process, lambda: sum(one.arrived for one in stage.s3_proxy.of("PUT")) > size // 2)
    first = [one.arrived for one in stage.s3_proxy.of("PUT")]
    done = stage.laptop.once()
    bodies = sum(one.arrived for one in stage.s3_proxy.of("PUT"))
    part = max((len(one.body) for one in stage.s3_proxy.of("PUT")), default=0)
    tap.result(in_time and done.returncode == 0 and bodies <= size + part + 200_000,
               f"51 killed after {sum(first) / size:.0%}: {bodies / size:.3f} times the file went, {len(first)} requests "
               f"before it, the largest {part >> 10} KiB", done.stderr)
    wrong = stage.truth.wrong(drained=True)
    tap.result(not wrong, "51: what is called received is there, and nothing is there twice", "\n".join(wrong))
    uploads = stage.s3.aws("s3api", "list-multipart-uploads", "--bucket", BUCKET, tls=False).stdout
    tap.result("UploadId" not in uploads, "51: and no upload is left open", uploads)


def part_faults(stage: Stage) -> None:
    if stage.laptop.waiting():
        settle(stage, "before faults")
    for fault in FAULTS:
        one_fault(stage, *fault)
    clock_off(stage)
    complete_fails(stage)
    killed(stage)
    wrong = stage.truth.wrong(drained=True)
    tap.result(not wrong, "after all faults what is called received is there, and nothing twice", "\n".join(wrong))


RANDOM_MODES = ("portal", "acklost", "trunc", "badetag", "etag-kms", "denied", "precondition", "busy", "wrong-id",
                "batch", "reset", "bare-created", "mute", "complete-error", "invalid", "lie", "lie", "lie", "lie")
EVENTS = ("kill", "kill", "kill", "cut", "restart", "freeze", "nothing")


def random_round(stage: Stage, dice: random.Random) -> str:
    """Changes something, sends it into trouble; gives what happened."""
    if dice.random() < 0.8:
        stage.new_image(dice.choice((0, 0, 300_000, LARGE)))
    else:
        stage.laptop.patient("Round", f"Patient {dice.randrange(10**6)}")
    said = []
    for proxy in stage.both():
        if dice.random() < 0.7:
            mode = dice.choice(RANDOM_MODES)
            arguments = {"times": dice.randint(1, 3), "method": dice.choice(("PUT|POST", None, "PUT|POST"))}
            if mode == "reset":
                arguments["after"] = dice.randrange(1, 60000)
            if mode == "invalid" and proxy is stage.s3_proxy:
                mode = "busy"
            if mode == "mute":
                arguments["times"] = 1
            proxy.fault(mode, **arguments)
            said.append(mode)
    event = dice.choice(EVENTS)
    # As the command does it, or as the window does: all lanes at once, and again after a failure.
    words = ("watch", "--seconds", "8") if dice.random() < 0.3 else ("once",)
    said += [words[0], event]
    process = stage.laptop.spawn("sync", *words)
    words = ""
    try:
        if event != "nothing":
            wait(process, dice.uniform(0.2, 5))
            happen(stage, process, event)
        words = process.communicate(timeout=20)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        said.append("held")
    stage.clear()
    return " ".join(said) + f" -> {process.returncode} {words.strip()}"


def wait(process, seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def happen(stage: Stage, process, event: str) -> None:
    """In the thread that goes on: with the one that starts a server it would end."""
    if event == "kill":
        process.kill()
    elif event == "cut":
        for proxy in stage.both():
            proxy.cut()
    elif event == "freeze":
        stage.fhir.pause()
        wait(process, 3)
        stage.fhir.resume()
    else:
        stage.s3.stop_gateway(hard=True)
        stage.s3.start_gateway()


def part_random(stage: Stage) -> None:
    dice = random.Random(SEED)
    print(f"# seed {SEED}, {ROUNDS} rounds", flush=True)
    false, begun, number = [], time.monotonic(), 0
    while number < ROUNDS and (SECONDS == 0 or time.monotonic() - begun < SECONDS):
        number += 1
        said = random_round(stage, dice)
        print(f"# {number}: {said}", flush=True)
        wrong = stage.truth.false_objects(anew=False) + stage.truth.false_records(anew=False)
        false += [f"round {number}: {one}" for one in wrong]
    tap.result(not false, f"{number} rounds of kill, cut, lie and restart (seed {SEED}, "
               f"{time.monotonic() - begun:.0f} s): {len(false)} false acknowledgements", "\n".join(false))
    for reason, count in collections.Counter(row["reason"] for row in stage.laptop("sync", "shelf")).items():
        print(f"# on the shelf: {count} times {reason}", flush=True)
    stage.laptop("sync", "retry")
    settle(stage, "after the rounds", 6)
    wrong = stage.truth.wrong(drained=True)
    tap.result(not wrong, "all is there byte for byte, and nothing twice", "\n".join(wrong))
    done = stage.laptop.raw("verify")
    tap.result(done.returncode == 0, "and the store is whole", done.stdout + done.stderr)
