// Limits, lists and signals: counted by fingerprint, forgotten at midnight.

import IdentityNumbers
import RealName
import Sealing
import Synchronization
import Testing
import Vocabulary

@Suite("Subject limits")
struct LimitTests {
  /// 2026-01-05, 12:00 in UTC+8.
  private static let noon: Int64 = 1_767_585_600_000
  private let account = AccountID("bank")!

  private final class Clock: Sendable {
    let now = Mutex(LimitTests.noon)
    func advance(_ milliseconds: Int64) { now.withLock { $0 += milliseconds } }
  }

  private func limits(
    _ clock: Clock, _ change: (inout SubjectLimits.Terms) -> Void = { _ in }
  ) -> SubjectLimits {
    var terms = SubjectLimits.Terms()
    terms.cellsLog2 = 12
    change(&terms)
    return SubjectLimits(terms) { clock.now.withLock { $0 } }
  }

  private func question(
    _ name: String = "张三", _ number: String = "11010519491231002X",
    _ operation: ElementOperation = .nameNumber
  ) -> ElementQuestion {
    var question = ElementQuestion(operation)
    question.name = Element(.name, name)
    question.number = Element(.number, number)
    return question
  }

  @Test("a name may be asked about 500 times a day, a number 1,000 times")
  func published() {
    let clock = Clock()
    let limits = limits(clock)
    for count in 1...500 {
      let outcome = limits.count(question(), as: .nameNumber, account: account)
      #expect(!outcome.isRefused)
      #expect(outcome.readings.map(\.remaining) == [500 - count, 1000 - count])
    }
    let refused = limits.count(question(), as: .nameNumber, account: account)
    #expect(refused.isRefused)
    #expect(refused.readings.map(\.kind) == [.name])
    // Midnight in UTC+8.
    #expect(refused.readings[0].resets == Self.noon + 12 * 3_600_000)
    // What was refused was not counted: another name of the same number has 500 left of its 1,000.
    let other = limits.count(question("李四"), as: .nameNumber, account: account)
    #expect(other.readings.map(\.remaining) == [499, 499])
  }

  @Test("accounts, operations and elements count apart")
  func apart() {
    let limits = limits(Clock())
    for _ in 0..<500 { _ = limits.count(question(), as: .nameNumber, account: account) }
    #expect(limits.count(question(), as: .nameNumber, account: account).isRefused)
    #expect(!limits.count(question(), as: .nameNumber, account: AccountID("other")!).isRefused)
    #expect(!limits.count(question(), as: .nameNumberDates, account: account).isRefused)
  }

  @Test("the day's end forgets everything")
  func midnight() {
    let clock = Clock()
    let limits = limits(clock)
    for _ in 0..<501 { _ = limits.count(question(), as: .nameNumber, account: account) }
    clock.advance(12 * 3_600_000 - 1)
    #expect(limits.count(question(), as: .nameNumber, account: account).isRefused)
    clock.advance(1)
    let fresh = limits.count(question(), as: .nameNumber, account: account)
    #expect(fresh.readings.map(\.remaining) == [499, 999])
  }

  @Test("photos of one person: 15 a minute, 30 a day")
  func minute() {
    let clock = Clock()
    let limits = limits(clock)
    for _ in 0..<15 {
      #expect(!limits.count(question(), as: .photoVerify, account: account).isRefused)
    }
    let refused = limits.count(question(), as: .photoVerify, account: account)
    #expect(refused.isRefused && refused.readings.allSatisfy(\.isOfMinute))
    clock.advance(60_000)
    for _ in 0..<15 {
      #expect(!limits.count(question(), as: .photoVerify, account: account).isRefused)
    }
    clock.advance(60_000)
    let day = limits.count(question(), as: .photoVerify, account: account)
    #expect(day.isRefused && !day.readings.contains(where: \.isOfMinute))
  }

  @Test("an account's own limit and an exemption")
  func ownLimit() {
    let limits = limits(Clock()) { $0.accountPerDay = 2 }
    let first = limits.count(question("甲一"), as: .nameNumber, account: account)
    #expect(first.readings.last == LimitReading.account(2, 1, Self.noon))
    _ = limits.count(question("甲二"), as: .nameNumber, account: account)
    #expect(limits.count(question("甲三"), as: .nameNumber, account: account).isRefused)
    let free = self.limits(Clock())
    for _ in 0..<600 {
      let outcome = free.count(
        question(), as: .nameNumber, account: self.account, isExempt: true)
      #expect(!outcome.isRefused && outcome.readings.isEmpty)
    }
  }

  @Test("many names for one number are told once an hour")
  func namesForNumber() {
    let clock = Clock()
    let limits = limits(clock)
    var told: [AnomalySignal] = []
    for name in ["甲一", "甲一", "甲二", "甲三", "甲四"] {
      told += limits.count(question(name), as: .nameNumber, account: account).signals
    }
    #expect(told == [])
    told += limits.count(question("甲五"), as: .nameNumber, account: account).signals
    #expect(told == [.namesForNumber])
    told += limits.count(question("甲六"), as: .nameNumber, account: account).signals
    #expect(told == [.namesForNumber])
    clock.advance(3_600_000)
    told += limits.count(question("甲七"), as: .nameNumber, account: account).signals
    #expect(told == [.namesForNumber, .namesForNumber])
  }

