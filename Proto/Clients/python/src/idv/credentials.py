"""What a channel proves and what it trusts: TLS contexts for the native profile."""

from __future__ import annotations

import os
import ssl
from typing import Callable, Optional, Union

ALPN = "idv/1"
Path = Union[str, "os.PathLike[str]"]


class Credentials:
    """Makes a TLS context for each connection, so that files that were replaced are read anew."""

    def __init__(self, make: Callable[[], ssl.SSLContext]) -> None:
        self._make = make
        # Files that are missing or do not fit are reported here, not at the first call.
        self._check = make()

    def context(self) -> ssl.SSLContext:
        """A context that offers the native profile and nothing else."""
        context = self._make()
        context.set_alpn_protocols([ALPN])
        return context


def tls(*, ca: Optional[Path] = None) -> Credentials:
    """Trusts servers that the authorities in the file `ca` vouch for, or the system's."""
    return _credentials(ca, None, None, None)


def mtls(
    *, ca: Optional[Path] = None, cert: Path, key: Path, password: Optional[str] = None
) -> Credentials:
    """As `tls`, and shows the certificate chain in `cert` with its `key`; all files are PEM."""
    return _credentials(ca, cert, key, password)


def from_context(make: Callable[[], ssl.SSLContext]) -> Credentials:
    """Contexts of your own making; ALPN is set on what `make` returns."""
    return Credentials(make)


def _credentials(
    ca: Optional[Path], cert: Optional[Path], key: Optional[Path], password: Optional[str]
) -> Credentials:
    def make() -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if cert is not None:
            context.load_cert_chain(cert, key, password)
        return context

    return Credentials(make)
