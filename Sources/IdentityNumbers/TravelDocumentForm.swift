// What the numbers of permits and passports look like. Hints, not gates: forms change and the lists are not complete.

/// The form that a travel document's number has.
package enum TravelDocumentForm: String, Sendable, Equatable, CaseIterable {
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

  /// Characters of the longest form.
  static let charactersMax = 11

  /// Every form that `text` has, in the order of the cases. Empty says nothing against the number.
  package static func forms(of text: some StringProtocol) -> [TravelDocumentForm] {
    allCases.filter { TravelDocumentNumber.failure(of: text, form: $0) == nil }
  }

  /// The issue digits of a permit's old form: two behind the number; nil in the new form.
  package static func issue(of text: some StringProtocol) -> String? {
    let isOld = !forms(of: text).isEmpty && text.utf8.count >= 10
    let isTaiwan = text.utf8.first.map(isDigit) ?? false
    guard isOld, isTaiwan ? text.utf8.count == 10 : text.utf8.count == 11 else { return nil }
    return String(text.suffix(2))
  }

  /// How many digits may stand behind these letters; none if the form never has them.
  func digitCounts(behind letters: String) -> [Int] {
    switch self {
    case .hongKongHomeReturn: letters == "H" ? [8, 10] : []
    case .macauHomeReturn: letters == "M" ? [8, 10] : []
    case .taiwanPermit: letters.isEmpty ? [8, 10] : []
    case .hongKongMacauPermit: Self.counts(letters, single: ["C", "W"], double: "C")
    case .toTaiwanPermit: ["L", "T"].contains(letters) ? [8] : []
    case .ordinaryPassport: Self.counts(letters, single: ["E", "G"], double: "E")
    case .officialPassport:
      ["D", "S", "P", "DE", "SE", "PE"].contains(letters) ? [7, 8] : []
    }
  }

  /// Eight digits behind one letter, seven behind two.
  private static func counts(_ letters: String, single: [String], double: Character) -> [Int] {
    if single.contains(letters) { return [8] }
    return letters.utf8.count == 2 && letters.first == double ? [7] : []
  }

  /// Letters that the form has.
  var exampleLetters: String {
    switch self {
    case .hongKongHomeReturn: "H"
    case .macauHomeReturn: "M"
    case .taiwanPermit: ""
    case .hongKongMacauPermit: "C"
    case .toTaiwanPermit: "L"
    case .ordinaryPassport: "E"
    case .officialPassport: "D"
    }
  }
}