  @Test("numbers that are counted through are told; people of one town are not")
  func enumeration() {
    let limits = limits(Clock())
    var told: [AnomalySignal] = []
    for last in 0..<10 {
      told +=
        limits.count(
          question("甲\(last)", "11010519491231\(100 + last)X"), as: .nameNumber, account: account
        ).signals
    }
    #expect(told == [.enumeration])
    let others = self.limits(Clock())
    for day in 10..<28 {
      let outcome = others.count(
        question("乙\(day)", "110105194912\(day)0021"), as: .nameNumber, account: account)
      #expect(outcome.signals == [])
    }
  }

  @Test("an account that hardly ever matches is told")
  func fewMatches() {
    let limits = limits(Clock())
    var told: [AnomalySignal] = []
    for count in 0..<199 { told += limits.note(isMatch: count % 5 == 0, account: account) }
    #expect(told == [])
    for _ in 0..<10 { told += limits.note(isMatch: false, account: account) }
    #expect(told == [.fewMatches])
    let usual = self.limits(Clock())
    for count in 0..<1000 {
      #expect(usual.note(isMatch: count % 2 == 0, account: account) == [])
    }
  }

  @Test("a sketch never counts too few, and hardly ever too many")
  func sketch() {
    let key = FingerprintKey(Array(0..<32))
    var sketch = CountSketch(cellsLog2: 12)
    var numbers = SeededNumbers(state: 7)
    var truth: [Int: Int] = [:]
    func subject(_ thing: Int) -> CountSketch.Subject {
      CountSketch.Subject(
        Element(.phone, String(thing)).fingerprint(under: key), purpose: 1)
    }
    for _ in 0..<8000 {
      let thing = Int.random(in: 0..<4000, using: &numbers)
      truth[thing, default: 0] += 1
      sketch.add(subject(thing))
    }
    var over = 0
    for (thing, count) in truth {
      let told = sketch.count(of: subject(thing))
      #expect(told >= count)
      over += told - count
    }
    #expect(Double(over) / Double(truth.count) < 0.5)
  }
}

extension LimitReading {
  fileprivate static func account(_ limit: Int, _ remaining: Int, _ noon: Int64) -> LimitReading {
    LimitReading(kind: nil, limit: limit, remaining: remaining, resets: noon + 12 * 3_600_000)
  }
}

private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}

@Suite("Subject lists")
struct ListTests {
  private let key = FingerprintKey(Array(1...32))

  private func hex(_ element: Element) -> String {
    element.fingerprint(under: key).bytes.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  @Test("a listed phone is refused, a listed name exempt, and who is both is refused")
  func words() throws {
    let phone = Element(.phone, "13800138000")
    let name = Element(.name, "张三")
    let text = "# operator's\n\nrefuse \(hex(phone))\nexempt \(hex(name).uppercased())\n"
    let lists = try SubjectLists(key: key, text: text)
    var question = ElementQuestion(.phoneName)
    question.name = Element(.name, "张三")
    #expect(lists.word(on: question) == .exempt)
    question.phone = Element(.phone, "13800138000")
    #expect(lists.word(on: question) == .refused(.phone))
    question = ElementQuestion(.cardName)
    // The same digits as another kind of element are another element.
    question.card = Element(.card, "13800138000")
    #expect(lists.word(on: question) == .nothing)
    #expect(SubjectLists().word(on: question) == .nothing)
  }

  @Test("a name on a list is meant in all its spellings")
  func spellings() throws {
    func listed(_ name: String, asked: String) throws -> SubjectLists.Word {
      let digits = hex(Element(try PersonName(name)))
      var question = ElementQuestion(.nameNumber)
      question.name = Element(try PersonName(asked))
      return try SubjectLists(key: key, text: "refuse \(digits)").word(on: question)
    }
    #expect(try listed("李四", asked: "李四") == .refused(.name))
    // A compatibility ideograph that looks the same.
    #expect(try listed("李四", asked: "\u{F9E1}四") == .refused(.name))
    #expect(try listed("JOHN SMITH", asked: "John Smith") == .refused(.name))
    #expect(try listed("李四", asked: "李思") == .nothing)
    // The source is told the name as it was written.
    #expect(
      Element(try PersonName("John Smith")).withBytes { Array($0) } == Array("John Smith".utf8))
  }

  @Test(
    "a list that cannot be read names the line",
    arguments: [
      "deny 00", "refuse", "refuse zz", "exempt 13800138000",
    ])
  func damaged(_ line: String) {
    #expect(throws: SubjectLists.Failure.self) {
      try SubjectLists(key: key, text: "# one\n" + line)
    }
    do { _ = try SubjectLists(key: key, text: "# one\n" + line) } catch {
      #expect(error.line == 2)
      #expect(!"\(error)".contains("13800138000"))
    }
  }
}
