// A source whose answers are made up: three digits of what is asked decide them, so that whoever builds against this
// server can bring about every result and every error at will.

internal import IdentityNumbers
package import Vocabulary

/// The sandbox. It looks at the element that an operation turns on (the ID number, the phone number, the bank card) and
/// takes three digits of it: the three before the last of an ID number or a bank card, the last three of a phone
/// number. 000–899 are ordinary people, to whom everything belongs, unless the name begins with 不符; 900–999 are
/// `SandboxCode`s. Answers carry `isSandbox` and are never charged. Any thread; keeps nothing.
package struct SandboxSource: AuthoritySource {
  package let profile: SourceProfile
  private let portraits: @Sendable (Int) -> ReferencePortrait?
  private let hashes: HashedSandboxNumbers

  /// Beginning of the names that belong to nobody.
  package static let strangersName = "不符"

  /// - Parameters:
  ///   - digest: makes the digests by which hashed questions are recognised; nil: none are taken.
  ///   - portraits: the portrait of the person with these three digits; nil: none on record.
  package init(
    digest: ((ElementHash, [UInt8]) -> [UInt8])? = nil,
    portraits: @escaping @Sendable (Int) -> ReferencePortrait? = { _ in nil }
  ) {
    self.portraits = portraits
    hashes = HashedSandboxNumbers(digest: digest)
    profile = SourceProfile(
      name: "sandbox", operations: Set(ElementOperation.allCases),
      hashes: digest == nil ? [] : Set(ElementHash.allCases),
      carriers: Set(PhoneCarrier.allCases), tellsDetail: true, dataClasses: [],
      isImmediate: true, isSandbox: true)
  }

  package func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
    guard let digits = digits(of: question) else { return .unavailable(.malformed) }
    let code = SandboxCode(rawValue: digits)
    if let fault = code?.fault { return .unavailable(fault) }
    var finding = SourceFinding(.match)
    finding.carrier = carrier(of: question)
    if let code {
      guard let result = code.result(of: question) else {
        return answered(question, digits, finding)
      }
      finding.result = result
      finding.mismatched = result.mismatched
      if result == .minor { finding.ageRange = code.age }
      return .answered(finding)
    }
    return answered(question, digits, finding)
  }

  package func portrait(_ question: ElementQuestion, deadline: Deadline) async -> PortraitAnswer {
    guard let digits = digits(of: question) else { return .unavailable(.malformed) }
    let code = SandboxCode(rawValue: digits)
    if let fault = code?.fault { return .unavailable(fault) }
    switch code {
    case .mismatch: return .none(.mismatch)
    case .noRecord: return .none(.noRecord)
    case .identityInvalid: return .none(.identityInvalid)
    case .noPortrait: return .noPortrait
    default: break
    }
    if isStranger(question) { return .none(.mismatch) }
    return portraits(digits).map { .portrait($0) } ?? .noPortrait
  }

  /// The answer about an ordinary person.
  private func answered(
    _ question: ElementQuestion, _ digits: Int, _ finding: SourceFinding
  ) -> SourceAnswer {
    var finding = finding
    switch question.operation {
    case .phoneTime:
      finding.result = .found
      finding.phoneTime = PhoneTime(rawValue: Int32(digits % 5) + 1)
    case .phoneStatus:
      finding.result = .found
      finding.phoneStatus = PhoneStatus(rawValue: Int32(digits % 6) + 1)
    case .phoneRecycled: finding.result = .sameOwner
    case .cardInfo:
      finding.result = .found
      finding.issuer = "沙箱银行"
      finding.cardKind = BankCardKind(rawValue: Int32(digits % 4) + 1)
    case .agePhone, .ageNumber:
      if isStranger(question) {
        finding.result = .mismatch
        finding.mismatched = [.name, .number]
      } else {
        finding.result = .adult
        finding.ageRange = .from18
      }
    default:
      if isStranger(question) {
        finding.result = .mismatch
        finding.mismatched = [.name]
        if question.operation == .phoneNameNumber, question.wantsDetail {
          finding.result = .mismatchPhoneNameNumber
        }
      }
    }
    return .answered(finding)
  }

  /// The three digits that decide; nil where the element is missing or not what it should be.
  private func digits(of question: ElementQuestion) -> Int? {
    switch question.operation {
    case .nameNumber, .nameNumberDates, .ageNumber, .portrait:
      question.number.flatMap { digits(of: $0, $0.count - 4..<$0.count - 1, of: $0.count) }
    case .phoneName, .phoneNameNumber, .phoneTime, .phoneStatus, .phoneRecycled, .agePhone:
      question.phone.flatMap { phone in
        phone.hash == nil ? digits(of: phone, 8..<11, of: 11) : hashes.digits(of: phone)
      }
    case .cardName, .cardNameNumber, .cardNameNumberPhone, .cardInfo:
      question.card.flatMap { digits(of: $0, $0.count - 4..<$0.count - 1, of: $0.count) }
    }
  }

  private func digits(of element: Element, _ range: Range<Int>, of count: Int) -> Int? {
    guard element.hash == nil, element.count == count, range.lowerBound >= 0 else { return nil }
    return element.withBytes { bytes in
      var value = 0
      for place in range {
        guard (0x30...0x39).contains(bytes[place]) else { return nil }
        value = value * 10 + Int(bytes[place] - 0x30)
      }
      return value
    }
  }

  private func isStranger(_ question: ElementQuestion) -> Bool {
    guard let name = question.name, name.hash == nil else { return false }
    return name.withBytes { bytes in bytes.starts(with: Self.strangersName.utf8) }
  }

  /// The network by the second digit: 5 Unicom, 8 Telecom, 9 Broadnet, others Mobile. Made up, as
  /// everything here is.
  private func carrier(of question: ElementQuestion) -> PhoneCarrier? {
    guard let phone = question.phone, phone.hash == nil, phone.count == 11 else { return nil }
    if let asked = question.carrier { return asked }
    return phone.withBytes { bytes in
      switch bytes[1] {
      case UInt8(ascii: "5"): .unicom
      case UInt8(ascii: "8"): .telecom
      case UInt8(ascii: "9"): .broadnet
      default: .mobile
      }
    }
  }
}

