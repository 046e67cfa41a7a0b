from idv.v1 import common_pb2 as _common_pb2
from idv.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

BANK_CARD_TYPE_CREDIT: BankCardType
BANK_CARD_TYPE_DEBIT: BankCardType
BANK_CARD_TYPE_PREPAID: BankCardType
BANK_CARD_TYPE_SEMI_CREDIT: BankCardType
BANK_CARD_TYPE_UNKNOWN: BankCardType
CARD_SIDE_BACK: CardSide
CARD_SIDE_FRONT: CardSide
CARD_SIDE_UNSPECIFIED: CardSide
DESCRIPTOR: _descriptor.FileDescriptor
DOCUMENT_KIND_BANK_CARD: DocumentKind
DOCUMENT_KIND_FOREIGNER_PERMANENT_RESIDENCE_BACK: DocumentKind
DOCUMENT_KIND_FOREIGNER_PERMANENT_RESIDENCE_FRONT: DocumentKind
DOCUMENT_KIND_HMT_RESIDENCE_PERMIT_BACK: DocumentKind
DOCUMENT_KIND_HMT_RESIDENCE_PERMIT_FRONT: DocumentKind
DOCUMENT_KIND_MAINLAND_TRAVEL_PERMIT_BACK: DocumentKind
DOCUMENT_KIND_MAINLAND_TRAVEL_PERMIT_FRONT: DocumentKind
DOCUMENT_KIND_PASSPORT: DocumentKind
DOCUMENT_KIND_RESIDENT_ID_BACK: DocumentKind
DOCUMENT_KIND_RESIDENT_ID_FRONT: DocumentKind
DOCUMENT_KIND_TEMPORARY_ID_BACK: DocumentKind
DOCUMENT_KIND_TEMPORARY_ID_FRONT: DocumentKind
DOCUMENT_KIND_UNKNOWN: DocumentKind
ID_CARD_TYPE_FOREIGNER_PERMANENT_RESIDENCE: IdCardType
ID_CARD_TYPE_HMT_RESIDENCE_PERMIT: IdCardType
ID_CARD_TYPE_RESIDENT: IdCardType
ID_CARD_TYPE_TEMPORARY: IdCardType
ID_CARD_TYPE_UNSPECIFIED: IdCardType
MACHINE_READABLE_FORMAT_EXIT_ENTRY_PERMIT: MachineReadableFormat
MACHINE_READABLE_FORMAT_TD1: MachineReadableFormat
MACHINE_READABLE_FORMAT_TD3: MachineReadableFormat
MACHINE_READABLE_FORMAT_UNKNOWN: MachineReadableFormat
REFLECTION_PLACE_FIELD: ReflectionPlace
REFLECTION_PLACE_NATIONAL_EMBLEM: ReflectionPlace
REFLECTION_PLACE_OTHER: ReflectionPlace
REFLECTION_PLACE_PORTRAIT: ReflectionPlace
REFLECTION_PLACE_UNSPECIFIED: ReflectionPlace

class BankCard(_message.Message):
    __slots__ = ["expiry", "image", "issuer", "number"]
    EXPIRY_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    expiry: DocumentField
    image: DocumentImage
    issuer: BankCardIssuer
    number: DocumentField
    def __init__(self, image: _Optional[_Union[DocumentImage, _Mapping]] = ..., number: _Optional[_Union[DocumentField, _Mapping]] = ..., expiry: _Optional[_Union[DocumentField, _Mapping]] = ..., issuer: _Optional[_Union[BankCardIssuer, _Mapping]] = ...) -> None: ...

class BankCardIssuer(_message.Message):
    __slots__ = ["card_type", "name", "network"]
    CARD_TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NETWORK_FIELD_NUMBER: _ClassVar[int]
    card_type: BankCardType
    name: str
    network: str
    def __init__(self, name: _Optional[str] = ..., card_type: _Optional[_Union[BankCardType, str]] = ..., network: _Optional[str] = ...) -> None: ...

