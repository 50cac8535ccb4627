# SPDX-License-Identifier: GPL-3.0-or-later
"""S3: Ceph's gateway, which is strict, and versitygw, which shares nothing with it."""
import json
import os
import pathlib
import subprocess
import uuid

from .base import HERE, Server, build_step, built, free_ports, listens, needs, wait_for

REGION = "us-east-1"


class S3(Server):
    """access_key and secret_key open it; make_user() gives another pair, for what must be refused."""

    access_key = "TESTSONLYKEY00000001"
    secret_key = "testsOnlySecretKey0123456789abcdefghijkl"
    region = REGION

    def client_env(self) -> dict:
        """What other S3 clients (aws, curl's --aws-sigv4 by hand) read their settings from."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CA_BUNDLE": str(self.ca_file),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_MAX_ATTEMPTS": "1",
        }

    def aws(self, *words, env=None, tls=True, check=True) -> subprocess.CompletedProcess:
        """Runs awscli against it."""
        needs(self.name, "aws")
        return subprocess.run(
            ["aws", "--endpoint-url", self.url_tls if tls else self.url, *map(str, words)],
            env={**os.environ, **self.client_env(), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=check,
        )

    def make_bucket(self, bucket: str) -> None:
        self.aws("s3api", "create-bucket", "--bucket", bucket, tls=False)


class RadosGateway(S3):
    """Ceph RADOS Gateway over one monitor and one store in memory: what it holds lives until stop().
    restart_gateway() ends only the gateway, so that nothing is lost."""

    name = "ceph-rgw"

    def __init__(self, folder=None, authority=None, settings: str = ""):
        """settings: further lines of its section in ceph.conf"""
        needs(self.name, "ceph-mon", "ceph-osd", "radosgw", "ceph", "radosgw-admin", "monmaptool", "ceph-authtool")
        super().__init__(folder, authority)
        self.port, self.port_tls, self._mon_port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.port}"
        self.url_tls = f"https://localhost:{self.port_tls}"
        self._settings = settings
        self._certificate, self._key = self.authority.issue("ceph-rgw")
        self._conf = self.folder / "ceph.conf"
        self._gateway = None

    def _start(self) -> None:
        identity = str(uuid.uuid4())
        for part in ("mon", "osd", "run", "log", "rgw"):
            subprocess.run(["rm", "-rf", self.folder / part], check=True)
            (self.folder / part).mkdir()
        self._conf.write_text(self._configuration(identity))
        keyring, monmap = self.folder / "keyring", self.folder / "monmap"
        self._tool("ceph-authtool", "-C", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        for who in ("client.admin", "osd.0", "client.rgw.a"):
            self._tool(
                "ceph-authtool", keyring, "--gen-key", "-n", who,
                "--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *",
            )
        self._tool("monmaptool", "--create", "--clobber", "--fsid", identity, "--addv", "a",
                   f"[v2:127.0.0.1:{self._mon_port}]", monmap)
        conf = ("-c", self._conf)
        self._tool("ceph-mon", *conf, "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring)
        mon = self.spawn("ceph-mon", "-f", *conf, "-i", "a")
        wait_for(lambda: listens(self._mon_port), 30, mon, self.log, "ceph-mon")
        store = str(uuid.uuid4())
        self._tool("ceph", *conf, "osd", "new", store)
        self._tool("ceph-osd", *conf, "-i", "0", "--mkfs", "--osd-uuid", store)
        # It looks for its classes below the working directory.
        self.spawn("ceph-osd", "-f", *conf, "-i", "0", cwd="/")
        self._start_gateway()
        self.make_user("hemogram", self.access_key, self.secret_key)

    def _start_gateway(self) -> None:
        self._gateway = self.spawn("radosgw", "-f", "-c", self._conf, "-n", "client.rgw.a")
        wait_for(lambda: listens(self.port) and listens(self.port_tls), 60, self._gateway, self.log, self.name)

    def stop_gateway(self, hard: bool = False) -> None:
        """The gateway alone goes; what it stored stays."""
        gateway, self._gateway = self._gateway, None
        self._processes.remove(gateway)
        gateway.kill() if hard else gateway.terminate()
        gateway.wait()

    def start_gateway(self) -> None:
        self._start_gateway()

    def admin(self, *words) -> str:
        """radosgw-admin"""
        return self._tool("radosgw-admin", "-c", self._conf, *words)

    def make_user(self, user: str, access_key: str, secret_key: str) -> None:
        self.admin("user", "create", f"--uid={user}", f"--display-name={user}",
                   f"--access-key={access_key}", f"--secret-key={secret_key}")

    def trust(self, provider, role: str = "clinic", audience: str = "https://s3.tests.invalid/", bucket: str = "*") -> str:
        """Takes tokens of this OidcProvider for AssumeRoleWithWebIdentity; gives the role's ARN."""
        self.admin("caps", "add", "--uid=hemogram", "--caps=oidc-provider=*;roles=*")
        made = json.loads(self.aws(
            "iam", "create-open-id-connect-provider", "--url", provider.issuer, "--client-id-list", audience,
            "--thumbprint-list", provider.thumbprint, tls=False).stdout)
        arn = made["OpenIDConnectProviderArn"]
        trusts = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Federated": [arn]}, "Action": ["sts:AssumeRoleWithWebIdentity"],
            "Condition": {"StringEquals": {f"{provider.issuer.split('://')[1]}:app_id": audience}}}]}
        made = json.loads(self.aws("iam", "create-role", "--role-name", role,
                                   "--assume-role-policy-document", json.dumps(trusts), tls=False).stdout)
        allows = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["s3:*"], "Resource": f"arn:aws:s3:::{bucket}"}]}
        self.aws("iam", "put-role-policy", "--role-name", role, "--policy-name", "all",
                 "--policy-document", json.dumps(allows), tls=False)
        return made["Role"]["Arn"]

    def _tool(self, *command) -> str:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        with open(self.log, "a") as log:
            log.write(done.stderr)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-600:]}")
        return done.stdout

    def _configuration(self, identity: str) -> str:
        here = self.folder
        return f"""[global]
fsid = {identity}
mon host = [v2:127.0.0.1:{self._mon_port}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
keyring = {here}/keyring
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 1
osd pool default pg autoscale mode = off
mon max pg per osd = 2000
mon data avail crit = 1
auth allow insecure global id reclaim = false
admin socket = {here}/run/$name.$pid.asok
run dir = {here}/run
log file = {here}/log/$name.log
pid file = {here}/run/$name.pid
crash dir = {here}/log
mon data = {here}/mon
osd data = {here}/osd
rgw data = {here}/rgw
[osd]
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:{self.port} ssl_endpoint=127.0.0.1:{self.port_tls} \
ssl_certificate={self._certificate} ssl_private_key={self._key}
rgw dns name = localhost
rgw thread pool size = 64
rgw run sync thread = false
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = tests=dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgISE=
rgw s3 auth use sts = true
rgw sts key = tests-only-16byt
rgw verify ssl = false
{self._settings}
"""


