// The little of the protobuf wire format that envelopes need, read and written by hand.

/// Reads fields from a run of bytes. A malformed run yields `.malformed` once and nothing after it.
struct ProtoReader {
  enum Value {
    case varint(UInt64)
    /// Range within the bytes given at `init`.
    case bytes(Range<Int>)
    /// Fixed 32 or 64 bits: skipped, nothing in an envelope uses them.
    case fixed
  }

  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// Whether something was read that is not protobuf.
  private(set) var isMalformed = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next field, nil at the end or where the bytes stop making sense.
  @inline(__always)
  mutating func next() -> (number: UInt64, value: Value)? {
    guard offset < bytes.count, let tag = varint(), tag >> 3 != 0, tag >> 32 == 0 else {
      isMalformed = isMalformed || offset < bytes.count
      return nil
    }
    switch tag & 7 {
    case 0:
      guard let value = varint() else { return fail() }
      return (tag >> 3, .varint(value))
    case 1:
      guard skip(8) else { return fail() }
      return (tag >> 3, .fixed)
    case 2:
      guard let length = varint(), length <= UInt64(bytes.count - offset) else { return fail() }
      let start = offset
      offset += Int(length)
      return (tag >> 3, .bytes(start..<offset))
    case 5:
      guard skip(4) else { return fail() }
      return (tag >> 3, .fixed)
    default:
      return fail()
    }
  }

  private mutating func fail() -> (number: UInt64, value: Value)? {
    isMalformed = true
    return nil
  }

  private mutating func skip(_ count: Int) -> Bool {
    guard bytes.count - offset >= count else { return false }
    offset += count
    return true
  }

  @inline(__always)
  private mutating func varint() -> UInt64? {
    guard offset < bytes.count else {
      isMalformed = true
      return nil
    }
    let first = bytes[offset]
    if first < 0x80 {
      offset += 1
      return UInt64(first)
    }
    return longVarint()
  }

  private mutating func longVarint() -> UInt64? {
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
    return nil
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
