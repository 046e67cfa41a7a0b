"""Where a channel connects to."""

from __future__ import annotations

from typing import Tuple


def split_target(target: str) -> Tuple[str, int]:
    """`host:port` or `[address]:port`; raises ValueError for anything else."""
    host, separator, port = target.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        separator = ""
    if not (separator and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"target {target!r}: use host:port, or [address]:port for IPv6")
    return host, int(port)
