// Contrasts that a recogniser's own text suggests.

extension SpokenAlignment {
  private static let negators: Set<Character> = ["不", "没", "未", "非", "无", "别", "勿", "莫"]

  /// The texts that say what was heard where that matters: a "not" that was heard and not expected, or expected and not heard;
  /// a minus before a number; another digit or multiplier; another character of a marked name; a stretch that was not heard. Score them beside the contrasts of the
  /// form: a recogniser's own text is only a guess, but where it differs here, it has to lose. At most
  /// `SpokenTextLimits.contrastsMax`.
  package func heardContrasts() -> [Contrast] {
    var found: [Contrast] = []
    func add(_ kind: Contrast.Kind, _ place: Range<Int>, _ other: [Character]) {
      found.append(
        Contrast(kind: kind, place: place, text: form.replacing(place, with: other)))
    }
    for insertion in insertions {
      if isSign(insertion) {
        add(.sign, insertion.place..<insertion.place, ["负"])
        continue
      }
      guard let negator = negator(insertion.character) else { continue }
      add(.negationInserted, insertion.place..<insertion.place, [negator])
    }
    for (index, place) in places.enumerated() {
      let range = index..<index + 1
      switch place {
      case .missing where Self.negators.contains(form.characters[index]):
        add(.negationRemoved, range, [])
      case .replaced(let other) where Self.negators.contains(other):
        add(.negationInserted, range, [other])
      case .replaced(let other) where Self.negators.contains(form.characters[index]):
        add(.negationRemoved, range, [other])
      case .replaced(let other) where form.isNumber[index] && Self.isNumeral(other):
        add(.number, range, [other])
      case .missing where form.isNumber[index]: add(.magnitude, range, [])
      case .replaced(let other) where form.name[index] != nil: add(.name, range, [other])
      default: break
      }
    }
    for gap in gaps where gap.count < length { add(.omission, gap, []) }
    return Array(found.prefix(SpokenTextLimits.contrastsMax))
  }

  /// Runs of two or more characters that were not heard: whoever leaves out a clause must not be helped by what the rest
  /// of the text scores. Single characters are lost by recognisers too often; they have a limit of their own.
  private var gaps: [Range<Int>] {
    var found: [Range<Int>] = []
    var start: Int?
    for (index, place) in (places + [.heard]).enumerated() {
      if place == .missing {
        start = start ?? index
      } else if let first = start {
        if index - first > 1 { found.append(first..<index) }
        start = nil
      }
    }
    return found
  }

  /// Whether a minus was heard before a number, by its sound.
  private func isSign(_ insertion: Insertion) -> Bool {
    guard form.isQuantity(at: insertion.place),
      let sound = form.pinyin.syllables(of: "负").first
    else { return false }
    return form.pinyin.syllables(of: insertion.character).contains(sound)
  }

  /// The word of negation that a character is, or that it sounds like where a recogniser wrote another one: 不 or 没.
  private func negator(_ character: Character) -> Character? {
    if Self.negators.contains(character) { return character }
    let sounds = form.pinyin.syllables(of: character)
    return (["不", "没"] as [Character]).first { negator in
      form.pinyin.syllables(of: negator).first.map(sounds.contains) ?? false
    }
  }

  /// What was heard in place of the whole form, if anything was replaced: the form with every replaced character as it was
  /// heard. Nil if none was.
  package var heardText: Contrast? {
    var characters = form.characters
    var changed: [Int] = []
    for (index, place) in places.enumerated() {
      if case .replaced(let other) = place {
        characters[index] = other
        changed.append(index)
      }
    }
    guard let first = changed.first, let last = changed.last else { return nil }
    return Contrast(kind: .heard, place: first..<last + 1, text: String(characters))
  }

  private static func isNumeral(_ character: Character) -> Bool {
    ChineseNumerals.digitValues[character] != nil
      || ChineseNumerals.multipliers.contains(character)
  }
}
