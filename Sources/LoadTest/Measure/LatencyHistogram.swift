// A distribution of latencies, exact to a tenth of a percent, small however many calls there are.

internal import Histogram

/// Latencies in nanoseconds, kept as an HDR histogram of microseconds with three significant digits.
/// A value; merging two loses nothing.
package struct LatencyHistogram: Sendable {
  /// Longer latencies count as this: an hour.
  package static let latencyMax: Int64 = 3_600_000_000_000

  private var histogram: Histogram<UInt64>
  /// The sum, for the mean, in nanoseconds.
  private var total = 0.0

  package init() {
    histogram = Histogram(numberOfSignificantValueDigits: .three)
  }

  package mutating func record(_ nanoseconds: Int64) {
    let bounded = Swift.min(Swift.max(nanoseconds, 0), Self.latencyMax)
    histogram.record(UInt64((bounded + 500) / 1000))
    total += Double(bounded)
  }

  package mutating func merge(_ other: LatencyHistogram) {
    guard other.count > 0 else { return }
    histogram.add(other.histogram)
    total += other.total
  }

  package var count: Int { Int(histogram.totalCount) }

  /// The latency that `share` (0…1) of all calls do not exceed; 0 without calls.
  package func percentile(_ share: Double) -> Int64 {
    guard count > 0 else { return 0 }
    // A bucket's upper end may lie above what was recorded.
    return min(Int64(histogram.valueAtPercentile(share * 100)) * 1000, max)
  }

  package var max: Int64 { count > 0 ? Int64(histogram.maxRecorded) * 1000 : 0 }

  package var mean: Int64 { count > 0 ? Int64(total / Double(count)) : 0 }

  /// The percentile spectrum: five points each time the remaining share halves, so that the tail is
  /// drawn as finely as the middle.
  package var spectrum: [(share: Double, latency: Int64)] {
    guard count > 0 else { return [] }
    var points: [(share: Double, latency: Int64)] = []
    for step in histogram.percentiles(ticksPerHalfDistance: 5) {
      let share = step.percentileLevelIteratedTo / 100
      points.append((share, min(Int64(step.value) * 1000, max)))
    }
    return points
  }
}
