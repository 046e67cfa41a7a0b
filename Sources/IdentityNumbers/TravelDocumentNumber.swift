// The number of a permit or passport when its kind is known: which part does not have the kind's form.

/// Text that has the form of a kind of travel document. The forms are hints: they change, and the lists of them are not
/// complete, so a caller decides what a failure means. None has a check digit outside machine-readable lines.
package struct TravelDocumentNumber: PersonalValue {
  /// Letters and digits, those of the issue included.
  package let text: String
  package let form: TravelDocumentForm
  /// The digits that number the issues, behind the number in its old form; nil in the new one.
  package let issue: String?

  /// Why text has not that form. Positions count from 0.
  package enum Failure: Error, Sendable, Equatable {
    /// Longer than any such number, or empty.
    case length
    /// Neither a letter A–Z nor a digit 0–9, or a letter behind a digit; the first such place.
    case character(position: Int)
    /// The letters in front are not those of the form: one like them is `expected`.
    case letters(expected: String)
    /// So many digits behind the letters as the form never has.
    case digitCount(found: Int, expected: [Int])
  }

  package init(_ text: some StringProtocol, form: TravelDocumentForm) throws(Failure) {
    if let failure = Self.failure(of: text, form: form) { throw failure }
    self.text = String(text)
    self.form = form
    issue = TravelDocumentForm.issue(of: text)
  }

  /// What keeps `text` from having the form; nil if it has it.
  package static func failure(
    of text: some StringProtocol, form: TravelDocumentForm
  ) -> Failure? {
    let scalars = Array(text.unicodeScalars.prefix(TravelDocumentForm.charactersMax + 1))
    guard (1...TravelDocumentForm.charactersMax).contains(scalars.count) else { return .length }
    let letterCount = scalars.prefix { ("A"..."Z").contains($0) }.count
    for (position, scalar) in scalars.enumerated().dropFirst(letterCount)
    where !("0"..."9").contains(scalar) {
      return .character(position: position)
    }
    let letters = String(String.UnicodeScalarView(scalars.prefix(letterCount)))
    let counts = form.digitCounts(behind: letters)
    if counts.isEmpty { return .letters(expected: form.exampleLetters) }
    let digits = scalars.count - letterCount
    return counts.contains(digits) ? nil : .digitCount(found: digits, expected: counts)
  }
}
