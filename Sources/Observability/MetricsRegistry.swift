// Keeps the process's metrics in memory and writes them in the Prometheus text format.

package import CoreMetrics
internal import Synchronization

/// A swift-metrics backend without a network: counters, gauges and timers as atomics, read by
/// `prometheusText`. One instance a process, given to `MetricsSystem.bootstrap` at start-up.
/// Label sets are closed (see `CallMetrics`), so the number of series is bounded; recording never locks.
package final class MetricsRegistry: MetricsFactory, Sendable {
  private struct Series {
    var counters: [Key: CounterCell] = [:]
    var gauges: [Key: GaugeCell] = [:]
    var timers: [Key: TimerCell] = [:]
  }

  struct Key: Hashable, Comparable {
    let label: String
    let dimensions: String

    init(_ label: String, _ dimensions: [(String, String)]) {
      self.label = label
      self.dimensions = dimensions.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    }

    static func < (a: Key, b: Key) -> Bool {
      (a.label, a.dimensions) < (b.label, b.dimensions)
    }
  }

  private let series = Mutex(Series())

  package init() {}

  package func makeCounter(
    label: String, dimensions: [(String, String)]
  ) -> any CounterHandler {
    series.withLock { series in
      let key = Key(label, dimensions)
      if let cell = series.counters[key] { return cell }
      let cell = CounterCell()
      series.counters[key] = cell
      return cell
    }
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions)
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    gauge(label, dimensions)
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series.withLock { series in
      let key = Key(label, dimensions)
      if let cell = series.timers[key] { return cell }
      let cell = TimerCell()
      series.timers[key] = cell
      return cell
    }
  }

  // Series live as long as the process.
  package func destroyCounter(_ handler: any CounterHandler) {}
  package func destroyMeter(_ handler: any MeterHandler) {}
  package func destroyRecorder(_ handler: any RecorderHandler) {}
  package func destroyTimer(_ handler: any TimerHandler) {}

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeCell {
    series.withLock { series in
      let key = Key(label, dimensions)
      if let cell = series.gauges[key] { return cell }
      let cell = GaugeCell()
      series.gauges[key] = cell
      return cell
    }
  }

  /// All series in the Prometheus text exposition format, version 0.0.4, sorted by name.
  /// Timers are histograms in seconds.
  package var prometheusText: String {
    let series = series.withLock { $0 }
    var text = ""
    write(series.counters, type: "counter", to: &text) { key, cell, text in
      text += "\(key.label)\(braces(key.dimensions)) \(cell.value)\n"
    }
    write(series.gauges, type: "gauge", to: &text) { key, cell, text in
      text += "\(key.label)\(braces(key.dimensions)) \(cell.value)\n"
    }
    write(series.timers, type: "histogram", to: &text) { key, cell, text in
      cell.write(key, to: &text)
    }
    return text
  }

  private func write<Cell>(
    _ cells: [Key: Cell], type: String, to text: inout String,
    _ line: (Key, Cell, inout String) -> Void
  ) {
    var label = ""
    for (key, cell) in cells.sorted(by: { $0.key < $1.key }) {
      if key.label != label {
        label = key.label
        text += "# TYPE \(label) \(type)\n"
      }
      line(key, cell, &text)
    }
  }
}

private func braces(_ dimensions: String) -> String {
  dimensions.isEmpty ? "" : "{\(dimensions)}"
}

/// A count that only grows.
private final class CounterCell: CounterHandler {
  private let count = Atomic<Int64>(0)
  var value: Int64 { count.load(ordering: .relaxed) }
  func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { count.store(0, ordering: .relaxed) }
}

/// The last value recorded.
private final class GaugeCell: MeterHandler, RecorderHandler {
  private let bits = Atomic<UInt64>(0)
  var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
  func increment(by amount: Double) { add(amount) }
  func decrement(by amount: Double) { add(-amount) }

  private func add(_ amount: Double) {
    var old = bits.load(ordering: .relaxed)
    while true {
      let new = (Double(bitPattern: old) + amount).bitPattern
      let (done, current) = bits.compareExchange(
        expected: old, desired: new, ordering: .relaxed)
      if done { return }
      old = current
    }
  }
}

/// A histogram of durations: bucket k counts those of at most 2^k × 16 µs, up to 33 s, then the rest.
private final class TimerCell: TimerHandler {
  private static let bucketCount = 22
  private let buckets: [CounterCell] = (0...bucketCount).map { _ in CounterCell() }
  private let sum = Atomic<Int64>(0)

  func recordNanoseconds(_ duration: Int64) {
    let sixteens = UInt64(max(0, duration)) / 16_000
    let index = sixteens == 0 ? 0 : 64 - sixteens.leadingZeroBitCount
    buckets[min(index, Self.bucketCount)].increment(by: 1)
    sum.wrappingAdd(duration, ordering: .relaxed)
  }

  func write(_ key: MetricsRegistry.Key, to text: inout String) {
    let comma = key.dimensions.isEmpty ? "" : ","
    var total: Int64 = 0
    for (index, bucket) in buckets.enumerated() {
      total += bucket.value
      let bound = index == Self.bucketCount ? "+Inf" : "\(Double(16 << index) / 1_000_000)"
      text += "\(key.label)_bucket{\(key.dimensions)\(comma)le=\"\(bound)\"} \(total)\n"
    }
    let seconds = Double(sum.load(ordering: .relaxed)) / 1e9
    text += "\(key.label)_sum\(braces(key.dimensions)) \(seconds)\n"
    text += "\(key.label)_count\(braces(key.dimensions)) \(total)\n"
  }
}
