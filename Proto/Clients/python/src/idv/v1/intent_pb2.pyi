from idv.v1 import basic_pb2 as _basic_pb2
from idv.v1 import common_pb2 as _common_pb2
from idv.v1 import liveness_pb2 as _liveness_pb2
from idv.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

CONVERSE_EVENT_KIND_BEGIN: ConverseEventKind
CONVERSE_EVENT_KIND_COMPLETE: ConverseEventKind
CONVERSE_EVENT_KIND_FACE_FOUND: ConverseEventKind
CONVERSE_EVENT_KIND_FACE_LOST: ConverseEventKind
CONVERSE_EVENT_KIND_NOD_SEEN: ConverseEventKind
CONVERSE_EVENT_KIND_PROMPT: ConverseEventKind
CONVERSE_EVENT_KIND_SEVERAL_FACES: ConverseEventKind
CONVERSE_EVENT_KIND_SPEAK_LOUDER: ConverseEventKind
CONVERSE_EVENT_KIND_SPEAK_SOFTER: ConverseEventKind
CONVERSE_EVENT_KIND_SPEECH_BEGAN: ConverseEventKind
CONVERSE_EVENT_KIND_SPEECH_ENDED: ConverseEventKind
CONVERSE_EVENT_KIND_TIME_UP: ConverseEventKind
CONVERSE_EVENT_KIND_UNSPECIFIED: ConverseEventKind
DESCRIPTOR: _descriptor.FileDescriptor
FACE_DEMAND_LIVE: FaceDemand
FACE_DEMAND_PRESENT: FaceDemand
FACE_DEMAND_UNSPECIFIED: FaceDemand
INTENT_CODE_COMPARE_FAILED: IntentCode
INTENT_CODE_FACE_COVERED: IntentCode
INTENT_CODE_FACE_INCOMPLETE: IntentCode
INTENT_CODE_FACE_NOT_DETECTED: IntentCode
INTENT_CODE_FACE_OUT_OF_FRAME: IntentCode
INTENT_CODE_NOT_CONFIRMED: IntentCode
INTENT_CODE_NOT_FINISHED: IntentCode
INTENT_CODE_NOT_LIVE: IntentCode
INTENT_CODE_NO_MOUTH_OPENING: IntentCode
INTENT_CODE_NO_VOICE: IntentCode
INTENT_CODE_OK: IntentCode
INTENT_CODE_PERSON_CHANGED: IntentCode
INTENT_CODE_RECOGNITION_FAILED: IntentCode
INTENT_CODE_RECORDING_FAILED: IntentCode
INTENT_CODE_SEVERAL_FACES: IntentCode
INTENT_CODE_SIMILARITY_LOW: IntentCode
INTENT_CODE_UNAVAILABLE: IntentCode
INTENT_CODE_UNSPECIFIED: IntentCode
INTENT_CODE_VOICE_NOT_THEIRS: IntentCode
INTENT_MODE_NOD: IntentMode
INTENT_MODE_QA: IntentMode
INTENT_MODE_READ: IntentMode
INTENT_MODE_UNSPECIFIED: IntentMode
INTENT_PART_KIND_ANSWER: IntentPartKind
INTENT_PART_KIND_DIGITS: IntentPartKind
INTENT_PART_KIND_PROMPT: IntentPartKind
INTENT_PART_KIND_SENTENCE: IntentPartKind
INTENT_PART_KIND_UNSPECIFIED: IntentPartKind
PLAYBACK_SPEED_FASTER: PlaybackSpeed
PLAYBACK_SPEED_FASTEST: PlaybackSpeed
PLAYBACK_SPEED_NORMAL: PlaybackSpeed
PLAYBACK_SPEED_UNSPECIFIED: PlaybackSpeed
RISK_NOTE_FORESEEABLE_TEXT: RiskNote
RISK_NOTE_LIVENESS_NOT_DEMANDED: RiskNote
RISK_NOTE_PERSON_NOT_COMPARED: RiskNote
RISK_NOTE_SYNTHETIC_VOICE: RiskNote
RISK_NOTE_UNSPECIFIED: RiskNote
SPOKEN_OUTCOME_NOTHING: SpokenOutcome
SPOKEN_OUTCOME_OTHER: SpokenOutcome
SPOKEN_OUTCOME_SAID: SpokenOutcome
SPOKEN_OUTCOME_UNCLEAR: SpokenOutcome
SPOKEN_OUTCOME_UNSPECIFIED: SpokenOutcome

