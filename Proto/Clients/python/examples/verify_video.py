"""Asks for a challenge, sends the clip that answers it, and says whether a living person is the one of a photo.

    verify_video.py CLIP [--photo PHOTO] [--challenge ID] [--session NAME] [--server localhost:7443]

Without --challenge a new one is drawn and printed, and the clip is expected once Return is pressed: a real application
shows it, records, and sends. Clips over 3 MiB are uploaded in pieces first, and go on after a break where they ended.
Exit: 0 PASS, 1 any other verdict, 2 no answer.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib
import sys

import idv
from idv.v1 import basic_pb2, common_pb2, liveness_pb2, uploads_pb2
from idv.v1.basic_idv import BasicStub
from idv.v1.uploads_idv import UploadsStub

PART = 256 * 1024
INLINE = 3 * 1024 * 1024


def parts(upload_id: str, content: bytes, held: int):
    """The parts of `content` from byte `held` on."""
    for offset in range(held, len(content), PART):
        data = content[offset:offset + PART]
        yield uploads_pb2.UploadPart(
            upload_id=upload_id, offset=offset, data=data, sha256=hashlib.sha256(data).digest())


def upload(channel: idv.Channel, content: bytes, timeout: float) -> str:
    """Uploads `content`; the upload's name."""
    stub = UploadsStub(channel)
    state = stub.CreateUpload(
        uploads_pb2.CreateUploadRequest(
            total_bytes=len(content), sha256=hashlib.sha256(content).digest()), timeout=timeout)
    upload_id = state.upload_id
    for attempt in range(3):
        try:
            state = stub.Upload(parts(upload_id, content, state.bytes_held), timeout=timeout)
        except idv.RpcError:
            if attempt == 2:
                raise
            state = stub.GetUpload(uploads_pb2.GetUploadRequest(upload_id=upload_id), timeout=timeout)
        if state.complete:
            break
    return upload_id


def main() -> int:
    parser = argparse.ArgumentParser(description="Is this a living person, and the one of the photo?")
    parser.add_argument("clip", type=pathlib.Path)
    parser.add_argument("--photo", type=pathlib.Path)
    parser.add_argument("--challenge", help="the id of a challenge that was asked for before")
    parser.add_argument("--session", default="", help="what the challenge belongs to")
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certificates", type=pathlib.Path, default=pathlib.Path("Certs/dev"))
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds")
    options = parser.parse_args()

    folder = options.certificates
    try:
        credentials = idv.mtls(
            ca=folder / "ca.crt", cert=folder / "client.crt", key=folder / "client.key")
        photo = options.photo.read_bytes() if options.photo else None
        with idv.Channel(options.server, credentials=credentials) as channel:
            basic = BasicStub(channel)
            challenge = options.challenge
            if not challenge:
                drawn = basic.GetActionSequence(
                    basic_pb2.GetActionSequenceRequest(session_id=options.session),
                    timeout=options.timeout).challenge
                challenge = drawn.id
                actions = [liveness_pb2.FaceAction.Name(action) for action in drawn.actions]
                print("do:", ", then ".join(actions))
                input(f"record {options.clip}, then press Return ")
            content = options.clip.read_bytes()
            if len(content) > INLINE:
                capture = liveness_pb2.Capture(upload_id=upload(channel, content, options.timeout))
            else:
                capture = liveness_pb2.Capture(video=common_pb2.Media(inline=content))
            asked = dict(capture=capture, challenge_id=challenge, session_id=options.session)
            if photo is None:
                answer = basic.DetectLiveness(
                    basic_pb2.DetectLivenessRequest(**asked), timeout=options.timeout)
            else:
                answer = basic.VerifyVideo(
                    basic_pb2.VerifyVideoRequest(photo=common_pb2.Media(inline=photo), **asked),
                    timeout=options.timeout)
    except (OSError, EOFError) as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    except idv.RpcError as error:
        print(error, file=sys.stderr)
        return 2

    print(common_pb2.Verdict.Name(answer.verdict))
    for reason in answer.reasons:
        print("reason: ", common_pb2.ReasonCode.Name(reason.code), reason.signal)
    for tag in answer.liveness.attack_tags:
        print("attack: ", liveness_pb2.AttackTag.Name(tag))
    for message in answer.liveness.user_messages:
        print("tell:   ", liveness_pb2.UserMessage.Name(message))
    return 0 if answer.verdict == common_pb2.VERDICT_PASS else 1


if __name__ == "__main__":
    sys.exit(main())
