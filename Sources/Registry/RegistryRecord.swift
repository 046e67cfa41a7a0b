// What an entry says: codes of the elements beside it and a few words about it; one byte layout for every database.

package import Vocabulary

/// Whether an identity exists as the authority has it.
package enum IdentityStatus: UInt8, Sendable, CaseIterable {
  case valid = 1
  /// Cancelled: the holder has died, left, or has another number now.
  case invalid = 2
}

extension ElementResult {
  /// Whether it is something that an issuer says against a card.
  package var isIssuersRefusal: Bool {
    (ElementResult.holderInfoWrong.rawValue...ElementResult.cardAbnormal.rawValue).contains(
      rawValue)
  }
}

/// A month from January 2000 (1) on; 0: not known. Two bytes hold them until the year 7461.
package struct RegistryMonth: Sendable, Hashable {
  package let count: UInt16

  package init(count: UInt16) { self.count = count }

  /// Six digits, `YYYYMM`, from 200001 on; nil for other text.
  package init?(digits: some StringProtocol) {
    guard digits.utf8.count == 6, let number = Int(digits), (1...12).contains(number % 100),
      (2000...7460).contains(number / 100)
    else { return nil }
    count = UInt16((number / 100 - 2000) * 12 + number % 100)
  }

  /// Nil if not known.
  package var yearAndMonth: (year: Int, month: Int)? {
    count == 0 ? nil : (2000 + (Int(count) - 1) / 12, (Int(count) - 1) % 12 + 1)
  }
}

/// What is held of one identity, phone number or card.
package enum RegistryRecord: Sendable, Equatable {
  case identity(
    status: IdentityStatus, name: ElementTag?, validity: ElementTag?,
    portrait: SealedPortrait? = nil)
  case phone(
    status: PhoneStatus?, carrier: PhoneCarrier?, since: RegistryMonth, ownerSince: RegistryMonth,
    name: ElementTag?, idNumber: ElementTag?)
  /// `refusal`: what the issuer says against the card; nil: nothing.
  case card(
    refusal: ElementResult?, account: BankCardKind?, name: ElementTag?, idNumber: ElementTag?,
    phone: ElementTag?)

  /// The layout's number, in every value's first byte: that of all records without a portrait, and of those with one.
  private static let layout: UInt8 = 1
  private static let portraitLayout: UInt8 = 2

  /// Whether a value that `write` began holds a portrait.
  static func hasPortrait(_ value: UnsafeRawBufferPointer) -> Bool { value.first == portraitLayout }

  /// Layout, kind, words, which tags there are, the tags; of a portrait its length and bytes.
  package func write(to bytes: UnsafeMutableRawBufferPointer) -> Int {
    var writer = ByteWriter(bytes)
    switch self {
    case .identity(let status, let name, let validity, let portrait):
      writer.put(portrait == nil ? Self.layout : Self.portraitLayout)
      writer.put(EntryKind.identity.rawValue)
      writer.put(status.rawValue)
      writer.put([name, validity])
      if let portrait { writer.put(portrait.bytes) }
    case .phone(let status, let carrier, let since, let ownerSince, let name, let idNumber):
      writer.put(Self.layout)
      writer.put(EntryKind.phone.rawValue)
      writer.put(UInt8(status?.rawValue ?? 0))
      writer.put(UInt8(carrier?.rawValue ?? 0))
      writer.put(since.count)
      writer.put(ownerSince.count)
      writer.put([name, idNumber])
    case .card(let refusal, let account, let name, let idNumber, let phone):
      writer.put(Self.layout)
      writer.put(EntryKind.card.rawValue)
      writer.put(UInt8(refusal?.rawValue ?? 0))
      writer.put(UInt8(account?.rawValue ?? 0))
      writer.put([name, idNumber, phone])
    }
    return writer.count
  }

  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: RegistryLimits.recordBytesMax) { buffer, count in
      count = write(to: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Nil unless every byte is as `write` writes it: what is damaged is no answer.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    var reader = ByteReader(bytes)
    guard let layout = reader.byte(), layout == Self.layout || layout == Self.portraitLayout,
      let kind = reader.byte().flatMap(EntryKind.init(rawValue:)),
      layout == Self.layout || kind == .identity
    else { return nil }
    switch kind {
    case .identity:
      guard let status = reader.byte().flatMap(IdentityStatus.init(rawValue:)),
        let tags = reader.tags(2)
      else { return nil }
      var portrait: SealedPortrait?
      if layout == Self.portraitLayout {
        guard let held = reader.portrait() else { return nil }
        portrait = held
      }
      self = .identity(status: status, name: tags[0], validity: tags[1], portrait: portrait)
    case .phone:
      guard let status = reader.word(PhoneStatus.init(rawValue:)),
        let carrier = reader.word(PhoneCarrier.init(rawValue:)),
        let since = reader.month(), let ownerSince = reader.month(), let tags = reader.tags(2)
      else { return nil }
      self = .phone(
        status: status, carrier: carrier, since: since, ownerSince: ownerSince, name: tags[0],
        idNumber: tags[1])
    case .card:
      guard let refusal = reader.word(ElementResult.init(rawValue:)),
        refusal?.isIssuersRefusal ?? true,
        let account = reader.word(BankCardKind.init(rawValue:)), let tags = reader.tags(3)
      else { return nil }
      self = .card(
        refusal: refusal, account: account, name: tags[0], idNumber: tags[1], phone: tags[2])
    }
    guard reader.isAtEnd else { return nil }
  }

  package init?(_ bytes: [UInt8]) {
    guard let record = bytes.withUnsafeBytes({ RegistryRecord($0) }) else { return nil }
    self = record
  }
}

