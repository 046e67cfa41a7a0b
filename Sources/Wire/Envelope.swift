// Request and Response: the protobuf envelopes inside REQUEST and RESPONSE frames, parsed and written by hand.
//
// The message itself is never decoded nor copied here: it is a range of the envelope on its way in, and a
// reference behind the envelope's head on its way out.

internal import Vocabulary

/// What is wrong with metadata.
enum MetadataFault: Error, Equatable { case tooManyPairs, tooManyBytes, badKey, badValue }

/// A parsed Request{1 service, 2 method, 3 payload, 4 timeout_nano, 5 metadata, 100 encoding}.
struct RequestEnvelope {
  var service = 0..<0
  var method = 0..<0
  var payload = 0..<0
  var timeoutNanos: Int64 = 0
  var metadata = Metadata()
  var metadataFault: MetadataFault?
  /// What those of the sender's messages that say so are packed with; nil for what we do not know.
  var encoding: MessageEncoding? = .identity
  /// Whether the bytes are not protobuf; the rest then means nothing. Not an optional: that would be a copy for each call.
  let isMalformed: Bool

  /// Ranges are positions in `bytes`.
  init(_ bytes: UnsafeRawBufferPointer, limits: borrowing WireLimits, profile: Profile) {
    var reader = ProtoReader(bytes)
    var collector = MetadataCollector(limits, profile)
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.bytes(1): service = reader.range()
      case ProtoReader.bytes(2): method = reader.range()
      case ProtoReader.bytes(3): payload = reader.range()
      case ProtoReader.varint(4): timeoutNanos = Int64(bitPattern: reader.varint())
      case ProtoReader.bytes(5): collector.add(reader.slice())
      case ProtoReader.bytes(100): encoding = reader.encoding()
      default: reader.skip(tag)
      }
    }
    isMalformed = reader.isMalformed || collector.isMalformed
    metadata = collector.metadata
    metadataFault = collector.fault
  }
}

/// A parsed Response{1 status{1 code, 2 message, 3 details}, 2 payload, 100 trailers, 101 encoding}.
struct ResponseEnvelope {
  /// Nil when the call succeeded.
  var error: ServiceError?
  var payload = 0..<0
  var trailers = Metadata()
  /// What those of the sender's messages that say so are packed with; nil for what we do not know.
  var encoding: MessageEncoding? = .identity

  /// Nil if `bytes` are not protobuf.
  init?(_ bytes: UnsafeRawBufferPointer, limits: borrowing WireLimits, profile: Profile) {
    var reader = ProtoReader(bytes)
    var collector = MetadataCollector(limits, profile)
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.bytes(1):
        guard StatusMessage.parse(reader.slice(), &error) else { return nil }
      case ProtoReader.bytes(2): payload = reader.range()
      case ProtoReader.bytes(100): collector.add(reader.slice())
      case ProtoReader.bytes(101): encoding = reader.encoding()
      default: reader.skip(tag)
      }
    }
    // Trailers over our limits are dropped: the answer itself is worth more.
    guard !reader.isMalformed, !collector.isMalformed else { return nil }
    trailers = collector.fault == nil ? collector.metadata : Metadata()
  }
}

/// A parsed HEADERS payload {1 metadata, 100 encoding}.
struct HeadersEnvelope {
  var metadata = Metadata()
  /// What those of the sender's messages that say so are packed with; nil for what we do not know.
  var encoding: MessageEncoding? = .identity

  /// Nil if `bytes` are not protobuf.
  init?(_ bytes: UnsafeRawBufferPointer, limits: borrowing WireLimits) {
    var reader = ProtoReader(bytes)
    var collector = MetadataCollector(limits, .native)
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.bytes(1): collector.add(reader.slice())
      case ProtoReader.bytes(100): encoding = reader.encoding()
      default: reader.skip(tag)
      }
    }
    // Headers over our limits are dropped, like trailers.
    guard !reader.isMalformed, !collector.isMalformed else { return nil }
    metadata = collector.fault == nil ? collector.metadata : Metadata()
  }
}

/// Parses repeated KeyValue{1 key, 2 value}, keeping within the limits.
struct MetadataCollector {
  private let bytesMax: Int
  private let pairsMax: Int
  private let isLowering: Bool
  private(set) var metadata = Metadata()
  private(set) var fault: MetadataFault?
  private(set) var isMalformed = false
  private var bytesCounted = 0

  init(_ limits: borrowing WireLimits, _ profile: Profile) {
    bytesMax = limits.metadataBytesMax
    pairsMax = limits.metadataPairsMax
    // Stock ttrpc clients may send capitals.
    isLowering = profile == .compat
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard fault == nil else { return }
    var reader = ProtoReader(bytes)
    var key = 0..<0
    var value = 0..<0
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.bytes(1): key = reader.range()
      case ProtoReader.bytes(2): value = reader.range()
      default: reader.skip(tag)
      }
    }
    guard !reader.isMalformed else {
      isMalformed = true
      return
    }
    bytesCounted += key.count + value.count + MetadataRules.pairOverheadBytes
    if bytesCounted > bytesMax { fault = .tooManyBytes }
    if metadata.pairs.count == pairsMax { fault = .tooManyPairs }
    guard fault == nil else { return }
    guard
      let name = MetadataRules.key(
        UnsafeRawBufferPointer(rebasing: bytes[key]), lowering: isLowering)
    else {
      fault = .badKey
      return
    }
    guard let text = MetadataRules.value(UnsafeRawBufferPointer(rebasing: bytes[value])) else {
      fault = .badValue
      return
    }
    metadata.pairs.append((name, text))
  }
}

