// A registry as a source of real-name answers.

package import IdentityNumbers
package import RealName
package import Registry
internal import Synchronization
package import Vocabulary

/// Answers from a registry of the operator's own. Elements become codes before anything waits; none is kept. What the
/// registry cannot say, for whatever reason, is `unavailable` or `noRecord`, never a mismatch. Any thread.
package struct RegistrySource: AuthoritySource {
  package let profile: SourceProfile
  private let hash: RegistryHash
  private let store: any RegistryStore
  private let today: @Sendable () -> CalendarDate
  private let state: FaultState
  /// Of portraits, which other models may have made while everything else is answered.
  private let portraitState: FaultState

  /// What a registry can be asked.
  package static let operations: Set<ElementOperation> = [
    .nameNumber, .nameNumberDates, .phoneName, .phoneNameNumber, .phoneTime, .phoneStatus,
    .phoneRecycled, .cardName, .cardNameNumber, .cardNameNumberPhone, .cardInfo, .ageNumber,
  ]

  /// - Parameters:
  ///   - hashes: the digests that the import was asked to make entries for.
  ///   - portraits: whether it is a source of portraits: where it holds none of a person, no other source is asked.
  ///   - today: of the ages and months that are counted.
  ///   - tell: is given a fault whose reason is not the last one's, and nil when the registry answers again: for
  ///     operators; nothing of a question is in it.
  package init(
    name: String, hash: RegistryHash, store: any RegistryStore, hashes: Set<ElementHash> = [],
    portraits: Bool = false, timeout: Duration = .seconds(1),
    today: @escaping @Sendable () -> CalendarDate,
    tell: @escaping @Sendable (RegistryFault?) -> Void = { _ in }
  ) {
    profile = SourceProfile(
      name: name, operations: portraits ? Self.operations.union([.portrait]) : Self.operations,
      hashes: hashes,
      carriers: Set(PhoneCarrier.allCases), tellsDetail: true, timeout: timeout)
    self.hash = hash
    self.store = store
    self.today = today
    state = FaultState(tell)
    portraitState = FaultState(tell)
  }

  package func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
    guard let asked = codes(of: question) else { return .unavailable(.malformed) }
    let answer: RegistryAnswer?
    do throws(RegistryFault) {
      answer = try await store.answer(asked, before: deadline)
      state.answered()
    } catch {
      state.failed(error)
      return .unavailable(SourceFault(error))
    }
    guard let answer else { return .answered(SourceFinding(.noRecord)) }
    switch answer {
    case .identity(let status, let name, let validity, _):
      return identity(question, status, name, validity)
    case .phone(let status, let carrier, let since, let ownerSince, let name, let number):
      return .answered(
        phone(question, Phone(status, carrier, since, ownerSince), name, number))
    case .card(let refusal, let account, let name, let number, let phone):
      return .answered(
        card(question, refusal, account, [.name: name, .number: number, .phone: phone]))
    }
  }

  package func portrait(
    _ question: ElementQuestion, deadline: Deadline
  ) async -> PortraitAnswer {
    guard profile.operations.contains(.portrait) else { return .unavailable(.notOffered) }
    guard question.operation == .portrait, let asked = codes(of: question) else {
      return .unavailable(.malformed)
    }
    do throws(RegistryFault) {
      let answer = try await store.answer(asked, before: deadline)
      state.answered()
      guard case .identity(let status, .matches, _, let portrait) = answer else {
        guard case .identity(_, .differs, _, _) = answer else { return .none(.noRecord) }
        return .none(.mismatch)
      }
      guard status == .valid else { return .none(.identityInvalid) }
      guard let portrait else { return .noPortrait }
      return opened(portrait, beside: asked.key, for: question.templateContract)
    } catch {
      state.failed(error)
      return .unavailable(SourceFault(error))
    }
  }

  /// A template of other models is no answer: nothing may be concluded from it.
  private func opened(
    _ portrait: SealedPortrait, beside key: EntryKey, for contract: String?
  ) -> PortraitAnswer {
    guard let contract, Hexadecimal.text(of: portrait.contract) == contract else {
      portraitState.failed(
        RegistryFault(
          .otherModels, "a portrait was made by other models; import the portraits anew"))
      return .unavailable(.unsupported)
    }
    guard let numbers = hash.open(portrait, beside: key) else {
      let fault = RegistryFault(.corrupt, "a portrait is damaged; import the registry anew")
      portraitState.failed(fault)
      return .unavailable(SourceFault(fault))
    }
    portraitState.answered()
    return .portrait(
      numbers.withUnsafeBytes { ReferencePortrait(.template(contract: contract), $0) })
  }

  /// The question as codes; nil if an element is missing or in a form that does not belong to it.
  private func codes(of question: ElementQuestion) -> RegistryQuestion? {
    guard question.elements.allSatisfy({ $0.hash == question.hash }) else { return nil }
    let kind: EntryKind
    let element: Element?
    switch question.operation {
    case .nameNumber, .nameNumberDates, .ageNumber, .portrait:
      (kind, element) = (.identity, question.number)
    case .phoneName, .phoneNameNumber, .phoneTime, .phoneStatus, .phoneRecycled, .agePhone:
      (kind, element) = (.phone, question.phone)
    case .cardName, .cardNameNumber, .cardNameNumberPhone, .cardInfo:
      (kind, element) = (.card, question.card)
    }
    guard let element else { return nil }
    var codes = element.withBytes {
      RegistryQuestion(kind, $0, form: question.hash, hash: hash)
    }
    if let name = question.name {
      let isDone: Bool? = name.withBytes { bytes in
        guard name.hash == nil else {
          codes.compare(.name, bytes, hash: hash)
          return true
        }
        return CanonicalElement.withName(bytes) { form in
          codes.compare(.name, form, hash: hash)
          return true
        }
      }
      guard isDone != nil else { return nil }
    }
    if kind != .identity, let number = question.number {
      number.withBytes { codes.compare(.idNumber, $0, hash: hash) }
    }
    if kind == .card, let phone = question.phone {
      phone.withBytes { codes.compare(.phone, $0, hash: hash) }
    }
    if let from = question.validFrom, let until = question.validUntil {
      compareValidity(from, until, &codes)
    }
    return isComplete(question) ? codes : nil
  }

  /// `YYYYMMDD-YYYYMMDD`, as `CanonicalElement.validity` writes it.
  private func compareValidity(_ from: Element, _ until: Element, _ codes: inout RegistryQuestion) {
    withUnsafeTemporaryAllocation(byteCount: from.count + 1 + until.count, alignment: 1) { joined in
      defer { overwrite(joined) }
      from.withBytes {
        UnsafeMutableRawBufferPointer(rebasing: joined[..<from.count]).copyMemory(from: $0)
      }
      joined[from.count] = UInt8(ascii: "-")
      until.withBytes {
        UnsafeMutableRawBufferPointer(rebasing: joined[(from.count + 1)...]).copyMemory(from: $0)
      }
      codes.compare(.validity, UnsafeRawBufferPointer(joined), hash: hash)
    }
  }

  private func isComplete(_ question: ElementQuestion) -> Bool {
    switch question.operation {
    case .nameNumber, .ageNumber, .portrait, .phoneName, .cardName: question.name != nil
    case .nameNumberDates:
      question.name != nil && question.validFrom != nil && question.validUntil != nil
    case .phoneNameNumber, .cardNameNumber: question.name != nil && question.number != nil
    case .cardNameNumberPhone:
      question.name != nil && question.number != nil && question.phone != nil
    case .phoneRecycled: question.since != nil
    case .phoneTime, .phoneStatus, .agePhone, .cardInfo: true
    }
  }

  // A mismatch is told before anything else: what is known of an entry is for those who know whose it is.

  private func identity(
    _ question: ElementQuestion, _ status: IdentityStatus, _ name: ElementMatch,
    _ validity: ElementMatch
  ) -> SourceAnswer {
    guard name != .differs else { return .answered(SourceFinding(.mismatch, mismatched: [.name])) }
    guard name == .matches else { return .answered(SourceFinding(.noRecord)) }
    guard status == .valid else { return .answered(SourceFinding(.identityInvalid)) }
    switch question.operation {
    case .nameNumber: return .answered(SourceFinding(.match))
    case .nameNumberDates:
      return switch validity {
      case .matches: .answered(SourceFinding(.match))
      case .differs:
        .answered(SourceFinding(.mismatch, mismatched: [.validFrom, .validUntil]))
      case .notOnFile, .notAsked: .answered(SourceFinding(.noRecord))
      }
    case .ageNumber: return age(question)
    default: return .unavailable(.notOffered)
    }
  }

  private func age(_ question: ElementQuestion) -> SourceAnswer {
    let birth = question.number?.withBytes { bytes -> CalendarDate? in
      guard bytes.count == ResidentIdentityNumber.length else { return nil }
      return CalendarDate(digits: String(decoding: bytes[6..<14], as: UTF8.self))
    }
    guard let birth, let range = AgeRange(years: birth.years(to: today())) else {
      return .answered(SourceFinding(.documentUnsupported))
    }
    var finding = SourceFinding(range == .from18 ? .adult : .minor)
    finding.ageRange = range
    return .answered(finding)
  }

  private struct Phone {
    let status: PhoneStatus?
    let carrier: PhoneCarrier?
    let since: RegistryMonth
    let ownerSince: RegistryMonth

    /// Given up, it belongs to nobody: what is held of its last owner says nothing.
    var isGivenUp: Bool { status == .cancelled || status == .notOnNet }

    init(
      _ status: PhoneStatus?, _ carrier: PhoneCarrier?, _ since: RegistryMonth,
      _ ownerSince: RegistryMonth
    ) {
      self.status = status
      self.carrier = carrier
      self.since = since
      self.ownerSince = ownerSince
    }
  }

  private func phone(
    _ question: ElementQuestion, _ phone: Phone, _ name: ElementMatch, _ number: ElementMatch
  ) -> SourceFinding {
    if let carrier = question.carrier, phone.carrier != carrier {
      return SourceFinding(.segmentUnsupported)
    }
    var finding = SourceFinding(.found)
    finding.carrier = phone.carrier
    switch question.operation {
    case .phoneStatus: finding.phoneStatus = phone.status ?? .indeterminate
    case .phoneTime:
      if phone.isGivenUp { return SourceFinding(.noSuchNumber) }
      finding.phoneTime = phone.since.monthsUntil(today()).map { PhoneTime(months: $0) }
      if finding.phoneTime == nil { finding.result = .timeUnavailable }
    case .phoneRecycled:
      finding.result =
        phone.isGivenUp ? .noRecord : Self.recycled(phone.ownerSince, question.since)
    default:
      finding.result = phone.isGivenUp ? .noRecord : Self.belongs(question, name, number)
      finding.mismatched = Self.mismatched([.name: name, .number: number])
    }
    return finding
  }

  private static func belongs(
    _ question: ElementQuestion, _ name: ElementMatch, _ number: ElementMatch
  ) -> ElementResult {
    let isDetailed = question.wantsDetail && question.operation == .phoneNameNumber
    switch (name, number) {
    case (.differs, .differs): return isDetailed ? .mismatchPhoneNameNumber : .mismatch
    case (.differs, _): return isDetailed ? .mismatchPhoneName : .mismatch
    case (_, .differs): return isDetailed ? .mismatchPhoneNumber : .mismatch
    case (.matches, .matches): return .match
    case (.matches, .notAsked): return question.operation == .phoneName ? .match : .noRecord
    default: return .noRecord
    }
  }

  /// Months are all that is known: within the month of the day nothing can be said.
  private static func recycled(_ owner: RegistryMonth, _ since: CalendarDate?) -> ElementResult {
    guard let (year, month) = owner.yearAndMonth, let since,
      (year, month) != (since.year, since.month)
    else { return .noRecord }
    return (year, month) < (since.year, since.month) ? .sameOwner : .ownerChanged
  }

  private func card(
    _ question: ElementQuestion, _ refusal: ElementResult?, _ account: BankCardKind?,
    _ matches: [ElementKind: ElementMatch]
  ) -> SourceFinding {
    if question.operation == .cardInfo { return cardInfo(question, refusal, account) }
    let mismatched = Self.mismatched(matches)
    guard mismatched.isEmpty else { return SourceFinding(.mismatch, mismatched: mismatched) }
    if matches[.name] == .notOnFile || matches[.number] == .notOnFile {
      return SourceFinding(.noRecord)
    }
    if let refusal { return SourceFinding(refusal) }
    // That we were given no phone number is nothing that the issuer says: it may well have one.
    if matches[.phone] == .notOnFile { return SourceFinding(.noRecord) }
    var finding = SourceFinding(.match)
    finding.cardKind = account
    return finding
  }

  private func cardInfo(
    _ question: ElementQuestion, _ refusal: ElementResult?, _ account: BankCardKind?
  ) -> SourceFinding {
    if refusal == .cardInvalid { return SourceFinding(.cardInvalid) }
    let issuer = question.card?.withBytes { bytes in
      CardIssuer(digits: String(decoding: bytes.prefix(8), as: UTF8.self))?.name
    }
    guard let account, let issuer else { return SourceFinding(.noRecord) }
    var finding = SourceFinding(.found)
    finding.cardKind = account
    finding.issuer = issuer
    return finding
  }

  private static func mismatched(_ matches: [ElementKind: ElementMatch]) -> Set<ElementKind> {
    Set(matches.filter { $0.value == .differs }.keys)
  }
}

