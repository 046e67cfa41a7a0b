// Conditions: how they are read, when they are broken, when a test is stopped.

import LoadTest
import Testing
import Vocabulary

struct BoundTests {
  static func histogram(_ millis: [Int64]) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for milli in millis { histogram.record(milli * 1_000_000) }
    return histogram
  }

  /// 100 calls of 1…100 ms, 2 errors, 5 unsent, 90 of 100 calls a second.
  static let figures = BoundedFigures(
    response: histogram(Array(1...100)), ended: 100, errors: 2, unsent: 5, rate: 90,
    rateAsked: 100)

  @Test(
    "each figure is judged on the right side of its bound",
    arguments: [
      ("p50>49ms", true), ("p50>51ms", false), ("p99>98ms", true), ("p99>0.2s", false),
      ("p99.9>99ms", true), ("max>99ms", true), ("max>101ms", false), ("mean>50ms", true),
      ("mean>51ms", false), ("errors>1", true), ("errors>2", false), ("errors>1.9%", true),
      ("errors>2%", false), ("unsent>0", true), ("unsent>5", false), ("unsent>4%", true),
      ("unsent>5%", false), ("rate<91", true), ("rate<90", false), ("rate<95%", true),
      ("rate < 90 %", false), ("rate>80", true), ("p50<60ms", true),
    ])
  func judged(text: String, isBroken: Bool) throws {
    #expect(try Bound(text).isBroken(by: Self.figures) == isBroken)
  }

  @Test("without calls there is no latency to break a bound")
  func nothing() throws {
    let none = BoundedFigures(
      response: LatencyHistogram(), ended: 0, errors: 0, unsent: 0, rate: 0, rateAsked: nil)
    for text in ["p99<1ms", "errors<1%", "max>0ms", "rate<95%", "unsent<1%"] {
      #expect(try !Bound(text).isBroken(by: none))
    }
    #expect(try Bound("rate<1").isBroken(by: none))
  }

  @Test(
    "what is no condition is refused",
    arguments: [
      "", "p99", "p99>", ">5ms", "p99>5", "p0>1ms", "p100>1ms", "p99=5ms", "errors>", "errors>x",
      "errors>-1", "latency>5ms", "p99>5%", "rate<5ms", "px>5ms",
    ])
  func refused(text: String) {
    #expect(throws: UsageError.self) { try Bound(text) }
  }

  // MARK: Stopping

  static func point(
    _ second: Double, ok: Int = 0, millis: Int64 = 1, ends: [EndStatus: Int] = [:], unsent: Int = 0
  ) -> LoadPoint {
    var tally = Tally()
    for (end, count) in ends.merging([.ok: ok], uniquingKeysWith: +) {
      for _ in 0..<count {
        tally.record(
          EndedCall(
            intended: 0, started: 0, ended: millis * 1_000_000, report: CallReport(end)))
      }
    }
    return LoadPoint(from: second, to: second + 1, asked: 100, unsent: unsent, tally: tally)
  }

  static let gone = EndStatus(code: .unavailable, symbol: .notServing)
  static let refusal = EndStatus(code: .resourceExhausted, symbol: .overloaded)

  @Test("one second over a latency or a share stops; the warm-up does not")
  func interval() throws {
    var rules = StopRules([try Bound("p99>50ms"), try Bound("errors>10%")], goneAfter: 3)
    #expect(rules.judge(Self.point(-1, ok: 100, millis: 80)) == nil)
    #expect(rules.judge(Self.point(0, ok: 100, millis: 40)) == nil)
    #expect(rules.judge(Self.point(1, ok: 90, ends: [Self.refusal: 10])) == nil)
    #expect(rules.judge(Self.point(2, ok: 80, ends: [Self.refusal: 20])) == .bound("errors>10%"))
    #expect(rules.judge(Self.point(3, ok: 100, millis: 80)) == .bound("p99>50ms"))
  }

  @Test("seconds with few calls are taken together")
  func few() throws {
    var rules = StopRules([try Bound("errors>50%")], goneAfter: 3)
    #expect(rules.judge(Self.point(0, ends: [Self.refusal: 2])) == nil)
    #expect(rules.judge(Self.point(1, ok: 7)) == nil)
    #expect(rules.judge(Self.point(2, ok: 1)) == nil)
    #expect(rules.judge(Self.point(3, ends: [Self.refusal: 10])) == .bound("errors>50%"))
  }

  @Test("numbers of errors and of unsent calls count over the whole test")
  func counts() throws {
    var rules = StopRules([try Bound("errors>5"), try Bound("unsent>100")], goneAfter: 3)
    #expect(rules.judge(Self.point(0, ok: 100, ends: [Self.refusal: 3])) == nil)
    #expect(rules.judge(Self.point(1, ok: 100, unsent: 60)) == nil)
    #expect(rules.judge(Self.point(2, ok: 100, unsent: 60)) == .bound("unsent>100"))
    #expect(rules.judge(Self.point(3, ok: 100, ends: [Self.refusal: 3])) == .bound("errors>5"))
  }

  @Test("a server is gone when nothing but UNAVAILABLE has come for the given time")
  func serverGone() {
    var rules = StopRules([], goneAfter: 3)
    #expect(rules.judge(Self.point(-1, ends: [Self.gone: 5])) == nil)
    #expect(rules.judge(Self.point(0, ends: [Self.gone: 5])) == nil)
    #expect(rules.judge(Self.point(1, ok: 1, ends: [Self.gone: 5])) == nil)
    #expect(rules.judge(Self.point(2, ends: [Self.gone: 5])) == nil)
    #expect(rules.judge(Self.point(3)) == nil)
    #expect(rules.judge(Self.point(4, ends: [Self.gone: 1])) == nil)
    #expect(rules.judge(Self.point(5, ends: [Self.gone: 1])) == .serverGone(3))
  }
}