/// What metadata may look like; PROTOCOL.md, "Metadata".
enum MetadataRules {
  /// Charged for each pair beside its bytes, as HTTP/2 does.
  static let pairOverheadBytes = 32

  /// The key as text, nil if it breaks the rules. Stock ttrpc clients may send capitals: `lowering` accepts them.
  static func key(_ bytes: UnsafeRawBufferPointer, lowering: Bool) -> String? {
    guard !bytes.isEmpty else { return nil }
    let allowed = bytes.allSatisfy { isKeyByte($0) || (lowering && (0x41...0x5A).contains($0)) }
    guard allowed else { return nil }
    let name = String(decoding: bytes, as: UTF8.self)
    return lowering ? name.lowercased() : name
  }

  /// The value as text, nil if it is not UTF-8 or holds control characters.
  static func value(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// What is wrong with metadata that we are to send, nil if nothing is.
  static func fault(_ metadata: Metadata, bytesMax: Int, pairsMax: Int) -> MetadataFault? {
    if metadata.pairs.count > pairsMax { return .tooManyPairs }
    var bytes = 0
    for (key, value) in metadata.pairs {
      guard !key.isEmpty, key.utf8.allSatisfy(isKeyByte) else { return .badKey }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return .badValue }
      bytes += key.utf8.count + value.utf8.count + pairOverheadBytes
    }
    return bytes > bytesMax ? .tooManyBytes : nil
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2E
      || byte == 0x2D
  }

  /// Bytes of `metadata` as a repeated KeyValue in field `number`.
  static func size(_ metadata: Metadata, field number: UInt64) -> Int {
    metadata.pairs.reduce(0) { $0 + ProtoWriter.fieldSize(number, pairSize($1)) }
  }

  static func write(_ metadata: Metadata, field number: UInt64, to writer: inout ProtoWriter) {
    for pair in metadata.pairs {
      writer.fieldHead(number, pairSize(pair))
      writer.textField(1, pair.key)
      writer.textField(2, pair.value)
    }
  }

  private static func pairSize(_ pair: (key: String, value: String)) -> Int {
    ProtoWriter.fieldSize(1, pair.key.utf8.count) + ProtoWriter.fieldSize(2, pair.value.utf8.count)
  }
}

/// google.rpc.Status{1 code, 2 message, 3 repeated Any details{1 type_url, 2 value}}, with
/// idv.v1.ErrorDetail as its detail.
enum StatusMessage {
  static let detailURL = "type.googleapis.com/idv.v1.ErrorDetail"
  /// Longest message text taken from a peer, or sent to one.
  static let messageBytesMax = 4096
  /// Longest field or limit of a detail that is sent. With the largest metadata all of it fits a native frame of
  /// the assumed size.
  static let detailTextBytesMax = 512
  /// Of a request id: hexadecimal digits.
  private static let requestIDBytes = 32

  /// `error` with no text longer than may be sent.
  static func bounded(_ error: ServiceError) -> ServiceError {
    let detail = error.detail
    guard
      error.message.utf8.count > messageBytesMax || detail.field.utf8.count > detailTextBytesMax
        || detail.limit.utf8.count > detailTextBytesMax
    else { return error }
    var cut = detail
    cut.field = prefix(detail.field, detailTextBytesMax)
    cut.limit = prefix(detail.limit, detailTextBytesMax)
    return ServiceError(error.code, prefix(error.message, messageBytesMax), cut, cause: error.cause)
  }

