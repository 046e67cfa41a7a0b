// A point of monotonic time whose layout the compiler knows.

/// A point of monotonic time.
///
/// `ContinuousClock.Instant` belongs to a library with a stable binary interface: every struct that
/// stores one is copied, compared and destroyed through run-time tables, which was a fifth of a
/// small call's cost when it was measured. Values that travel with each call store a `Moment`; it
/// is converted at the edges.
package struct Moment: Sendable, Hashable, Comparable {
  /// Time since `origin`.
  @usableFromInline let elapsed: Duration

  /// Any fixed point; read once a process.
  @usableFromInline static let origin = ContinuousClock.now

  @inlinable init(elapsed: Duration) { self.elapsed = elapsed }

  @inlinable
  package init(_ instant: ContinuousClock.Instant) {
    elapsed = Self.origin.duration(to: instant)
  }

  /// The same point as the standard library's type.
  @inlinable package var instant: ContinuousClock.Instant { Self.origin.advanced(by: elapsed) }

  /// The present.
  @inlinable package static var now: Moment { Moment(ContinuousClock.now) }

  @inlinable
  package static func + (a: Moment, b: Duration) -> Moment { Moment(elapsed: a.elapsed + b) }

  /// Time from `self` to `other`.
  @inlinable
  package func duration(to other: Moment) -> Duration { other.elapsed - elapsed }

  /// Time from `b` to `a`.
  @inlinable
  package static func - (a: Moment, b: Moment) -> Duration { a.elapsed - b.elapsed }

  @inlinable
  package static func < (a: Moment, b: Moment) -> Bool { a.elapsed < b.elapsed }
}
