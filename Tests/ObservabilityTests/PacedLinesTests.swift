// Lines about events that may happen any number of times.

import Observability
import Testing

struct PacedLinesTests {
  let start = ContinuousClock.now

  @Test("the first is due at once, the rest with their number, each kind by itself")
  func paced() {
    let lines = PacedLines<String, Int>()
    #expect(lines.note("a", 1, at: start)?.count == 1)
    for number in 2...9 { #expect(lines.note("a", number, at: start) == nil) }
    #expect(lines.note("b", 5, at: start)?.last == 5)
    #expect(lines.takeDue(at: start + .seconds(59)).isEmpty)
    let due = lines.takeDue(at: start + .seconds(60))
    #expect(due.map(\.kind) == ["a"] && due.first?.count == 8 && due.first?.last == 9)
    #expect(lines.takeDue(at: start + .seconds(200)).isEmpty)
    #expect(lines.note("a", 1, at: start + .seconds(201))?.count == 1)
  }

  @Test("a pause that passed without a look tells the waiting ones with the next")
  func later() {
    let lines = PacedLines<String, Int>()
    for seconds in [0, 1, 2] { _ = lines.note("a", seconds, at: start + .seconds(seconds)) }
    #expect(lines.note("a", 3, at: start + .seconds(60))?.count == 3)
  }

  @Test("kinds are bounded; those that rest make room")
  func bounded() {
    let lines = PacedLines<Int, Void>(kindsMax: 3)
    for kind in 0..<3 { #expect(lines.note(kind, (), at: start) != nil) }
    #expect(lines.note(3, (), at: start) == nil)
    #expect(lines.note(0, (), at: start) == nil)
    #expect(lines.note(3, (), at: start + .seconds(61)) != nil)
    #expect(lines.takeDue(at: start + .seconds(61)).map(\.kind) == [0])
  }
}
