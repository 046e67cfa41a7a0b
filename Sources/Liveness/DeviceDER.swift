// A reader of DER, as far as attestations need it. Strict: what is not the one right form is refused.

/// Why bytes are not DER.
struct DERFault: Error, Equatable {}

/// A tag: its class and form in the two and one highest bits, its number.
struct DERTag: Equatable {
  /// 0 universal, 2 context.
  var kind: UInt8
  var isConstructed: Bool
  var number: Int

  static let boolean = DERTag(kind: 0, isConstructed: false, number: 1)
  static let integer = DERTag(kind: 0, isConstructed: false, number: 2)
  static let octets = DERTag(kind: 0, isConstructed: false, number: 4)
  static let enumerated = DERTag(kind: 0, isConstructed: false, number: 10)
  static let sequence = DERTag(kind: 0, isConstructed: true, number: 16)
  static let set = DERTag(kind: 0, isConstructed: true, number: 17)

  static func context(_ number: Int) -> DERTag {
    DERTag(kind: 2, isConstructed: true, number: number)
  }
}

/// Reads values one after the other. Never reads outside its bytes, never recurses.
struct DERReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Whether nothing is left.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next value, whatever it is.
  mutating func next() throws(DERFault) -> (tag: DERTag, content: ArraySlice<UInt8>) {
    let tag = try readTag()
    let length = try readLength()
    guard length <= rest.count else { throw DERFault() }
    let content = rest.prefix(length)
    rest = rest.dropFirst(length)
    return (tag, content)
  }

  /// The content of the next value, which must have this tag.
  mutating func next(_ wanted: DERTag) throws(DERFault) -> ArraySlice<UInt8> {
    let (tag, content) = try next()
    guard tag == wanted else { throw DERFault() }
    return content
  }

  /// The next value as a small number that is not negative.
  mutating func number(_ tag: DERTag = .integer) throws(DERFault) -> Int {
    try Self.number(try next(tag))
  }

  /// The next value as a boolean: 0 or 255.
  mutating func boolean() throws(DERFault) -> Bool {
    let content = try next(.boolean)
    guard content.count == 1, let byte = content.first, byte == 0 || byte == 0xFF else {
      throw DERFault()
    }
    return byte != 0
  }

  /// What stands in a SEQUENCE or SET.
  mutating func inside(_ tag: DERTag) throws(DERFault) -> DERReader { DERReader(try next(tag)) }

  /// Nothing may be left.
  func end() throws(DERFault) {
    guard rest.isEmpty else { throw DERFault() }
  }

  /// An INTEGER's content, at most seven bytes, not negative, in its shortest form.
  static func number(_ content: ArraySlice<UInt8>) throws(DERFault) -> Int {
    guard let first = content.first, content.count <= 7, first < 0x80 else { throw DERFault() }
    if first == 0, content.count > 1, content[content.startIndex + 1] < 0x80 { throw DERFault() }
    return content.reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func readByte() throws(DERFault) -> UInt8 {
    guard let byte = rest.popFirst() else { throw DERFault() }
    return byte
  }

  private mutating func readTag() throws(DERFault) -> DERTag {
    let first = try readByte()
    var tag = DERTag(
      kind: first >> 6, isConstructed: first & 0x20 != 0, number: Int(first & 0x1F))
    guard tag.number == 0x1F else { return tag }
    // High numbers: seven bits a byte. Two bytes hold all that Android uses.
    tag.number = 0
    for index in 0..<2 {
      let byte = try readByte()
      if index == 0, byte == 0x80 { throw DERFault() }
      tag.number = tag.number << 7 | Int(byte & 0x7F)
      if byte < 0x80 {
        guard tag.number >= 0x1F else { throw DERFault() }
        return tag
      }
    }
    throw DERFault()
  }

  private mutating func readLength() throws(DERFault) -> Int {
    let first = try readByte()
    guard first >= 0x80 else { return Int(first) }
    let count = Int(first & 0x7F)
    guard (1...3).contains(count) else { throw DERFault() }
    var length = 0
    for index in 0..<count {
      let byte = try readByte()
      if index == 0, byte == 0 { throw DERFault() }
      length = length << 8 | Int(byte)
    }
    guard length >= 0x80 else { throw DERFault() }
    return length
  }
}