class CalendarDate(_message.Message):
    __slots__ = ["day", "long_term", "month", "year"]
    DAY_FIELD_NUMBER: _ClassVar[int]
    LONG_TERM_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    day: int
    long_term: bool
    month: int
    year: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ..., long_term: bool = ...) -> None: ...

class CardWarning(_message.Message):
    __slots__ = ["advisory", "code", "fields", "polygon", "reflection_places", "score", "threshold"]
    ADVISORY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    POLYGON_FIELD_NUMBER: _ClassVar[int]
    REFLECTION_PLACES_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    advisory: bool
    code: _common_pb2.CardWarningCode
    fields: _containers.RepeatedScalarFieldContainer[str]
    polygon: _common_pb2.Polygon
    reflection_places: _containers.RepeatedScalarFieldContainer[ReflectionPlace]
    score: float
    threshold: float
    def __init__(self, code: _Optional[_Union[_common_pb2.CardWarningCode, str]] = ..., score: _Optional[float] = ..., threshold: _Optional[float] = ..., polygon: _Optional[_Union[_common_pb2.Polygon, _Mapping]] = ..., advisory: bool = ..., reflection_places: _Optional[_Iterable[_Union[ReflectionPlace, str]]] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

class ClassifiedDocument(_message.Message):
    __slots__ = ["confidence", "kind", "outline", "outline_confidence"]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    confidence: float
    kind: DocumentKind
    outline: _common_pb2.Polygon
    outline_confidence: float
    def __init__(self, kind: _Optional[_Union[DocumentKind, str]] = ..., confidence: _Optional[float] = ..., outline: _Optional[_Union[_common_pb2.Polygon, _Mapping]] = ..., outline_confidence: _Optional[float] = ...) -> None: ...

class ClassifyDocumentRequest(_message.Message):
    __slots__ = ["header", "image"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ...) -> None: ...

class ClassifyDocumentResponse(_message.Message):
    __slots__ = ["documents", "header", "height", "width"]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[ClassifiedDocument]
    header: _common_pb2.ResponseHeader
    height: int
    width: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., documents: _Optional[_Iterable[_Union[ClassifiedDocument, _Mapping]]] = ...) -> None: ...

class DocumentField(_message.Message):
    __slots__ = ["alternatives", "confidence", "date", "incomplete", "outline", "raw_value", "reflective", "repaired", "settled", "value"]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    INCOMPLETE_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    RAW_VALUE_FIELD_NUMBER: _ClassVar[int]
    REFLECTIVE_FIELD_NUMBER: _ClassVar[int]
    REPAIRED_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    alternatives: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    date: CalendarDate
    incomplete: bool
    outline: _common_pb2.Polygon
    raw_value: str
    reflective: bool
    repaired: bool
    settled: bool
    value: str
    def __init__(self, value: _Optional[str] = ..., raw_value: _Optional[str] = ..., confidence: _Optional[float] = ..., incomplete: bool = ..., reflective: bool = ..., outline: _Optional[_Union[_common_pb2.Polygon, _Mapping]] = ..., alternatives: _Optional[_Iterable[str]] = ..., repaired: bool = ..., date: _Optional[_Union[CalendarDate, _Mapping]] = ..., settled: bool = ...) -> None: ...

class DocumentImage(_message.Message):
    __slots__ = ["border_score", "card_image", "outline", "outline_confidence", "portrait", "portrait_outline", "quality", "warnings"]
    BORDER_SCORE_FIELD_NUMBER: _ClassVar[int]
    CARD_IMAGE_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    PORTRAIT_FIELD_NUMBER: _ClassVar[int]
    PORTRAIT_OUTLINE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    border_score: float
    card_image: bytes
    outline: _common_pb2.Polygon
    outline_confidence: float
    portrait: bytes
    portrait_outline: _common_pb2.Polygon
    quality: float
    warnings: _containers.RepeatedCompositeFieldContainer[CardWarning]
    def __init__(self, outline: _Optional[_Union[_common_pb2.Polygon, _Mapping]] = ..., outline_confidence: _Optional[float] = ..., quality: _Optional[float] = ..., border_score: _Optional[float] = ..., warnings: _Optional[_Iterable[_Union[CardWarning, _Mapping]]] = ..., portrait_outline: _Optional[_Union[_common_pb2.Polygon, _Mapping]] = ..., card_image: _Optional[bytes] = ..., portrait: _Optional[bytes] = ...) -> None: ...

