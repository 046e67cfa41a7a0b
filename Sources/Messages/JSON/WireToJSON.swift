// From wire bytes to JSON text.

/// Writes messages that the scan has passed.
struct WireToJSON {
  let wire: UnsafeRawBufferPointer
  let defaults: Bool
  let pretty: Bool
  private(set) var text = ""
  private var depth = 0

  init(wire: UnsafeRawBufferPointer, defaults: Bool, pretty: Bool) {
    self.wire = wire
    self.defaults = defaults
    self.pretty = pretty
  }

  /// One value as it stands on the wire.
  private enum Value {
    case number(UInt64)
    case run(Range<Int>)
  }

  /// The message in `range`, as an object.
  mutating func message(_ type: MessageDescriptor, _ range: Range<Int>) {
    let values = fields(range, type)
    var isFirst = true
    open("{")
    for field in type.fields {
      let found = values[field.number] ?? []
      guard !found.isEmpty || (defaults && field.cardinality.hasDefault) else { continue }
      if case .singular = field.cardinality, !defaults, isZero(found.last) { continue }
      key(field.jsonName, &isFirst)
      switch field.cardinality {
      case .singular, .optional, .oneof: value(field.kind, found.last ?? zero(field.kind))
      case .repeated, .packed: array(field.kind, elements(field.kind, found))
      case .map(let keyKind): map(keyKind, field.kind, found)
      }
    }
    close("}", isEmpty: isFirst)
  }

  /// Values by field number, in the order of the wire. Of a oneof only the last member is kept.
  private func fields(_ range: Range<Int>, _ type: MessageDescriptor?) -> [Int32: [Value]] {
    var result: [Int32: [Value]] = [:]
    var chosen: [String: Int32] = [:]
    var at = range.lowerBound
    while at < range.upperBound {
      let tag = varint(&at)
      let number = Int32(tag >> 3)
      if case .oneof(let name)? = type?.field(number)?.cardinality {
        if let other = chosen[name], other != number { result[other] = nil }
        chosen[name] = number
      }
      result[number, default: []].append(next(UInt8(tag & 7), &at))
    }
    return result
  }

