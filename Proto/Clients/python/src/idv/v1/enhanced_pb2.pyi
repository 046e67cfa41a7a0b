from idv.v1 import basic_pb2 as _basic_pb2
from idv.v1 import common_pb2 as _common_pb2
from idv.v1 import device_pb2 as _device_pb2
from idv.v1 import liveness_pb2 as _liveness_pb2
from idv.v1 import options_pb2 as _options_pb2
from idv.v1 import real_name_pb2 as _real_name_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
FAKE_LEVEL_HIGH: FakeLevel
FAKE_LEVEL_LOW: FakeLevel
FAKE_LEVEL_MID: FakeLevel
FAKE_LEVEL_UNSPECIFIED: FakeLevel

class CreateChallengeRequest(_message.Message):
    __slots__ = ["accessible_mode", "action_count", "allowed_actions", "device_evidence", "header", "least_mode", "session_id"]
    ACCESSIBLE_MODE_FIELD_NUMBER: _ClassVar[int]
    ACTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    DEVICE_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    LEAST_MODE_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    accessible_mode: bool
    action_count: int
    allowed_actions: _containers.RepeatedScalarFieldContainer[_liveness_pb2.FaceAction]
    device_evidence: _device_pb2.SignedDeviceEvidence
    header: _common_pb2.RequestHeader
    least_mode: _liveness_pb2.LivenessMode
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., device_evidence: _Optional[_Union[_device_pb2.SignedDeviceEvidence, _Mapping]] = ..., least_mode: _Optional[_Union[_liveness_pb2.LivenessMode, str]] = ..., accessible_mode: bool = ..., action_count: _Optional[int] = ..., allowed_actions: _Optional[_Iterable[_Union[_liveness_pb2.FaceAction, str]]] = ...) -> None: ...

class CreateChallengeResponse(_message.Message):
    __slots__ = ["challenge", "device", "header", "reasons"]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    challenge: _liveness_pb2.Challenge
    device: _liveness_pb2.DeviceRisk
    header: _common_pb2.ResponseHeader
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., challenge: _Optional[_Union[_liveness_pb2.Challenge, _Mapping]] = ..., device: _Optional[_Union[_liveness_pb2.DeviceRisk, _Mapping]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ...) -> None: ...

class DetectFakeFaceRequest(_message.Message):
    __slots__ = ["capture", "header", "image"]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    capture: _liveness_pb2.Capture
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., capture: _Optional[_Union[_liveness_pb2.Capture, _Mapping]] = ...) -> None: ...

class DetectFakeFaceResponse(_message.Message):
    __slots__ = ["details", "header", "level", "signals", "unmeasured"]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    UNMEASURED_FIELD_NUMBER: _ClassVar[int]
    details: _containers.RepeatedCompositeFieldContainer[FakeDetail]
    header: _common_pb2.ResponseHeader
    level: FakeLevel
    signals: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.SignalValue]
    unmeasured: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., level: _Optional[_Union[FakeLevel, str]] = ..., details: _Optional[_Iterable[_Union[FakeDetail, _Mapping]]] = ..., unmeasured: _Optional[_Iterable[str]] = ..., signals: _Optional[_Iterable[_Union[_liveness_pb2.SignalValue, _Mapping]]] = ...) -> None: ...

class FakeDetail(_message.Message):
    __slots__ = ["score", "tag"]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    score: float
    tag: _liveness_pb2.AttackTag
    def __init__(self, tag: _Optional[_Union[_liveness_pb2.AttackTag, str]] = ..., score: _Optional[float] = ...) -> None: ...

