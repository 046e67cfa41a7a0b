// The columns of a file that is imported, and what is wrong with a row.

package import Vocabulary

/// A column, by its name in the file's first row. Raw values are those names.
package enum ImportColumn: String, Sendable, CaseIterable, Codable {
  case idNumber = "id_number"
  case name
  /// `YYYYMMDD`; the end `00000000` for a card without one.
  case validFrom = "valid_from"
  case validUntil = "valid_until"
  /// `valid` or empty, `invalid`.
  case idStatus = "id_status"
  /// A picture's path in the folder that the import is given; empty: there is none.
  case portrait
  case phone
  /// `mobile`, `unicom`, `telecom`, `broadnet`, or empty.
  case carrier
  /// `normal`, `suspended`, `cancelled`, `not_on_net`, `unusable`, or empty.
  case phoneStatus = "phone_status"
  /// `YYYYMM`: on the net since; with its present owner since.
  case phoneSince = "phone_since"
  case ownerSince = "owner_since"
  case card = "bank_card"
  /// `normal` or empty, or one of `ImportWords.cardRefusals`.
  case cardStatus = "card_status"
  /// `debit`, `credit`, `prepaid`, `quasi_credit`, or empty.
  case cardKind = "card_kind"

  /// Its place in `allCases`.
  var ordinal: Int {
    switch self {
    case .idNumber: 0
    case .name: 1
    case .validFrom: 2
    case .validUntil: 3
    case .idStatus: 4
    case .portrait: 5
    case .phone: 6
    case .carrier: 7
    case .phoneStatus: 8
    case .phoneSince: 9
    case .ownerSince: 10
    case .card: 11
    case .cardStatus: 12
    case .cardKind: 13
    }
  }
}

/// Why a row was left out. Raw values are told to the operator: a word about the field, never what stood in it.
package enum RowDefect: String, Sendable, CaseIterable, Codable {
  case tooLong = "longer than a row may be"
  case quotes = "quotes that do not close"
  case columnCount = "more or fewer fields than the first row has"
  case notUTF8 = "not UTF-8"
  case missing = "missing"
  case length = "wrong length"
  case character = "a character that cannot stand there"
  case date = "no such date"
  case checkCharacter = "check character"
  case form = "no known form"
  case prefix = "not a mobile number"
  case machine = "a number of machines"
  case privateUse = "a character of a private area"
  case word = "not one of the words of this column"
  case empty = "neither an identity nor a phone nor a card"
  case pathOutside = "a path that leaves the folder of pictures, or a link"
  case noPicture = "no such picture"
  case pictureBytes = "a picture of more bytes than one may have"
  case picture = "not a picture that can be read"
  case faces = "not exactly one face"
  case faceQuality = "a face that is too poor to be compared with"
}

/// The words of columns that have a closed set of them.
package enum ImportWords {
  package static let idStatuses: [String: IdentityStatus] = [
    "": .valid, "valid": .valid, "invalid": .invalid,
  ]
  package static let carriers: [String: PhoneCarrier?] = [
    "": nil, "mobile": .mobile, "unicom": .unicom, "telecom": .telecom, "broadnet": .broadnet,
  ]
  package static let phoneStatuses: [String: PhoneStatus?] = [
    "": nil, "normal": .normal, "suspended": .suspended, "cancelled": .cancelled,
    "not_on_net": .notOnNet, "unusable": .onNetUnusable,
  ]
  package static let cardRefusals: [String: ElementResult?] = [
    "": nil, "normal": nil, "holder_info_wrong": .holderInfoWrong,
    "no_card_not_present": .noCardNotPresent, "confiscated": .cardConfiscated,
    "invalid": .cardInvalid, "no_issuer": .cardNoIssuer, "dormant": .cardDormant,
    "fraud_retained": .cardFraudRetained, "lost": .cardLost, "expired": .cardExpired,
    "restricted": .cardRestricted, "pin_tries": .cardPINTries, "issuer_refused": .cardIssuerRefused,
    "abnormal": .cardAbnormal,
  ]
  package static let cardKinds: [String: BankCardKind?] = [
    "": nil, "debit": .debit, "credit": .credit, "prepaid": .prepaid, "quasi_credit": .quasiCredit,
  ]
}
