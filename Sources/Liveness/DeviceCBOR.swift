// A reader of CBOR (RFC 8949), as far as statements of devices need it. Strict: what is not the one short form is refused.

/// Why bytes are not the CBOR that was expected.
struct CBORFault: Error, Equatable {}

/// Reads values one after the other. Never reads outside its bytes, never recurses, reserves nothing.
///
/// Definite lengths and shortest heads only; no tags, no floats.
struct CBORReader {
  /// Kinds of values that are read.
  private enum Major: UInt8 {
    case unsigned = 0
    case negative = 1
    case bytes = 2
    case text = 3
    case array = 4
    case map = 5
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Nothing may be left.
  func end() throws(CBORFault) {
    guard rest.isEmpty else { throw CBORFault() }
  }

  /// The next value, a whole number.
  mutating func number() throws(CBORFault) -> Int {
    let (major, value) = try head()
    switch major {
    case .unsigned: return value
    case .negative: return -1 - value
    case .bytes, .text, .array, .map: throw CBORFault()
    }
  }

  /// The next value, a byte string.
  mutating func bytes() throws(CBORFault) -> ArraySlice<UInt8> { try string(.bytes) }

  /// The next value, text of ASCII.
  mutating func text() throws(CBORFault) -> String {
    let content = try string(.text)
    guard content.allSatisfy({ $0 < 0x80 }) else { throw CBORFault() }
    return String(decoding: content, as: UTF8.self)
  }

  /// Begins an array of at most `most` values, which follow; gives back how many.
  mutating func array(most: Int) throws(CBORFault) -> Int { try count(.array, most) }

  /// Begins a map of at most `most` pairs, which follow; gives back how many.
  mutating func map(most: Int) throws(CBORFault) -> Int { try count(.map, most) }

  private mutating func count(_ wanted: Major, _ most: Int) throws(CBORFault) -> Int {
    let (major, value) = try head()
    guard major == wanted, value <= most else { throw CBORFault() }
    return value
  }

  private mutating func string(_ wanted: Major) throws(CBORFault) -> ArraySlice<UInt8> {
    let (major, length) = try head()
    guard major == wanted, length <= rest.count else { throw CBORFault() }
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  /// What kind the next value is, and its number or length: up to 32 bits.
  private mutating func head() throws(CBORFault) -> (Major, Int) {
    let first = try byte()
    guard let major = Major(rawValue: first >> 5) else { throw CBORFault() }
    let short = Int(first & 0x1F)
    guard short >= 24 else { return (major, short) }
    guard (24...26).contains(short) else { throw CBORFault() }
    let width = 1 << (short - 24)
    var value = 0
    for _ in 0..<width { value = value << 8 | Int(try byte()) }
    // What fits into a shorter head must be in one.
    let least = width == 1 ? 24 : 1 << (4 * width)
    guard value >= least else { throw CBORFault() }
    return (major, value)
  }

  private mutating func byte() throws(CBORFault) -> UInt8 {
    guard let byte = rest.popFirst() else { throw CBORFault() }
    return byte
  }
}
