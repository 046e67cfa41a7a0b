// The breaker of a source, event by event.

import RealName
import Testing
import Vocabulary

@Suite("Breaker")
struct BreakerTests {
  private let start = Moment.now

  private func ask(_ breaker: inout Breaker, fault: Bool, at now: Moment) {
    guard let permit = breaker.permit(at: now) else { return }
    breaker.end(permit, fault: fault, at: now)
  }

  @Test("five faults in a row open it; it is tried again by itself and closes after two answers")
  func recovers() {
    var breaker = Breaker()
    for _ in 0..<4 { ask(&breaker, fault: true, at: start) }
    #expect(breaker.state == .closed)
    ask(&breaker, fault: true, at: start)
    #expect(breaker.state == .open)
    #expect(breaker.permit(at: start + .milliseconds(999)) == nil)
    #expect(breaker.wait(at: start + .milliseconds(400)) == .milliseconds(600))
    let later = start + .seconds(1)
    #expect(breaker.permit(at: later) == .trial)
    #expect(breaker.permit(at: later) == nil)
    breaker.end(.trial, fault: false, at: later)
    #expect(breaker.state == .trial)
    ask(&breaker, fault: false, at: later)
    #expect(breaker.state == .closed)
    #expect(breaker.health == 1)
  }

  @Test("a trial that fails doubles the wait, up to a bound")
  func backsOff() {
    var breaker = Breaker()
    var now = start
    for _ in 0..<5 { ask(&breaker, fault: true, at: now) }
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(breaker.wait(at: now) == .seconds(expected))
      now += .seconds(expected)
      ask(&breaker, fault: true, at: now)
      #expect(breaker.state == .open)
    }
  }

  @Test("one that answers every other time is opened too")
  func flapping() {
    var breaker = Breaker()
    var asked = 0
    while breaker.state == .closed, asked < 100 {
      ask(&breaker, fault: asked % 2 == 0, at: start)
      asked += 1
    }
    #expect(breaker.state == .open)
    #expect(asked <= 11)
  }

  @Test("what says nothing about the source changes nothing, and frees the trial")
  func abandoned() {
    var breaker = Breaker()
    for _ in 0..<100 {
      let permit = breaker.permit(at: start)!
      breaker.end(permit, fault: nil, at: start)
    }
    #expect(breaker.state == .closed)
    for _ in 0..<5 { ask(&breaker, fault: true, at: start) }
    let later = start + .seconds(1)
    let trial = breaker.permit(at: later)!
    breaker.end(trial, fault: nil, at: later)
    #expect(breaker.permit(at: later) == .trial)
  }

  @Test("rare faults do not open it")
  func rare() {
    var breaker = Breaker()
    for count in 0..<1000 { ask(&breaker, fault: count % 4 == 0, at: start) }
    #expect(breaker.state == .closed)
  }
}
