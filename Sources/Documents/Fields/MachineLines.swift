// Lines of a machine-readable zone: which rows are such lines, and which character stands in which place.

internal import IdentityNumbers
internal import Vision

/// Machine-readable lines of a card.
enum MachineLines {
  /// The length of the line that `row` is: 30 or 44; nil if it is none.
  static func length(of row: [Glyph]) -> Int? {
    let row = normalised(row)
    let marks = row.count { isMachine($0.character) }
    let fillers = row.count { $0.character == "<" }
    let letters = row.count { Characters.isUpper($0.character) }
    // A lower line whose personal number fills its field has no filler at all.
    guard row.count >= 18, marks * 10 >= row.count * 9, letters >= 2,
      fillers >= 2 || row.count >= 28 && fillers >= 1
        || row.count >= 40 && marks - letters >= 10
    else { return nil }
    return step(of: row).map { (row[row.count - 1].x - row[0].x) / $0 > 36 ? 44 : 30 }
  }

  static func isMachine(_ character: Character) -> Bool {
    character == "<" || Characters.isDigit(character) || Characters.isUpper(character)
  }

  /// The row with everything that is drawn like a filler as one.
  static func normalised(_ row: [Glyph]) -> [Glyph] {
    var row = row.map { glyph in
      fillerShapes.contains(glyph.character)
        ? filler(glyph, glyph.confidence + glyph.probability(of: "<")) : glyph
    }
    // At the line's end, where fillers run out of focus, readers write C for some of them. A single one may be a letter:
    // it ends a name, or is one.
    let end = row.count - row.reversed().prefix { "<C".contains($0.character) }.count
    let letters = row[end...].indices.filter { row[$0].character == "C" }
    guard letters.count >= endLettersMin, row.count - end - letters.count >= endFillersMin else {
      return row
    }
    for index in letters { row[index] = filler(row[index], row[index].probability(of: "<")) }
    return row
  }

  /// As many C among as many fillers read as such are fillers.
  private static let endLettersMin = 3
  private static let endFillersMin = 2

  private static func filler(_ glyph: Glyph, _ confidence: Double) -> Glyph {
    var filler = glyph
    filler.character = "<"
    filler.read = "<"
    filler.confidence = min(1, confidence)
    return filler
  }

  /// No line for machines has small letters.
  private static let fillerShapes = Set("くぐヘへ〈《«‹≤＜ㄑce")

  /// The lines of a card, upper ones first: the last two of 44 or three of 30. Nil for another number of lines.
  static func lines(on text: CardText) -> [[Glyph]]? {
    let found = text.rows.compactMap { row in length(of: row).map { ($0, row) } }
    // All lines of a zone have one length; the fillers at a line's end may not all have been read.
    guard let length = found.map(\.0).max() else { return nil }
    let wanted = length == 44 ? 2 : 3
    if found.count >= wanted { return found.suffix(wanted).map { normalised($0.1) } }
    guard length == 44, let lower = found.first?.1,
      let upper = text.rows.last(where: { isNames($0, above: lower) })
    else { return nil }
    return [upper, lower].map(normalised)
  }

  /// Whether `row` is the upper line of a passport whose lower one is `lower`. That of a short name is mostly fillers,
  /// which readers drop, so that it may be as short as any word: it stands right above, begins where the other does, and
  /// is written as large.
  private static func isNames(_ row: [Glyph], above lower: [Glyph]) -> Bool {
    let row = normalised(row)
    guard let first = row.first, let below = lower.first, "PVI".contains(first.character) else {
      return false
    }
    let down = CardText.middle(lower) - CardText.middle(row)
    let marks = row.count { isMachine($0.character) }
    return row.count >= namesMin && marks * 10 >= row.count * 9
      && row.contains { $0.character == "<" }
      && down > 0.5 * below.height && down < 3 * below.height
      && abs(first.x - below.x) < 1.5 * below.em
      && (0.7...1.4).contains(first.height / below.height)
  }

  /// Characters that a line of names has at least: type, state, and a family name of two letters.
  static let namesMin = 8

  /// The distance of neighbouring characters, in pixels: the median between characters that are no fillers.
  private static func step(of row: [Glyph]) -> Double? {
    let steps = zip(row, row.dropFirst())
      .filter { $0.character != "<" && $1.character != "<" }.map { $1.x - $0.x }.sorted()
    guard let step = steps.isEmpty ? nil : steps[steps.count / 2], step > 0 else { return nil }
    return step
  }

