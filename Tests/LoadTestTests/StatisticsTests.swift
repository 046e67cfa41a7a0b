// Histograms and tallies: exactness, merging, what is counted where.

import LoadTest
import Testing
import Vocabulary

struct StatisticsTests {
  @Test("percentiles are exact to a tenth of a percent, and merging loses nothing")
  func histogram() {
    var whole = LatencyHistogram()
    var parts = Array(repeating: LatencyHistogram(), count: 7)
    var numbers = SeededNumbers(seed: 3)
    var values: [Int64] = []
    for _ in 0..<20_000 {
      let value = Int64.random(in: 1_000...2_000_000_000, using: &numbers)
      values.append(value)
      whole.record(value)
      parts[Int(value % 7)].record(value)
    }
    var merged = LatencyHistogram()
    for part in parts { merged.merge(part) }
    values.sort()
    for share in [0.5, 0.9, 0.99, 0.999] {
      let exact = Double(values[Int((share * Double(values.count)).rounded(.up)) - 1])
      #expect(abs(Double(whole.percentile(share)) - exact) < 0.002 * exact + 1000)
      #expect(whole.percentile(share) == merged.percentile(share))
    }
    #expect(whole.count == merged.count)
    #expect(whole.max == merged.max)
    #expect(abs(whole.max - values[values.count - 1]) < 2_000_000)
    let spectrum = whole.spectrum
    #expect(spectrum.map(\.latency) == spectrum.map(\.latency).sorted())
    #expect(spectrum.last?.latency == whole.max)
  }

  @Test("nothing recorded is nothing, extremes are kept within bounds")
  func extremes() {
    var histogram = LatencyHistogram()
    #expect((histogram.max, histogram.mean, histogram.percentile(0.99)) == (0, 0, 0))
    #expect(histogram.spectrum.isEmpty)
    histogram.record(-5)
    histogram.record(.max)
    #expect(histogram.count == 2)
    #expect(histogram.percentile(0.5) == 0)
    #expect(histogram.max <= LatencyHistogram.latencyMax * 1001 / 1000)
  }

  @Test("a call counts by its end, its latencies and its messages")
  func tally() {
    var tally = Tally()
    var report = CallReport(.ok)
    report.messagesSent = 2
    report.bytesSent = 100
    report.messagesReceived = 3
    report.bytesReceived = 7
    tally.record(EndedCall(intended: 0, started: 2_000_000, ended: 5_000_000, report: report))
    let refused = EndStatus(code: .resourceExhausted, symbol: .overloaded)
    tally.record(
      EndedCall(
        intended: 0, started: 8_000_000, ended: 9_000_000, waited: true,
        report: CallReport(refused)))
    var sum = tally
    sum.merge(tally)
    #expect((tally.ended, tally.errors, tally.waited) == (2, 1, 1))
    #expect((sum.ended, sum.errors, sum.waited) == (4, 2, 2))
    #expect(sum.ends[refused]?.count == 2)
    #expect((sum.bytesSent, sum.bytesReceived) == (200, 14))
    #expect((sum.messagesSent, sum.messagesReceived) == (4, 6))
    #expect(tally.response.max == 9_000_000)
    #expect(tally.service.max == 3_000_000)
    // A call that waited for a stream says nothing about this tool's own delay.
    #expect(tally.toolDelay.count == 1)
    #expect(tally.toolDelay.max == 2_000_000)
    #expect(tally.endsByFrequency.map(\.end) == [.ok, refused])
  }

  @Test("times and numbers read well")
  func text() {
    #expect(
      [0, 999, 1_000, 850_000, 1_234_000, 12_340_000, 999_600_000, 3_020_000_000].map {
        TimeText.latency($0)
      } == ["0 ns", "999 ns", "1.00 µs", "850 µs", "1.23 ms", "12.3 ms", "1.00 s", "3.02 s"])
    #expect(["10s", "250ms", "1.5m", "2h", "7"].map(TimeText.seconds) == [10, 0.25, 90, 7200, 7])
    #expect(["", "s", "-1s", "1x", "1 s", "1e3s"].allSatisfy { TimeText.seconds($0) == nil })
    #expect(
      [12, 1234, 1_234_567, -1000].map(DecimalText.grouped) == [
        "12", "1,234", "1,234,567", "-1,000",
      ])
    #expect([999, 1000, 1_234_567].map(DecimalText.bytes) == ["999 B", "1.00 kB", "1.23 MB"])
    #expect([0, 0.001, 0.5, 1].map(DecimalText.percent) == ["0 %", "0.1 %", "50 %", "100 %"])
  }
}
