// Text with places that are filled anew for every call: {{seq}}, {{uuid}}, {{random:8}}, {{pick:FILE}}.

internal import Vocabulary

/// What a template is filled for.
package struct TemplateTurn: Sendable {
  /// Number of the call in its run, from 0; {{seq}}.
  package var call: Int
  /// Number of the message in its stream, from 0; {{message}}.
  package var message: Int
  /// Seed of the run. The same seed fills the same call in the same way.
  package var seed: UInt64

  package init(call: Int, message: Int = 0, seed: UInt64 = 1) {
    self.call = call
    self.message = message
    self.seed = seed
  }
}

/// A text that was parsed once and is filled for every call. A value; filling is pure.
package struct Template: Sendable {
  private enum Part: Sendable {
    case text(String)
    case sequence
    case message
    case uuid
    case random(Int)
    case pick([String])
  }

  /// Most characters of one {{random:n}}.
  package static let randomCharactersMax = 1_000_000

  private let parts: [Part]
  private let escapesJSON: Bool

  /// - Parameters:
  ///   - escapesJSON: whether lines of {{pick}} files are written as they must be inside a JSON string.
  ///   - readLines: gives the lines of a {{pick}} file; may throw `UsageError`.
  package init(
    _ text: String, escapesJSON: Bool, readLines: (String) throws(UsageError) -> [String]
  ) throws(UsageError) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw UsageError("A '{{' of the template is not closed by '}}'.")
      }
      let place = String(rest[open.upperBound..<close.lowerBound])
      parts.append(try Self.part(place, readLines))
      rest = rest[close.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
    self.escapesJSON = escapesJSON
  }

  private static func part(
    _ place: String, _ readLines: (String) throws(UsageError) -> [String]
  ) throws(UsageError) -> Part {
    let halves = place.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let argument = halves.count == 2 ? String(halves[1]) : nil
    switch (halves[0], argument) {
    case ("seq", nil): return .sequence
    case ("message", nil): return .message
    case ("uuid", nil): return .uuid
    case ("random", let argument?):
      guard let count = Int(argument), (1...randomCharactersMax).contains(count) else {
        throw UsageError("{{random:n}} takes 1 to \(randomCharactersMax) characters.")
      }
      return .random(count)
    case ("pick", let path?):
      let lines = try readLines(path)
      guard !lines.isEmpty else { throw UsageError("{{pick:\(path)}}: the file has no lines.") }
      return .pick(lines)
    default:
      throw UsageError(
        "'{{\(place)}}' is none of {{seq}}, {{message}}, {{uuid}}, {{random:n}} and {{pick:file}}.")
    }
  }

  /// Whether every call gets the same text.
  package var isConstant: Bool {
    parts.allSatisfy { if case .text = $0 { true } else { false } }
  }

  /// The text for one message.
  package func fill(_ turn: TemplateTurn) -> String {
    var numbers = SeededNumbers(seed: turn.seed &+ UInt64(turn.message), call: turn.call)
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .sequence: text += String(turn.call)
      case .message: text += String(turn.message)
      case .uuid: text += Self.uuid(&numbers)
      case .random(let count): text += Self.letters(count, &numbers)
      case .pick(let lines):
        let line = lines[Int(numbers.next(upperBound: UInt64(lines.count)))]
        text += escapesJSON ? Self.escaped(line) : line
      }
    }
    return text
  }

  /// A random (version 4) UUID of RFC 9562.
  private static func uuid(_ numbers: inout SeededNumbers) -> String {
    let high = numbers.next() & ~0xF000 | 0x4000
    let low = numbers.next() & ~(3 << 62) | 2 << 62
    let digits = hex(high) + hex(low)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Letters and digits: 36 kinds, safe in JSON and in metadata.
  private static func letters(_ count: Int, _ numbers: inout SeededNumbers) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
    return String(
      decoding: (0..<count).map { _ in alphabet[Int(numbers.next(upperBound: 36 as UInt64))] },
      as: UTF8.self)
  }

  private static func escaped(_ line: String) -> String {
    var text = ""
    for scalar in line.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case _ where scalar.value < 0x20: text += "\\u00" + hex(UInt64(scalar.value)).suffix(2)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
