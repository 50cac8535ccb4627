# SPDX-License-Identifier: GPL-3.0-or-later
"""What a proxy in front of a server does wrong: each fault takes a request and says how it is answered.

A fault gets the proxy, the request (its body already read) and the arguments of its rule, and returns a Reply, or one
of the marks below that a connection ends without one. forward() asks the server behind.
"""
import asyncio
import datetime
import email.utils
import json
import time
import uuid

RESET = "reset"  # the connection is reset
HANG = "hang"  # no answer ever


class Reply:
    def __init__(self, status: int, headers=(), body: bytes = b"", cut=None):
        """cut: so many bytes of the body are sent, then the connection is closed"""
        self.status, self.headers, self.body, self.cut = status, list(headers), body, cut

    def header(self, name: str):
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)

    def without(self, *names) -> "Reply":
        names = [name.lower() for name in names]
        self.headers = [pair for pair in self.headers if pair[0].lower() not in names]
        return self

    def with_header(self, name: str, value: str) -> "Reply":
        self.without(name).headers.append((name, value))
        return self


def s3_error(status: int, code: str, headers=()) -> Reply:
    text = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>made by a test</Message></Error>'
    return Reply(status, [("Content-Type", "application/xml"), *headers], text.encode())


def fhir_error(status: int, code: str, text: str = "made by a test") -> Reply:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
    return Reply(status, [("Content-Type", "application/fhir+json")], json.dumps(outcome).encode())


async def portal(proxy, request):
    """33: a captive portal that answers all with its page"""
    page = b"<html><head><title>Welcome to the guest network</title></head><body>Please sign in</body></html>"
    return Reply(200, [("Content-Type", "text/html")], page)


async def portal302(proxy, request, to="http://login.tests.invalid/"):
    """34: a captive portal that sends elsewhere"""
    return Reply(302, [("Location", to)])


async def skew(proxy, request, seconds=86400):
    """28: a server whose clock (its Date) is so far ahead: it refuses what is dated more than 15 minutes off
    its own time. What is dated right, the memory of the proxy takes, as the server behind has another time."""
    there = time.time() + seconds
    date = ("Date", email.utils.formatdate(there, usegmt=True))
    try:
        dated = datetime.datetime.strptime(request.headers.get("x-amz-date", ""), "%Y%m%dT%H%M%SZ")
        off = abs(dated.replace(tzinfo=datetime.timezone.utc).timestamp() - there)
    except ValueError:
        off = 901
    if off > 900:
        return s3_error(403, "RequestTimeTooSkewed", [date])
    return proxy.remember(request).with_header(*date)


async def ack_lost(proxy, request):
    """40: the server has it, the answer is lost"""
    await proxy.forward(request)
    return RESET


async def lie(proxy, request):
    """It says that all went well, and the server behind was never asked."""
    if not request.is_bundle():
        return Reply(200)
    done = [{"response": {"status": "201 Created"}} for _ in json.loads(request.body).get("entry", [])]
    answer = {"resourceType": "Bundle", "type": "transaction-response", "entry": done}
    return Reply(200, [("Content-Type", "application/fhir+json")], json.dumps(answer).encode())


