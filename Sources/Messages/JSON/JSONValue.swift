// A strict reader of JSON (RFC 8259), small enough to be read in one sitting.

/// A JSON value. Numbers keep their text, so that 64-bit integers keep all their digits.
indirect enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One key of an object; keys are unique.
  struct Member: Equatable {
    let key: String
    let value: JSONValue
  }

  /// Parses all of `text`. Refuses what RFC 8259 does not allow, keys given twice, nesting deeper
  /// than `JSONLimits.depthMax`, and texts longer than `JSONLimits.textBytesMax`.
  init(parsing text: String) throws(JSONError) {
    var parser = try JSONParser(text)
    self = try parser.document()
  }

  /// All values that stand one after the other in `text`.
  static func all(in text: String) throws(JSONError) -> [JSONValue] {
    var parser = try JSONParser(text)
    return try parser.documents()
  }

  /// What kind of value it is, for messages.
  var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// Where the parser stands in a text.
private struct JSONParser {
  let bytes: [UInt8]
  var at = 0
  var depth = 0

  init(_ text: String) throws(JSONError) {
    guard text.utf8.count <= JSONLimits.textBytesMax else {
      throw JSONError("", "The JSON text is longer than \(JSONLimits.textBytesMax) bytes.")
    }
    bytes = Array(text.utf8)
  }

  mutating func documents() throws(JSONError) -> [JSONValue] {
    var values: [JSONValue] = []
    skipSpace()
    while at < bytes.count {
      values.append(try value())
      skipSpace()
    }
    return values
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard at == bytes.count else { throw wrong("something follows the value") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    guard let next = peek else { throw wrong("the text ends where a value should be") }
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw wrong("no value begins like this")
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    try enter()
    var members: [JSONValue.Member] = []
    var keys: Set<String> = []
    while try !closes(UInt8(ascii: "}"), first: members.isEmpty) {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw wrong("a key in quotes should be here") }
      let key = try string()
      guard keys.insert(key).inserted else { throw wrong("the key \(key) is given twice") }
      skipSpace()
      try expect(UInt8(ascii: ":"), "a colon should follow the key")
      members.append(JSONValue.Member(key: key, value: try value()))
    }
    return .object(members)
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    try enter()
    var values: [JSONValue] = []
    while try !closes(UInt8(ascii: "]"), first: values.isEmpty) { values.append(try value()) }
    return .array(values)
  }

  /// Steps over the opening bracket.
  private mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= JSONLimits.depthMax else {
      throw wrong("values are nested deeper than \(JSONLimits.depthMax) levels")
    }
    at += 1
  }

  /// Steps over the closing bracket, or over the comma in front of what is not the first.
  private mutating func closes(_ bracket: UInt8, first: Bool) throws(JSONError) -> Bool {
    skipSpace()
    if peek == bracket {
      at += 1
      depth -= 1
      return true
    }
    if !first { try expect(UInt8(ascii: ","), "a comma or a closing bracket should be here") }
    return false
  }

  private mutating func string() throws(JSONError) -> String {
    at += 1
    var content: [UInt8] = []
    while let byte = peek {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
      case 0..<0x20: throw wrong("a control character stands in a string; escape it")
      default: content.append(byte)
      }
    }
    throw wrong("the text ends inside a string")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    guard let byte = peek else { throw wrong("the text ends inside an escape") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw wrong("no escape begins like this")
    }
  }

  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, peek == UInt8(ascii: "\\") else { throw wrong("half a surrogate pair") }
    at += 1
    try expect(UInt8(ascii: "u"), "half a surrogate pair")
    let second = try fourDigits()
    guard (0xDC00...0xDFFF).contains(second) else { throw wrong("half a surrogate pair") }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    guard at + 4 <= bytes.count else { throw wrong("the text ends inside an escape") }
    var value: UInt32 = 0
    for byte in bytes[at..<at + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw wrong("four hexadecimal digits should be here")
      }
      value = value << 4 | UInt32(digit)
    }
    at += 4
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = at
    if peek == UInt8(ascii: "-") { at += 1 }
    if peek == UInt8(ascii: "0") {
      at += 1
    } else {
      try digits()
    }
    if peek == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private mutating func digits() throws(JSONError) {
    let start = at
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
    guard at > start else { throw wrong("a digit should be here") }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[at...].starts(with: word.utf8) else { throw wrong("no value begins like this") }
    at += word.utf8.count
    return value
  }

  private mutating func expect(_ byte: UInt8, _ complaint: String) throws(JSONError) {
    guard peek == byte else { throw wrong(complaint) }
    at += 1
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private func wrong(_ complaint: String) -> JSONError {
    let before = bytes[..<min(at, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return JSONError("", "Not JSON: line \(line), column \(column): \(complaint).")
  }
}
