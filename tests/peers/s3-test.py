#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of all three forms on real S3 servers, read back by us and by other clients: s3-test.py CLIENT."""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from servers import FaultProxy, Missing, RadosGateway, VersityGateway, without  # noqa: E402

CLIENT = sys.argv[1]
# HemoRemoteError, as the client's exit status.
DENIED, CONFLICT = 12, 17
TRIES = 3
KMS = "tests"


def same(what: str, got, wanted) -> None:
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


class Bench:
    def __init__(self, server, folder: pathlib.Path):
        self.server, self.folder = server, folder
        server.make_bucket("images")

    def client(self, *words, status=0, prefix=(), **env) -> str:
        done = subprocess.run(
            [*prefix, CLIENT, *map(str, words)], capture_output=True, text=True,
            env={**os.environ, "S3_URL": self.server.url_tls, "S3_BUCKET": "images",
                 "S3_CA": str(self.server.ca_file), "S3_ACCESS": self.server.access_key,
                 "S3_SECRET": self.server.secret_key, **env})
        same(f"{words}: {done.stderr.strip()}", done.returncode, status)
        return done.stdout

    def refused(self, *words, **more) -> str:
        """A put that the server refuses. Versity's closes the connection over the body that it does not want,
        and its answer is lost with that now and then."""
        return self.client("put", "whole", *words, S3_TRIES=str(TRIES), **more)

    def file(self, name: str, size: int) -> pathlib.Path:
        path = self.folder / name
        path.write_bytes(hashlib.shake_128(name.encode()).digest(size))
        return path

    def back(self, key: str, path: pathlib.Path) -> None:
        out = self.folder / "back"
        self.client("get", key, out)
        same(f"{key} read back", out.read_bytes() == path.read_bytes(), True)

    def by_aws(self, key: str, path: pathlib.Path) -> None:
        out = self.folder / "by-aws"
        self.server.aws("s3", "cp", f"s3://images/clinic/{key}", out)
        same(f"{key} by awscli", out.read_bytes() == path.read_bytes(), True)


def forms(bench: Bench) -> None:
    small, large = bench.file("small", 700_001), bench.file("large", 12_000_000)
    same("form", bench.client("put", "whole", "a/whole", small).split()[0], "0")
    same("form", bench.client("put", "pieces", "a/pieces", small).split()[0], "1")
    same("form", bench.client("put", "multipart", "a/parts", large).split()[0], "2")
    for key, path in (("a/whole", small), ("a/pieces", small), ("a/parts", large)):
        bench.back(key, path)
    bench.by_aws("a/whole", small)
    bench.by_aws("a/parts", large)
    same("once more", bench.refused("a/whole", small).split()[2], "there")
    bench.refused("a/whole", bench.file("other", 600_000), status=CONFLICT)
    bench.by_aws("a/whole", small)


def refusals(bench: Bench) -> None:
    small = bench.file("small", 200_000)
    bench.refused("b/1", small, status=DENIED, S3_SECRET="wrong")
    bench.refused("b/1", small, status=DENIED, S3_BUCKET="nobodys")
    bench.refused("b/2", small, prefix=("faketime", "-f", "-3h"))
    bench.back("b/2", small)


def losses(bench: Bench) -> None:
    """The answer is lost after the server did it: asked, not sent again, in each form."""
    for form, size in (("whole", 300_000), ("pieces", 700_001), ("multipart", 12_000_000)):
        path = bench.file(f"lost-{form}", size)
        state = bench.folder / f"state-{form}"
        with FaultProxy(bench.server.url, bench.server.authority) as proxy:
            proxy.fault("acklost", times=1, method="PUT")
            bench.client("put", form, f"c/{form}", path, status=10, S3_URL=proxy.url_tls, S3_STATE=str(state))
            bench.client("put", form, f"c/{form}", path, S3_URL=proxy.url_tls, S3_STATE=str(state))
        bench.back(f"c/{form}", path)


def encryption(bench: Bench) -> None:
    small = bench.file("sealed", 300_000)
    bench.client("put", "whole", "d/kms", small, S3_KMS=KMS)
    bench.back("d/kms", small)
    bench.client("put", "pieces", "d/kms-pieces", small, S3_KMS=KMS)
    bench.back("d/kms-pieces", small)


TESTS = [
    (RadosGateway, "forms", forms),
    (RadosGateway, "refusals", refusals),
    (RadosGateway, "losses", losses),
    (RadosGateway, "encryption", encryption),
    (VersityGateway, "forms", forms),
    (VersityGateway, "refusals", refusals),
    (VersityGateway, "losses", losses),
]


def main() -> int:
    number = failed = 0
    print(f"TAP version 14\n1..{len(TESTS)}", flush=True)
    for kind in (RadosGateway, VersityGateway):
        mine = [(name, test) for owner, name, test in TESTS if owner is kind]
        try:
            with kind() as server, tempfile.TemporaryDirectory() as folder:
                bench = Bench(server, pathlib.Path(folder))
                for name, test in mine:
                    number += 1
                    try:
                        test(bench)
                        print(f"ok {number} - {kind.name} {name}", flush=True)
                    except Exception:
                        failed += 1
                        print(f"not ok {number} - {kind.name} {name}", flush=True)
                        print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
        except Missing as missing:
            for name, _ in mine:
                number += 1
                skip = without(kind.name)
                failed += 0 if skip else 1
                print(f"{'ok' if skip else 'not ok'} {number} - {kind.name} {name}"
                      + (f" # SKIP {missing}" if skip else f" # {missing}"), flush=True)
    return 1 if failed else 0


sys.exit(main())
