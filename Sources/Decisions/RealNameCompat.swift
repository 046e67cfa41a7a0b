// The numbers that clients of Tencent Cloud's element checks know: the same result has another number in almost every
// operation. Source: the result codes of faceid v20180301, read 2026-08.

package import Vocabulary

/// Why a source did not answer, as those clients tell it.
package enum RealNameFault: Sendable, CaseIterable {
  case busy, fault, upgrading
}

/// What, beside the product, says which of their operations a question stands for.
package enum RealNameForm: Sendable, CaseIterable {
  /// The elements themselves.
  case plain
  /// All three of a phone number as digests: EncryptedPhoneVerification.
  case hashed
  /// One carrier's own: PhoneVerificationCMCC, CUCC, CTCC.
  case ofCarrier
  /// MinorsVerification of type 0.
  case byPhone
}

/// Numbers for results and faults. A result that an operation of theirs does not have has none.
package enum RealNameCompat {
  /// The number of `result` in answers of the operation that `product` and `form` stand for.
  package static func code(
    of result: ElementResult, _ product: RealNameProduct, _ form: RealNameForm = .plain
  ) -> Int32? {
    switch (form, result) {
    // Theirs have neither a limit a day nor, with digests, ranges that they do not answer for.
    case (.ofCarrier, .dailyLimit), (.hashed, .dailyLimit), (.hashed, .segmentUnsupported):
      return nil
    // What was to be found is the phone number.
    case (.byPhone, .noRecord): return -2
    default: break
    }
    return code(of: result, product: product)
  }

  private static func code(of result: ElementResult, product: RealNameProduct) -> Int32? {
    switch product {
    case .id2, .id2OCR: id2(result)
    case .id2Date: id2Date(result)
    case .phone2: phone2(result)
    case .phone3Simple, .phone3Detail: phone3(result)
    case .phoneTime: phoneTime(result)
    case .phoneStatus: phoneStatus(result)
    case .phoneRecycled: nil
    case .bank2: bank2(result)
    case .bank3: bank3(result)
    case .bank4: bank4(result)
    case .bankInfo: bankInfo(result)
    case .minor: minor(result)
    }
  }

  /// The number of a fault, which is an error here.
  package static func code(of fault: RealNameFault, _ product: RealNameProduct) -> Int32? {
    switch (product, fault) {
    case (.id2, .upgrading), (.id2OCR, .upgrading): -6
    case (.id2, _), (.id2OCR, _): -4
    case (.id2Date, _): -6
    case (.phone2, _): -3
    case (.phone3Simple, _), (.phone3Detail, _): -11
    case (.phoneTime, _): -4
    case (.phoneStatus, _): -3
    case (.phoneRecycled, _): nil
    case (.bank2, _): -16
    case (.bank3, _): -17
    case (.bank4, _): -18
    case (.bankInfo, _): -2
    case (.minor, .upgrading): -8
    case (.minor, _): -6
    }
  }

  private static func id2(_ result: ElementResult) -> Int32? {
    switch result.withoutDetail {
    case .match: 0
    case .mismatch: -1
    case .badNumber: -2
    case .badName: -3
    case .noRecord, .identityInvalid: -5
    case .dailyLimit: -7
    default: nil
    }
  }

  private static func id2Date(_ result: ElementResult) -> Int32? {
    switch result.withoutDetail {
    case .match: 0
    case .mismatch: -1
    case .badNumber: -2
    case .badName: -3
    case .badDates: -4
    case .identityInvalid: -5
    case .noRecord: -7
    case .dailyLimit: -8
    default: nil
    }
  }

  private static func phone2(_ result: ElementResult) -> Int32? {
    switch result.withoutDetail {
    case .match: 0
    case .mismatch: 1
    case .noRecord: -1
    case .badName: -4
    case .badPhone: -5
    case .dailyLimit: -6
    case .segmentUnsupported: -13
    default: nil
    }
  }

  private static func phone3(_ result: ElementResult) -> Int32? {
    switch result.withoutDetail {
    case .match: 0
    case .mismatch: -4
    case .badPhone: -6
    case .badNumber: -7
    case .badName, .badHash: -8
    case .noRecord: -9
    case .dailyLimit: -12
    case .segmentUnsupported: -13
    default: nil
    }
  }

  private static func phoneTime(_ result: ElementResult) -> Int32? {
    switch result {
    case .found: 0
    case .badPhone: -1
    case .noSuchNumber, .noRecord: -2
    case .timeUnavailable: -3
    case .dailyLimit: -5
    case .segmentUnsupported: -13
    default: nil
    }
  }

  private static func phoneStatus(_ result: ElementResult) -> Int32? {
    switch result {
    case .found: 0
    case .noRecord: -1
    case .badPhone: -2
    case .dailyLimit: -4
    case .segmentUnsupported: -13
    default: nil
    }
  }

  /// Place of an issuer's word in the list that three operations share.
  private static func place(of result: ElementResult) -> Int32? {
    switch result {
    case .holderInfoWrong: 0
    case .noCardNotPresent: 1
    case .cardConfiscated: 2
    case .cardInvalid: 3
    case .cardNoIssuer: 4
    case .cardDormant: 5
    case .cardFraudRetained: 6
    case .cardLost: 7
    case .cardExpired: 8
    case .cardRestricted: 9
    case .cardPINTries: 10
    case .cardIssuerRefused: 11
    default: nil
    }
  }

  private static func bank2(_ result: ElementResult) -> Int32? {
    switch result {
    case .match: 0
    case .mismatch: -1
    case .badName: -2
    case .badCard: -3
    case .dailyLimit: -17
    case .cardAbnormal: -18
    default: place(of: result).map { -4 - $0 }
    }
  }

  private static func bank3(_ result: ElementResult) -> Int32? {
    switch result {
    case .match: 0
    case .mismatch: -1
    case .badName: -2
    case .badNumber: -3
    case .badCard: -4
    case .dailyLimit: -18
    case .documentUnsupported: -19
    case .cardAbnormal: -20
    default: place(of: result).map { -5 - $0 }
    }
  }

  private static func bank4(_ result: ElementResult) -> Int32? {
    switch result {
    case .match: 0
    case .mismatch: -1
    case .badName: -2
    case .badNumber: -3
    case .badCard: -4
    case .badPhone: -5
    case .dailyLimit: -19
    case .documentUnsupported: -20
    case .cardAbnormal: -21
    default: place(of: result).map { -6 - $0 }
    }
  }

  private static func bankInfo(_ result: ElementResult) -> Int32? {
    switch result {
    case .found: 0
    case .cardNotFound: -1
    case .noRecord, .badCard: -3
    case .dailyLimit: -4
    case .cardInvalid: -5
    case .cardKindUnsupported: -6
    default: nil
    }
  }

  private static func minor(_ result: ElementResult) -> Int32? {
    switch result {
    case .adult: 0
    case .minor: -1
    case .badPhone: -2
    case .mismatch: -3
    case .badNumber: -4
    case .badName: -5
    case .noRecord, .identityInvalid: -7
    default: nil
    }
  }
}
