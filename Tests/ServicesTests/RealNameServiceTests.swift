// The service RealName from message to message, through the router: every method, every refusal.

import Decisions
import IdentityNumbers
import Messages
import Observability
import RPC
import RealName
import Services
import Stubs
import Synchronization
import TestSupport
import Testing
import Vocabulary

/// A RealName service with one account, in the sandbox or not.
struct RealNameHouse {
  let client: RealNameClient
  let lines = LogLines()
  let observer = CountingObserver()

  static let noon: Int64 = 1_767_585_600_000

  final class CountingObserver: ElementObserver {
    let billed = Mutex(0)
    let answered = Mutex(0)
    let signals = Mutex<[AnomalySignal]>([])

    func answered(
      _ product: RealNameProduct, _ result: Vocabulary.ElementResult, isBillable: Bool
    ) {
      answered.withLock { $0 += 1 }
      if isBillable { billed.withLock { $0 += 1 } }
    }
    func anomaly(_ signal: AnomalySignal) { signals.withLock { $0.append(signal) } }
  }

  init(
    sandbox: Bool = true, sources: [SourceRoute] = [], lists: SubjectLists = SubjectLists(),
    limits: [LimitGroup: [FieldLimit]] = [:]
  ) {
    let id = AccountID("dev")!
    var terms = SubjectLimits.Terms()
    terms.cellsLog2 = 12
    terms.overrides = limits
    let desk = ElementDesk(
      sources: SourcePool(sources),
      sandbox: SourcePool([SourceRoute(SandboxSource())]), sandboxAccounts: sandbox ? [id] : [],
      limits: SubjectLimits(terms) { Self.noon }, lists: lists, observer: observer,
      today: { CalendarDate(year: 2026, month: 1, day: 5)! })
    let scene = Scene(
      threshold: 80, thresholdFloor: 70, qualityLevel: 2, portraitQualityLevel: 1,
      cardWarnings: .standard)
    let handlers = RealNameHandlers(
      desk: desk, scenes: Scenes(default: scene),
      documents: {
        DocumentPipeline(missing: ["card-detection"]) {
          CalendarDate(year: 2026, month: 1, day: 5)!
        }
      })
    let router = Router(
      services: [RealNameRoutes(handlers)],
      admission: Admission(
        accounts: FixedAccounts([Account(id: id, concurrentCallsMax: 100)])),
      metrics: CallMetrics(MetricsRegistry()), log: lines.log,
      newID: { CallID(high: 1, low: 2) })
    client = RealNameClient(
      InProcessTransport(
        router,
        peer: PeerIdentity(
          uris: ["idv:account:dev"], commonName: "dev", fingerprint: "00")))
  }
}

/// A source that gives one answer.
struct FixedSource: AuthoritySource {
  let profile = SourceProfile(
    name: "gateway", operations: Set(ElementOperation.allCases), isImmediate: true)
  let answer: SourceAnswer
  func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer { answer }
}

/// A source that never answers.
struct SilentSource: AuthoritySource {
  let profile = SourceProfile(name: "silent", operations: Set(ElementOperation.allCases))
  func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
    await withCheckedContinuation { (_: CheckedContinuation<SourceAnswer, Never>) in }
  }
}

@Suite("RealName service")
struct RealNameServiceTests {
  static let number = "11010519491231002X"

  /// A valid number with these three digits in the sandbox's place.
  static func number(_ digits: Int) -> String {
    let body = "11010519491231" + String(1000 + digits).dropFirst()
    return body + String(ResidentIdentityNumber.checkCharacter(of: body)!)
  }

  /// A Luhn-valid card with these three digits in the sandbox's place.
  static func card(_ digits: Int) -> String {
    let body = "622202000000" + String(1000 + digits).dropFirst()
    return (0...9).map { body + String($0) }.first {
      (try? BankCardNumber($0)) != nil
    }!
  }

