"""When calls are tried again, how long reconnecting waits, and what metadata may be. No sockets."""

from __future__ import annotations

import unittest

import idv
from idv import envelope
from idv.errors import Detail, Fault, StatusCode
from idv.metadata import Metadata, encoded
from idv.retry import Backoff, RetryPolicy, Throttle, pause_before_retry
from idv.target import split_target
from idv.v1 import common_pb2

ANSWERED = Fault(StatusCode.UNAVAILABLE, "later", local=False, by_answer=True)
LOST = Fault(StatusCode.UNAVAILABLE, "lost")
REFUSED = Fault(StatusCode.UNAVAILABLE, "full", never_started=True)


def middle() -> float:
    return 0.5


class Retries(unittest.TestCase):
    def pause(
        self, fault, trailers=(), attempts=1, policy=RetryPolicy(), throttle=None, waits=False
    ):
        return pause_before_retry(
            policy, throttle or Throttle(), fault, trailers, attempts, middle, waits)

    def test_only_what_is_safe(self) -> None:
        self.assertEqual(self.pause(REFUSED), 0.0)
        self.assertAlmostEqual(self.pause(REFUSED, attempts=2), 0.2)
        self.assertAlmostEqual(self.pause(ANSWERED), 0.1)
        self.assertIsNone(self.pause(LOST))
        self.assertAlmostEqual(self.pause(LOST, policy=RetryPolicy(repeat_lost=True)), 0.1)
        for code in StatusCode:
            if code not in (StatusCode.OK, StatusCode.UNAVAILABLE):
                self.assertIsNone(self.pause(ANSWERED._replace(code=code)))

    def test_four_tries(self) -> None:
        for fault in (REFUSED, ANSWERED):
            self.assertIsNotNone(self.pause(fault, attempts=3))
            self.assertIsNone(self.pause(fault, attempts=4))
            self.assertIsNone(self.pause(fault, policy=idv.NO_RETRY))

    def test_pushback(self) -> None:
        def told(*values):
            return self.pause(ANSWERED, [("grpc-retry-pushback-ms", v) for v in values])

        self.assertEqual(told("2500"), 2.5)
        self.assertEqual(told("1", "0"), 0.0)
        self.assertIsNone(told("-1"))
        self.assertIsNone(told("soon"))

    def test_detail(self) -> None:
        def detailed(**fields):
            detail = common_pb2.ErrorDetail(symbol="NOT_SERVING", **fields).SerializeToString()
            url = "type.googleapis.com/idv.v1.ErrorDetail"
            return self.pause(ANSWERED._replace(details=(Detail(url, detail),)))

        self.assertEqual(detailed(retryable=True, retry_after_ms=1500), 1.5)
        self.assertAlmostEqual(detailed(retryable=True), 0.1)
        self.assertIsNone(detailed(retryable=False))

    def test_a_call_that_waits_outlasts_a_start(self) -> None:
        def detailed(symbol, **fields):
            detail = common_pb2.ErrorDetail(symbol=symbol, **fields).SerializeToString()
            url = "type.googleapis.com/idv.v1.ErrorDetail"
            return ANSWERED._replace(details=(Detail(url, detail),))

        starting = detailed("NOT_SERVING", retryable=True, retry_after_ms=1500)
        throttle = Throttle()
        for attempts in range(1, 50):
            pause = self.pause(starting, attempts=attempts, throttle=throttle, waits=True)
            self.assertEqual(pause, 1.5)
        self.assertEqual(throttle.tokens, 10)
        told = [("grpc-retry-pushback-ms", "1500")]
        self.assertEqual(self.pause(starting, told, attempts=9, waits=True), 1.5)
        self.assertIsNone(self.pause(starting, attempts=4))
        self.assertIsNone(self.pause(starting, policy=idv.NO_RETRY, waits=True))
        self.assertIsNone(
            self.pause(starting, [("grpc-retry-pushback-ms", "-1")], waits=True))
        for other in (
            detailed("SOURCE_BUSY", retryable=True), detailed("NOT_SERVING"), ANSWERED, REFUSED
        ):
            self.assertIsNone(self.pause(other, attempts=4, waits=True))

    def test_throttle(self) -> None:
        throttle = Throttle()
        for _ in range(4):
            self.assertIsNotNone(self.pause(ANSWERED, throttle=throttle))
        self.assertIsNone(self.pause(ANSWERED, throttle=throttle))
        self.assertEqual(throttle.tokens, 5)
        self.assertEqual(self.pause(REFUSED, throttle=throttle), 0.0)
        for _ in range(11):
            throttle.success()
        self.assertIsNotNone(self.pause(ANSWERED, throttle=throttle))

    def test_backoff(self) -> None:
        backoff = Backoff()
        self.assertAlmostEqual(backoff.pause(1, middle), 1.0)
        self.assertAlmostEqual(backoff.pause(3, middle), 2.56)
        self.assertAlmostEqual(backoff.pause(10_000, middle), 120.0)
        self.assertAlmostEqual(backoff.pause(1, lambda: 0.0), 0.8)
        self.assertAlmostEqual(backoff.pause(1, lambda: 1.0), 1.2)


