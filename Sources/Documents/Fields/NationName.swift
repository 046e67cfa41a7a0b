// The nation (民族), one of a closed list.

internal import IdentityNumbers
internal import Vision

/// Reads the nation. Only what the reader itself thinks possible is taken: the list never changes a sure character.
enum NationName {
  /// The field and whether the list has it; nil without characters.
  static func field(of row: [Glyph], maker: FieldMaker) -> (FieldReading, isKnown: Bool)? {
    let places = row.prefix(charactersMax).map { glyph in
      [(glyph.character, glyph.confidence)]
        + glyph.alternatives.map { ($0.character, $0.confidence) }
    }
    guard !places.isEmpty else { return nil }
    let raw = row.textAsRead
    var known: [(name: String, weight: Double, sureness: Double)] = []
    for nation in Nation.all {
      let name = Array(nation.name)
      guard name.count == places.count, let first = weights(of: name, places) else { continue }
      known.append((nation.name, first.reduce(1, *), first.min() ?? 0))
    }
    known.sort { ($1.weight, $0.name) < ($0.weight, $1.name) }
    guard let best = known.first else {
      if let nation = only(row) {
        return maker.field(
          nation, of: row, raw: raw,
          sureness: min(FieldMaker.sureness(of: row), FieldMaker.incompleteMax), settled: true,
          alternatives: [raw]
        ).map { ($0, true) }
      }
      let sureness = min(FieldMaker.sureness(of: row), FieldMaker.incompleteMax)
      return maker.field(raw, of: row, sureness: sureness).map { ($0, false) }
    }
    // Among names of the list only: what else was read there is none.
    let all = known.reduce(0) { $0 + $1.weight }
    let share = all > 0 ? best.weight / all : 0
    let sureness = min(share, max(best.sureness, 1 - (1 - best.sureness) * listFactor))
    return maker.field(
      best.name, of: row, raw: raw, sureness: sureness, settled: true,
      incomplete: Gaps.hasGap(row),
      alternatives: known.dropFirst().prefix(DocumentLimits.alternativesMax).map(\.name)
    ).map { ($0, true) }
  }

  /// The only name of the list that has every character of `row` that names of the list have, in their order. Nil if others
  /// were read for sure, or if there is no such character: most people are 汉, but nothing on the card says so.
  private static func only(_ row: [Glyph]) -> String? {
    let listed = row.filter { characters.contains($0.character) }
    let others = row.filter { !characters.contains($0.character) }
    guard others.allSatisfy({ $0.confidence < KnownNames.sureMin }) else { return nil }
    guard !listed.isEmpty else { return nil }
    let found = Nation.all.map(\.name).filter { name in
      var rest = Array(name)[...]
      return listed.allSatisfy { glyph in
        guard let index = rest.firstIndex(of: glyph.character) else { return false }
        rest = rest[(index + 1)...]
        return true
      }
    }
    let alike = found.filter { $0.count == row.count }
    if found.count == 1 { return found[0] }
    return alike.count == 1 && listed.count > 1 ? alike[0] : nil
  }

  private static let characters = Set(Nation.all.flatMap(\.name))

  /// The longest name of the list has ten characters.
  static let charactersMax = 12
  /// What is left of a character's unsureness once the whole is a name of the list.
  static let listFactor = 0.4

  private static func weights(of name: [Character], _ places: [[(Character, Double)]]) -> [Double]?
  {
    var weights: [Double] = []
    for (character, place) in zip(name, places) {
      if let found = place.first(where: { isSame($0.0, character) }) {
        weights.append(found.1)
      } else if let found = place.first(where: {
        lookalikes[$0.0] == character && $0.1 < KnownNames.sureMin
      }) {
        weights.append(min(found.1, FieldMaker.reflectiveMax))
      } else {
        return nil
      }
    }
    return weights
  }

  /// Traditional forms of characters in the list, as readers give them for print they are not sure of.
  private static func isSame(_ read: Character, _ listed: Character) -> Bool {
    read == listed || variants[read] == listed
  }

  /// Characters that no nation has, which readers give for a blurred one of the list. Low.
  private static let lookalikes: [Character: Character] = [
    "舞": "彝", "伦": "仡", "设": "汉", "议": "汉", "没": "汉", "汊": "汉", "诚": "满", "茵": "苗", "丘": "壮",
  ]

  private static let variants: [Character: Character] = [
    "漢": "汉", "蒙": "蒙", "滿": "满", "維": "维", "爾": "尔", "僮": "壮", "壯": "壮", "鮮": "鲜",
    "傣": "傣", "錫": "锡", "達": "达", "烏": "乌", "羅": "罗", "獨": "独", "龍": "龙", "納": "纳",
    "門": "门", "倫": "伦", "個": "仡", "東": "东", "鄉": "乡", "溫": "温", "侖": "仑", "斯": "斯",
  ]
}
