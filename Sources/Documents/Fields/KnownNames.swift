// Names that come from a list: the place that an address or an authority begins with. Doubtful characters are settled by
// the list.

internal import Glibc
internal import IdentityNumbers
internal import Vision

/// Names as one kind of text writes them, and the likeliest of them for characters that are in doubt.
///
/// Costs are logarithms of odds. Nothing that was read for sure is changed, and what is changed is low.
struct KnownNames: Sendable {
  /// Scalars of each name.
  private let names: [[UInt32]]
  private let known: Set<[UInt32]>
  private let lengths: [Int]

  /// 北京市东城区, 广东省广州市荔湾区; 四川省西昌市, whose prefecture is left out.
  static let ofAddresses = KnownNames(
    Region.places.flatMap { place -> [String] in
      // A city with districts is no place of an address by itself.
      if place.code.hasSuffix("00"), divided.contains(place.code.prefix(4)) { return [] }
      return forms(place).map { place.province + $0 }
    })

  /// 广州市荔湾区, 荔湾区, 西昌市; 北京市东城区.
  static let ofAuthorities = KnownNames(
    Region.places.flatMap { place in
      forms(place) + (place.city == nil ? [place.province + place.name] : [])
        + branch(place)
    })

  /// The same with what stands behind them: 西昌市公安局, 石家庄市公安局桥西分局.
  static let ofWholeAuthorities = KnownNames(
    Region.places.flatMap { place in
      forms(place).map { $0 + "公安局" } + branch(place).map { $0 + "分局" }
    })

  /// 石家庄市公安局桥西, behind which 分局 stands.
  private static func branch(_ place: Region.Place) -> [String] {
    guard place.name.hasSuffix("区"), place.name.count > 2 else { return [] }
    return [(place.city ?? place.province) + "公安局" + place.name.dropLast()]
  }

  private static let divided = Set(
    Region.places.filter { !$0.code.hasSuffix("00") }.map { $0.code.prefix(4) })

  private static func forms(_ place: Region.Place) -> [String] {
    [place.name] + (place.city.map { [$0 + place.name] } ?? [])
  }

  init(_ texts: [String]) {
    known = Set(texts.map { $0.unicodeScalars.map(\.value) })
    names = known.sorted { $0.lexicographicallyPrecedes($1) }
    lengths = Set(names.map(\.count)).sorted()
  }

  // How likely what is, as logarithms against one place of the table.

  /// The place of the holder's number: seven in ten live where the number was given out, of 3,500 places.
  static let expectedCost = -7.0
  /// A place that is not in the table: one in a hundred. An authority that ends as none does: hardly any.
  static let unknownCost = 4.6
  static let unknownEndingCost = 12.0
  /// A character of the name that was not read, which must leave room for it, and one read that is none of it.
  static let skipCost = 4.5
  static let extraCost = 6.5
  /// A character is this likely where the reader does not name it.
  static let floor = 0.002
  /// A character as sure as this is not changed, and one as sure as that is not even where the holder's number names
  /// another place and there is none as read.
  static let sureMin = 0.95
  static let sureAgainstNumber = 0.985
  /// How much likelier than all else a name must be.
  static let marginMin = 1.5
  /// Most characters that are changed, put in or left out; of the place that the holder's number names, whose name is
  /// known beforehand, more of a long one.
  static let editsMax = 3
  static let editsShareMax = 0.3

  private static func editsMax(_ name: [UInt32], isExpected: Bool) -> Int {
    isExpected ? max(editsMax, Int(editsShareMax * Double(name.count))) : editsMax
  }

