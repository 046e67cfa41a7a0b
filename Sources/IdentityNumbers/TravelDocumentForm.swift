// What the numbers of permits and passports look like. Hints, not gates: forms change and the lists are not complete.

/// The form that a travel document's number has.
package enum TravelDocumentForm: Sendable, Equatable, CaseIterable {
  /// Mainland Travel Permit for Hong Kong and Macau Residents: H or M and eight digits, formerly with two digits of
  /// the issue behind them.
  case hongKongHomeReturn, macauHomeReturn
  /// Mainland Travel Permit for Taiwan Residents: eight digits, formerly ten.
  case taiwanPermit
  /// Exit-Entry Permit for Travelling to and from Hong Kong and Macau: C or W and eight digits, or C, a letter and seven.
  case hongKongMacauPermit
  /// Permit to Taiwan: L or T and eight digits.
  case toTaiwanPermit
  /// Ordinary passport: E or G and eight digits, or E, a letter and seven digits.
  case ordinaryPassport
  /// Diplomatic, service and public-affairs passport: D, S or P, perhaps E, and seven or eight digits.
  case officialPassport

  /// Every form that `text` has, in the order of the cases. Empty says nothing against the number.
  package static func forms(of text: some StringProtocol) -> [TravelDocumentForm] {
    let bytes = Array(text.utf8.prefix(12))
    return allCases.filter { $0.fits(bytes) }
  }

  /// The issue digits of a permit's old form: two behind the number; nil in the new form.
  package static func issue(of text: some StringProtocol) -> String? {
    let isOld = !forms(of: text).isEmpty && text.utf8.count >= 10
    let isTaiwan = text.utf8.first.map(isDigit) ?? false
    guard isOld, isTaiwan ? text.utf8.count == 10 : text.utf8.count == 11 else { return nil }
    return String(text.suffix(2))
  }

  private func fits(_ bytes: [UInt8]) -> Bool {
    let letters = String(decoding: bytes.prefix(while: isUpperLetter), as: UTF8.self)
    let digits = bytes.dropFirst(letters.utf8.count)
    guard digits.allSatisfy(isDigit) else { return false }
    return switch self {
    case .hongKongHomeReturn: letters == "H" && [8, 10].contains(digits.count)
    case .macauHomeReturn: letters == "M" && [8, 10].contains(digits.count)
    case .taiwanPermit: letters.isEmpty && [8, 10].contains(digits.count)
    case .hongKongMacauPermit:
      ["C", "W"].contains(letters) && digits.count == 8
        || letters.first == "C" && letters.utf8.count == 2 && digits.count == 7
    case .toTaiwanPermit: ["L", "T"].contains(letters) && digits.count == 8
    case .ordinaryPassport:
      ["E", "G"].contains(letters) && digits.count == 8
        || letters.first == "E" && letters.utf8.count == 2 && digits.count == 7
    case .officialPassport:
      ["D", "S", "P", "DE", "SE", "PE"].contains(letters) && (7...8).contains(digits.count)
    }
  }
}