/// Writes a record. The buffer must hold `RegistryLimits.recordBytesMax`.
private struct ByteWriter {
  private let bytes: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(_ bytes: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count >= RegistryLimits.recordBytesMax)
    self.bytes = bytes
  }

  mutating func put(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  mutating func put(_ number: UInt16) {
    put(UInt8(number >> 8))
    put(UInt8(number & 0xFF))
  }

  /// Their count and the bytes.
  mutating func put(_ portrait: [UInt8]) {
    put(UInt16(portrait.count))
    UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).copyBytes(from: portrait)
    count += portrait.count
  }

  /// A byte with a bit for each tag that is there, the first lowest, and those tags.
  mutating func put(_ tags: [ElementTag?]) {
    put(tags.enumerated().reduce(UInt8(0)) { $0 | ($1.element == nil ? 0 : 1 << UInt8($1.offset)) })
    for case let tag? in tags {
      bytes.storeBytes(of: tag.high.bigEndian, toByteOffset: count, as: UInt64.self)
      bytes.storeBytes(of: tag.low.bigEndian, toByteOffset: count + 8, as: UInt32.self)
      count += RegistryLimits.tagBytes
    }
  }
}

/// Reads a record; nil where there is no more.
private struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// A word of a closed set: nil inside for 0; nil for what is none.
  mutating func word<Word>(_ make: (Int32) -> Word?) -> Word?? {
    guard let byte = byte() else { return nil }
    if byte == 0 { return .some(nil) }
    return make(Int32(byte)).map { .some($0) }
  }

  mutating func month() -> RegistryMonth? {
    guard let high = byte(), let low = byte() else { return nil }
    return RegistryMonth(count: UInt16(high) << 8 | UInt16(low))
  }

  mutating func portrait() -> SealedPortrait? {
    guard let high = byte(), let low = byte() else { return nil }
    let end = position + (Int(high) << 8 | Int(low))
    guard end <= bytes.count else { return nil }
    defer { position = end }
    return SealedPortrait(Array(bytes[position..<end]))
  }

  mutating func tags(_ count: Int) -> [ElementTag?]? {
    guard let mask = byte(), mask < 1 << UInt8(count) else { return nil }
    var tags: [ElementTag?] = []
    for bit in 0..<count {
      guard mask & (1 << UInt8(bit)) != 0 else {
        tags.append(nil)
        continue
      }
      guard position + RegistryLimits.tagBytes <= bytes.count else { return nil }
      let slice = bytes[position..<position + RegistryLimits.tagBytes]
      tags.append(ElementTag(UnsafeRawBufferPointer(rebasing: slice)))
      position += RegistryLimits.tagBytes
    }
    return tags
  }
}
