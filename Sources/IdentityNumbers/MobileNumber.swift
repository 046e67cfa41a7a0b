// Mobile phone numbers of the Chinese mainland: the form is a gate, the table of ranges is information.

/// Eleven digits that begin with 1 and 3–9.
package struct MobileNumber: PersonalValue {
  /// Eleven digits.
  package let digits: String
  /// To whom the range was given; nil if the table does not know it. Numbers move between carriers since 2019-12-01, so
  /// it does not prove the carrier.
  package let range: Range?

  /// To whom a range of numbers was given.
  package struct Range: Sendable, Equatable {
    package let carrier: Carrier
    package let use: Use
  }

  /// Networks of the mainland.
  package enum Carrier: Sendable, Equatable { case mobile, unicom, telecom, broadnet, other }

  /// What a range is for.
  package enum Use: Sendable, Equatable {
    case ordinary
    /// Resold by an operator without a network of its own.
    case virtual
    case satellite
    case emergency
  }

  /// Why text is not such a number. Positions count from 0.
  package enum Failure: Error, Sendable, Equatable {
    /// Not eleven digits.
    case length
    /// Not a digit; the first such place.
    case character(position: Int)
    /// Does not begin with 1 and 3–9.
    case prefix
    /// A number of machines (13 digits from 140, 141, 144, 146, 148, or 11 from the same ranges): no person answers it.
    case machine
  }

  package init(_ text: some StringProtocol) throws(Failure) {
    let scalars = Array(text.unicodeScalars.prefix(14))
    if let position = scalars.firstIndex(where: { !("0"..."9").contains($0) }) {
      throw .character(position: position)
    }
    let digits = String(String.UnicodeScalarView(scalars))
    let isMachine = Self.machinePrefixes.contains { digits.hasPrefix($0) }
    if scalars.count == 13 && isMachine { throw .machine }
    guard scalars.count == 11 else { throw .length }
    guard digits.hasPrefix("1"), let second = scalars.dropFirst().first,
      ("3"..."9").contains(second)
    else { throw .prefix }
    if isMachine { throw .machine }
    self.digits = digits
    range = Self.range(of: digits)
  }

  /// Mobile 1440x and 148xx, Unicom 146xx, Telecom 1410x and 1441x.
  private static let machinePrefixes = ["1410", "1440", "1441", "146", "148"]

  /// Ranges as of 2020, the longest prefix decides.
  private static let table: [(range: Range, prefixes: String)] = [
    (
      Range(carrier: .mobile, use: .ordinary),
      "134 135 136 137 138 139 147 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198"
    ),
    (
      Range(carrier: .unicom, use: .ordinary),
      "130 131 132 145 155 156 166 175 176 185 186 196"
    ),
    (
      Range(carrier: .telecom, use: .ordinary),
      """
      133 1349 149 153 173 17400 17401 17402 17403 17404 17405 177 180 181 189 190 191 193 199
      """
    ),
    (Range(carrier: .broadnet, use: .ordinary), "192"),
    (Range(carrier: .other, use: .satellite), "1749"),
    (
      Range(carrier: .other, use: .emergency), "17406 17407 17408 17409 17410 17411 17412"
    ),
    (Range(carrier: .mobile, use: .virtual), "165 1703 1705 1706"),
    (Range(carrier: .unicom, use: .virtual), "167 1704 1707 1708 1709 171"),
    (Range(carrier: .telecom, use: .virtual), "162 1700 1701 1702"),
  ]

  private static let ranges: [Substring: Range] = Dictionary(
    uniqueKeysWithValues: table.flatMap { entry in
      entry.prefixes.split(separator: " ").map { ($0, entry.range) }
    })

  private static func range(of digits: String) -> Range? {
    [5, 4, 3].lazy.compactMap { ranges[digits.prefix($0)] }.first
  }
}
