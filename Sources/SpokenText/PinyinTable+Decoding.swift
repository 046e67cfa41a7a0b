// Reads the table's file: strict, bounded, whole or not at all.

/// Why a file is no table of readings.
package struct PinyinTableError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Counted from 1; the first line is the heading.
  package let line: Int
  package let reason: Reason

  package init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }

  package enum Reason: String, Sendable, CaseIterable {
    case tooLong = "the file is too long"
    case notUTF8 = "not UTF-8"
    case heading = "not the heading of a table of this edition"
    case notice = "the line that says where the table is from is missing"
    case lineCount = "not as many lines as the heading says"
    case character = "does not begin with one character and a tab"
    case order = "characters are not in ascending order, or one comes twice"
    case syllable = "not a syllable of Mandarin"
    case tone = "a tone other than 1 to 5"
    case count = "not a count, or too large a one"
    case readings = "no reading, too many of them, or one twice"
    case form = "the form of a character that is not in the table or is itself a form"
  }

  package var description: String {
    "\(PinyinTable.fileName), line \(line): \(reason.rawValue); remove it and run `make setup`"
  }
}

/// What the lines say, column by column.
struct PinyinRows {
  var scalars: [UInt32] = []
  var starts: [UInt32] = []
  var ends: [UInt32] = []
  var forms: [UInt32] = []
  var readings: [TonedSyllable] = []
}

extension PinyinTable {
  /// What the first line begins with.
  private static let heading = "mandarin-pinyin 1 "

  /// Reads the file's bytes. Nothing is reserved beyond a small multiple of their length, and that is at most
  /// `PinyinTableLimits.fileBytesMax`.
  package init(_ bytes: some Collection<UInt8>) throws(PinyinTableError) {
    guard bytes.count <= PinyinTableLimits.fileBytesMax else {
      throw PinyinTableError(line: 1, reason: .tooLong)
    }
    var lines = Array(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // A file ends with a line's end.
    guard let last = lines.popLast(), last.isEmpty, let first = lines.first else {
      throw PinyinTableError(line: max(1, lines.count), reason: .lineCount)
    }
    let announced = try Self.announced(first)
    guard lines.count > 1, lines[1].first == UInt8(ascii: "#") else {
      throw PinyinTableError(line: 2, reason: .notice)
    }
    guard lines.count - 2 == announced else {
      throw PinyinTableError(line: 1, reason: .lineCount)
    }
    var reader = PinyinLineReader()
    for (index, line) in lines.enumerated().dropFirst(2) {
      do throws(PinyinLineFault) {
        try reader.read(line)
      } catch {
        throw PinyinTableError(line: index + 1, reason: error.reason)
      }
    }
    self.init(try reader.finished())
  }

  private static func announced(_ line: ArraySlice<UInt8>) throws(PinyinTableError) -> Int {
    guard line.starts(with: heading.utf8),
      let count = decimal(line.dropFirst(heading.utf8.count), max: PinyinTableLimits.linesMax),
      count > 0
    else { throw PinyinTableError(line: 1, reason: .heading) }
    return count
  }
}

/// A number in decimal digits without a leading zero, at most `max`.
func decimal(_ bytes: ArraySlice<UInt8>, max: Int) -> Int? {
  guard let first = bytes.first, bytes.count <= 8 else { return nil }
  if first == UInt8(ascii: "0") && bytes.count > 1 { return nil }
  var value = 0
  for byte in bytes {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    value = value * 10 + Int(byte - UInt8(ascii: "0"))
  }
  return value <= max ? value : nil
}

/// What is wrong with one line.
private struct PinyinLineFault: Error {
  let reason: PinyinTableError.Reason
}

/// Reads lines in their order and keeps what they say.
private struct PinyinLineReader {
  private var rows = PinyinRows()
  /// Row → the character whose readings it has, and the line that says so.
  private var pending: [(row: Int, target: UInt32)] = []
  private var known: [ArraySlice<UInt8>: Syllable] = [:]

  mutating func read(_ line: ArraySlice<UInt8>) throws(PinyinLineFault) {
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")),
      let scalar = try Self.scalar(line[..<tab])
    else { throw PinyinLineFault(reason: .character) }
    guard rows.scalars.last.map({ $0 < scalar }) ?? true else {
      throw PinyinLineFault(reason: .order)
    }
    rows.scalars.append(scalar)
    let rest = line[(tab + 1)...]
    let start = UInt32(rows.readings.count)
    if rest.first == UInt8(ascii: "=") {
      guard let target = try Self.scalar(rest.dropFirst()) else {
        throw PinyinLineFault(reason: .character)
      }
      pending.append((rows.scalars.count - 1, target))
      rows.forms.append(target)
    } else {
      rows.forms.append(scalar)
      try readReadings(rest)
    }
    rows.starts.append(start)
    rows.ends.append(UInt32(rows.readings.count))
  }

  private mutating func readReadings(_ text: ArraySlice<UInt8>) throws(PinyinLineFault) {
    let words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count <= PinyinTableLimits.readingsMax else {
      throw PinyinLineFault(reason: .readings)
    }
    let start = rows.readings.count
    for word in words {
      let reading = try self.reading(word)
      let isNew = rows.readings[start...].allSatisfy {
        $0.syllable != reading.syllable || $0.tone != reading.tone
      }
      guard isNew else { throw PinyinLineFault(reason: .readings) }
      rows.readings.append(reading)
    }
  }

  /// `xing2` or `xing2:2943`.
  private mutating func reading(
    _ word: ArraySlice<UInt8>
  ) throws(PinyinLineFault) -> TonedSyllable {
    guard !word.isEmpty else { throw PinyinLineFault(reason: .readings) }
    var sound = word
    var count = 0
    if let colon = word.firstIndex(of: UInt8(ascii: ":")) {
      sound = word[..<colon]
      guard let value = decimal(word[(colon + 1)...], max: PinyinTableLimits.countMax), value > 0
      else { throw PinyinLineFault(reason: .count) }
      count = value
    }
    guard let tone = sound.popLast(), (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(tone) else {
      throw PinyinLineFault(reason: .tone)
    }
    return TonedSyllable(
      syllable: try syllable(sound), tone: Int(tone - UInt8(ascii: "0")), count: count)
  }

  private mutating func syllable(
    _ letters: ArraySlice<UInt8>
  ) throws(PinyinLineFault) -> Syllable {
    if let seen = known[letters] { return seen }
    let isLower = letters.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    guard isLower, letters.count <= 6,
      let syllable = Syllable(String(decoding: letters, as: UTF8.self))
    else { throw PinyinLineFault(reason: .syllable) }
    known[letters] = syllable
    return syllable
  }

  /// The one character that the bytes are; nil if they are none or several.
  private static func scalar(_ bytes: ArraySlice<UInt8>) throws(PinyinLineFault) -> UInt32? {
    guard (1...4).contains(bytes.count) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PinyinLineFault(reason: .notUTF8)
    }
    return text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
  }

  /// The rows, with the readings of forms found.
  consuming func finished() throws(PinyinTableError) -> PinyinRows {
    var rows = rows
    let places = Dictionary(
      uniqueKeysWithValues: rows.scalars.enumerated().map { ($0.element, $0.offset) })
    for (row, target) in pending {
      guard let place = places[target], place != row, rows.forms[place] == target else {
        throw PinyinTableError(line: row + 3, reason: .form)
      }
      rows.starts[row] = rows.starts[place]
      rows.ends[row] = rows.ends[place]
    }
    return rows
  }
}