  /// `glyphs` with what their first characters must be, or all of them if `isWhole`; nil if nothing is to be changed.
  /// `expected` are the names of the place that the holder's number names, `unknownCost` is that of a place that is not
  /// in the table.
  func settled(
    _ glyphs: [Glyph], isWhole: Bool, expected: [String] = [], unknownCost: Double = unknownCost
  ) -> [Glyph]? {
    let read = glyphs.map { $0.character.unicodeScalars.first?.value ?? 0 }
    guard !glyphs.isEmpty, !isKnown(read, isWhole: isWhole) else { return nil }
    let costs = glyphs.indices.map {
      Self.cost(of: glyphs[$0], behind: $0 > 0 ? glyphs[$0 - 1] : nil)
    }
    var best: (cost: Double, name: [UInt32])?
    var second = Double.infinity
    let expected = expected.map { $0.unicodeScalars.map(\.value) }
    for (name, prior) in expected.map({ ($0, Self.expectedCost) })
      + candidates(costs, isWhole: isWhole).map({ ($0, 0) })
    where name != best?.name {
      let cost =
        prior
        + Self.cost(
          of: name, costs, isWhole: isWhole,
          sureMin: prior < 0 ? Self.sureAgainstNumber : Self.sureMin)
      if cost < best?.cost ?? .infinity {
        second = best?.cost ?? .infinity
        best = (cost, name)
      } else {
        second = min(second, cost)
      }
    }
    guard let best else { return nil }
    // Places that no table has still lie in a province.
    let isNowhere = !expected.isEmpty && !Self.provinces.contains { read.starts(with: $0) }
    let unknownCost = isNowhere ? max(unknownCost, Self.unknownEndingCost) : unknownCost
    let asRead = costs.prefix(isWhole ? costs.count : best.name.count).reduce(unknownCost) {
      $0 + $1.own
    }
    guard best.cost + Self.marginMin <= min(second, asRead) else { return nil }
    let isExpected = expected.contains(best.name)
    return Self.applied(
      best.name, to: glyphs, costs, isWhole: isWhole,
      sureMin: isExpected ? Self.sureAgainstNumber : Self.sureMin,
      editsMax: Self.editsMax(best.name, isExpected: isExpected))
  }

  /// Names of provinces and what stands for one.
  private static let provinces = Set(Region.places.map(\.province)).map {
    $0.unicodeScalars.map(\.value)
  }

  /// How many of the first glyphs spell a name; the longest counts.
  func prefix(of glyphs: [Glyph]) -> Int {
    let read = glyphs.map { $0.character.unicodeScalars.first?.value ?? 0 }
    return lengths.last { $0 <= read.count && known.contains(Array(read[..<$0])) } ?? 0
  }

  private func isKnown(_ read: [UInt32], isWhole: Bool) -> Bool {
    isWhole
      ? known.contains(read)
      : lengths.contains { $0 <= read.count && known.contains(Array(read[..<$0])) }
  }

  /// Names that could stand there: all but a few of their characters are a reading of some place.
  private func candidates(_ costs: [Cost], isWhole: Bool) -> [[UInt32]] {
    let seen = Set(
      costs.prefix((lengths.last ?? 0) + Self.editsMax).flatMap { [$0.read] + $0.others.keys })
    return names.filter { name in
      if isWhole, abs(name.count - costs.count) > Self.editsMax { return false }
      var missing = 0
      for scalar in name where !seen.contains(scalar) {
        missing += 1
        if missing > 1 { return false }
      }
      return true
    }
  }

  /// What a glyph costs by what it is taken for.
  private struct Cost {
    var read: UInt32
    var own: Double
    var others: [UInt32: Double]
    var confidence: Double
    /// Whether there is room for a character before it: at the beginning of a line, or in a gap.
    var hasRoom: Bool

    func taken(for wanted: UInt32, sureMin: Double) -> Double {
      if wanted == read { return own }
      if confidence >= sureMin { return .infinity }
      return others[wanted] ?? -log(KnownNames.floor)
    }
  }

  private static func cost(of glyph: Glyph, behind last: Glyph?) -> Cost {
    var others: [UInt32: Double] = [:]
    for other in glyph.alternatives {
      guard let scalar = other.character.unicodeScalars.first?.value else { continue }
      others[scalar] = -log(max(other.confidence, floor))
    }
    return Cost(
      read: glyph.character.unicodeScalars.first?.value ?? 0,
      own: -log(max(glyph.confidence, floor)), others: others,
      confidence: glyph.confidence,
      hasRoom: last.map { $0.x > glyph.x || Gaps.hasGap([$0, glyph]) } ?? true)
  }

