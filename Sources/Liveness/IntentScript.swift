// What a person is asked to read, answer or nod to, as a challenge keeps it.

package import Vocabulary

/// The words of an Intent challenge. May name people: it prints as nothing.
package struct IntentScript: Sendable, Equatable, Codable {
  /// A question with the answers that count.
  package struct Question: Sendable, Equatable, Codable {
    package var question: String
    package var answers: [String]
    /// Whether answers that mean the same count, too.
    package var acceptsNearMeaning: Bool

    package init(question: String, answers: [String], acceptsNearMeaning: Bool) {
      self.question = question
      self.answers = answers
      self.acceptsNearMeaning = acceptsNearMeaning
    }
  }

  /// Two words that must not be taken for one another.
  package struct Pair: Sendable, Equatable, Codable {
    package var word: String
    package var other: String

    package init(word: String, other: String) {
      self.word = word
      self.other = other
    }
  }

  package var mode: IntentMode
  /// Read: the text.
  package var text: String
  /// Read: digits to be read after the text; drawn with the challenge, empty for none.
  package var digits: [Int]
  /// Read: characters of the text that are names.
  package var names: [Range<Int>]
  package var pairs: [Pair]
  package var questions: [Question]
  package var prompts: [String]
  /// Longest that an answer or a nod may take, seconds.
  package var answerSeconds: Int

  package init(
    mode: IntentMode, text: String = "", digits: [Int] = [], names: [Range<Int>] = [],
    pairs: [Pair] = [], questions: [Question] = [], prompts: [String] = [],
    answerSeconds: Int = 10
  ) {
    self.answerSeconds = answerSeconds
    self.mode = mode
    self.text = text
    self.digits = digits
    self.names = names
    self.pairs = pairs
    self.questions = questions
    self.prompts = prompts
  }

  /// Bytes of text, for bounds on what is kept.
  package var byteCount: Int {
    text.utf8.count + prompts.reduce(0) { $0 + $1.utf8.count }
      + pairs.reduce(0) { $0 + $1.word.utf8.count + $1.other.utf8.count }
      + questions.reduce(0) { sum, question in
        sum + question.question.utf8.count
          + question.answers.reduce(0) { $0 + $1.utf8.count }
      }
  }

  /// How many things are asked for, one after the other: answers or nods; 1 for a text.
  package var count: Int {
    switch mode {
    case .read: 1
    case .answer: questions.count
    case .nod: prompts.count
    }
  }

  /// For a signature: every field with its length before it.
  var signedBytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ number: Int) {
      let value = UInt64(bitPattern: Int64(number))
      bytes += stride(from: 56, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: value >> UInt64($0))
      }
    }
    func add(_ text: String) {
      add(text.utf8.count)
      bytes += text.utf8
    }
    add(mode.rawValue)
    add(text)
    add(digits.count)
    for digit in digits { add(digit) }
    add(names.count)
    for name in names {
      add(name.lowerBound)
      add(name.upperBound)
    }
    add(pairs.count)
    for pair in pairs {
      add(pair.word)
      add(pair.other)
    }
    add(questions.count)
    for question in questions {
      add(question.question)
      add(question.answers.count)
      for answer in question.answers { add(answer) }
      add(question.acceptsNearMeaning ? 1 : 0)
    }
    add(prompts.count)
    for prompt in prompts { add(prompt) }
    add(answerSeconds)
    return bytes
  }
}

extension IntentScript: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Only how much is asked.
  package var description: String { "<\(mode.rawValue), \(count)>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
