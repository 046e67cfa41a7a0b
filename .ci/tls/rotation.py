"""Certificates, lists and keys change under a running server: who notices, who is let in, what is said."""

import socket
import ssl
import struct
import subprocess
import time

from server import Failure, Server

SETTINGS, PING = 0x10, 0x13
IDLE_PEERS = 100
SCANNER_CONNECTIONS = 2000


def frame(kind, payload=b"", flags=0):
    return struct.pack("!IIBB", len(payload), 0, kind, flags) + payload


class Caller:
    """A native connection that is held open and pings."""

    def __init__(self, server, context=None, session=None):
        self.tls = server.connect(context, session)
        self.tls.sendall(frame(SETTINGS))
        self.ping(b"first...")

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.tls.recv(count - len(data))
            if not more:
                raise Failure("the server closed a connection that should live")
            data += more
        return data

    def ping(self, payload):
        self.tls.sendall(frame(PING, payload))
        while True:
            length, _, kind, flags = struct.unpack("!IIBB", self.take(10))
            if (kind, flags, self.take(length)) == (PING, 1, payload):
                return

    def wait_for_end(self):
        """Reads what comes until the server has ended the connection, in whatever way."""
        self.tls.settimeout(20)
        try:
            while self.tls.recv(4096):
                pass
        except TimeoutError as error:
            raise Failure("the server has not cut a revoked client's connection") from error
        except OSError:
            pass

    def name(self):
        """The server's common name, as it was shown to this connection."""
        return dict(pair[0] for pair in self.tls.getpeercert()["subject"])["commonName"]

    def close(self):
        self.tls.close()


def expect(condition, what):
    if not condition:
        raise Failure(what)


def wait_for(condition, what):
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(what)
        time.sleep(0.1)


def swapped_link(server):
    """As a mounted secret is replaced: found by polling, and no connection is lost."""
    early = Caller(server)
    expect(early.name() == "server", f"the certificate is {early.name()}")
    server.identities.install("renewed")
    server.wait_for_line("certificates reloaded")
    late = Caller(server)
    expect(late.name() == "renewed", "a new connection got the old certificate")
    early.ping(b"still up")
    early.close()
    late.close()


def broken_set(server):
    """A key that does not match: the old set stays, one line says so, one is counted."""
    before = len(server.lines("new certificates cannot be used"))
    (server.identities.folder / "live/tls.key").write_bytes(
        (server.identities.folder / "client.key").read_bytes())
    server.wait_for_line("new certificates cannot be used", count=before + 1)
    caller = Caller(server)
    expect(caller.name() == "renewed", "the old certificate is gone")
    caller.close()
    # Polled again and again, and said once.
    time.sleep(3)
    expect(
        len(server.lines("new certificates cannot be used")) == before + 1, "a broken set is said twice")
    expect(server.metrics()['idv_tls_reloads_total{result="kept"}'] == 1, "a broken set is not counted")
    server.identities.install("server")
    server.wait_for_line("certificates reloaded", count=2)


def hang_up(server):
    """SIGHUP reloads though nothing changed; tickets of before are worthless."""
    context = server.client_context()
    first = Caller(server, context)
    second = Caller(server, context, first.tls.session)
    expect(second.tls.session_reused, "a session was not resumed")
    expect(server.metrics()["idv_tls_handshakes_resumed_total"] >= 1, "resumption is not counted")
    count = len(server.lines("certificates reloaded"))
    server.hang_up()
    server.wait_for_line("certificates reloaded", count=count + 1)
    third = Caller(server, context, second.tls.session)
    expect(not third.tls.session_reused, "a ticket outlived its keys")
    for caller in (first, second, third):
        caller.ping(b"12345678")
        caller.close()


def revoked(server):
    """A client that is revoked is cut off and refused, with its ticket too; others' connections go on."""
    context = server.client_context("second")
    early = Caller(server, context)
    other = Caller(server)
    before = server.failures()["certificate_revoked"]
    count = len(server.lines("certificates reloaded"))
    server.identities.revocation_list("list.pem", ["second"])
    server.wait_for_line("certificates reloaded", count=count + 1)
    early.wait_for_end()
    wait_for(
        lambda: server.failures()["certificate_revoked"] == before + 1,
        "a client that was cut off is not counted")
    try:
        Caller(server, context, early.tls.session)
        raise Failure("a revoked client came back")
    except ssl.SSLError as error:
        expect("REVOKED" in str(error).upper(), f"a revoked client was told {error}")
    wait_for(
        lambda: server.failures()["certificate_revoked"] == before + 2, "a revoked client is not counted")
    other.ping(b"12345678")
    for caller in (early, other):
        caller.close()


def stapled(server):
    done = subprocess.run(
        [
            "openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-status", "-CAfile",
            server.identities.path("ca.crt"), "-cert", server.identities.path("client.crt"), "-key",
            server.identities.path("client.key"), "-alpn", "idv/1",
        ], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
        timeout=30)
    expect("Cert Status: good" in done.stdout, "no response is stapled")


def idle_peers(server):
    """Peers that connect and say nothing hold nobody up."""
    peers = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(IDLE_PEERS)]
    caller = Caller(server)
    caller.close()
    for peer in peers:
        peer.close()


def scanner(server):
    """A scanner cannot fill the log."""
    lines = server.log.read_text().count("\n")
    for _ in range(SCANNER_CONNECTIONS):
        peer = socket.create_connection(("127.0.0.1", server.port))
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        peer.close()
    wait_for(
        lambda: sum(server.failures().values()) >= SCANNER_CONNECTIONS, "failures are not counted")
    grown = server.log.read_text().count("\n") - lines
    expect(grown <= 10, f"{SCANNER_CONNECTIONS} bad handshakes made {grown} lines")


def bound_account(server):
    """A certificate that the authority signed for the same name, but with another key, is refused."""
    server.identities.leaf("thief", "URI:idv:account:dev", "clientAuth")
    done = server.tool("metrics", client="thief")
    expect(done.returncode != 0, "a certificate of another key was accepted")
    expect("CERTIFICATE_NOT_ACCEPTED" in done.stderr, f"the thief was told {done.stderr.strip()}")
    server.metrics()


CHECKS = [swapped_link, broken_set, hang_up, revoked, stapled, idle_peers, scanner, bound_account]


def run(identities, log):
    """Runs every check against a server of its own. Yields (name, what is wrong)."""
    bound = {"accounts.certificates": f"dev={identities.key_digest('client')}"}
    with Server(identities, log, **bound) as server:
        for check in CHECKS:
            try:
                check(server)
                server.wait_until_idle()
            except (Failure, OSError, subprocess.SubprocessError) as error:
                yield check.__name__, f"{error}"