class ConverseEvent(_message.Message):
    __slots__ = ["kind", "prompt", "text", "time_ms"]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    kind: ConverseEventKind
    prompt: int
    text: str
    time_ms: int
    def __init__(self, kind: _Optional[_Union[ConverseEventKind, str]] = ..., time_ms: _Optional[int] = ..., prompt: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class ConverseRequest(_message.Message):
    __slots__ = ["finish", "frames", "pcm", "pcm_time_ms", "shown", "start"]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    PCM_FIELD_NUMBER: _ClassVar[int]
    PCM_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    finish: bool
    frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.CapturedFrame]
    pcm: bytes
    pcm_time_ms: int
    shown: bool
    start: VerifyIntentRequest
    def __init__(self, start: _Optional[_Union[VerifyIntentRequest, _Mapping]] = ..., frames: _Optional[_Iterable[_Union[_liveness_pb2.CapturedFrame, _Mapping]]] = ..., pcm: _Optional[bytes] = ..., pcm_time_ms: _Optional[int] = ..., shown: bool = ..., finish: bool = ...) -> None: ...

class ConverseResponse(_message.Message):
    __slots__ = ["event", "verdict"]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    event: ConverseEvent
    verdict: VerifyIntentResponse
    def __init__(self, event: _Optional[_Union[ConverseEvent, _Mapping]] = ..., verdict: _Optional[_Union[VerifyIntentResponse, _Mapping]] = ...) -> None: ...

class CreateIntentChallengeRequest(_message.Message):
    __slots__ = ["answer_seconds", "confirm_digits", "contrasts", "header", "mode", "names", "prompts", "questions", "session_id", "speed", "text"]
    ANSWER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_DIGITS_FIELD_NUMBER: _ClassVar[int]
    CONTRASTS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SPEED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    answer_seconds: int
    confirm_digits: int
    contrasts: _containers.RepeatedCompositeFieldContainer[WordPair]
    header: _common_pb2.RequestHeader
    mode: IntentMode
    names: _containers.RepeatedCompositeFieldContainer[TextRange]
    prompts: _containers.RepeatedScalarFieldContainer[str]
    questions: _containers.RepeatedCompositeFieldContainer[IntentQuestion]
    session_id: str
    speed: PlaybackSpeed
    text: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., mode: _Optional[_Union[IntentMode, str]] = ..., text: _Optional[str] = ..., confirm_digits: _Optional[int] = ..., questions: _Optional[_Iterable[_Union[IntentQuestion, _Mapping]]] = ..., prompts: _Optional[_Iterable[str]] = ..., speed: _Optional[_Union[PlaybackSpeed, str]] = ..., answer_seconds: _Optional[int] = ..., names: _Optional[_Iterable[_Union[TextRange, _Mapping]]] = ..., contrasts: _Optional[_Iterable[_Union[WordPair, _Mapping]]] = ...) -> None: ...

class CreateIntentChallengeResponse(_message.Message):
    __slots__ = ["challenge", "header"]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    challenge: IntentChallenge
    header: _common_pb2.ResponseHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., challenge: _Optional[_Union[IntentChallenge, _Mapping]] = ...) -> None: ...