class IdCard(_message.Message):
    __slots__ = ["address", "authority", "birth_date", "id_number", "image", "issue_count", "kind", "latin_name", "machine_readable_zone", "name", "nation", "nationality", "pass_number", "previous_number", "sex", "valid_from", "valid_period", "valid_until"]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LATIN_NAME_FIELD_NUMBER: _ClassVar[int]
    MACHINE_READABLE_ZONE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    NATION_FIELD_NUMBER: _ClassVar[int]
    PASS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_PERIOD_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    address: DocumentField
    authority: DocumentField
    birth_date: DocumentField
    id_number: DocumentField
    image: DocumentImage
    issue_count: DocumentField
    kind: DocumentKind
    latin_name: DocumentField
    machine_readable_zone: MachineReadableZone
    name: DocumentField
    nation: DocumentField
    nationality: DocumentField
    pass_number: DocumentField
    previous_number: DocumentField
    sex: DocumentField
    valid_from: DocumentField
    valid_period: DocumentField
    valid_until: DocumentField
    def __init__(self, kind: _Optional[_Union[DocumentKind, str]] = ..., image: _Optional[_Union[DocumentImage, _Mapping]] = ..., name: _Optional[_Union[DocumentField, _Mapping]] = ..., latin_name: _Optional[_Union[DocumentField, _Mapping]] = ..., sex: _Optional[_Union[DocumentField, _Mapping]] = ..., nation: _Optional[_Union[DocumentField, _Mapping]] = ..., nationality: _Optional[_Union[DocumentField, _Mapping]] = ..., birth_date: _Optional[_Union[DocumentField, _Mapping]] = ..., address: _Optional[_Union[DocumentField, _Mapping]] = ..., id_number: _Optional[_Union[DocumentField, _Mapping]] = ..., authority: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_period: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_from: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_until: _Optional[_Union[DocumentField, _Mapping]] = ..., pass_number: _Optional[_Union[DocumentField, _Mapping]] = ..., issue_count: _Optional[_Union[DocumentField, _Mapping]] = ..., previous_number: _Optional[_Union[DocumentField, _Mapping]] = ..., machine_readable_zone: _Optional[_Union[MachineReadableZone, _Mapping]] = ...) -> None: ...

class MachineReadableZone(_message.Message):
    __slots__ = ["check_digits_valid", "format", "lines"]
    CHECK_DIGITS_VALID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    check_digits_valid: bool
    format: MachineReadableFormat
    lines: _containers.RepeatedCompositeFieldContainer[DocumentField]
    def __init__(self, format: _Optional[_Union[MachineReadableFormat, str]] = ..., lines: _Optional[_Iterable[_Union[DocumentField, _Mapping]]] = ..., check_digits_valid: bool = ...) -> None: ...