  /// The places of one line, and whether its longest run of fillers takes another room than it should. Fillers are counted
  /// by the room they take, because readers drop some of a long run; nil if what else was read does not fit. Names whose
  /// last character stands before the line's end are filled up, whether or not a filler was read there.
  static func places(of row: [Glyph], length: Int, isNames: Bool) -> (
    places: [Glyph?], isOdd: Bool
  )? {
    let row = row.filter { isMachine($0.character) || DigitPlace.isPossible($0) }
    guard let step = step(of: row), let first = row.first, let last = row.last,
      first.character != "<"
    else { return nil }
    // A line whose last place was read tells its pitch best.
    let whole = (last.x - first.x) / Double(length - 1)
    let isWhole = last.character != "<" && abs(whole - step) < 0.12 * step
    let pitch = isWhole ? whole : step
    var blocks: [[Glyph]] = []
    var gaps: [Double] = []
    for glyph in row where glyph.character != "<" {
      if let last = blocks.last?.last, isNext(glyph, to: last, in: row) {
        blocks[blocks.count - 1].append(glyph)
      } else {
        if let last = blocks.last?.last {
          let read = row.count { $0.x > last.x && $0.x < glyph.x }
          let room = (glyph.x - last.x) / pitch - 1
          gaps.append(isNames ? max(room, Double(read)) : room)
        }
        blocks.append([glyph])
      }
    }
    // Names have one filler between words and two between family name and given names.
    var fillers = gaps.map {
      max(1, min(isNames ? 2 : length, Int(min(Double(length), $0).rounded())))
    }
    var isOdd = false
    let used = blocks.reduce(0) { $0 + $1.count }
    let end = Int(((last.x - first.x) / pitch).rounded()) + 1
    let endsFilled = last.character == "<" || isNames && end + 1 < length
    if isNames, last.character != "<", end + 1 < length { isOdd = true }
    var missing = length - used - fillers.reduce(0, +)
    if !endsFilled, let longest = fillers.indices.max(by: { fillers[$0] < fillers[$1] }) {
      // The last place is not a filler: the longest run takes up what the count is off by.
      guard abs(missing) <= runErrorMax, fillers[longest] + missing >= 1 else { return nil }
      // Long runs are measured less well.
      isOdd = Double(abs(missing)) > 0.5 + 0.06 * Double(fillers[longest])
      fillers[longest] += missing
      missing = 0
    }
    guard missing >= 0 else { return nil }
    var places: [Glyph?] = []
    for (index, block) in blocks.enumerated() {
      places += block.map { $0 }
      if index < fillers.count { places += Array(repeating: nil, count: fillers[index]) }
    }
    places += Array(repeating: nil, count: missing)
    return places.count == length ? (places, isOdd) : nil
  }

  /// Most places that the longest run of fillers may be off by.
  static let runErrorMax = 6

  private static func isNext(_ glyph: Glyph, to last: Glyph, in row: [Glyph]) -> Bool {
    guard let a = row.firstIndex(where: { $0.id == last.id }) else { return false }
    return a + 1 < row.count && row[a + 1].id == glyph.id
  }
}

/// A zone that was read, with repairs.
struct MachineReading {
  var zone: MachineReadableZone
  /// Before repairs.
  var asRead: MachineReadableZone
  /// The same as the reader gave it, fillers counted by their room: letters and digits of one shape not yet told apart by
  /// what may stand in their place.
  var rawLines: [String]
  /// All glyphs of the lines.
  var lines: [[Glyph]]
  /// The line of which a character was replaced.
  var repairedLine: Int?
  var isRepaired: Bool { repairedLine != nil }
  /// A run of fillers takes another room than it should: a character beside it may not have been read.
  var hasOddRun: Bool
  /// Sureness of the least sure character, fillers left out.
  var sureness: Double
  /// Sureness of the least sure character of the names, which no check digit protects.
  var nameSureness: Double
  /// That of the sex, which no check digit of a passport protects.
  var sexSureness: Double

  /// Nil if there are no such lines.
  init?(on text: CardText, today: CalendarDate) {
    guard let lines = MachineLines.lines(on: text) else { return nil }
    let length = lines.count == 2 ? 44 : 30
    let nameLine = length == 44 ? 0 : 2
    let placed = lines.enumerated().compactMap { index, line in
      MachineLines.places(of: line, length: length, isNames: index == nameLine)
    }
    guard placed.count == lines.count else { return nil }
    let places = placed.flatMap(\.places)
    hasOddRun = placed.contains(where: \.isOdd)
    let nameSpan = length == 44 ? 5..<44 : 60..<90
    let isChinese = length == 44 && places.prefix(5).suffix(3).compactMap { $0 }.text == "CHN"
    let candidates = places.enumerated().map { index, glyph in
      Self.candidates(glyph, at: index, length: length, isChinese: isChinese)
    }
    let first = candidates.map { $0.first?.character ?? "<" }
    self.lines = lines
    rawLines = Self.split(places.map { $0?.character ?? "<" }, length)
    sureness = candidates.map { $0.first?.confidence ?? 1 }.min() ?? 0
    nameSureness = min(
      candidates[nameSpan].map { $0.first?.confidence ?? 1 }.min() ?? 0,
      Self.endSureness(of: lines[nameLine]))
    sexSureness = candidates[length == 44 ? 64 : 37].first?.confidence ?? 0
    guard
      let asRead = try? MachineReadableZone(lines: Self.split(first, length), today: today)
    else { return nil }
    zone = asRead
    self.asRead = asRead
    guard !asRead.checksHold else { return }
    let found = MachineReadableZone.readings(of: candidates)
    let single = found.readings.filter { $0.changes.count == 1 }
    if single.count == 1, let reading = single.first, found.readings.first == reading,
      Self.isDoubtful(candidates[reading.changes[0]], Array(reading.text)[reading.changes[0]]),
      let repaired = try? MachineReadableZone(
        lines: Self.split(Array(reading.text), length), today: today), repaired.checksHold
    {
      zone = repaired
      repairedLine = reading.changes[0] / length
      sureness = min(IdentityNumberRow.repairedMax, reading.share)
    }
  }

