"""The server under test: throw-away certificates, a release server on loopback, what it says of itself."""

import os
import re
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 60
SETTLE_SECONDS = 20
STOP_SECONDS = 20
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


class Failure(Exception):
    """Something that must hold does not; one line."""


class Identities:
    """A folder of throw-away authorities, certificates, revocation lists and responses."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for name in ("ca", "other-ca"):
            self.authority(name)
        self.leaf("server", "DNS:localhost,IP:127.0.0.1", "serverAuth")
        self.leaf("renewed", "DNS:localhost,IP:127.0.0.1", "serverAuth")
        self.leaf("client", "URI:idv:account:dev", "clientAuth")
        self.leaf("second", "URI:idv:account:second", "clientAuth")
        self.leaf("expired", "URI:idv:account:dev", "clientAuth", days=-1)
        self.leaf("wrong-use", "URI:idv:account:dev", "serverAuth")
        self.leaf("stranger", "URI:idv:account:dev", "clientAuth", by="other-ca")

    def openssl(self, *arguments):
        done = subprocess.run(
            ["openssl", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
            check=False)
        if done.returncode != 0:
            raise Failure(f"openssl {arguments[0]} failed: {done.stderr.strip().splitlines()[-1]}")
        return done.stdout

    def path(self, name):
        return str(self.folder / name)

    def authority(self, name):
        self.openssl(
            "req", "-x509", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", 30,
            "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def leaf(self, name, names, usage, days=30, by="ca"):
        self.openssl(
            "req", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (self.folder / f"{name}.ext").write_text(
            "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
            f"subjectAltName={names}\nextendedKeyUsage={usage}\n")
        self.openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.crt", "-CAkey", f"{by}.key",
            "-CAcreateserial", "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.crt")

    def serial(self, name):
        return self.openssl("x509", "-in", f"{name}.crt", "-noout", "-serial").strip().split("=")[1]

    def index(self, path, revoked=(), good=()):
        lines = [f"R\t360101000000Z\t250101000000Z\t{self.serial(n)}\tunknown\t/CN={n}" for n in revoked]
        lines += [f"V\t360101000000Z\t\t{self.serial(n)}\tunknown\t/CN={n}" for n in good]
        (self.folder / path).write_text("".join(line + "\n" for line in lines))

    def revocation_list(self, name, revoked=()):
        """Written aside and renamed, as a job that fetches lists should do it."""
        self.index(f"{name}.index", revoked=revoked)
        (self.folder / f"{name}.number").write_text("01\n")
        (self.folder / f"{name}.cnf").write_text(
            f"[ca]\ndefault_ca=this\n[this]\ndatabase={self.path(name + '.index')}\n"
            f"crlnumber={self.path(name + '.number')}\n")
        self.openssl(
            "ca", "-gencrl", "-config", f"{name}.cnf", "-cert", "ca.crt", "-keyfile", "ca.key",
            "-md", "sha256", "-crldays", 1, "-out", f"{name}.new")
        os.replace(self.path(f"{name}.new"), self.path(name))

    def response(self, name, about):
        self.index(f"{name}.index", good=[about])
        self.openssl(
            "ocsp", "-index", f"{name}.index", "-CA", "ca.crt", "-rsigner", "ca.crt", "-rkey", "ca.key",
            "-issuer", "ca.crt", "-cert", f"{about}.crt", "-ndays", 1, "-noverify", "-respout", name)

    def key_digest(self, name):
        key = self.openssl("x509", "-in", f"{name}.crt", "-noout", "-pubkey")
        (self.folder / f"{name}.pub").write_text(key)
        self.openssl("pkey", "-pubin", "-in", f"{name}.pub", "-outform", "DER", "-out", f"{name}.spki")
        return self.openssl("dgst", "-sha256", "-r", f"{name}.spki")[:64]

    def install(self, name, place="live"):
        """Puts a server's certificate and key into a new folder and points a link at it, at once."""
        version = self.folder / f"{place}-{time.monotonic_ns()}"
        version.mkdir()
        for kind in ("crt", "key"):
            (version / f"tls.{kind}").write_bytes((self.folder / f"{name}.{kind}").read_bytes())
        os.symlink(version.name, self.folder / "fresh-link")
        os.replace(self.folder / "fresh-link", self.folder / place)


class Server:
    """A running `idv-server`. Use as a context manager."""

    def __init__(self, identities, log, **settings):
        self.identities = identities
        self.log = Path(log)
        identities.install("server")
        identities.revocation_list("list.pem")
        identities.response("response.der", "server")
        self.settings = {
            "listen.port": 0, "listen.loops": 2,
            "tls.certificate": identities.path("live/tls.crt"),
            "tls.key": identities.path("live/tls.key"), "tls.clientCA": identities.path("ca.crt"),
            "tls.clientCRL": identities.path("list.pem"),
            "tls.ocspResponse": identities.path("response.der"), "tls.reloadSeconds": 1,
            "accounts.names": "dev,second", **settings,
        }

    def __enter__(self):
        flags = [w for k, v in self.settings.items() for w in ("--set", f"{k}={v}")]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [ROOT / ".build/release/idv-server", *flags], cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        found = self.wait_for_line(r'msg="?listening"? address=127\.0\.0\.1:(\d+)', READY_SECONDS)
        self.port = int(found.group(1))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def lines(self, pattern):
        return re.findall(pattern, self.log.read_text(errors="replace"))

    def wait_for_line(self, pattern, seconds=SETTLE_SECONDS, count=1):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = list(re.finditer(pattern, self.log.read_text(errors="replace")))
            if len(found) >= count:
                return found[count - 1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        last = (self.log.read_text(errors="replace").strip().splitlines() or ["nothing"])[-1]
        raise Failure(f"the server never said {pattern!r}; its last line: {last}")

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def tool(self, *arguments, client="client"):
        """Runs the `idv` tool against the server."""
        return subprocess.run(
            [
                ROOT / ".build/release/idv", *arguments, "--server", f"127.0.0.1:{self.port}", "--ca",
                self.identities.path("ca.crt"), "--cert", self.identities.path(f"{client}.crt"),
                "--key", self.identities.path(f"{client}.key"),
            ], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    def metrics(self):
        """Every series and its value."""
        done = self.tool("metrics")
        if done.returncode != 0:
            raise Failure(f"the server does not serve: {done.stderr.strip()}")
        pairs = [line.rsplit(" ", 1) for line in done.stdout.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in pairs}

    def failures(self):
        """Failed handshakes, and sessions that broke later, by reason."""
        found = {}
        for name, value in self.metrics().items():
            match = re.fullmatch(r'idv_tls_(handshake|session)_failures_total\{reason="(\w+)"\}', name)
            if match:
                found[match.group(2)] = found.get(match.group(2), 0) + int(value)
        return found

    def wait_until_idle(self):
        """Waits until the connection that asks is the only one; a leak is a failure."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            still_open = int(self.metrics()["idv_connections_open"]) - 1
            if still_open <= 0:
                return
            if time.monotonic() > deadline:
                raise Failure(f"{still_open} connections are still open after everybody has left")
            time.sleep(0.1)

    def client_context(self, name="client", protocols=("idv/1",)):
        context = ssl.create_default_context(cafile=self.identities.path("ca.crt"))
        if name is not None:
            context.load_cert_chain(
                self.identities.path(f"{name}.crt"), self.identities.path(f"{name}.key"))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context

    def connect(self, context=None, session=None):
        """A connection of Python's own TLS, its handshake done."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=SETTLE_SECONDS)
        return (context or self.client_context()).wrap_socket(
            raw, server_hostname="localhost", session=session)
