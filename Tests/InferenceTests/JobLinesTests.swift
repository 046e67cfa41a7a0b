// Whose turn it is: accounts in each line, and when a place is likely to be free.

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
