from idv.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

CARD_WARNING_CODE_AUTHORITY_UNUSUAL: CardWarningCode
CARD_WARNING_CODE_BIRTH_DATE_DISAGREES: CardWarningCode
CARD_WARNING_CODE_BIRTH_DATE_REPAIRED: CardWarningCode
CARD_WARNING_CODE_BLUR: CardWarningCode
CARD_WARNING_CODE_BORDER_INCOMPLETE: CardWarningCode
CARD_WARNING_CODE_CARD_NUMBER_CHECK_FAILED: CardWarningCode
CARD_WARNING_CODE_CARD_NUMBER_LENGTH_WRONG: CardWarningCode
CARD_WARNING_CODE_CARD_NUMBER_REPAIRED: CardWarningCode
CARD_WARNING_CODE_COPY: CardWarningCode
CARD_WARNING_CODE_DARK: CardWarningCode
CARD_WARNING_CODE_DATE_IMPOSSIBLE: CardWarningCode
CARD_WARNING_CODE_DOCUMENT_NUMBER_UNUSUAL: CardWarningCode
CARD_WARNING_CODE_EDITING_TRACES: CardWarningCode
CARD_WARNING_CODE_ELECTRONIC: CardWarningCode
CARD_WARNING_CODE_EXPIRED: CardWarningCode
CARD_WARNING_CODE_FIELD_CUT: CardWarningCode
CARD_WARNING_CODE_FIELD_MISSING: CardWarningCode
CARD_WARNING_CODE_FIELD_UNCERTAIN: CardWarningCode
CARD_WARNING_CODE_ID_NUMBER_CHECK_FAILED: CardWarningCode
CARD_WARNING_CODE_ID_NUMBER_KIND_UNEXPECTED: CardWarningCode
CARD_WARNING_CODE_ID_NUMBER_LENGTH_WRONG: CardWarningCode
CARD_WARNING_CODE_ID_NUMBER_REPAIRED: CardWarningCode
CARD_WARNING_CODE_ISSUED_BEFORE_BIRTH: CardWarningCode
CARD_WARNING_CODE_LOW_RESOLUTION: CardWarningCode
CARD_WARNING_CODE_MRZ_CHECK_FAILED: CardWarningCode
CARD_WARNING_CODE_MRZ_DISAGREES: CardWarningCode
CARD_WARNING_CODE_MRZ_REPAIRED: CardWarningCode
CARD_WARNING_CODE_MULTIPLE_CARDS: CardWarningCode
CARD_WARNING_CODE_NAME_UNUSUAL: CardWarningCode
CARD_WARNING_CODE_NATIONALITY_DISAGREES: CardWarningCode
CARD_WARNING_CODE_NATION_UNKNOWN: CardWarningCode
CARD_WARNING_CODE_NOT_YET_VALID: CardWarningCode
CARD_WARNING_CODE_OCCLUSION: CardWarningCode
CARD_WARNING_CODE_REFLECTION: CardWarningCode
CARD_WARNING_CODE_SCREEN_RECAPTURE: CardWarningCode
CARD_WARNING_CODE_SEX_DISAGREES: CardWarningCode
CARD_WARNING_CODE_TEMPORARY: CardWarningCode
CARD_WARNING_CODE_UNSPECIFIED: CardWarningCode
CARD_WARNING_CODE_VALIDITY_LENGTH_UNUSUAL: CardWarningCode
CARD_WARNING_CODE_VALIDITY_ORDER_WRONG: CardWarningCode
CARD_WARNING_CODE_VALIDITY_REPAIRED: CardWarningCode
CARD_WARNING_CODE_WATERMARK: CardWarningCode
CONTENT_ALGORITHM_AES_256_GCM: ContentAlgorithm
CONTENT_ALGORITHM_SM4_GCM: ContentAlgorithm
CONTENT_ALGORITHM_UNSPECIFIED: ContentAlgorithm
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
REASON_CODE_ACTION_NOT_ASKED: ReasonCode
REASON_CODE_ACTION_NOT_PERFORMED: ReasonCode
REASON_CODE_ACTION_ORDER_WRONG: ReasonCode
REASON_CODE_ACTION_UNCLEAR: ReasonCode
REASON_CODE_ANSWER_MISMATCH: ReasonCode
REASON_CODE_ANSWER_MISSING: ReasonCode
REASON_CODE_AUDIO_CLIPPED: ReasonCode
REASON_CODE_AUDIO_MISSING: ReasonCode
REASON_CODE_AUDIO_NOISY: ReasonCode
REASON_CODE_CAPTURE_TOO_SHORT: ReasonCode
REASON_CODE_CARD_KIND_WRONG: ReasonCode
REASON_CODE_CARD_SIDE_WRONG: ReasonCode
REASON_CODE_CARD_TOO_SMALL: ReasonCode
REASON_CODE_CARD_UNREADABLE: ReasonCode
REASON_CODE_CARD_WARNING: ReasonCode
REASON_CODE_CARD_WITHOUT_PORTRAIT: ReasonCode
REASON_CODE_CHALLENGE_REQUIRED: ReasonCode
REASON_CODE_DEVICE_RISK: ReasonCode
REASON_CODE_DEVICE_UNVERIFIED: ReasonCode
REASON_CODE_DIGITS_MISMATCH: ReasonCode
REASON_CODE_DISTANCE_MISMATCH: ReasonCode
REASON_CODE_EYES_CLOSED: ReasonCode
REASON_CODE_FACE_BLURRED: ReasonCode
REASON_CODE_FACE_INCOMPLETE: ReasonCode
REASON_CODE_FACE_LOST: ReasonCode
REASON_CODE_FACE_MASK_SUSPECTED: ReasonCode
REASON_CODE_FACE_ROLLED: ReasonCode
REASON_CODE_FACE_TILTED: ReasonCode
REASON_CODE_FACE_TOO_BRIGHT: ReasonCode
REASON_CODE_FACE_TOO_DARK: ReasonCode
REASON_CODE_FACE_TOO_SMALL: ReasonCode
REASON_CODE_FACE_TURNED: ReasonCode
REASON_CODE_FACE_UNCERTAIN: ReasonCode
REASON_CODE_IDENTICAL_IMAGES: ReasonCode
REASON_CODE_IDENTITY_DAILY_LIMIT: ReasonCode
REASON_CODE_IDENTITY_INVALID: ReasonCode
REASON_CODE_IDENTITY_MISMATCH: ReasonCode
REASON_CODE_IDENTITY_NO_RECORD: ReasonCode
REASON_CODE_IDENTITY_REFUSED_BY_LIST: ReasonCode
REASON_CODE_INJECTED_MEDIA: ReasonCode
REASON_CODE_INTENT_REFUSED: ReasonCode
REASON_CODE_INTENT_SHOWN: ReasonCode
REASON_CODE_LIP_MISMATCH: ReasonCode
REASON_CODE_LIP_VOICE_MISMATCH: ReasonCode
REASON_CODE_LIVENESS_SHOWN: ReasonCode
REASON_CODE_MODEL_MISSING: ReasonCode
REASON_CODE_MODE_TOO_WEAK: ReasonCode
REASON_CODE_MOUTH_STILL: ReasonCode
REASON_CODE_MOUTH_WITHOUT_VOICE: ReasonCode
REASON_CODE_MULTIPLE_CARDS: ReasonCode
REASON_CODE_MULTIPLE_FACES: ReasonCode
REASON_CODE_NO_FACE: ReasonCode
REASON_CODE_NO_ID_CARD: ReasonCode
REASON_CODE_NO_USABLE_FRAME: ReasonCode
REASON_CODE_PERSON_CHANGED: ReasonCode
REASON_CODE_PORTRAIT_MISSING: ReasonCode
REASON_CODE_PRESENTATION_ATTACK: ReasonCode
REASON_CODE_PROMPT_NOT_NODDED: ReasonCode
REASON_CODE_RECORDING_CUT: ReasonCode
REASON_CODE_REFLECTION_MISMATCH: ReasonCode
REASON_CODE_REFLECTION_UNCLEAR: ReasonCode
REASON_CODE_REPLAYED_MEDIA: ReasonCode
REASON_CODE_SCORE_AT_OR_ABOVE_THRESHOLD: ReasonCode
REASON_CODE_SCORE_BELOW_THRESHOLD: ReasonCode
REASON_CODE_SIGNAL_INVALID: ReasonCode
REASON_CODE_SIGNAL_MISSING: ReasonCode
REASON_CODE_SPEAKER_CHANGED: ReasonCode
REASON_CODE_SPEECH_TOO_FAST: ReasonCode
REASON_CODE_SPEECH_TOO_QUIET: ReasonCode
REASON_CODE_SPEECH_TOO_SHORT: ReasonCode
REASON_CODE_SPEECH_TOO_SLOW: ReasonCode
REASON_CODE_STATIC_FACE: ReasonCode
REASON_CODE_SYNTHETIC_FACE: ReasonCode
REASON_CODE_TEXT_INCOMPLETE: ReasonCode
REASON_CODE_TEXT_MEANING_CHANGED: ReasonCode
REASON_CODE_TEXT_MISMATCH: ReasonCode
REASON_CODE_TEXT_UNCLEAR: ReasonCode
REASON_CODE_UNSPECIFIED: ReasonCode
REASON_CODE_VOICE_MISSING: ReasonCode
REASON_CODE_VOICE_ORIGIN_UNKNOWN: ReasonCode
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

