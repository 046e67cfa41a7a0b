// Which source is asked, and what becomes of faults.

import Synchronization
import Testing
import Vocabulary

@testable import RealName

/// A source that does as it is told.
final class ScriptedSource: AuthoritySource {
  let profile: SourceProfile
  private let script: Mutex<[SourceAnswer?]>
  private let asked = Atomic(0)
  private let waits: Bool

  /// - Parameters:
  ///   - script: answers in turn, the last one for ever; nil never answers and heeds no cancelling.
  ///   - waits: answers when its deadline has passed.
  init(
    _ name: String, _ script: [SourceAnswer?], operations: Set<ElementOperation> = [.nameNumber],
    carriers: Set<PhoneCarrier> = [], hashes: Set<ElementHash> = [],
    timeout: Duration = .seconds(3), waits: Bool = false
  ) {
    self.waits = waits
    profile = SourceProfile(
      name: name, operations: operations, hashes: hashes, carriers: carriers,
      timeout: timeout)
    self.script = Mutex(script)
  }

  var count: Int { asked.load(ordering: .relaxed) }

  func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
    asked.wrappingAdd(1, ordering: .relaxed)
    let next = script.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    if let next {
      if waits, let end = deadline.instant {
        try? await Task.sleep(until: end, tolerance: .zero, clock: .continuous)
      }
      return next
    }
    return await withCheckedContinuation { (_: CheckedContinuation<SourceAnswer, Never>) in }
  }
}

/// Keeps what it hears.
final class RecordingObserver: SourceObserver {
  let states = Mutex<[String: [Breaker.State]]>([:])

  let faults = Mutex<[SourceFault?]>([])

  func asked(_ source: String, fault: SourceFault?, took: Duration) {
    faults.withLock { $0.append(fault) }
  }
  func breaker(_ source: String, _ state: Breaker.State) {
    states.withLock { $0[source, default: []].append(state) }
  }
}

@Suite("Source pool")
struct PoolTests {
  private let match = SourceAnswer.answered(SourceFinding(.match))
  private let deadline = Deadline.after(.seconds(600))

  private var question: ElementQuestion {
    var question = ElementQuestion(.nameNumber)
    question.name = Element(.name, "张三")
    question.number = Element(.number, "11010519491231002X")
    return question
  }

  private func result(_ answer: PoolAnswer) -> ElementResult? {
    if case .answered(let finding) = answer.answer { finding.result } else { nil }
  }

  private func fault(_ answer: PoolAnswer) -> SourceFault? {
    if case .unavailable(let fault) = answer.answer { fault } else { nil }
  }

  @Test("the first in order is asked; the next only when it fails")
  func order() async {
    let first = ScriptedSource("first", [match, .unavailable(.failed)])
    let second = ScriptedSource("second", [.answered(SourceFinding(.mismatch))])
    let pool = SourcePool([SourceRoute(second, order: 1), SourceRoute(first)])
    #expect(result(await pool.ask(question, deadline: deadline)) == .match)
    #expect(second.count == 0)
    let later = await pool.ask(question, deadline: deadline)
    #expect(result(later) == .mismatch)
    #expect(later.source?.name == "second")
  }

  @Test("a fault is never a result", arguments: SourceFault.allCases)
  func faults(_ fault: SourceFault) async {
    let pool = SourcePool([SourceRoute(ScriptedSource("only", [.unavailable(fault)]))])
    let answer = await pool.ask(question, deadline: deadline)
    #expect(self.fault(answer) == fault)
    #expect(answer.source == nil)
  }

  @Test("an answer that the question does not have is a fault")
  func foreignAnswer() async {
    for result in ElementResult.allCases where !ElementOperation.nameNumber.mayFind(result) {
      let pool = SourcePool([
        SourceRoute(ScriptedSource("liar", [.answered(SourceFinding(result))]))
      ])
      #expect(fault(await pool.ask(question, deadline: deadline)) == .malformed)
    }
  }

  @Test("a source that hangs is left after its time, though it heeds nothing")
  func hanging() async {
    let stuck = ScriptedSource("stuck", [nil], timeout: .milliseconds(20))
    let pool = SourcePool([SourceRoute(stuck)])
    #expect(fault(await pool.ask(question, deadline: deadline)) == .timedOut)
    let spare = ScriptedSource("spare", [match])
    let both = SourcePool([SourceRoute(stuck), SourceRoute(spare, order: 1)])
    #expect(result(await both.ask(question, deadline: deadline)) == .match)
  }

