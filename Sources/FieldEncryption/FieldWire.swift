// Messages as they stand on the wire, field by field, without trusting them.

/// One field of a message.
struct WireField {
  let number: Int32
  let wireType: UInt8
  /// Tag and all.
  let whole: Range<Int>
  /// Without tag and length.
  let content: Range<Int>
}

/// Goes through the fields of a message, or of a part of one.
struct WireFields {
  private let wire: UnsafeRawBufferPointer
  private let end: Int
  private var at: Int
  /// Something is there that is not a field; nothing more is given.
  private(set) var isDamaged = false

  init(_ wire: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.wire = wire
    at = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end, or when it is damaged.
  mutating func next() -> WireField? {
    guard at < end, !isDamaged else { return nil }
    let start = at
    guard let tag = varint(), tag >> 3 >= 1, tag >> 3 <= UInt64(WireText.fieldNumberMax) else {
      return damaged()
    }
    var content = at
    switch tag & 7 {
    case 0:
      guard varint() != nil else { return damaged() }
    case 1:
      guard end - at >= 8 else { return damaged() }
      at += 8
    case 2:
      guard let count = varint(), count <= UInt64(end - at) else { return damaged() }
      content = at
      at += Int(count)
    case 5:
      guard end - at >= 4 else { return damaged() }
      at += 4
    default:
      return damaged()
    }
    return WireField(
      number: Int32(tag >> 3), wireType: UInt8(tag & 7), whole: start..<at, content: content..<at)
  }

  private mutating func damaged() -> WireField? {
    isDamaged = true
    return nil
  }

  private mutating func varint() -> UInt64? {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while at < end, shift < 64 {
      let byte = wire[at]
      at += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
    return nil
  }
}

/// Pieces of wire text.
enum WireText {
  /// Protobuf's.
  static let fieldNumberMax = 1 << 29 - 1

  /// The tag of a field with a length, and the length.
  static func opening(_ number: Int32, _ count: Int) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(count))
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }
}
