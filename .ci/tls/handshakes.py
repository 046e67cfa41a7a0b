"""Malformed, unusual and hostile handshakes, each with what must come of it."""

import os
import socket
import struct
import time
from dataclasses import dataclass
from typing import Callable

from tlslite.constants import CipherSuite, ContentType, ExtensionType, HandshakeType
from tlslite.extensions import PreSharedKeyExtension, PskIdentity
from tlslite.messages import Alert, ClientHello, Message

from peers import Client, Raw, extension, hello

# Extensions that tlslite-ng has no class for are numbers of the TLS registry.
EARLY_DATA = 42
UNKNOWN = 0xC000
RENEGOTIATION_INFO = 0xFF01


@dataclass
class Case:
    """`act` is given the server and returns what came of it."""

    name: str
    expected: str
    # The reason that the server counts it under; None when it counts none.
    reason: str | None
    act: Callable
    # The servers it is for: "1.3", "1.2" (which accepts both) or both.
    servers: tuple = ("1.3", "1.2")


CASES: list[Case] = []


def case(name, expected, reason=None, servers=("1.3", "1.2")):
    def add(act):
        CASES.append(Case(name, expected, reason, act, servers))
        return act
    return add


def raw_case(name, expected, reason=None, data=None, servers=("1.3", "1.2"), piece=16_384):
    """A ClientHello, whole or in pieces, and the first answer."""
    def act(server):
        peer = Raw(server)
        peer.send_hello(data(), piece)
        return peer.answer()
    CASES.append(Case(name, expected, reason, act, servers))


def bytes_case(name, expected, reason=None, data=b"", servers=("1.3", "1.2"), ends=False):
    """Bytes as they are, and the first answer."""
    def act(server):
        peer = Raw(server)
        peer.send(data(peer) if callable(data) else data)
        if ends:
            peer.half_close()
        return peer.answer()
    CASES.append(Case(name, expected, reason, act, servers))


# Sound peers, so that refusals below mean something.

case("a sound client", "served")(lambda s: Client(s).answer())
case("a sound client of TLS 1.2", "served", servers=("1.2",))(
    lambda s: Client(s, version=(3, 3)).answer())
case("the compatibility protocol", "closed")(lambda s: closing_client(s, [b"ttrpc/1.2"]))
case("no protocol offered", "closed")(lambda s: closing_client(s, []))
raw_case("a ClientHello in one-byte records", "hello", "abandoned", hello, piece=1)


def closing_client(server, alpn):
    # That profile's server speaks only when spoken to: a close notice is answered by one.
    return Client(server, alpn=alpn).answer(act=lambda c: c.send_record(
        Alert().create(0, 1).write(), ContentType.alert))


@case("a ClientHello in one-byte packets", "hello", "abandoned")
def one_byte_packets(server):
    peer = Raw(server)
    for byte in peer.record(hello()):
        peer.send(bytes([byte]))
    return peer.answer()


# What is not TLS.