  @Test("a match says who answered, what is left, and that the sandbox charges nothing")
  func match() async throws {
    let house = RealNameHouse()
    let answer = try await house.client.checkNameId(
      CheckNameIdRequest(name: "张三", idNumber: Self.number))
    let outcome = try #require(answer.outcome)
    #expect(outcome.result == .match)
    #expect(outcome.sandbox && outcome.source == "sandbox")
    #expect(outcome.compatCode == 0)
    #expect(outcome.charge?.billable == false && outcome.charge?.resultIsBillable == true)
    #expect(outcome.charge?.sku == "ID2")
    #expect(outcome.limits.map(\.field) == ["name", "id_number"])
    #expect(outcome.limits.map(\.remaining) == [499, 999])
    #expect(answer.header?.resultClass == .verdict)
    #expect(answer.header?.policy == RealNamePolicy.version)
    #expect(house.observer.billed.withLock { $0 } == 0)
  }

  @Test("what is put right is told: lower-case x, dots, blanks, fifteen digits, rare characters")
  func notices() async throws {
    let client = RealNameHouse().client
    let lower = try await client.checkNameId(
      CheckNameIdRequest(name: "买买提•吐尔逊", idNumber: "11010519491231002x"))
    #expect(lower.outcome?.notices == [.lowerCaseX, .nameSeparator])
    let old = try await client.checkNameId(
      CheckNameIdRequest(name: "王 㛃", idNumber: "110105491231002"))
    #expect(old.outcome?.notices == [.oldNumber, .nameBlanks, .rareCharacters])
    #expect(old.outcome?.result == .match)
  }

  @Test("what cannot be an element is an answer that says which part fails; no source is asked")
  func bad() async throws {
    let house = RealNameHouse()
    let answer = try await house.client.checkNameId(
      CheckNameIdRequest(name: "张3", idNumber: "110105194913310022"))
    let outcome = try #require(answer.outcome)
    #expect(outcome.result == .badId)
    #expect(outcome.problems.map(\.part) == [.date, .checkDigit, .digit])
    #expect(outcome.problems.map(\.field) == ["id_number", "id_number", "name"])
    #expect(outcome.problems.last?.position == 1)
    #expect(outcome.source.isEmpty && outcome.charge?.billable == false)
    #expect(outcome.compatCode == -2)
    #expect(answer.header?.resultClass == .noResult && answer.header?.advice == .correctInput)
    let born = try await house.client.checkNameId(
      CheckNameIdRequest(name: "张三", idNumber: "110105202701010017"))
    #expect(born.outcome?.problems.map(\.part).contains(.dateInFuture) == true)
    let phone = try await house.client.getPhoneStatus(GetPhoneStatusRequest(phone: "1440123456789"))
    #expect(phone.outcome?.result == .badPhone)
    #expect(phone.outcome?.problems.map(\.part) == [.machineNumber])
  }

