from idv.v1 import common_pb2 as _common_pb2
from idv.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

ATTACK_TAG_ACTION_NOT_DONE: AttackTag
ATTACK_TAG_ADVERSARIAL: AttackTag
ATTACK_TAG_BEST_FRAME_FAILED: AttackTag
ATTACK_TAG_DISTANCE_FAILED: AttackTag
ATTACK_TAG_EYES_CLOSED: AttackTag
ATTACK_TAG_EYE_TRACES: AttackTag
ATTACK_TAG_FACE_COVERED: AttackTag
ATTACK_TAG_FACE_QUALITY_POOR: AttackTag
ATTACK_TAG_FRAUD_TEMPLATE: AttackTag
ATTACK_TAG_INJECTED: AttackTag
ATTACK_TAG_LIP_FAILED: AttackTag
ATTACK_TAG_LOOPED: AttackTag
ATTACK_TAG_MOUTH_TRACES: AttackTag
ATTACK_TAG_NOT_HUMAN_LIKE: AttackTag
ATTACK_TAG_PERSON_CHANGED: AttackTag
ATTACK_TAG_RECAPTURE: AttackTag
ATTACK_TAG_REFLECTION_FAILED: AttackTag
ATTACK_TAG_REPLAYED: AttackTag
ATTACK_TAG_SPLICED: AttackTag
ATTACK_TAG_STATIC_FACE: AttackTag
ATTACK_TAG_SYNTHETIC_ACTION: AttackTag
ATTACK_TAG_SYNTHETIC_IMAGE: AttackTag
ATTACK_TAG_SYNTHETIC_VIDEO: AttackTag
ATTACK_TAG_UNSPECIFIED: AttackTag
ATTACK_TAG_WATERMARK: AttackTag
CAPTURE_EVENT_KIND_FACE_LOST: CaptureEventKind
CAPTURE_EVENT_KIND_LEFT_FRAME: CaptureEventKind
CAPTURE_EVENT_KIND_PERSON_CHANGED: CaptureEventKind
CAPTURE_EVENT_KIND_SEVERAL_FACES: CaptureEventKind
CAPTURE_EVENT_KIND_UNSPECIFIED: CaptureEventKind
DESCRIPTOR: _descriptor.FileDescriptor
DEVICE_LEVEL_HIGH: DeviceLevel
DEVICE_LEVEL_LOW: DeviceLevel
DEVICE_LEVEL_MID: DeviceLevel
DEVICE_LEVEL_SAFE: DeviceLevel
DEVICE_LEVEL_UNSPECIFIED: DeviceLevel
DEVICE_TAG_CAMERA_HIJACKED: DeviceTag
DEVICE_TAG_EMULATOR: DeviceTag
DEVICE_TAG_FRAUD_DEVICE: DeviceTag
DEVICE_TAG_INJECTED: DeviceTag
DEVICE_TAG_RISKY_OPERATION: DeviceTag
DEVICE_TAG_ROOTED: DeviceTag
DEVICE_TAG_UNSPECIFIED: DeviceTag
DEVICE_TAG_UNVERIFIED: DeviceTag
DISTANCE_STEP_FARTHER: DistanceStep
DISTANCE_STEP_NEARER: DistanceStep
DISTANCE_STEP_UNSPECIFIED: DistanceStep
FACE_ACTION_BLINK: FaceAction
FACE_ACTION_NOD: FaceAction
FACE_ACTION_OPEN_MOUTH: FaceAction
FACE_ACTION_SHAKE: FaceAction
FACE_ACTION_TURN_LEFT: FaceAction
FACE_ACTION_TURN_RIGHT: FaceAction
FACE_ACTION_UNSPECIFIED: FaceAction
LIVENESS_MODE_ACTION: LivenessMode
LIVENESS_MODE_ACTION_REFLECT: LivenessMode
LIVENESS_MODE_DISTANCE: LivenessMode
LIVENESS_MODE_LIP: LivenessMode
LIVENESS_MODE_REFLECT: LivenessMode
LIVENESS_MODE_SILENT: LivenessMode
LIVENESS_MODE_UNSPECIFIED: LivenessMode
USER_MESSAGE_ACT_CLEARLY: UserMessage
USER_MESSAGE_ANSWER_ALOUD: UserMessage
USER_MESSAGE_CLEAN_CAMERA: UserMessage
USER_MESSAGE_COME_CLOSER: UserMessage
USER_MESSAGE_FACE_CAMERA_WHILE_SPEAKING: UserMessage
USER_MESSAGE_FOLLOW_ACTIONS_IN_ORDER: UserMessage
USER_MESSAGE_FOLLOW_DISTANCE: UserMessage
USER_MESSAGE_GO_TO_QUIET_PLACE: UserMessage
USER_MESSAGE_HOLD_STILL: UserMessage
USER_MESSAGE_KEEP_FACE_IN_VIEW: UserMessage
USER_MESSAGE_LESS_LIGHT: UserMessage
USER_MESSAGE_LOOK_STRAIGHT: UserMessage
USER_MESSAGE_MICROPHONE_ON: UserMessage
USER_MESSAGE_MORE_LIGHT: UserMessage
USER_MESSAGE_MOVE_BACK: UserMessage
USER_MESSAGE_MOVE_TO_EVEN_LIGHT: UserMessage
USER_MESSAGE_NOD_TO_EACH_PROMPT: UserMessage
USER_MESSAGE_ONLY_ACTIONS_SHOWN: UserMessage
USER_MESSAGE_ONLY_ONE_PERSON: UserMessage
USER_MESSAGE_ONLY_YOU_SPEAK: UserMessage
USER_MESSAGE_OPEN_EYES: UserMessage
USER_MESSAGE_READ_DIGITS_ALOUD: UserMessage
USER_MESSAGE_READ_TEXT_ALOUD: UserMessage
USER_MESSAGE_READ_WHOLE_TEXT: UserMessage
USER_MESSAGE_RECORD_LONGER: UserMessage
USER_MESSAGE_SCREEN_BRIGHTNESS_UP: UserMessage
USER_MESSAGE_SPEAK_LOUDER: UserMessage
USER_MESSAGE_SPEAK_SLOWER: UserMessage
USER_MESSAGE_SPEAK_SOFTER: UserMessage
USER_MESSAGE_SPEAK_WITHOUT_PAUSES: UserMessage
USER_MESSAGE_TRY_AGAIN: UserMessage
USER_MESSAGE_UNCOVER_FACE: UserMessage
USER_MESSAGE_UNSPECIFIED: UserMessage
USER_MESSAGE_USE_OTHER_WAY: UserMessage