  /// Least costs of the first characters of `name` over the first glyphs: rows by character, columns by glyph.
  private static func table(
    _ name: [UInt32], _ costs: [Cost], isWhole: Bool, sureMin: Double
  ) -> [[Double]] {
    let columns = isWhole ? costs.count : min(costs.count, name.count + editsMax)
    var rows = [(0...columns).map { extraCost * Double($0) }]
    // The last character must have been read: behind the last one there is always room.
    func skipping(_ index: Int, _ column: Int) -> Double {
      let isAllowed = column < columns && costs[column].hasRoom && index + 1 < name.count
      return isAllowed ? skipCost : .infinity
    }
    for (index, wanted) in name.enumerated() {
      var row = [rows[index][0] + skipping(index, 0)]
      for column in 0..<columns {
        row.append(
          min(
            rows[index][column] + costs[column].taken(for: wanted, sureMin: sureMin),
            rows[index][column + 1] + skipping(index, column + 1), row[column] + extraCost))
      }
      rows.append(row)
    }
    return rows
  }

  private static func cost(
    of name: [UInt32], _ costs: [Cost], isWhole: Bool, sureMin: Double
  ) -> Double {
    let last = table(name, costs, isWhole: isWhole, sureMin: sureMin)[name.count]
    return (isWhole ? last.last : last.min()) ?? .infinity
  }

  /// The glyphs with `name` in place of what it stands for; nil if too much were changed.
  private static func applied(
    _ name: [UInt32], to glyphs: [Glyph], _ costs: [Cost], isWhole: Bool, sureMin: Double,
    editsMax: Int
  ) -> [Glyph]? {
    let rows = table(name, costs, isWhole: isWhole, sureMin: sureMin)
    let last = rows[name.count]
    var column = isWhole ? last.count - 1 : last.indices.min { last[$0] < last[$1] } ?? 0
    var row = name.count
    var made = Array(glyphs[column...])
    var edits = 0
    while row > 0 || column > 0 {
      if row > 0, column > 0,
        rows[row][column] == rows[row - 1][column - 1]
          + costs[column - 1].taken(for: name[row - 1], sureMin: sureMin)
      {
        (row, column) = (row - 1, column - 1)
        let isChanged = costs[column].read != name[row]
        edits += isChanged ? 1 : 0
        made.insert(isChanged ? changed(glyphs[column], to: name[row]) : glyphs[column], at: 0)
      } else if row > 0, rows[row][column] == rows[row - 1][column] + skipCost {
        row -= 1
        edits += 1
        guard let beside = made.first ?? glyphs.last else { return nil }
        made.insert(put(name[row], before: beside, id: -1 - edits), at: 0)
      } else {
        column -= 1
        edits += 1
      }
    }
    return edits > 0 && edits <= editsMax ? made : nil
  }

  private static func changed(_ glyph: Glyph, to scalar: UInt32) -> Glyph {
    var changed = glyph
    changed.character = character(scalar)
    changed.confidence = min(
      FieldMaker.reflectiveMax, max(glyph.probability(of: changed.character), lowest))
    changed.alternatives =
      [.init(character: glyph.character, confidence: glyph.confidence)]
      + glyph.alternatives.filter { $0.character != changed.character }
    return changed
  }

  /// A character that was not read, where it must stand.
  private static func put(_ scalar: UInt32, before beside: Glyph, id: Int) -> Glyph {
    var made = beside
    made.id = id
    made.character = character(scalar)
    made.confidence = lowest
    made.alternatives = []
    made.x -= beside.em
    return made
  }

  /// Sureness of a character that only the table names.
  static let lowest = 0.5

  private static func character(_ scalar: UInt32) -> Character {
    Unicode.Scalar(scalar).map(Character.init) ?? " "
  }
}
