// Time inside the machines: a plain value, where `ContinuousClock.Instant` is opaque to the compiler.

/// A point of monotonic time.
///
/// `ContinuousClock.Instant` belongs to a library with a stable binary interface, so every struct that stores
/// one is copied, compared and destroyed through run-time tables: half of a small call's cost when it was
/// measured. Callers pass `Instant`s; they are converted once, at the edge.
struct Moment: Comparable {
  /// Time since `origin`.
  private let elapsed: Duration

  /// Any fixed point; read once a process.
  private static let origin = ContinuousClock.now

  private init(_ elapsed: Duration) { self.elapsed = elapsed }

  init(_ instant: ContinuousClock.Instant) { elapsed = Self.origin.duration(to: instant) }

  /// The same point for the outside.
  var instant: ContinuousClock.Instant { Self.origin.advanced(by: elapsed) }

  static func < (a: Moment, b: Moment) -> Bool { a.elapsed < b.elapsed }

  static func + (a: Moment, b: Duration) -> Moment { Moment(a.elapsed + b) }

  /// Time from `b` to `a`.
  static func - (a: Moment, b: Moment) -> Duration { a.elapsed - b.elapsed }
}