class ActionResult(_message.Message):
    __slots__ = ["action", "end_ms", "performed", "score", "start_ms"]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    PERFORMED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    action: FaceAction
    end_ms: int
    performed: bool
    score: float
    start_ms: int
    def __init__(self, action: _Optional[_Union[FaceAction, str]] = ..., performed: bool = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ..., score: _Optional[float] = ...) -> None: ...

class BestFrame(_message.Message):
    __slots__ = ["jpeg", "quality", "time_ms"]
    JPEG_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    jpeg: bytes
    quality: FrameQuality
    time_ms: int
    def __init__(self, jpeg: _Optional[bytes] = ..., time_ms: _Optional[int] = ..., quality: _Optional[_Union[FrameQuality, _Mapping]] = ...) -> None: ...

class Capture(_message.Message):
    __slots__ = ["colors_shown_ms", "frames", "upload_id", "video"]
    COLORS_SHOWN_MS_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FIELD_NUMBER: _ClassVar[int]
    colors_shown_ms: int
    frames: _containers.RepeatedCompositeFieldContainer[CapturedFrame]
    upload_id: str
    video: _common_pb2.Media
    def __init__(self, video: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., upload_id: _Optional[str] = ..., frames: _Optional[_Iterable[_Union[CapturedFrame, _Mapping]]] = ..., colors_shown_ms: _Optional[int] = ...) -> None: ...

class CaptureEvent(_message.Message):
    __slots__ = ["end_ms", "kind", "start_ms"]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    end_ms: int
    kind: CaptureEventKind
    start_ms: int
    def __init__(self, kind: _Optional[_Union[CaptureEventKind, str]] = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ...) -> None: ...

class CapturedFrame(_message.Message):
    __slots__ = ["device_time_ms", "jpeg"]
    DEVICE_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    JPEG_FIELD_NUMBER: _ClassVar[int]
    device_time_ms: int
    jpeg: bytes
    def __init__(self, jpeg: _Optional[bytes] = ..., device_time_ms: _Optional[int] = ...) -> None: ...

