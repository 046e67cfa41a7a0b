// What the recogniser writes by itself: the likeliest token, one after the other.

internal import Inference

/// What was heard, as the recogniser would write it.
struct Hypothesis {
  var tokens: [Int32] = []
  /// Sum of the logarithms of the tokens' likelihoods, the end included if it was reached.
  var score = 0.0
  /// Whether the recogniser ended by itself: if not, it went on until it was stopped.
  var hasEnded = false
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
      for node in path { tree.want(2, after: node) }
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