class Passport(_message.Message):
    __slots__ = ["authority", "birth_date", "birth_place", "document_type", "family_name", "given_names", "image", "issue_date", "issue_place", "issuing_state", "latin_name", "machine_readable_zone", "name", "nationality", "number", "sex", "valid_until"]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    BIRTH_PLACE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    FAMILY_NAME_FIELD_NUMBER: _ClassVar[int]
    GIVEN_NAMES_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_DATE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_PLACE_FIELD_NUMBER: _ClassVar[int]
    ISSUING_STATE_FIELD_NUMBER: _ClassVar[int]
    LATIN_NAME_FIELD_NUMBER: _ClassVar[int]
    MACHINE_READABLE_ZONE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    authority: DocumentField
    birth_date: DocumentField
    birth_place: DocumentField
    document_type: DocumentField
    family_name: DocumentField
    given_names: DocumentField
    image: DocumentImage
    issue_date: DocumentField
    issue_place: DocumentField
    issuing_state: DocumentField
    latin_name: DocumentField
    machine_readable_zone: MachineReadableZone
    name: DocumentField
    nationality: DocumentField
    number: DocumentField
    sex: DocumentField
    valid_until: DocumentField
    def __init__(self, image: _Optional[_Union[DocumentImage, _Mapping]] = ..., document_type: _Optional[_Union[DocumentField, _Mapping]] = ..., issuing_state: _Optional[_Union[DocumentField, _Mapping]] = ..., number: _Optional[_Union[DocumentField, _Mapping]] = ..., name: _Optional[_Union[DocumentField, _Mapping]] = ..., latin_name: _Optional[_Union[DocumentField, _Mapping]] = ..., family_name: _Optional[_Union[DocumentField, _Mapping]] = ..., given_names: _Optional[_Union[DocumentField, _Mapping]] = ..., sex: _Optional[_Union[DocumentField, _Mapping]] = ..., nationality: _Optional[_Union[DocumentField, _Mapping]] = ..., birth_date: _Optional[_Union[DocumentField, _Mapping]] = ..., birth_place: _Optional[_Union[DocumentField, _Mapping]] = ..., issue_date: _Optional[_Union[DocumentField, _Mapping]] = ..., issue_place: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_until: _Optional[_Union[DocumentField, _Mapping]] = ..., authority: _Optional[_Union[DocumentField, _Mapping]] = ..., machine_readable_zone: _Optional[_Union[MachineReadableZone, _Mapping]] = ...) -> None: ...

class Permit(_message.Message):
    __slots__ = ["authority", "birth_date", "document_type", "id_number", "image", "issue_count", "issue_place", "kind", "latin_name", "machine_readable_zone", "name", "nationality", "number", "sex", "valid_from", "valid_period", "valid_until"]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_NUMBER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ISSUE_PLACE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LATIN_NAME_FIELD_NUMBER: _ClassVar[int]
    MACHINE_READABLE_ZONE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_PERIOD_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    authority: DocumentField
    birth_date: DocumentField
    document_type: DocumentField
    id_number: DocumentField
    image: DocumentImage
    issue_count: DocumentField
    issue_place: DocumentField
    kind: DocumentKind
    latin_name: DocumentField
    machine_readable_zone: MachineReadableZone
    name: DocumentField
    nationality: DocumentField
    number: DocumentField
    sex: DocumentField
    valid_from: DocumentField
    valid_period: DocumentField
    valid_until: DocumentField
    def __init__(self, kind: _Optional[_Union[DocumentKind, str]] = ..., image: _Optional[_Union[DocumentImage, _Mapping]] = ..., document_type: _Optional[_Union[DocumentField, _Mapping]] = ..., name: _Optional[_Union[DocumentField, _Mapping]] = ..., latin_name: _Optional[_Union[DocumentField, _Mapping]] = ..., number: _Optional[_Union[DocumentField, _Mapping]] = ..., sex: _Optional[_Union[DocumentField, _Mapping]] = ..., birth_date: _Optional[_Union[DocumentField, _Mapping]] = ..., nationality: _Optional[_Union[DocumentField, _Mapping]] = ..., authority: _Optional[_Union[DocumentField, _Mapping]] = ..., issue_place: _Optional[_Union[DocumentField, _Mapping]] = ..., issue_count: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_period: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_from: _Optional[_Union[DocumentField, _Mapping]] = ..., valid_until: _Optional[_Union[DocumentField, _Mapping]] = ..., id_number: _Optional[_Union[DocumentField, _Mapping]] = ..., machine_readable_zone: _Optional[_Union[MachineReadableZone, _Mapping]] = ...) -> None: ...

