// What results of real-name checks mean: for the bill, for the caller, for clients of another provider.

import Decisions
import Testing
import Vocabulary

struct RealNamePolicyTests {
  private let policy = RealNamePolicy()

  private func decide(
    _ result: ElementResult, _ product: RealNameProduct = .id2, isAnswered: Bool = true,
    isSandbox: Bool = false, wantsDetail: Bool = false
  ) -> RealNamePolicy.Decision {
    policy.decide(
      product, result, isAnswered: isAnswered, isSandbox: isSandbox, wantsDetail: wantsDetail)
  }

  @Test("charged is what a source said, and nothing else", arguments: ElementResult.allCases)
  func billable(_ result: ElementResult) {
    let isVerdict = result.rawValue < 40
    #expect(decide(result).isBillable == isVerdict)
    #expect(!decide(result, isAnswered: false).isBillable)
    #expect(!decide(result, isAnswered: false).isResultBillable)
    #expect(!decide(result, isSandbox: true).isBillable)
    #expect(decide(result, isSandbox: true).isResultBillable == isVerdict)
    #expect((decide(result).kind == .noResult) == !isVerdict)
  }

  @Test("which elements disagree is told only to who asks")
  func detail() {
    for result in ElementResult.allCases {
      let plain = decide(result, .phone3Simple).result
      #expect(plain == result.withoutDetail)
      #expect(decide(result, .phone3Detail, wantsDetail: true).result == result)
    }
    #expect(ElementResult.mismatchPhoneName.withoutDetail == .mismatch)
  }

  @Test("what can be corrected, waited for or done elsewhere is said")
  func advice() {
    #expect(decide(.badNumber).advice == .correctInput)
    #expect(decide(.dailyLimit).advice == .retryTomorrow)
    let minute = policy.decide(
      .id2, .dailyLimit, isAnswered: false, isSandbox: false, wantsDetail: false,
      isMinuteLimit: true)
    #expect(minute.advice == .waitAndRetry)
    #expect(decide(.noRecord).advice == .updateRecordAtAuthority)
    #expect(decide(.match).advice == .none)
    #expect(decide(.mismatch).advice == .none)
  }

  /// Result codes as they were read of faceid v20180301: product, result, number.
  static let codes: [(RealNameProduct, ElementResult, Int32)] = [
    (.id2, .match, 0), (.id2, .mismatch, -1), (.id2, .badNumber, -2), (.id2, .badName, -3),
    (.id2, .noRecord, -5), (.id2, .dailyLimit, -7), (.id2OCR, .mismatch, -1),
    (.id2Date, .badDates, -4), (.id2Date, .identityInvalid, -5), (.id2Date, .noRecord, -7),
    (.id2Date, .dailyLimit, -8), (.phone3Simple, .mismatch, -4),
    (.phone3Detail, .mismatchPhoneName, -4), (.phone3Simple, .badPhone, -6),
    (.phone3Simple, .badNumber, -7), (.phone3Simple, .badName, -8), (.phone3Simple, .noRecord, -9),
    (.phone3Simple, .dailyLimit, -12), (.phone3Simple, .segmentUnsupported, -13),
    (.phone2, .mismatch, 1), (.phone2, .noRecord, -1), (.phone2, .badName, -4),
    (.phone2, .badPhone, -5), (.phone2, .dailyLimit, -6), (.phoneTime, .found, 0),
    (.phoneTime, .noSuchNumber, -2), (.phoneTime, .timeUnavailable, -3),
    (.phoneTime, .badPhone, -1),
    (.phoneTime, .dailyLimit, -5), (.phoneStatus, .found, 0), (.phoneStatus, .noRecord, -1),
    (.phoneStatus, .badPhone, -2), (.phoneStatus, .dailyLimit, -4),
    (.bank2, .holderInfoWrong, -4), (.bank2, .noCardNotPresent, -5), (.bank2, .cardConfiscated, -6),
    (.bank2, .cardInvalid, -7), (.bank2, .cardNoIssuer, -8), (.bank2, .cardDormant, -9),
    (.bank2, .cardFraudRetained, -10), (.bank2, .cardLost, -11), (.bank2, .cardExpired, -12),
    (.bank2, .cardRestricted, -13), (.bank2, .cardPINTries, -14), (.bank2, .cardIssuerRefused, -15),
    (.bank2, .cardAbnormal, -18), (.bank2, .badName, -2), (.bank2, .badCard, -3),
    (.bank2, .dailyLimit, -17), (.bank3, .holderInfoWrong, -5), (.bank3, .cardIssuerRefused, -16),
    (.bank3, .cardAbnormal, -20), (.bank3, .badCard, -4), (.bank3, .dailyLimit, -18),
    (.bank3, .documentUnsupported, -19), (.bank4, .holderInfoWrong, -6),
    (.bank4, .cardIssuerRefused, -17), (.bank4, .cardAbnormal, -21), (.bank4, .badPhone, -5),
    (.bank4, .dailyLimit, -19), (.bank4, .documentUnsupported, -20), (.bankInfo, .found, 0),
    (.bankInfo, .cardNotFound, -1), (.bankInfo, .dailyLimit, -4), (.bankInfo, .cardInvalid, -5),
    (.bankInfo, .cardKindUnsupported, -6), (.minor, .adult, 0), (.minor, .minor, -1),
    (.minor, .mismatch, -3), (.minor, .badNumber, -4), (.minor, .badName, -5),
    (.minor, .noRecord, -7),
  ]

  @Test("clients of another provider get their numbers", arguments: codes)
  func compat(_ product: RealNameProduct, _ result: ElementResult, _ code: Int32) {
    #expect(RealNameCompat.code(of: result, product) == code)
  }

  @Test(
    "an operation of theirs without a number for a result has none",
    arguments: [
      (.minor, .byPhone, .noRecord, -2), (.minor, .plain, .noRecord, -7),
      (.minor, .byPhone, .badPhone, -2), (.minor, .byPhone, .minor, -1),
      (.phone3Simple, .plain, .dailyLimit, -12), (.phone3Simple, .ofCarrier, .dailyLimit, nil),
      (.phone3Detail, .ofCarrier, .segmentUnsupported, -13),
      (.phone3Simple, .hashed, .dailyLimit, nil),
      (.phone3Detail, .hashed, .segmentUnsupported, nil),
      (.phone3Detail, .hashed, .badHash, -8), (.phone3Simple, .hashed, .noRecord, -9),
    ] as [(RealNameProduct, RealNameForm, ElementResult, Int32?)])
  func forms(
    _ product: RealNameProduct, _ form: RealNameForm, _ result: ElementResult, _ code: Int32?
  ) {
    #expect(RealNameCompat.code(of: result, product, form) == code)
    let decision = RealNamePolicy().decide(
      product, result, isAnswered: true, isSandbox: false, wantsDetail: false, form: form)
    #expect(decision.compatCode == code)
  }

  @Test(
    "0 is only what that provider calls success, and no number means a match and something else")
  func success() {
    for product in RealNameProduct.allCases {
      var seen: [Int32: Set<ElementResult>] = [:]
      for result in ElementResult.allCases {
        guard let code = RealNameCompat.code(of: result, product) else { continue }
        seen[code, default: []].insert(result.withoutDetail)
      }
      for result in seen[0] ?? [] { #expect([.match, .found, .adult].contains(result)) }
      #expect((seen[0]?.count ?? 0) <= 1)
      for fault in RealNameFault.allCases {
        #expect(RealNameCompat.code(of: fault, product) != 0)
      }
    }
  }
}
