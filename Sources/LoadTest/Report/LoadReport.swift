// The result of a load test as data: what `--json` prints and what the other forms are made of.

internal import Vocabulary

/// Everything that a report says. A value; encodes with stable keys.
package struct LoadReport: Sendable, Encodable {
  package struct Settings: Sendable, Encodable {
    package var method: String
    package var kind: String
    package var server: String
    package var profile: String
    /// `open` or `closed`.
    package var loop: String
    package var rate: String?
    package var spacing: String?
    package var connections: Int
    package var streamsPerConnection: Int
    package var warmUpSeconds: Double
    package var seconds: Double?
    package var calls: Int?
    package var timeoutSeconds: Double
    package var graceSeconds: Double
    package var messagesPerCall: Int
    package var messageIntervalSeconds: Double
    package var payloads: Int
    package var seed: UInt64
    package var stopIf: [String]
    package var failIf: [String]
  }

  /// Latencies in microseconds.
  package struct Latencies: Sendable, Encodable, Equatable {
    package var count: Int
    package var mean: Int
    package var p50: Int
    package var p90: Int
    package var p99: Int
    package var p999: Int
    package var max: Int

    package init(_ histogram: LatencyHistogram) {
      func micros(_ nanoseconds: Int64) -> Int { Int((nanoseconds + 500) / 1000) }
      count = histogram.count
      mean = micros(histogram.mean)
      p50 = micros(histogram.percentile(0.5))
      p90 = micros(histogram.percentile(0.9))
      p99 = micros(histogram.percentile(0.99))
      p999 = micros(histogram.percentile(0.999))
      max = micros(histogram.max)
    }
  }

  package struct Status: Sendable, Encodable {
    package var code: String
    /// The error symbol; nil for OK.
    package var symbol: String?
    package var count: Int
    package var responseMicros: Latencies

    /// Code and symbol, once if they are the same word.
    var name: String {
      guard let symbol, symbol != code else { return code }
      return code + " " + symbol
    }
  }

  package struct Point: Sendable, Encodable {
    /// Seconds; 0 is the end of the warm-up.
    package var from: Double
    package var to: Double
    package var warmUp: Bool
    package var askedPerSecond: Double?
    package var reachedPerSecond: Double
    package var sent: Int
    package var ended: Int
    package var errors: Int
    package var errorsByCode: [String: Int]
    package var unsent: Int
    package var inFlight: Int
    package var waiting: Int
    package var bytesSent: Int
    package var bytesReceived: Int
    package var responseMicros: Latencies
    package var serviceP99Micros: Int
    package var toolDelayP99Micros: Int
  }

  package struct SpectrumPoint: Sendable, Encodable {
    package var share: Double
    package var micros: Int
  }

  package struct Outcome: Sendable, Encodable {
    /// Nothing stopped it early and no bound was broken.
    package var passed: Bool
    package var endedBy: String
    package var broken: [String]
    /// What a reader must know before trusting the figures.
    package var remarks: [String]
  }

  package struct Totals: Sendable, Encodable {
    package var seconds: Double
    package var askedPerSecond: Double?
    package var reachedPerSecond: Double
    package var sent: Int
    package var ended: Int
    package var errors: Int
    package var unsent: Int
    package var abandoned: Int
    /// Calls that waited for a free stream.
    package var waited: Int
    package var messagesSent: Int
    package var messagesReceived: Int
    package var bytesSent: Int
    package var bytesReceived: Int
    package var sentBytesPerSecond: Double
    package var receivedBytesPerSecond: Double
    package var toolCores: Double
  }

  package var site: RunSite
  package var settings: Settings
  package var outcome: Outcome
  package var totals: Totals
  /// From the intended time to the end: what a caller would have seen.
  package var responseMicros: Latencies
  /// From the hand-over to the connection to the end.
  package var serviceMicros: Latencies
  /// How late this tool handed calls over for which a stream was free.
  package var toolDelayMicros: Latencies
  package var statuses: [Status]
  package var responseSpectrum: [SpectrumPoint]
  package var serviceSpectrum: [SpectrumPoint]
  package var points: [Point]
}
