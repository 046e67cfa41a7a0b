from idv.v1 import common_pb2 as _common_pb2
from idv.v1 import documents_pb2 as _documents_pb2
from idv.v1 import liveness_pb2 as _liveness_pb2
from idv.v1 import options_pb2 as _options_pb2
from idv.v1 import real_name_pb2 as _real_name_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
FACE_SELECTION_LARGEST: FaceSelection
FACE_SELECTION_MOST_CONFIDENT: FaceSelection
FACE_SELECTION_REJECT_MULTIPLE: FaceSelection
FACE_SELECTION_UNSPECIFIED: FaceSelection

class CompareFacesRequest(_message.Message):
    __slots__ = ["a", "b", "face_selection", "header", "quality_control", "rotate_detect", "threshold"]
    A_FIELD_NUMBER: _ClassVar[int]
    B_FIELD_NUMBER: _ClassVar[int]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    ROTATE_DETECT_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    a: _common_pb2.Media
    b: _common_pb2.Media
    face_selection: FaceSelection
    header: _common_pb2.RequestHeader
    quality_control: int
    rotate_detect: bool
    threshold: float
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., a: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., b: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[FaceSelection, str]] = ..., rotate_detect: bool = ..., threshold: _Optional[float] = ...) -> None: ...

class CompareFacesResponse(_message.Message):
    __slots__ = ["a_face", "b_face", "header", "reasons", "score", "verdict"]
    A_FACE_FIELD_NUMBER: _ClassVar[int]
    B_FACE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    a_face: Face
    b_face: Face
    header: _common_pb2.ResponseHeader
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    score: _common_pb2.Score
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., a_face: _Optional[_Union[Face, _Mapping]] = ..., b_face: _Optional[_Union[Face, _Mapping]] = ...) -> None: ...

class CompareVideoRequest(_message.Message):
    __slots__ = ["best_frames", "capture", "challenge_id", "face_selection", "header", "mode", "photo", "quality_control", "session_id", "threshold"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_ID_FIELD_NUMBER: _ClassVar[int]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    best_frames: int
    capture: _liveness_pb2.Capture
    challenge_id: str
    face_selection: FaceSelection
    header: _common_pb2.RequestHeader
    mode: _liveness_pb2.LivenessMode
    photo: _common_pb2.Media
    quality_control: int
    session_id: str
    threshold: float
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., capture: _Optional[_Union[_liveness_pb2.Capture, _Mapping]] = ..., mode: _Optional[_Union[_liveness_pb2.LivenessMode, str]] = ..., challenge_id: _Optional[str] = ..., session_id: _Optional[str] = ..., best_frames: _Optional[int] = ..., photo: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[FaceSelection, str]] = ..., threshold: _Optional[float] = ...) -> None: ...

class CompareVideoResponse(_message.Message):
    __slots__ = ["best_frames", "capture_face", "header", "liveness", "photo_face", "reasons", "score", "verdict"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FACE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FACE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    best_frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.BestFrame]
    capture_face: Face
    header: _common_pb2.ResponseHeader
    liveness: _liveness_pb2.LivenessResult
    photo_face: Face
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    score: _common_pb2.Score
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., liveness: _Optional[_Union[_liveness_pb2.LivenessResult, _Mapping]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., capture_face: _Optional[_Union[Face, _Mapping]] = ..., photo_face: _Optional[_Union[Face, _Mapping]] = ..., best_frames: _Optional[_Iterable[_Union[_liveness_pb2.BestFrame, _Mapping]]] = ...) -> None: ...

class Completeness(_message.Message):
    __slots__ = ["cheek", "chin", "eye", "eyebrow", "mouth", "nose"]
    CHEEK_FIELD_NUMBER: _ClassVar[int]
    CHIN_FIELD_NUMBER: _ClassVar[int]
    EYEBROW_FIELD_NUMBER: _ClassVar[int]
    EYE_FIELD_NUMBER: _ClassVar[int]
    MOUTH_FIELD_NUMBER: _ClassVar[int]
    NOSE_FIELD_NUMBER: _ClassVar[int]
    cheek: float
    chin: float
    eye: float
    eyebrow: float
    mouth: float
    nose: float
    def __init__(self, eyebrow: _Optional[float] = ..., eye: _Optional[float] = ..., nose: _Optional[float] = ..., cheek: _Optional[float] = ..., mouth: _Optional[float] = ..., chin: _Optional[float] = ...) -> None: ...

