// Whom the operator refuses, and whom limits do not hold: elements as fingerprints, never themselves.

package import Sealing
package import Vocabulary

/// Two lists of fingerprints under the operator's key. Immutable; any thread.
package struct SubjectLists: Sendable {
  /// What the lists say of a question.
  package enum Word: Sendable, Equatable {
    case nothing
    /// One of the elements is refused: no source is asked.
    case refused(ElementKind)
    /// Limits do not hold: a test identity, a shared device.
    case exempt
  }

  private let key: FingerprintKey?
  private let refused: Set<KeyedFingerprint>
  private let exempt: Set<KeyedFingerprint>

  /// Lists that say nothing.
  package init() {
    key = nil
    refused = []
    exempt = []
  }

  package init(
    key: FingerprintKey, refused: Set<KeyedFingerprint>, exempt: Set<KeyedFingerprint>
  ) {
    self.key = refused.isEmpty && exempt.isEmpty ? nil : key
    self.refused = refused
    self.exempt = exempt
  }

  /// Why a list cannot be read. Names the line, never what is in it.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package let line: Int
    package var description: String {
      "line \(line) is not `refuse` or `exempt` and 64 hexadecimal digits"
    }
  }

  /// Most entries; more are no list but a database.
  package static let entriesMax = 1_000_000

  /// Reads lines `refuse HEX` and `exempt HEX`; empty ones and those that begin with # are skipped. `Element.fingerprint`
  /// makes the digits.
  package init(key: FingerprintKey, text: some StringProtocol) throws(Failure) {
    var refused: Set<KeyedFingerprint> = []
    var exempt: Set<KeyedFingerprint> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      guard words.count == 2, let print = Self.fingerprint(words[1]),
        refused.count + exempt.count < Self.entriesMax
      else { throw Failure(line: index + 1) }
      switch words[0] {
      case "refuse": refused.insert(print)
      case "exempt": exempt.insert(print)
      default: throw Failure(line: index + 1)
      }
    }
    self.init(key: key, refused: refused, exempt: exempt)
  }

  /// What the lists say of the elements. Who is refused is refused, on whatever other list.
  package func word(on question: ElementQuestion) -> Word {
    guard let key else { return .nothing }
    var word = Word.nothing
    for element in question.elements {
      let print = element.fingerprint(under: key)
      if refused.contains(print) { return .refused(element.kind) }
      if exempt.contains(print) { word = .exempt }
    }
    return word
  }

  private static func fingerprint(_ text: some StringProtocol) -> KeyedFingerprint? {
    guard text.utf8.count == 64 else { return nil }
    return Hexadecimal.bytes(of: text).flatMap { KeyedFingerprint(bytes: $0) }
  }
}
