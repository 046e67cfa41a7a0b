// One character with its place on the card and what else it may be.

internal import Vision

/// A character of a card.
struct Glyph {
  /// Its place among all glyphs of the card.
  var id: Int
  /// Normalised: `Characters.normalised`. Another than `read` where something else than the reader settled it.
  var character: Character
  /// The same as the reader gave it.
  var read: Character
  /// 0–1.
  var confidence: Double
  /// Other readings, surest first, normalised.
  var alternatives: [ReadCharacter.Alternative]
  /// Its middle, in pixels of the card.
  var x: Double
  var y: Double
  /// Height of its line, with the detector's margin, in pixels.
  var height: Double
  /// Width of a full-width character of its line, in pixels.
  var em: Double
  /// Its line's place in the reading.
  var line: Int
  /// Where its line ends, with the detector's margin, in pixels.
  var lineEnd: Double
  /// The reader saw a blank before it.
  var isAfterBlank = false

  /// How wide it is drawn, in pixels.
  var width: Double { Characters.isHan(character) ? em : em * Self.narrowWidth }

  /// Width of a digit or Latin letter in ems, a mean of several typefaces.
  static let narrowWidth = 0.55

  /// The probability that it is `character`, 0–1.
  func probability(of character: Character) -> Double {
    if self.character == character { return confidence }
    return alternatives.first { $0.character == character }?.confidence ?? 0
  }

  /// Where it is, about: the detector's margin is left out above and below.
  var box: ImageBox {
    let tall = height * Self.inkHeight
    return ImageBox(x: x - width / 2, y: y - tall / 2, width: width, height: tall)
  }

  /// The part of a line's height that is ink; the rest is the detector's margin.
  static let inkHeight = 0.75
}

extension Sequence<Glyph> {
  /// The characters as text.
  var text: String { String(map(\.character)) }

  /// The characters as the reader gave them.
  var textAsRead: String { String(map(\.read)) }

  /// The smallest box around all; nil for none.
  var bounds: ImageBox? {
    let boxes = map(\.box)
    guard let left = boxes.map(\.x).min(), let top = boxes.map(\.y).min() else { return nil }
    let right = boxes.map { $0.x + $0.width }.max() ?? left
    let bottom = boxes.map { $0.y + $0.height }.max() ?? top
    return ImageBox(x: left, y: top, width: right - left, height: bottom - top)
  }

  /// From left to right.
  var leftToRight: [Glyph] { sorted { ($0.x, $0.id) < ($1.x, $1.id) } }
}
