// Texts that sound nearly like the expected one and mean something else: what was said has to fit the expected one better.

/// A text altered at one place, in the same way of saying it as the form it was made from.
package struct Contrast: SpokenContent, Equatable {
  package let kind: Kind
  /// Characters of the form that were replaced; empty: something was put in there.
  package let place: Range<Int>
  /// The altered text: simplified Chinese characters and capital letters.
  package let text: String

  package enum Kind: Sendable, Hashable {
    /// A "not" more.
    case negationInserted
    /// A "not" less.
    case negationRemoved
    /// A word for its opposite (买入/卖出).
    case opposite
    /// Another digit.
    case number
    /// Another power of ten, or digits of 14 and 40 exchanged.
    case magnitude
    /// Another currency, length of time or share.
    case unit
    /// A "minus" more or less before a number.
    case sign
    /// Another name.
    case name
    /// A pair that the scene adds, by its label.
    case extra(String)
    /// What a recogniser heard instead.
    case heard
    /// Without a stretch that a recogniser did not hear.
    case omission

    /// Which matter most when there are too many: lower first.
    var rank: Int {
      switch self {
      case .extra: 0
      case .negationInserted, .negationRemoved, .omission: 1
      case .number, .magnitude, .unit, .sign: 2
      case .name: 3
      case .opposite, .heard: 4
      }
    }
  }

  package init(kind: Kind, place: Range<Int>, text: String) {
    self.kind = kind
    self.place = place
    self.text = text
  }
}

/// Two words that a scene does not want mixed up. Simplified or traditional Chinese without punctuation, 1 to
/// `SpokenTextLimits.extraPairCharactersMax` characters each.
package struct ContrastPair: Sendable, Equatable, Hashable {
  package let said, other: String
  /// What a contrast of this pair is called in records; no personal data.
  package let label: String
  /// Whether `other` in a text is held against `said`, too.
  package let bothWays: Bool

  package init(said: String, other: String, label: String, bothWays: Bool = true) {
    self.said = said
    self.other = other
    self.label = label
    self.bothWays = bothWays
  }
}

extension ContrastPair {
  /// Whether an ear tells the two words apart, tones included.
  package func isAudible(_ pinyin: PinyinTable) -> Bool {
    pinyin.toneKey(pinyin.simplified(said)) != pinyin.toneKey(pinyin.simplified(other))
  }
}

extension PinyinTable {
  /// Equal for texts that no ear tells apart: each character's commonest reading with its tone, or the character itself.
  fileprivate func toneKey(_ text: String) -> [Int] {
    text.flatMap { character in
      if let reading = readings(of: character).first {
        return [reading.syllable.code * 8 + reading.tone]
      }
      return character.unicodeScalars.map { -Int($0.value) }
    }
  }
}

/// A contrast with how many others of its place come before it.
struct RankedContrast {
  let contrast: Contrast
  let order: Int
}

extension SpokenForm {
  /// The texts that must lose against this form on the same recording. Deterministic; each text once and never the form
  /// itself or one that sounds like it; tones alone tell only the pairs that a scene adds. At most `max`: the first of every
  /// place before the second of any, and by importance. In the order of their places.
  package func contrasts(
    extra: [ContrastPair] = [], max: Int = SpokenTextLimits.contrastsMax
  ) -> [Contrast] {
    let ranked =
      extraContrasts(extra) + wordContrasts() + numberContrasts() + nameContrasts()
    var seen: Set<[[Syllable]]> = [soundKey(text)]
    var seenTones: Set<[Int]> = [pinyin.toneKey(text)]
    let sorted = ranked.enumerated().sorted {
      let (a, b) = ($0.element, $1.element)
      return (a.order, a.contrast.kind.rank, a.contrast.place.lowerBound, $0.offset)
        < (b.order, b.contrast.kind.rank, b.contrast.place.lowerBound, $1.offset)
    }
    var chosen: [Contrast] = []
    for (_, next) in sorted where chosen.count < max {
      let isNewSound = seen.insert(soundKey(next.contrast.text)).inserted
      let isNewTone = seenTones.insert(pinyin.toneKey(next.contrast.text)).inserted
      let isOfScene = if case .extra = next.contrast.kind { true } else { false }
      if isOfScene ? isNewTone : isNewSound { chosen.append(next.contrast) }
    }
    return chosen.enumerated().sorted {
      ($0.element.place.lowerBound, $0.offset) < ($1.element.place.lowerBound, $1.offset)
    }.map(\.element)
  }

  /// Equal for texts that sound alike but for their tones.
  func soundKey(_ text: String) -> [[Syllable]] {
    text.map { character in
      let sounds = pinyin.syllables(of: character)
      return sounds.isEmpty ? [] : [sounds[0]]
    }
  }

  private func extraContrasts(_ pairs: [ContrastPair]) -> [RankedContrast] {
    pairs.prefix(SpokenTextLimits.extraPairsMax).flatMap { pair in
      let forward = replacements(of: pair.said, with: pair.other, .extra(pair.label))
      let backward =
        pair.bothWays ? replacements(of: pair.other, with: pair.said, .extra(pair.label)) : []
      return forward + backward
    }
  }

  private func replacements(
    of said: String, with other: String, _ kind: Contrast.Kind
  ) -> [RankedContrast] {
    let most = SpokenTextLimits.extraPairCharactersMax
    let said = pinyin.simplified(String(said.prefix(most + 1)))
    let other = pinyin.simplified(String(other.prefix(most + 1)))
    guard said.count <= most, other.count <= most else { return [] }
    return ExpectedText.places(of: said, in: text).map { place in
      RankedContrast(
        contrast: Contrast(kind: kind, place: place, text: replacing(place, with: other)), order: 0)
    }
  }

  private func wordContrasts() -> [RankedContrast] {
    var found: [RankedContrast] = []
    for (place, word) in ContrastWords.words(in: characters) {
      for (order, other) in word.others.enumerated() {
        let contrast = Contrast(
          kind: other.kind, place: place, text: replacing(place, with: other.text))
        found.append(RankedContrast(contrast: contrast, order: order))
      }
    }
    return found
  }
}
