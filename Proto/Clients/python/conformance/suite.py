"""What both clients under test have: paths, messages, and the words of the suite (Proto/CONFORMANCE.md)."""

import base64
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.path[:0] = [str(HERE.parent / "src"), str(ROOT / ".deps" / "python")]

import idv  # noqa: E402

# The messages of the suite are not part of the package.
idv.__path__.append(str(HERE / "idv"))

from idv.test.v1 import conformance_pb2 as pb  # noqa: E402

SENDS_MANY = {"client_stream", "bidi_stream"}
GETS_ONE = {"unary", "client_stream"}


class Channels:
    """One channel for each server."""

    def __init__(self, make):
        self._make = make
        self._made = {}

    def of(self, target):
        key = json.dumps(target, sort_keys=True)
        if key not in self._made:
            self._made[key] = self._make(
                f"{target['host']}:{target['port']}",
                credentials=idv.mtls(
                    ca=target["authority"], cert=target["certificate"], key=target["key"]))
        return self._made[key]

    def all(self):
        return list(self._made.values())


class Result(dict):
    """What the runner is told of one call."""

    def __init__(self, order):
        super().__init__(
            id=order["id"], sent=0, headers=[], answers=[], trailers=[], error=None)

    def note_answer(self, answer):
        padding = len(answer.padding)
        answer.padding = b""
        self["answers"].append({"message": encoded(answer), "padding": padding})

    def note_error(self, error):
        self["error"] = {
            "code": int(error.code), "message": error.message,
            "detail": {
                "symbol": error.symbol, "field": error.field, "limit": error.limit,
                "advice": error.advice, "retryable": error.retryable,
                "retry_after_ms": round((error.retry_after or 0) * 1000)}}

    def note_refused(self, error):
        """Metadata that the client refuses before there is a call."""
        self["error"] = {
            "code": 3, "message": str(error), "detail": {"symbol": "INVALID_METADATA"}}

    def note_cancelled(self):
        self["error"] = {"code": 1, "message": "cancelled", "detail": {"symbol": "CANCELLED"}}


def encoded(message):
    return base64.b64encode(message.SerializeToString()).decode("ascii")


def requests_of(order):
    made = []
    for request in order["requests"]:
        message = pb.ConformanceRequest.FromString(base64.b64decode(request["message"]))
        message.padding = bytes(request["padding"])
        made.append(message)
    return made


def options_of(order):
    """Deadline and metadata as the stubs take them: a binary value is bytes there, and base64 in orders."""
    timeout = order["timeout_ms"]
    return {
        "timeout": None if timeout is None else timeout / 1000,
        "metadata": [
            (key, base64.b64decode(text) if key.endswith("-bin") else text)
            for key, text in order["metadata"]]}


def pairs(metadata):
    return [list(pair) for pair in metadata.raw]


def until_started(order):
    return pb.ObserveRequest(case_id=order["id"], until=pb.UNTIL_STARTED)


def observation_of(order):
    until = pb.UNTIL_ENDED if order["observe"] == "ended" else pb.UNTIL_NOW
    return pb.ObserveRequest(case_id=order["id"], until=until)
