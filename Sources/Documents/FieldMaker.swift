// From characters to a field: its confidence, its box, its other readings.

internal import Vision

/// Makes the fields of one card.
struct FieldMaker {
  let text: CardText
  let condition: CardCondition

  /// A field of `glyphs`, of which the value was made. `sureness` is 0–1; by default that of the least sure character.
  /// `settled` says that the value may be another than `raw`, and no check digit stands behind it.
  /// `reach` is where more of it may stand than was read; by default a little to the right.
  /// Nil without characters or value.
  func field(
    _ value: String, of glyphs: [Glyph], raw: String? = nil, sureness: Double? = nil,
    settled: Bool = false, incomplete: Bool = false, reach: ImageBox? = nil,
    alternatives: [String]? = nil
  ) -> FieldReading? {
    guard !value.isEmpty, let box = glyphs.bounds else { return nil }
    var sureness = sureness ?? Self.sureness(of: glyphs)
    let reach = reach ?? Self.reach(of: box, glyphs)
    let reflective = overlaps(.glare, reach, valueMin: Self.glareMin)
    let covered = overlaps(.occlusion, reach, valueMin: Self.occlusionMin)
    if incomplete || covered { sureness = min(sureness, Self.incompleteMax) }
    if reflective { sureness = min(sureness, Self.reflectiveMax) }
    return FieldReading(
      value: value, rawValue: raw ?? value, confidence: 100 * sureness, box: box,
      incomplete: incomplete || covered, reflective: reflective,
      settled: settled && value != raw ?? value,
      alternatives: alternatives ?? Self.alternatives(to: value, of: glyphs))
  }

  /// One and a half characters more to the right: what glare or a finger hides there was not read.
  private static func reach(of box: ImageBox, _ glyphs: [Glyph]) -> ImageBox {
    var box = box
    box.width += 1.5 * (glyphs.map(\.em).max() ?? 0)
    return box
  }

  /// From these values on the place of glare or of what lies over the card counts.
  static let glareMin = 0.3
  static let occlusionMin = 0.5
  /// Most sureness of a field that is not whole.
  static let incompleteMax = 0.5
  /// Most sureness of a field under glare, so that it is low.
  static let reflectiveMax = 0.75

  /// That of the least sure character, 0–1; 0 without any.
  static func sureness(of glyphs: some Sequence<Glyph>) -> Double {
    glyphs.map(\.confidence).min() ?? 0
  }

  private func overlaps(_ kind: CardCondition.Kind, _ box: ImageBox, valueMin: Double) -> Bool {
    guard let found = condition.measurements[kind], found.value >= valueMin,
      let place = found.place
    else { return false }
    let across = min(box.x + box.width, place.x + place.width) - max(box.x, place.x)
    let down = min(box.y + box.height, place.y + place.height) - max(box.y, place.y)
    return across > 0 && down > 0
  }

  /// `value` with one character replaced by another reading of it, likeliest first. Only for values that have one
  /// character for each glyph.
  static func alternatives(to value: String, of glyphs: [Glyph]) -> [String] {
    let characters = Array(value)
    guard characters.count == glyphs.count else { return [] }
    var found: [(String, Double)] = []
    for (index, glyph) in glyphs.enumerated() {
      for alternative in glyph.alternatives
      where alternative.confidence >= alternativeMin && alternative.character != " " {
        var other = characters
        other[index] = alternative.character
        if other != characters { found.append((String(other), alternative.confidence)) }
      }
    }
    return found.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(DocumentLimits.alternativesMax)
      .map(\.0)
  }

  /// Readings less likely than this are not told.
  static let alternativeMin = 0.02
}
