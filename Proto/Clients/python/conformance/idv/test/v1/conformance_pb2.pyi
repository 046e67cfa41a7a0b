from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
MOOD_CALM: Mood
MOOD_CHEERFUL: Mood
MOOD_UNSPECIFIED: Mood
READING_ALL: Reading
READING_FIRST: Reading
READING_TURNS: Reading
UNTIL_ENDED: Until
UNTIL_NOW: Until
UNTIL_STARTED: Until

class ConformanceAnswer(_message.Message):
    __slots__ = ["info", "mood", "number", "padding", "text"]
    INFO_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PADDING_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    info: RequestInfo
    mood: Mood
    number: int
    padding: bytes
    text: str
    def __init__(self, info: _Optional[_Union[RequestInfo, _Mapping]] = ..., padding: _Optional[bytes] = ..., text: _Optional[str] = ..., mood: _Optional[_Union[Mood, str]] = ..., number: _Optional[int] = ...) -> None: ...

class ConformanceRequest(_message.Message):
    __slots__ = ["case_id", "mood", "padding", "script", "text"]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    PADDING_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    mood: Mood
    padding: bytes
    script: Script
    text: str
    def __init__(self, case_id: _Optional[str] = ..., script: _Optional[_Union[Script, _Mapping]] = ..., padding: _Optional[bytes] = ..., text: _Optional[str] = ..., mood: _Optional[_Union[Mood, str]] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ["advice", "code", "field", "limit", "message", "retry_after_ms", "retryable", "symbol"]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    advice: int
    code: int
    field: str
    limit: str
    message: str
    retry_after_ms: int
    retryable: bool
    symbol: str
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., symbol: _Optional[str] = ..., field: _Optional[str] = ..., limit: _Optional[str] = ..., advice: _Optional[int] = ..., retryable: bool = ..., retry_after_ms: _Optional[int] = ...) -> None: ...

class Observation(_message.Message):
    __slots__ = ["answers", "cancelled", "ended", "requests", "started"]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    answers: int
    cancelled: bool
    ended: bool
    requests: int
    started: bool
    def __init__(self, started: bool = ..., ended: bool = ..., cancelled: bool = ..., requests: _Optional[int] = ..., answers: _Optional[int] = ...) -> None: ...

class ObserveRequest(_message.Message):
    __slots__ = ["case_id", "until"]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    until: Until
    def __init__(self, case_id: _Optional[str] = ..., until: _Optional[_Union[Until, str]] = ...) -> None: ...

class Pair(_message.Message):
    __slots__ = ["key", "value"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: str
    def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class Plan(_message.Message):
    __slots__ = ["delay_ms", "mood", "padding_bytes", "text", "unknown"]
    DELAY_MS_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    PADDING_BYTES_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    delay_ms: int
    mood: Mood
    padding_bytes: int
    text: str
    unknown: bytes
    def __init__(self, delay_ms: _Optional[int] = ..., padding_bytes: _Optional[int] = ..., text: _Optional[str] = ..., mood: _Optional[_Union[Mood, str]] = ..., unknown: _Optional[bytes] = ...) -> None: ...

class RequestInfo(_message.Message):
    __slots__ = ["account", "metadata", "request_count", "requests", "timeout_ms"]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_COUNT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    account: str
    metadata: _containers.RepeatedCompositeFieldContainer[Pair]
    request_count: int
    requests: _containers.RepeatedCompositeFieldContainer[Seen]
    timeout_ms: int
    def __init__(self, metadata: _Optional[_Iterable[_Union[Pair, _Mapping]]] = ..., timeout_ms: _Optional[int] = ..., account: _Optional[str] = ..., requests: _Optional[_Iterable[_Union[Seen, _Mapping]]] = ..., request_count: _Optional[int] = ...) -> None: ...

class Script(_message.Message):
    __slots__ = ["answers", "drain", "failure", "headers", "hold", "reading", "trailers"]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    TRAILERS_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[Plan]
    drain: bool
    failure: Failure
    headers: _containers.RepeatedCompositeFieldContainer[Pair]
    hold: bool
    reading: Reading
    trailers: _containers.RepeatedCompositeFieldContainer[Pair]
    def __init__(self, reading: _Optional[_Union[Reading, str]] = ..., drain: bool = ..., headers: _Optional[_Iterable[_Union[Pair, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[Plan, _Mapping]]] = ..., trailers: _Optional[_Iterable[_Union[Pair, _Mapping]]] = ..., hold: bool = ..., failure: _Optional[_Union[Failure, _Mapping]] = ...) -> None: ...

class Seen(_message.Message):
    __slots__ = ["mood", "padding_bytes", "text"]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    PADDING_BYTES_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    mood: Mood
    padding_bytes: int
    text: str
    def __init__(self, padding_bytes: _Optional[int] = ..., text: _Optional[str] = ..., mood: _Optional[_Union[Mood, str]] = ...) -> None: ...

class Mood(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Reading(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Until(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
