// Who issued a card, by the first digits of its number: `Resources/card-issuers.txt`. Information only.

/// An issuer of the Chinese mainland's networks and its product, named as the table's source names them.
package struct CardIssuer: Sendable, Equatable {
  package let name: String
  /// Empty if the source does not say it.
  package let product: String

  /// The issuer of the longest beginning that the table has; nil if it has none.
  package init?(digits: some StringProtocol) {
    let bytes = Array(digits.utf8.prefix(8))
    let found = [8, 6].lazy.compactMap { count in
      bytes.count >= count ? decimal(bytes[..<count]).flatMap { Self.table[$0] } : nil
    }
    guard let issuer = found.first else { return nil }
    self = issuer
  }

  /// Beginnings in the table.
  package static var tableSize: Int { table.count }

  private init(name: String, product: String) {
    self.name = name
    self.product = product
  }

  /// No beginning starts with 0, so that numbers tell six digits from eight.
  private static let table: [Int: CardIssuer] = {
    var table: [Int: CardIssuer] = [:]
    for line in PackageResources.card_issuers_txt.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard fields.count == 3, let prefix = decimal(fields[0]) else { continue }
      table[prefix] = CardIssuer(
        name: String(decoding: fields[1], as: UTF8.self),
        product: String(decoding: fields[2], as: UTF8.self))
    }
    return table
  }()
}
