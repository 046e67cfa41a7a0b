// Whose turn it is: shares of lane time, on times that the test hands in.

internal import Testing
internal import Vocabulary

@testable internal import Inference

@Suite struct JobLinesTests {
  private func job(_ kind: JobKind, _ account: AccountID? = nil) -> Job {
    Job(
      ticket: JobTicket(), kind: kind, account: account, deadline: .never, submitted: .now,
      run: { _, _ in },
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

  // MARK: Accounts

  private static let accounts = ["a", "b", "c"].map { AccountID($0)! }

  /// Takes everything of a line; whose jobs come in which order.
  private func drained(_ lines: inout JobLines, _ kind: JobKind = .long) -> [String] {
    var names: [String] = []
    while !lines[kind].waiting.isEmpty {
      names.append(lines.start(kind).account?.name ?? "-")
      lines.end(kind)
    }
    return names
  }

  @Test func accountsTakeTurnsAndAmongItsOwnJobsTheFirstComesFirst() {
    let (a, b, c) = (Self.accounts[0], Self.accounts[1], Self.accounts[2])
    var lines = lines()
    for _ in 0..<4 { lines.append(job(.long, a)) }
    _ = lines.start(.long)
    // Who comes later with one waits for one, not for three.
    lines.append(job(.long, b))
    lines.append(job(.long, c))
    lines.append(job(.long, b))
    lines.append(job(.long))
    #expect(drained(&lines) == ["b", "c", "-", "a", "b", "a", "a"])
    // Who had the last turn lets another one go before.
    lines.append(job(.long, a))
    lines.append(job(.long, b))
    #expect(drained(&lines) == ["b", "a"])
    let own = (0..<20).map { _ in job(.short, a) }
    for job in own { lines.append(job) }
    for job in own { #expect(lines.start(.short).ticket === job.ticket) }
  }

  @Test func noAccountFillsALine() {
    var lines = JobLines(depthMax: 1, longDepthMax: 32)
    func fill(_ account: AccountID) -> Int {
      var count = 0
      while lines[.long].hasRoom, lines[.long].hasRoom(for: account) {
        lines.append(job(.long, account))
        count += 1
      }
      return count
    }
    #expect(Self.accounts.map(fill) == [24, 6, 1])
    // The process's own work has no share.
    #expect(lines[.long].hasRoom(for: nil))
    // Who alone has one place has it.
    #expect(lines[.short].hasRoom(for: Self.accounts[0]))
    // What is taken out makes room, wherever in the line it was.
    let removed = lines.removeAll { $0.account == Self.accounts[0] }
    #expect(removed.count == 24 && lines.depth == 7)
    #expect(fill(Self.accounts[0]) == 19)
    #expect(drained(&lines).prefix(6) == ["b", "c", "b", "a", "b", "a"])
  }
}
