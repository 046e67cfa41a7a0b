"""Peers that break TLS on purpose: one that writes records by hand, one on tlslite-ng's state machine."""

import os
import socket
import struct

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.constants import (
    CipherSuite, ContentType, ExtensionType, GroupName, HandshakeType, PskKeyExchangeMode,
    SignatureScheme)
from tlslite.errors import TLSAbruptCloseError, TLSError, TLSLocalAlert, TLSRemoteAlert
from tlslite.extensions import (
    ALPNExtension, ClientKeyShareExtension, KeyShareEntry, PskKeyExchangeModesExtension,
    SignatureAlgorithmsExtension, SNIExtension, SupportedGroupsExtension,
    SupportedVersionsExtension, TLSExtension)
from tlslite.keyexchange import ECDHKeyExchange
from tlslite.messages import Alert, ClientHello, Message

SECONDS = 15
SUITES_13 = [CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_AES_256_GCM_SHA384]
SUITES_12 = [
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
]
SIGNATURES = [SignatureScheme.ecdsa_secp256r1_sha256, SignatureScheme.rsa_pss_rsae_sha256]


class Raw:
    """A socket that sends records as they are told, and reads the first thing that comes back."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        """Bytes as they are; that the server has hung up already is for `answer` to find."""
        try:
            self.socket.sendall(bytes(data))
        except OSError:
            pass

    def record(self, payload, kind=ContentType.handshake, version=(3, 1), length=None):
        length = len(payload) if length is None else length
        return struct.pack("!BBBH", kind, *version, length) + bytes(payload)

    def send_hello(self, hello, piece=16_384):
        for start in range(0, len(hello), piece):
            self.send(self.record(hello[start:start + piece]))

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def answer(self):
        """`alert N`, `hello` (a handshake record), `record N` for another one, `closed` or `reset`."""
        try:
            kind = ContentType.change_cipher_spec
            # One of these is said for middle boxes and means nothing.
            while kind == ContentType.change_cipher_spec:
                header = self.take(5)
                if len(header) < 5:
                    return "closed"
                kind, _, _, length = struct.unpack("!BBBH", header)
                body = self.take(length)
        except ConnectionError:
            return "reset"
        except TimeoutError:
            return "silence"
        finally:
            self.socket.close()
        if kind == ContentType.alert:
            return f"alert {body[1]}" if len(body) > 1 else "alert"
        return "hello" if kind == ContentType.handshake else f"record {kind}"

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                break
            data += more
        return data


def key_share(group=GroupName.secp256r1):
    exchange = ECDHKeyExchange(group, (3, 4))
    private = exchange.get_random_private_key()
    return KeyShareEntry().create(group, exchange.calc_public_value(private), private)


def extension(number, payload=b""):
    return TLSExtension(extType=number).create(number, bytearray(payload))


def hello(version=(3, 4), suites=None, alpn=(b"idv/1",), without=(), more=(), **fields):
    """A sound ClientHello as a list of bytes, or an unsound one by way of the arguments."""
    extensions = [
        SNIExtension().create(bytearray(b"localhost")),
        SupportedGroupsExtension().create([GroupName.secp256r1, GroupName.x25519]),
        SignatureAlgorithmsExtension().create(SIGNATURES),
    ]
    if alpn is not None:
        extensions.append(ALPNExtension().create([bytearray(name) for name in alpn]))
    if version == (3, 4):
        extensions += [
            SupportedVersionsExtension().create([(3, 4)]),
            ClientKeyShareExtension().create([key_share()]),
            PskKeyExchangeModesExtension().create([PskKeyExchangeMode.psk_dhe_ke]),
        ]
    extensions = [e for e in extensions if e.extType not in without] + list(more)
    if suites is None:
        suites = SUITES_13 if version == (3, 4) else SUITES_12
    made = ClientHello().create(
        min(version, (3, 3)), bytearray(os.urandom(32)), bytearray(os.urandom(32)), suites,
        extensions=extensions)
    for name, value in fields.items():
        setattr(made, name, value)
    return made.write()


class Client(TLSConnection):
    """tlslite-ng's client; `spoil` gets each handshake message and returns what is sent instead."""

    def __init__(self, server, name="client", version=(3, 4), alpn=(b"idv/1",), spoil=None):
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS)
        super().__init__(raw)
        self.ignoreAbruptClose = False
        self.closeSocket = True
        self.spoil = spoil
        self.alpn = [bytearray(p) for p in alpn]
        self.settings = HandshakeSettings()
        self.settings.minVersion = min(version, (3, 3))
        self.settings.maxVersion = version
        self.settings.eccCurves = ["secp256r1"]
        self.settings.keyShares = ["secp256r1"]
        self.settings.dhGroups = []
        # It would compress its certificate because it offered to read compressed ones.
        self.settings.certificate_compression_send = []
        self.settings.certificate_compression_receive = []
        self.chain = self.key = None
        if name is not None:
            self.chain = X509CertChain()
            self.chain.parsePemList(open(server.identities.path(f"{name}.crt")).read())
            self.key = parsePEMKey(
                open(server.identities.path(f"{name}.key")).read(), private=True,
                implementations=["python"])

    def _sendMsg(self, msg, randomizeFirstBlock=True, update_hashes=True):
        messages = [msg]
        if self.spoil is not None and msg.contentType == ContentType.handshake:
            messages = self.spoil(self, msg)
        for message in messages:
            yield from super()._sendMsg(message, randomizeFirstBlock, update_hashes)

    def shake(self, session=None):
        self.handshakeClientCert(
            certChain=self.chain, privateKey=self.key, session=session, settings=self.settings,
            alpn=self.alpn or None, serverName="localhost")
        return self

    def send_record(self, payload, kind=ContentType.application_data):
        """One record of the agreed keys."""
        for _ in self._sendMsg(Message(kind, bytearray(payload)), update_hashes=False):
            pass

    def answer(self, session=None, act=None):
        """Shakes hands, does `act`, reads: `alert N`, `served`, `closed`, `reset`, or our own refusal."""
        try:
            self.shake(session)
            if act is not None:
                act(self)
            # The server's SETTINGS come first, unasked: ten bytes of header, type 0x10.
            head = self.read(min=10, max=10)
            if not head:
                return "closed"
            # Whatever is said after that, until the server is done with us.
            if act is not None:
                self.sock.socket.settimeout(SECONDS)
                while self.read(min=1, max=16_384):
                    pass
                return "closed"
            return "served"
        except TLSRemoteAlert as alert:
            return f"alert {alert.description}"
        except TLSLocalAlert as alert:
            return f"refused by us: {alert.message}"
        except TLSAbruptCloseError:
            return "closed"
        except ConnectionError:
            return "reset"
        except TimeoutError:
            return "silence"
        except TLSError as error:
            return f"refused by us: {error}"
        finally:
            self.sock.socket.close()


__all__ = [
    "Alert", "Client", "ContentType", "ExtensionType", "HandshakeType", "Raw", "extension", "hello",
    "key_share",
]