class DetectFacesRequest(_message.Message):
    __slots__ = ["header", "image", "max_faces", "min_face_pixels", "rotate_detect", "want_quality"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    MAX_FACES_FIELD_NUMBER: _ClassVar[int]
    MIN_FACE_PIXELS_FIELD_NUMBER: _ClassVar[int]
    ROTATE_DETECT_FIELD_NUMBER: _ClassVar[int]
    WANT_QUALITY_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    max_faces: int
    min_face_pixels: int
    rotate_detect: bool
    want_quality: bool
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., max_faces: _Optional[int] = ..., min_face_pixels: _Optional[int] = ..., want_quality: bool = ..., rotate_detect: bool = ...) -> None: ...

class DetectFacesResponse(_message.Message):
    __slots__ = ["faces", "faces_total", "header", "height", "rotation", "width"]
    FACES_FIELD_NUMBER: _ClassVar[int]
    FACES_TOTAL_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ROTATION_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    faces: _containers.RepeatedCompositeFieldContainer[Face]
    faces_total: int
    header: _common_pb2.ResponseHeader
    height: int
    rotation: int
    width: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., faces: _Optional[_Iterable[_Union[Face, _Mapping]]] = ..., faces_total: _Optional[int] = ..., rotation: _Optional[int] = ...) -> None: ...

class DetectLivenessRequest(_message.Message):
    __slots__ = ["best_frames", "capture", "challenge_id", "header", "mode", "session_id"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_ID_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    best_frames: int
    capture: _liveness_pb2.Capture
    challenge_id: str
    header: _common_pb2.RequestHeader
    mode: _liveness_pb2.LivenessMode
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., capture: _Optional[_Union[_liveness_pb2.Capture, _Mapping]] = ..., mode: _Optional[_Union[_liveness_pb2.LivenessMode, str]] = ..., challenge_id: _Optional[str] = ..., session_id: _Optional[str] = ..., best_frames: _Optional[int] = ...) -> None: ...

class DetectLivenessResponse(_message.Message):
    __slots__ = ["best_frames", "header", "liveness", "reasons", "verdict"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    best_frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.BestFrame]
    header: _common_pb2.ResponseHeader
    liveness: _liveness_pb2.LivenessResult
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., liveness: _Optional[_Union[_liveness_pb2.LivenessResult, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., best_frames: _Optional[_Iterable[_Union[_liveness_pb2.BestFrame, _Mapping]]] = ...) -> None: ...

class Face(_message.Message):
    __slots__ = ["attributes", "box", "confidence", "landmarks", "pose", "quality"]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    LANDMARKS_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    attributes: FaceAttributes
    box: _common_pb2.Box
    confidence: float
    landmarks: _containers.RepeatedCompositeFieldContainer[_common_pb2.Point]
    pose: Pose
    quality: FaceQuality
    def __init__(self, box: _Optional[_Union[_common_pb2.Box, _Mapping]] = ..., confidence: _Optional[float] = ..., landmarks: _Optional[_Iterable[_Union[_common_pb2.Point, _Mapping]]] = ..., pose: _Optional[_Union[Pose, _Mapping]] = ..., quality: _Optional[_Union[FaceQuality, _Mapping]] = ..., attributes: _Optional[_Union[FaceAttributes, _Mapping]] = ...) -> None: ...

class FaceAttributes(_message.Message):
    __slots__ = ["mask_suspicion"]
    MASK_SUSPICION_FIELD_NUMBER: _ClassVar[int]
    mask_suspicion: float
    def __init__(self, mask_suspicion: _Optional[float] = ...) -> None: ...

class FaceQuality(_message.Message):
    __slots__ = ["brightness", "completeness", "first_failing", "score", "sharpness", "size_pixels"]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    FIRST_FAILING_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SHARPNESS_FIELD_NUMBER: _ClassVar[int]
    SIZE_PIXELS_FIELD_NUMBER: _ClassVar[int]
    brightness: float
    completeness: Completeness
    first_failing: _common_pb2.ReasonCode
    score: float
    sharpness: float
    size_pixels: float
    def __init__(self, score: _Optional[float] = ..., sharpness: _Optional[float] = ..., brightness: _Optional[float] = ..., size_pixels: _Optional[float] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., first_failing: _Optional[_Union[_common_pb2.ReasonCode, str]] = ...) -> None: ...

class GetActionSequenceRequest(_message.Message):
    __slots__ = ["allowed", "count", "header", "session_id"]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    allowed: _containers.RepeatedScalarFieldContainer[_liveness_pb2.FaceAction]
    count: int
    header: _common_pb2.RequestHeader
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., count: _Optional[int] = ..., allowed: _Optional[_Iterable[_Union[_liveness_pb2.FaceAction, str]]] = ...) -> None: ...

