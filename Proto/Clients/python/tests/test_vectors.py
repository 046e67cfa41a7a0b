"""The golden vectors of the native profile: what a client sends is made again, what a server sends
is understood however it is cut."""

from __future__ import annotations

import pathlib
import random
import re
import unittest
from typing import List, NamedTuple

import support
from test_connection import Wire
from test_hostile import SEED

from idv import envelope, frames
from idv.connection import Connection
from idv.events import CallEnded, Closing, HeadersArrived
from idv.frames import Frame
from idv.limits import Limits

FOLDER = support.ROOT / "Tests" / "Vectors" / "native"
_LINE = re.compile(r"(C>S|S>C) ([0-9a-f]{20})(?: ([0-9a-f]*)(…)?)?")


class Line(NamedTuple):
    from_client: bool
    frame: Frame


def lines(path: pathlib.Path) -> List[Line]:
    """The frames of a scenario; a payload that the file cuts short is filled with zeros."""
    found = []
    for text in path.read_text(encoding="utf-8").splitlines():
        match = _LINE.match(text)
        if match is None:
            continue
        length, stream, kind, flags = frames.HEADER.unpack(bytes.fromhex(match[2]))
        payload = bytes.fromhex(match[3] or "")
        payload = payload.ljust(length, b"\0")
        found.append(Line(match[1] == "C>S", Frame(kind, flags, stream, payload)))
    return found


@unittest.skipUnless(FOLDER.is_dir(), "the vectors are not here")
class Vectors(unittest.TestCase):
    def test_there_are_some(self) -> None:
        self.assertGreaterEqual(len(list(FOLDER.glob("n*.txt"))), 13)

    def test_requests_are_made_as_in_the_vectors(self) -> None:
        made = 0
        for path in sorted(FOLDER.glob("n*.txt")):
            for line in lines(path):
                is_whole = len(line.frame.payload) <= 1 << 16
                if line.from_client and line.frame.type == frames.REQUEST and is_whole:
                    with self.subTest(path.name):
                        raw = line.frame.payload
                        # This client packs nothing, so it names no encoding (field 100).
                        if b"\xa2\x06" in raw:
                            continue
                        request = envelope.read_request(raw)
                        # A payload that is empty may be written or left out.
                        self.assertEqual(envelope.request(*request), raw.replace(b"\x1a\0", b""))
                        made += 1
        self.assertGreaterEqual(made, 10)

    def test_what_servers_send_is_understood(self) -> None:
        source = random.Random(SEED)
        for path in sorted(FOLDER.glob("n*.txt")):
            whole = self.play(path, [])
            with self.subTest(path.name):
                for _ in range(20):
                    raw = sum(len(line.frame.encoded()) for line in lines(path))
                    cuts = sorted(source.choices(range(1, raw), k=5))
                    self.assertEqual(self.play(path, cuts), whole, f"seed {SEED}")

    def play(self, path: pathlib.Path, cuts: List[int]) -> list:
        """The outcomes of a scenario whose client is ours."""
        core = Connection(Limits(), 0.0)
        given = lines(path)
        asked = [line.frame for line in given
                 if line.from_client and line.frame.type == frames.REQUEST]
        opened = {frame.stream for frame in asked if frame.stream % 2}
        answers = b"".join(line.frame.encoded() for line in given if not line.from_client)
        core.receive(answers[:58], 0.0)
        for _ in range(0, max(opened, default=0) + 1, 2):
            core.start_call("t.S", "M", message=b"x", ends=True)
        cuts = [58, *[cut for cut in cuts if 58 < cut < len(answers)], len(answers)]
        for start, end in zip(cuts, cuts[1:]):
            core.receive(answers[start:end], 0.0)
        found = []
        event = core.next_event()
        while event is not None:
            if isinstance(event, (CallEnded, HeadersArrived)):
                found.append(event)
            if isinstance(event, Closing) and event.fault is not None:
                self.assertNotIn("broke the protocol", event.fault.message, path.name)
            event = core.next_event()
        return found

    def test_error_detail(self) -> None:
        (ended,) = self.play(FOLDER / "n06_error_detail.txt", [])[:1]
        for event in self.play(FOLDER / "n06_error_detail.txt", []):
            if event.stream == 7:
                ended = event
        error = ended.fault.error_alone()
        self.assertEqual((error.symbol, error.field, error.limit, error.advice),
                         ("IMAGE_BYTES_EXCEEDED", "a.inline", "3145728 bytes", 2))

    def test_settings(self) -> None:
        wire = Wire(greeting=lines(FOLDER / "n01_settings.txt")[0].frame)
        self.assertEqual(wire.core.peer.streams_max, 100)


if __name__ == "__main__":
    unittest.main()