class MetadataRules(unittest.TestCase):
    def check(self, given) -> tuple:
        return encoded(given, 8192, 64)

    def test_both_ways(self) -> None:
        raw = self.check([("a", "b"), ("a", "ü"), ("k-bin", b"\0\xff")])
        self.assertEqual(raw, (("a", "b"), ("a", "ü"), ("k-bin", "AP8=")))
        metadata = Metadata(raw)
        self.assertEqual(list(metadata), [("a", "b"), ("a", "ü"), ("k-bin", b"\0\xff")])
        self.assertEqual(metadata.get_all("a"), ["b", "ü"])
        self.assertEqual(metadata.get("a"), "ü")
        self.assertEqual(metadata.get("none"), None)
        self.assertEqual(Metadata([("k-bin", "AP8")]).get("k-bin"), b"\0\xff")
        self.assertNotIn("ü", repr(metadata))
        self.assertEqual(self.check({"a": "b"}), (("a", "b"),))

    def test_refused(self) -> None:
        bad = [
            [("A", "b")], [("", "b")], [("grpc-x", "b")], [("a", "b\n")], [("a", b"b")],
            [("a\n", "b")], [("a", "b")] * 65, [("a", "b" * 8192)]]
        for given in bad:
            with self.subTest(given[0][0]), self.assertRaises(ValueError):
                self.check(given)

    def test_raw_is_not_looked_at(self) -> None:
        raw = idv.RawMetadata([("Bad Key", "\n")])
        self.assertEqual(self.check(raw), (("Bad Key", "\n"),))


class Envelopes(unittest.TestCase):
    def test_request(self) -> None:
        raw = envelope.request("t.S", "M", b"abc", 5, [("k", "v"), ("k", "")])
        self.assertEqual(
            raw, bytes.fromhex("0a03742e5312014d1a0361626320052a060a016b1201762a050a016b1200"))
        back = envelope.read_request(raw)
        self.assertEqual(back, ("t.S", "M", b"abc", 5, (("k", "v"), ("k", ""))))
        negative = envelope.request("", "", b"", -1, [])
        self.assertEqual(envelope.read_request(negative).timeout_nano, -1)

    def test_unknown_fields_are_skipped_and_the_last_counts(self) -> None:
        raw = (
            envelope.number_field(9, 300) + envelope.field(2, b"first")
            + bytes.fromhex("dd0101020304") + envelope.field(2, b"second")
            + bytes.fromhex("d9010102030405060708"))
        self.assertEqual(envelope.read_response(raw).payload, b"second")

    def test_malformed(self) -> None:
        bad = [
            b"\x12", b"\x12\x05abc", b"\xff" * 11, b"\x0b", b"\0", b"\x10\x01", b"\x0a\x02\x12\x05"]
        for raw in bad:
            with self.subTest(raw), self.assertRaises(envelope.MalformedEnvelope):
                envelope.read_response(raw)

    def test_status(self) -> None:
        status = envelope.Status(-3, "nö", (Detail("u", b"v"),))
        answer = envelope.read_response(envelope.response(status, b"p", [("t", "1")]))
        self.assertEqual(answer, (status, b"p", (("t", "1"),), ""))


class Targets(unittest.TestCase):
    def test_targets(self) -> None:
        self.assertEqual(split_target("localhost:7443"), ("localhost", 7443))
        self.assertEqual(split_target("[::1]:1"), ("::1", 1))
        for bad in ("localhost", ":1", "a:", "a:0", "a:65536", "::1:1", "a:²"):
            with self.subTest(bad), self.assertRaises(ValueError):
                split_target(bad)

    def test_limits(self) -> None:
        for bad in ({"frame_bytes_max": 1}, {"stream_window_bytes": 1 << 31},
                    {"frame_bytes_max": 1 << 24}, {"ping_timeout": -1.0}):
            with self.subTest(bad), self.assertRaises(ValueError):
                idv.Limits(**bad)


if __name__ == "__main__":
    unittest.main()
