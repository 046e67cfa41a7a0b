// When a line about an event that may happen any number of times is written: the first at once, then at most one for each
// kind in a minute, with a count.

internal import Synchronization

/// Between two lines about one kind of event. Our choice: what a person can read.
package let pacedLinesInterval = Duration.seconds(60)

/// Counts events by kind and says when a line about them is due. Safe from any thread; never blocks for long.
///
/// At most `kindsMax` kinds are held; while all of them are in use, events of further kinds are not told.
package final class PacedLines<Kind: Hashable & Sendable, Last: Sendable>: Sendable {
  /// What a line has to say.
  package struct Due: Sendable {
    package let kind: Kind
    /// Events since the last line, this one counted.
    package let count: Int
    /// What was given with the last of them.
    package let last: Last
  }

  private struct Waiting {
    /// When the last line was written.
    var said: ContinuousClock.Instant
    /// Events since, and the last of them.
    var count = 0
    var last: Last?
  }

  private let kinds = Mutex<[Kind: Waiting]>([:])
  private let kindsMax: Int

  package init(kindsMax: Int = 1024) { self.kindsMax = kindsMax }

  /// An event happened. Returns the line that is due now, if one is.
  package func note(
    _ kind: Kind, _ last: Last, at now: ContinuousClock.Instant = .now
  ) -> Due? {
    kinds.withLock { kinds in
      if kinds[kind] == nil, kinds.count >= kindsMax {
        kinds = kinds.filter { $0.value.count > 0 || !Self.isPast($0.value, now) }
        guard kinds.count < kindsMax else { return nil }
      }
      var waiting = kinds[kind] ?? Waiting(said: now - pacedLinesInterval)
      waiting.count += 1
      waiting.last = last
      guard Self.isPast(waiting, now) else {
        kinds[kind] = waiting
        return nil
      }
      kinds[kind] = Waiting(said: now)
      return Due(kind: kind, count: waiting.count, last: last)
    }
  }

  /// The lines of what has waited for longer than the interval, in no order. Ask now and then, so that the last events
  /// of a burst are told of too.
  package func takeDue(at now: ContinuousClock.Instant = .now) -> [Due] {
    kinds.withLock { kinds in
      var due: [Due] = []
      for (kind, waiting) in kinds where Self.isPast(waiting, now) {
        guard let last = waiting.last else {
          kinds[kind] = nil
          continue
        }
        due.append(Due(kind: kind, count: waiting.count, last: last))
        kinds[kind] = Waiting(said: now)
      }
      return due
    }
  }

  private static func isPast(_ waiting: Waiting, _ now: ContinuousClock.Instant) -> Bool {
    now >= waiting.said + pacedLinesInterval
  }
}
