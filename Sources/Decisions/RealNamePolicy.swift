// What a result of a real-name check means for the caller and for the bill.

package import Vocabulary

/// Version 1 of the rules. Pure.
///
/// 1. A verdict is charged when a source really gave it: a match, a mismatch, what an issuer says of a card, a fact.
/// 2. Nothing else is: no bad input, no missing record, no limit, no list, no fault, nothing of the sandbox.
/// 3. A fault is no result. Nothing here makes one of it.
package struct RealNamePolicy: Sendable {
  package static let version = "real-name@1"

  /// What kind of answer a result is.
  package enum Class: Sendable, Equatable {
    /// A verdict on elements.
    case verdict
    /// A fact about a number.
    case information
    /// No answer: never charged.
    case noResult
  }

  /// The decision on one result.
  package struct Decision: Sendable, Equatable {
    package let result: ElementResult
    package let kind: Class
    /// Whether a result of this kind is charged, sandbox or not.
    package let isResultBillable: Bool
    /// Whether this one is.
    package let isBillable: Bool
    package let advice: NextAction
    /// The number of `RealNameCompat`; nil where there is none.
    package let compatCode: Int32?
  }

  package init() {}

  /// - Parameters:
  ///   - isAnswered: a source gave the result for this call.
  ///   - isSandbox: the source makes its answers up.
  ///   - wantsDetail: whether the caller is told which elements disagree.
  ///   - form: which of the product's questions it was, for `RealNameCompat`.
  package func decide(
    _ product: RealNameProduct, _ found: ElementResult, isAnswered: Bool, isSandbox: Bool,
    wantsDetail: Bool, isMinuteLimit: Bool = false, form: RealNameForm = .plain
  ) -> Decision {
    let result = wantsDetail ? found : found.withoutDetail
    let kind = result.kind
    let isOfBillableKind = kind != .noResult && isAnswered
    return Decision(
      result: result, kind: isAnswered ? kind : .noResult,
      isResultBillable: isOfBillableKind, isBillable: isOfBillableKind && !isSandbox,
      advice: result.advice(isMinuteLimit: isMinuteLimit),
      compatCode: RealNameCompat.code(of: result, product, form))
  }
}

extension ElementResult {
  /// MISMATCH in place of what says which elements disagree.
  package var withoutDetail: ElementResult {
    switch self {
    case .mismatchPhoneNumber, .mismatchPhoneName, .mismatchPhoneNameNumber, .mismatchNameNumber,
      .mismatchOther:
      .mismatch
    default: self
    }
  }

  /// Whether a source found that the elements do not belong together, or those of the record are others.
  package var isMismatch: Bool { withoutDetail == .mismatch || self == .holderInfoWrong }

  fileprivate var kind: RealNamePolicy.Class {
    switch self {
    case .match, .mismatch, .mismatchPhoneNumber, .mismatchPhoneName, .mismatchPhoneNameNumber,
      .mismatchNameNumber, .mismatchOther, .adult, .minor, .sameOwner, .ownerChanged, .ownerPending,
      .holderInfoWrong, .noCardNotPresent, .cardConfiscated, .cardInvalid, .cardNoIssuer,
      .cardDormant, .cardFraudRetained, .cardLost, .cardExpired, .cardRestricted, .cardPINTries,
      .cardIssuerRefused, .cardAbnormal, .cardNoPhoneOnFile, .cardSecretWrong, .cardNotFound:
      .verdict
    case .found, .timeUnavailable, .noSuchNumber: .information
    case .noRecord, .identityInvalid, .documentUnsupported, .segmentUnsupported,
      .cardKindUnsupported, .badName, .badNumber, .badPhone, .badCard, .badDates, .badHash,
      .dailyLimit, .refusedByList:
      .noResult
    }
  }

  fileprivate func advice(isMinuteLimit: Bool) -> NextAction {
    switch self {
    case .badName, .badNumber, .badPhone, .badCard, .badDates, .badHash: .correctInput
    case .dailyLimit: isMinuteLimit ? .waitAndRetry : .retryTomorrow
    case .noRecord, .identityInvalid: .updateRecordAtAuthority
    case .refusedByList: .manualReview
    case .documentUnsupported, .segmentUnsupported, .cardKindUnsupported, .noCardNotPresent,
      .cardConfiscated, .cardInvalid, .cardNoIssuer, .cardDormant, .cardFraudRetained, .cardLost,
      .cardExpired, .cardRestricted, .cardPINTries, .cardIssuerRefused, .cardAbnormal,
      .cardNoPhoneOnFile, .cardNotFound, .timeUnavailable, .noSuchNumber, .ownerPending:
      .useOtherChannel
    case .match, .mismatch, .mismatchPhoneNumber, .mismatchPhoneName, .mismatchPhoneNameNumber,
      .mismatchNameNumber, .mismatchOther, .found, .adult, .minor, .sameOwner, .ownerChanged,
      .holderInfoWrong, .cardSecretWrong:
      .none
    }
  }
}
