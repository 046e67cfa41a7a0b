// Finding words on a card although single characters of them are misread.

internal import Vision

/// A word as it was found.
struct FoundWord {
  /// How well it fits, 0–1: the mean over its characters of 1 for the reading, less for an alternative.
  var score: Double
  var glyphs: [Glyph]

  /// Right end, in pixels.
  var right: Double { (glyphs.last?.x ?? 0) + (glyphs.last.map { $0.width / 2 } ?? 0) }
  var left: Double { (glyphs.first?.x ?? 0) - (glyphs.first.map { $0.width / 2 } ?? 0) }
  var x: Double { (left + right) / 2 }
  var y: Double { glyphs.reduce(0) { $0 + $1.y } / Double(max(1, glyphs.count)) }
}

extension CardText {
  /// Every place where `word` stands with at least `scoreMin`, best first. Its characters may be in lines of their own
  /// as long as they stand side by side.
  func places(of word: [Character], scoreMin: Double, ignoringCase: Bool = false) -> [FoundWord] {
    guard !word.isEmpty, mayHold(word, scoreMin: scoreMin) else { return [] }
    var found: [FoundWord] = []
    for row in rows where row.count >= word.count {
      for start in 0...(row.count - word.count) {
        let window = row[start..<start + word.count]
        var score = 0.0
        var previous: Glyph?
        var isTorn = false
        for (glyph, wanted) in zip(window, word) {
          score += Self.likeness(glyph, wanted, ignoringCase: ignoringCase)
          if let previous, glyph.x - previous.x > Self.letterGap * max(glyph.em, previous.em) {
            isTorn = true
          }
          previous = glyph
        }
        score /= Double(word.count)
        guard score >= scoreMin, !isTorn else { continue }
        found.append(
          FoundWord(score: score, glyphs: Self.withoutValue(Array(window), word: word)))
      }
    }
    return found.sorted { $0.score > $1.score }
  }

  /// Whether enough of the word's characters are on the card at all. Most words that are looked for are not, and this says
  /// so at once.
  private func mayHold(_ word: [Character], scoreMin: Double) -> Bool {
    let known = word.count { wanted in
      vocabulary.contains(wanted)
        || Characters.isLatin(wanted)
          && wanted.lowercased().first.map(vocabulary.contains) ?? false
    }
    return Double(known) / Double(word.count) >= scoreMin
  }

  /// Takes characters off the ends that are none of the word's: they begin the value behind it, or end another one's
  /// before it, and the word's own characters were not read there.
  private static func withoutValue(_ window: [Glyph], word: [Character]) -> [Glyph] {
    var window = window
    while let last = window.last, window.count > 1 {
      let wanted = word[window.count - 1]
      guard likeness(last, wanted, ignoringCase: true) == 0 else { break }
      let step = last.x - window[window.count - 2].x
      guard Characters.isDigit(last.character) || step > valueStep * last.em else { break }
      window.removeLast()
    }
    // Nor does what stands far before it belong to it.
    for wanted in word {
      guard window.count > 1, likeness(window[0], wanted, ignoringCase: true) == 0,
        window[1].x - window[0].x > valueStep * window[0].em
      else { break }
      window.removeFirst()
    }
    return window
  }

  /// From a label's last character to its value is more than this, in ems.
  static let valueStep = 1.45
  /// Characters of one word stand no further apart than this, in ems.
  static let letterGap = 3.2

  /// What `likeness` takes `glyph` for to any degree; a Latin letter as a small one, too.
  static func forms(of glyph: Glyph) -> [Character] {
    let read = glyph.character
    let other =
      Characters.isLatin(read) ? read.lowercased().first : PrintedForms.simple(read)
    return [read] + [other].compactMap { $0 } + glyph.alternatives.map(\.character)
  }

  /// 1 if the glyph was read so, 0.5–1 if it may be so, else 0.
  private static func likeness(_ glyph: Glyph, _ wanted: Character, ignoringCase: Bool) -> Double {
    if glyph.character == wanted { return 1 }
    if Characters.isLatin(wanted) {
      if ignoringCase, Characters.isLatin(glyph.character),
        glyph.character.lowercased() == wanted.lowercased()
      {
        return 1
      }
    } else if PrintedForms.simple(glyph.character) == wanted {
      return 1
    }
    let probability = glyph.probability(of: wanted)
    return probability > 0 ? 0.5 + probability / 2 : 0
  }
}
