"""Encrypted fields: the vectors that all implementations share, and what must not be read."""

import json
import pathlib
import unittest

import idv
from idv import encryption
from idv.v1 import basic_pb2, common_pb2, documents_pb2, keys_pb2, liveness_pb2

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa, x25519

_VECTORS = pathlib.Path(__file__).resolve().parents[4] / "Tests/Vectors/field-encryption.json"
_ALGORITHMS = [common_pb2.CONTENT_ALGORITHM_AES_256_GCM, common_pb2.CONTENT_ALGORITHM_SM4_GCM]


def _public(key):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _encryptions():
    keys = [x25519.X25519PrivateKey.generate(),
            rsa.generate_private_key(public_exponent=65537, key_size=3072)]
    for key in keys:
        for algorithm in _ALGORITHMS:
            yield encryption.Encryption(
                keys_pb2.EncryptionKey(id="k", public_key=_public(key)), "bank",
                algorithm=algorithm)


def _answered(sealed, answer):
    """`answer` as a server would encrypt it."""
    fields = list(encryption._take(answer, "")) or []
    keys = encryption._Keys(
        sealed._algorithm, sealed._secret, sealed._message_id, sealed._binding, "answer",
        b"0123456789abcdef", [path for path, _ in fields])
    answer.header.encryption.salt = b"0123456789abcdef"
    for path, plain in fields:
        answer.header.encryption.fields.add(path=path, ciphertext=keys.seal(path, plain))
    return answer


def _card():
    card = documents_pb2.IdCard(name=documents_pb2.DocumentField(value="CANARY"))
    return basic_pb2.VerifyIdCardPhotoResponse(
        header=common_pb2.ResponseHeader(request_id="7"), card=card)


class VectorTests(unittest.TestCase):
    def test_shared_vectors(self):
        vectors = json.loads(_VECTORS.read_text())["messages"]
        self.assertEqual(len(vectors), 4)
        for vector in vectors:
            label = {name: number for number, name in encryption._LABELS.items()}
            envelope = common_pb2.Encryption(
                algorithm=label[vector["algorithm"]], key_id=vector["key_id"],
                message_id=bytes.fromhex(vector["message_id"]),
                created_at_ms=vector["created_at_ms"])
            binding = encryption._binding(envelope, vector["account"], vector["method"])
            self.assertEqual(binding.hex(), vector["binding"])
            keys = encryption._Keys(
                envelope.algorithm, bytes.fromhex(vector["secret"]), envelope.message_id, binding,
                vector["direction"], bytes.fromhex(vector["salt"]),
                [field["path"] for field in vector["fields"]])
            for field in vector["fields"]:
                plain, sealed = bytes.fromhex(field["plain"]), bytes.fromhex(field["ciphertext"])
                self.assertEqual(keys.seal(field["path"], plain), sealed)
                self.assertEqual(keys.open(field["path"], sealed), plain)


class SealTests(unittest.TestCase):
    def test_nothing_personal_is_left(self):
        frames = [liveness_pb2.CapturedFrame(jpeg=f"CANARY {n}".encode()) for n in range(3)]
        request = basic_pb2.DetectLivenessRequest(
            header=common_pb2.RequestHeader(client_request_id="order-7"),
            capture=liveness_pb2.Capture(frames=frames), session_id="s")
        for each in _encryptions():
            sealed = each.seal(request, "idv.v1.Basic", "DetectLiveness").request
            self.assertNotIn(b"CANARY", sealed.SerializeToString())
            self.assertEqual(sealed.header.client_request_id, "order-7")
            self.assertEqual(len(sealed.capture.frames), 3)
            self.assertEqual([f.path for f in sealed.header.encryption.fields],
                             [f"capture.frames[{n}].jpeg" for n in range(3)])
            again = each.seal(request, "idv.v1.Basic", "DetectLiveness").request
            self.assertNotEqual(sealed.header.encryption.message_id,
                                again.header.encryption.message_id)
        self.assertIn(b"CANARY", request.SerializeToString())

    def test_answers_are_read_and_nothing_else_is(self):
        for each in _encryptions():
            sealed = each.seal(basic_pb2.VerifyIdCardPhotoRequest(), "idv.v1.Basic", "X")
            self.assertEqual([f.path for f in sealed.request.header.encryption.fields], [""])
            answer = _answered(sealed, _card())
            self.assertNotIn(b"CANARY", answer.SerializeToString())
            self.assertEqual(sealed.open(answer), _card())
            for spoil in (
                lambda a: setattr(a.header.encryption, "salt", b"x" * 16),
                lambda a: setattr(a.header.encryption.fields[0], "path", "verdict"),
                lambda a: setattr(a.header.encryption.fields[0], "path", "card.name"),
                lambda a: setattr(a.header.encryption.fields[0], "ciphertext", b"x" * 40),
                lambda a: setattr(a.header.encryption.fields[0], "ciphertext", b""),
                lambda a: a.header.encryption.fields.add(path="", ciphertext=b"x" * 16),
            ):
                changed = basic_pb2.VerifyIdCardPhotoResponse()
                changed.CopyFrom(answer)
                spoil(changed)
                with self.assertRaises(encryption.DecryptionError) as raised:
                    sealed.open(changed)
                self.assertNotIn("CANARY", str(raised.exception))
            other = each.seal(basic_pb2.VerifyIdCardPhotoRequest(), "idv.v1.Basic", "X")
            with self.assertRaises(encryption.DecryptionError):
                other.open(answer)

    def test_paths_that_lead_nowhere(self):
        for path in ("nothing", "card[0]", "header.models", "reasons[0].field", "card..name", ""):
            with self.assertRaises(encryption.DecryptionError):
                encryption._put(_card(), path, b"x")

    def test_keys_that_are_not_understood(self):
        with self.assertRaises(ValueError):
            encryption.Encryption(keys_pb2.EncryptionKey(id="k", public_key=b"x"), "bank")
        with self.assertRaises(ValueError):
            encryption.Encryption(
                keys_pb2.EncryptionKey(public_key=_public(x25519.X25519PrivateKey.generate())),
                "bank", algorithm=99)


class CallTests(unittest.TestCase):
    def test_each_try_is_encrypted_anew(self):
        seen = []

        class Stub:
            method = idv.Method("idv.v1.Basic", "VerifyIdCardPhoto",
                                basic_pb2.VerifyIdCardPhotoRequest,
                                basic_pb2.VerifyIdCardPhotoResponse)

            def __call__(self, request, **options):
                seen.append(request.header.encryption.message_id)
                self_check.assertIs(options["retry"], idv.NO_RETRY)
                if len(seen) < 3:
                    raise idv.UnavailableError("starting", never_started=True)
                return basic_pb2.VerifyIdCardPhotoResponse()

        self_check = self
        each = next(_encryptions())
        each.call(Stub(), basic_pb2.VerifyIdCardPhotoRequest())
        self.assertEqual(len(set(seen)), 3)

        class Refusing(Stub):
            def __call__(self, request, **options):
                seen.append(request)
                raise idv.AlreadyExistsError("replayed")

        seen.clear()
        with self.assertRaises(idv.AlreadyExistsError):
            each.call(Refusing(), basic_pb2.VerifyIdCardPhotoRequest())
        self.assertEqual(len(seen), 1)


if __name__ == "__main__":
    unittest.main()
