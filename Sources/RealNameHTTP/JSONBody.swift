// The body of a question as JSON, and the values of an answer by path. Bodies with elements are zeroed after use.

internal import FoundationEssentials
internal import RealName
internal import Vocabulary

/// Writes one flat JSON object into memory that its owner zeroes.
struct JSONBody {
  private(set) var bytes: [UInt8] = []

  /// Longest body: elements, constants and keys are bounded by settings and validators.
  static let bytesMax = 16 << 10

  init() {
    // Growing would leave copies behind.
    bytes.reserveCapacity(Self.bytesMax)
    bytes.append(UInt8(ascii: "{"))
  }

  mutating func add(_ key: String, _ value: String) {
    var value = value
    value.withUTF8 { add(key, UnsafeRawBufferPointer($0)) }
  }

  mutating func add(_ key: String, _ element: Element) {
    guard element.hash == nil else {
      let digits = Array("0123456789abcdef".utf8)
      open(key)
      element.withBytes { bytes in
        for byte in bytes {
          self.bytes.append(digits[Int(byte >> 4)])
          self.bytes.append(digits[Int(byte & 15)])
        }
      }
      bytes.append(UInt8(ascii: "\""))
      return
    }
    element.withBytes { add(key, $0) }
  }

  private mutating func add(_ key: String, _ value: UnsafeRawBufferPointer) {
    open(key)
    for byte in value { append(escaped: byte) }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func close() { bytes.append(UInt8(ascii: "}")) }

  /// Overwrites everything.
  mutating func zero() {
    for place in bytes.indices { bytes[place] = 0 }
  }

  private mutating func open(_ key: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    for byte in key.utf8 { append(escaped: byte) }
    bytes += Array("\":\"".utf8)
  }

  private mutating func append(escaped byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0..<0x20:
      bytes += Array("\\u00".utf8)
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }
}

/// An answer's JSON.
struct JSONAnswer {
  private let object: [String: JSONTree]

  /// Nil if `bytes` are no JSON object.
  init?(_ bytes: [UInt8]) {
    guard let object = try? JSONDecoder().decode([String: JSONTree].self, from: Data(bytes)) else {
      return nil
    }
    self.object = object
  }

  /// The text, whole number or truth at `path`, as text; nil where there is none.
  func text(_ path: [String]) -> String? {
    var value = JSONTree.object(object)
    for key in path {
      guard case .object(let inner) = value, let next = inner[key] else { return nil }
      value = next
    }
    switch value {
    case .text(let text): return text
    case .whole(let number): return String(number)
    case .truth(let truth): return String(truth)
    case .object, .other: return nil
    }
  }
}

/// What of JSON an answer may hold that is looked at.
private enum JSONTree: Decodable {
  case object([String: JSONTree])
  case text(String)
  case whole(Int64)
  case truth(Bool)
  case other

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? value.decode(Int64.self) {
      self = .whole(number)
    } else if let object = try? value.decode([String: JSONTree].self) {
      self = .object(object)
    } else {
      self = .other
    }
  }
}