/// Tells of changes alone: a registry that is away is asked thousands of times a second. Any thread.
private final class FaultState: Sendable {
  private let reason = Mutex<RegistryFault.Reason?>(nil)
  private let isFailing = Atomic(false)
  private let tell: @Sendable (RegistryFault?) -> Void

  init(_ tell: @escaping @Sendable (RegistryFault?) -> Void) { self.tell = tell }

  func answered() {
    guard isFailing.load(ordering: .relaxed) else { return }
    let hasChanged = reason.withLock { reason in
      defer { reason = nil }
      isFailing.store(false, ordering: .relaxed)
      return reason != nil
    }
    if hasChanged { tell(nil) }
  }

  func failed(_ fault: RegistryFault) {
    let hasChanged = reason.withLock { reason in
      defer { reason = fault.reason }
      isFailing.store(true, ordering: .relaxed)
      return reason != fault.reason
    }
    if hasChanged { tell(fault) }
  }
}

extension SourceFault {
  /// Every reason is a way to be unavailable.
  package init(_ fault: RegistryFault) {
    self =
      switch fault.reason {
      case .missing, .connection, .closed: .unreachable
      case .notARegistry, .otherFormat, .otherKey, .corrupt, .inputOutput, .refused: .failed
      case .otherModels: .unsupported
      case .locked, .overloaded: .busy
      case .deadline: .timedOut
      }
  }
}

extension RegistryMonth {
  /// Full months until `date`, at the least: the day is not known, so that they are counted from the month's last.
  /// Nil if the month is not known or still to come.
  func monthsUntil(_ date: CalendarDate) -> Int? {
    guard let (year, month) = yearAndMonth else { return nil }
    let months = (date.year - year) * 12 + date.month - month
    return months >= 0 ? max(months - 1, 0) : nil
  }
}

extension PhoneTime {
  /// The step of so many months.
  init(months: Int) {
    self =
      switch months {
      case ..<3: .under3
      case ..<6: .from3To6
      case ..<12: .from6To12
      case ..<24: .from12To24
      default: .from24
      }
  }
}
