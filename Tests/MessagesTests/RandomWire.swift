// Random messages of any type as wire bytes: fields in any order, packed or not, unknown ones
// between.

internal import Messages

/// Makes random wire bytes that a proto3 reader must accept.
struct RandomWire {
  var random: SeededRandom
  /// Longest text and bytes values.
  var runBytesMax = 40

  mutating func message(_ type: MessageDescriptor, depth: Int = 0) -> [UInt8] {
    var wire = WireBytes()
    for field in type.fields.shuffled(using: &random) where random.oneIn(depth == 0 ? 2 : 6) {
      if field.kind.isMessage && depth >= 4 { continue }
      if random.oneIn(8) { unknown(type, &wire) }
      switch field.cardinality {
      case .singular, .optional, .oneof:
        one(field.number, field.kind, depth, &wire)
        // A later value replaces an earlier one, except that messages would be merged: refused
        // here.
        if !field.kind.isMessage && random.oneIn(5) { one(field.number, field.kind, depth, &wire) }
      case .repeated, .packed:
        many(field, depth, &wire)
      case .map(let key):
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          wire.length(field.number, entry(key, field.kind, depth))
        }
      }
    }
    return wire.bytes
  }

  private mutating func entry(_ key: FieldKind, _ value: FieldKind, _ depth: Int) -> [UInt8] {
    var wire = WireBytes()
    if !random.oneIn(6) { one(1, key, depth, &wire) }
    if !random.oneIn(6) { one(2, value, depth, &wire) }
    return wire.bytes
  }

  private mutating func many(_ field: FieldDescriptor, _ depth: Int, _ wire: inout WireBytes) {
    let count = Int.random(in: 0...(random.oneIn(10) ? 60 : 4), using: &random)
    guard field.kind.isPackable && random.oneIn(2) else {
      for _ in 0..<(field.kind.isMessage ? min(count, 3) : count) {
        one(field.number, field.kind, depth, &wire)
      }
      return
    }
    var run = WireBytes()
    for _ in 0..<count { scalar(field.kind, &run) }
    wire.length(field.number, run.bytes)
  }

  private mutating func one(
    _ number: Int32, _ kind: FieldKind, _ depth: Int, _ wire: inout WireBytes
  ) {
    switch kind {
    case .string: wire.length(number, Array(text().utf8))
    case .bytes: wire.length(number, blob())
    case .message(let type): wire.length(number, message(type(), depth: depth + 1))
    default:
      wire.tag(number, kind.testWireType)
      scalar(kind, &wire)
    }
  }

  private mutating func scalar(_ kind: FieldKind, _ wire: inout WireBytes) {
    let bits =
      Bool.random(using: &random)
      ? UInt64.random(in: 0...300, using: &random) : random.next()
    switch kind {
    case .double: wire.fixed(Double.random(in: -1e9...1e9, using: &random).bitPattern)
    case .float: wire.fixed(Float.random(in: -1e6...1e6, using: &random).bitPattern)
    case .fixed64, .sfixed64: wire.fixed(bits)
    case .fixed32, .sfixed32: wire.fixed(UInt32(truncatingIfNeeded: bits))
    case .bool: wire.varint(bits & 1)
    case .uint32, .sint32: wire.varint(UInt64(UInt32(truncatingIfNeeded: bits)))
    case .int32, .enumeration:
      // Negative numbers are written with all 64 bits.
      wire.varint(UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: bits))))
    default: wire.varint(bits)
    }
  }

  private mutating func text() -> String {
    let alphabet = Array("aZ09 ~é±ß中文字🙂\u{7F}\u{800}\u{FFFF}\u{10FFFF}")
    let count = Int.random(in: 0...runBytesMax, using: &random)
    return String((0..<count).map { _ in alphabet.randomElement(using: &random)! })
  }

  private mutating func blob() -> [UInt8] {
    let count = Int.random(
      in: 0...(random.oneIn(4) ? 4 * runBytesMax : runBytesMax), using: &random)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private mutating func unknown(_ type: MessageDescriptor, _ wire: inout WireBytes) {
    let number = Int32.random(in: 30_000...40_000, using: &random)
    guard type.field(number) == nil else { return }
    switch Int.random(in: 0...3, using: &random) {
    case 0:
      wire.tag(number, 0)
      wire.varint(random.next())
    case 1:
      wire.tag(number, 1)
      wire.fixed(random.next())
    case 2: wire.length(number, blob())
    default:
      wire.tag(number, 5)
      wire.fixed(UInt32(truncatingIfNeeded: random.next()))
    }
  }
}

extension FieldKind {
  var isMessage: Bool { if case .message = self { true } else { false } }

  var isPackable: Bool {
    switch self {
    case .string, .bytes, .message: false
    default: true
    }
  }

  fileprivate var testWireType: UInt8 {
    switch self {
    case .double, .fixed64, .sfixed64: 1
    case .float, .fixed32, .sfixed32: 5
    case .string, .bytes, .message: 2
    default: 0
    }
  }
}