  /// How sure it is that no name in `line` goes on where a filler was taken to be: the least sure of those that are doubtful.
  private static func endSureness(of line: [Glyph]) -> Double {
    line.filter { $0.character == "<" && $0.confidence < fillerSureMin }.map(\.confidence).min()
      ?? 1
  }

  /// A filler that is less sure than this was mostly read as something else.
  static let fillerSureMin = 0.3

  private static func isDoubtful(_ place: [CandidateCharacter], _ wanted: Character) -> Bool {
    let confidence = place.first { $0.character == wanted }?.confidence ?? 0
    return (place.first?.confidence ?? 0) < IdentityNumberRow.doubtBelow
      || confidence > IdentityNumberRow.alternativeMin
  }

  private static func split(_ characters: [Character], _ length: Int) -> [String] {
    stride(from: 0, to: characters.count, by: length).map {
      String(characters[$0..<min($0 + length, characters.count)])
    }
  }

  /// What a place may hold: digits where only digits stand, letters where only letters stand.
  private static func candidates(
    _ glyph: Glyph?, at index: Int, length: Int, isChinese: Bool
  ) -> [CandidateCharacter] {
    guard let glyph else { return [CandidateCharacter("<", confidence: 1)] }
    let isDigits = length == 44 ? digitPlaces44.contains(index) : digitPlaces30.contains(index)
    // Chinese passports' numbers begin with a letter.
    let isLetters =
      length == 44 ? letterPlaces44(index) || isChinese && index == 44 : letterPlaces30(index)
    var found: [CandidateCharacter] = []
    let all =
      [(glyph.character, glyph.confidence)]
      + glyph.alternatives.map { ($0.character, $0.confidence) }
    for (character, confidence) in all {
      var taken = character.uppercased().first ?? character
      var factor = 1.0
      if taken != "<", isDigits, !Characters.isDigit(taken),
        let digit = Characters.digit(for: taken)
      {
        (taken, factor) = (digit, DigitPlace.lookalikeFactor)
      } else if taken != "<", isLetters, let letter = Characters.letter(for: taken), letter != taken
      {
        (taken, factor) = (letter, DigitPlace.lookalikeFactor)
      }
      guard MachineLines.isMachine(taken), !found.contains(where: { $0.character == taken }) else {
        continue
      }
      found.append(CandidateCharacter(taken, confidence: confidence * factor))
    }
    // Where either may stand, a letter may be the digit of its shape and the other way round.
    if !isDigits, !isLetters, let read = found.first, read.character != "<" {
      let twin =
        Characters.isDigit(read.character)
        ? Characters.letter(for: read.character) : Characters.digit(for: read.character)
      if let twin, !found.contains(where: { $0.character == twin }) {
        found.append(CandidateCharacter(twin, confidence: twinPart * read.confidence))
      }
    }
    return found.isEmpty
      ? [CandidateCharacter("<", confidence: 0)] : found.sorted { $0.confidence > $1.confidence }
  }

  /// How likely the character of the same shape is where the reader does not name it.
  static let twinPart = 0.03

  /// Dates and check digits of TD3, counted through both lines.
  private static let digitPlaces44 = Set(Array(57..<64) + Array(65..<72) + [53, 87])
  /// Dates and check digits of TD1, counted through all lines.
  private static let digitPlaces30 = Set(Array(30..<37) + Array(38..<45) + [59])

  private static func letterPlaces44(_ index: Int) -> Bool {
    (0..<44).contains(index) || (54..<57).contains(index) || index == 64
  }

  private static func letterPlaces30(_ index: Int) -> Bool {
    (0..<5).contains(index) || (45..<48).contains(index) || index == 37 || (60..<90).contains(index)
  }
}
