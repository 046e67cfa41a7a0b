// One row of comma-separated values (RFC 4180) cut into fields, without copying what has no quotes.

/// The fields of a row. Owned by one thread, reused from row to row. A row ends at a line feed, quotes or not: none of the
/// columns holds one.
struct RowFields {
  /// Where fields lie: in the row, or in `scratch` where quotes were taken out.
  private var places: [(inScratch: Bool, start: Int, end: Int)] = []
  private var scratch: [UInt8] = []
  private var row = UnsafeRawBufferPointer(start: nil, count: 0)

  var count: Int { places.count }

  init() { scratch.reserveCapacity(RegistryLimits.rowBytesMax) }

  /// Overwrites what is held of the last row; none may be read without cutting another.
  mutating func wipe() {
    places.removeAll(keepingCapacity: true)
    // All of it: what an earlier, longer row left behind too.
    scratch.append(
      contentsOf: repeatElement(0, count: max(0, RegistryLimits.rowBytesMax - scratch.count)))
    scratch.withUnsafeMutableBytes { overwrite($0) }
    scratch.removeAll(keepingCapacity: true)
  }

  /// Cuts `row`, which must not hold its line end. It is lent until the next row.
  mutating func cut(_ row: UnsafeRawBufferPointer) throws(RowDefectError) {
    self.row = row
    places.removeAll(keepingCapacity: true)
    scratch.removeAll(keepingCapacity: true)
    var position = 0
    while true {
      guard places.count < RegistryLimits.columnsMax else {
        throw RowDefectError(nil, .columnCount)
      }
      if position < row.count, row[position] == Self.quote {
        position = try cutQuoted(row, from: position + 1)
      } else {
        let start = position
        while position < row.count, row[position] != Self.comma {
          if row[position] == Self.quote { throw RowDefectError(nil, .quotes) }
          position += 1
        }
        places.append((false, start, position))
      }
      guard position < row.count else { return }
      // A comma: another field follows, empty at the end.
      position += 1
    }
  }

  private mutating func cutQuoted(
    _ row: UnsafeRawBufferPointer, from start: Int
  ) throws(RowDefectError) -> Int {
    var position = start
    let from = scratch.count
    while position < row.count {
      if row[position] == Self.quote {
        if position + 1 < row.count, row[position + 1] == Self.quote {
          scratch.append(Self.quote)
          position += 2
          continue
        }
        position += 1
        guard position == row.count || row[position] == Self.comma else {
          throw RowDefectError(nil, .quotes)
        }
        places.append((true, from, scratch.count))
        return position
      }
      scratch.append(row[position])
      position += 1
    }
    throw RowDefectError(nil, .quotes)
  }

  /// Lends a field without blanks around it.
  func withField<R, E: Error>(
    _ index: Int, _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    let place = places[index]
    guard place.inScratch else {
      return try body(Self.trimmed(UnsafeRawBufferPointer(rebasing: row[place.start..<place.end])))
    }
    return try scratch.withLent { (bytes) throws(E) -> R in
      try body(Self.trimmed(UnsafeRawBufferPointer(rebasing: bytes[place.start..<place.end])))
    }
  }

  private static func trimmed(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var (start, end) = (0, field.count)
    while start < end, isBlank(field[start]) { start += 1 }
    while start < end, isBlank(field[end - 1]) { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: field[start..<end])
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
}

/// What is wrong with a row, and in which column if it is one.
struct RowDefectError: Error, Equatable {
  let column: ImportColumn?
  let defect: RowDefect
  /// What is not the row's fault, and ends the import.
  private(set) var fault: RegistryFault?

  /// A fault that came up at a row.
  init(_ column: ImportColumn?, _ fault: RegistryFault) {
    self.init(column, .picture)
    self.fault = fault
  }

  init(_ column: ImportColumn?, _ defect: RowDefect) {
    self.column = column
    self.defect = defect
  }
}
