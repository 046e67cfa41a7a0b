from idv.v1 import common_pb2 as _common_pb2
from idv.v1 import options_pb2 as _options_pb2
from idv.v1 import documents_pb2 as _documents_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

AGE_RANGE_FROM_16_TO_18: AgeRange
AGE_RANGE_FROM_18: AgeRange
AGE_RANGE_FROM_8_TO_16: AgeRange
AGE_RANGE_UNDER_8: AgeRange
AGE_RANGE_UNSPECIFIED: AgeRange
BANK_ACCOUNT_KIND_CREDIT: BankAccountKind
BANK_ACCOUNT_KIND_DEBIT: BankAccountKind
BANK_ACCOUNT_KIND_PREPAID: BankAccountKind
BANK_ACCOUNT_KIND_QUASI_CREDIT: BankAccountKind
BANK_ACCOUNT_KIND_UNSPECIFIED: BankAccountKind
CARRIER_CHINA_BROADNET: Carrier
CARRIER_CHINA_MOBILE: Carrier
CARRIER_CHINA_TELECOM: Carrier
CARRIER_CHINA_UNICOM: Carrier
CARRIER_UNSPECIFIED: Carrier
DESCRIPTOR: _descriptor.FileDescriptor
ELEMENT_NOTICE_CARD_CHECK_DIGIT: ElementNotice
ELEMENT_NOTICE_LOWER_CASE_X: ElementNotice
ELEMENT_NOTICE_NAME_BLANKS: ElementNotice
ELEMENT_NOTICE_NAME_SEPARATOR: ElementNotice
ELEMENT_NOTICE_OLD_NUMBER: ElementNotice
ELEMENT_NOTICE_RARE_CHARACTERS: ElementNotice
ELEMENT_NOTICE_UNSPECIFIED: ElementNotice
ELEMENT_PART_CHARACTER: ElementPart
ELEMENT_PART_CHECK_DIGIT: ElementPart
ELEMENT_PART_DATE: ElementPart
ELEMENT_PART_DATE_IN_FUTURE: ElementPart
ELEMENT_PART_DIGIT: ElementPart
ELEMENT_PART_LENGTH: ElementPart
ELEMENT_PART_MACHINE_NUMBER: ElementPart
ELEMENT_PART_ORDER: ElementPart
ELEMENT_PART_PREFIX: ElementPart
ELEMENT_PART_PRIVATE_USE: ElementPart
ELEMENT_PART_SEPARATOR: ElementPart
ELEMENT_PART_UNSPECIFIED: ElementPart
ELEMENT_RESULT_ADULT: ElementResult
ELEMENT_RESULT_BAD_CARD: ElementResult
ELEMENT_RESULT_BAD_DATES: ElementResult
ELEMENT_RESULT_BAD_HASH: ElementResult
ELEMENT_RESULT_BAD_ID: ElementResult
ELEMENT_RESULT_BAD_NAME: ElementResult
ELEMENT_RESULT_BAD_PHONE: ElementResult
ELEMENT_RESULT_CARD_ABNORMAL: ElementResult
ELEMENT_RESULT_CARD_CONFISCATED: ElementResult
ELEMENT_RESULT_CARD_DORMANT: ElementResult
ELEMENT_RESULT_CARD_EXPIRED: ElementResult
ELEMENT_RESULT_CARD_FRAUD_RETAINED: ElementResult
ELEMENT_RESULT_CARD_INVALID: ElementResult
ELEMENT_RESULT_CARD_ISSUER_REFUSED: ElementResult
ELEMENT_RESULT_CARD_KIND_UNSUPPORTED: ElementResult
ELEMENT_RESULT_CARD_LOST: ElementResult
ELEMENT_RESULT_CARD_NOT_FOUND: ElementResult
ELEMENT_RESULT_CARD_NO_ISSUER: ElementResult
ELEMENT_RESULT_CARD_NO_PHONE_ON_FILE: ElementResult
ELEMENT_RESULT_CARD_PIN_TRIES: ElementResult
ELEMENT_RESULT_CARD_RESTRICTED: ElementResult
ELEMENT_RESULT_CARD_SECRET_WRONG: ElementResult
ELEMENT_RESULT_DAILY_LIMIT: ElementResult
ELEMENT_RESULT_DOCUMENT_UNSUPPORTED: ElementResult
ELEMENT_RESULT_FOUND: ElementResult
ELEMENT_RESULT_HOLDER_INFO_WRONG: ElementResult
ELEMENT_RESULT_IDENTITY_INVALID: ElementResult
ELEMENT_RESULT_MATCH: ElementResult
ELEMENT_RESULT_MINOR: ElementResult
ELEMENT_RESULT_MISMATCH: ElementResult
ELEMENT_RESULT_MISMATCH_NAME_ID: ElementResult
ELEMENT_RESULT_MISMATCH_OTHER: ElementResult
ELEMENT_RESULT_MISMATCH_PHONE_ID: ElementResult
ELEMENT_RESULT_MISMATCH_PHONE_NAME: ElementResult
ELEMENT_RESULT_MISMATCH_PHONE_NAME_ID: ElementResult
ELEMENT_RESULT_NO_CARD_NOT_PRESENT: ElementResult
ELEMENT_RESULT_NO_RECORD: ElementResult
ELEMENT_RESULT_NO_SUCH_NUMBER: ElementResult
ELEMENT_RESULT_OWNER_CHANGED: ElementResult
ELEMENT_RESULT_OWNER_PENDING: ElementResult
ELEMENT_RESULT_REFUSED_BY_LIST: ElementResult
ELEMENT_RESULT_SAME_OWNER: ElementResult
ELEMENT_RESULT_SEGMENT_UNSUPPORTED: ElementResult
ELEMENT_RESULT_TIME_UNAVAILABLE: ElementResult
ELEMENT_RESULT_UNSPECIFIED: ElementResult
HASH_ALGORITHM_MD5: HashAlgorithm
HASH_ALGORITHM_SHA256: HashAlgorithm
HASH_ALGORITHM_SM3: HashAlgorithm
HASH_ALGORITHM_UNSPECIFIED: HashAlgorithm
PHONE_STATUS_CANCELLED: PhoneStatus
PHONE_STATUS_INDETERMINATE: PhoneStatus
PHONE_STATUS_NORMAL: PhoneStatus
PHONE_STATUS_NOT_ON_NET: PhoneStatus
PHONE_STATUS_ON_NET_UNUSABLE: PhoneStatus
PHONE_STATUS_SUSPENDED: PhoneStatus
PHONE_STATUS_UNSPECIFIED: PhoneStatus
PHONE_TIME_FROM_12_TO_24: PhoneTime
PHONE_TIME_FROM_24: PhoneTime
PHONE_TIME_FROM_3_TO_6: PhoneTime
PHONE_TIME_FROM_6_TO_12: PhoneTime
PHONE_TIME_UNDER_3: PhoneTime
PHONE_TIME_UNSPECIFIED: PhoneTime

