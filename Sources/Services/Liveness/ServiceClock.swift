// Time and chance as handlers see them: handed in, so that tests decide.

package import Vocabulary

/// The two clocks. Safe from any thread.
package struct ServiceClock: Sendable {
  /// Unix time in milliseconds, for what callers and devices are told.
  package let unixMilliseconds: @Sendable () -> Int64
  /// Monotonic time, for what expires.
  package let moment: @Sendable () -> Moment
  /// When the service began.
  private let start: Moment

  package init(
    unixMilliseconds: @escaping @Sendable () -> Int64, moment: @escaping @Sendable () -> Moment
  ) {
    self.unixMilliseconds = unixMilliseconds
    self.moment = moment
    start = moment()
  }

  /// Milliseconds since the service began; they do not go back.
  var monotonicMilliseconds: Int64 { start.nanos(to: moment()) / 1_000_000 }

  /// The Unix time of a monotonic moment, in milliseconds, as of now.
  func unixMilliseconds(at moment: Moment) -> Int64 {
    unixMilliseconds() + self.moment().nanos(to: moment) / 1_000_000
  }
}
