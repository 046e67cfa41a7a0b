// Which payment scheme a card number belongs to: ranges of issuer identification numbers (ISO/IEC 7812-1) as the schemes
// publish them.

/// A payment scheme.
package enum CardScheme: String, Sendable, CaseIterable {
  case unionPay, visa, mastercard, americanExpress, jcb, dinersClub, discover, maestro, mir

  /// The scheme of a number by its first digits; nil if none is known. The first row that fits decides.
  package init?(digits: some StringProtocol) {
    let bytes = Array(digits.utf8.prefix(6))
    guard bytes.count == 6, let start = decimal(bytes) else { return nil }
    guard let row = Self.rows.first(where: { $0.first <= start && start <= $0.last }) else {
      return nil
    }
    self = row.scheme
  }

  /// Six digits from–to. Sources: Visa, Mastercard (2-series since 2017), American Express, JCB and Discover publish
  /// their ranges for acquirers; UnionPay has 62 and 81 (620000–629999, 810000–817199). Cards of 622126–622925 and of
  /// 81 are UnionPay's though Discover accepts them.
  private static let rows: [(first: Int, last: Int, scheme: CardScheme)] = [
    (620_000, 629_999, .unionPay), (810_000, 817_199, .unionPay),
    (400_000, 499_999, .visa),
    (510_000, 559_999, .mastercard), (222_100, 272_099, .mastercard),
    (340_000, 349_999, .americanExpress), (370_000, 379_999, .americanExpress),
    (352_800, 358_999, .jcb),
    (300_000, 305_999, .dinersClub), (309_500, 309_599, .dinersClub),
    (360_000, 369_999, .dinersClub), (380_000, 399_999, .dinersClub),
    (601_100, 601_199, .discover), (644_000, 659_999, .discover),
    (220_000, 220_499, .mir),
    (500_000, 509_999, .maestro), (560_000, 589_999, .maestro), (639_000, 639_099, .maestro),
    (670_000, 679_999, .maestro),
  ]
}