  @Test("what is missing is an error that names the field")
  func missing() async throws {
    let client = RealNameHouse().client
    await #expect(throws: ServiceError.self) {
      try await client.checkNameId(CheckNameIdRequest(name: "张三"))
    }
    do {
      _ = try await client.checkPhone(CheckPhoneRequest(phone: "13800138000", name: "张三"))
    } catch {
      #expect(error.detail.symbol == .missingField && error.detail.field == "id_number")
    }
  }

  @Test(
    "every result of the sandbox comes through, by name and by number",
    arguments: [
      (900, .mismatch, -1), (901, .noRecord, -5), (902, .identityInvalid, -5),
      (903, .documentUnsupported, nil),
    ] as [(Int, Messages.ElementResult, Int32?)])
  func results(_ digits: Int, _ result: Messages.ElementResult, _ code: Int32?) async throws {
    let answer = try await RealNameHouse().client.checkNameId(
      CheckNameIdRequest(name: "张三", idNumber: Self.number(digits)))
    #expect(answer.outcome?.result == result)
    #expect(answer.outcome?.compatCode == code)
  }

  @Test("a number of theirs is that of the very operation that was asked")
  func numbersByOperation() async throws {
    let client = RealNameHouse(
      limits: [.phoneNameNumber: [FieldLimit(.phone, perDay: 1)]]
    ).client
    let byPhone = try await client.checkMinor(CheckMinorRequest(phone: "13800000901"))
    #expect(byPhone.outcome?.result == .noRecord && byPhone.outcome?.compatCode == -2)
    let byNumber = try await client.checkMinor(
      CheckMinorRequest(name: "张三", idNumber: Self.number(901)))
    #expect(byNumber.outcome?.result == .noRecord && byNumber.outcome?.compatCode == -7)
    var request = CheckPhoneRequest(phone: "13800000001", name: "张三", idNumber: Self.number)
    _ = try await client.checkPhone(request)
    let any = try await client.checkPhone(request)
    #expect(any.outcome?.result == .dailyLimit && any.outcome?.compatCode == -12)
    request.carrier = .chinaMobile
    let one = try await client.checkPhone(request)
    #expect(one.outcome?.result == .dailyLimit && one.outcome?.compatCode == nil)
  }

  @Test("the operator's log says which source failed")
  func sourceTold() async throws {
    let house = RealNameHouse(
      sandbox: false, sources: [SourceRoute(FixedSource(answer: .unavailable(.malformed)))])
    _ = try? await house.client.checkNameId(
      CheckNameIdRequest(name: "张三", idNumber: Self.number))
    #expect(
      house.lines.text.contains("warning no source answered [reason=malformed source=gateway]"))
  }

  @Test(
    "a fault is an error with its own symbol, and never a result",
    arguments: [
      (990, ErrorSymbol.sourceUnavailable), (991, .sourceTimeout), (992, .sourceBusy),
      (993, .sourceUpgrading), (994, .sourceFault), (995, .sourceFault), (996, .sourceFault),
      (997, .sourceFault),
    ])
  func faults(_ digits: Int, _ symbol: ErrorSymbol) async throws {
    let house = RealNameHouse()
    do {
      _ = try await house.client.checkNameId(
        CheckNameIdRequest(name: "张三", idNumber: Self.number(digits)))
      Issue.record("a fault was answered")
    } catch {
      #expect(error.code == .unavailable && error.detail.symbol == symbol)
      #expect(error.detail.retryable && error.detail.retryAfterMillis > 0)
    }
    #expect(house.observer.answered.withLock { $0 } == 0)
  }

  @Test("validity dates")
  func dates() async throws {
    let client = RealNameHouse().client
    func ask(_ from: String, _ until: String) async throws -> ElementOutcome? {
      try await client.checkNameIdDates(
        CheckNameIdDatesRequest(
          name: "张三", idNumber: Self.number, validFrom: from, validUntil: until)
      ).outcome
    }
    #expect(try await ask("20200101", "20400101")?.result == .match)
    #expect(try await ask("20200101", "00000000")?.result == .match)
    let order = try await ask("20200101", "20200101")
    #expect(order?.result == .badDates && order?.problems.map(\.part) == [.order])
    #expect(try await ask("20200230", "20400101")?.problems.map(\.part) == [.date])
  }

  @Test("phones: simple and detailed, carriers, hashes, time, status, owner")
  func phones() async throws {
    let client = RealNameHouse().client
    var request = CheckPhoneRequest(phone: "13800000905", name: "张三", idNumber: Self.number)
    #expect(try await client.checkPhone(request).outcome?.result == .mismatch)
    request.detailed = true
    let detailed = try await client.checkPhone(request)
    #expect(detailed.outcome?.result == .mismatchPhoneId)
    #expect(detailed.outcome?.mismatched == ["id_number", "phone"])
    #expect(detailed.outcome?.charge?.sku == "PHONE3_DETAIL")
    request.phone = "13800000001"
    request.carrier = .chinaBroadnet
    #expect(try await client.checkPhone(request).carrier == .chinaBroadnet)
    request.hash = .sm3
    await #expect(throws: ServiceError.self) { try await client.checkPhone(request) }
    request.carrier = .unspecified
    let short = try await client.checkPhone(request)
    #expect(short.outcome?.result == .badHash)
    let two = try await client.checkPhoneName(
      CheckPhoneNameRequest(phone: "13800000900", name: "张三"))
    #expect(two.outcome?.result == .mismatch && two.outcome?.compatCode == 1)
    let time = try await client.getPhoneTime(GetPhoneTimeRequest(phone: "13800000004"))
    #expect(time.outcome?.result == .found && time.time == .from24)
    #expect(time.header?.resultClass == .information)
    let none = try await client.getPhoneTime(GetPhoneTimeRequest(phone: "13800000912"))
    #expect(none.outcome?.result == .noSuchNumber && none.time == .unspecified)
    let status = try await client.getPhoneStatus(GetPhoneStatusRequest(phone: "13800000001"))
    #expect(status.outcome?.result == .found && status.status == .suspended)
    let recycled = try await client.checkPhoneRecycled(
      CheckPhoneRecycledRequest(phone: "13800000913", since: "20250101"))
    #expect(recycled.outcome?.result == .ownerChanged)
    let future = try await client.checkPhoneRecycled(
      CheckPhoneRecycledRequest(phone: "13800000913", since: "20260106"))
    #expect(future.outcome?.problems.map(\.part) == [.dateInFuture])
  }

  @Test("bank cards: two, three and four elements, and what a card is")
  func bankCards() async throws {
    let client = RealNameHouse().client
    var request = CheckBankCardRequest(bankCard: Self.card(1), name: "张三")
    #expect(try await client.checkBankCard(request).outcome?.charge?.sku == "BANK2")
    request.phone = "13800138000"
    await #expect(throws: ServiceError.self) { try await client.checkBankCard(request) }
    request.idNumber = Self.number
    #expect(try await client.checkBankCard(request).outcome?.charge?.sku == "BANK4")
    request.phone = ""
    request.bankCard = Self.card(927)
    let lost = try await client.checkBankCard(request)
    #expect(lost.outcome?.result == .cardLost && lost.outcome?.compatCode == -12)
    #expect(lost.header?.advice == .useOtherChannel)
    request.bankCard = "6222020000000000001"
    let wrong = try await client.checkBankCard(request)
    #expect(wrong.outcome?.result == .badCard)
    #expect(wrong.outcome?.problems.map(\.part) == [.checkDigit])
    let info = try await client.getBankCardInfo(GetBankCardInfoRequest(bankCard: Self.card(1)))
    #expect(info.outcome?.result == .found && !info.bank.isEmpty && info.kind == .credit)
    let gone = try await client.getBankCardInfo(GetBankCardInfoRequest(bankCard: Self.card(935)))
    #expect(gone.outcome?.result == .cardNotFound && gone.bank.isEmpty)
  }

  @Test("of age or not, by phone or by name and number, never both")
  func minors() async throws {
    let client = RealNameHouse().client
    let adult = try await client.checkMinor(CheckMinorRequest(name: "张三", idNumber: Self.number))
    #expect(adult.outcome?.result == .adult && adult.age == .from18)
    let child = try await client.checkMinor(CheckMinorRequest(phone: "13800000916"))
    #expect(child.outcome?.result == .minor && child.age == .from8To16)
    await #expect(throws: ServiceError.self) {
      try await client.checkMinor(
        CheckMinorRequest(phone: "13800000916", name: "张三", idNumber: Self.number))
    }
  }

  @Test("an age is told with ADULT and MINOR alone, whatever a source says beside another result")
  func strayAge() async throws {
    var finding = SourceFinding(.mismatch)
    finding.ageRange = .from16To18
    let house = RealNameHouse(
      sandbox: false, sources: [SourceRoute(FixedSource(answer: .answered(finding)))])
    let answer = try await house.client.checkMinor(
      CheckMinorRequest(name: "张三", idNumber: Self.number))
    #expect(answer.outcome?.result == .mismatch && answer.age == .unspecified)
  }

  @Test("an old number of a foreigner is answered by the sandbox")
  func oldForeigner() async throws {
    let client = RealNameHouse().client
    for (number, result) in [
      ("CAN110078010011", .match), ("CAN110078019011", .noRecord),
    ] as [(String, Messages.ElementResult)] {
      let answer = try await client.checkNameId(
        CheckNameIdRequest(name: "JOHN SMITH", idNumber: number))
      #expect(answer.outcome?.result == result && answer.outcome?.problems.isEmpty == true)
    }
  }

  @Test("a source that the caller's deadline cut off is the deadline's matter, and is not judged")
  func deadline() async throws {
    let house = RealNameHouse(sandbox: false, sources: [SourceRoute(SilentSource())])
    for _ in 0..<7 {
      do {
        _ = try await house.client.checkNameId(
          CheckNameIdRequest(name: "张三", idNumber: Self.number),
          options: CallOptions(deadline: .after(.milliseconds(50))))
        Issue.record("answered by nobody")
      } catch {
        #expect(error.code == .deadlineExceeded)
        #expect(error.detail.symbol == .deadlineExceeded)
      }
    }
  }

  @Test("limits, with what is left and when they end")
  func limits() async throws {
    let house = RealNameHouse()
    for _ in 0..<500 {
      _ = try await house.client.getPhoneStatus(GetPhoneStatusRequest(phone: "13800000001"))
    }
    let refused = try await house.client.getPhoneStatus(
      GetPhoneStatusRequest(phone: "13800000001"))
    #expect(refused.outcome?.result == .dailyLimit && refused.outcome?.source == "")
    #expect(refused.outcome?.limits.map(\.remaining) == [0])
    #expect(refused.outcome?.limits.first?.resetsAtMs == RealNameHouse.noon + 12 * 3_600_000)
    #expect(refused.header?.advice == .retryTomorrow && refused.header?.resultClass == .noResult)
    #expect(refused.outcome?.charge?.billable == false)
  }

  @Test("an account outside the sandbox is never answered by it")
  func noSandbox() async throws {
    let bare = RealNameHouse(sandbox: false)
    do {
      _ = try await bare.client.checkNameId(
        CheckNameIdRequest(name: "张三", idNumber: Self.number))
      Issue.record("answered without a source")
    } catch {
      #expect(error.detail.symbol == .sourceNotConfigured)
    }
  }

  @Test("a verdict of a real source is charged, a missing record and a fault are not")
  func charged() async throws {
    func house(_ answer: SourceAnswer) -> RealNameHouse {
      RealNameHouse(sandbox: false, sources: [SourceRoute(FixedSource(answer: answer))])
    }
    let request = CheckNameIdRequest(name: "张三", idNumber: Self.number)
    for (result, isBilled) in [
      (Vocabulary.ElementResult.match, true), (.mismatch, true), (.noRecord, false),
      (.identityInvalid, false),
    ] {
      let house = house(.answered(SourceFinding(result)))
      let outcome = try #require(try await house.client.checkNameId(request).outcome)
      #expect(outcome.charge?.billable == isBilled && outcome.charge?.units == (isBilled ? 1 : 0))
      #expect(outcome.source == "gateway" && !outcome.sandbox)
      #expect(house.observer.billed.withLock { $0 } == (isBilled ? 1 : 0))
    }
    for fault in SourceFault.allCases {
      let house = house(.unavailable(fault))
      await #expect(throws: ServiceError.self) { try await house.client.checkNameId(request) }
      #expect(house.observer.billed.withLock { $0 } == 0)
    }
  }

  @Test("many names for one number are logged once, without either")
  func signals() async throws {
    let house = RealNameHouse()
    for name in ["甲一", "甲二", "甲三", "甲四", "甲五", "甲六"] {
      _ = try await house.client.checkNameId(
        CheckNameIdRequest(name: name, idNumber: Self.number))
    }
    #expect(house.observer.signals.withLock { $0 } == [.namesForNumber])
    let lines = house.lines.take()
    #expect(lines.filter { $0.contains("guessing") }.count == 1)
    #expect(!lines.contains { $0.contains("甲") || $0.contains("110105") })
  }

  @Test("without its models a card is refused by name, and elements still work")
  func noModels() async throws {
    let client = RealNameHouse().client
    var request = CheckIdCardRequest()
    request.card = Media(inline: Bytes([1, 2, 3]))
    do {
      _ = try await client.checkIdCard(request)
      Issue.record("a card was read without models")
    } catch {
      #expect(error.detail.symbol == .modelUnavailable)
    }
  }
}
