"""Reads an identity card: its fields, how sure each is, and what is wrong with the picture.

    read_card.py CARD.jpg [--server localhost:7443] [--certificates FOLDER]

The folder holds ca.crt, client.crt and client.key. Exit: 0 read without a warning, 1 with warnings, 2 not read.
The answer holds personal data: this prints it, a service would not.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

import idv
from idv.v1 import common_pb2, documents_pb2
from idv.v1.documents_idv import DocumentsStub


def main() -> int:
    parser = argparse.ArgumentParser(description="What does this identity card say?")
    parser.add_argument("card", type=pathlib.Path)
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certificates", type=pathlib.Path, default=pathlib.Path("Certs/dev"))
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds")
    options = parser.parse_args()

    try:
        folder = options.certificates
        credentials = idv.mtls(
            ca=folder / "ca.crt", cert=folder / "client.crt", key=folder / "client.key")
        request = documents_pb2.RecognizeIdCardRequest(
            image=common_pb2.Media(inline=options.card.read_bytes()))
    except OSError as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2

    try:
        with idv.Channel(options.server, credentials=credentials) as channel:
            answer = DocumentsStub(channel).RecognizeIdCard(request, timeout=options.timeout)
    except idv.RpcError as error:
        # No card, the other side, several cards …: error.symbol says which.
        print(error, file=sys.stderr)
        return 2

    card = answer.cards[0]
    print(documents_pb2.DocumentKind.Name(card.kind))
    for descriptor, value in card.ListFields():
        if isinstance(value, documents_pb2.DocumentField):
            print(f"{descriptor.name:16} {value.value}  ({value.confidence:.1f})")
    for warning in card.image.warnings:
        print("warning:        ", common_pb2.CardWarningCode.Name(warning.code), *warning.fields)
    return 1 if card.image.warnings else 0


if __name__ == "__main__":
    sys.exit(main())
