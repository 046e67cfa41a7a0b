// Text to tokens and back: byte pairs as GPT-2 joins them.

/// The recogniser's vocabulary. Made once from the decoder's metadata; a value that is only read, any thread.
package struct BytePairs: Sendable {
  private static let controls = 6

  /// Bytes of each text token.
  private let bytes: [[UInt8]]
  private let numbers: [[UInt8]: Int32]

  /// Tokens beside text, in the order in which they follow it (`.ci/setup/whisper_onnx.py`, CONTROLS).
  let end, start, chinese, transcribe, previous, withoutTimes: Int32

  /// Reads one token a line, whose characters stand for bytes as in GPT-2's `encoder.json`. Nil if a character stands for no
  /// byte, if single bytes are missing, or if there are not as many as the decoder knows.
  init?(vocabulary: String) {
    var byteOf: [Unicode.Scalar: UInt8] = [:]
    var spare: UInt32 = 256
    for byte in UInt8.min...UInt8.max {
      switch byte {
      case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: byteOf[Unicode.Scalar(byte)] = byte
      default:
        guard let scalar = Unicode.Scalar(spare) else { return nil }
        byteOf[scalar] = byte
        spare += 1
      }
    }
    var bytes: [[UInt8]] = []
    bytes.reserveCapacity(SpeechModels.words)
    var token: [UInt8] = []
    for scalar in vocabulary.unicodeScalars {
      if scalar == "\n" {
        bytes.append(token)
        token = []
      } else {
        guard let byte = byteOf[scalar] else { return nil }
        token.append(byte)
      }
    }
    bytes.append(token)
    let controls = Int32(bytes.count)
    guard bytes.count + Self.controls == SpeechModels.words else { return nil }
    var numbers: [[UInt8]: Int32] = [:]
    numbers.reserveCapacity(bytes.count)
    for (number, token) in bytes.enumerated() { numbers[token] = Int32(number) }
    guard (UInt8.min...UInt8.max).allSatisfy({ numbers[[$0]] != nil }) else { return nil }
    self.bytes = bytes
    self.numbers = numbers
    (end, start, chinese) = (controls, controls + 1, controls + 2)
    (transcribe, previous, withoutTimes) = (controls + 3, controls + 4, controls + 5)
  }

  /// The bytes of `token`; none for tokens beside text.
  func bytes(of token: Int32) -> [UInt8] {
    token >= 0 && Int(token) < bytes.count ? bytes[Int(token)] : []
  }

  /// What `tokens` say; bytes that are no text are left out.
  func text(of tokens: some Sequence<Int32>) -> String {
    let all = tokens.flatMap(bytes(of:))
    var text = String(decoding: all, as: UTF8.self)
    text.removeAll { $0 == "\u{fffd}" }
    return text
  }

  /// The tokens of `text`.
  func tokens(of text: String) -> [Int32] { Self.words(of: text).flatMap(joined) }

  private enum Kind { case letter, number, blank, other }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    let properties = scalar.properties
    if properties.isWhitespace { return .blank }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: .other
    }
  }

  /// Runs of one kind; a blank belongs to the run after it. (GPT-2's own pattern also cuts English contractions
  /// off, of which there are none here.)
  private static func words(of text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var last: Kind?
    for scalar in text.unicodeScalars {
      let kind = kind(scalar)
      let continues =
        kind == last || (last == .blank && words.last == [0x20] && kind != .blank)
      if continues {
        words[words.count - 1] += Array(String(scalar).utf8)
      } else {
        words.append(Array(String(scalar).utf8))
      }
      last = kind
    }
    return words
  }

  /// Joins the pair that stands first in the vocabulary, again and again.
  private func joined(_ word: [UInt8]) -> [Int32] {
    var parts = word.map { [$0] }
    while parts.count > 1 {
      var best: (number: Int32, place: Int)?
      for place in 0..<parts.count - 1 {
        guard let number = numbers[parts[place] + parts[place + 1]] else { continue }
        if best.map({ number < $0.number }) ?? true { best = (number, place) }
      }
      guard let best else { break }
      parts[best.place] += parts[best.place + 1]
      parts.remove(at: best.place + 1)
    }
    return parts.map { numbers[$0] ?? 0 }
  }
}
