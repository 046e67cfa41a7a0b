"""The connection's state machine: transcripts, byte splits, hostile frames. No sockets."""

from __future__ import annotations

import unittest
from typing import List, Optional

from support import cancelled, data, end, failure, goaway, headers, ok, settings, window

from idv import envelope, frames
from idv.connection import CannotStart, Connection
from idv.errors import Fault, StatusCode
from idv.events import (
    CallEnded, Closing, Event, HeadersArrived, MessageArrived, Ready, SendQueueEmptied,
    SlotsChanged)
from idv.frames import Frame
from idv.limits import Limits

KIB = 1 << 10
SMALL = Limits(
    frame_bytes_max=16 * KIB, stream_window_bytes=64 * KIB, connection_window_bytes=128 * KIB,
    receive_message_bytes_max=256 * KIB)


class Wire:
    """A connection with its SETTINGS exchanged, and short words for what happens to it."""

    def __init__(self, limits: Limits = SMALL, greeting: Optional[Frame] = None) -> None:
        self.core = Connection(limits, 0.0)
        self.now = 0.0
        if greeting is None:
            greeting = settings()
        self.feed(greeting)
        self.sent()
        self.events()

    def feed(self, *given: Frame) -> None:
        self.core.receive(b"".join(frame.encoded() for frame in given), self.now)

    def sent(self) -> List[Frame]:
        out = b""
        while self.core.has_output:
            out += self.core.data_to_send()
        return list(frames.split(out))

    def events(self) -> List[Event]:
        """Without those that only say that something may start or be sent."""
        found = []
        event = self.core.next_event()
        while event is not None:
            if not isinstance(event, (SlotsChanged, SendQueueEmptied, Ready)):
                found.append(event)
            event = self.core.next_event()
        return found

    def start(self, message: Optional[bytes] = b"m", *, ends: bool = True, **kind) -> int:
        return self.core.start_call("t.S", "M", message=message, ends=ends, **kind)


def flags(found: List[Frame]) -> list:
    return [(frame.type, frame.flags, frame.stream, len(frame.payload)) for frame in found]


