from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
NEXT_ACTION_CONTACT_SUPPORT: NextAction
NEXT_ACTION_CORRECT_INPUT: NextAction
NEXT_ACTION_MANUAL_REVIEW: NextAction
NEXT_ACTION_NONE: NextAction
NEXT_ACTION_RETRY_CAPTURE: NextAction
NEXT_ACTION_RETRY_TOMORROW: NextAction
NEXT_ACTION_UPDATE_RECORD_AT_AUTHORITY: NextAction
NEXT_ACTION_USE_OTHER_CHANNEL: NextAction
NEXT_ACTION_WAIT_AND_RETRY: NextAction
REASON_CODE_FACE_BLURRED: ReasonCode
REASON_CODE_FACE_INCOMPLETE: ReasonCode
REASON_CODE_FACE_MASK_SUSPECTED: ReasonCode
REASON_CODE_FACE_ROLLED: ReasonCode
REASON_CODE_FACE_TILTED: ReasonCode
REASON_CODE_FACE_TOO_BRIGHT: ReasonCode
REASON_CODE_FACE_TOO_DARK: ReasonCode
REASON_CODE_FACE_TOO_SMALL: ReasonCode
REASON_CODE_FACE_TURNED: ReasonCode
REASON_CODE_FACE_UNCERTAIN: ReasonCode
REASON_CODE_IDENTICAL_IMAGES: ReasonCode
REASON_CODE_MULTIPLE_FACES: ReasonCode
REASON_CODE_NO_FACE: ReasonCode
REASON_CODE_SCORE_AT_OR_ABOVE_THRESHOLD: ReasonCode
REASON_CODE_SCORE_BELOW_THRESHOLD: ReasonCode
REASON_CODE_UNSPECIFIED: ReasonCode
RESULT_CLASS_INFORMATION: ResultClass
RESULT_CLASS_NO_RESULT: ResultClass
RESULT_CLASS_UNSPECIFIED: ResultClass
RESULT_CLASS_VERDICT: ResultClass
VERDICT_INCONCLUSIVE: Verdict
VERDICT_PASS: Verdict
VERDICT_REJECT: Verdict
VERDICT_REVIEW: Verdict
VERDICT_UNKNOWN: Verdict

class Box(_message.Message):
    __slots__ = ["height", "width", "x", "y"]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    height: float
    width: float
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ..., width: _Optional[float] = ..., height: _Optional[float] = ...) -> None: ...

class ErrorDetail(_message.Message):
    __slots__ = ["advice", "field", "limit", "retry_after_ms", "retryable", "symbol"]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    advice: NextAction
    field: str
    limit: str
    retry_after_ms: int
    retryable: bool
    symbol: str
    def __init__(self, symbol: _Optional[str] = ..., field: _Optional[str] = ..., limit: _Optional[str] = ..., advice: _Optional[_Union[NextAction, str]] = ..., retryable: bool = ..., retry_after_ms: _Optional[int] = ...) -> None: ...

class Media(_message.Message):
    __slots__ = ["inline", "sha256"]
    INLINE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    inline: bytes
    sha256: bytes
    def __init__(self, inline: _Optional[bytes] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class ModelVersion(_message.Message):
    __slots__ = ["name", "preprocessing", "role", "sha256"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PREPROCESSING_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    name: str
    preprocessing: str
    role: str
    sha256: str
    def __init__(self, role: _Optional[str] = ..., name: _Optional[str] = ..., sha256: _Optional[str] = ..., preprocessing: _Optional[str] = ...) -> None: ...

class OperatingPoint(_message.Message):
    __slots__ = ["extrapolated", "false_match_rate", "threshold"]
    EXTRAPOLATED_FIELD_NUMBER: _ClassVar[int]
    FALSE_MATCH_RATE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    extrapolated: bool
    false_match_rate: float
    threshold: float
    def __init__(self, threshold: _Optional[float] = ..., false_match_rate: _Optional[float] = ..., extrapolated: bool = ...) -> None: ...

class Point(_message.Message):
    __slots__ = ["x", "y"]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class Reason(_message.Message):
    __slots__ = ["advisory", "code", "field", "limit", "measured"]
    ADVISORY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    advisory: bool
    code: ReasonCode
    field: str
    limit: float
    measured: float
    def __init__(self, code: _Optional[_Union[ReasonCode, str]] = ..., field: _Optional[str] = ..., measured: _Optional[float] = ..., limit: _Optional[float] = ..., advisory: bool = ...) -> None: ...

class RequestHeader(_message.Message):
    __slots__ = ["client_request_id", "scene_id"]
    CLIENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SCENE_ID_FIELD_NUMBER: _ClassVar[int]
    client_request_id: str
    scene_id: str
    def __init__(self, client_request_id: _Optional[str] = ..., scene_id: _Optional[str] = ...) -> None: ...

class ResponseHeader(_message.Message):
    __slots__ = ["advice", "client_request_id", "models", "policy", "request_id", "result_class", "server_time_ms"]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_CLASS_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    advice: NextAction
    client_request_id: str
    models: _containers.RepeatedCompositeFieldContainer[ModelVersion]
    policy: str
    request_id: str
    result_class: ResultClass
    server_time_ms: int
    def __init__(self, request_id: _Optional[str] = ..., client_request_id: _Optional[str] = ..., result_class: _Optional[_Union[ResultClass, str]] = ..., advice: _Optional[_Union[NextAction, str]] = ..., server_time_ms: _Optional[int] = ..., models: _Optional[_Iterable[_Union[ModelVersion, _Mapping]]] = ..., policy: _Optional[str] = ...) -> None: ...

class Score(_message.Message):
    __slots__ = ["calibration", "table", "threshold", "value"]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    calibration: str
    table: _containers.RepeatedCompositeFieldContainer[OperatingPoint]
    threshold: float
    value: float
    def __init__(self, value: _Optional[float] = ..., threshold: _Optional[float] = ..., table: _Optional[_Iterable[_Union[OperatingPoint, _Mapping]]] = ..., calibration: _Optional[str] = ...) -> None: ...

class ResultClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class NextAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ReasonCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
