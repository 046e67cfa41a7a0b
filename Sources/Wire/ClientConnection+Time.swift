// What the passing of time does to a client's connection.

package import Vocabulary

extension ClientConnection {
  /// When `tick` is due next. Cheap; the owner sets a timer only if this is earlier than the one it has.
  package var nextWake: Moment? {
    guard !link.isClosed else { return nil }
    var next = link.nextStall(hasStreams: streams.count > 0, idleSince: idleSince)
    if let deadline = earliestDeadline { next = min(next, deadline) }
    if let since = starvedSince { next = min(next, since + link.limits.memoryStarvation) }
    return next
  }

  /// Acts on whatever has become due. Late is fine, early is harmless.
  package mutating func tick(now: Instant) {
    guard !link.isClosed else { return }
    expire(now)
    if let since = starvedSince, now >= since + link.limits.memoryStarvation {
      let heldBack = (0..<streams.slotCount).filter {
        streams[$0].incoming?.assembly.isHeldBack ?? false
      }
      for slot in heldBack.sorted(by: { streams[$0].incomingBytes > streams[$1].incomingBytes }) {
        guard link.isMemoryFull else { break }
        giveUp(slot, Refusal.memoryFull, now)
      }
      returnWithheld()
      starvedSince = nil
    }
    if let error = link.stall(now, hasStreams: streams.count > 0, idleSince: idleSince) {
      fail(error, now)
    }
    link.noteOutput(now)
  }

  private mutating func expire(_ now: Moment) {
    guard let earliest = earliestDeadline, earliest <= now else { return }
    var next: Moment?
    for slot in 0..<streams.slotCount {
      guard let deadline = streams[slot].deadline else { continue }
      if deadline <= now {
        link.counters.deadlines += 1
        giveUp(slot, Refusal.deadline, now)
      } else {
        next = next.map { min($0, deadline) } ?? deadline
      }
    }
    earliestDeadline = next
  }
}
