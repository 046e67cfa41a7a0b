// What is counted about calls: names and label sets are closed.

internal import Metrics
internal import Synchronization
package import Vocabulary

/// Counts calls and their time per method and status code. One instance a process; safe from any thread.
/// Labels: the method must be a registered one (`unknown` otherwise), the code one of seventeen.
package final class CallMetrics: Sendable {
  private let methods: Mutex<[String: MethodMetrics]> = Mutex([:])
  private let factory: any MetricsFactory

  /// - Parameter registry: where it is counted; nil for the process's.
  package init(_ registry: MetricsRegistry? = nil) {
    factory = registry ?? MetricsSystem.factory
  }

  /// The counters of one registered method. Ask once and keep it.
  package func method(_ name: String) -> MethodMetrics {
    methods.withLock { known in
      if let found = known[name] { return found }
      let made = MethodMetrics(name, factory)
      known[name] = made
      return made
    }
  }
}

/// The counters of one method; safe from any thread.
package final class MethodMetrics: Sendable {
  private let timer: Timer
  private let ended: [Counter]

  init(_ method: String, _ factory: any MetricsFactory) {
    timer = Timer(label: "idv_call_seconds", dimensions: [("method", method)], factory: factory)
    ended = StatusCode.allCases.map { code in
      Counter(
        label: "idv_calls_total", dimensions: [("method", method), ("code", code.name)],
        factory: factory)
    }
  }

  /// Records one ended call.
  package func record(_ code: StatusCode, took: Duration) { record(code, nanos: took.nanoseconds) }

  /// Records one ended call that took `nanos` nanoseconds.
  package func record(_ code: StatusCode, nanos: Int64) {
    ended[Int(code.rawValue)].increment()
    timer.recordNanoseconds(nanos)
  }
}
