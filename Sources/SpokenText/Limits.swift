// Bounds of what is said, each with its source.

/// Bounds of texts, questions and answers.
package enum SpokenTextLimits {
  /// Characters (grapheme clusters) of a text that is read aloud; the peers' limit.
  package static let textCharactersMax = 120
  /// Characters of a question or of a prompt that is nodded to; the peers' limit.
  package static let questionCharactersMax = 250
  /// Questions of one capture; the peers' limit.
  package static let questionsMax = 10
  /// Answers that a question may have; the peers' limit.
  package static let answersMax = 50
  /// Characters of an answer; the peers' limit.
  package static let answerCharactersMax = 10
  /// Syllables that are verified in one piece: what a recogniser's window of 15 s holds of a slow reader.
  package static let partSyllablesMax = 36
  /// Syllables a second of a slow reader: 15 s for `partSyllablesMax`. Adults read 3 to 5.
  package static let syllablesPerSecondMin = 2.4
  /// Letters in a row that are taken as spelled (`VIP`); more is a word, which has no Mandarin reading.
  package static let lettersInARowMax = 4
  /// Digits in a row. Account and identity numbers have up to 19.
  package static let digitsInARowMax = 32
  /// Digits of a number that is also said as a cardinal: below 10^16.
  package static let cardinalDigitsMax = 16
  /// Ways to say one number that are kept.
  package static let numberReadingsMax = 6
  /// Ways to say a part that are written out.
  package static let formsMax = 8
  /// Altered texts of a part.
  package static let contrastsMax = 24
  /// Pairs of words that a scene adds.
  package static let extraPairsMax = 64
  /// Characters of either word of such a pair.
  package static let extraPairCharactersMax = 20
  /// Characters of a recogniser's text that are looked at: the longest text with what a recogniser may add.
  package static let heardCharactersMax = 400
  /// Digits of a confirmation code.
  package static let codeDigits = 4...6
}

/// Bounds of the table of readings.
package enum PinyinTableLimits {
  /// Length of the file; it has about 450,000.
  package static let fileBytesMax = 2 << 20
  /// Characters; there are about 43,000.
  package static let linesMax = 120_000
  /// Readings of one character; there are at most 9.
  package static let readingsMax = 10
  /// How often a reading was counted.
  package static let countMax = 9_999_999
}