async def truncated(proxy, request):
    """41: the answer breaks off"""
    reply = await proxy.forward(request)
    reply.body = reply.body or b" " * 500
    reply.cut = min(len(reply.body) // 2, 200)
    return reply


async def bad_etag(proxy, request):
    """43: stored, with a checksum of something else"""
    return (await proxy.forward(request)).with_header("ETag", '"' + "0" * 32 + '"')


async def etag_of_no_md5(proxy, request):
    """43: an ETag as SSE-KMS has"""
    return (await proxy.forward(request)).with_header("ETag", f'"{uuid.uuid4().hex}"')


async def denied(proxy, request, code="AccessDenied", status=403):
    """45: AccessDenied, ExpiredToken, InvalidAccessKeyId ..."""
    return s3_error(status, code)


async def request_timeout(proxy, request):
    """44"""
    return s3_error(400, "RequestTimeout", [("Connection", "close")])


async def no_such_upload(proxy, request):
    """46"""
    return s3_error(404, "NoSuchUpload")


async def too_large(proxy, request):
    """48"""
    return s3_error(413, "EntityTooLarge")


async def conditional_conflict(proxy, request):
    """47"""
    return s3_error(409, "ConditionalRequestConflict")


async def precondition_failed(proxy, request):
    """47, 55"""
    return s3_error(412, "PreconditionFailed")


async def retry_after(proxy, request, seconds=8, status=503):
    """49"""
    return s3_error(status, "SlowDown", [("Retry-After", str(seconds))])


async def busy(proxy, request, status=503):
    """49, 50: 429, 500, 502, 503, 504"""
    code = {429: "TooManyRequests", 503: "SlowDown"}.get(status, "InternalError")
    return s3_error(status, code)


async def complete_with_error(proxy, request):
    """52: CompleteMultipartUpload answers 200, and the body says that it failed"""
    return s3_error(200, "InternalError")


async def wrong_id(proxy, request):
    """53: the acknowledgement of another item. Where the answer names no id of the request, the whole is another's."""
    reply = await proxy.forward(request)
    other = str(uuid.uuid4())
    identity = request.path.rstrip("/").rsplit("/", 1)[-1]
    reply.body = reply.body.replace(identity.encode(), other.encode())
    reply.headers = [(name, value.replace(identity, other)) for name, value in reply.headers]
    if request.is_bundle():
        for entry in json.loads(request.body).get("entry", []):
            known = str(entry.get("resource", {}).get("id", ""))
            if known:
                reply.body = reply.body.replace(known.encode(), str(uuid.uuid4()).encode())
    return reply


async def bare_created(proxy, request):
    """54: 201 with neither Location nor body"""
    reply = await proxy.forward(request)
    reply.body = b""
    return reply.without("Location", "Content-Location", "ETag", "Content-Type")


async def invalid(proxy, request, status=422):
    """57"""
    return fhir_error(status, "invariant")


async def gone(proxy, request):
    """58"""
    return fhir_error(410, "deleted")


async def conflict(proxy, request, status=409):
    """55"""
    return fhir_error(status, "conflict")


async def batch(proxy, request):
    """59: a Bundle of which the server took the first half, entry by entry"""
    bundle = json.loads(request.body)
    entries = bundle.get("entry", [])
    half = {**bundle, "type": "batch", "entry": entries[: len(entries) // 2]}
    reply = await proxy.forward(request, json.dumps(half).encode())
    answer = json.loads(reply.body)
    failed = {"response": {"status": "500", "outcome": json.loads(fhir_error(500, "exception").body)}}
    answer["entry"] = answer.get("entry", []) + [failed] * (len(entries) - len(half["entry"]))
    return Reply(200, [("Content-Type", "application/fhir+json")], json.dumps(answer).encode())


async def proxy_sign_in(proxy, request):
    """37"""
    return Reply(407, [("Proxy-Authenticate", 'Basic realm="office"')])


async def late(proxy, request, seconds=5):
    """The answer comes, later."""
    await asyncio.sleep(seconds)
    return await proxy.forward(request)


async def mute(proxy, request):
    """The server has it and never says so; the connection stays open."""
    await proxy.forward(request)
    return HANG


MODES = {
    "portal": portal, "portal302": portal302, "skew": skew, "acklost": ack_lost, "lie": lie, "trunc": truncated,
    "badetag": bad_etag, "etag-kms": etag_of_no_md5, "denied": denied, "timeout400": request_timeout,
    "no-such-upload": no_such_upload, "too-large": too_large, "conditional-conflict": conditional_conflict,
    "precondition": precondition_failed, "retry-after": retry_after, "busy": busy,
    "complete-error": complete_with_error, "wrong-id": wrong_id, "bare-created": bare_created, "invalid": invalid,
    "gone": gone, "conflict": conflict, "batch": batch, "proxy407": proxy_sign_in, "late": late, "mute": mute,
}
# These two act while the body arrives: after `after` bytes of it.
EARLY = ("stall", "reset")