class GetActionSequenceResponse(_message.Message):
    __slots__ = ["challenge", "header"]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    challenge: _liveness_pb2.Challenge
    header: _common_pb2.ResponseHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., challenge: _Optional[_Union[_liveness_pb2.Challenge, _Mapping]] = ...) -> None: ...

class GetDistanceStepsRequest(_message.Message):
    __slots__ = ["header", "session_id"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetDistanceStepsResponse(_message.Message):
    __slots__ = ["challenge", "header"]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    challenge: _liveness_pb2.Challenge
    header: _common_pb2.ResponseHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., challenge: _Optional[_Union[_liveness_pb2.Challenge, _Mapping]] = ...) -> None: ...

class GetLiveCodeRequest(_message.Message):
    __slots__ = ["header", "session_id"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ...) -> None: ...

class GetLiveCodeResponse(_message.Message):
    __slots__ = ["challenge", "header"]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    challenge: _liveness_pb2.Challenge
    header: _common_pb2.ResponseHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., challenge: _Optional[_Union[_liveness_pb2.Challenge, _Mapping]] = ...) -> None: ...

class GetReflectSequenceRequest(_message.Message):
    __slots__ = ["action_count", "allowed", "header", "session_id"]
    ACTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    action_count: int
    allowed: _containers.RepeatedScalarFieldContainer[_liveness_pb2.FaceAction]
    header: _common_pb2.RequestHeader
    session_id: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., action_count: _Optional[int] = ..., allowed: _Optional[_Iterable[_Union[_liveness_pb2.FaceAction, str]]] = ...) -> None: ...

class GetReflectSequenceResponse(_message.Message):
    __slots__ = ["challenge", "header"]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    challenge: _liveness_pb2.Challenge
    header: _common_pb2.ResponseHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., challenge: _Optional[_Union[_liveness_pb2.Challenge, _Mapping]] = ...) -> None: ...

class Pose(_message.Message):
    __slots__ = ["pitch", "roll", "yaw"]
    PITCH_FIELD_NUMBER: _ClassVar[int]
    ROLL_FIELD_NUMBER: _ClassVar[int]
    YAW_FIELD_NUMBER: _ClassVar[int]
    pitch: float
    roll: float
    yaw: float
    def __init__(self, pitch: _Optional[float] = ..., yaw: _Optional[float] = ..., roll: _Optional[float] = ...) -> None: ...

class VerifyIdCardPhotoRequest(_message.Message):
    __slots__ = ["card", "card_type", "face_selection", "header", "options", "quality_control", "rotate_detect", "selfie", "stop_on", "threshold"]
    CARD_FIELD_NUMBER: _ClassVar[int]
    CARD_TYPE_FIELD_NUMBER: _ClassVar[int]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    ROTATE_DETECT_FIELD_NUMBER: _ClassVar[int]
    SELFIE_FIELD_NUMBER: _ClassVar[int]
    STOP_ON_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    card: _common_pb2.Media
    card_type: _documents_pb2.IdCardType
    face_selection: FaceSelection
    header: _common_pb2.RequestHeader
    options: _documents_pb2.ReadingOptions
    quality_control: int
    rotate_detect: bool
    selfie: _common_pb2.Media
    stop_on: _containers.RepeatedScalarFieldContainer[_common_pb2.CardWarningCode]
    threshold: float
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., card: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., selfie: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., card_type: _Optional[_Union[_documents_pb2.IdCardType, str]] = ..., options: _Optional[_Union[_documents_pb2.ReadingOptions, _Mapping]] = ..., stop_on: _Optional[_Iterable[_Union[_common_pb2.CardWarningCode, str]]] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[FaceSelection, str]] = ..., rotate_detect: bool = ..., threshold: _Optional[float] = ...) -> None: ...