class CheckBankCardRequest(_message.Message):
    __slots__ = ["bank_card", "header", "id_number", "name", "phone"]
    BANK_CARD_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    bank_card: str
    header: _common_pb2.RequestHeader
    id_number: str
    name: str
    phone: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., bank_card: _Optional[str] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ..., phone: _Optional[str] = ...) -> None: ...

class CheckBankCardResponse(_message.Message):
    __slots__ = ["header", "outcome"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ...) -> None: ...

class CheckIdCardRequest(_message.Message):
    __slots__ = ["card", "header", "stop_on", "want_fields"]
    CARD_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    STOP_ON_FIELD_NUMBER: _ClassVar[int]
    WANT_FIELDS_FIELD_NUMBER: _ClassVar[int]
    card: _common_pb2.Media
    header: _common_pb2.RequestHeader
    stop_on: _containers.RepeatedScalarFieldContainer[_common_pb2.CardWarningCode]
    want_fields: bool
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., card: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., stop_on: _Optional[_Iterable[_Union[_common_pb2.CardWarningCode, str]]] = ..., want_fields: bool = ...) -> None: ...

class CheckIdCardResponse(_message.Message):
    __slots__ = ["card", "header", "outcome", "reasons"]
    CARD_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    card: _documents_pb2.IdCard
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    reasons: _containers.RepeatedCompositeFieldContainer[_common_pb2.Reason]
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., reasons: _Optional[_Iterable[_Union[_common_pb2.Reason, _Mapping]]] = ..., card: _Optional[_Union[_documents_pb2.IdCard, _Mapping]] = ...) -> None: ...

