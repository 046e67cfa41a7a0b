from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
DEVICE_ATTESTATION_KIND_ANDROID_KEY: DeviceAttestationKind
DEVICE_ATTESTATION_KIND_APPLE_APP_ATTEST: DeviceAttestationKind
DEVICE_ATTESTATION_KIND_UNSPECIFIED: DeviceAttestationKind
DEVICE_CAMERA_FACING_BACK: DeviceCameraFacing
DEVICE_CAMERA_FACING_EXTERNAL: DeviceCameraFacing
DEVICE_CAMERA_FACING_FRONT: DeviceCameraFacing
DEVICE_CAMERA_FACING_UNSPECIFIED: DeviceCameraFacing
DEVICE_CHECK_KIND_ACCESSIBILITY_MISUSE: DeviceCheckKind
DEVICE_CHECK_KIND_CAMERA_HIJACK: DeviceCheckKind
DEVICE_CHECK_KIND_CLOCK_TAMPERED: DeviceCheckKind
DEVICE_CHECK_KIND_CLONED_APP: DeviceCheckKind
DEVICE_CHECK_KIND_DEBUGGER: DeviceCheckKind
DEVICE_CHECK_KIND_EMULATOR: DeviceCheckKind
DEVICE_CHECK_KIND_FARM_DEVICE: DeviceCheckKind
DEVICE_CHECK_KIND_HOOK: DeviceCheckKind
DEVICE_CHECK_KIND_REPACKAGED: DeviceCheckKind
DEVICE_CHECK_KIND_ROOT: DeviceCheckKind
DEVICE_CHECK_KIND_SCREEN_CAPTURE: DeviceCheckKind
DEVICE_CHECK_KIND_UNSPECIFIED: DeviceCheckKind
DEVICE_CHECK_KIND_VIRTUAL_CAMERA: DeviceCheckKind
DEVICE_FINDING_CLEAR: DeviceFinding
DEVICE_FINDING_FOUND: DeviceFinding
DEVICE_FINDING_SUSPECTED: DeviceFinding
DEVICE_FINDING_UNSPECIFIED: DeviceFinding
DEVICE_PLATFORM_ANDROID: DevicePlatform
DEVICE_PLATFORM_HARMONY: DevicePlatform
DEVICE_PLATFORM_IOS: DevicePlatform
DEVICE_PLATFORM_UNSPECIFIED: DevicePlatform
DEVICE_PLATFORM_WEB: DevicePlatform
DEVICE_SIGNATURE_ALGORITHM_ECDSA_P256_SHA256: DeviceSignatureAlgorithm
DEVICE_SIGNATURE_ALGORITHM_ED25519: DeviceSignatureAlgorithm
DEVICE_SIGNATURE_ALGORITHM_UNSPECIFIED: DeviceSignatureAlgorithm

class DeviceAttestation(_message.Message):
    __slots__ = ["kind", "statement"]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    kind: DeviceAttestationKind
    statement: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, kind: _Optional[_Union[DeviceAttestationKind, str]] = ..., statement: _Optional[_Iterable[bytes]] = ...) -> None: ...

class DeviceCamera(_message.Message):
    __slots__ = ["capture_size", "facing", "frame_rate_max", "sensor_id_hash", "sizes"]
    CAPTURE_SIZE_FIELD_NUMBER: _ClassVar[int]
    FACING_FIELD_NUMBER: _ClassVar[int]
    FRAME_RATE_MAX_FIELD_NUMBER: _ClassVar[int]
    SENSOR_ID_HASH_FIELD_NUMBER: _ClassVar[int]
    SIZES_FIELD_NUMBER: _ClassVar[int]
    capture_size: DeviceCameraSize
    facing: DeviceCameraFacing
    frame_rate_max: int
    sensor_id_hash: bytes
    sizes: _containers.RepeatedCompositeFieldContainer[DeviceCameraSize]
    def __init__(self, sensor_id_hash: _Optional[bytes] = ..., facing: _Optional[_Union[DeviceCameraFacing, str]] = ..., sizes: _Optional[_Iterable[_Union[DeviceCameraSize, _Mapping]]] = ..., capture_size: _Optional[_Union[DeviceCameraSize, _Mapping]] = ..., frame_rate_max: _Optional[int] = ...) -> None: ...

class DeviceCameraSize(_message.Message):
    __slots__ = ["height", "width"]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    height: int
    width: int
    def __init__(self, width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class DeviceCheck(_message.Message):
    __slots__ = ["finding", "kind"]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    finding: DeviceFinding
    kind: DeviceCheckKind
    def __init__(self, kind: _Optional[_Union[DeviceCheckKind, str]] = ..., finding: _Optional[_Union[DeviceFinding, str]] = ...) -> None: ...

class DeviceEvidence(_message.Message):
    __slots__ = ["app_id", "app_version", "attestation", "camera", "capture_started_ms", "checks", "evidence_made_ms", "frame_times_us", "made_at_ms", "media_sha256", "nonce", "platform", "version"]
    APP_ID_FIELD_NUMBER: _ClassVar[int]
    APP_VERSION_FIELD_NUMBER: _ClassVar[int]
    ATTESTATION_FIELD_NUMBER: _ClassVar[int]
    CAMERA_FIELD_NUMBER: _ClassVar[int]
    CAPTURE_STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_MADE_MS_FIELD_NUMBER: _ClassVar[int]
    FRAME_TIMES_US_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_MS_FIELD_NUMBER: _ClassVar[int]
    MEDIA_SHA256_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    app_id: str
    app_version: str
    attestation: DeviceAttestation
    camera: DeviceCamera
    capture_started_ms: int
    checks: _containers.RepeatedCompositeFieldContainer[DeviceCheck]
    evidence_made_ms: int
    frame_times_us: _containers.RepeatedScalarFieldContainer[int]
    made_at_ms: int
    media_sha256: bytes
    nonce: bytes
    platform: DevicePlatform
    version: int
    def __init__(self, version: _Optional[int] = ..., nonce: _Optional[bytes] = ..., made_at_ms: _Optional[int] = ..., app_id: _Optional[str] = ..., app_version: _Optional[str] = ..., platform: _Optional[_Union[DevicePlatform, str]] = ..., checks: _Optional[_Iterable[_Union[DeviceCheck, _Mapping]]] = ..., camera: _Optional[_Union[DeviceCamera, _Mapping]] = ..., attestation: _Optional[_Union[DeviceAttestation, _Mapping]] = ..., media_sha256: _Optional[bytes] = ..., frame_times_us: _Optional[_Iterable[int]] = ..., capture_started_ms: _Optional[int] = ..., evidence_made_ms: _Optional[int] = ...) -> None: ...

class SignedDeviceEvidence(_message.Message):
    __slots__ = ["algorithm", "evidence", "key_id", "signature"]
    ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    algorithm: DeviceSignatureAlgorithm
    evidence: bytes
    key_id: bytes
    signature: bytes
    def __init__(self, evidence: _Optional[bytes] = ..., algorithm: _Optional[_Union[DeviceSignatureAlgorithm, str]] = ..., key_id: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class DeviceSignatureAlgorithm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DevicePlatform(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DeviceCheckKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DeviceFinding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DeviceCameraFacing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DeviceAttestationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
