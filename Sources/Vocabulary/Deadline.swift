// When an answer stops being useful, on the monotonic clock.

/// The monotonic instant after which nobody waits for the answer any more.
///
/// Deadlines travel as remaining time and are kept as instants, so every queue a request waits in
/// spends the same budget. `ContinuousClock` is used: it does not stop while the machine sleeps.
package struct Deadline: Sendable, Hashable, Comparable {
  /// The moment itself; nil means no deadline.
  package let moment: Moment?

  @inlinable
  package init(_ moment: Moment?) { self.moment = moment }

  @inlinable
  package init(_ instant: ContinuousClock.Instant?) { moment = instant.map { Moment($0) } }

  /// The same as the standard library's type; nil means no deadline.
  @inlinable package var instant: ContinuousClock.Instant? { moment?.instant }

  /// No deadline. Servers replace it by their default before a handler sees it.
  @inlinable package static var never: Deadline { Deadline(nil as Moment?) }

  /// `duration` from `now`.
  @inlinable
  package static func after(
    _ duration: Duration, from now: ContinuousClock.Instant = .now
  ) -> Deadline {
    Deadline(Moment(now) + duration)
  }

  /// `duration` from `now`.
  @inlinable
  package static func after(_ duration: Duration, from now: Moment) -> Deadline {
    Deadline(now + duration)
  }

  /// Time left at `now`, negative when past; nil without a deadline.
  @inlinable
  package func remaining(at now: ContinuousClock.Instant = .now) -> Duration? {
    moment.map { $0 - Moment(now) }
  }

  /// Whether it has passed at `now`. The instant itself counts as passed.
  @inlinable
  package func hasPassed(at now: ContinuousClock.Instant = .now) -> Bool {
    moment.map { $0 <= Moment(now) } ?? false
  }

  /// Whether it has passed at `now`. The moment itself counts as passed.
  @inlinable
  package func hasPassed(at now: Moment) -> Bool { moment.map { $0 <= now } ?? false }

  /// The earlier one.
  @inlinable
  package func earlier(of other: Deadline) -> Deadline { self < other ? self : other }

  /// Order by moment; a deadline comes before none.
  @inlinable
  package static func < (a: Deadline, b: Deadline) -> Bool {
    switch (a.moment, b.moment) {
    case (let x?, let y?): x < y
    case (_?, nil): true
    default: false
    }
  }
}