class CheckMinorRequest(_message.Message):
    __slots__ = ["header", "id_number", "name", "phone"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    id_number: str
    name: str
    phone: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., phone: _Optional[str] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ...) -> None: ...

class CheckMinorResponse(_message.Message):
    __slots__ = ["age", "header", "outcome"]
    AGE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    age: AgeRange
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., age: _Optional[_Union[AgeRange, str]] = ...) -> None: ...

class CheckNameIdDatesRequest(_message.Message):
    __slots__ = ["header", "id_number", "name", "valid_from", "valid_until"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    id_number: str
    name: str
    valid_from: str
    valid_until: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_until: _Optional[str] = ...) -> None: ...

class CheckNameIdDatesResponse(_message.Message):
    __slots__ = ["header", "outcome"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ...) -> None: ...

class CheckNameIdRequest(_message.Message):
    __slots__ = ["header", "id_number", "name"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    id_number: str
    name: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ...) -> None: ...

class CheckNameIdResponse(_message.Message):
    __slots__ = ["header", "outcome"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ...) -> None: ...

class CheckPhoneNameRequest(_message.Message):
    __slots__ = ["header", "name", "phone"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    name: str
    phone: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., phone: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class CheckPhoneNameResponse(_message.Message):
    __slots__ = ["header", "outcome"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ...) -> None: ...

class CheckPhoneRecycledRequest(_message.Message):
    __slots__ = ["header", "phone", "since"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    phone: str
    since: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., phone: _Optional[str] = ..., since: _Optional[str] = ...) -> None: ...

class CheckPhoneRecycledResponse(_message.Message):
    __slots__ = ["carrier", "header", "outcome"]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    carrier: Carrier
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., carrier: _Optional[_Union[Carrier, str]] = ...) -> None: ...

class CheckPhoneRequest(_message.Message):
    __slots__ = ["carrier", "detailed", "hash", "header", "id_number", "name", "phone"]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    DETAILED_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    carrier: Carrier
    detailed: bool
    hash: HashAlgorithm
    header: _common_pb2.RequestHeader
    id_number: str
    name: str
    phone: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., phone: _Optional[str] = ..., name: _Optional[str] = ..., id_number: _Optional[str] = ..., detailed: bool = ..., carrier: _Optional[_Union[Carrier, str]] = ..., hash: _Optional[_Union[HashAlgorithm, str]] = ...) -> None: ...

class CheckPhoneResponse(_message.Message):
    __slots__ = ["carrier", "header", "outcome"]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    carrier: Carrier
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., carrier: _Optional[_Union[Carrier, str]] = ...) -> None: ...

class ElementCharge(_message.Message):
    __slots__ = ["billable", "result_is_billable", "sku", "units"]
    BILLABLE_FIELD_NUMBER: _ClassVar[int]
    RESULT_IS_BILLABLE_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    billable: bool
    result_is_billable: bool
    sku: str
    units: int
    def __init__(self, billable: bool = ..., sku: _Optional[str] = ..., units: _Optional[int] = ..., result_is_billable: bool = ...) -> None: ...

