// Regions by their six-digit code (GB/T 2260 through the years): `Resources/regions.txt`. Information only.

/// A region as it was called in some years.
package struct Region: Sendable, Hashable {
  /// Six digits.
  package let code: String
  package let name: String
  /// The first and the last year of this name under this code; nil: none that is known.
  package let firstYear, lastYear: Int?

  /// What is known of a code. None of it is a reason to refuse a number.
  package enum Status: Sendable, Equatable {
    /// In use on the day, or taken into use later: numbers were given out to people born long before.
    case known(Region)
    /// Given up before the day. Numbers with it stay valid for life.
    case abolished(Region)
    /// A code for all districts of a city (01), its old urban area (20), and others that official lists leave out but
    /// real numbers have (02, 11, 19).
    case aggregate(name: String)
    /// In no list that we have.
    case unknown
  }

  /// What is known of `code` as of `date`.
  package static func status(_ code: some StringProtocol, on date: CalendarDate) -> Status {
    let bytes = Array(code.utf8.prefix(7))
    guard bytes.count == 6, let number = decimal(bytes) else { return .unknown }
    let entries = table[number] ?? []
    let isAggregate = aggregates[number % 100] != nil && number % 10_000 >= 100
    let isNamedAggregate = entries.contains { aggregates.values.contains($0.name) }
    if isAggregate && (entries.isEmpty ? isKnownCity(number / 100) : isNamedAggregate) {
      return .aggregate(name: entries.last?.name ?? aggregates[number % 100] ?? "")
    }
    if let current = entries.first(where: { $0.covers(date.year) }) { return .known(current) }
    if let later = entries.first(where: { $0.firstYear.map { $0 > date.year } ?? false }) {
      return .known(later)
    }
    return entries.last.map { .abolished($0) } ?? .unknown
  }

  /// The names of province, city and district under `code` in that year, as far as they are known, those that say
  /// nothing (市辖区 as a city) left out.
  package static func names(of code: some StringProtocol, in year: Int) -> [String] {
    let bytes = Array(code.utf8.prefix(7))
    guard bytes.count == 6, let number = decimal(bytes) else { return [] }
    var seen: Set<Int> = []
    return [number / 10_000 * 10_000, number / 100 * 100, number].compactMap { number in
      guard seen.insert(number).inserted, let entries = table[number] else { return nil }
      let name = (entries.first { $0.covers(year) } ?? entries.last)?.name
      return name.flatMap { ["市辖区", "县"].contains($0) && number % 100 == 0 ? nil : $0 }
    }
  }

  /// Codes in the table, with how many names they had: for tests and reports.
  package static var tableSize: (codes: Int, names: Int) {
    (table.count, table.values.reduce(0) { $0 + $1.count })
  }

  private func covers(_ year: Int) -> Bool {
    (firstYear.map { $0 <= year } ?? true) && (lastYear.map { year <= $0 } ?? true)
  }

  /// Names that stand for what is under a city's seat, by the last two digits.
  static let aggregates = [1: "市辖区", 2: "城区", 11: "郊区", 19: "市辖区", 20: "市区"]

  /// Whether any code begins with these four digits.
  private static func isKnownCity(_ city: Int) -> Bool { cities.contains(city) }

  private static let cities = Set(table.keys.map { $0 / 100 })

  static let table: [Int: [Region]] = read(PackageResources.regions_txt)

  /// A line is four digits and, behind blanks, entries of two digits, a name and perhaps years.
  private static func read(_ file: [UInt8]) -> [Int: [Region]] {
    var table: [Int: [Region]] = [:]
    for line in file.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard let city = words.first.flatMap({ decimal($0) }) else { continue }
      for word in words.dropFirst() {
        guard let place = decimal(word.prefix(2)) else { continue }
        let name = word.dropFirst(2).prefix { $0 >= 0x80 }
        let years = word[name.endIndex...].split(
          separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let code = city * 100 + place
        table[code, default: []].append(
          Region(
            code: String(code), name: String(decoding: name, as: UTF8.self),
            firstYear: years.first.flatMap { decimal($0) },
            lastYear: years.dropFirst().first.flatMap { decimal($0) }))
      }
    }
    return table
  }
}
