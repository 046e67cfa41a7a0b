// The answers that a question accepts.

/// A question with its answers, checked. Immutable.
package struct AnswerSet: SpokenContent {
  /// As it was given.
  package let question: String
  /// Those that were given first, then, if asked for, those that mean the same.
  package let answers: [Answer]

  /// One text that answers the question.
  package struct Answer: SpokenContent {
    package let text: String
    package let part: ExpectedText.Part
    /// Which of the given answers it is or stands for.
    package let given: Int
    /// Taken from the list of answers that mean the same.
    package let isNearMeaning: Bool
    /// Texts that say the opposite: on the same recording they have to lose.
    package let opposites: [String]
  }

  /// Reads a question. Errors name `field` with what follows it (`questions[2].answers[0]`).
  package init(
    question: String, answers: [String], acceptsNearMeaning: Bool, field: String,
    pinyin: PinyinTable
  ) throws(UnreadableText) {
    try Self.check(question, field + ".question")
    guard !answers.isEmpty else {
      throw UnreadableText(field: field + ".answers", reason: .tooFew(1))
    }
    guard answers.count <= SpokenTextLimits.answersMax else {
      throw UnreadableText(
        field: field + ".answers", reason: .tooMany(SpokenTextLimits.answersMax))
    }
    var found: [Answer] = []
    var seen: Set<String> = []
    for (index, answer) in answers.enumerated() {
      let name = "\(field).answers[\(index)]"
      let read = try Self.answer(answer, name, index, isNear: false, pinyin)
      guard seen.insert(read.part.defaultForm.text).inserted else {
        throw UnreadableText(field: field + ".answers", reason: .sameAnswer(index: index))
      }
      found.append(read)
    }
    if acceptsNearMeaning {
      for (index, answer) in answers.enumerated() {
        let meaning = AnswerMeaning.of(answer, pinyin: pinyin)
        for text in (meaning?.near ?? []).flatMap(\.answers)
        where seen.insert(Self.plain(text, pinyin)).inserted {
          found.append(
            try Self.answer(text, "\(field).answers[\(index)]", index, isNear: true, pinyin))
        }
      }
    }
    self.question = question
    self.answers = found
  }

  /// A question is shown, or spoken to the person, and never checked against speech.
  private static func check(_ question: String, _ field: String) throws(UnreadableText) {
    let most = SpokenTextLimits.questionCharactersMax
    guard question.utf8.count <= 32 * most, question.count <= most else {
      throw UnreadableText(field: field, reason: .tooLong(charactersMax: most))
    }
    guard question.contains(where: { !$0.isWhitespace }) else {
      throw UnreadableText(field: field, reason: .nothingToSay)
    }
  }

  private static func answer(
    _ text: String, _ field: String, _ index: Int, isNear: Bool, _ pinyin: PinyinTable
  ) throws(UnreadableText) -> Answer {
    let expected = try ExpectedText(
      text, field: field, pinyin: pinyin, charactersMax: SpokenTextLimits.answerCharactersMax)
    guard let part = expected.parts.first, expected.parts.count == 1 else {
      throw UnreadableText(
        field: field, reason: .tooLong(charactersMax: SpokenTextLimits.answerCharactersMax))
    }
    return Answer(
      text: text, part: part, given: index, isNearMeaning: isNear,
      opposites: opposites(of: text, part, pinyin))
  }

  /// The texts that altered words of the answer make, and the opposites of its meaning, shortest first.
  private static func opposites(
    of text: String, _ part: ExpectedText.Part, _ pinyin: PinyinTable
  ) -> [String] {
    let altered = part.defaultForm.contrasts(max: SpokenTextLimits.contrastsMax / 2).map(\.text)
    let listed = (AnswerMeaning.of(text, pinyin: pinyin)?.opposite ?? []).flatMap(\.answers)
    let sorted = listed.enumerated().sorted {
      ($0.element.count, $0.offset) < ($1.element.count, $1.offset)
    }.map(\.element)
    return Array(unique(altered + sorted).prefix(SpokenTextLimits.contrastsMax))
  }

  /// What of `text` is said, as written today.
  static func plain(_ text: String, _ pinyin: PinyinTable) -> String {
    String(
      TextFolding.fold(text, pinyin).filter { $0.kind == .han || $0.kind == .digit }.map(
        \.character))
  }

  /// An answer beside what was heard.
  package struct Match: SpokenContent {
    package let answer: Answer
    package let alignment: SpokenAlignment
    /// One of the answer's opposites that what was heard is nearer to: the answer was not given.
    package let contradiction: String?
  }

  /// The answer that fits what was heard best; those given come before those that mean the same. Whether it fits well
  /// enough is judged from its scores.
  package func best(for heard: HeardText) -> Match {
    let laid = answers.map { ($0, $0.part.align(heard)) }
    var (answer, alignment) = laid[0]
    for next in laid.dropFirst() where next.1.coverage > alignment.coverage {
      (answer, alignment) = next
    }
    var contradiction: String?
    var nearest = alignment.coverage
    for opposite in answer.opposites {
      let pinyin = answer.part.pinyin
      guard let text = try? ExpectedText(opposite, field: "opposite", pinyin: pinyin) else {
        continue
      }
      let coverage = text.parts[0].align(heard).coverage
      if coverage > nearest { (nearest, contradiction) = (coverage, opposite) }
    }
    return Match(answer: answer, alignment: alignment, contradiction: contradiction)
  }

  /// What was heard, if it is an answer on the list of meanings, word for word or by sound.
  package static func meaning(of heard: HeardText, pinyin: PinyinTable) -> AnswerMeaning? {
    AnswerMeaning.of(heard.text, pinyin: pinyin)
  }
}
