// A registry as a source: what each answer becomes, and that a fault is never a mismatch.

import IdentityNumbers
import RealName
import Registry
import RegistrySources
import Sealing
import Synchronization
import Testing
import Vocabulary

/// A registry of a few entries in memory; or one that has a fault.
private final class FewEntries: RegistryStore {
  let entries: [EntryKey: RegistryRecord]
  let fault: RegistryFault?

  init(_ entries: [EntryKey: RegistryRecord], fault: RegistryFault? = nil) {
    self.entries = entries
    self.fault = fault
  }

  func record(
    _ key: EntryKey, before deadline: Deadline
  ) async throws(RegistryFault) -> RegistryRecord? {
    if let fault { throw fault }
    return entries[key]
  }

  func check(before deadline: Deadline) async throws(RegistryFault) -> RegistrySummary {
    RegistrySummary(entries: entries.count, importedAt: 0)
  }

  func shutdown() async {}
}

@Suite struct RegistrySourceTests {
  static let hash = RegistryHash(KeyedCode(key: [UInt8](repeating: 7, count: 32)))
  static let people = SyntheticPeople(seed: 3)
  static let (a, b) = (people[0], people[1])
  static let owner = "阿卜杜拉·买买提"
  static let later = Deadline.after(.seconds(60))

  private static func entries(
    status: IdentityStatus = .valid, phone: PhoneStatus? = .normal, refusal: ElementResult? = nil,
    isBare: Bool = false, portrait: SealedPortrait? = nil
  ) -> [EntryKey: RegistryRecord] {
    let number = hash.key(.identity, nil, a.idNumber)
    let mobile = hash.key(.phone, nil, a.phone)
    let card = hash.key(.card, nil, a.card)
    func name(_ key: EntryKey) -> ElementTag? { hash.tag(.name, nil, owner, beside: key) }
    func id(_ key: EntryKey) -> ElementTag? {
      isBare ? nil : hash.tag(.idNumber, nil, a.idNumber, beside: key)
    }
    return [
      number: .identity(
        status: status, name: name(number),
        validity: isBare ? nil : hash.tag(.validity, nil, "20200101-00000000", beside: number),
        portrait: portrait),
      mobile: .phone(
        status: phone, carrier: .unicom,
        since: RegistryMonth(digits: "202506") ?? RegistryMonth(count: 0),
        ownerSince: RegistryMonth(count: isBare ? 0 : 293), name: name(mobile), idNumber: id(mobile)
      ),
      card: .card(
        refusal: refusal, account: .debit, name: name(card), idNumber: id(card),
        phone: isBare ? nil : hash.tag(.phone, nil, a.phone, beside: card)),
    ]
  }

  private static func source(
    _ entries: [EntryKey: RegistryRecord], fault: RegistryFault? = nil,
    name: String = "registry", portraits: Bool = false,
    tell: @escaping @Sendable (RegistryFault?) -> Void = { _ in }
  ) -> RegistrySource {
    RegistrySource(
      name: name, hash: hash, store: FewEntries(entries, fault: fault), portraits: portraits,
      timeout: .seconds(3600),
      today: { CalendarDate(year: 2026, month: 11, day: 1) ?? CalendarDate(digits: "20261101")! },
      tell: tell)
  }

  private static func question(
    _ operation: ElementOperation, name: String? = nil, number: String? = nil, phone: String? = nil,
    card: String? = nil, _ change: (inout ElementQuestion) -> Void = { _ in }
  ) -> ElementQuestion {
    var question = ElementQuestion(operation)
    question.name = name.map { Element(.name, $0) }
    question.number = number.map { Element(.number, $0) }
    question.phone = phone.map { Element(.phone, $0) }
    question.card = card.map { Element(.card, $0) }
    change(&question)
    return question
  }

  /// What was found; nil if the source was unavailable.
  private static func finding(
    _ source: RegistrySource, _ question: ElementQuestion
  ) async -> SourceFinding? {
    guard case .answered(let finding) = await source.check(question, deadline: later) else {
      return nil
    }
    #expect(question.operation.mayFind(finding.result), "\(question.operation): \(finding.result)")
    return finding
  }