class Unary(unittest.TestCase):
    def test_small(self) -> None:
        wire = Wire()
        self.assertEqual(wire.start(b"hello"), 1)
        (request,) = wire.sent()
        self.assertEqual(request[:3], (frames.REQUEST, 0, 1))
        self.assertEqual(envelope.read_request(request.payload).payload, b"hello")
        wire.feed(headers(1, [("a", "b")]), ok(1, b"there", [("t", "u")]))
        self.assertEqual(wire.events(), [
            HeadersArrived(1, (("a", "b"),)), MessageArrived(1, b"there"),
            CallEnded(1, None, (("t", "u"),))])
        self.assertEqual(wire.sent(), [])
        self.assertEqual(wire.start(), 3)

    def test_large_both_ways(self) -> None:
        wire = Wire(greeting=settings(s3=16 * KIB))
        wire.start(bytes(40 * KIB))
        self.assertEqual(flags(wire.sent()), [
            (frames.REQUEST, frames.RO | frames.ND, 1, 8), (frames.DATA, frames.MORE, 1, 16 * KIB),
            (frames.DATA, frames.MORE, 1, 16 * KIB), (frames.DATA, frames.RC, 1, 8 * KIB)])
        wire.feed(data(1, b"a" * 10, frames.MORE), data(1, b"b" * 5), end(1))
        self.assertEqual(wire.events(), [
            MessageArrived(1, b"a" * 10 + b"b" * 5), CallEnded(1, None, ())])

    def test_early_answer_stops_the_upload(self) -> None:
        wire = Wire(greeting=settings(s1=64 * KIB, s2=64 * KIB))
        wire.start(bytes(200 * KIB))
        sent = [frame for frame in wire.sent() if frame.type == frames.DATA]
        self.assertEqual(sum(len(frame.payload) for frame in sent), 64 * KIB)
        wire.feed(failure(1, 8, "enough"))
        (ended,) = wire.events()
        self.assertEqual((ended.fault.code, ended.fault.message), (8, "enough"))
        self.assertEqual(flags(wire.sent()), [(frames.DATA, frames.RC | frames.ND, 1, 0)])
        wire.feed(window(1, 64 * KIB), window(0, 64 * KIB))
        self.assertEqual(wire.sent(), [])

    def test_answers_that_are_not_one_message(self) -> None:
        answers = {
            "none": [end(1)],
            "two": [data(1, b"a"), data(1, b"b")],
            "one and one inline": [data(1, b"a"), ok(1, b"b")],
        }
        for name, given in answers.items():
            with self.subTest(name):
                wire = Wire()
                wire.start()
                wire.feed(*given)
                ended = wire.events()[-1]
                self.assertEqual(ended.fault.code, StatusCode.UNIMPLEMENTED)
        for name, given in {
            "half": [data(1, b"a", frames.MORE), end(1)],
            "not protobuf": [Frame(frames.RESPONSE, 0, 1, b"\xff")],
            "closing flags": [data(1, b"a", frames.RC)],
            "compressed": [data(1, b"a", frames.Z)],
            "empty and more": [data(1, b"", frames.MORE)],
            "headers twice": [headers(1, []), headers(1, [])],
            "late headers": [data(1, b"a"), headers(1, [])],
        }.items():
            with self.subTest(name):
                wire = Wire()
                wire.start()
                wire.feed(*given)
                self.assertEqual(wire.events()[-1].fault.code, StatusCode.INTERNAL)
                self.assertFalse(wire.core.is_closed)

    def test_answer_over_the_limit_is_refused_before_it_is_kept(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        piece = data(1, bytes(16 * KIB), frames.MORE)
        for _ in range(16):
            wire.feed(piece)
        self.assertEqual(wire.events(), [])
        # The header alone decides.
        wire.core.receive(data(1, b"x").encoded()[:10], 0.0)
        (ended,) = wire.events()
        self.assertEqual(ended.fault.code, StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(ended.fault.symbol, "PAYLOAD_TOO_LARGE")
        self.assertIn(frames.CANCEL, [frame.type for frame in wire.sent()])

    def test_metadata_over_the_limits_are_dropped_and_the_answer_kept(self) -> None:
        wire = Wire()
        wire.start()
        wire.feed(headers(1, [("A", "b")]), ok(1, b"x", [("k", "v")] * 65))
        self.assertEqual(wire.events(), [
            HeadersArrived(1, ()), MessageArrived(1, b"x"), CallEnded(1, None, ())])


class Streams(unittest.TestCase):
    def test_server_stream(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        self.assertEqual(flags(wire.sent())[0][:3], (frames.REQUEST, 0, 1))
        wire.feed(data(1, b"a"), data(1), data(1, b"c", frames.MORE), data(1, b"d"), end(1))
        self.assertEqual(wire.events(), [
            MessageArrived(1, b"a"), MessageArrived(1, b""), MessageArrived(1, b"cd"),
            CallEnded(1, None, ())])

    def test_server_stream_ends_without_a_message_inline(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        wire.feed(ok(1, b"inline"))
        self.assertEqual(wire.events()[-1].fault.code, StatusCode.INTERNAL)

    def test_client_stream(self) -> None:
        wire = Wire()
        wire.start(None, ends=False, client_streams=True)
        wire.core.send_message(1, b"a")
        wire.core.send_message(1, b"")
        wire.core.send_message(1, b"c", ends=True)
        self.assertEqual(flags(wire.sent()), [
            (frames.REQUEST, frames.RO | frames.ND, 1, 8), (frames.DATA, 0, 1, 1),
            (frames.DATA, 0, 1, 0), (frames.DATA, frames.RC, 1, 1)])
        wire.feed(ok(1, b"sum"))
        self.assertEqual(wire.events()[0], MessageArrived(1, b"sum"))
        self.assertEqual(wire.sent(), [])

    def test_client_stream_closed_apart_and_without_messages(self) -> None:
        wire = Wire()
        wire.start(None, ends=False, client_streams=True)
        wire.sent()
        wire.core.end_sending(1)
        wire.core.send_message(1, b"too late")
        self.assertEqual(flags(wire.sent()), [(frames.DATA, frames.RC | frames.ND, 1, 0)])
        wire.start(None, client_streams=True)
        self.assertEqual(flags(wire.sent()), [(frames.REQUEST, frames.RC | frames.ND, 3, 8)])

    def test_half_close_leaves_the_servers_side(self) -> None:
        wire = Wire()
        wire.start(b"a", client_streams=True, server_streams=True)
        wire.feed(data(1, b"x"))
        wire.feed(data(1, b"y"), end(1))
        self.assertEqual(len(wire.events()), 3)

    def test_streams_take_turns_and_control_goes_first(self) -> None:
        wire = Wire(greeting=settings(s3=16 * KIB))
        wire.start(bytes(32 * KIB))
        wire.start(bytes(32 * KIB))
        wire.feed(Frame(frames.PING, 0, 0, b"12345678"))
        order = [(frame.type, frame.stream) for frame in wire.sent()]
        self.assertEqual(order[:3], [(frames.REQUEST, 1), (frames.REQUEST, 3), (frames.PING, 0)])
        self.assertEqual([stream for kind, stream in order[3:]], [1, 3, 1, 3])


class Credit(unittest.TestCase):
    def test_what_is_sent_stays_within_both_windows(self) -> None:
        wire = Wire(greeting=settings(s1=64 * KIB, s2=96 * KIB, s3=16 * KIB))
        for _ in range(2):
            wire.start(None, ends=False, client_streams=True)
        for stream in (1, 3):
            wire.core.send_message(stream, bytes(100 * KIB))

        def sent() -> list:
            found = [f for f in wire.sent() if f.type == frames.DATA]
            return [sum(len(f.payload) for f in found if f.stream == s) for s in (1, 3)]

        self.assertEqual(sent(), [48 * KIB, 48 * KIB])
        wire.feed(window(0, 64 * KIB))
        self.assertEqual(sent(), [16 * KIB, 16 * KIB])
        wire.feed(window(3, 5000))
        self.assertEqual(sent(), [0, 5000])

    def test_empty_messages_and_closes_need_no_credit(self) -> None:
        wire = Wire(greeting=settings(s1=64 * KIB, s2=64 * KIB))
        for _ in range(3):
            wire.start(None, ends=False, client_streams=True)
        wire.core.send_message(1, bytes(65 * KIB))
        wire.core.send_message(3, b"stuck")
        wire.sent()
        wire.core.end_sending(5)
        self.assertEqual(flags(wire.sent()), [(frames.DATA, frames.RC | frames.ND, 5, 0)])

    def test_settings_raise_open_windows(self) -> None:
        core = Connection(SMALL, 0.0)
        core.start_call("t.S", "M", message=bytes(200 * KIB), ends=True)
        first = b"".join(iter(core.data_to_send, b""))
        self.assertEqual(sum(len(f.payload) for f in frames.split(first) if f.type == 3), 64 * KIB)
        core.receive(settings(s1=128 * KIB, s2=256 * KIB).encoded(), 0.0)
        second = b"".join(iter(core.data_to_send, b""))
        self.assertEqual(sum(len(f.payload) for f in frames.split(second)), 64 * KIB)

    def test_slow_reader_withholds_stream_credit_only(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        wire.sent()
        for _ in range(4):
            wire.feed(data(1, bytes(16 * KIB)))
        # All 64 KiB of the stream are used; the connection's half is returned.
        self.assertEqual([f[:3] for f in wire.sent()], [(frames.WINDOW, 0, 0)])
        wire.core.consumed(1, b"x")
        self.assertEqual(wire.sent(), [])
        wire.core.consumed(1, b"x")
        (credit,) = wire.sent()
        self.assertEqual((credit.stream, credit.payload), (1, frames.U32.pack(32 * KIB)))

    def test_a_message_larger_than_its_window_arrives(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        wire.sent()
        returned = 0
        for index in range(12):
            wire.feed(data(1, bytes(16 * KIB), frames.MORE))
            returned += sum(
                frames.U32.unpack(f.payload)[0] for f in wire.sent() if f.stream == 1)
        wire.feed(data(1, b"end"))
        self.assertEqual(len(wire.events()[0].message), 192 * KIB + 3)
        self.assertGreaterEqual(returned, 160 * KIB)

    def test_a_message_behind_an_unread_one_waits_until_that_is_read(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        wire.sent()
        wire.feed(data(1, b"unread"))
        for _ in range(3):
            wire.feed(data(1, bytes(16 * KIB), frames.MORE))
        self.assertEqual([f for f in wire.sent() if f.stream == 1], [])
        wire.core.consumed(1, b"unread")
        (credit,) = [f for f in wire.sent() if f.stream == 1]
        self.assertEqual(credit.payload, frames.U32.pack(48 * KIB + 6))

    def test_credit_returns_for_discarded_data(self) -> None:
        wire = Wire()
        wire.start(server_streams=True)
        wire.core.cancel(1)
        wire.sent()
        for _ in range(4):
            wire.feed(data(1, bytes(16 * KIB)))
        self.assertEqual([f[:3] for f in wire.sent()], [(frames.WINDOW, 0, 0)])
        self.assertEqual(wire.events(), [])

    def test_empty_messages_are_bounded_although_they_cost_nothing(self) -> None:
        wire = Wire(Limits(empty_messages_unread_max=3))
        wire.start(server_streams=True)
        wire.feed(*[data(1)] * 3)
        wire.core.consumed(1, b"")
        wire.feed(data(1))
        self.assertEqual(len(wire.events()), 4)
        wire.feed(data(1))
        self.assertEqual(wire.events()[-1].fault.code, StatusCode.RESOURCE_EXHAUSTED)


class Ends(unittest.TestCase):
    def test_cancel(self) -> None:
        wire = Wire()
        wire.start(bytes(500 * KIB), server_streams=True)
        wire.sent()
        wire.core.cancel(1, StatusCode.CANCELLED, "enough, " + "ä" * 300)
        (frame,) = wire.sent()
        self.assertEqual(frame[:3], (frames.CANCEL, 0, 1))
        self.assertLessEqual(len(frame.payload), 260)
        frame.payload[4:].decode()
        wire.feed(data(1, b"late"), end(1), headers(1, []), cancelled(1, 1), window(1, 1))
        self.assertEqual(wire.events(), [])
        self.assertFalse(wire.core.is_closed)

    def test_cancelled_by_the_server(self) -> None:
        for flag, never_started in ((frames.REFUSED, True), (0, False)):
            wire = Wire()
            wire.start()
            wire.feed(cancelled(1, 14, flag, "full"))
            (ended,) = wire.events()
            self.assertEqual(
                (ended.fault.code, ended.fault.message, ended.fault.never_started),
                (14, "full", never_started))

    def test_goaway_twice(self) -> None:
        wire = Wire()
        for _ in range(3):
            wire.start()
        wire.feed(goaway((1 << 31) - 1))
        self.assertEqual(wire.events(), [])
        with self.assertRaises(CannotStart):
            wire.start()
        wire.feed(goaway(3))
        (refused,) = wire.events()
        self.assertEqual((refused.stream, refused.fault.never_started), (5, True))
        wire.feed(ok(1))
        wire.feed(ok(3))
        self.assertEqual(wire.events()[-1], Closing(None))
        self.assertTrue(wire.core.is_closed)

    def test_lost(self) -> None:
        wire = Wire(greeting=settings(s1=64 * KIB, s2=64 * KIB))
        wire.start(b"sent")
        wire.start(bytes(100 * KIB))
        wire.start(None, ends=False, client_streams=True)
        wire.sent()
        wire.start(b"not sent")
        wire.core.lost()
        ended = {e.stream: e.fault.never_started for e in wire.events()[:-1]}
        # The second is not whole, so a server has not begun it; the third streams, and it may have.
        self.assertEqual(ended, {1: False, 3: True, 5: False, 7: True})

    def test_close_waits_for_running_calls(self) -> None:
        wire = Wire()
        wire.start()
        wire.sent()
        wire.core.close()
        self.assertEqual(wire.sent(), [goaway(1)])
        wire.feed(ok(1))
        self.assertEqual(wire.events()[-1], Closing(None))

    def test_no_more_calls_than_the_server_takes(self) -> None:
        wire = Wire(greeting=settings(s5=16))
        for _ in range(16):
            wire.start()
        self.assertEqual(wire.core.open_slots, 0)
        with self.assertRaises(CannotStart):
            wire.start()
        wire.feed(ok(7))
        self.assertEqual(wire.core.open_slots, 1)


class Words(unittest.TestCase):
    def test_faults_are_classes(self) -> None:
        for code in StatusCode:
            if code:
                error = Fault(code, "text").error_alone()
                self.assertEqual(error.code, code)
        self.assertEqual(Fault(77, "text").error_alone().code, StatusCode.UNKNOWN)
        self.assertEqual(Fault(77, "text").error_alone().raw_code, 77)


if __name__ == "__main__":
    unittest.main()
