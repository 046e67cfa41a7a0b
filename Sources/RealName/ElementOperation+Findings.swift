// Which results a source may give to which question; anything else is no answer.

package import Vocabulary

extension ElementOperation {
  /// Whether a source may give this result. Asked for every answer: no set is made.
  package func mayFind(_ result: ElementResult) -> Bool {
    switch self {
    case .nameNumber, .nameNumberDates:
      switch result {
      case .match, .mismatch, .mismatchNameNumber, .noRecord, .identityInvalid,
        .documentUnsupported:
        true
      default: false
      }
    case .phoneName:
      switch result {
      case .match, .mismatch, .mismatchPhoneName, .noRecord, .segmentUnsupported: true
      default: false
      }
    case .phoneNameNumber:
      switch result {
      case .match, .mismatch, .mismatchPhoneNumber, .mismatchPhoneName, .mismatchPhoneNameNumber,
        .mismatchNameNumber, .mismatchOther, .noRecord, .segmentUnsupported:
        true
      default: false
      }
    case .phoneTime:
      switch result {
      case .found, .timeUnavailable, .noSuchNumber, .noRecord, .segmentUnsupported: true
      default: false
      }
    case .phoneStatus: result == .found || result == .noRecord || result == .segmentUnsupported
    case .phoneRecycled:
      switch result {
      case .sameOwner, .ownerChanged, .ownerPending, .noRecord, .segmentUnsupported: true
      default: false
      }
    case .cardName, .cardNameNumber, .cardNameNumberPhone: Self.isOfCard(result)
    case .cardInfo:
      switch result {
      case .found, .cardNotFound, .cardInvalid, .noRecord, .cardKindUnsupported: true
      default: false
      }
    case .agePhone:
      switch result {
      case .adult, .minor, .noRecord, .segmentUnsupported: true
      default: false
      }
    case .ageNumber:
      switch result {
      case .adult, .minor, .mismatch, .noRecord, .identityInvalid, .documentUnsupported: true
      default: false
      }
    case .portrait: false
    }
  }

  private static func isOfCard(_ result: ElementResult) -> Bool {
    switch result {
    case .match, .mismatch, .holderInfoWrong, .noCardNotPresent, .cardConfiscated, .cardInvalid,
      .cardNoIssuer, .cardDormant, .cardFraudRetained, .cardLost, .cardExpired, .cardRestricted,
      .cardPINTries, .cardIssuerRefused, .cardAbnormal, .cardNoPhoneOnFile, .cardSecretWrong,
      .documentUnsupported, .cardKindUnsupported, .noRecord:
      true
    default: false
    }
  }
}

extension SourceFinding {
  /// Whether it is an answer to such a question, with everything that belongs to it.
  package func answers(_ question: ElementQuestion) -> Bool {
    let operation = question.operation
    guard operation.mayFind(result) else { return false }
    // Another network's answer is none of the one that was named.
    if let asked = question.carrier, let carrier, carrier != asked { return false }
    // A match of what disagrees is neither.
    if result == .match, !mismatched.isEmpty { return false }
    if let issuer, issuer.utf8.count > Self.issuerBytesMax { return false }
    switch (operation, result) {
    case (.phoneTime, .found): return phoneTime != nil
    case (.phoneStatus, .found): return phoneStatus != nil
    case (.cardInfo, .found): return cardKind != nil && issuer?.isEmpty == false
    case (_, .adult): return ageRange == .from18
    case (_, .minor): return ageRange != nil && ageRange != .from18
    default: return true
    }
  }

  /// Itself without facts that are no part of this answer: an age range beside a mismatch would be told about somebody
  /// whom the source did not find.
  func kept(for operation: ElementOperation) -> SourceFinding {
    var kept = self
    if result != .adult && result != .minor { kept.ageRange = nil }
    if operation != .phoneTime || result != .found { kept.phoneTime = nil }
    if operation != .phoneStatus || result != .found { kept.phoneStatus = nil }
    if operation != .cardInfo || result != .found {
      kept.cardKind = nil
      kept.issuer = nil
    }
    if !operation.elements.contains(.phone) || operation.elements.contains(.card) {
      kept.carrier = nil
    }
    return kept
  }
}
