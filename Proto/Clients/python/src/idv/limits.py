"""Every bound of the client in one place, with its default and where the default comes from."""

from __future__ import annotations

import dataclasses

KIB = 1 << 10
MIB = 1 << 20

#: What holds for a peer until its SETTINGS arrive; an announced value is never lower.
ASSUMED_STREAM_WINDOW_BYTES = 64 * KIB
ASSUMED_CONNECTION_WINDOW_BYTES = 64 * KIB
ASSUMED_FRAME_BYTES_MAX = 16 * KIB
ASSUMED_MESSAGE_BYTES_MAX = 4 * MIB
ASSUMED_STREAMS_MAX = 16
ASSUMED_PING_INTERVAL_MIN = 10.0
WINDOW_BYTES_MAX = (1 << 31) - 1
STREAM_ID_MAX = (1 << 31) - 1


@dataclasses.dataclass(frozen=True)
class Limits:
    """Bounds of a channel and of its connections: bytes, seconds, counts.

    Values without a source are those of PROTOCOL.md, "Defaults".
    """

    #: Largest frame payload accepted; announced.
    frame_bytes_max: int = 64 * KIB
    #: What the server may send on one stream before credit is returned; announced.
    stream_window_bytes: int = 1 * MIB
    #: The same for the connection; announced.
    connection_window_bytes: int = 4 * MIB
    #: Largest message accepted; announced where it is above what servers assume.
    receive_message_bytes_max: int = 24 * MIB
    #: Largest message sent; the server's own limit holds as well.
    send_message_bytes_max: int = 24 * MIB
    #: Metadata of one call in one direction: keys and values, plus 32 a pair.
    metadata_bytes_max: int = 8 * KIB
    metadata_pairs_max: int = 64
    #: Messages without a byte that may wait unread on one stream: they cost no credit.
    empty_messages_unread_max: int = 65_536
    #: Bytes of a call's messages that may wait to be sent before `send` makes its caller wait.
    send_buffer_bytes: int = 64 * KIB
    #: Bytes of a streamed request that are kept, so that it can be sent once more.
    replay_bytes_max: int = 1 * MIB

    #: Deadline of a call that names none.
    timeout_default: float = 60.0
    #: From the first packet until TCP and TLS are up, and from there to the server's first frame.
    connect_timeout: float = 10.0
    first_frame_timeout: float = 10.0
    #: From a frame's header to its end, plus a second for each so many bytes.
    frame_body_timeout: float = 30.0
    frame_body_bytes_per_second_min: int = 64 * KIB
    #: Output pending and none of it taken.
    write_stall_timeout: float = 20.0
    #: Silence after which a PING is sent, and how long its answer may take.
    ping_after_silence: float = 30.0
    ping_timeout: float = 20.0
    #: What a closing channel gives to its last bytes.
    close_timeout: float = 5.0

    #: Connections at a time; a further one is made when all have as many calls as the server takes.
    connections_max: int = 4
    #: Calls that wait for a connection.
    waiting_calls_max: int = 10_000

    #: Control frames that move nothing, in a span of seconds.
    control_frames_max: int = 100
    control_frames_span: float = 10.0
    #: Control frames that wait to be written: above it the server asks and does not read.
    control_frames_queued_max: int = 1000

    def __post_init__(self) -> None:
        least = {
            "frame_bytes_max": ASSUMED_FRAME_BYTES_MAX,
            "stream_window_bytes": ASSUMED_STREAM_WINDOW_BYTES,
            "connection_window_bytes": ASSUMED_CONNECTION_WINDOW_BYTES,
            "send_buffer_bytes": 1,
            "connections_max": 1,
        }
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value < least.get(field.name, 0):
                raise ValueError(f"{field.name} is {value}, at least {least.get(field.name, 0)}")
        if self.frame_bytes_max >= 1 << 24:
            raise ValueError("frame_bytes_max is at most 2^24-1")
        if max(self.stream_window_bytes, self.connection_window_bytes) > WINDOW_BYTES_MAX:
            raise ValueError("a window is at most 2^31-1 bytes")
