// Texts altered on purpose, to measure how often a wrong text is accepted. For evaluations and tests alone: no verdict
// rests on anything here.

/// A way to alter a text. With the same source of randomness the same text comes out.
package enum SpokenTextMutation: Sendable, Equatable {
  /// So many characters replaced by common ones that have another toneless reading than all of theirs.
  case substituted(syllables: Int)
  /// A "not" put in or taken out.
  case negated
  /// A digit, a power of ten, a unit or a sign changed.
  case amountChanged

  /// The altered text, as it is said and without punctuation; nil if the text does not allow it (too short, nothing to
  /// negate, no number) or cannot be said.
  package func apply(
    to text: String, pinyin: PinyinTable, using source: inout some RandomNumberGenerator
  ) -> String? {
    guard let expected = try? ExpectedText(text, field: "text", pinyin: pinyin) else { return nil }
    let forms = expected.parts.map(\.defaultForm)
    switch self {
    case .substituted(let count):
      return Self.substituted(forms.flatMap(\.characters), count, pinyin, &source)
    case .negated:
      return Self.altered(forms, &source) {
        $0.kind == .negationInserted || $0.kind == .negationRemoved
      }
    case .amountChanged:
      return Self.altered(forms, &source) {
        [.number, .magnitude, .unit, .sign].contains($0.kind)
      }
    }
  }

  private static func substituted(
    _ characters: [Character], _ count: Int, _ pinyin: PinyinTable,
    _ source: inout some RandomNumberGenerator
  ) -> String? {
    let places = characters.indices.filter { pinyin.hasReading(characters[$0]) }
    guard count > 0, places.count >= count else { return nil }
    var altered = characters
    for place in places.shuffled(using: &source).prefix(count) {
      let sounds = pinyin.syllables(of: characters[place])
      let others = pinyin.commonSyllables.filter { !sounds.contains($0.syllable) }
      guard let other = others.randomElement(using: &source) else { return nil }
      altered[place] = other.character
    }
    return String(altered)
  }

  /// One of the contrasts that `isWanted`, in one of the parts; the others as they are.
  private static func altered(
    _ forms: [SpokenForm], _ source: inout some RandomNumberGenerator,
    _ isWanted: (Contrast) -> Bool
  ) -> String? {
    let choices = forms.indices.flatMap { index in
      forms[index].contrasts(max: .max).filter(isWanted).map { (index, $0.text) }
    }
    guard let (changed, text) = choices.randomElement(using: &source) else { return nil }
    return forms.indices.map { $0 == changed ? text : forms[$0].text }.joined()
  }

  /// A text of which `text` is only the beginning: `text` and then so much of `other` that `share` of it is `text`. Whoever
  /// says `text` has read that share. Nil if `other` is too short or the whole cannot be asked for.
  package static func continued(
    _ text: String, with other: String, readShare share: Double, pinyin: PinyinTable
  ) -> String? {
    guard share > 0, share < 1,
      let one = try? ExpectedText(text, field: "text", pinyin: pinyin),
      let more = try? ExpectedText(other, field: "text", pinyin: pinyin)
    else { return nil }
    let said = one.parts.map(\.defaultForm.text).joined()
    let rest = more.parts.map(\.defaultForm.text).joined()
    let wanted = Int((Double(said.count) * (1 - share) / share).rounded())
    guard wanted > 0, rest.count >= wanted else { return nil }
    return said + rest.prefix(wanted)
  }

  /// The beginning of `text`, `share` of its characters: whoever says `text` goes on after it. Nil if it is too short to leave
  /// `least` characters on either side.
  package static func shortened(
    _ text: String, to share: Double, least: Int, pinyin: PinyinTable
  ) -> String? {
    guard share > 0, share < 1,
      let whole = try? ExpectedText(text, field: "text", pinyin: pinyin)
    else { return nil }
    let said = whole.parts.map(\.defaultForm.text).joined()
    let kept = Int((Double(said.count) * share).rounded())
    guard kept >= least, said.count - kept >= least else { return nil }
    return String(said.prefix(kept))
  }
}
