// Silence that callers' own deadlines hide, and hurried callers who must not be taken for it.

import Testing
import Vocabulary

@testable import RealName

@Suite("Silence")
struct SilenceTests {
  /// How many of so many cuts speak against the source.
  private func counted(_ watch: inout SilenceWatch, _ cuts: Int, after millis: Int) -> Int {
    var count = 0
    for _ in 0..<cuts where watch.cut(after: .milliseconds(millis), timeout: .seconds(3)) {
      count += 1
    }
    return count
  }

  @Test("cuts that left a source what it needs are silence from the sixth in a row on")
  func silence() {
    var watch = SilenceWatch()
    watch.heard(after: .milliseconds(100), isAnswer: true)
    let (first, later) = (counted(&watch, 5, after: 800), counted(&watch, 3, after: 800))
    #expect(first == 0 && later == 3)
    // One answer in between, or a fault that it tells itself, and it is not silent.
    for isAnswer in [true, false] {
      watch.heard(after: .milliseconds(100), isAnswer: isAnswer)
      let again = counted(&watch, 5, after: 800)
      #expect(again == 0)
    }
  }

  @Test("hurried callers say nothing, however many; half its own time is enough in any case")
  func hurry() {
    var watch = SilenceWatch()
    let unknown = counted(&watch, 1000, after: 1499)
    watch.heard(after: .milliseconds(300), isAnswer: true)
    let hurried = counted(&watch, 1000, after: 1400)
    let enough = counted(&watch, 7, after: 1500)
    #expect(unknown == 0 && hurried == 0 && enough == 2)
    // Very quick sources are left some time, too.
    var quick = SilenceWatch()
    quick.heard(after: .microseconds(50), isAnswer: true)
    let (short, long) = (counted(&quick, 1000, after: 99), counted(&quick, 6, after: 100))
    #expect(short == 0 && long == 1)
  }

  @Test("hurried cuts between others neither count nor excuse")
  func mixed() {
    var watch = SilenceWatch()
    watch.heard(after: .milliseconds(20), isAnswer: true)
    var count = 0
    for _ in 0..<5 { count += counted(&watch, 1, after: 200) + counted(&watch, 1, after: 10) }
    let sixth = counted(&watch, 1, after: 200)
    #expect(count == 0 && sixth == 1)
  }

  @Test("lasting silence opens the breaker, callers in a hurry never do")
  func breaker() throws {
    let start = Moment.now
    let observer = RecordingObserver()
    let source = ScriptedSource("silent", [nil])
    let entry = SourcePool.Entry(SourceRoute(source), BreakerTerms(), observer)
    func end(_ fault: SourceFault?, after millis: Int, isCut: Bool) throws {
      let permit = try #require(entry.permit(at: start))
      entry.end(
        permit, fault, since: start, isCut: isCut, at: start + .milliseconds(millis))
    }
    try end(nil, after: 100, isCut: false)
    for _ in 0..<100 { try end(.abandoned, after: 100, isCut: true) }
    // Callers who gave up themselves.
    for _ in 0..<100 { try end(.abandoned, after: 2000, isCut: false) }
    #expect(entry.state == .closed)
    for _ in 0..<9 { try end(.abandoned, after: 900, isCut: true) }
    #expect(entry.state == .closed)
    try end(.abandoned, after: 900, isCut: true)
    #expect(entry.state == .open)
    // A trial that is cut off as well is one that failed.
    let later = start + .seconds(2)
    let trial = try #require(entry.permit(at: later))
    entry.end(trial, .abandoned, since: later, isCut: true, at: later + .milliseconds(900))
    #expect(entry.state == .open)
    #expect(observer.states.withLock { $0["silent"] } == [.closed, .open, .trial, .open])
  }

  @Test("a pool leaves a source alone whose own time is never over")
  func pool() async {
    let silent = ScriptedSource("silent", [nil], timeout: .milliseconds(400))
    let spare = ScriptedSource("spare", [.answered(SourceFinding(.match))])
    let observer = RecordingObserver()
    var terms = PoolTerms()
    terms.shareOfTime = 0.5
    let pool = SourcePool(
      [SourceRoute(silent), SourceRoute(spare, order: 1)], terms: terms, observer: observer)
    var question = ElementQuestion(.nameNumber)
    question.name = Element(.name, "张三")
    question.number = Element(.number, "11010519491231002X")
    // However busy the machine is: a question that comes too late is not put, and says nothing.
    var asked = 0
    while asked < 300, observer.states.withLock({ $0["silent"]?.contains(.open) }) != true {
      _ = await pool.ask(question, deadline: .after(.milliseconds(600)))
      asked += 1
    }
    #expect(observer.states.withLock { $0["silent"]?.prefix(2) } == [.closed, .open])
    #expect(silent.count >= 10)
  }
}
