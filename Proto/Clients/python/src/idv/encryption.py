"""Encrypts the personal fields of requests and reads those of answers (Proto/PROTOCOL.md, 15.1).

    encryption = idv.encryption.Encryption.ask(channel)
    answer = encryption.call(BasicStub(channel).CompareFaces, request, timeout=5)

Needs the package `cryptography`. Keys that wrap with X25519 and RSA-OAEP are understood, not SM2; contents go with
AES-256-GCM or, where `cryptography` has it, SM4-GCM.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import time
from typing import Any, Iterator, List, Optional, Sequence, Tuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from google.protobuf.message import Message

from idv.channel import Channel, UnaryUnary
from idv.errors import RpcError, StatusCode
from idv.retry import NO_RETRY
from idv.v1 import common_pb2, keys_pb2, options_pb2
from idv.v1.keys_idv import KeysStub

_TAG_BYTES = 16
_NONCE_BYTES = 12
_SECRET_BYTES = 32
_TRIES = 4
_PAUSE_SECONDS = 0.1
_LABELS = {common_pb2.CONTENT_ALGORITHM_AES_256_GCM: "AES-256-GCM",
           common_pb2.CONTENT_ALGORITHM_SM4_GCM: "SM4-GCM"}


class DecryptionError(Exception):
    """An answer cannot be read: it is not the one to this request, or was changed."""


class Encryption:
    """Encrypts for one account with one key of the server. Safe from any thread."""

    def __init__(
        self,
        key: keys_pb2.EncryptionKey,
        account: str,
        *,
        algorithm: int = common_pb2.CONTENT_ALGORITHM_AES_256_GCM,
        clock_offset: float = 0.0,
    ) -> None:
        """`clock_offset` is how many seconds the server's clock is ahead of ours."""
        if algorithm not in _LABELS:
            raise ValueError("algorithm: AES_256_GCM or SM4_GCM")
        self._key_id = key.id
        self._public = serialization.load_der_public_key(key.public_key)
        if not isinstance(self._public, (x25519.X25519PublicKey, rsa.RSAPublicKey)):
            raise ValueError(f"key {key.id}: only X25519 and RSA-OAEP are understood here")
        self._account = account
        self._algorithm = algorithm
        self._clock_offset = clock_offset

    @classmethod
    def ask(
        cls,
        channel: Channel,
        *,
        wrapping: int = keys_pb2.KEY_WRAPPING_UNSPECIFIED,
        sha256: Optional[bytes] = None,
        algorithm: int = common_pb2.CONTENT_ALGORITHM_AES_256_GCM,
        timeout: Optional[float] = None,
    ) -> Encryption:
        """Takes the first of the server's keys that is understood and wraps as asked for.

        `sha256` is the digest of the public key, learned another way; without it the server's word counts.
        """
        answer = KeysStub(channel).GetEncryptionKeys(
            keys_pb2.GetEncryptionKeysRequest(), timeout=timeout)
        understood = (keys_pb2.KEY_WRAPPING_X25519, keys_pb2.KEY_WRAPPING_RSA_OAEP_SHA256)
        for key in answer.keys:
            if key.wrapping not in understood:
                continue
            if wrapping not in (keys_pb2.KEY_WRAPPING_UNSPECIFIED, key.wrapping):
                continue
            if sha256 not in (None, hashlib.sha256(key.public_key).digest()):
                continue
            offset = answer.server_unix_ms / 1000 - time.time()
            return cls(key, answer.account, algorithm=algorithm, clock_offset=offset)
        raise ValueError("the server has no key of that kind and digest")

    def call(
        self, stub: UnaryUnary[Any, Any], request: Any, *, timeout: Optional[float] = None,
        metadata: Any = None,
    ) -> Any:
        """Calls with every personal field encrypted; the answer is read. Raises an RpcError or DecryptionError.

        Each try is encrypted anew, because a server reads no message twice.
        """
        for attempt in range(1, _TRIES + 1):
            sealed = self.seal(request, stub.method.service, stub.method.name)
            try:
                answer = stub(sealed.request, timeout=timeout, metadata=metadata, retry=NO_RETRY)
            except RpcError as error:
                again = error.never_started or (
                    error.code == StatusCode.UNAVAILABLE and error.retryable)
                if not again or attempt == _TRIES:
                    raise
                time.sleep(error.retry_after or _PAUSE_SECONDS * attempt)
                continue
            return sealed.open(answer)
        raise AssertionError("unreachable")

    def seal(
        self, request: Any, service: str, method: str, *, message_id: Optional[bytes] = None
    ) -> Sealed:
        """`request` with its personal fields encrypted, for one try of one call."""
        copy = type(request)()
        copy.CopyFrom(request)
        copy.header.ClearField("encryption")
        fields = list(_take(copy, "")) or [("", b"")]
        secret, wrapped = self._new_secret()
        envelope = copy.header.encryption
        envelope.algorithm = self._algorithm
        envelope.key_id = self._key_id
        envelope.wrapped_key = wrapped
        envelope.message_id = message_id or os.urandom(16)
        envelope.created_at_ms = int((time.time() + self._clock_offset) * 1000)
        binding = _binding(envelope, self._account, f"{service}/{method}")
        keys = _Keys(self._algorithm, secret, envelope.message_id, binding, "request", b"",
                     [path for path, _ in fields])
        for path, plain in fields:
            envelope.fields.add(path=path, ciphertext=keys.seal(path, plain))
        return Sealed(copy, self._algorithm, secret, envelope.message_id, binding)

    def _new_secret(self) -> Tuple[bytes, bytes]:
        if isinstance(self._public, rsa.RSAPublicKey):
            secret = os.urandom(_SECRET_BYTES)
            oaep = padding.OAEP(
                mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
            return secret, self._public.encrypt(secret, oaep)
        raw, form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        own = x25519.X25519PrivateKey.generate()
        ephemeral = own.public_key().public_bytes(raw, form)
        recipient = self._public.public_bytes(raw, form)
        prk = _hmac(hashes.SHA256(), b"\0", own.exchange(self._public))
        use = b"idv field encryption 1 x25519" + ephemeral + recipient
        return _expand(hashes.SHA256(), prk, use, _SECRET_BYTES), ephemeral


class Sealed:
    """An encrypted request, and what reads its answer."""

    def __init__(
        self, request: Any, algorithm: int, secret: bytes, message_id: bytes, binding: bytes
    ) -> None:
        self.request = request
        self._algorithm = algorithm
        self._secret = secret
        self._message_id = message_id
        self._binding = binding

    def open(self, answer: Any) -> Any:
        """`answer` with its personal fields in their places."""
        if not answer.header.HasField("encryption"):
            return answer
        opened = type(answer)()
        opened.CopyFrom(answer)
        opened.header.ClearField("encryption")
        envelope = answer.header.encryption
        keys = _Keys(self._algorithm, self._secret, self._message_id, self._binding, "answer",
                     envelope.salt, [field.path for field in envelope.fields])
        for field in envelope.fields:
            plain = keys.open(field.path, field.ciphertext)
            if field.path:
                _put(opened, field.path, plain)
        return opened


class _Keys:
    """Key, nonces and bound data of one direction of a message."""

    def __init__(
        self, algorithm: int, secret: bytes, message_id: bytes, binding: bytes, direction: str,
        salt: bytes, paths: Sequence[str],
    ) -> None:
        self._is_aes = algorithm == common_pb2.CONTENT_ALGORITHM_AES_256_GCM
        self._digest = hashes.SHA256() if self._is_aes else hashes.SM3()
        self._binding = binding
        self._direction = _item(direction.encode()) + _item(salt)
        names = b"".join(_item(path) for path in sorted(path.encode() for path in paths))
        digest = hashes.Hash(self._digest)
        digest.update(names)
        self._field_set = digest.finalize()
        self._prk = _hmac(self._digest, message_id, secret)
        self._key = self._draw(_item(b"key") + self._direction + binding, 32 if self._is_aes else 16)

    def seal(self, path: str, plain: bytes) -> bytes:
        encryptor = self._cipher(path, None).encryptor()
        encryptor.authenticate_additional_data(self._bound(path))
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, path: str, sealed: bytes) -> bytes:
        if len(sealed) < _TAG_BYTES:
            raise DecryptionError(path)
        decryptor = self._cipher(path, sealed[-_TAG_BYTES:]).decryptor()
        decryptor.authenticate_additional_data(self._bound(path))
        try:
            return decryptor.update(sealed[:-_TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise DecryptionError(path) from None

    def _cipher(self, path: str, tag: Optional[bytes]) -> Cipher[modes.GCM]:
        use = _item(b"nonce") + self._direction + _item(path.encode()) + self._binding
        mode = modes.GCM(self._draw(use, _NONCE_BYTES), tag)
        return Cipher(algorithms.AES(self._key) if self._is_aes else algorithms.SM4(self._key), mode)

    def _bound(self, path: str) -> bytes:
        return (_item(b"field") + self._direction + _item(path.encode()) + _item(self._field_set)
                + self._binding)

    def _draw(self, use: bytes, count: int) -> bytes:
        return _expand(self._digest, self._prk, use, count)


def _binding(envelope: common_pb2.Encryption, account: str, method: str) -> bytes:
    texts = ("idv field encryption 1", _LABELS[envelope.algorithm], envelope.key_id, account, method)
    return (b"".join(_item(text.encode()) for text in texts) + _item(envelope.message_id)
            + _item(struct.pack(">q", envelope.created_at_ms)))


def _item(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _hmac(digest: hashes.HashAlgorithm, key: bytes, message: bytes) -> bytes:
    code = HMAC(key, digest)
    code.update(message)
    return code.finalize()


def _expand(digest: hashes.HashAlgorithm, prk: bytes, use: bytes, count: int) -> bytes:
    """HKDF's expand (RFC 5869), for up to one digest's length."""
    return _hmac(digest, prk, use + b"\x01")[:count]


def _take(message: Message, prefix: str) -> Iterator[Tuple[str, bytes]]:
    """Takes the personal fields out of `message`, with their paths; elements leave an empty one."""
    for field, _ in list(message.ListFields()):
        sensitive = field.GetOptions().Extensions[options_pb2.sensitive]
        if field.message_type is None and not sensitive:
            continue
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        value = getattr(message, field.name)
        path = prefix + field.name
        if not _is_repeated(field):
            if sensitive:
                yield path, _plain(value)
                message.ClearField(field.name)
            else:
                yield from _take(value, path + ".")
            continue
        for index in range(len(value)):
            place = f"{path}[{index}]"
            if not sensitive:
                yield from _take(value[index], place + ".")
            elif plain := _plain(value[index]):
                yield place, plain
                if isinstance(value[index], Message):
                    value[index].Clear()
                else:
                    value[index] = type(value[index])()


def _plain(value: Any) -> bytes:
    if isinstance(value, Message):
        return value.SerializeToString()
    return value.encode() if isinstance(value, str) else bytes(value)


def _is_repeated(field: Any) -> bool:
    known = getattr(field, "is_repeated", None)
    return bool(known) if known is not None else field.label == field.LABEL_REPEATED


_STEP = re.compile(r"([a-z][a-z0-9_]*)(?:\[(0|[1-9][0-9]*)\])?")


def _put(message: Any, path: str, plain: bytes) -> None:
    """Puts a field back into its place. Raises DecryptionError if there is no such place."""
    steps: List[Any] = [_STEP.fullmatch(step) for step in path.split(".")]
    for position, step in enumerate(steps):
        field = message.DESCRIPTOR.fields_by_name.get(step[1]) if step else None
        if field is None or _is_repeated(field) != (step[2] is not None):
            raise DecryptionError(path)
        value, is_last = getattr(message, field.name), position == len(steps) - 1
        if step[2] is not None:
            if int(step[2]) >= len(value):
                raise DecryptionError(path)
            if is_last and field.message_type is None:
                value[int(step[2])] = plain.decode() if field.type == field.TYPE_STRING else plain
                return
            value = value[int(step[2])]
        elif is_last and field.message_type is None:
            setattr(message, field.name, plain.decode() if field.type == field.TYPE_STRING else plain)
            return
        if field.message_type is None:
            raise DecryptionError(path)
        if is_last:
            value.SetInParent()
            value.MergeFromString(plain)
            return
        message = value
