// States and what travel documents have in their place (ISO 3166-1, ICAO Doc 9303 part 3): `Resources/countries.txt`.

/// An entry of the list. Information only: a code outside it refuses nothing.
package struct Country: Sendable, Hashable {
  /// Three letters; D for Germany in machine-readable zones.
  package let code: String
  /// ISO 3166-1 numeric, as the numbers of foreigners' residence cards have it; nil for codes of ICAO alone.
  package let number: Int?
  /// English, as the table's source has it.
  package let name: String

  /// The entry with that code; nil if there is none.
  package init?(code: some StringProtocol) {
    guard let country = Self.byCode[String(code)] else { return nil }
    self = country
  }

  /// The entry with that number; nil if there is none.
  package init?(number: Int) {
    guard let country = Self.byNumber[number] else { return nil }
    self = country
  }

  private init(code: String, number: Int?, name: String) {
    self.code = code
    self.number = number
    self.name = name
  }

  private static let all: [Country] =
    PackageResources.countries_txt.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      return Country(
        code: String(decoding: fields[0], as: UTF8.self), number: decimal(fields[1]),
        name: String(decoding: fields[2], as: UTF8.self))
    }

  private static let byCode = Dictionary(
    all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
  private static let byNumber = Dictionary(
    all.compactMap { country in country.number.map { ($0, country) } },
    uniquingKeysWith: { first, _ in first })
}