class EncryptedAnswer(_message.Message):
    __slots__ = ["fields", "salt"]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedCompositeFieldContainer[EncryptedField]
    salt: bytes
    def __init__(self, salt: _Optional[bytes] = ..., fields: _Optional[_Iterable[_Union[EncryptedField, _Mapping]]] = ...) -> None: ...

class EncryptedField(_message.Message):
    __slots__ = ["ciphertext", "path"]
    CIPHERTEXT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    ciphertext: bytes
    path: str
    def __init__(self, path: _Optional[str] = ..., ciphertext: _Optional[bytes] = ...) -> None: ...

class Encryption(_message.Message):
    __slots__ = ["algorithm", "created_at_ms", "fields", "key_id", "message_id", "wrapped_key"]
    ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    WRAPPED_KEY_FIELD_NUMBER: _ClassVar[int]
    algorithm: ContentAlgorithm
    created_at_ms: int
    fields: _containers.RepeatedCompositeFieldContainer[EncryptedField]
    key_id: str
    message_id: bytes
    wrapped_key: bytes
    def __init__(self, algorithm: _Optional[_Union[ContentAlgorithm, str]] = ..., key_id: _Optional[str] = ..., wrapped_key: _Optional[bytes] = ..., message_id: _Optional[bytes] = ..., created_at_ms: _Optional[int] = ..., fields: _Optional[_Iterable[_Union[EncryptedField, _Mapping]]] = ...) -> None: ...