class Challenge(_message.Message):
    __slots__ = ["actions", "colors", "distance_steps", "expires_at_ms", "id", "issued_at_ms", "live_code", "mode", "nonce"]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    COLORS_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_STEPS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LIVE_CODE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedScalarFieldContainer[FaceAction]
    colors: _containers.RepeatedCompositeFieldContainer[ScreenColor]
    distance_steps: _containers.RepeatedScalarFieldContainer[DistanceStep]
    expires_at_ms: int
    id: str
    issued_at_ms: int
    live_code: str
    mode: LivenessMode
    nonce: bytes
    def __init__(self, id: _Optional[str] = ..., mode: _Optional[_Union[LivenessMode, str]] = ..., actions: _Optional[_Iterable[_Union[FaceAction, str]]] = ..., live_code: _Optional[str] = ..., colors: _Optional[_Iterable[_Union[ScreenColor, _Mapping]]] = ..., distance_steps: _Optional[_Iterable[_Union[DistanceStep, str]]] = ..., nonce: _Optional[bytes] = ..., issued_at_ms: _Optional[int] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...

class ComparisonRecord(_message.Message):
    __slots__ = ["obstacles", "score", "threshold"]
    OBSTACLES_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    obstacles: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    score: float
    threshold: float
    def __init__(self, score: _Optional[float] = ..., threshold: _Optional[float] = ..., obstacles: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ...) -> None: ...

class DeviceRisk(_message.Message):
    __slots__ = ["attestation_fault", "camera_level", "fault", "level", "score", "tags"]
    ATTESTATION_FAULT_FIELD_NUMBER: _ClassVar[int]
    CAMERA_LEVEL_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    attestation_fault: str
    camera_level: DeviceLevel
    fault: str
    level: DeviceLevel
    score: float
    tags: _containers.RepeatedScalarFieldContainer[DeviceTag]
    def __init__(self, level: _Optional[_Union[DeviceLevel, str]] = ..., camera_level: _Optional[_Union[DeviceLevel, str]] = ..., tags: _Optional[_Iterable[_Union[DeviceTag, str]]] = ..., score: _Optional[float] = ..., fault: _Optional[str] = ..., attestation_fault: _Optional[str] = ...) -> None: ...

class FrameQuality(_message.Message):
    __slots__ = ["score"]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    score: float
    def __init__(self, score: _Optional[float] = ...) -> None: ...

class LivenessRecord(_message.Message):
    __slots__ = ["actions", "advisory", "allows_unverified_device", "capabilities", "challenged", "comparison", "demanded_mode", "device", "enhanced", "limits", "mode", "policy", "signals", "still"]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    ADVISORY_FIELD_NUMBER: _ClassVar[int]
    ALLOWS_UNVERIFIED_DEVICE_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    CHALLENGED_FIELD_NUMBER: _ClassVar[int]
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    DEMANDED_MODE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    ENHANCED_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    STILL_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedScalarFieldContainer[FaceAction]
    advisory: _containers.RepeatedScalarFieldContainer[str]
    allows_unverified_device: bool
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    challenged: bool
    comparison: ComparisonRecord
    demanded_mode: LivenessMode
    device: DeviceRisk
    enhanced: bool
    limits: _containers.RepeatedCompositeFieldContainer[SignalValue]
    mode: LivenessMode
    policy: str
    signals: _containers.RepeatedCompositeFieldContainer[SignalValue]
    still: bool
    def __init__(self, policy: _Optional[str] = ..., mode: _Optional[_Union[LivenessMode, str]] = ..., challenged: bool = ..., actions: _Optional[_Iterable[_Union[FaceAction, str]]] = ..., signals: _Optional[_Iterable[_Union[SignalValue, _Mapping]]] = ..., limits: _Optional[_Iterable[_Union[SignalValue, _Mapping]]] = ..., advisory: _Optional[_Iterable[str]] = ..., capabilities: _Optional[_Iterable[str]] = ..., enhanced: bool = ..., comparison: _Optional[_Union[ComparisonRecord, _Mapping]] = ..., device: _Optional[_Union[DeviceRisk, _Mapping]] = ..., demanded_mode: _Optional[_Union[LivenessMode, str]] = ..., allows_unverified_device: bool = ..., still: bool = ...) -> None: ...

class LivenessResult(_message.Message):
    __slots__ = ["actions", "attack_tags", "events", "mode", "reasons", "record", "user_messages", "verdict"]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    ATTACK_TAGS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    USER_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedCompositeFieldContainer[ActionResult]
    attack_tags: _containers.RepeatedScalarFieldContainer[AttackTag]
    events: _containers.RepeatedCompositeFieldContainer[CaptureEvent]
    mode: LivenessMode
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    record: LivenessRecord
    user_messages: _containers.RepeatedScalarFieldContainer[UserMessage]
    verdict: _common_pb2.Verdict
    def __init__(self, verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., mode: _Optional[_Union[LivenessMode, str]] = ..., attack_tags: _Optional[_Iterable[_Union[AttackTag, str]]] = ..., actions: _Optional[_Iterable[_Union[ActionResult, _Mapping]]] = ..., user_messages: _Optional[_Iterable[_Union[UserMessage, str]]] = ..., events: _Optional[_Iterable[_Union[CaptureEvent, _Mapping]]] = ..., record: _Optional[_Union[LivenessRecord, _Mapping]] = ...) -> None: ...

class ScreenColor(_message.Message):
    __slots__ = ["milliseconds", "rgb"]
    MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    RGB_FIELD_NUMBER: _ClassVar[int]
    milliseconds: int
    rgb: int
    def __init__(self, rgb: _Optional[int] = ..., milliseconds: _Optional[int] = ...) -> None: ...

class SignalValue(_message.Message):
    __slots__ = ["name", "value"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...

class LivenessMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class FaceAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DistanceStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class CaptureEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AttackTag(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class UserMessage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DeviceLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DeviceTag(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
