// Codes of digits: the recogniser may say nothing but digits, and the least sure one counts.

internal import Inference

/// One digit of a code.
package struct DigitReading: Sendable, Equatable {
  package var expected: Int
  /// How likely the expected digit is, among digits.
  package var probability: Double
  /// The likeliest digit there, all before it given as expected.
  package var heard: Int
}

/// Scores codes digit by digit. Made for one job.
struct DigitScorer {
  let whisper: Whisper
  private let tokens: [(token: Int32, digit: Int)]

  init(_ whisper: Whisper) {
    self.whisper = whisper
    var tokens: [(token: Int32, digit: Int)] = []
    let words = Array("零一二三四五六七八九")
    for digit in 0...9 {
      for text in ["\(digit)", " \(digit)", String(words[digit]), " \(words[digit])"] {
        let found = whisper.pairs.tokens(of: text)
        if found.count == 1 { tokens.append((found[0], digit)) }
      }
    }
    self.tokens = tokens
  }

  /// How likely each digit of `code` is, among digits and the end.
  func score(
    _ code: [Int], _ hearing: WhisperHearing
  ) throws(InferenceError) -> [DigitReading] {
    var memory = hearing.before
    var last = whisper.pairs.withoutTimes
    var readings: [DigitReading] = []
    for (place, expected) in code.enumerated() {
      var tree = TokenTree(root: last)
      for (token, _) in tokens { tree.ask(token, after: 0) }
      tree.ask(whisper.pairs.end, after: 0)
      let scores = try whisper.score(
        tree, WhisperHearing(sound: hearing.sound, length: hearing.length, before: memory),
        keeping: &memory)
      var likelihoods = [Double](repeating: 0, count: 10)
      var best = [(token: Int32, score: Float)](repeating: (0, -.infinity), count: 10)
      for (token, digit) in tokens {
        let score = scores.score(token, after: 0)
        likelihoods[digit] += Double(score).exponential
        if score > best[digit].score { best[digit] = (token, score) }
      }
      let end = place == 0 ? 0 : Double(scores.score(whisper.pairs.end, after: 0)).exponential
      let all = likelihoods.reduce(end, +)
      let heard = (0...9).max { likelihoods[$0] < likelihoods[$1] } ?? 0
      readings.append(
        DigitReading(
          expected: expected, probability: all > 0 ? likelihoods[expected] / all : 0,
          heard: heard))
      last = best[expected].token
    }
    return readings
  }
}