class GetDeviceNonceRequest(_message.Message):
    __slots__ = ["header", "session_id"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetDeviceNonceResponse(_message.Message):
    __slots__ = ["expires_at_ms", "header", "nonce"]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    expires_at_ms: int
    header: _common_pb2.ResponseHeader
    nonce: bytes
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., nonce: _Optional[bytes] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...

class GetDeviceRiskRequest(_message.Message):
    __slots__ = ["device_evidence", "header", "session_id"]
    DEVICE_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    device_evidence: _device_pb2.SignedDeviceEvidence
    header: _common_pb2.RequestHeader
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., device_evidence: _Optional[_Union[_device_pb2.SignedDeviceEvidence, _Mapping]] = ...) -> None: ...

class GetDeviceRiskResponse(_message.Message):
    __slots__ = ["device", "header", "mode", "reasons"]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    device: _liveness_pb2.DeviceRisk
    header: _common_pb2.ResponseHeader
    mode: _liveness_pb2.LivenessMode
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., device: _Optional[_Union[_liveness_pb2.DeviceRisk, _Mapping]] = ..., mode: _Optional[_Union[_liveness_pb2.LivenessMode, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ...) -> None: ...

class VerifyPart(_message.Message):
    __slots__ = ["frames", "request", "video"]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FIELD_NUMBER: _ClassVar[int]
    frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.CapturedFrame]
    request: VerifyRequest
    video: bytes
    def __init__(self, request: _Optional[_Union[VerifyRequest, _Mapping]] = ..., video: _Optional[bytes] = ..., frames: _Optional[_Iterable[_Union[_liveness_pb2.CapturedFrame, _Mapping]]] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ["best_frames", "capture", "challenge_id", "device_evidence", "face_selection", "header", "id_number", "name", "photo", "quality_control", "session_id", "threshold"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_ID_FIELD_NUMBER: _ClassVar[int]
    DEVICE_EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    best_frames: int
    capture: _liveness_pb2.Capture
    challenge_id: str
    device_evidence: _device_pb2.SignedDeviceEvidence
    face_selection: _basic_pb2.FaceSelection
    header: _common_pb2.RequestHeader
    id_number: str
    name: str
    photo: _common_pb2.Media
    quality_control: int
    session_id: str
    threshold: float
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., challenge_id: _Optional[str] = ..., capture: _Optional[_Union[_liveness_pb2.Capture, _Mapping]] = ..., device_evidence: _Optional[_Union[_device_pb2.SignedDeviceEvidence, _Mapping]] = ..., photo: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., best_frames: _Optional[int] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[_basic_pb2.FaceSelection, str]] = ..., threshold: _Optional[float] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ["best_frames", "capture_face", "device", "header", "limits", "liveness", "photo_face", "portrait_source", "portrait_template", "reasons", "sandbox", "score", "verdict"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FACE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FACE_FIELD_NUMBER: _ClassVar[int]
    PORTRAIT_SOURCE_FIELD_NUMBER: _ClassVar[int]
    PORTRAIT_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    best_frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.BestFrame]
    capture_face: _basic_pb2.Face
    device: _liveness_pb2.DeviceRisk
    header: _common_pb2.ResponseHeader
    limits: _containers.RepeatedCompositeFieldContainer[_real_name_pb2.ElementLimit]
    liveness: _liveness_pb2.LivenessResult
    photo_face: _basic_pb2.Face
    portrait_source: str
    portrait_template: bool
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    sandbox: bool
    score: _common_pb2.Score
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., liveness: _Optional[_Union[_liveness_pb2.LivenessResult, _Mapping]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., capture_face: _Optional[_Union[_basic_pb2.Face, _Mapping]] = ..., photo_face: _Optional[_Union[_basic_pb2.Face, _Mapping]] = ..., device: _Optional[_Union[_liveness_pb2.DeviceRisk, _Mapping]] = ..., best_frames: _Optional[_Iterable[_Union[_liveness_pb2.BestFrame, _Mapping]]] = ..., portrait_source: _Optional[str] = ..., sandbox: bool = ..., portrait_template: bool = ..., limits: _Optional[_Iterable[_Union[_real_name_pb2.ElementLimit, _Mapping]]] = ...) -> None: ...

class FakeLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
