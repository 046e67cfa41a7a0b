// A point of monotonic time whose layout the compiler knows.

internal import Glibc

/// A point of monotonic time, in whole nanoseconds.
///
/// `ContinuousClock.Instant` belongs to a library with a stable binary interface: every struct that
/// stores one is copied, compared and destroyed through run-time tables, and its arithmetic is that
/// of 128-bit attoseconds behind function calls; together that was a fifth of a small call's cost.
/// Values that travel with each call store a `Moment`; it is converted at the edges.
package struct Moment: Sendable, Hashable, Comparable {
  /// Nanoseconds of the clock that `ContinuousClock` reads: it goes on while the machine sleeps.
  @usableFromInline let nanos: Int64

  @inlinable init(nanos: Int64) { self.nanos = nanos }

  /// The same point on both clocks. Read in between two looks at our own, the closest of several:
  /// converted points are off by the same few nanoseconds at most.
  private static let origin: (instant: ContinuousClock.Instant, nanos: Int64) = {
    var best: (instant: ContinuousClock.Instant, nanos: Int64) = (.now, 0)
    var closest = Int64.max
    for _ in 0..<16 {
      let before = clock()
      let instant = ContinuousClock.now
      let after = clock()
      if after - before < closest {
        closest = after - before
        best = (instant, before + closest / 2)
      }
    }
    return best
  }()

  private static func clock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  package init(_ instant: ContinuousClock.Instant) {
    let origin = Self.origin
    self = Moment(nanos: origin.nanos) + origin.instant.duration(to: instant)
  }

  /// The same point as the standard library's type.
  package var instant: ContinuousClock.Instant {
    let origin = Self.origin
    return origin.instant.advanced(by: .nanoseconds(nanos - origin.nanos))
  }

  /// The present.
  package static var now: Moment { Moment(nanos: clock()) }

  /// Stops at the ends of what can be told, 292 years away.
  @inlinable
  package static func + (a: Moment, b: Duration) -> Moment { a.advanced(nanos: b.nanoseconds) }

  @inlinable
  package static func += (a: inout Moment, b: Duration) { a = a + b }

  /// The point `nanos` nanoseconds later, within what can be told.
  @inlinable
  package func advanced(nanos more: Int64) -> Moment {
    let (sum, overflow) = nanos.addingReportingOverflow(more)
    return Moment(nanos: overflow ? (more < 0 ? .min : .max) : sum)
  }

  /// Time from `self` to `other`.
  @inlinable
  package func duration(to other: Moment) -> Duration { .nanoseconds(nanos(to: other)) }

  /// Nanoseconds from `self` to `other`, within what can be told.
  @inlinable
  package func nanos(to other: Moment) -> Int64 {
    let (difference, overflow) = other.nanos.subtractingReportingOverflow(nanos)
    return overflow ? (other.nanos < 0 ? .min : .max) : difference
  }

  /// Time from `b` to `a`.
  @inlinable
  package static func - (a: Moment, b: Moment) -> Duration { b.duration(to: a) }

  @inlinable
  package static func < (a: Moment, b: Moment) -> Bool { a.nanos < b.nanos }
}

extension Duration {
  /// Whole nanoseconds, rounded towards zero; 292 years at most.
  @inlinable package var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }
}
