// What the passing of time does to a server's connection.

package import Vocabulary

extension ServerConnection {
  /// When `tick` is due next. Cheap; the owner sets a timer only if this is earlier than the one it has.
  package var nextWake: Moment? {
    mutating get {
      guard !link.isClosed else { return nil }
      var next = link.nextStall(hasStreams: streams.count > 0, idleSince: idleSince)
      if let deadline = earliestDeadline { next = min(next, deadline) }
      if let since = starvedSince { next = min(next, since + link.limits.memoryStarvation) }
      switch drain {
      case .none, .clientLeaves: break
      case .noticed(let until), .final(let until): next = min(next, until)
      }
      return next
    }
  }

  /// Acts on whatever has become due. Late is fine, early is harmless.
  package mutating func tick(now: Instant) {
    guard !link.isClosed else { return }
    expire(now)
    starve(now)
    advanceDrain(now)
    if let error = link.stall(now, hasStreams: streams.count > 0, idleSince: idleSince) {
      fail(error, now)
    }
    link.noteOutput(now)
  }

  /// Stops taking calls. Native: GOAWAY with the largest id, a second later GOAWAY with the last one taken, then
  /// the running calls have their grace. Compat: new calls are refused at once. Ends in `.close`.
  package mutating func beginDrain(now: Instant) {
    startDrain(now)
  }

  mutating func startDrain(_ now: Moment) {
    guard !link.isClosed, drain == .none || drain == .clientLeaves else { return }
    if link.profile == .native {
      link.sendGoAway(last: StreamID.max, .noError, "drain")
      drain = .noticed(until: now + link.limits.drainNotice)
    } else {
      drain = .final(until: now + link.limits.drainGrace)
    }
    finishIfDone()
    link.noteOutput(now)
  }

  private mutating func advanceDrain(_ now: Moment) {
    switch drain {
    case .noticed(let until) where now >= until:
      link.sendGoAway(last: lastStream, .noError, "")
      drain = .final(until: now + link.limits.drainGrace)
      finishIfDone()
    case .final(let until) where now >= until:
      for slot in 0..<streams.slotCount where streams[slot].id != 0 {
        guard streams[slot].phase != .lingering else { continue }
        endFromOurSide(slot, Refusal.draining, .drainEnded, now)
      }
      finishIfDone()
    default: break
    }
  }

  /// Ends calls whose deadline has passed.
  private mutating func expire(_ now: Moment) {
    guard let earliest = earliestDeadline, earliest <= now else { return }
    var next: Moment?
    for slot in 0..<streams.slotCount {
      guard let deadline = streams[slot].deadline else { continue }
      if deadline <= now {
        link.counters.deadlines += 1
        endFromOurSide(slot, Refusal.deadline, .deadlineExceeded, now)
      } else {
        next = next.map { min($0, deadline) } ?? deadline
      }
    }
    earliestDeadline = next
  }

  /// Refuses the calls that have been held back too long, the largest first.
  private mutating func starve(_ now: Moment) {
    guard let since = starvedSince, now >= since + link.limits.memoryStarvation else { return }
    let heldBack = (0..<streams.slotCount).filter {
      streams[$0].incoming?.assembly.isHeldBack ?? false
    }
    for slot in heldBack.sorted(by: { streams[$0].incomingBytes > streams[$1].incomingBytes }) {
      guard link.isMemoryFull else { break }
      sendStatus(streams[slot].id, Refusal.memoryFull, Metadata())
      abandon(slot, .outOfMemory, now)
    }
    // Closing freed memory; whoever is left has its credit by now.
    returnWithheld()
    starvedSince = nil
  }

  /// Refuses calls whose messages are not whole, or not taken, the largest first, until `bytes` are free or none is
  /// left. For an owner whose client holds more than it may. Says whether any was refused.
  package mutating func relieve(of bytes: Int, now: Instant) -> Bool {
    guard !link.isClosed else { return false }
    let goal = link.chargedBytes - bytes
    let receiving = (0..<streams.slotCount).filter { streams[$0].incoming != nil }
    var isRelieved = false
    for slot in receiving.sorted(by: { streams[$0].incomingBytes > streams[$1].incomingBytes }) {
      guard link.chargedBytes > goal, streams[slot].incomingBytes > 0 else { break }
      sendStatus(streams[slot].id, Refusal.memoryFull, Metadata())
      abandon(slot, .outOfMemory, now)
      isRelieved = true
    }
    link.noteOutput(now)
    return isRelieved
  }

  /// Ends a call that the client did nothing wrong on.
  private mutating func endFromOurSide(
    _ slot: Int, _ error: ServiceError, _ reason: CancelReason, _ now: Moment
  ) {
    if link.profile == .native {
      link.sendCancel(streams[slot].id, error.code, error.message)
    } else {
      sendStatus(streams[slot].id, error, Metadata())
    }
    abandon(slot, reason, now)
  }
}
