// The identity number: eighteen places, of which the last checks the others.

internal import IdentityNumbers
internal import Vision

/// Reads an identity number from its row.
struct IdentityNumberRow {
  let maker: FieldMaker
  let glyphs: [Glyph]

  /// What was read.
  struct Reading {
    var field: FieldReading?
    /// The number, if it is valid as read or after a repair.
    var number: ResidentIdentityNumber?
    var doubts: [DocumentDoubt] = []
    /// Places as they were found, for a second look with what else is known.
    var places: [DigitPlace] = []
  }

  /// A place is in doubt, so that it may be repaired, if its reading is less sure than this or another is likelier than
  /// `alternativeMin`.
  static let doubtBelow = 0.98
  static let alternativeMin = 0.02
  /// Most sureness of a repaired number.
  static let repairedMax = 0.9
  /// A repaired number is low if the repair is not this much likelier than all other readings that check.
  static let repairShareMin = 0.9
  /// Least sureness of the reading it replaces for a repair to be low: the reader was sure of something else.
  static let sureOfOther = 0.9

  func read(today: CalendarDate, knowing known: ResidentIdentityNumber.Knowledge = .init())
    -> Reading
  {
    let run = Self.run(of: glyphs)
    guard !run.isEmpty else { return Reading(doubts: [.fieldMissing]) }
    let places = Self.window(of: run)
    let used = places.compactMap(\.glyph)
    let raw = used.textAsRead
    let text = String(places.map(\.digit))
    let isSettled = !places.allSatisfy(\.isAsRead)
    guard places.count == ResidentIdentityNumber.length else {
      let field = maker.field(
        text, of: used, raw: raw,
        sureness: min(FieldMaker.sureness(of: used), FieldMaker.incompleteMax),
        settled: isSettled, incomplete: true)
      return Reading(field: field, doubts: [.idNumberLengthWrong], places: places)
    }
    if let number = try? ResidentIdentityNumber(text, today: today) {
      return Reading(
        field: maker.field(
          text, of: used, raw: raw, sureness: Self.checkedSureness(places), settled: isSettled,
          alternatives: Self.otherReadings(places, than: text)), number: number, places: places)
    }
    return repaired(places, used, raw, text, known: known, today: today)
  }

  private func repaired(
    _ places: [DigitPlace], _ used: [Glyph], _ raw: String, _ text: String,
    known: ResidentIdentityNumber.Knowledge, today: CalendarDate
  ) -> Reading {
    var known = known
    known.today = today
    let found = ResidentIdentityNumber.readings(of: places.map(\.candidates), knowing: known)
    let single = found.readings.filter { reading in
      reading.changes.count == 1
        && reading.changes.allSatisfy { Self.isDoubtful(places[$0], reading.text, $0) }
    }
    guard single.count == 1, let reading = single.first, found.readings.first == reading,
      let number = try? ResidentIdentityNumber(reading.text, today: today)
    else {
      let sureness = min(FieldMaker.sureness(of: used), FieldMaker.incompleteMax)
      return Reading(
        field: maker.field(
          text, of: used, raw: raw, sureness: sureness,
          settled: !places.allSatisfy(\.isAsRead),
          alternatives: found.readings.prefix(DocumentLimits.alternativesMax).map(\.text)),
        doubts: [.idNumberChecksumFailed], places: places)
    }
    let changed = reading.changes[0]
    let others = places.indices.filter { $0 != changed }.map { places[$0].sureness }.min() ?? 0
    var sureness = min(Self.repairedMax, others, reading.share)
    if places[changed].sureness > Self.sureOfOther {
      sureness = min(sureness, FieldMaker.incompleteMax)
    }
    return Reading(
      field: maker.field(
        reading.text, of: used, raw: raw, sureness: sureness,
        alternatives: [text] + found.readings.dropFirst().prefix(2).map(\.text)), number: number,
      doubts: [.idNumberRepaired], places: places)
  }

  private static func isDoubtful(_ place: DigitPlace, _ text: String, _ index: Int) -> Bool {
    let wanted = Array(text)[index]
    let confidence = place.candidates.first { $0.character == wanted }?.confidence ?? 0
    return place.sureness < doubtBelow || confidence > alternativeMin
  }

  /// How sure a number is whose check character holds: one wrong place never passes it, two or more do once in `odds`.
  static func checkedSureness(_ places: [DigitPlace], odds: Double = 11) -> Double {
    let right = places.map { max(0.001, $0.sureness) }
    let none = right.reduce(1, *)
    let one = right.indices.reduce(0.0) { $0 + none / right[$1] * (1 - right[$1]) }
    let more = max(0, 1 - none - one) / 11
    let all = none + more
    return all > 0 ? none / all : 0
  }

  /// The same where the date of birth is printed elsewhere, too, and is the number's: places 7 to 14 are then beyond
  /// doubt, and the others are worth what they were.
  static func surenessKnowingBirth(_ places: [DigitPlace]) -> Double {
    guard places.count == ResidentIdentityNumber.length else { return 0 }
    let others = places.indices.filter { !birthPlaces.contains($0) }
    return checkedSureness(others.map { places[$0] })
  }

  /// Where a number of eighteen characters holds the date of birth (GB 11643), counted from 0.
  static let birthPlaces = 6..<14

  private static func otherReadings(_ places: [DigitPlace], than text: String) -> [String] {
    ResidentIdentityNumber.readings(of: places.map(\.candidates)).readings.map(\.text)
      .filter { $0 != text }.prefix(DocumentLimits.alternativesMax).map { $0 }
  }

  /// The longest run of what may be digits; what stands before and behind it is none of the number.
  static func run(of glyphs: [Glyph]) -> [Glyph] {
    var best: [Glyph] = []
    var run: [Glyph] = []
    for glyph in glyphs.leftToRight {
      let isPart = DigitPlace.isPossible(glyph) || "Xx×".contains(glyph.character)
      if isPart { run.append(glyph) } else { run = [] }
      if run.count > best.count { best = run }
    }
    return best
  }

  /// Of more than eighteen glyphs those that are a valid number as they were read: a label's characters may look like
  /// digits. Otherwise all of them.
  static func checked(_ run: [Glyph]) -> [Glyph] {
    guard run.count > ResidentIdentityNumber.length else { return run }
    return windows(of: run).first { isNumber($0.text) }.map(Array.init) ?? run
  }

  /// Every eighteen glyphs in a row of a longer run.
  private static func windows(of run: [Glyph]) -> [ArraySlice<Glyph>] {
    let length = ResidentIdentityNumber.length
    return (0...run.count - length).map { run[$0..<$0 + length] }
  }

  private static func isNumber(_ text: String) -> Bool {
    (try? ResidentIdentityNumber(text)) != nil
  }

  /// One place for each glyph; of more than eighteen those that check, else the surest ones.
  private static func window(of run: [Glyph]) -> [DigitPlace] {
    guard run.count > ResidentIdentityNumber.length else { return places(run[...]) }
    return windows(of: run).map(places).first { isNumber(String($0.map(\.digit))) }
      ?? places(run[...])
  }

  private static func places(_ run: ArraySlice<Glyph>) -> [DigitPlace] {
    run.enumerated().map { index, glyph in
      DigitPlace(glyph, also: index == ResidentIdentityNumber.length - 1 ? "X" : nil)
    }
  }
}
