"""Frames that no server should send, time that passes, every way to cut what arrives."""

from __future__ import annotations

import os
import random
import unittest
from typing import List

from support import cancelled, data, end, goaway, headers, ok, settings, window
from test_connection import KIB, SMALL, Wire

from idv import frames
from idv.connection import Connection
from idv.errors import StatusCode
from idv.events import CallEnded, Closing, Event
from idv.frames import Frame
from idv.limits import Limits

SEED = int(os.environ.get("IDVPY_SEED", random.randrange(1 << 32)))


class Hostile(unittest.TestCase):
    CASES = {
        "first length byte": (b"\x01\0\0\0" + bytes(6), frames.PROTOCOL_ERROR),
        "over MAX_FRAME": (frames.HEADER.pack(16 * KIB + 1, 1, 3, 0), frames.FRAME_SIZE),
        "unknown type": (frames.HEADER.pack(0, 0, 0x80, 0), frames.PROTOCOL_ERROR),
        "request": (frames.HEADER.pack(0, 1, 1, 0), frames.PROTOCOL_ERROR),
        "even stream": (data(2, b"a").encoded(), frames.PROTOCOL_ERROR),
        "never opened": (data(3, b"a").encoded(), frames.PROTOCOL_ERROR),
        "data on stream 0": (data(0, b"a").encoded(), frames.PROTOCOL_ERROR),
        "settings twice": (settings().encoded(), frames.PROTOCOL_ERROR),
        "settings on a stream": (frames.HEADER.pack(0, 1, 0x10, 0), frames.PROTOCOL_ERROR),
        "short ping": (Frame(frames.PING, 0, 0, b"1").encoded(), frames.PROTOCOL_ERROR),
        "short window": (Frame(frames.WINDOW, 0, 1, b"1").encoded(), frames.PROTOCOL_ERROR),
        "short cancel": (Frame(frames.CANCEL, 0, 1, b"1").encoded(), frames.PROTOCOL_ERROR),
        "long cancel": (cancelled(1, 1, 0, "x" * 257).encoded(), frames.PROTOCOL_ERROR),
        "short goaway": (Frame(frames.GOAWAY, 0, 0, b"1").encoded(), frames.PROTOCOL_ERROR),
        "long goaway": (goaway(0, 0, "x" * 1025).encoded(), frames.PROTOCOL_ERROR),
        "increment of 0": (window(1, 0).encoded(), frames.FLOW_CONTROL),
        "increment of 2^31": (window(0, 1 << 31).encoded(), frames.FLOW_CONTROL),
        "stream overflow": (window(1, (1 << 31) - 1).encoded(), frames.FLOW_CONTROL),
        "connection overflow": (window(0, (1 << 31) - 1).encoded(), frames.FLOW_CONTROL),
        "stream overrun": (data(1, bytes(16 * KIB)).encoded() * 5, frames.FLOW_CONTROL),
        "ping flood": (
            Frame(frames.PING, 0, 0, bytes(8)).encoded() * 101, frames.ENHANCE_YOUR_CALM),
        "unknown flood": (frames.HEADER.pack(0, 0, 0x20, 0) * 101, frames.ENHANCE_YOUR_CALM),
        "tiny windows": (window(1, 1).encoded() * 101, frames.ENHANCE_YOUR_CALM),
    }

    def test_each_ends_the_connection_with_its_code(self) -> None:
        for name, (raw, code) in self.CASES.items():
            with self.subTest(name):
                wire = Wire()
                wire.start(server_streams=True)
                wire.sent()
                wire.core.receive(raw, 0.0)
                ended, closing = wire.events()[-2:]
                self.assertEqual(ended.fault.code, StatusCode.UNAVAILABLE)
                self.assertIsInstance(closing, Closing)
                self.assertEqual(wire.sent()[-1].type, frames.GOAWAY)
                self.assertTrue(wire.core.is_closed)
        # The code travels in the GOAWAY.
        wire = Wire()
        wire.core.receive(b"\xff" * 10, 0.0)
        goaway_frame = wire.sent()[-1]
        self.assertEqual(frames.GOAWAY_HEAD.unpack_from(goaway_frame.payload)[1], 1)

    def test_codes(self) -> None:
        for name, (raw, code) in self.CASES.items():
            with self.subTest(name):
                wire = Wire()
                wire.start(server_streams=True)
                wire.core.receive(raw, 0.0)
                last = wire.sent()[-1]
                self.assertEqual(frames.GOAWAY_HEAD.unpack_from(last.payload)[1], code)

    def test_connection_window_overrun(self) -> None:
        # Four streams with windows of their own, and a server that ignores the connection's.
        limits = Limits(
            frame_bytes_max=16 * KIB, stream_window_bytes=64 * KIB,
            connection_window_bytes=64 * KIB)
        core = Connection(limits, 0.0)
        core.receive(settings().encoded(), 0.0)
        core._receive_available = 100
        core.start_call("t.S", "M", message=b"", ends=True, server_streams=True)
        core.receive(data(1, bytes(101)).encoded(), 0.0)
        self.assertTrue(core.is_closed)

    def test_settings(self) -> None:
        good = settings().payload
        bad = {
            "cut": good[:-1],
            "lowered": settings(s1=65535).payload,
            "frame too large": settings(s3=1 << 24).payload,
            "window too large": settings(s2=1 << 31).payload,
            "too many": frames.SETTING.pack(99, 0) * 65,
        }
        for name, payload in bad.items():
            with self.subTest(name):
                core = Connection(SMALL, 0.0)
                core.receive(Frame(frames.SETTINGS, 0, 0, payload).encoded(), 0.0)
                self.assertTrue(core.is_closed)
        core = Connection(SMALL, 0.0)
        core.receive(Frame(frames.SETTINGS, 0, 0, frames.SETTING.pack(99, 7)).encoded(), 0.0)
        self.assertTrue(core.is_ready)

    def test_anything_before_settings(self) -> None:
        for frame in (Frame(frames.PING, 0, 0, bytes(8)), goaway(0), data(1, b"x")):
            core = Connection(SMALL, 0.0)
            core.receive(frame.encoded(), 0.0)
            self.assertTrue(core.is_closed)

    def test_unknown_types_in_between_are_skipped(self) -> None:
        wire = Wire()
        wire.start()
        wire.feed(Frame(0x20, 0, 0, b"x"), Frame(0x7F, 0xFF, 4, b""), ok(1))
        self.assertIsNone(wire.events()[-1].fault)

    def test_nothing_is_kept_of_a_frame_that_is_too_large(self) -> None:
        wire = Wire()
        wire.start()
        wire.core.receive(frames.HEADER.pack(0xFFFFFF, 1, frames.RESPONSE, 0) + bytes(100), 0.0)
        self.assertTrue(wire.core.is_closed)
        wire.core.receive(bytes(1 << 20), 0.0)
        self.assertLess(len(wire.core._decoder._bytes), 200)


