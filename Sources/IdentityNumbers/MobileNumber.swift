// Mobile phone numbers of the Chinese mainland: the form is a gate, the table of ranges is information.

/// Eleven digits that begin with 1 and 3–9.
package struct MobileNumber: PersonalValue {
  /// Eleven digits.
  package let digits: String
  /// To whom the range was given (`TableSource.mobileRanges`); nil if the table does not know it. Numbers move between
  /// carriers since 2019-12-01, so it does not prove the carrier.
  package let range: Range?

  /// To whom a range of numbers was given.
  package struct Range: Sendable, Equatable {
    package let carrier: Carrier
    package let use: Use
  }

  /// Networks of the mainland.
  package enum Carrier: String, Sendable, Equatable, CaseIterable {
    case mobile, unicom, telecom, broadnet, other
  }

  /// What a range is for.
  package enum Use: String, Sendable, Equatable, CaseIterable {
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
    let bytes = Array(text.utf8.prefix(14))
    if let position = bytes.firstIndex(where: { !isDigit($0) }) {
      // Up to the first byte that is no digit, bytes and characters are the same.
      throw .character(position: position)
    }
    let isMachine = Self.machinePrefixes.contains { bytes.starts(with: $0) }
    if bytes.count == 13 && isMachine { throw .machine }
    guard bytes.count == 11 else { throw .length }
    guard bytes[0] == UInt8(ascii: "1"), bytes[1] >= UInt8(ascii: "3") else { throw .prefix }
    if isMachine { throw .machine }
    digits = String(decoding: bytes, as: UTF8.self)
    range = Self.range(of: bytes)
  }

  /// Mobile 1440x and 148xx, Unicom 146xx, Telecom 1410x and 1441x.
  private static let machinePrefixes = ["1410", "1440", "1441", "146", "148"].map {
    Array($0.utf8)
  }

  /// Prefixes in the table, for tests and reports.
  package static var tableSize: Int { ranges.count }

  /// `Resources/mobile-ranges.txt`: carrier, use, then prefixes of three to five digits.
  private static let ranges: [Int: Range] = {
    var ranges: [Int: Range] = [:]
    for line in PackageResources.mobile_ranges_txt.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " ")).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard let carrier = words.first.flatMap(Carrier.init(rawValue:)),
        let use = words.dropFirst().first.flatMap(Use.init(rawValue:))
      else { continue }
      for prefix in words.dropFirst(2).compactMap({ Int($0) }) {
        ranges[prefix] = Range(carrier: carrier, use: use)
      }
    }
    return ranges
  }()

  /// The longest prefix decides; none begins with 0, so that numbers tell their lengths apart.
  private static func range(of digits: [UInt8]) -> Range? {
    [5, 4, 3].lazy.compactMap { decimal(digits[..<$0]).flatMap { ranges[$0] } }.first
  }
}
