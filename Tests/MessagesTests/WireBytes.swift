// Wire bytes made by hand: independent of the code under test.

internal import Vocabulary

/// Collects the wire form of a message field by field.
struct WireBytes {
  var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func tag(_ number: Int32, _ wireType: UInt8) {
    varint(UInt64(number) << 3 | UInt64(wireType))
  }

  mutating func length(_ number: Int32, _ payload: [UInt8]) {
    tag(number, 2)
    varint(UInt64(payload.count))
    bytes += payload
  }

  mutating func fixed<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  /// A message of the fields that `fill` writes.
  static func made(_ fill: (inout WireBytes) -> Void) -> [UInt8] {
    var wire = WireBytes()
    fill(&wire)
    return wire.bytes
  }

  /// `depth` messages inside each other through field `number`.
  static func nested(_ number: Int32, depth: Int) -> [UInt8] {
    var pieces: [[UInt8]] = []
    var size = 0
    for _ in 0..<depth {
      var head = WireBytes()
      head.tag(number, 2)
      head.varint(UInt64(size))
      pieces.append(head.bytes)
      size += head.bytes.count
    }
    return pieces.reversed().flatMap { $0 }
  }
}