  @Test("the caller's deadline bounds all attempts together")
  func bounded() async {
    let stuck = ScriptedSource("stuck", [nil])
    let pool = SourcePool([
      SourceRoute(stuck), SourceRoute(ScriptedSource("also", [nil]), order: 1),
    ])
    let begun = ContinuousClock.now
    let answer = await pool.ask(question, deadline: .after(.milliseconds(100)))
    #expect(fault(answer) == .abandoned)
    // Not how long it took, but that it did not take what the sources were allowed.
    #expect(begun.duration(to: .now) < .seconds(3))
  }

  @Test("a caller's short deadline says nothing about a source; the source's own time does")
  func shortDeadlines() async {
    let observer = RecordingObserver()
    // It heeds nothing, and one that says itself that its time is over.
    for script in [[nil], [.unavailable(.timedOut)]] as [[SourceAnswer?]] {
      let slow = ScriptedSource("slow", script, waits: script[0] != nil)
      let pool = SourcePool([SourceRoute(slow)], observer: observer)
      for _ in 0..<7 {
        let answer = await pool.ask(question, deadline: .after(.milliseconds(30)))
        #expect(fault(answer) == .abandoned)
      }
    }
    #expect(observer.states.withLock { $0["slow"] } == [.closed, .closed])
    #expect(observer.faults.withLock { $0.allSatisfy { $0 == .abandoned } && !$0.isEmpty })
    let own = ScriptedSource("own", [nil], timeout: .milliseconds(5))
    let pool = SourcePool([SourceRoute(own)], observer: observer)
    for _ in 0..<5 { #expect(fault(await pool.ask(question, deadline: deadline)) == .timedOut) }
    #expect(fault(await pool.ask(question, deadline: deadline)) == .breakerOpen)
    #expect(observer.states.withLock { $0["own"] } == [.closed, .open])
  }

  @Test("what a source says before the caller's time is over counts, whatever that time is")
  func earlyFaults() async {
    let observer = RecordingObserver()
    let source = ScriptedSource("early", [.unavailable(.timedOut)])
    let pool = SourcePool([SourceRoute(source)], observer: observer)
    for _ in 0..<5 {
      #expect(fault(await pool.ask(question, deadline: .after(.seconds(2)))) == .timedOut)
    }
    #expect(observer.states.withLock { $0["early"] } == [.closed, .open])
  }

  @Test("cut off by its share of the caller's time, a source leaves the rest to the next")
  func share() async {
    let observer = RecordingObserver()
    let slow = ScriptedSource("slow", [nil])
    let spare = ScriptedSource("spare", [match])
    var terms = PoolTerms()
    terms.shareOfTime = 0.002
    let pool = SourcePool(
      [SourceRoute(slow), SourceRoute(spare, order: 1)], terms: terms, observer: observer)
    for _ in 0..<6 {
      #expect(result(await pool.ask(question, deadline: .after(.seconds(10)))) == .match)
    }
    #expect(observer.states.withLock { $0["slow"] } == [.closed])
  }

  @Test("another carrier's answer, and a match of what disagrees, are faults")
  func contradictions() async {
    var phone = ElementQuestion(.phoneNameNumber)
    phone.carrier = .unicom
    func ask(_ finding: SourceFinding) async -> PoolAnswer {
      let source = ScriptedSource(
        "gateway", [.answered(finding)], operations: [.phoneNameNumber], carriers: [.unicom])
      return await SourcePool([SourceRoute(source)]).ask(phone, deadline: deadline)
    }
    var finding = SourceFinding(.match)
    #expect(result(await ask(finding)) == .match)
    finding.carrier = .unicom
    #expect(result(await ask(finding)) == .match)
    finding.carrier = .mobile
    #expect(fault(await ask(finding)) == .malformed)
    #expect(fault(await ask(SourceFinding(.match, mismatched: [.name]))) == .malformed)
  }

  @Test("facts that are no part of an answer are dropped")
  func strayFacts() async {
    var stuffed = SourceFinding(.mismatch, mismatched: [.name])
    stuffed.ageRange = .from16To18
    stuffed.phoneStatus = .normal
    stuffed.phoneTime = .from24
    stuffed.cardKind = .credit
    stuffed.issuer = "bank"
    stuffed.carrier = .mobile
    let source = ScriptedSource("gateway", [.answered(stuffed)], operations: [.ageNumber])
    let pool = SourcePool([SourceRoute(source)])
    let answer = await pool.ask(ElementQuestion(.ageNumber), deadline: deadline)
    guard case .answered(let finding) = answer.answer else {
      Issue.record("no answer")
      return
    }
    #expect(finding == SourceFinding(.mismatch, mismatched: [.name]))
  }

  @Test("a breaker's changes are heard in their order, whoever makes them")
  func orderOfChanges() async {
    final class Last: SourceObserver {
      let state = Mutex(Breaker.State.closed)
      func asked(_ source: String, fault: SourceFault?, took: Duration) {}
      func breaker(_ source: String, _ state: Breaker.State) {
        self.state.withLock { $0 = state }
      }
    }
    var terms = BreakerTerms()
    terms.faultsInRowMax = 1
    terms.openFirst = .zero
    let last = Last()
    let entry = SourcePool.Entry(SourceRoute(ScriptedSource("busy", [nil])), terms, last)
    for _ in 0..<200 {
      await withTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
          group.addTask {
            for turn in 0..<20 {
              let fault = (worker + turn) % 3 == 0 ? SourceFault.failed : nil
              if let permit = entry.permit(at: .now) {
                entry.end(permit, fault, since: .now, at: .now)
              }
            }
          }
        }
      }
      #expect(last.state.withLock { $0 } == entry.state)
    }
  }

  @Test("a breaker opens, is told, names the wait, and closes by itself")
  func breaker() async {
    let clock = Mutex(Moment.now)
    let observer = RecordingObserver()
    let source = ScriptedSource(
      "flaky", Array(repeating: .unavailable(.unreachable), count: 5) + [match])
    let pool = SourcePool(
      [SourceRoute(source)], observer: observer, now: { clock.withLock { $0 } })
    for _ in 0..<5 {
      #expect(fault(await pool.ask(question, deadline: .never)) == .unreachable)
    }
    let open = await pool.ask(question, deadline: .never)
    #expect(fault(open) == .breakerOpen)
    #expect(open.retryAfter == .seconds(1))
    #expect(source.count == 5)
    clock.withLock { $0 += .seconds(1) }
    #expect(result(await pool.ask(question, deadline: .never)) == .match)
    #expect(result(await pool.ask(question, deadline: .never)) == .match)
    #expect(observer.states.withLock { $0["flaky"] } == [.closed, .open, .trial, .closed])
  }

  @Test("weights share questions among equals")
  func weights() async {
    let light = ScriptedSource("light", [match])
    let heavy = ScriptedSource("heavy", [match])
    let pool = SourcePool([SourceRoute(light, weight: 1), SourceRoute(heavy, weight: 9)])
    for _ in 0..<1000 { _ = await pool.ask(question, deadline: .never) }
    #expect((60...140).contains(light.count))
    #expect(light.count + heavy.count == 1000)
  }

  @Test("only those that can answer are asked: carrier, hash, operation, detail")
  func able() async {
    let plain = ScriptedSource("plain", [match], operations: [.phoneNameNumber])
    let pool = SourcePool([SourceRoute(plain)])
    #expect(fault(await pool.ask(question, deadline: deadline)) == .notOffered)
    var phone = ElementQuestion(.phoneNameNumber)
    phone.carrier = .mobile
    #expect(fault(await pool.ask(phone, deadline: deadline)) == .notOffered)
    phone.carrier = nil
    phone.hash = .sm3
    #expect(fault(await pool.ask(phone, deadline: deadline)) == .notOffered)
    #expect(!pool.offers(phone))
    phone.hash = nil
    phone.wantsDetail = true
    #expect(!pool.offers(phone))
    #expect(fault(await pool.ask(phone, deadline: deadline)) == .notOffered)
    phone.wantsDetail = false
    #expect(pool.offers(phone))
    #expect(result(await pool.ask(phone, deadline: deadline)) == .match)
    #expect(!pool.offers(.nameNumber))
  }

  @Test("hedging asks the next one beside a slow one, and only when it is on")
  func hedging() async {
    var terms = PoolTerms()
    terms.hedgeAfter = .milliseconds(5)
    let slow = ScriptedSource("slow", [nil], timeout: .seconds(1))
    let quick = ScriptedSource("quick", [match])
    let pool = SourcePool([SourceRoute(slow), SourceRoute(quick, order: 1)], terms: terms)
    let answer = await pool.ask(question, deadline: deadline)
    #expect(result(answer) == .match)
    #expect(answer.source?.name == "quick")
    let calm = ScriptedSource("calm", [match])
    let idle = ScriptedSource("idle", [match])
    let off = SourcePool([SourceRoute(calm), SourceRoute(idle, order: 1)])
    _ = await off.ask(question, deadline: deadline)
    #expect(idle.count == 0)
  }
}