bytes_case("an HTTP request", "closed", "not_tls", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
bytes_case("zeros", "closed", "not_tls", bytes(64))
bytes_case("a protocol frame without TLS", "closed", "not_tls", bytes(9) + b"\x10" + bytes(30))
bytes_case(
    "an SSL 2 hello", "alert 70", "version_mismatch",
    b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + b"\x01\x00\x80\x02\x00\x80\x03\x00\x80" * 2
    + bytes(19))
bytes_case(
    "records of version 5.5", "closed", "not_tls", lambda p: p.record(hello(), version=(5, 5)))

# Records.

bytes_case(
    "a record cut short", "closed", "abandoned", lambda p: p.record(hello())[:100], ends=True)
bytes_case("a header cut short", "closed", "abandoned", b"\x16\x03\x01", ends=True)
bytes_case("no byte at all", "closed", "abandoned", b"", ends=True)
bytes_case(
    "a record of 65,535 bytes", "alert 22", "damaged_record", lambda p: p.record(b"\x01" * 65_535))
# libssl takes up to 32 of these for nothing; the time for a handshake ends it.
bytes_case("an empty record and silence", "closed", "timeout", lambda p: p.record(b""))
bytes_case(
    "forty empty records", "alert 10", "damaged_record", lambda p: p.record(b"") * 40)
bytes_case(
    "an unknown record type", "alert 10", "protocol_violation", lambda p: p.record(hello(), kind=99))
bytes_case(
    "application data first", "alert 10", "protocol_violation",
    lambda p: p.record(b"hello", ContentType.application_data))
bytes_case(
    "ChangeCipherSpec first", "alert 10", "protocol_violation",
    lambda p: p.record(b"\x01", ContentType.change_cipher_spec))
bytes_case(
    "a fatal alert first", "alert 10", "protocol_violation", lambda p: p.record(b"\x02\x28", ContentType.alert))
bytes_case(
    "an alert of one byte", "alert 10", "protocol_violation",
    lambda p: p.record(b"\x02", ContentType.alert))
bytes_case(
    "a heartbeat first", "alert 10", "protocol_violation",
    lambda p: p.record(b"\x01\x40\x00" + bytes(16), 24))

# ClientHello: versions.

# SSL 3 has no alert of its own for versions.
for version, name, alert in (
    ((3, 0), "SSL 3", 40), ((3, 1), "TLS 1.0", 70), ((3, 2), "TLS 1.1", 70),
):
    raw_case(
        f"a hello of {name}", f"alert {alert}", "version_mismatch",
        lambda version=version: hello(version, suites=[
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]))
raw_case(
    "a hello of TLS 1.2", "alert 70", "version_mismatch", lambda: hello((3, 3)), servers=("1.3",))
raw_case(
    "a fallback to TLS 1.2 that nothing forces", "alert 86", "protocol_violation",
    lambda: hello((3, 3), suites=[
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_FALLBACK_SCSV]),
    servers=("1.2",))
raw_case(
    "an empty list of versions", "alert 70", "version_mismatch",
    lambda: hello(without=[ExtensionType.supported_versions], more=[extension(43, b"\x00")]))

# ClientHello: algorithms.

raw_case(
    "only unknown suites", "alert 40", "no_shared_algorithm", lambda: hello(suites=[0x5A5A]))
raw_case(
    "no suite", "alert 47", "protocol_violation", lambda: hello(suites=[]))
for suite, name in (
    (CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "CBC"),
    (CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256, "RSA key exchange"),
    (CipherSuite.TLS_ECDH_ANON_WITH_AES_128_CBC_SHA, "no authentication"),
):
    raw_case(
        f"a hello of TLS 1.2 with {name}", "alert 40", "no_shared_algorithm",
        lambda suite=suite: hello((3, 3), suites=[suite]), servers=("1.2",))
raw_case(
    "only unknown groups", "alert 40", "no_shared_algorithm",
    lambda: hello(
        without=[ExtensionType.supported_groups, ExtensionType.key_share],
        more=[extension(10, b"\x00\x02\x5a\x5a"), extension(51, b"\x00\x05\x5a\x5a\x00\x01\x00")]))
raw_case(
    "no signature algorithms", "alert 109", "protocol_violation",
    lambda: hello(without=[ExtensionType.signature_algorithms]))
raw_case(
    "compression", "alert 47", "protocol_violation",
    lambda: hello(compression_methods=[1, 0]))
raw_case(
    "no null compression", "alert 50", "protocol_violation",
    lambda: hello(compression_methods=[1]))

# ClientHello: application protocols.

raw_case(
    "a protocol that is not served", "alert 120", "no_shared_protocol", lambda: hello(alpn=[b"h2"]))
raw_case(
    "a protocol that only begins like ours", "alert 120", "no_shared_protocol",
    lambda: hello(alpn=[b"idv/11", b"idv/"]))
raw_case(
    "an empty list of protocols", "alert 50", "protocol_violation", lambda: hello(alpn=[]))
raw_case(
    "an empty protocol name", "alert 50", "protocol_violation", lambda: hello(alpn=[b""]))
raw_case(
    "a list of protocols longer than its extension", "alert 50", "protocol_violation",
    lambda: hello(alpn=None, more=[extension(16, b"\x00\x40\x05idv/1")]))

# ClientHello: its shape.


def changed(offset, value):
    data = hello()
    data[offset] = value
    return data


raw_case(
    "a hello of 16 MB, announced", "alert 47", "protocol_violation", lambda: changed(1, 0xFF))
raw_case(
    "a session id longer than the hello", "alert 50", "protocol_violation", lambda: changed(38, 0xFF))
raw_case(
    "the same extension twice", "alert 47", "protocol_violation",
    lambda: hello(more=[extension(UNKNOWN), extension(16, b"\x00\x06\x05idv/1")]))
raw_case(
    "an extension of 65 KB", "hello", "abandoned",
    lambda: hello(more=[extension(UNKNOWN, bytes(64_500))]))
raw_case(
    "a thousand unknown extensions", "hello", "abandoned",
    lambda: hello(more=[extension(UNKNOWN + i) for i in range(1000)]))
raw_case(
    "bytes behind the extensions", "alert 50", "protocol_violation",
    lambda: (lambda h: h[:1] + struct.pack("!I", len(h) - 4 + 8)[1:] + h[4:] + bytes(8))(hello()))
raw_case(
    "heartbeats offered", "hello", "abandoned", lambda: hello(more=[extension(15, b"\x01")]))


@case("two hellos", "alert 47", "protocol_violation")
def two_hellos(server):
    peer = Raw(server)
    # The first asks for a group that it brings no share of: the server waits for the second, which then is
    # another one than it asked for.
    first = hello(without=[ExtensionType.key_share], more=[extension(51, b"\x00\x00")])
    peer.send_hello(first)
    peer.send_hello(first)
    # The server's request for it.
    kind, _, _, length = struct.unpack("!BBBH", peer.take(5))
    peer.take(length)
    return peer.answer() if kind == ContentType.handshake else "no retry"


# Early data and tickets.


def ticket_hello(more=()):
    made = PreSharedKeyExtension().create([PskIdentity().create(os.urandom(180), 7)], [os.urandom(32)])
    return hello(more=[*more, made])


raw_case(
    "a ticket that nobody made", "hello", "abandoned", ticket_hello)
raw_case(
    "early data without a ticket", "hello", "abandoned",
    lambda: hello(more=[extension(EARLY_DATA)]))


@case("early data with a ticket that nobody made", "hello", "abandoned")
def early_data(server):
    peer = Raw(server)
    peer.send_hello(ticket_hello([extension(EARLY_DATA)]))
    peer.send(peer.record(os.urandom(200), ContentType.application_data, (3, 3)))
    return peer.answer()


def with_session(server, spoil):
    first = Client(server).shake()
    first.read(min=10, max=10)
    session = first.session
    first.close()
    peer = Client(server, spoil=spoil)
    return peer, peer.answer(session)


@case("a session resumed", "served, resumed")
def resumed(server):
    peer, answer = with_session(server, None)
    offers = any(e.extType == EARLY_DATA for ticket in peer.session.tickets for e in ticket.extensions)
    return answer + (", resumed" if peer.resumed else "") + (", early data offered" if offers else "")


def spoil_hello(change):
    def spoil(_, message):
        if not isinstance(message, ClientHello):
            return [message]
        data = message.write()
        change(data)
        return [Message(ContentType.handshake, data)]
    return spoil


def flip_last(data):
    data[-1] ^= 1


@case("a session resumed with a wrong binder", "alert 47", "protocol_violation")
def wrong_binder(server):
    return with_session(server, spoil_hello(flip_last))[1]


# Certificates.

for client, alert, reason in (
    (None, 116, "certificate_missing"), ("stranger", 48, "certificate_untrusted"),
    ("expired", 45, "certificate_expired"), ("wrong-use", 43, "certificate_unsuitable"),
    ("second", 44, "certificate_revoked"),
):
    case(f"a client certificate: {reason}", f"alert {alert}", reason)(
        lambda s, client=client: Client(s, client).answer())
case("a missing certificate in TLS 1.2", "alert 40", "certificate_missing", ("1.2",))(
    lambda s: Client(s, None, version=(3, 3)).answer())


def only(kind, change):
    """Spoils the bytes of one kind of message."""
    def spoil(_, message):
        if getattr(message, "handshakeType", None) != kind:
            return [message]
        data = message.write()
        return [Message(ContentType.handshake, change(data))]
    return spoil


def flipped(data):
    data[-1] ^= 1
    return data


case("a wrong signature of the certificate's key", "alert 51", "protocol_violation")(
    lambda s: Client(s, spoil=only(HandshakeType.certificate_verify, flipped)).answer())
case("a wrong Finished", "alert 51", "protocol_violation")(
    lambda s: Client(s, spoil=only(HandshakeType.finished, flipped)).answer())
case("a Finished that is too short", "alert 50", "protocol_violation")(
    lambda s: Client(s, spoil=only(
        HandshakeType.finished, lambda d: bytearray(b"\x14\x00\x00\x04") + d[4:8])).answer())
case("no Finished", "alert 10", "protocol_violation")(
    lambda s: Client(s, spoil=only(
        HandshakeType.finished, lambda d: bytearray(b"\x18\x00\x00\x01\x00"))).answer())
case("a damaged certificate", "alert 50", "protocol_violation")(
    lambda s: Client(s, spoil=only(
        HandshakeType.certificate, lambda d: d[:12] + bytes(40) + d[52:])).answer())


def long_chain(data):
    body = bytes(60_000)
    entry = struct.pack("!I", len(body))[1:] + body + b"\x00\x00"
    chain = b"\x00" + struct.pack("!I", len(entry))[1:] + entry
    return bytearray(b"\x0b" + struct.pack("!I", len(chain))[1:] + chain)


case("a certificate of 60 KB", "alert 47", "protocol_violation")(
    lambda s: Client(s, spoil=only(HandshakeType.certificate, long_chain)).answer())

# After the handshake.


def after(name, expected, reason=None, servers=("1.3", "1.2"), version=(3, 4)):
    def add(act):
        CASES.append(Case(
            name, expected, reason,
            lambda server: Client(server, version=version).answer(act=act), servers))
        return act
    return add


@after("a plaintext record", "alert 20", "damaged_record")
def plaintext(client):
    client.sock.send(b"\x17\x03\x03\x00\x20" + bytes(32))
    client.sock.flush()


@after("a record after the close notice", "closed")
def after_close(client):
    client.send_record(Alert().create(0, 1).write(), ContentType.alert)
    client.send_record(bytes(100))


@after("a heartbeat", "alert 10", "damaged_record")
def heartbeat(client):
    client.send_record(b"\x01\x40\x00" + bytes(16), 24)


@after("an unknown record type inside", "alert 10", "damaged_record")
def unknown_inside(client):
    client.send_record(b"hello", 99)


@after("renegotiation in TLS 1.3", "alert 10", "protocol_violation")
def renegotiation_13(client):
    client.send_record(hello(), ContentType.handshake)


# Refused by a warning: the connection goes on as it was.
@after("renegotiation in TLS 1.2", "alert 100", None, ("1.2",), (3, 3))
def renegotiation_12(client):
    client.send_record(
        hello((3, 3), more=[extension(RENEGOTIATION_INFO, b"\x00")]), ContentType.handshake)


@after("a flood of empty records", "alert 10", "damaged_record")
def empty_records(client):
    for _ in range(100):
        client.send_record(b"")


@after("a key update that is none", "alert 47", "protocol_violation")
def bad_key_update(client):
    client.send_record(b"\x18\x00\x00\x02\x00\x00", ContentType.handshake)


@after("a certificate nobody asked for", "alert 10", "protocol_violation")
def unasked_certificate(client):
    client.send_record(b"\x0b\x00\x00\x04\x00\x00\x00\x00", ContentType.handshake)


@after("the end without a close notice", "closed")
def no_close_notice(client):
    client.sock.flush()
    client.sock.socket.shutdown(socket.SHUT_WR)


@case("a thousand key updates", "served")
def key_updates(server):
    client = Client(server).shake()
    for _ in range(1000):
        for _ in client.send_keyupdate_request(1):
            pass
    return "served" if client.read(min=10, max=10) else "closed"


def run(server, kind):
    """Runs every case for this kind of server. Yields (name, what is wrong) for those that fail."""
    before = server.failures()
    for one in CASES:
        if kind not in one.servers:
            continue
        answer = one.act(server)
        counted, before = counted_since(server, before, one.reason)
        if answer != one.expected:
            yield one.name, f"{answer}, expected {one.expected}; the server counted {counted}"
        elif counted != ([one.reason] if one.reason else []):
            yield one.name, f"the server counted {counted}, expected {one.reason}"


def counted_since(server, before, reason):
    """The reasons counted since `before`; waits for `reason` to be among them."""
    deadline = time.monotonic() + 5
    while True:
        now = server.failures()
        found = [name for name in now for _ in range(now[name] - before.get(name, 0))]
        if reason is None or found or time.monotonic() > deadline:
            return found, now
        time.sleep(0.05)