class VerifyIdCardPhotoResponse(_message.Message):
    __slots__ = ["card", "card_face", "header", "reasons", "score", "selfie_face", "verdict"]
    CARD_FACE_FIELD_NUMBER: _ClassVar[int]
    CARD_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SELFIE_FACE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    card: _documents_pb2.IdCard
    card_face: Face
    header: _common_pb2.ResponseHeader
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    score: _common_pb2.Score
    selfie_face: Face
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., card: _Optional[_Union[_documents_pb2.IdCard, _Mapping]] = ..., card_face: _Optional[_Union[Face, _Mapping]] = ..., selfie_face: _Optional[_Union[Face, _Mapping]] = ...) -> None: ...

class VerifyPhotoRequest(_message.Message):
    __slots__ = ["face_selection", "header", "id_number", "image", "name", "photo", "quality_control", "threshold"]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    face_selection: FaceSelection
    header: _common_pb2.RequestHeader
    id_number: str
    image: _common_pb2.Media
    name: str
    photo: _common_pb2.Media
    quality_control: int
    threshold: float
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., photo: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[FaceSelection, str]] = ..., threshold: _Optional[float] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ...) -> None: ...

class VerifyPhotoResponse(_message.Message):
    __slots__ = ["header", "image_face", "limits", "liveness", "photo_face", "portrait_source", "portrait_template", "reasons", "sandbox", "score", "verdict"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FACE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    LIVENESS_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FACE_FIELD_NUMBER: _ClassVar[int]
    PORTRAIT_SOURCE_FIELD_NUMBER: _ClassVar[int]
    PORTRAIT_TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    image_face: Face
    limits: _containers.RepeatedCompositeFieldContainer[_real_name_pb2.ElementLimit]
    liveness: _liveness_pb2.LivenessResult
    photo_face: Face
    portrait_source: str
    portrait_template: bool
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    sandbox: bool
    score: _common_pb2.Score
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., liveness: _Optional[_Union[_liveness_pb2.LivenessResult, _Mapping]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., image_face: _Optional[_Union[Face, _Mapping]] = ..., photo_face: _Optional[_Union[Face, _Mapping]] = ..., portrait_source: _Optional[str] = ..., sandbox: bool = ..., portrait_template: bool = ..., limits: _Optional[_Iterable[_Union[_real_name_pb2.ElementLimit, _Mapping]]] = ...) -> None: ...

class VerifyVideoRequest(_message.Message):
    __slots__ = ["best_frames", "capture", "challenge_id", "face_selection", "header", "id_number", "mode", "name", "photo", "quality_control", "session_id", "threshold"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_ID_FIELD_NUMBER: _ClassVar[int]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    best_frames: int
    capture: _liveness_pb2.Capture
    challenge_id: str
    face_selection: FaceSelection
    header: _common_pb2.RequestHeader
    id_number: str
    mode: _liveness_pb2.LivenessMode
    name: str
    photo: _common_pb2.Media
    quality_control: int
    session_id: str
    threshold: float
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., capture: _Optional[_Union[_liveness_pb2.Capture, _Mapping]] = ..., mode: _Optional[_Union[_liveness_pb2.LivenessMode, str]] = ..., challenge_id: _Optional[str] = ..., session_id: _Optional[str] = ..., best_frames: _Optional[int] = ..., photo: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[FaceSelection, str]] = ..., threshold: _Optional[float] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ...) -> None: ...

class VerifyVideoResponse(_message.Message):
    __slots__ = ["best_frames", "capture_face", "header", "limits", "liveness", "photo_face", "portrait_source", "portrait_template", "reasons", "sandbox", "score", "verdict"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FACE_FIELD_NUMBER: _ClassVar[int]
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
    capture_face: Face
    header: _common_pb2.ResponseHeader
    limits: _containers.RepeatedCompositeFieldContainer[_real_name_pb2.ElementLimit]
    liveness: _liveness_pb2.LivenessResult
    photo_face: Face
    portrait_source: str
    portrait_template: bool
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    sandbox: bool
    score: _common_pb2.Score
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., liveness: _Optional[_Union[_liveness_pb2.LivenessResult, _Mapping]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., capture_face: _Optional[_Union[Face, _Mapping]] = ..., photo_face: _Optional[_Union[Face, _Mapping]] = ..., best_frames: _Optional[_Iterable[_Union[_liveness_pb2.BestFrame, _Mapping]]] = ..., portrait_source: _Optional[str] = ..., sandbox: bool = ..., portrait_template: bool = ..., limits: _Optional[_Iterable[_Union[_real_name_pb2.ElementLimit, _Mapping]]] = ...) -> None: ...

class FaceSelection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
