"""Says whether two photographs show the same person.

    compare_faces.py ONE.jpg TWO.jpg [--server localhost:7443] [--certificates FOLDER]

The folder holds ca.crt, client.crt and client.key. Exit: 0 pass, 1 any other verdict, 2 no verdict.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

import idv
from idv.v1 import basic_pb2, common_pb2
from idv.v1.basic_idv import BasicStub


def known(enumeration, number: int, prefix: str) -> str:
    """The name of a value; its number, if the server is newer than this client."""
    try:
        return enumeration.Name(number)[len(prefix):]
    except ValueError:
        return str(number)


def main() -> int:
    parser = argparse.ArgumentParser(description="Do two photographs show the same person?")
    parser.add_argument("one", type=pathlib.Path, help="the record: an ID photo, a portrait")
    parser.add_argument("two", type=pathlib.Path, help="the person: a selfie")
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certificates", type=pathlib.Path, default=pathlib.Path("Certs/dev"))
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds")
    options = parser.parse_args()

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
            answer = BasicStub(channel).CompareFaces(request, timeout=options.timeout)
    except idv.RpcError as error:
        print(error, file=sys.stderr)
        if error.retryable:
            wait = error.retry_after
            print(f"try again{f' in {wait:g} s' if wait else ''}", file=sys.stderr)
        return 2

    print("verdict:", known(common_pb2.Verdict, answer.verdict, "VERDICT_"))
    if answer.HasField("score"):
        print(f"score:   {answer.score.value:.2f} (threshold {answer.score.threshold:g})")
    for reason in answer.reasons:
        name = known(common_pb2.ReasonCode, reason.code, "REASON_CODE_")
        measured = f" {reason.measured:g}" if reason.HasField("measured") else ""
        limit = f" (limit {reason.limit:g})" if reason.HasField("limit") else ""
        field = f" in {reason.field}" if reason.field else ""
        print(f"reason:  {name}{field}{measured}{limit}")
    return 0 if answer.verdict == common_pb2.VERDICT_PASS else 1


if __name__ == "__main__":
    sys.exit(main())
