# SPDX-License-Identifier: GPL-3.0-or-later
"""A small FHIR server on loopback: transactions, reads, searches and its metadata, kept in memory.

    with fhirserver.Server() as server:
        server.start(); server.stop()     # the same port each time; the end stops it as well
    server.refuse = lambda resource: "why not" or None
    server.fails = "sign-in"              # or 'clock', 'write', 'read-back', 'delete': what a test finds wrong
    server.clients = {"client": "kid"}    # only these come in, by SMART Backend Services
    server.access = "KEY/region"          # only who signs with it comes in, by Signature 4
"""
import base64
import gzip
import http.server
import json
import re
import socket
import threading
import time
import urllib.parse
import uuid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/fhir"
        self.lock = threading.Lock()
        self.resources = {}
        self.requests = 0
        self.refuse = lambda resource: None
        self.fails = None
        self.clients = self.access = None
        self.scopes = []
        self.http = None

    def order(self, patient: str) -> str:
        """By another program, for a patient of ours ('Patient/id')."""
        made = str(uuid.uuid4())
        with self.lock:
            self.resources[f"ServiceRequest/{made}"] = {
                "resourceType": "ServiceRequest", "id": made, "meta": {"versionId": "1"}, "status": "active",
                "intent": "order", "priority": "stat", "subject": {"reference": patient},
                "authoredOn": "2026-11-20T08:00:00+03:00", "requester": {"display": "Dr Achieng, ward 4"},
                "code": {"coding": [{"system": "http://loinc.org", "code": "58410-2"}]}}
        return made

    def start(self) -> None:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                with owner.lock:
                    owner.requests += 1
                    target = self.path.removeprefix("/fhir")
                    status, answer = (owner.sign_in(target, body, self.headers.get("Authorization", ""))
                                      or owner.handle(self.command, target, body))
                text = json.dumps(answer).encode() if answer is not None else b""
                self.send_response(status)
                self.send_header("Content-Type", "application/fhir+json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def date_time_string(self, timestamp=None):
                return super().date_time_string(time.time() + (3600 if owner.fails == "clock" else 0))

            def log_message(self, *arguments):
                pass

        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self.http is not None:
            self.http.shutdown()
            self.http.server_close()
            self.http = None

    def __enter__(self):
        return self

    def __exit__(self, *error) -> None:
        self.stop()

    def count(self, kind: str) -> int:
        with self.lock:
            return sum(name.startswith(kind + "/") for name in self.resources)

    @staticmethod
    def outcome(words: str) -> dict:
        return {"resourceType": "OperationOutcome",
                "issue": [{"severity": "error", "code": "invalid", "diagnostics": words}]}

    def failure(self, method: str, target: str):
        if self.fails == "sign-in" and "?" in target:
            return 401, self.outcome("No such user.")
        if self.fails == "write" and method == "POST":
            return 403, self.outcome("This user may only read.")
        if self.fails == "delete" and method == "DELETE":
            return 405, self.outcome("Nothing is deleted here.")
        if self.fails == "read-back" and method == "GET" and target.startswith("/Basic/"):
            return 200, {**self.resources[target[1:]], "code": {"text": "something else"}}
        return None

    def give_token(self, body: bytes):
        """Of the assertion only who asks, where and by which key is looked at; its signature is for the peers' test."""
        form = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode()).items()}
        head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in
                        form["client_assertion"].split(".")[:2])
        self.scopes.append(form["scope"])
        if claims["aud"] != f"{self.url}/token" or self.clients.get(claims["iss"], "") != head["kid"]:
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": "one-of-the-tests", "token_type": "bearer", "expires_in": 300}

    def sign_in(self, target: str, body: bytes, authorization: str):
        """What is answered before anything else, or None for who may come in."""
        if self.clients is not None:
            if target == "/.well-known/smart-configuration":
                return 200, {"token_endpoint": f"{self.url}/token"}
            if target == "/token":
                return self.give_token(body)
            if authorization != "Bearer one-of-the-tests":
                return 401, self.outcome("No token.")
        if self.access is not None:
            key, region = self.access.split("/")
            if not re.match(f"AWS4-HMAC-SHA256 Credential={key}/\\d{{8}}/{region}/healthlake/aws4_request", authorization):
                return 403, self.outcome("No such access key.")
        return None

    def handle(self, method: str, target: str, body: bytes):
        failure = self.failure(method, target)
        if failure is not None:
            return failure
        if method == "POST":
            return self.transaction(json.loads(body))
        if method == "DELETE":
            self.resources.pop(target.lstrip("/"), None)
            return 204, None
        if target == "/metadata":
            return 200, {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "format": ["json"],
                         "software": {"name": "Small server of the tests", "version": "1"}}
        if "?" in target:
            kind = target[1:].split("?")[0]
            found = [resource for name, resource in self.resources.items() if name.startswith(kind + "/")]
            return 200, {"resourceType": "Bundle", "type": "searchset",
                         "entry": [{"resource": resource} for resource in found]}
        found = self.resources.get(target.lstrip("/"))
        return (200, found) if found else (404, self.outcome("It is not here."))

    def transaction(self, bundle: dict):
        entries = bundle.get("entry", [])
        for entry in entries:
            resource, match = entry["resource"], entry["request"].get("ifMatch")
            reason = self.refuse(resource)
            if reason:
                return 422, self.outcome(reason)
            before = self.resources.get(f"{resource['resourceType']}/{resource['id']}", {})
            if match and match != f"W/\"{before.get('meta', {}).get('versionId')}\"":
                return 412, self.outcome("It was changed.")
        answers = []
        for entry in entries:
            resource = entry["resource"]
            name = f"{resource['resourceType']}/{resource['id']}"
            version = str(int(self.resources.get(name, {}).get("meta", {}).get("versionId", 0)) + 1)
            resource["meta"] = {**resource.get("meta", {}), "versionId": version,
                                "lastUpdated": "2026-11-21T10:00:00.000Z"}
            self.resources[name] = resource
            answers.append({"response": {"status": "201 Created", "location": f"{name}/_history/{version}"}})
        return 200, {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}