  private func next(_ wireType: UInt8, _ at: inout Int) -> Value {
    switch wireType {
    case 0:
      return .number(varint(&at))
    case 1:
      defer { at += 8 }
      return .number(UInt64(littleEndian: wire.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
    case 5:
      defer { at += 4 }
      return .number(
        UInt64(UInt32(littleEndian: wire.loadUnaligned(fromByteOffset: at, as: UInt32.self))))
    default:
      let count = Int(varint(&at))
      defer { at += count }
      return .run(at..<at + count)
    }
  }

  private func varint(_ at: inout Int) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while wire[at] & 0x80 != 0 {
      result |= UInt64(wire[at] & 0x7F) << shift
      shift += 7
      at += 1
    }
    result |= UInt64(wire[at]) << shift
    at += 1
    return result
  }

  /// Single values of a repeated field, packed runs taken apart.
  private func elements(_ kind: FieldKind, _ found: [Value]) -> [Value] {
    guard kind.wireType != 2 else { return found }
    return found.flatMap { value -> [Value] in
      guard case .run(let range) = value else { return [value] }
      var values: [Value] = []
      var at = range.lowerBound
      while at < range.upperBound { values.append(next(kind.wireType, &at)) }
      return values
    }
  }

  private func isZero(_ value: Value?) -> Bool {
    switch value {
    case .number(let number)?: number == 0
    case .run(let range)?: range.isEmpty
    case nil: false
    }
  }

  private func zero(_ kind: FieldKind) -> Value { kind.wireType == 2 ? .run(0..<0) : .number(0) }

  private mutating func array(_ kind: FieldKind, _ values: [Value]) {
    open("[")
    for (index, element) in values.enumerated() {
      separate(isFirst: index == 0)
      value(kind, element)
    }
    close("]", isEmpty: values.isEmpty)
  }

  private mutating func map(_ keyKind: FieldKind, _ kind: FieldKind, _ entries: [Value]) {
    var order: [String] = []
    var values: [String: Value] = [:]
    for case .run(let range) in entries {
      let parts = fields(range, nil)
      let key = plain(keyKind, parts[1]?.last ?? zero(keyKind))
      if values.updateValue(parts[2]?.last ?? zero(kind), forKey: key) == nil { order.append(key) }
    }
    var isFirst = true
    open("{")
    for name in order {
      key(name, &isFirst)
      value(kind, values[name]!)
    }
    close("}", isEmpty: isFirst)
  }

  private mutating func value(_ kind: FieldKind, _ value: Value) {
    switch (kind, value) {
    case (.message(let type), .run(let range)): message(type(), range)
    case (.bytes, .run(let range)):
      text += "\"" + Base64.text(of: UnsafeRawBufferPointer(rebasing: wire[range])) + "\""
    case (.string, _), (.int64, _), (.uint64, _), (.sint64, _), (.fixed64, _), (.sfixed64, _):
      quoted(plain(kind, value))
    case (.double, .number(let bits)): real(Double(bitPattern: bits), plain(kind, value))
    case (.float, .number(let bits)):
      real(Float(bitPattern: UInt32(truncatingIfNeeded: bits)), plain(kind, value))
    case (.enumeration(let type), .number(let bits)):
      let number = Int32(truncatingIfNeeded: bits)
      if let name = type().name(of: number) { quoted(name) } else { text += String(number) }
    default: text += plain(kind, value)
    }
  }

  private mutating func real(_ number: some BinaryFloatingPoint, _ plain: String) {
    if number.isNaN {
      quoted("NaN")
    } else if number.isInfinite {
      quoted(number > 0 ? "Infinity" : "-Infinity")
    } else {
      text += plain
    }
  }

  /// The value as text without quotes.
  private func plain(_ kind: FieldKind, _ value: Value) -> String {
    switch value {
    case .run(let range): String(decoding: wire[range], as: UTF8.self)
    case .number(let bits): Self.plain(kind, bits)
    }
  }

  private static func plain(_ kind: FieldKind, _ bits: UInt64) -> String {
    let low = UInt32(truncatingIfNeeded: bits)
    return switch kind {
    case .double: "\(Double(bitPattern: bits))"
    case .float: "\(Float(bitPattern: low))"
    case .bool: bits == 0 ? "false" : "true"
    case .int32, .sfixed32, .enumeration: "\(Int32(bitPattern: low))"
    case .int64, .sfixed64: "\(Int64(bitPattern: bits))"
    case .sint32: "\(Int32(bitPattern: low >> 1) ^ -Int32(bitPattern: low & 1))"
    case .sint64: "\(Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1))"
    case .uint32, .fixed32: "\(low)"
    case .uint64, .fixed64, .string, .bytes, .message: "\(bits)"
    }
  }

  private mutating func quoted(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private mutating func key(_ name: String, _ isFirst: inout Bool) {
    separate(isFirst: isFirst)
    isFirst = false
    quoted(name)
    text += pretty ? ": " : ":"
  }

  private mutating func separate(isFirst: Bool) {
    if !isFirst { text += "," }
    newLine()
  }

  private mutating func open(_ bracket: String) {
    text += bracket
    depth += 1
  }

  private mutating func close(_ bracket: String, isEmpty: Bool) {
    depth -= 1
    if !isEmpty { newLine() }
    text += bracket
  }

  private mutating func newLine() {
    if pretty { text += "\n" + String(repeating: "  ", count: depth) }
  }
}

extension FieldCardinality {
  /// Whether an absent field has a value to show.
  fileprivate var hasDefault: Bool {
    switch self {
    case .singular, .repeated, .packed, .map: true
    case .optional, .oneof: false
    }
  }
}
