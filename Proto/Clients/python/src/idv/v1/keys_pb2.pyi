from idv.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
KEY_WRAPPING_RSA_OAEP_SHA256: KeyWrapping
KEY_WRAPPING_SM2: KeyWrapping
KEY_WRAPPING_UNSPECIFIED: KeyWrapping
KEY_WRAPPING_X25519: KeyWrapping

class EncryptionKey(_message.Message):
    __slots__ = ["id", "public_key", "sha256", "wrapping"]
    ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    WRAPPING_FIELD_NUMBER: _ClassVar[int]
    id: str
    public_key: bytes
    sha256: bytes
    wrapping: KeyWrapping
    def __init__(self, id: _Optional[str] = ..., wrapping: _Optional[_Union[KeyWrapping, str]] = ..., public_key: _Optional[bytes] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class GetEncryptionKeysRequest(_message.Message):
    __slots__ = ["header"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ...) -> None: ...

class GetEncryptionKeysResponse(_message.Message):
    __slots__ = ["account", "algorithms", "header", "keys", "message_age_seconds_max", "required", "server_unix_ms"]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ALGORITHMS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_AGE_SECONDS_MAX_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SERVER_UNIX_MS_FIELD_NUMBER: _ClassVar[int]
    account: str
    algorithms: _containers.RepeatedScalarFieldContainer[_common_pb2.ContentAlgorithm]
    header: _common_pb2.ResponseHeader
    keys: _containers.RepeatedCompositeFieldContainer[EncryptionKey]
    message_age_seconds_max: int
    required: bool
    server_unix_ms: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., keys: _Optional[_Iterable[_Union[EncryptionKey, _Mapping]]] = ..., account: _Optional[str] = ..., algorithms: _Optional[_Iterable[_Union[_common_pb2.ContentAlgorithm, str]]] = ..., server_unix_ms: _Optional[int] = ..., message_age_seconds_max: _Optional[int] = ..., required: bool = ...) -> None: ...

class KeyWrapping(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