class VersityGateway(S3):
    """versitygw over a folder of files: what it holds outlives stop()."""

    name = "versitygw"

    def __init__(self, folder=None, authority=None):
        needs(self.name, "go")
        self._program = self.build() / "versitygw"
        super().__init__(folder, authority)
        self.port, self.port_tls = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.url_tls = f"https://localhost:{self.port_tls}"
        self._certificate, self._key = self.authority.issue("versitygw")
        self.files = self.folder / "files"

    @staticmethod
    def build() -> pathlib.Path:
        module = HERE / "versitygw"

        def build(folder: pathlib.Path) -> None:
            build_step("go", "build", "-mod=readonly", "-p", "2", "-o", folder / "versitygw",
                       "github.com/versity/versitygw/cmd/versitygw", cwd=module, env={"CGO_ENABLED": "0"})

        return built("versitygw", [module / "go.mod", module / "go.sum"], build)

    def _start(self) -> None:
        self.files.mkdir(exist_ok=True)
        (self.folder / "iam").mkdir(exist_ok=True)
        # One process for each way in, over the same files.
        for port, tls in ((self.port, []), (self.port_tls, ["--cert", self._certificate, "--key", self._key])):
            process = self.spawn(
                self._program, "--access", self.access_key, "--secret", self.secret_key, "--region", self.region,
                "--port", f"127.0.0.1:{port}", "--iam-dir", self.folder / "iam", *tls,
                "posix", "--sidecar", self._sidecar(), self.files)
            wait_for(lambda port=port: listens(port), 20, process, self.log, self.name)

    def _sidecar(self) -> pathlib.Path:
        sidecar = self.folder / "about"
        sidecar.mkdir(exist_ok=True)
        return sidecar
