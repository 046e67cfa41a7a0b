// Error rates, their bounds and the lists they come from, against values worked out by hand or published.

import Evaluation
import FoundationEssentials
import Testing

struct MeasuredRateTests {
  @Test("exact bounds agree with published Clopper-Pearson values")
  func published() {
    // Rule of three's exact form: no event in n trials, upper bound 1 − 0.025^(1/n).
    let none = MeasuredRate(count: 0, total: 4750)
    #expect(none.lower == 0)
    #expect(abs(none.upper - 0.000_776_3) < 2e-7)
    // 10 of 100: 4.90–17.62 % (standard tables).
    let ten = MeasuredRate(count: 10, total: 100)
    #expect(abs(ten.lower - 0.04900) < 1e-5)
    #expect(abs(ten.upper - 0.17622) < 1e-5)
    #expect(MeasuredRate(count: 5, total: 5).upper == 1)
    #expect(MeasuredRate(count: 0, total: 0).upper == 1)
  }

  @Test("bounds enclose the rate and mirror each other, for every count of 30")
  func symmetry() {
    for count in 0...30 {
      let rate = MeasuredRate(count: count, total: 30)
      let mirror = MeasuredRate(count: 30 - count, total: 30)
      #expect(rate.lower <= rate.value && rate.value <= rate.upper)
      #expect(abs(rate.lower - (1 - mirror.upper)) < 1e-9)
    }
  }
}

struct ErrorRatesTests {
  @Test("a similarity on the threshold is a match")
  func inclusive() {
    let rates = ErrorRates(
      genuine: [0.5, 0.7], impostor: [0.5, 0.1], unreadGenuine: 0, unreadImpostor: 0)
    #expect(rates.falseMatches(at: 0.5).count == 1)
    #expect(rates.falseMatches(at: 0.5.nextUp).count == 0)
    #expect(rates.falseNonMatches(at: 0.5).count == 0)
    #expect(rates.falseNonMatches(at: 0.5.nextUp).count == 1)
  }

  @Test("the equal error rate of a worked example")
  func equalError() {
    let rates = ErrorRates(
      genuine: [0.3, 0.6, 0.7, 0.8], impostor: [0.1, 0.2, 0.35, 0.4], unreadGenuine: 0,
      unreadImpostor: 0)
    // At 0.4: one impostor of four matches, one genuine of four does not.
    #expect(rates.equalError?.threshold == 0.4)
    #expect(rates.equalError?.falseMatchRate == 0.25)
    let apart = ErrorRates(
      genuine: [0.8, 0.9], impostor: [0.1, 0.2], unreadGenuine: 0, unreadImpostor: 0)
    #expect(apart.equalError?.falseMatchRate == 0)
    #expect(
      ErrorRates(genuine: [], impostor: [1], unreadGenuine: 0, unreadImpostor: 0).equalError == nil)
  }

  @Test("unread genuine pairs count as non-matches, not in the equal error rate")
  func unread() {
    let rates = ErrorRates(
      genuine: [0.8, 0.9], impostor: [0.1, 0.2], unreadGenuine: 2, unreadImpostor: 1)
    #expect(rates.falseNonMatches(at: 0.5).value == 0.5)
    #expect(rates.equalError?.falseMatchRate == 0)
  }

  @Test("acceptance at a false-match rate needs enough impostors to measure it")
  func trueAccepts() {
    let impostor = (0..<1000).map { Double($0) / 1000 }
    let rates = ErrorRates(
      genuine: [0.9985, 0.5, 0.9995], impostor: impostor, unreadGenuine: 1, unreadImpostor: 0)
    #expect(rates.trueAccepts(atFalseMatchRate: 1e-4) == nil)
    let found = rates.trueAccepts(atFalseMatchRate: 1e-3)
    #expect(found?.accepts == MeasuredRate(count: 2, total: 4))
    #expect(found.map { rates.falseMatches(at: $0.threshold).count } == 1)
  }

  @Test("a plot names its sets and draws one line for each")
  func plot() {
    var plot = DETPlot()
    plot.add(
      "a<b",
      ErrorRates(genuine: [0.5], impostor: [0.4], unreadGenuine: 0, unreadImpostor: 0))
    plot.add("empty", ErrorRates(genuine: [], impostor: [], unreadGenuine: 0, unreadImpostor: 0))
    #expect(plot.svg.split(separator: "<polyline").count == 2)
    #expect(plot.svg.contains("a&lt;b"))
  }
}

struct PairListTests {
  static func withFile<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.path
    let path = "\(folder)/idv-pairs-\(UInt64.random(in: .min ... .max)).csv"
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  @Test("columns are found by name and paths are beside the file")
  func faces() throws {
    let text = "set,kind,same,b,a\r\ns1,genuine,1,\"x,1.jpg\",y.jpg\ns2,impostor,0,p.jpg,q.jpg\n"
    let pairs = try Self.withFile(text) { try PairList.faces(atPath: $0) }
    #expect(pairs.map(\.set) == ["s1", "s2"])
    #expect(pairs.map(\.same) == [true, false])
    #expect(pairs[0].a.hasSuffix("/y.jpg"))
    #expect(pairs[0].b.hasSuffix("/x,1.jpg"))
  }

  @Test(
    "a list that is not one says where",
    arguments: [
      ("", "empty"), ("a,b,same\n", "column set"), ("a,b,same,set\nx,y,2,s\n", "line 2"),
      ("a,b,same,set\nx,y,1\n", "line 2"),
    ])
  func mistakes(text: String, says: String) throws {
    try Self.withFile(text) { path in
      do {
        _ = try PairList.faces(atPath: path)
        Issue.record("accepted")
      } catch {
        #expect("\(error)".contains(says))
      }
    }
  }
}
