// The metrics registry: what it counts and how it writes it.

import CoreMetrics
import Observability
import Testing

struct MetricsRegistryTests {
  @Test("counters, gauges and timers appear in the Prometheus text, each series once")
  func text() {
    let registry = MetricsRegistry()
    let first = registry.makeCounter(label: "calls", dimensions: [("code", "OK")])
    let again = registry.makeCounter(label: "calls", dimensions: [("code", "OK")])
    first.increment(by: 2)
    again.increment(by: 3)
    registry.makeMeter(label: "open", dimensions: []).increment(by: 4)
    let timer = registry.makeTimer(label: "took", dimensions: [("role", "x")])
    timer.recordNanoseconds(15_999)
    timer.recordNanoseconds(40_000_000_000_000)
    let lines = registry.prometheusText.split(separator: "\n").map(String.init)
    #expect(lines.contains("# TYPE calls counter"))
    #expect(lines.filter { $0.hasPrefix("calls{") } == ["calls{code=\"OK\"} 5"])
    #expect(lines.contains("open 4.0"))
    #expect(lines.contains("took_bucket{role=\"x\",le=\"1.6e-05\"} 1"))
    #expect(lines.contains("took_bucket{role=\"x\",le=\"+Inf\"} 2"))
    #expect(lines.contains("took_count{role=\"x\"} 2"))
  }

  @Test("every duration lands in the bucket whose bound it does not exceed")
  func buckets() {
    for exponent in 0..<22 {
      let registry = MetricsRegistry()
      let timer = registry.makeTimer(label: "t", dimensions: [])
      let bound = Int64(16_000) << exponent
      timer.recordNanoseconds(bound - 1)
      let text = registry.prometheusText
      let bucket = text.split(separator: "\n").first {
        $0.hasPrefix("t_bucket") && $0.hasSuffix(" 1")
      }
      #expect(bucket?.contains("le=\"\(Double(16 << exponent) / 1_000_000)\"") == true)
    }
  }
}
