// Scores one text against one stretch of sound.

internal import Inference
internal import SpokenText

/// Measures how well texts fit what was heard. Made for one job.
struct TextScorer {
  let whisper: Whisper
  let pinyin: PinyinTable
  let baselines: SilenceBaselines

  /// What the recogniser takes to have been said before: it makes it write simplified characters.
  static let prompt = "以下是普通话的句子。"

  /// Whether `heard` is the prompt, once or more, or part of it: a recogniser that hears nothing writes it again.
  static func isPrompt(_ heard: String, _ pinyin: PinyinTable) -> Bool {
    let letters = pinyin.simplified(heard).filter(\.isLetter)
      .replacing(prompt.filter(\.isLetter), with: "")
    return letters.isEmpty || prompt.contains(letters)
  }

  /// What the recogniser would write; `guess` makes it faster where it is right.
  func hypothesis(
    _ hearing: WhisperHearing, guess: String
  ) throws(InferenceError) -> Hypothesis {
    let tokens = whisper.pairs.tokens(of: guess)
    let most =
      guess.isEmpty
      ? SpeechLimits.hypothesisTokensMax : tokens.count + SpeechLimits.hypothesisTokensOver
    return try whisper.hypothesis(
      hearing, guess: tokens, tokensMax: min(SpeechLimits.hypothesisTokensMax, most)
    ).withoutLoop(whisper.pairs.bytes(of:))
  }

  /// How well each of `texts` fits, their margins apart: the one that fits best.
  func best(
    of texts: [String], _ hearing: WhisperHearing, _ hypothesis: Hypothesis
  ) throws(InferenceError) -> (text: String, measures: TextMeasures) {
    precondition(!texts.isEmpty, "no text to score")
    let tokens = texts.map(whisper.pairs.tokens)
    let heard = try whisper.scores(of: tokens, hearing)
    let silent = try baselines.scores(of: tokens, by: whisper, prompt: Self.prompt)
    let found = texts.indices.map { index in
      (
        text: texts[index],
        measures: TextMeasures(
          heard: heard[index], silent: silent[index], hypothesisScore: hypothesis.score,
          hypothesisTokens: hypothesis.tokens.count, alternatives: [], omissions: [], insertions: []
        )
      )
    }
    return found.max { $0.measures.pmi < $1.measures.pmi } ?? found[0]
  }

  /// Adds the margins of `text`, whose characters are Chinese ones and letters, to its measures.
  func withMargins(
    _ measures: TextMeasures, of text: String, _ hearing: WhisperHearing
  ) throws(InferenceError) -> TextMeasures {
    let margins = try AlternativeSearch(recogniser: whisper, pinyin: pinyin)
      .margins(Array(text), hearing)
    var measures = measures
    measures.alternatives = margins.alternatives
    measures.omissions = margins.omissions
    measures.insertions = margins.insertions
    return measures
  }

  /// How many characters after the place of a contrast are weighed with it.
  private static let contrastContext = 4

  /// How much of what texts score on silence is taken off what they score on the recording. Of amounts and names all of it:
  /// how usual one is says nothing of what was said. Where a word is put in or out, or another one in its place, the
  /// recogniser knows which of the two is a sentence, and to take all of that away lets the other win on a breath of babble;
  /// scaled priors are what others subtract, too (E. McDermott et al., "A density ratio approach to language model
  /// fusion in end-to-end automatic speech recognition", 2019). A "not" that is said has evidence of 17 nats, of which this
  /// gives away two.
  static func priorShare(_ kind: Contrast.Kind) -> Double {
    switch kind {
    case .negationInserted, .negationRemoved, .opposite: 0.7
    case .number, .magnitude, .unit, .sign, .name, .extra, .heard, .omission: 1
    }
  }

  /// By how many nats `text` beats each of `others`, each less a share of its score on silence (`priorShare`). What comes more than a few
  /// characters after the place where two texts part is the same for both and is left out.
  func contrast(
    _ text: String, _ others: [Contrast], _ hearing: WhisperHearing
  ) throws(InferenceError) -> [Double] {
    guard !others.isEmpty else { return [] }
    let own = Array(text)
    var texts: [[Int32]] = []
    for other in others {
      let kept = max(0, own.count - other.place.upperBound - Self.contrastContext)
      for characters in [own, Array(other.text)] {
        texts.append(whisper.pairs.tokens(of: String(characters.dropLast(kept))))
      }
    }
    let heard = try whisper.scores(of: texts, hearing)
    let silent = try baselines.scores(of: texts, by: whisper, prompt: Self.prompt)
    return others.indices.map { number in
      // The end is said where the whole text was weighed.
      let isWhole = own.count - others[number].place.upperBound <= Self.contrastContext
      let share = Self.priorShare(others[number].kind)
      func evidence(_ index: Int) -> Double {
        let count = heard[index].count - (isWhole ? 0 : 1)
        return (0..<count).reduce(0) { $0 + heard[index][$1] - share * silent[index][$1] }
      }
      return evidence(2 * number) - evidence(2 * number + 1)
    }
  }
}