class IntentChallenge(_message.Message):
    __slots__ = ["answer_seconds", "confirm_code", "expires_at_ms", "id", "issued_at_ms", "mode", "prompts", "questions", "recording_seconds_max", "speed", "text"]
    ANSWER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_CODE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    RECORDING_SECONDS_MAX_FIELD_NUMBER: _ClassVar[int]
    SPEED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    answer_seconds: int
    confirm_code: str
    expires_at_ms: int
    id: str
    issued_at_ms: int
    mode: IntentMode
    prompts: _containers.RepeatedScalarFieldContainer[str]
    questions: _containers.RepeatedScalarFieldContainer[str]
    recording_seconds_max: int
    speed: PlaybackSpeed
    text: str
    def __init__(self, id: _Optional[str] = ..., mode: _Optional[_Union[IntentMode, str]] = ..., text: _Optional[str] = ..., confirm_code: _Optional[str] = ..., questions: _Optional[_Iterable[str]] = ..., prompts: _Optional[_Iterable[str]] = ..., speed: _Optional[_Union[PlaybackSpeed, str]] = ..., answer_seconds: _Optional[int] = ..., recording_seconds_max: _Optional[int] = ..., issued_at_ms: _Optional[int] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...

class IntentPartRecord(_message.Message):
    __slots__ = ["code", "kind", "outcome", "signals"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    code: _common_pb2.ReasonCode
    kind: IntentPartKind
    outcome: SpokenOutcome
    signals: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.SignalValue]
    def __init__(self, kind: _Optional[_Union[IntentPartKind, str]] = ..., outcome: _Optional[_Union[SpokenOutcome, str]] = ..., code: _Optional[_Union[_common_pb2.ReasonCode, str]] = ..., signals: _Optional[_Iterable[_Union[_liveness_pb2.SignalValue, _Mapping]]] = ...) -> None: ...

class IntentQuestion(_message.Message):
    __slots__ = ["answers", "exactly", "question"]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    EXACTLY_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedScalarFieldContainer[str]
    exactly: bool
    question: str
    def __init__(self, question: _Optional[str] = ..., answers: _Optional[_Iterable[str]] = ..., exactly: bool = ...) -> None: ...

class IntentRecord(_message.Message):
    __slots__ = ["advisory", "capabilities", "challenged", "face", "face_demand", "limits", "mode", "parts", "parts_asked", "policy", "signals"]
    ADVISORY_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    CHALLENGED_FIELD_NUMBER: _ClassVar[int]
    FACE_DEMAND_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    PARTS_ASKED_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    advisory: _containers.RepeatedScalarFieldContainer[str]
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    challenged: bool
    face: _liveness_pb2.LivenessRecord
    face_demand: FaceDemand
    limits: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.SignalValue]
    mode: IntentMode
    parts: _containers.RepeatedCompositeFieldContainer[IntentPartRecord]
    parts_asked: int
    policy: str
    signals: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.SignalValue]
    def __init__(self, policy: _Optional[str] = ..., mode: _Optional[_Union[IntentMode, str]] = ..., challenged: bool = ..., signals: _Optional[_Iterable[_Union[_liveness_pb2.SignalValue, _Mapping]]] = ..., parts: _Optional[_Iterable[_Union[IntentPartRecord, _Mapping]]] = ..., parts_asked: _Optional[int] = ..., capabilities: _Optional[_Iterable[str]] = ..., limits: _Optional[_Iterable[_Union[_liveness_pb2.SignalValue, _Mapping]]] = ..., face_demand: _Optional[_Union[FaceDemand, str]] = ..., face: _Optional[_Union[_liveness_pb2.LivenessRecord, _Mapping]] = ..., advisory: _Optional[_Iterable[str]] = ...) -> None: ...

