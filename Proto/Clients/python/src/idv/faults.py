"""Why there is no connection, said so that the reader knows what to check."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Optional

from idv.errors import Fault, StatusCode

_ALERTS = (
    ("CERTIFICATE_REQUIRED", "the server asks for a client certificate; give one with its key"),
    ("NO_APPLICATION_PROTOCOL", "the server does not speak idv/1; check the port"),
    ("PROTOCOL_VERSION", "client and server have no TLS version in common"),
    ("UNSUPPORTED_PROTOCOL", "client and server have no TLS version in common"),
    ("WRONG_VERSION_NUMBER", "the port does not speak TLS; check the port"),
    ("HTTP_REQUEST", "the port does not speak TLS; check the port"),
    ("UNEXPECTED_EOF", "the server went away in the middle of TLS"),
)
_CERTIFICATE_ALERTS = (
    "UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED",
    "UNSUPPORTED_CERTIFICATE", "CERTIFICATE_UNKNOWN", "ACCESS_DENIED")


class ConnectFailed(Exception):
    """A connection was not made; the text says why."""


def explain(error: Optional[BaseException]) -> str:
    """What `error`, met on the way to a connection or on one, means."""
    if error is None:
        return "the server closed the connection"
    if isinstance(error, ConnectFailed):
        return str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return _explain_tls(error.reason or "")
    if isinstance(error, socket.gaierror):
        return "the host name is not known; check its spelling"
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return "no answer in time; check the address and the firewall"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there; check the port and that the server runs"
    if isinstance(error, ConnectionError):
        return "the connection was lost"
    return "the host cannot be reached; check the address, the port and that the server runs"


def _explain_tls(reason: str) -> str:
    for word, text in _ALERTS:
        if word in reason:
            return text
    if any(word in reason for word in _CERTIFICATE_ALERTS):
        return "the server refused this client's certificate"
    return f"TLS failed ({reason or 'no reason given'})"


def unavailable(place: str, why: str) -> Fault:
    """What calls get that wait for a connection to `place`."""
    return Fault(
        StatusCode.UNAVAILABLE, f"No connection to {place}: {why}.", "NOT_SERVING",
        never_started=True, retryable=True)
