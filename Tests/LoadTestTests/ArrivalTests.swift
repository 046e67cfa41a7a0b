// When calls are due: exact times, and that the rate's integral is the number of calls.

import LoadTest
import Testing

struct ArrivalTests {
  static func times(
    _ text: String, warmUp: Double = 0, _ spacing: Spacing = .uniform, seed: UInt64 = 1
  ) throws -> [Int64] {
    let plan = ArrivalPlan(try RateStage.parse(text), warmUp: warmUp)
    #expect(plan.seconds.isFinite)
    return Array(ArrivalTimes(plan, spacing, seed: seed))
  }

  @Test("a constant rate sends at even intervals, the first call at once")
  func constant() throws {
    #expect(try Self.times("4/1s") == [0, 250_000_000, 500_000_000, 750_000_000])
  }

  @Test("steps change the interval where they begin")
  func steps() throws {
    let ms = try Self.times("2,4/1s").map { $0 / 1_000_000 }
    #expect(ms == [0, 500, 1000, 1250, 1500, 1750])
    #expect(try Self.times("2..4+2/1s") == Self.times("2/1s,4/1s"))
    #expect(try Self.times("4..2+2/1s") == Self.times("4/1s,2/1s"))
  }

  @Test("a ramp from 0 to 8 in 1 s has sent n calls after √(n/4) s")
  func ramp() throws {
    let times = try Self.times("0..8/1s")
    #expect(times.count == 4)
    for (n, time) in times.enumerated() {
      #expect(abs(Double(time) - (Double(n) / 4).squareRoot() * 1e9) < 2)
    }
    let falling = try Self.times("8..0/1s")
    for (n, time) in falling.enumerated() {
      #expect(abs(Double(time) - (1 - (1 - Double(n) / 4).squareRoot()) * 1e9) < 2)
    }
  }

  @Test("stages without calls are gaps")
  func pause() throws {
    let ms = try Self.times("2/1s,0/3s,2/1s").map { $0 / 1_000_000 }
    #expect(ms == [0, 500, 4000, 4500])
    #expect(try Self.times("0/5s").isEmpty)
  }

  @Test("the warm-up has the first rate, or a tenth of the highest when that is 0")
  func warmUp() throws {
    #expect(try Self.times("4/1s", warmUp: 1) == Self.times("4/2s"))
    #expect(try Self.times("0..40/1s", warmUp: 1).prefix(4) == Self.times("4/1s").prefix(4))
  }

  /// Random plans of constant, rising, falling and silent stages.
  static func plan(seed: UInt64) -> (text: String, plan: ArrivalPlan) {
    var numbers = SeededNumbers(seed: seed)
    var stages: [RateStage] = []
    for _ in 0..<Int.random(in: 1...6, using: &numbers) {
      let rates = [0, Double.random(in: 0...300, using: &numbers), 50].shuffled(using: &numbers)
      stages.append(
        RateStage(
          from: rates[0], to: rates[1], seconds: Double.random(in: 0.1...5, using: &numbers)))
    }
    return ("\(stages)", ArrivalPlan(stages))
  }

  @Test("the integral of the rate is the number of calls, at every call", arguments: 1...60)
  func integral(seed: Int) {
    let (text, plan) = Self.plan(seed: UInt64(seed))
    let all = plan.due(by: plan.seconds)
    let times = Array(ArrivalTimes(plan))
    #expect(abs(Double(times.count) - all.rounded(.up)) <= 1, "\(text)")
    #expect(times == times.sorted(), "\(text)")
    for (n, time) in times.enumerated() {
      let due = plan.due(by: Double(time) / 1e9)
      #expect(abs(due - Double(n)) < 1e-3, "call \(n) of \(text)")
    }
    // By the trapezoidal rule, independently of the closed form.
    let parts = 20_000
    let step = plan.seconds / Double(parts)
    let sum = (0..<parts).reduce(0) { $0 + plan.rate(at: (Double($1) + 0.5) * step) * step }
    #expect(abs(sum - all) < 0.01 * all + 0.5, "\(text)")
  }

  @Test("random spacing keeps the rate, repeats with its seed, and differs without")
  func poisson() throws {
    var total = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      total += try Self.times("500/2s,100..900/2s", .poisson, seed: seed).count
    }
    // 40,000 calls are expected; the standard deviation is 200.
    #expect(abs(total - 40_000) < 1000)
    let first = try Self.times("500/2s", .poisson, seed: 7)
    #expect(try first == Self.times("500/2s", .poisson, seed: 7))
    #expect(try first != Self.times("500/2s", .poisson, seed: 8))
    // Of exponential gaps, 1/e are longer than the mean.
    let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
    let longer = Double(gaps.count { $0 > 2_000_000 }) / Double(gaps.count)
    #expect(abs(longer - 0.368) < 0.05)
  }

  @Test(
    "what is no rate is refused",
    arguments: [
      "", "x", "-1", "1..2", "10,", ",10", "10/", "10/0s", "10/5x", "nan", "inf", "1..2+0/1s",
      "10,20", "1..2+1", "1e99", "5/1s,6,7", "1..2..3/1s", "1..9+1e-9/1s",
    ])
  func refused(text: String) {
    #expect(throws: UsageError.self) { try RateStage.parse(text) }
  }

  @Test("a rate alone lasts until the test ends")
  func endless() throws {
    let stages = try RateStage.parse("100/2s,50")
    #expect(stages == [.constant(100, seconds: 2), .constant(50)])
    let plan = ArrivalPlan(stages)
    #expect(plan.seconds == .infinity)
    #expect(plan.due(by: 4) == 300)
    #expect(plan.time(ofCall: 300) == 4)
    #expect(plan.rate(at: 1e6) == 50)
  }
}