class ErrorDetail(_message.Message):
    __slots__ = ["advice", "field", "limit", "request_id", "retry_after_ms", "retryable", "symbol"]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    SYMBOL_FIELD_NUMBER: _ClassVar[int]
    advice: NextAction
    field: str
    limit: str
    request_id: str
    retry_after_ms: int
    retryable: bool
    symbol: str
    def __init__(self, symbol: _Optional[str] = ..., field: _Optional[str] = ..., limit: _Optional[str] = ..., advice: _Optional[_Union[NextAction, str]] = ..., retryable: bool = ..., retry_after_ms: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

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

class Polygon(_message.Message):
    __slots__ = ["points"]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[Point]
    def __init__(self, points: _Optional[_Iterable[_Union[Point, _Mapping]]] = ...) -> None: ...

class Reason(_message.Message):
    __slots__ = ["advisory", "code", "field", "limit", "measured", "signal", "warning"]
    ADVISORY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    WARNING_FIELD_NUMBER: _ClassVar[int]
    advisory: bool
    code: ReasonCode
    field: str
    limit: float
    measured: float
    signal: str
    warning: CardWarningCode
    def __init__(self, code: _Optional[_Union[ReasonCode, str]] = ..., field: _Optional[str] = ..., measured: _Optional[float] = ..., limit: _Optional[float] = ..., advisory: bool = ..., warning: _Optional[_Union[CardWarningCode, str]] = ..., signal: _Optional[str] = ...) -> None: ...

class RequestHeader(_message.Message):
    __slots__ = ["client_request_id", "encryption", "scene_id"]
    CLIENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTION_FIELD_NUMBER: _ClassVar[int]
    SCENE_ID_FIELD_NUMBER: _ClassVar[int]
    client_request_id: str
    encryption: Encryption
    scene_id: str
    def __init__(self, client_request_id: _Optional[str] = ..., scene_id: _Optional[str] = ..., encryption: _Optional[_Union[Encryption, _Mapping]] = ...) -> None: ...

class ResponseHeader(_message.Message):
    __slots__ = ["advice", "client_request_id", "encryption", "models", "policy", "request_id", "result_class", "server_time_ms"]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTION_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_CLASS_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    advice: NextAction
    client_request_id: str
    encryption: EncryptedAnswer
    models: _containers.RepeatedCompositeFieldContainer[ModelVersion]
    policy: str
    request_id: str
    result_class: ResultClass
    server_time_ms: int
    def __init__(self, request_id: _Optional[str] = ..., client_request_id: _Optional[str] = ..., result_class: _Optional[_Union[ResultClass, str]] = ..., advice: _Optional[_Union[NextAction, str]] = ..., server_time_ms: _Optional[int] = ..., models: _Optional[_Iterable[_Union[ModelVersion, _Mapping]]] = ..., policy: _Optional[str] = ..., encryption: _Optional[_Union[EncryptedAnswer, _Mapping]] = ...) -> None: ...

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

class ContentAlgorithm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ResultClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class NextAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ReasonCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class CardWarningCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
