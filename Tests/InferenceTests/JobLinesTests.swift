// Whose turn it is: shares of lane time, on times that the test hands in.

internal import Testing
internal import Vocabulary

@testable internal import Inference

@Suite struct JobLinesTests {
  private func job(_ kind: JobKind) -> Job {
    Job(
      ticket: JobTicket(), kind: kind, deadline: .never, submitted: .now, run: { _, _ in },
      refuse: { _ in })
  }

  private func lines() -> JobLines { JobLines(depthMax: 5000, longDepthMax: 5000) }

  /// One lane for `steps` turns, both lines never empty: how much of its time long jobs had.
  private func longShare(shortMillis: Int, longMillis: Int, steps: Int = 4000) -> Double {
    var lines = lines()
    for _ in 0..<steps {
      lines.append(job(.short))
      lines.append(job(.long))
    }
    var time: [JobKind: Int] = [:]
    for _ in 0..<steps {
      guard let kind = lines.next else { break }
      _ = lines.start(kind)
      let millis = kind == .short ? shortMillis : longMillis
      time[kind, default: 0] += millis
      lines.spend(.milliseconds(millis), on: kind)
      lines.end(kind, after: .milliseconds(millis))
    }
    return Double(time[.long] ?? 0) / Double((time[.long] ?? 0) + (time[.short] ?? 0))
  }

  @Test(arguments: [(10, 10), (50, 10), (10, 100), (7, 900)])
  func underLoadEachKindHasItsShare(_ shortMillis: Int, _ longMillis: Int) {
    let wanted =
      Double(InferenceLimits.longWeight)
      / Double(InferenceLimits.longWeight + InferenceLimits.shortWeight)
    let share = longShare(shortMillis: shortMillis, longMillis: longMillis)
    #expect(abs(share - wanted) < 0.05, "\(share)")
  }

  @Test func withOneKindAloneItHasEverything() {
    var lines = lines()
    #expect(lines.next == nil)
    lines.append(job(.long))
    #expect(lines.next == .long)
    #expect(!lines.isShortsTurn)
    _ = lines.start(.long)
    lines.append(job(.short))
    #expect(lines.next == .short && lines.isShortsTurn)
  }

  @Test func aKindThatHadNothingToDoSavesNothingUp() {
    var lines = lines()
    lines.append(job(.long))
    _ = lines.start(.long)
    lines.spend(.seconds(100), on: .long)
    // The first short job in a long time goes at once; thereafter shares are level again.
    lines.append(job(.short))
    lines.append(job(.short))
    #expect(lines.isShortsTurn)
    _ = lines.start(.short)
    lines.spend(.milliseconds(30), on: .short)
    lines.end(.short, after: .milliseconds(30))
    #expect(!lines.isShortsTurn, "the long job is owed 10 ms")
    lines.spend(.milliseconds(11), on: .long)
    #expect(lines.isShortsTurn)
  }

  @Test func nothingIsOwedForTimeThatNobodyElseWanted() {
    var lines = lines()
    for _ in 0..<100 {
      lines.append(job(.short))
      _ = lines.start(.short)
      lines.spend(.seconds(1), on: .short)
      lines.end(.short, after: .seconds(1))
    }
    lines.append(job(.long))
    _ = lines.start(.long)
    lines.spend(.milliseconds(1), on: .long)
    lines.append(job(.short))
    #expect(lines.isShortsTurn)
  }

  @Test func aFreeLaneIsNeverKeptIdle() {
    var lines = lines()
    lines.append(job(.long))
    _ = lines.start(.long)
    lines.append(job(.short))
    lines.spend(.seconds(5), on: .short)
    // Short jobs are ahead of their share, but no long one waits for this lane.
    #expect(!lines.isShortsTurn)
    #expect(lines.next == .short)
  }

  @Test func aLaterMeanMovesTheHint() {
    var lines = lines()
    let guess = lines[.long].retryHint(lanes: 1)
    for _ in 0..<3 { lines.append(job(.long)) }
    for _ in 0..<3 {
      _ = lines.start(.long)
      lines.end(.long, after: .seconds(20))
    }
    lines.append(job(.long))
    lines.append(job(.long))
    #expect(lines[.long].retryHint(lanes: 1) > guess)
  }
}