  /// The longest start of `text` within `bytesMax` that ends with a whole scalar.
  private static func prefix(_ text: String, _ bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var result = String.UnicodeScalarView()
    var bytes = 0
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > bytesMax { break }
      result.append(scalar)
    }
    return String(result)
  }

  static func size(_ error: ServiceError) -> Int {
    var size = ProtoWriter.varintSize(8) + ProtoWriter.varintSize(UInt64(error.code.rawValue))
    if !error.message.isEmpty { size += ProtoWriter.fieldSize(2, error.message.utf8.count) }
    return size + ProtoWriter.fieldSize(3, anySize(error.detail))
  }

  static func write(_ error: ServiceError, to writer: inout ProtoWriter) {
    writer.varintField(1, UInt64(error.code.rawValue))
    if !error.message.isEmpty { writer.textField(2, error.message) }
    writer.fieldHead(3, anySize(error.detail))
    writer.textField(1, detailURL)
    writer.fieldHead(2, detailSize(error.detail))
    let detail = error.detail
    writer.textField(1, detail.symbol.rawValue)
    if !detail.field.isEmpty { writer.textField(2, detail.field) }
    if !detail.limit.isEmpty { writer.textField(3, detail.limit) }
    if detail.advice != .none { writer.varintField(4, UInt64(detail.advice.rawValue)) }
    if detail.retryable { writer.varintField(5, 1) }
    if detail.retryAfterMillis > 0 { writer.varintField(6, UInt64(detail.retryAfterMillis)) }
    if let id = detail.requestID { writer.textField(7, id.description) }
  }

  private static func anySize(_ detail: ErrorDetail) -> Int {
    ProtoWriter.fieldSize(1, detailURL.utf8.count) + ProtoWriter.fieldSize(2, detailSize(detail))
  }

  private static func detailSize(_ detail: ErrorDetail) -> Int {
    var size = ProtoWriter.fieldSize(1, detail.symbol.rawValue.utf8.count)
    if !detail.field.isEmpty { size += ProtoWriter.fieldSize(2, detail.field.utf8.count) }
    if !detail.limit.isEmpty { size += ProtoWriter.fieldSize(3, detail.limit.utf8.count) }
    if detail.advice != .none { size += 1 + ProtoWriter.varintSize(UInt64(detail.advice.rawValue)) }
    if detail.retryable { size += 2 }
    if detail.retryAfterMillis > 0 {
      size += 1 + ProtoWriter.varintSize(UInt64(detail.retryAfterMillis))
    }
    if detail.requestID != nil { size += ProtoWriter.fieldSize(7, requestIDBytes) }
    return size
  }

  /// Reads a Status into `error`; code 0 leaves it nil. False if the bytes are not protobuf.
  static func parse(_ bytes: UnsafeRawBufferPointer, _ error: inout ServiceError?) -> Bool {
    var reader = ProtoReader(bytes)
    var code: UInt64 = 0
    var message = ""
    var detail: ErrorDetail?
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.varint(1): code = reader.varint()
      case ProtoReader.bytes(2):
        message = String(decoding: reader.slice().prefix(messageBytesMax), as: UTF8.self)
      case ProtoReader.bytes(3):
        let any = reader.slice()
        if detail == nil { detail = parseAny(any) }
      default: reader.skip(tag)
      }
    }
    guard !reader.isMalformed else { return false }
    guard code != 0 else { return true }
    let known = UInt32(exactly: code).flatMap(StatusCode.init(rawValue:)) ?? .unknown
    error = ServiceError(known, message, detail ?? ErrorDetail(ErrorSymbol(implied: known)))
    return true
  }

  private static func parseAny(_ bytes: UnsafeRawBufferPointer) -> ErrorDetail? {
    var reader = ProtoReader(bytes)
    var isOurs = false
    var content = 0..<0
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.bytes(1): isOurs = reader.slice().elementsEqual(detailURL.utf8)
      case ProtoReader.bytes(2): content = reader.range()
      default: reader.skip(tag)
      }
    }
    guard isOurs, !reader.isMalformed else { return nil }
    return parseDetail(UnsafeRawBufferPointer(rebasing: bytes[content]))
  }

  private static func parseDetail(_ bytes: UnsafeRawBufferPointer) -> ErrorDetail? {
    var reader = ProtoReader(bytes)
    var detail = ErrorDetail(.internalFault)
    while let tag = reader.nextTag() {
      switch tag {
      case ProtoReader.bytes(1):
        // A symbol newer than this client: the status code still says what kind of error it is.
        let name = String(decoding: reader.slice().prefix(64), as: UTF8.self)
        detail.symbol = ErrorSymbol(rawValue: name) ?? .internalFault
      case ProtoReader.bytes(2):
        detail.field = String(decoding: reader.slice().prefix(messageBytesMax), as: UTF8.self)
      case ProtoReader.bytes(3):
        detail.limit = String(decoding: reader.slice().prefix(messageBytesMax), as: UTF8.self)
      case ProtoReader.varint(4):
        detail.advice = Int32(exactly: reader.varint()).flatMap(NextAction.init(rawValue:)) ?? .none
      case ProtoReader.varint(5): detail.retryable = reader.varint() != 0
      case ProtoReader.varint(6): detail.retryAfterMillis = UInt32(clamping: reader.varint())
      case ProtoReader.bytes(7):
        let digits = reader.slice().prefix(requestIDBytes + 1)
        detail.requestID = CallID(String(decoding: digits, as: UTF8.self))
      default: reader.skip(tag)
      }
    }
    return reader.isMalformed ? nil : detail
  }
}

extension ErrorSymbol {
  /// What a status without our detail most likely means: a stock ttrpc server, or a CANCEL.
  init(implied code: StatusCode) {
    switch code {
    case .ok, .unknown, .internal, .dataLoss, .aborted: self = .internalFault
    case .cancelled: self = .cancelled
    case .invalidArgument: self = .malformedMessage
    case .deadlineExceeded: self = .deadlineExceeded
    case .notFound, .alreadyExists, .failedPrecondition, .outOfRange: self = .outOfRange
    case .permissionDenied: self = .notPermitted
    case .resourceExhausted: self = .overloaded
    case .unimplemented: self = .unknownMethod
    case .unavailable: self = .notServing
    case .unauthenticated: self = .noAccount
    }
  }
}