class Time(unittest.TestCase):
    def test_first_frame(self) -> None:
        core = Connection(SMALL, 100.0)
        self.assertEqual(core.next_wake(), 110.0)
        core.tick(109.0)
        self.assertFalse(core.is_closed)
        core.tick(110.0)
        self.assertTrue(core.is_closed)

    def test_ping_and_silence(self) -> None:
        wire = Wire()
        self.assertEqual(wire.core.next_wake(), 30.0)
        wire.core.tick(30.0)
        (ping,) = wire.sent()
        self.assertEqual((ping.type, ping.flags, len(ping.payload)), (frames.PING, 0, 8))
        self.assertEqual(wire.core.next_wake(), 50.0)
        wire.now = 49.0
        wire.feed(Frame(frames.PING, frames.ACK, 0, ping.payload))
        self.assertEqual(wire.core.next_wake(), 79.0)
        wire.core.tick(79.0)
        wire.core.tick(99.0)
        (closing,) = wire.events()
        self.assertEqual(closing.fault.code, StatusCode.UNAVAILABLE)

    def test_pings_keep_the_distance_the_server_asks_for(self) -> None:
        wire = Wire(greeting=settings(s8=45_000))
        self.assertEqual(wire.core.next_wake(), 45.0)

    def test_a_frame_that_does_not_come_to_its_end(self) -> None:
        wire = Wire()
        wire.start()
        wire.core.receive(data(1, bytes(16 * KIB)).encoded()[:20], 5.0)
        for now in range(10, 35, 5):
            wire.core.receive(b"x", float(now))
        wire.core.tick(35.0)
        self.assertFalse(wire.core.is_closed)
        wire.core.tick(35.25)
        self.assertTrue(wire.core.is_closed)


def everything() -> bytes:
    """What a busy server might send to three calls."""
    given = [
        settings(), headers(1, [("a", "b")]), data(1, b"one"), data(1, b""), window(1, 5000),
        data(3, bytes(9000), frames.MORE), Frame(frames.PING, 0, 0, b"8 bytes."),
        data(3, bytes(3000)), Frame(0x33, 1, 9, b"?"), end(3, [("t", "u")]),
        data(1, b"x" * 300), end(1), cancelled(5, 13, 0, "gone"), goaway(5, 0, "bye")]
    return b"".join(frame.encoded() for frame in given)


class Splits(unittest.TestCase):
    def run_split(self, pieces: List[bytes]) -> tuple:
        core = Connection(SMALL, 0.0)
        for _ in range(3):
            core.start_call("t.S", "M", message=b"", ends=True, server_streams=True)
        sent = [core.data_to_send()]
        found: List[Event] = []
        for piece in pieces:
            core.receive(piece, 0.0)
            event = core.next_event()
            while event is not None:
                found.append(event)
                event = core.next_event()
            sent.append(core.data_to_send())
        return found, b"".join(sent)

    def test_every_split_gives_the_same(self) -> None:
        raw = everything()
        whole = self.run_split([raw])
        self.assertTrue(any(isinstance(event, Closing) for event in whole[0]))
        self.assertEqual(self.run_split([raw[i : i + 1] for i in range(len(raw))]), whole)
        for cut in range(0, len(raw), 7):
            self.assertEqual(self.run_split([raw[:cut], raw[cut:]]), whole)
        source = random.Random(SEED)
        for _ in range(100):
            cuts = sorted(source.choices(range(len(raw)), k=source.randrange(1, 20)))
            pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)])]
            self.assertEqual(self.run_split(pieces), whole, f"seed {SEED}")

    def test_damage_never_raises_nor_goes_unnoticed_by_the_calls(self) -> None:
        raw = everything()
        source = random.Random(SEED)
        for round_ in range(3000):
            damaged = bytearray(raw)
            for _ in range(source.randrange(1, 4)):
                damaged[source.randrange(len(damaged))] = source.randrange(256)
            core = Connection(SMALL, 0.0)
            calls = set()
            for _ in range(3):
                calls.add(core.start_call("t.S", "M", message=b"", ends=True, server_streams=True))
            core.receive(bytes(damaged[: source.randrange(len(damaged))]), 0.0)
            core.lost()
            ended = []
            event = core.next_event()
            while event is not None:
                if isinstance(event, CallEnded):
                    ended.append(event.stream)
                event = core.next_event()
            self.assertEqual(sorted(ended), sorted(calls), f"seed {SEED}, round {round_}")

if __name__ == "__main__":
    unittest.main()