class ReadingOptions(_message.Message):
    __slots__ = ["check_dates", "repair", "want_card_image", "want_portrait", "warnings"]
    CHECK_DATES_FIELD_NUMBER: _ClassVar[int]
    REPAIR_FIELD_NUMBER: _ClassVar[int]
    WANT_CARD_IMAGE_FIELD_NUMBER: _ClassVar[int]
    WANT_PORTRAIT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    check_dates: bool
    repair: bool
    want_card_image: bool
    want_portrait: bool
    warnings: _containers.RepeatedScalarFieldContainer[_common_pb2.CardWarningCode]
    def __init__(self, want_card_image: bool = ..., want_portrait: bool = ..., warnings: _Optional[_Iterable[_Union[_common_pb2.CardWarningCode, str]]] = ..., repair: bool = ..., check_dates: bool = ...) -> None: ...

class RecognizeBankCardRequest(_message.Message):
    __slots__ = ["header", "image", "options"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    options: ReadingOptions
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., options: _Optional[_Union[ReadingOptions, _Mapping]] = ...) -> None: ...

class RecognizeBankCardResponse(_message.Message):
    __slots__ = ["card", "header", "height", "width"]
    CARD_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    card: BankCard
    header: _common_pb2.ResponseHeader
    height: int
    width: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., card: _Optional[_Union[BankCard, _Mapping]] = ...) -> None: ...

class RecognizeIdCardRequest(_message.Message):
    __slots__ = ["card_type", "header", "image", "options", "several_cards", "side"]
    CARD_TYPE_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SEVERAL_CARDS_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    card_type: IdCardType
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    options: ReadingOptions
    several_cards: bool
    side: CardSide
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., side: _Optional[_Union[CardSide, str]] = ..., card_type: _Optional[_Union[IdCardType, str]] = ..., several_cards: bool = ..., options: _Optional[_Union[ReadingOptions, _Mapping]] = ...) -> None: ...

class RecognizeIdCardResponse(_message.Message):
    __slots__ = ["cards", "header", "height", "width"]
    CARDS_FIELD_NUMBER: _ClassVar[int]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    cards: _containers.RepeatedCompositeFieldContainer[IdCard]
    header: _common_pb2.ResponseHeader
    height: int
    width: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., cards: _Optional[_Iterable[_Union[IdCard, _Mapping]]] = ...) -> None: ...

class RecognizePassportRequest(_message.Message):
    __slots__ = ["header", "image", "options"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    options: ReadingOptions
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., options: _Optional[_Union[ReadingOptions, _Mapping]] = ...) -> None: ...

class RecognizePassportResponse(_message.Message):
    __slots__ = ["header", "height", "passport", "width"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PASSPORT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    height: int
    passport: Passport
    width: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., passport: _Optional[_Union[Passport, _Mapping]] = ...) -> None: ...

class RecognizePermitRequest(_message.Message):
    __slots__ = ["header", "image", "options", "side"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.RequestHeader
    image: _common_pb2.Media
    options: ReadingOptions
    side: CardSide
    def __init__(self, header: _Optional[_Union[_common_pb2.RequestHeader, _Mapping]] = ..., image: _Optional[_Union[_common_pb2.Media, _Mapping]] = ..., side: _Optional[_Union[CardSide, str]] = ..., options: _Optional[_Union[ReadingOptions, _Mapping]] = ...) -> None: ...

class RecognizePermitResponse(_message.Message):
    __slots__ = ["header", "height", "permit", "width"]
    HEADER_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    PERMIT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    header: _common_pb2.ResponseHeader
    height: int
    permit: Permit
    width: int
    def __init__(self, header: _Optional[_Union[_common_pb2.ResponseHeader, _Mapping]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., permit: _Optional[_Union[Permit, _Mapping]] = ...) -> None: ...

class CardSide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class IdCardType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class BankCardType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class MachineReadableFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DocumentKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ReflectionPlace(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