class IntentResult(_message.Message):
    __slots__ = ["answers", "audio", "audio_sha256", "audio_started_ms", "code", "face", "measures", "mode", "original_audio", "prompts", "record", "risks", "sentences", "similarity", "transcript", "user_messages"]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    AUDIO_SHA256_FIELD_NUMBER: _ClassVar[int]
    AUDIO_STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    MEASURES_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_AUDIO_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    RISKS_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    USER_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[SpokenAnswer]
    audio: bytes
    audio_sha256: bytes
    audio_started_ms: int
    code: IntentCode
    face: _liveness_pb2.LivenessResult
    measures: SpeechMeasures
    mode: IntentMode
    original_audio: bytes
    prompts: _containers.RepeatedCompositeFieldContainer[NoddedPrompt]
    record: IntentRecord
    risks: _containers.RepeatedScalarFieldContainer[RiskNote]
    sentences: _containers.RepeatedCompositeFieldContainer[SpokenSentence]
    similarity: float
    transcript: str
    user_messages: _containers.RepeatedScalarFieldContainer[_liveness_pb2.UserMessage]
    def __init__(self, mode: _Optional[_Union[IntentMode, str]] = ..., code: _Optional[_Union[IntentCode, str]] = ..., face: _Optional[_Union[_liveness_pb2.LivenessResult, _Mapping]] = ..., transcript: _Optional[str] = ..., similarity: _Optional[float] = ..., sentences: _Optional[_Iterable[_Union[SpokenSentence, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[SpokenAnswer, _Mapping]]] = ..., prompts: _Optional[_Iterable[_Union[NoddedPrompt, _Mapping]]] = ..., measures: _Optional[_Union[SpeechMeasures, _Mapping]] = ..., audio: _Optional[bytes] = ..., audio_sha256: _Optional[bytes] = ..., audio_started_ms: _Optional[int] = ..., user_messages: _Optional[_Iterable[_Union[_liveness_pb2.UserMessage, str]]] = ..., risks: _Optional[_Iterable[_Union[RiskNote, str]]] = ..., record: _Optional[_Union[IntentRecord, _Mapping]] = ..., original_audio: _Optional[bytes] = ...) -> None: ...

class NoddedPrompt(_message.Message):
    __slots__ = ["end_ms", "nodded", "score", "start_ms"]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    NODDED_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    end_ms: int
    nodded: bool
    score: float
    start_ms: int
    def __init__(self, nodded: bool = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ..., score: _Optional[float] = ...) -> None: ...

class SpeechMeasures(_message.Message):
    __slots__ = ["audio_seconds", "av_lag_ms", "clipped_share", "level_db", "lip_voice_agreement", "mouth_moving_ratio", "snr_db", "speaker_similarity", "speech_rate", "speech_seconds", "voiced_ratio"]
    AUDIO_SECONDS_FIELD_NUMBER: _ClassVar[int]
    AV_LAG_MS_FIELD_NUMBER: _ClassVar[int]
    CLIPPED_SHARE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_DB_FIELD_NUMBER: _ClassVar[int]
    LIP_VOICE_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    MOUTH_MOVING_RATIO_FIELD_NUMBER: _ClassVar[int]
    SNR_DB_FIELD_NUMBER: _ClassVar[int]
    SPEAKER_SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    SPEECH_RATE_FIELD_NUMBER: _ClassVar[int]
    SPEECH_SECONDS_FIELD_NUMBER: _ClassVar[int]
    VOICED_RATIO_FIELD_NUMBER: _ClassVar[int]
    audio_seconds: float
    av_lag_ms: int
    clipped_share: float
    level_db: float
    lip_voice_agreement: float
    mouth_moving_ratio: float
    snr_db: float
    speaker_similarity: float
    speech_rate: float
    speech_seconds: float
    voiced_ratio: float
    def __init__(self, audio_seconds: _Optional[float] = ..., speech_seconds: _Optional[float] = ..., voiced_ratio: _Optional[float] = ..., speech_rate: _Optional[float] = ..., snr_db: _Optional[float] = ..., level_db: _Optional[float] = ..., clipped_share: _Optional[float] = ..., speaker_similarity: _Optional[float] = ..., av_lag_ms: _Optional[int] = ..., mouth_moving_ratio: _Optional[float] = ..., lip_voice_agreement: _Optional[float] = ...) -> None: ...

class SpokenAnswer(_message.Message):
    __slots__ = ["answer", "audio", "end_ms", "outcome", "start_ms", "transcript"]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    answer: int
    audio: bytes
    end_ms: int
    outcome: SpokenOutcome
    start_ms: int
    transcript: str
    def __init__(self, outcome: _Optional[_Union[SpokenOutcome, str]] = ..., transcript: _Optional[str] = ..., answer: _Optional[int] = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ..., audio: _Optional[bytes] = ...) -> None: ...

class SpokenSentence(_message.Message):
    __slots__ = ["audio", "end_ms", "outcome", "range", "similarity", "start_ms"]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    END_MS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    START_MS_FIELD_NUMBER: _ClassVar[int]
    audio: bytes
    end_ms: int
    outcome: SpokenOutcome
    range: TextRange
    similarity: float
    start_ms: int
    def __init__(self, range: _Optional[_Union[TextRange, _Mapping]] = ..., outcome: _Optional[_Union[SpokenOutcome, str]] = ..., similarity: _Optional[float] = ..., start_ms: _Optional[int] = ..., end_ms: _Optional[int] = ..., audio: _Optional[bytes] = ...) -> None: ...

class TextRange(_message.Message):
    __slots__ = ["length", "start"]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    length: int
    start: int
    def __init__(self, start: _Optional[int] = ..., length: _Optional[int] = ...) -> None: ...

class VerifyIntentPart(_message.Message):
    __slots__ = ["audio", "frames", "request", "video"]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FIELD_NUMBER: _ClassVar[int]
    audio: bytes
    frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.CapturedFrame]
    request: VerifyIntentRequest
    video: bytes
    def __init__(self, request: _Optional[_Union[VerifyIntentRequest, _Mapping]] = ..., video: _Optional[bytes] = ..., frames: _Optional[_Iterable[_Union[_liveness_pb2.CapturedFrame, _Mapping]]] = ..., audio: _Optional[bytes] = ...) -> None: ...