/// What three digits mean to the sandbox. Published: never change one.
package enum SandboxCode: Int, Sendable, CaseIterable {
  case mismatch = 900
  case noRecord = 901
  case identityInvalid = 902
  case documentUnsupported = 903
  case noPortrait = 904
  case mismatchPhoneNumber = 905
  case mismatchPhoneName = 906
  case mismatchPhoneNameNumber = 907
  case mismatchNameNumber = 908
  case mismatchOther = 909
  case segmentUnsupported = 910
  case timeUnavailable = 911
  case noSuchNumber = 912
  case ownerChanged = 913
  case ownerPending = 914
  case under8 = 915
  case from8To16 = 916
  case from16To18 = 917
  case holderInfoWrong = 920
  case noCardNotPresent = 921
  case cardConfiscated = 922
  case cardInvalid = 923
  case cardNoIssuer = 924
  case cardDormant = 925
  case cardFraudRetained = 926
  case cardLost = 927
  case cardExpired = 928
  case cardRestricted = 929
  case cardPINTries = 930
  case cardIssuerRefused = 931
  case cardAbnormal = 932
  case cardNoPhoneOnFile = 933
  case cardSecretWrong = 934
  case cardNotFound = 935
  case cardKindUnsupported = 936
  case unreachable = 990
  case timedOut = 991
  case busy = 992
  case upgrading = 993
  case failed = 994
  case refused = 995
  case badSignature = 996
  case malformed = 997

  /// The fault it stands for; nil for a result.
  package var fault: SourceFault? {
    switch self {
    case .unreachable: .unreachable
    case .timedOut: .timedOut
    case .busy: .busy
    case .upgrading: .upgrading
    case .failed: .failed
    case .refused: .refused
    case .badSignature: .badSignature
    case .malformed: .malformed
    default: nil
    }
  }

  /// The result it stands for.
  package var result: ElementResult? {
    switch self {
    case .mismatch: .mismatch
    case .noRecord: .noRecord
    case .identityInvalid: .identityInvalid
    case .documentUnsupported: .documentUnsupported
    case .mismatchPhoneNumber: .mismatchPhoneNumber
    case .mismatchPhoneName: .mismatchPhoneName
    case .mismatchPhoneNameNumber: .mismatchPhoneNameNumber
    case .mismatchNameNumber: .mismatchNameNumber
    case .mismatchOther: .mismatchOther
    case .segmentUnsupported: .segmentUnsupported
    case .timeUnavailable: .timeUnavailable
    case .noSuchNumber: .noSuchNumber
    case .ownerChanged: .ownerChanged
    case .ownerPending: .ownerPending
    case .under8, .from8To16, .from16To18: .minor
    case .holderInfoWrong: .holderInfoWrong
    case .noCardNotPresent: .noCardNotPresent
    case .cardConfiscated: .cardConfiscated
    case .cardInvalid: .cardInvalid
    case .cardNoIssuer: .cardNoIssuer
    case .cardDormant: .cardDormant
    case .cardFraudRetained: .cardFraudRetained
    case .cardLost: .cardLost
    case .cardExpired: .cardExpired
    case .cardRestricted: .cardRestricted
    case .cardPINTries: .cardPINTries
    case .cardIssuerRefused: .cardIssuerRefused
    case .cardAbnormal: .cardAbnormal
    case .cardNoPhoneOnFile: .cardNoPhoneOnFile
    case .cardSecretWrong: .cardSecretWrong
    case .cardNotFound: .cardNotFound
    case .cardKindUnsupported: .cardKindUnsupported
    default: nil
    }
  }

  /// The age of a minor.
  fileprivate var age: AgeRange? {
    switch self {
    case .under8: .under8
    case .from8To16: .from8To16
    case .from16To18: .from16To18
    default: nil
    }
  }

  /// The result as an answer to `question`; nil where the question has no such answer: the person is ordinary then. Which
  /// elements disagree is told only to who asks.
  fileprivate func result(of question: ElementQuestion) -> ElementResult? {
    guard let result else { return nil }
    let isDetail = !result.mismatched.isEmpty && result != .mismatch
    if isDetail, question.operation == .phoneNameNumber, !question.wantsDetail { return .mismatch }
    return question.operation.mayFind(result) ? result : nil
  }
}

extension ElementResult {
  /// The elements that a result says disagree.
  package var mismatched: Set<ElementKind> {
    switch self {
    case .mismatchPhoneNumber: [.phone, .number]
    case .mismatchPhoneName: [.phone, .name]
    case .mismatchPhoneNameNumber: [.phone, .name, .number]
    case .mismatchNameNumber: [.name, .number]
    default: []
    }
  }
}

/// The phone numbers by which the sandbox knows hashed questions: 13800000900 to 13800000999. Others are ordinary people's.
private struct HashedSandboxNumbers: Sendable {
  private var known: [[UInt8]: Int] = [:]

  init(digest: ((ElementHash, [UInt8]) -> [UInt8])?) {
    guard let digest else { return }
    for code in 900...999 {
      for hash in ElementHash.allCases { known[digest(hash, Array("13800000\(code)".utf8))] = code }
    }
  }

  func digits(of phone: Element) -> Int { phone.withBytes { known[Array($0)] ?? 0 } }
}