class ElementLimit(_message.Message):
    __slots__ = ["field", "limit", "remaining", "resets_at_ms"]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    RESETS_AT_MS_FIELD_NUMBER: _ClassVar[int]
    field: str
    limit: int
    remaining: int
    resets_at_ms: int
    def __init__(self, field: _Optional[str] = ..., limit: _Optional[int] = ..., remaining: _Optional[int] = ..., resets_at_ms: _Optional[int] = ...) -> None: ...

class ElementOutcome(_message.Message):
    __slots__ = ["charge", "compat_code", "limits", "mismatched", "notices", "problems", "result", "sandbox", "source"]
    CHARGE_FIELD_NUMBER: _ClassVar[int]
    COMPAT_CODE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    MISMATCHED_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    charge: ElementCharge
    compat_code: int
    limits: _containers.RepeatedCompositeFieldContainer[ElementLimit]
    mismatched: _containers.RepeatedScalarFieldContainer[str]
    notices: _containers.RepeatedScalarFieldContainer[ElementNotice]
    problems: _containers.RepeatedCompositeFieldContainer[ElementProblem]
    result: ElementResult
    sandbox: bool
    source: str
    def __init__(self, result: _Optional[_Union[ElementResult, str]] = ..., problems: _Optional[_Iterable[_Union[ElementProblem, _Mapping]]] = ..., notices: _Optional[_Iterable[_Union[ElementNotice, str]]] = ..., mismatched: _Optional[_Iterable[str]] = ..., charge: _Optional[_Union[ElementCharge, _Mapping]] = ..., limits: _Optional[_Iterable[_Union[ElementLimit, _Mapping]]] = ..., source: _Optional[str] = ..., sandbox: bool = ..., compat_code: _Optional[int] = ...) -> None: ...

class ElementProblem(_message.Message):
    __slots__ = ["field", "part", "position"]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    field: str
    part: ElementPart
    position: int
    def __init__(self, field: _Optional[str] = ..., part: _Optional[_Union[ElementPart, str]] = ..., position: _Optional[int] = ...) -> None: ...

class GetBankCardInfoRequest(_message.Message):
    __slots__ = ["bank_card", "header"]
    BANK_CARD_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    bank_card: str
    header: _common_pb2.RequestHeader
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., bank_card: _Optional[str] = ...) -> None: ...

class GetBankCardInfoResponse(_message.Message):
    __slots__ = ["bank", "header", "kind", "outcome"]
    BANK_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    bank: str
    header: _common_pb2.ResponseHeader
    kind: BankAccountKind
    outcome: ElementOutcome
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., bank: _Optional[str] = ..., kind: _Optional[_Union[BankAccountKind, str]] = ...) -> None: ...

class GetPhoneStatusRequest(_message.Message):
    __slots__ = ["header", "phone"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    phone: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., phone: _Optional[str] = ...) -> None: ...

class GetPhoneStatusResponse(_message.Message):
    __slots__ = ["carrier", "header", "outcome", "status"]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    carrier: Carrier
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    status: PhoneStatus
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., status: _Optional[_Union[PhoneStatus, str]] = ..., carrier: _Optional[_Union[Carrier, str]] = ...) -> None: ...

class GetPhoneTimeRequest(_message.Message):
    __slots__ = ["header", "phone"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    phone: str
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., phone: _Optional[str] = ...) -> None: ...

class GetPhoneTimeResponse(_message.Message):
    __slots__ = ["carrier", "header", "outcome", "time"]
    CARRIER_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    carrier: Carrier
    header: _common_pb2.ResponseHeader
    outcome: ElementOutcome
    time: PhoneTime
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., outcome: _Optional[_Union[ElementOutcome, _Mapping]] = ..., time: _Optional[_Union[PhoneTime, str]] = ..., carrier: _Optional[_Union[Carrier, str]] = ...) -> None: ...

class ElementResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ElementPart(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ElementNotice(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class HashAlgorithm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Carrier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class PhoneTime(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class PhoneStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class BankAccountKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AgeRange(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
