// What a person is to be asked, past its checks.

package import Liveness
internal import Messages
internal import Vocabulary

extension IntentScript {
  /// - Parameter contrasts: the scene's, which hold beside the request's.
  /// - Throws: which field breaks which limit. Nothing of the text itself is in an error.
  init(
    _ request: CreateIntentChallengeRequest, contrasts: [Pair] = []
  ) throws(ServiceError) {
    let mode = try request.mode.known("mode")
    self.init(mode: mode)
    try Self.refuseForeign(request, mode)
    answerSeconds = Int(request.answerSeconds ?? IntentLimits.answerSecondsDefault)
    guard IntentLimits.answerSeconds.contains(UInt32(answerSeconds)) else {
      throw .outOfRange(
        "answer_seconds",
        "from \(IntentLimits.answerSeconds.lowerBound) to \(IntentLimits.answerSeconds.upperBound)")
    }
    let given = try Self.pairs(request.contrasts)
    if mode.speaks { pairs = given + contrasts.filter { !given.contains($0) } }
    switch mode {
    case .read:
      text = try checkedText(request.text, "text", IntentLimits.textCharactersMax)
      names = try Self.names(request.names, in: text)
      guard [0, UInt32(IntentLimits.confirmDigits)].contains(request.confirmDigits) else {
        throw .outOfRange("confirm_digits", "0 or \(IntentLimits.confirmDigits)")
      }
    case .answer:
      let count = IntentLimits.questions
      guard count.contains(request.questions.count) else {
        throw .outOfRange("questions", "from \(count.lowerBound) to \(count.upperBound)")
      }
      questions = try request.questions.enumerated().map { (index, question) throws(ServiceError) in
        try Self.question(question, "questions[\(index)]")
      }
    case .nod:
      let count = IntentLimits.prompts
      guard count.contains(request.prompts.count) else {
        throw .outOfRange("prompts", "from \(count.lowerBound) to \(count.upperBound)")
      }
      prompts = try request.prompts.enumerated().map { (index, prompt) throws(ServiceError) in
        try checkedText(prompt, "prompts[\(index)]", IntentLimits.promptCharactersMax)
      }
    }
  }

  /// What is given for another mode is a mistake, not something to leave out.
  private static func refuseForeign(
    _ request: CreateIntentChallengeRequest, _ mode: Vocabulary.IntentMode
  ) throws(ServiceError) {
    if mode != .read {
      guard request.text.isEmpty, request.names.isEmpty, request.confirmDigits == 0 else {
        throw .outOfRange("text", "empty, with names and confirm_digits, unless mode is READ")
      }
    }
    if mode != .answer {
      guard request.questions.isEmpty, request.answerSeconds == nil || mode == .nod else {
        throw .outOfRange("questions", "empty unless mode is QA")
      }
    }
    if mode != .nod {
      guard request.prompts.isEmpty else {
        throw .outOfRange("prompts", "empty unless mode is NOD")
      }
    }
    if mode == .nod {
      guard request.contrasts.isEmpty else {
        throw .outOfRange("contrasts", "empty if mode is NOD")
      }
    }
  }

  private static func question(
    _ question: IntentQuestion, _ field: String
  ) throws(ServiceError) -> Question {
    let count = IntentLimits.answers
    guard count.contains(question.answers.count) else {
      throw .outOfRange("\(field).answers", "from \(count.lowerBound) to \(count.upperBound)")
    }
    return Question(
      question: try checkedText(
        question.question, "\(field).question", IntentLimits.questionCharactersMax),
      answers: try question.answers.enumerated().map { (index, answer) throws(ServiceError) in
        try checkedText(answer, "\(field).answers[\(index)]", IntentLimits.answerCharactersMax)
      }, acceptsNearMeaning: !question.exactly)
  }

  private static func names(
    _ ranges: [TextRange], in text: String
  ) throws(ServiceError) -> [Range<Int>] {
    guard IntentLimits.names.contains(ranges.count) else {
      throw .outOfRange("names", "at most \(IntentLimits.names.upperBound)")
    }
    var end = 0
    return try ranges.map { (range) throws(ServiceError) in
      let (start, length) = (Int(range.start), Int(range.length))
      guard length > 0, start >= end, start + length <= text.count else {
        throw .outOfRange("names", "one after the other within the text, none empty")
      }
      end = start + length
      return start..<end
    }
  }

  private static func pairs(_ pairs: [WordPair]) throws(ServiceError) -> [Pair] {
    guard pairs.count <= IntentLimits.pairsMax else {
      throw .outOfRange("contrasts", "at most \(IntentLimits.pairsMax)")
    }
    return try pairs.map { (pair) throws(ServiceError) in
      Pair(
        word: try checkedText(pair.word, "contrasts.word", IntentLimits.pairCharactersMax),
        other: try checkedText(pair.other, "contrasts.other", IntentLimits.pairCharactersMax))
    }
  }
}

extension IntentScript.Pair {
  /// Of a setting: `WORD=OTHER`; nil unless it is one, within a request's limits.
  package init?(setting: String) {
    let words = setting.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard words.count == 2, words[0] != words[1] else { return nil }
    do throws(ServiceError) {
      self.init(
        word: try checkedText(words[0], "", IntentLimits.pairCharactersMax),
        other: try checkedText(words[1], "", IntentLimits.pairCharactersMax))
    } catch { return nil }
  }
}

/// A text of 1 to `charactersMax` characters, as a reader counts them.
private func checkedText(
  _ text: String, _ field: String, _ charactersMax: Int
) throws(ServiceError) -> String {
  guard !text.isEmpty else { throw .missing(field) }
  guard text.utf8.count <= charactersMax * IntentLimits.bytesOfCharacterMax,
    text.count <= charactersMax
  else { throw .outOfRange(field, "at most \(charactersMax) characters") }
  // A line break or a direction mark would show something else than is judged.
  guard text.unicodeScalars.allSatisfy({ !$0.properties.isControlOrFormat }) else {
    throw .outOfRange(field, "without control and format characters")
  }
  return text
}

extension Unicode.Scalar.Properties {
  fileprivate var isControlOrFormat: Bool {
    switch generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      true
    default: false
    }
  }
}

extension Messages.IntentMode {
  init(_ mode: Vocabulary.IntentMode) {
    self =
      switch mode {
      case .read: .read
      case .answer: .qa
      case .nod: .nod
      }
  }

  /// - Throws: for UNSPECIFIED and for a number that this server does not know.
  func known(_ field: String) throws(ServiceError) -> Vocabulary.IntentMode {
    switch self {
    case .read: .read
    case .qa: .answer
    case .nod: .nod
    case .unspecified, .unrecognized: throw .unknownValue(field)
    }
  }
}