class VerifyIntentRequest(_message.Message):
    __slots__ = ["audio_started_ms", "best_frames", "challenge_id", "face_selection", "header", "omit_audio", "photo", "quality_control", "session_id", "shown_ms", "threshold", "upload_id", "want_original_audio"]
    AUDIO_STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_ID_FIELD_NUMBER: _ClassVar[int]
    FACE_SELECTION_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OMIT_AUDIO_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CONTROL_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SHOWN_MS_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    WANT_ORIGINAL_AUDIO_FIELD_NUMBER: _ClassVar[int]
    audio_started_ms: int
    best_frames: int
    challenge_id: str
    face_selection: _basic_pb2.FaceSelection
    header: _common_pb2.RequestHeader
    omit_audio: bool
    photo: _common_pb2.Media
    quality_control: int
    session_id: str
    shown_ms: _containers.RepeatedScalarFieldContainer[int]
    threshold: float
    upload_id: str
    want_original_audio: bool
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., session_id: _Optional[str] = ..., challenge_id: _Optional[str] = ..., photo: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., best_frames: _Optional[int] = ..., quality_control: _Optional[int] = ..., face_selection: _Optional[_Union[_basic_pb2.FaceSelection, str]] = ..., threshold: _Optional[float] = ..., shown_ms: _Optional[_Iterable[int]] = ..., audio_started_ms: _Optional[int] = ..., upload_id: _Optional[str] = ..., omit_audio: bool = ..., want_original_audio: bool = ...) -> None: ...

class VerifyIntentResponse(_message.Message):
    __slots__ = ["best_frames", "capture_face", "header", "intent", "photo_face", "reasons", "score", "verdict"]
    BEST_FRAMES_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_FACE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FACE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    best_frames: _containers.RepeatedCompositeFieldContainer[_liveness_pb2.BestFrame]
    capture_face: _basic_pb2.Face
    header: _common_pb2.ResponseHeader
    intent: IntentResult
    photo_face: _basic_pb2.Face
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    score: _common_pb2.Score
    verdict: _common_pb2.Verdict
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., verdict: _Optional[_Union[_common_pb2.Verdict, str]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., intent: _Optional[_Union[IntentResult, _Mapping]] = ..., score: _Optional[_Union[_common_pb2.Score, _Mapping]] = ..., capture_face: _Optional[_Union[_basic_pb2.Face, _Mapping]] = ..., photo_face: _Optional[_Union[_basic_pb2.Face, _Mapping]] = ..., best_frames: _Optional[_Iterable[_Union[_liveness_pb2.BestFrame, _Mapping]]] = ...) -> None: ...

class WordPair(_message.Message):
    __slots__ = ["other", "word"]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    WORD_FIELD_NUMBER: _ClassVar[int]
    other: str
    word: str
    def __init__(self, word: _Optional[str] = ..., other: _Optional[str] = ...) -> None: ...

class IntentMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class PlaybackSpeed(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class SpokenOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class IntentCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class RiskNote(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class IntentPartKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class FaceDemand(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ConverseEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
