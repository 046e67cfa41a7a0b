// The little of the protobuf wire format that envelopes need, read and written by hand.

internal import Vocabulary

/// Reads fields from a run of bytes: `nextTag`, then the one call that fits it. What is not protobuf ends the
/// reading and sets `isMalformed`.
struct ProtoReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// Whether something was read that is not protobuf.
  private(set) var isMalformed = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The tag of a length-delimited field.
  static func bytes(_ number: UInt64) -> UInt64 { number << 3 | 2 }

  /// The tag of a varint field.
  static func varint(_ number: UInt64) -> UInt64 { number << 3 }

  /// The next field's tag (number and wire type), nil at the end or where the bytes stop making sense.
  @inline(__always)
  mutating func nextTag() -> UInt64? {
    guard offset < bytes.count, !isMalformed else { return nil }
    let tag = varint()
    guard tag >> 3 != 0, tag >> 32 == 0 else {
      isMalformed = true
      return nil
    }
    return tag
  }

  /// The range of a length-delimited field's content; empty when malformed.
  @inline(__always)
  mutating func range() -> Range<Int> {
    let length = varint()
    guard !isMalformed, length <= UInt64(bytes.count - offset) else {
      isMalformed = true
      return 0..<0
    }
    let start = offset
    offset += Int(length)
    return start..<offset
  }

  /// The content of a length-delimited field, lying in the bytes that are read.
  mutating func slice() -> UnsafeRawBufferPointer {
    let range = range()
    return UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// Reads the name of a message encoding; nil for one that we do not know. Apart from the loop that calls it, which
  /// envelopes without a name go through as well.
  @inline(never)
  mutating func encoding() -> MessageEncoding? {
    let name = slice()
    if name.isEmpty { return .identity }
    return MessageEncoding.allCases.first { name.elementsEqual($0.name.utf8) }
  }

  /// Passes over the value of a field that means nothing to us. Groups are refused.
  mutating func skip(_ tag: UInt64) {
    switch tag & 7 {
    case 0: _ = varint()
    case 1: if !skip(bytes: 8) { isMalformed = true }
    case 2: _ = range()
    case 5: if !skip(bytes: 4) { isMalformed = true }
    default: isMalformed = true
    }
  }

  private mutating func skip(bytes count: Int) -> Bool {
    guard bytes.count - offset >= count else { return false }
    offset += count
    return true
  }

  /// The value of a varint field; 0 when malformed.
  @inline(__always)
  mutating func varint() -> UInt64 {
    guard offset < bytes.count else {
      isMalformed = true
      return 0
    }
    let first = bytes[offset]
    if first < 0x80 {
      offset += 1
      return UInt64(first)
    }
    return longVarint()
  }

  private mutating func longVarint() -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard offset < bytes.count else { break }
      let byte = bytes[offset]
      offset += 1
      if shift == 63 && byte > 1 { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    isMalformed = true
    return 0
  }
}

/// Writes fields to memory whose size was computed before.
struct ProtoWriter {
  private(set) var cursor: UnsafeMutableRawPointer

  init(_ start: UnsafeMutableRawPointer) { cursor = start }

  /// Bytes of `value` as a varint.
  @inline(__always)
  static func varintSize(_ value: UInt64) -> Int {
    (70 - (value | 1).leadingZeroBitCount) / 7
  }

  /// Bytes of a length-delimited field with `count` bytes of content; 0 for an absent one.
  @inline(__always)
  static func fieldSize(_ number: UInt64, _ count: Int) -> Int {
    varintSize(number << 3) + varintSize(UInt64(count)) + count
  }

  mutating func byte(_ value: UInt8) {
    cursor.storeBytes(of: value, as: UInt8.self)
    cursor += 1
  }

  @inline(__always)
  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      byte(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    byte(UInt8(value))
  }

  mutating func varintField(_ number: UInt64, _ value: UInt64) {
    varint(number << 3)
    varint(value)
  }

  /// Tag and length of a length-delimited field; the content follows.
  mutating func fieldHead(_ number: UInt64, _ count: Int) {
    varint(number << 3 | 2)
    varint(UInt64(count))
  }

  mutating func raw(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    cursor.copyMemory(from: source, byteCount: bytes.count)
    cursor += bytes.count
  }

  mutating func text(_ value: String) {
    var value = value
    value.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
  }

  mutating func textField(_ number: UInt64, _ value: String) {
    fieldHead(number, value.utf8.count)
    text(value)
  }
}
