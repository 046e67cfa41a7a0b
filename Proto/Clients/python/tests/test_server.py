"""The client against a real server, where one has been built."""

from __future__ import annotations

import asyncio
import os
import pathlib
import threading
import unittest

import support
from real_server import RealServer
from support import QUICK, channel

import idv
import idv.aio
from idv.v1 import basic_pb2, common_pb2, operations_pb2
from idv.v1.basic_idv import AsyncBasicStub, BasicMethods, BasicStub
from idv.v1.operations_idv import OperationsStub

BINARY = pathlib.Path(os.environ.get("IDVPY_SERVER", ""))
PICTURES = support.ROOT / ".deps" / "demo"


def picture(name: str) -> common_pb2.Media:
    return common_pb2.Media(inline=(PICTURES / name).read_bytes())


@unittest.skipUnless(BINARY.is_file(), "no server has been built")
class RealCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = RealServer(BINARY, support.ROOT).__enter__()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.stop()

    def test_verdicts(self) -> None:
        with channel(self.server) as c:
            stub = BasicStub(c)
            request = basic_pb2.CompareFacesRequest(a=picture("card.jpg"), b=picture("selfie.jpg"))
            answer = stub.CompareFaces(request, timeout=60)
            self.assertEqual(answer.verdict, common_pb2.VERDICT_PASS)
            self.assertGreaterEqual(answer.score.value, answer.score.threshold)
            request.b.CopyFrom(picture("other.jpg"))
            answer = stub.CompareFaces(request, timeout=60)
            self.assertEqual(answer.verdict, common_pb2.VERDICT_REJECT)
            self.assertTrue(answer.reasons)

    def test_errors(self) -> None:
        with channel(self.server) as c:
            stub = BasicStub(c)
            with self.assertRaises(idv.InvalidArgumentError) as caught:
                stub.CompareFaces(basic_pb2.CompareFacesRequest())
            self.assertEqual(caught.exception.symbol, "MISSING_FIELD")
            self.assertEqual(caught.exception.field, "a")
            with self.assertRaises(idv.ResourceExhaustedError) as caught:
                stub.DetectFaces(basic_pb2.DetectFacesRequest(
                    image=common_pb2.Media(inline=bytes(9 << 20))))
            self.assertIn(caught.exception.symbol, ("PAYLOAD_TOO_LARGE", "IMAGE_BYTES_EXCEEDED"))

    def test_unknown_names_and_bad_metadata(self) -> None:
        empty = operations_pb2.GetStatusRequest
        for service, method, symbol in (
            ("idv.v1.Nothing", "At", "UNKNOWN_SERVICE"), ("idv.v1.Basic", "No", "UNKNOWN_METHOD")
        ):
            with channel(self.server) as c:
                call = idv.UnaryUnary(c, idv.Method(service, method, empty, empty))
                with self.assertRaises(idv.UnimplementedError) as caught:
                    call(empty())
                self.assertEqual(caught.exception.symbol, symbol)
        with channel(self.server) as c:
            with self.assertRaises(idv.InvalidArgumentError) as caught:
                BasicStub(c).DetectFaces(
                    basic_pb2.DetectFacesRequest(), metadata=idv.RawMetadata([("Bad Key", "x")]))
            self.assertEqual(caught.exception.symbol, "INVALID_METADATA")

    def test_status(self) -> None:
        with channel(self.server) as c:
            try:
                answer = OperationsStub(c).GetStatus(operations_pb2.GetStatusRequest())
                self.assertTrue(answer.serving)
            except idv.PermissionDeniedError as error:
                self.assertEqual(error.symbol, "NOT_PERMITTED")

    def test_unknown_fields_are_skipped(self) -> None:
        with channel(self.server) as c:
            request = basic_pb2.CompareFacesRequest(a=picture("card.jpg"), b=picture("selfie.jpg"))
            request.MergeFromString(b"\xfa\x3e\x05hello")
            self.assertEqual(
                BasicStub(c).CompareFaces(request, timeout=60).verdict, common_pb2.VERDICT_PASS)

    def test_deadline_and_cancel(self) -> None:
        with channel(self.server) as c:
            stub = BasicStub(c)
            request = basic_pb2.CompareFacesRequest(a=picture("card.jpg"), b=picture("selfie.jpg"))
            with self.assertRaises(idv.DeadlineExceededError):
                stub.CompareFaces(request, timeout=0.001)
            call = stub.CompareFaces.start(request)
            call.begun()
            call.cancel()
            with self.assertRaises(idv.CallCancelledError):
                call.result()
            self.assertEqual(
                stub.CompareFaces(request, timeout=60).verdict, common_pb2.VERDICT_PASS)

    def test_large_messages(self) -> None:
        """A picture of several windows goes up; what is wrong with it comes back."""
        with channel(self.server) as c:
            noise = os.urandom(2_900_000)
            for _ in range(3):
                with self.assertRaises(idv.InvalidArgumentError) as caught:
                    BasicStub(c).DetectFaces(basic_pb2.DetectFacesRequest(
                        image=common_pb2.Media(inline=noise)))
                self.assertEqual(caught.exception.symbol, "IMAGE_FORMAT_UNSUPPORTED")

    def test_threads_and_tasks(self) -> None:
        request = basic_pb2.DetectFacesRequest(image=picture("selfie.jpg"))
        found = []

        async def tasks() -> None:
            async with idv.aio.Channel(
                self.server.target, credentials=support.credentials(), retry=QUICK) as c:
                stub = AsyncBasicStub(c)
                answers = await asyncio.gather(
                    *[stub.DetectFaces(request, timeout=120) for _ in range(4)])
                found.extend(answer.faces_total for answer in answers)

        with channel(self.server) as c:
            stub = BasicStub(c)
            threads = [
                threading.Thread(
                    target=lambda: found.append(stub.DetectFaces(request, timeout=120).faces_total))
                for _ in range(4)]
            for thread in threads:
                thread.start()
            asyncio.run(tasks())
            for thread in threads:
                thread.join(support.PATIENCE)
        self.assertEqual(found, [1] * 8)


@unittest.skipUnless(BINARY.is_file(), "no server has been built")
class Drain(unittest.TestCase):
    def test_a_stopped_server_answers_and_another_takes_over(self) -> None:
        request = basic_pb2.DetectFacesRequest(image=picture("selfie.jpg"))
        first = RealServer(BINARY, support.ROOT)
        with first:
            port = int(first.target.rpartition(":")[2])
            with channel(first) as c:
                stub = BasicStub(c)
                self.assertEqual(stub.DetectFaces(request, timeout=60).faces_total, 1)
                call = stub.DetectFaces.start(request, timeout=60)
                call.begun()
                first.stop()
                self.assertEqual(call.result().faces_total, 1)
                waiting = stub.DetectFaces.start(request, timeout=60, wait_for_ready=True)
                with RealServer(BINARY, support.ROOT, port):
                    self.assertEqual(waiting.result().faces_total, 1)


class Generated(unittest.TestCase):
    def test_methods(self) -> None:
        self.assertEqual(repr(BasicMethods.CompareFaces), "Method(idv.v1.Basic/CompareFaces)")


if __name__ == "__main__":
    unittest.main()
