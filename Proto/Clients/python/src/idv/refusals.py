"""What this client says of answers that break a rule; none of these texts comes from a server."""

from __future__ import annotations

from typing import Optional

from idv import envelope, frames
from idv.errors import Fault, StatusCode
from idv.frames import FrameHeader
from idv.stream import Stream

CARDINALITY = Fault(
    StatusCode.UNIMPLEMENTED, "The answer was not exactly one message.", "PROTOCOL_VIOLATION")

#: Symbols of calls that a server ends by CANCEL, which has a code and no detail.
_IMPLIED = {
    StatusCode.CANCELLED: "CANCELLED",
    StatusCode.DEADLINE_EXCEEDED: "DEADLINE_EXCEEDED",
    StatusCode.RESOURCE_EXHAUSTED: "OVERLOADED",
    StatusCode.INTERNAL: "INTERNAL_FAULT",
    StatusCode.UNAVAILABLE: "OVERLOADED",
}


class ConnectionFault(Exception):
    """The server broke a rule that ends the connection."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def violation(message: str) -> Fault:
    return Fault(StatusCode.INTERNAL, message, "PROTOCOL_VIOLATION")


ENCODED = violation("An encoding was used that nobody offered.")


def too_large(limit: int) -> Fault:
    return Fault(
        StatusCode.RESOURCE_EXHAUSTED, "The answer is larger than this client takes.",
        "PAYLOAD_TOO_LARGE", limit=f"{limit} bytes")


def too_many_empty(limit: int) -> Fault:
    return Fault(
        StatusCode.RESOURCE_EXHAUSTED, "Too many empty messages wait unread.", "OVERLOADED",
        limit=f"{limit} messages")


def cancelled(body: bytes, flags: int) -> Fault:
    """What a CANCEL says."""
    code = frames.U32.unpack_from(body)[0] or StatusCode.CANCELLED
    text = body[frames.U32.size :].decode(errors="replace")
    refused = bool(flags & frames.REFUSED)
    return Fault(
        code, text or f"The server ended the call ({StatusCode.of(code).name}).",
        _IMPLIED.get(code, ""), never_started=refused, retryable=refused, local=False)


def goaway_reason(code: int, text: str) -> str:
    name = frames.GOAWAY_NAMES[code] if code < len(frames.GOAWAY_NAMES) else str(code)
    return f"the server ended the connection ({name}{': ' if text else ''}{text})"


def of_data(stream: Stream, header: FrameHeader) -> Optional[Fault]:
    """What is wrong with a DATA frame."""
    goes_on = header.flags & frames.MORE
    if header.flags & (frames.RC | frames.ND) or (goes_on and not header.length):
        return violation("DATA had flags that a server's never has.")
    if header.flags & frames.Z:
        return ENCODED
    if stream.messages and not stream.server_streams:
        return CARDINALITY
    return None


def of_answer(
    stream: Stream, header: FrameHeader, answer: envelope.Response, bytes_max: int
) -> Optional[Fault]:
    """What is wrong with a RESPONSE that says OK."""
    is_inline = not header.flags & frames.ND
    if answer.encoding not in ("", "identity"):
        return ENCODED
    if stream.incoming.is_partial:
        return violation("The answer ended within a message.")
    if answer.payload and not is_inline:
        return violation("RESPONSE said that it holds no message, and held one.")
    if len(answer.payload) > bytes_max:
        return too_large(bytes_max)
    if stream.server_streams:
        return violation("A stream ended with a message inline.") if is_inline else None
    return None if stream.messages + is_inline == 1 else CARDINALITY