  /// A portrait of the first person, made by the models `mark`, or sealed for somebody else.
  private static func portrait(_ mark: UInt8 = 0xAB, of person: SyntheticPeople.Person = a) throws
    -> SealedPortrait
  {
    let contract = [UInt8](repeating: mark, count: RegistryLimits.portraitContractBytes)
    let template = PortraitTemplate(contract: contract, numbers: SecretBytes([1, 2, 3, 4]))
    return hash.seal(try #require(template), beside: hash.key(.identity, nil, person.idNumber))
  }

  private static let contract = String(repeating: "ab", count: RegistryLimits.portraitContractBytes)

  private static func portraitQuestion(
    name: String = owner, number: String = a.idNumber, contract: String? = contract
  ) -> ElementQuestion {
    question(.portrait, name: name, number: number) { $0.templateContract = contract }
  }

  @Test("a portrait is given as a template of the contract that was asked for, or not at all")
  func portraits() async throws {
    let held = try Self.portrait()
    let source = Self.source(Self.entries(portrait: held), portraits: true)
    #expect(source.profile.operations.contains(.portrait))
    #expect(source.profile.dataClasses.contains(.face))
    guard
      case .portrait(let given) = await source.portrait(
        Self.portraitQuestion(), deadline: Self.later)
    else {
      Issue.record("no portrait")
      return
    }
    #expect(given.form == .template(contract: Self.contract) && given.bytes.array == [1, 2, 3, 4])
    func answer(_ source: RegistrySource, _ question: ElementQuestion) async -> String {
      switch await source.portrait(question, deadline: Self.later) {
      case .portrait: "portrait"
      case .none(let result): "\(result)"
      case .noPortrait: "noPortrait"
      case .unavailable(let fault): fault.rawValue
      }
    }
    #expect(await answer(source, Self.portraitQuestion(name: "王芳")) == "mismatch")
    #expect(await answer(source, Self.portraitQuestion(number: Self.b.idNumber)) == "noRecord")
    // Other models, or an asker who compares pictures alone: not a word about the person.
    #expect(await answer(source, Self.portraitQuestion(contract: "cd")) == "unsupported")
    #expect(await answer(source, Self.portraitQuestion(contract: nil)) == "unsupported")
    #expect(!SourceFault.unsupported.countsAgainstSource)
    let without = Self.source(Self.entries(), portraits: true)
    #expect(await answer(without, Self.portraitQuestion()) == "noPortrait")
    let gone = Self.source(Self.entries(status: .invalid, portrait: held), portraits: true)
    #expect(await answer(gone, Self.portraitQuestion()) == "identityInvalid")
    #expect(await answer(gone, Self.portraitQuestion(name: "王芳")) == "mismatch")
    let silent = Self.source(
      [:], fault: RegistryFault(.missing, "there is no registry"), portraits: true)
    #expect(await answer(silent, Self.portraitQuestion()) == "unreachable")
    // Nobody gets portraits of a registry that was not set up to give them.
    let quiet = Self.source(Self.entries(portrait: held))
    #expect(!quiet.profile.operations.contains(.portrait))
    #expect(await answer(quiet, Self.portraitQuestion()) == "not-offered")
  }

  @Test("unusable portraits are told to the operator, and another source is asked")
  func unusablePortraits() async throws {
    let told = Mutex<[RegistryFault.Reason?]>([])
    let note: @Sendable (RegistryFault?) -> Void = { fault in
      told.withLock { $0.append(fault?.reason) }
    }
    let old = Self.source(
      Self.entries(portrait: try Self.portrait(0xCD)), portraits: true, tell: note)
    let new = Self.source(
      Self.entries(portrait: try Self.portrait()), name: "new", portraits: true)
    let pool = SourcePool([SourceRoute(old, order: 0), SourceRoute(new, order: 1)])
    for _ in 0..<20 {
      let answered = await pool.portrait(
        Self.portraitQuestion(), deadline: .after(.seconds(3600)))
      guard case .portrait = answered.answer else {
        Issue.record("the second source was not asked")
        return
      }
    }
    // Names are still answered by the first: its breaker has nothing against it.
    let asked = Self.question(.nameNumber, name: Self.owner, number: Self.a.idNumber)
    guard case .answered(let finding) = await old.check(asked, deadline: Self.later) else {
      Issue.record("no answer")
      return
    }
    #expect(finding.result == .match)
    #expect(told.withLock { $0 } == [.otherModels])
    let moved = Self.source(
      Self.entries(portrait: try Self.portrait(of: Self.b)), portraits: true)
    guard
      case .unavailable(.failed) = await moved.portrait(
        Self.portraitQuestion(), deadline: Self.later)
    else {
      Issue.record("another's portrait was given")
      return
    }
  }

  @Test("name and number, with and without dates")
  func identities() async {
    let source = Self.source(Self.entries())
    func ask(_ question: ElementQuestion) async -> ElementResult? {
      await Self.finding(source, question)?.result
    }
    let (a, b, owner) = (Self.a, Self.b, Self.owner)
    #expect(await ask(Self.question(.nameNumber, name: owner, number: a.idNumber)) == .match)
    let wrong = await Self.finding(
      source, Self.question(.nameNumber, name: "王芳", number: a.idNumber))
    #expect(wrong?.result == .mismatch && wrong?.mismatched == [.name])
    #expect(await ask(Self.question(.nameNumber, name: owner, number: b.idNumber)) == .noRecord)
    for (until, result) in [("00000000", ElementResult.match), ("20400101", .mismatch)] {
      let dated = Self.question(.nameNumberDates, name: owner, number: a.idNumber) {
        $0.validFrom = Element(.validFrom, "20200101")
        $0.validUntil = Element(.validUntil, until)
      }
      #expect(await ask(dated) == result)
      let bare = Self.source(Self.entries(isBare: true))
      #expect(await Self.finding(bare, dated)?.result == .noRecord)
    }
    let gone = Self.source(Self.entries(status: .invalid))
    let asked = Self.question(.nameNumber, name: owner, number: a.idNumber)
    #expect(await Self.finding(gone, asked)?.result == .identityInvalid)
    // Whoever does not know the name is told nothing else.
    let guessed = Self.question(.nameNumber, name: "王芳", number: a.idNumber)
    #expect(await Self.finding(gone, guessed)?.result == .mismatch)
  }

  @Test("ages come from the number, for who knows the name")
  func ages() async {
    let source = Self.source(Self.entries())
    let asked = Self.question(.ageNumber, name: Self.owner, number: Self.a.idNumber)
    let finding = await Self.finding(source, asked)
    let years = CalendarDate(digits: Self.a.idNumber.dropFirst(6).prefix(8))?.years(
      to: CalendarDate(digits: "20261101")!)
    #expect(finding?.ageRange == years.flatMap { AgeRange(years: $0) })
    #expect(finding?.result == ((years ?? 0) >= 18 ? .adult : .minor))
    let wrong = Self.question(.ageNumber, name: "王芳", number: Self.a.idNumber)
    #expect(await Self.finding(source, wrong)?.result == .mismatch)
  }

  @Test("phones: each element by itself, details only for who asks")
  func phones() async {
    let source = Self.source(Self.entries())
    let (a, b, owner) = (Self.a, Self.b, Self.owner)
    let cases: [(String, String, ElementResult, ElementResult, Set<ElementKind>)] = [
      (owner, a.idNumber, .match, .match, []),
      (owner, b.idNumber, .mismatch, .mismatchPhoneNumber, [.number]),
      ("王芳", a.idNumber, .mismatch, .mismatchPhoneName, [.name]),
      ("王芳", b.idNumber, .mismatch, .mismatchPhoneNameNumber, [.name, .number]),
    ]
    for (name, number, simple, detailed, mismatched) in cases {
      for wantsDetail in [false, true] {
        let asked = Self.question(.phoneNameNumber, name: name, number: number, phone: a.phone) {
          $0.wantsDetail = wantsDetail
        }
        let finding = await Self.finding(source, asked)
        #expect(finding?.result == (wantsDetail ? detailed : simple))
        #expect(finding?.mismatched == mismatched && finding?.carrier == .unicom)
      }
    }
    for status in [PhoneStatus.cancelled, .notOnNet] {
      let given = Self.source(Self.entries(phone: status))
      let asked = Self.question(.phoneName, name: owner, phone: a.phone)
      #expect(await Self.finding(given, asked)?.result == .noRecord)
    }
    let bare = Self.source(Self.entries(isBare: true))
    let asked = Self.question(.phoneNameNumber, name: owner, number: a.idNumber, phone: a.phone)
    #expect(await Self.finding(bare, asked)?.result == .noRecord)
    for (carrier, result) in [
      (PhoneCarrier.unicom, ElementResult.match), (.mobile, .segmentUnsupported),
    ] {
      let asked = Self.question(.phoneName, name: owner, phone: a.phone) { $0.carrier = carrier }
      #expect(await Self.finding(source, asked)?.result == result)
    }
  }

  @Test("phones: status, time on the net, owner since")
  func phoneWords() async {
    let source = Self.source(Self.entries())
    let phone = Self.a.phone
    #expect(
      await Self.finding(source, Self.question(.phoneStatus, phone: phone))?.phoneStatus == .normal)
    #expect(
      await Self.finding(source, Self.question(.phoneTime, phone: phone))?.phoneTime == .from12To24)
    // Owner since May 2024 (month 293).
    let days: [(String, ElementResult)] = [
      ("20240601", .sameOwner), ("20240430", .ownerChanged), ("20240501", .noRecord),
      ("20240531", .noRecord),
    ]
    for (day, result) in days {
      let asked = Self.question(.phoneRecycled, phone: phone) {
        $0.since = CalendarDate(digits: day)
      }
      #expect(await Self.finding(source, asked)?.result == result, "\(day)")
    }
    // Given up, it has no owner and no time, whatever is held of the last one.
    for status in [PhoneStatus.cancelled, .notOnNet] {
      let given = Self.source(Self.entries(phone: status))
      let asked = Self.question(.phoneRecycled, phone: phone) {
        $0.since = CalendarDate(digits: "20250101")
      }
      #expect(await Self.finding(given, asked)?.result == .noRecord)
      let time = await Self.finding(given, Self.question(.phoneTime, phone: phone))
      #expect(time?.result == .noSuchNumber && time?.phoneTime == nil)
      let told = await Self.finding(given, Self.question(.phoneStatus, phone: phone))
      #expect(told?.phoneStatus == status)
    }
    #expect(
      await Self.finding(source, Self.question(.phoneStatus, phone: "16100000000"))?.result
        == .noRecord)
  }

  @Test("months on the net are full ones, counted from the last day that the month allows")
  func fullMonths() async {
    // On the net since June 2025.
    let steps: [(String, PhoneTime?)] = [
      ("20250531", nil), ("20250630", .under3), ("20250901", .under3), ("20251001", .from3To6),
      ("20251231", .from3To6), ("20260101", .from6To12), ("20260701", .from12To24),
      ("20270630", .from12To24), ("20270701", .from24),
    ]
    for (today, time) in steps {
      let source = RegistrySource(
        name: "registry", hash: Self.hash, store: FewEntries(Self.entries()),
        today: { CalendarDate(digits: today)! })
      let finding = await Self.finding(source, Self.question(.phoneTime, phone: Self.a.phone))
      #expect(finding?.phoneTime == time, "\(today)")
      #expect(finding?.result == (time == nil ? .timeUnavailable : .found))
    }
  }

  @Test("a card whose phone number we were not given: no record, and not the issuer's word")
  func cardWithoutPhone() async {
    let key = Self.hash.key(.card, nil, Self.a.card)
    func tag(_ kind: TagKind, _ text: String) -> ElementTag {
      Self.hash.tag(kind, nil, text, beside: key)
    }
    let asked = Self.question(
      .cardNameNumberPhone, name: Self.owner, number: Self.a.idNumber, phone: Self.a.phone,
      card: Self.a.card)
    for (refusal, result) in [(nil, .noRecord), (.cardLost, .cardLost)]
      as [(ElementResult?, ElementResult)]
    {
      let entry = RegistryRecord.card(
        refusal: refusal, account: .debit, name: tag(.name, Self.owner),
        idNumber: tag(.idNumber, Self.a.idNumber), phone: nil)
      #expect(await Self.finding(Self.source([key: entry]), asked)?.result == result)
    }
  }

  @Test("cards: a mismatch before anything else, then what the issuer says")
  func cards() async {
    let (a, b, owner) = (Self.a, Self.b, Self.owner)
    let asked = Self.question(
      .cardNameNumberPhone, name: owner, number: a.idNumber, phone: a.phone, card: a.card)
    #expect(await Self.finding(Self.source(Self.entries()), asked)?.result == .match)
    let lost = Self.source(Self.entries(refusal: .cardLost))
    #expect(await Self.finding(lost, asked)?.result == .cardLost)
    let wrong = Self.question(.cardNameNumber, name: owner, number: b.idNumber, card: a.card)
    let finding = await Self.finding(lost, wrong)
    #expect(finding?.result == .mismatch && finding?.mismatched == [.number])
    let bare = Self.source(Self.entries(isBare: true))
    #expect(await Self.finding(bare, asked)?.result == .noRecord)
    let name = Self.question(.cardName, name: owner, card: a.card)
    #expect(await Self.finding(bare, name)?.result == .match)
    #expect(await Self.finding(bare, Self.question(.cardInfo, card: a.card))?.result == .noRecord)
  }

  @Test(
    "every fault is unavailable, and told to the operator", arguments: RegistryFault.Reason.allCases
  )
  func faults(_ reason: RegistryFault.Reason) async {
    await confirmation { confirmed in
      let source = Self.source(
        Self.entries(), fault: RegistryFault(reason, "x"),
        tell: { if $0?.reason == reason { confirmed() } })
      let asked = Self.question(.nameNumber, name: "王芳", number: Self.a.idNumber)
      guard case .unavailable(let fault) = await source.check(asked, deadline: Self.later) else {
        Issue.record("a fault became an answer")
        return
      }
      #expect(fault.countsAgainstSource == (reason != .otherModels))
    }
  }

  @Test("questions that lack an element are malformed")
  func incomplete() async {
    let source = Self.source(Self.entries())
    for operation in RegistrySource.operations {
      guard
        case .unavailable(.malformed) = await source.check(
          ElementQuestion(operation), deadline: Self.later)
      else {
        Issue.record("\(operation) without elements")
        continue
      }
    }
    let nameless = Self.question(.nameNumber, number: Self.a.idNumber)
    guard case .unavailable(.malformed) = await source.check(nameless, deadline: Self.later) else {
      Issue.record("a name was not needed")
      return
    }
  }

  @Test("a change is told once, whichever way")
  func told() async {
    let told = Mutex<[RegistryFault.Reason?]>([])
    let store = Flapping()
    let source = RegistrySource(
      name: "registry", hash: Self.hash, store: store,
      today: { CalendarDate(digits: "20261101")! },
      tell: { fault in told.withLock { $0.append(fault?.reason) } })
    let asked = Self.question(.phoneStatus, phone: Self.a.phone)
    for reason in [nil, nil, .locked, .locked, .missing, nil, nil, .missing]
      as [RegistryFault.Reason?]
    {
      store.reason.withLock { $0 = reason }
      _ = await source.check(asked, deadline: Self.later)
    }
    #expect(told.withLock { $0 } == [.locked, .missing, nil, .missing])
  }

  @Test("settings: what is wrong is named")
  func settings() throws {
    func read(_ json: String) throws -> RegistrySettings {
      try RegistrySettings(json: Array(json.utf8))
    }
    let settings = try read(
      #"{"kind":"registry","order":3,"registry":"postgresql://h/d","key":"/k","name":"own","lanes":4,"hashes":["md5","sm3"],"timeoutMillis":250}"#
    )
    #expect(settings.registry == "postgresql://h/d" && settings.isPostgres && settings.key == "/k")
    #expect(settings.name == "own" && settings.lanes == 4 && settings.hashes == [.md5, .sm3])
    #expect(settings.timeout == .milliseconds(250))
    let least = try read(#"{"registry":"/a","key":"/k"}"#)
    #expect(
      !least.isPostgres && least.name == "registry" && least.lanes == 2 && least.hashes.isEmpty)
    for text in [
      "", "[]", "{}", #"{"registry":"/a"}"#, #"{"key":"/k"}"#,
      #"{"registry":"/a","key":"/k","lanes":0}"#,
      #"{"registry":"/a","key":"/k","lanes":65}"#,
      #"{"registry":"/a","key":"/k","hashes":["sha1"]}"#,
      #"{"registry":"/a","key":"/k","name":"A"}"#,
      #"{"registry":"/a","key":"/k","timeoutMillis":9}"#,
    ] {
      #expect(throws: RegistrySettings.Invalid.self, "\(text)") { try read(text) }
    }
    #expect(throws: RegistrySettings.Invalid.self) {
      try read(#"{"registry":"/a","key":"/nonexistent"}"#).open(today: {
        CalendarDate(digits: "20260101")!
      })
    }
  }
}

/// A registry that answers or fails as it is told to.
private final class Flapping: RegistryStore {
  let reason = Mutex<RegistryFault.Reason?>(nil)

  func record(
    _ key: EntryKey, before deadline: Deadline
  ) async throws(RegistryFault) -> RegistryRecord? {
    if let reason = reason.withLock({ $0 }) { throw RegistryFault(reason, "x") }
    return nil
  }

  func check(before deadline: Deadline) async throws(RegistryFault) -> RegistrySummary {
    RegistrySummary(entries: 0, importedAt: 0)
  }

  func shutdown() async {}
}
