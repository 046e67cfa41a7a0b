"""Compares two pictures that nobody between this program and the server's can see.

    compare_encrypted.py ONE.jpg TWO.jpg [--sm4] [--server localhost:7443] [--certificates FOLDER]

The pictures are encrypted here with a key of the server (`Keys.GetEncryptionKeys`); proxies that end TLS see
ciphertext. `--sha256` pins that key: `idv keys create` prints its digest. Needs the package `cryptography`.
Exit: 0 PASS, 1 any other verdict, 2 no answer.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

import idv
import idv.encryption
from idv.v1 import basic_pb2, common_pb2
from idv.v1.basic_idv import BasicStub


def main() -> int:
    parser = argparse.ArgumentParser(description="Do two pictures show the same person?")
    parser.add_argument("one", type=pathlib.Path)
    parser.add_argument("two", type=pathlib.Path)
    parser.add_argument("--sm4", action="store_true", help="SM4-GCM with SM3, not AES-256-GCM")
    parser.add_argument("--sha256", type=bytes.fromhex, help="of the server's public key")
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certificates", type=pathlib.Path, default=pathlib.Path("Certs/dev"))
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds")
    options = parser.parse_args()

    algorithm = (common_pb2.CONTENT_ALGORITHM_SM4_GCM if options.sm4
                 else common_pb2.CONTENT_ALGORITHM_AES_256_GCM)
    try:
        folder = options.certificates
        credentials = idv.mtls(
            ca=folder / "ca.crt", cert=folder / "client.crt", key=folder / "client.key")
        request = basic_pb2.CompareFacesRequest(
            a=common_pb2.Media(inline=options.one.read_bytes()),
            b=common_pb2.Media(inline=options.two.read_bytes()))
    except OSError as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2

    try:
        with idv.Channel(options.server, credentials=credentials) as channel:
            encryption = idv.encryption.Encryption.ask(
                channel, sha256=options.sha256, algorithm=algorithm, timeout=options.timeout)
            answer = encryption.call(
                BasicStub(channel).CompareFaces, request, timeout=options.timeout)
    except (idv.RpcError, idv.encryption.DecryptionError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2

    print("verdict:", common_pb2.Verdict.Name(answer.verdict).removeprefix("VERDICT_"))
    if answer.HasField("score"):
        print(f"score: {answer.score.value:.2f} of {answer.score.threshold:.2f} needed")
    return 0 if answer.verdict == common_pb2.VERDICT_PASS else 1


if __name__ == "__main__":
    sys.exit(main())
