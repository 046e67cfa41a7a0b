// What the recogniser writes by itself: the likeliest token, one after the other.

internal import Inference

/// What was heard, as the recogniser would write it.
struct Hypothesis {
  var tokens: [Int32] = []
  /// Sum of the logarithms of the tokens' likelihoods, the end included if it was reached.
  var score = 0.0
  /// Whether the recogniser ended by itself: if not, it went on until it was stopped.
  var hasEnded = false
  /// For each token its score, and that of the end in its place.
  var scores: [(token: Float, end: Float)] = []
}

extension Hypothesis {
  /// Least score of the end after a stretch that comes again for the end to have been heard there: one in twenty.
  private static let endMin: Float = -3

  /// The hypothesis without what the recogniser only repeats. Instead of ending it may write what it wrote before again and
  /// again; only one that has not ended is looked at. What is left ends if the end was likely enough in the place of the first
  /// repetition: if somebody speaks on there, or says the same again, it is not.
  ///
  /// - Parameter bytes: those of a token.
  func withoutLoop(_ bytes: (Int32) -> [UInt8]) -> Hypothesis {
    guard !hasEnded else { return self }
    // Not by tokens: the same characters may be written with others.
    let pieces = tokens.map(bytes)
    guard let loop = Self.loop(in: pieces.flatMap(\.self)) else { return self }
    var kept = 0
    var length = 0
    while kept < tokens.count, length < loop {
      length += pieces[kept].count
      kept += 1
    }
    guard kept < tokens.count else { return self }
    var cut = self
    cut.tokens.removeLast(tokens.count - kept)
    cut.scores.removeLast(scores.count - kept)
    cut.score = cut.scores.reduce(0) { $0 + Double($1.token) }
    cut.hasEnded = scores[kept].end >= Self.endMin
    if cut.hasEnded { cut.score += Double(scores[kept].end) }
    return cut
  }

  /// Fewest bytes that count as a stretch that comes again: two characters.
  static let loopBytesMin = 6

  /// Where in `bytes` a stretch first begins to come again that does so up to their end, half of it at least; nil if none
  /// does.
  static func loop(in bytes: [UInt8]) -> Int? {
    guard bytes.count >= 2 * loopBytesMin else { return nil }
    var earliest: Int?
    for period in loopBytesMin...bytes.count - loopBytesMin {
      var first = bytes.count - period
      while first > 0, bytes[first - 1] == bytes[first - 1 + period] { first -= 1 }
      if bytes.count - first >= period + max(loopBytesMin, period / 2) {
        earliest = min(earliest ?? .max, first + period)
      }
    }
    return earliest
  }
}

extension Whisper {
  /// How many tokens of a guess are tried at once: nine rows cost little more than one.
  private static let guessLength = 8

  /// The likeliest tokens one after the other, at most `tokensMax`.
  ///
  /// The result is that of one token at a time. `guess` only makes it faster: where the likeliest tokens are the guessed
  /// ones, several are run at once. The first token is never the end.
  func hypothesis(
    _ hearing: WhisperHearing, guess: [Int32], tokensMax: Int
  ) throws(InferenceError) -> Hypothesis {
    var found = Hypothesis()
    var memory = hearing.before
    var last = pairs.withoutTimes
    var next = 0
    while true {
      let guessed = Array(guess[min(next, guess.count)...].prefix(Self.guessLength))
      var tree = TokenTree(root: last)
      let path = [0] + tree.add(guessed)
      for node in path {
        tree.want(2, after: node)
        tree.ask(pairs.end, after: node)
      }
      let kept = memory.count
      let scores = try score(
        tree, WhisperHearing(sound: hearing.sound, length: hearing.length, before: memory),
        keeping: &memory)
      var taken = 0
      for (place, node) in path.enumerated() {
        let choices = scores.likeliest[node]
        guard choices.count >= 2 else {
          throw .failed("the recogniser's likelihoods are no numbers")
        }
        let isFirst = found.tokens.isEmpty
        let choice = isFirst && choices[0].token == pairs.end ? choices[1] : choices[0]
        found.score += Double(choice.score)
        if choice.token == pairs.end {
          found.hasEnded = true
          return found
        }
        found.tokens.append(choice.token)
        found.scores.append((choice.score, scores.score(pairs.end, after: node)))
        last = choice.token
        taken = place + 1
        if found.tokens.count >= tokensMax { return found }
        guard place < guessed.count else { break }
        next += 1
        if guessed[place] != choice.token { break }
      }
      // The tokens that were run and are part of the hypothesis: the root and the guesses that were right.
      memory.cut(to: kept + taken)
    }
  }
}
