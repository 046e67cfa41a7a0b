// Words of real-name checks: what is asked, of which elements, and what came of it.

/// What a source is asked. Raw values are text for metrics, settings and charges: never change one.
package enum ElementOperation: String, Sendable, CaseIterable {
  /// Does the name belong to the ID number?
  case nameNumber = "name-number"
  /// The same with the first and the last day of the card's validity.
  case nameNumberDates = "name-number-dates"
  /// Does the phone number belong to the name?
  case phoneName = "phone-name"
  /// Do phone number, name and ID number belong together?
  case phoneNameNumber = "phone-name-number"
  /// How long has the phone number been on the net?
  case phoneTime = "phone-time"
  /// Is the phone number in use?
  case phoneStatus = "phone-status"
  /// Has the phone number had the same owner since a day?
  case phoneRecycled = "phone-recycled"
  /// Does the bank card belong to the name?
  case cardName = "card-name"
  /// Does it belong to name and ID number?
  case cardNameNumber = "card-name-number"
  /// Does it belong to name, ID number and phone number?
  case cardNameNumberPhone = "card-name-number-phone"
  /// Whose card is it, and of which kind?
  case cardInfo = "card-info"
  /// Is the owner of the phone number of age?
  case agePhone = "age-phone"
  /// Is the person of name and ID number of age?
  case ageNumber = "age-number"
  /// Which portrait belongs to name and ID number? Asked by comparisons of faces, never by callers.
  case portrait = "portrait"
}

/// One element of a question.
package enum ElementKind: String, Sendable, CaseIterable {
  case name
  case number = "id_number"
  case phone
  case card = "bank_card"
  /// First and last day of a card's validity, `YYYYMMDD`, the last `00000000` for long term.
  case validFrom = "valid_from"
  case validUntil = "valid_until"
}

/// What came of a check. Raw values are those of `idv.v1.ElementResult`: never change one. That a source could not be
/// asked is an error and not among them: it says nothing about the elements.
package enum ElementResult: Int32, Sendable, CaseIterable {
  /// They belong together.
  case match = 1
  /// They do not.
  case mismatch = 2
  case mismatchPhoneNumber = 3
  case mismatchPhoneName = 4
  case mismatchPhoneNameNumber = 5
  case mismatchNameNumber = 6
  case mismatchOther = 7
  /// What was asked for was found: status, time, card.
  case found = 8
  case adult = 9
  case minor = 10
  /// The number exists, its time on the net is not to be had.
  case timeUnavailable = 11
  /// There is no such phone number.
  case noSuchNumber = 12
  /// The number has had the same owner since the day.
  case sameOwner = 13
  /// It has another.
  case ownerChanged = 14
  /// It was given out anew and its new owner is not known yet.
  case ownerPending = 15

  /// What an issuer says of a card.
  case holderInfoWrong = 20
  case noCardNotPresent = 21
  case cardConfiscated = 22
  case cardInvalid = 23
  case cardNoIssuer = 24
  case cardDormant = 25
  case cardFraudRetained = 26
  case cardLost = 27
  case cardExpired = 28
  case cardRestricted = 29
  case cardPINTries = 30
  case cardIssuerRefused = 31
  case cardAbnormal = 32
  case cardNoPhoneOnFile = 33
  case cardSecretWrong = 34
  case cardNotFound = 35

  /// The source has no record.
  case noRecord = 40
  /// The identity is not in force: cancelled, deceased, moved abroad.
  case identityInvalid = 41
  case documentUnsupported = 42
  case segmentUnsupported = 43
  case cardKindUnsupported = 44

  /// Elements that no source is asked about.
  case badName = 50
  case badNumber = 51
  case badPhone = 52
  case badCard = 53
  case badDates = 54
  case badHash = 55

  /// One of the elements was asked about as often as it may be in a day.
  case dailyLimit = 60
  /// The operator's list refuses one of the elements.
  case refusedByList = 61
}

/// How an element is given where it is not given itself.
package enum ElementHash: String, Sendable, CaseIterable {
  case md5
  case sha256
  case sm3

  /// Bytes of a digest.
  package var bytes: Int { self == .md5 ? 16 : 32 }
}

/// Networks of the mainland that answer for their own numbers.
package enum PhoneCarrier: Int32, Sendable, CaseIterable {
  case mobile = 1
  case unicom = 2
  case telecom = 3
  case broadnet = 4
}

/// Whether a phone number is in use. Raw values are those of `idv.v1.PhoneStatus`.
package enum PhoneStatus: Int32, Sendable, CaseIterable {
  case normal = 1
  case suspended = 2
  case cancelled = 3
  case notOnNet = 4
  case onNetUnusable = 5
  /// The source does not know.
  case indeterminate = 6
}

/// Months on the net, in the steps that carriers tell. Raw values are those of `idv.v1.PhoneTime`.
package enum PhoneTime: Int32, Sendable, CaseIterable {
  case under3 = 1
  case from3To6 = 2
  case from6To12 = 3
  case from12To24 = 4
  case from24 = 5
}

/// Kinds of bank cards. Raw values are those of `idv.v1.BankAccountKind`.
package enum BankCardKind: Int32, Sendable, CaseIterable {
  case debit = 1
  case credit = 2
  case prepaid = 3
  case quasiCredit = 4
}

/// Years of age in steps. Raw values are those of `idv.v1.AgeRange`.
package enum AgeRange: Int32, Sendable, CaseIterable {
  case under8 = 1
  case from8To16 = 2
  case from16To18 = 3
  case from18 = 4

  /// The step of `years` full years of age; nil below zero.
  package init?(years: Int) {
    switch years {
    case ..<0: return nil
    case ..<8: self = .under8
    case ..<16: self = .from8To16
    case ..<18: self = .from16To18
    default: self = .from18
    }
  }
}
