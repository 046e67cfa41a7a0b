// Answers on their way to the client.

package import Vocabulary

extension ServerConnection {
  /// Answers a call. Ignored when the call is not waiting for an answer any more.
  ///
  /// A small answer is written at once; a large one waits for its turn, and in the native profile for the
  /// peer's windows.
  package mutating func respond(_ stream: StreamID, _ reply: Reply, now: Instant) {
    let now = Moment(now)
    guard let slot = streams.slot(of: stream.raw), streams[slot].phase == .running else { return }
    switch reply {
    case .failure(let error, let trailers):
      end(slot, error, trailers, now)
    case .success(let message, let trailers):
      if let error = replyFault(message, trailers) {
        end(slot, error, Metadata(), now)
      } else {
        succeed(slot, message, trailers, now)
      }
    }
    link.noteOutput(now)
  }

  /// Sends metadata ahead of the answer: once, native only, dropped when the call is over or they break the
  /// rules of metadata.
  package mutating func sendHeaders(_ stream: StreamID, _ headers: Metadata) {
    guard link.profile == .native, let slot = streams.slot(of: stream.raw),
      streams[slot].phase == .running, !streams[slot].headersSent,
      MetadataRules.fault(
        headers, bytesMax: link.peer.metadataBytesMax, pairsMax: link.limits.metadataPairsMax)
        == nil
    else { return }
    streams[slot].headersSent = true
    link.frame(.headers, [], stream: stream.raw, MetadataRules.size(headers, field: 1)) {
      MetadataRules.write(headers, field: 1, to: &$0)
    }
  }

  /// The handler of `stream` has ended: its slot and its memory are free. A handler that ends without an
  /// answer is answered for.
  package mutating func handlerEnded(_ stream: StreamID, now: Instant) {
    let now = Moment(now)
    guard let slot = streams.slot(of: stream.raw), streams[slot].handlerRunning else { return }
    if streams[slot].phase == .running { end(slot, Refusal.handlerSilent, Metadata(), now) }
    streams[slot].handlerRunning = false
    if streams[slot].phase == .lingering {
      remove(slot, now)
      finishIfDone()
    }
    link.noteOutput(now)
  }

  /// Lends the next contiguous run of bytes to send. `body` returns how many it took; the rest is lent again.
  /// Returns that number, 0 when there is nothing to send now.
  package mutating func writeOutput(
    _ body: (UnsafeRawBufferPointer) throws -> Int
  ) rethrows -> Int {
    if !sendQueue.isEmpty && link.outbox.pendingBytes < link.limits.outboundStageBytes { stage() }
    return try link.lend(body)
  }

  // MARK: Sending

  // (Mutating only because a borrowed connection would be copied.)

  private mutating func replyFault(_ message: OutgoingMessage, _ trailers: Metadata)
    -> ServiceError?
  {
    if !trailers.isEmpty {
      let fault = MetadataRules.fault(
        trailers, bytesMax: link.peer.metadataBytesMax, pairsMax: link.limits.metadataPairsMax)
      if fault != nil { return Refusal.trailersTooLarge }
    }
    switch link.profile {
    case .compat:
      let limit = link.limits.compatFrameBytesMax
      return Self.replySize(message.count, trailers) > limit
        ? Refusal.responseTooLarge(limitBytes: limit) : nil
    case .native:
      let limit = link.peer.messageBytesMax
      return message.count > limit ? Refusal.responseTooLarge(limitBytes: limit) : nil
    }
  }

  private static func replySize(_ messageBytes: Int, _ trailers: Metadata) -> Int {
    (messageBytes == 0 ? 0 : ProtoWriter.fieldSize(2, messageBytes))
      + (trailers.isEmpty ? 0 : MetadataRules.size(trailers, field: 100))
  }

  private mutating func succeed(
    _ slot: Int, _ message: OutgoingMessage, _ trailers: Metadata, _ now: Moment
  ) {
    if message.count <= link.limits.coalescedBytesMax && isInline(message.count, trailers)
      && link.outbox.pendingBytes < link.limits.outboundBytesMax
    {
      sendInline(streams[slot].id, message, trailers)
      close(slot, now)
      return
    }
    streams[slot].phase = .replying
    streams[slot].reply = PendingReply(message, trailers)
    charge(slot, message.count)
    requeue(slot)
  }

  /// Whether an answer goes into one RESPONSE frame.
  private mutating func isInline(_ messageBytes: Int, _ trailers: Metadata) -> Bool {
    link.profile == .compat || Self.replySize(messageBytes, trailers) <= link.peer.frameBytesMax
  }

  private mutating func sendInline(_ id: UInt32, _ message: OutgoingMessage, _ trailers: Metadata) {
    let count = message.count
    let head = count == 0 ? 0 : ProtoWriter.fieldSize(2, count) - count
    link.frameHead(.response, [], stream: id, length: Self.replySize(count, trailers), head) {
      if count > 0 { $0.fieldHead(2, count) }
    }
    link.payload(message)
    if !trailers.isEmpty {
      link.outbox.append(MetadataRules.size(trailers, field: 100)) {
        var writer = ProtoWriter($0)
        MetadataRules.write(trailers, field: 100, to: &writer)
      }
    }
  }

  /// Writes a RESPONSE with an error status.
  mutating func sendStatus(_ id: UInt32, _ error: ServiceError, _ trailers: Metadata) {
    let status = StatusMessage.size(error)
    let size = ProtoWriter.fieldSize(1, status) + MetadataRules.size(trailers, field: 100)
    let flags: FrameFlags = link.profile == .native ? .noData : []
    link.frame(.response, flags, stream: id, size) { writer in
      writer.fieldHead(1, status)
      StatusMessage.write(error, to: &writer)
      MetadataRules.write(trailers, field: 100, to: &writer)
    }
  }

  /// Ends a call with an error status.
  private mutating func end(
    _ slot: Int, _ error: ServiceError, _ trailers: Metadata, _ now: Moment
  ) {
    let isSound =
      MetadataRules.fault(
        trailers, bytesMax: link.peer.metadataBytesMax, pairsMax: link.limits.metadataPairsMax)
      == nil
    sendStatus(streams[slot].id, error, isSound ? trailers : Metadata())
    close(slot, now)
  }

  // MARK: Turns

  /// Puts a stream with something to send into the queue, once.
  mutating func requeue(_ slot: Int) {
    guard streams[slot].phase == .replying, !streams[slot].isQueued else { return }
    streams[slot].isQueued = true
    sendQueue.append(slot)
  }

  /// The connection's window has grown.
  mutating func resumeWaiters() {
    while let slot = windowWaiters.popFirst() { sendQueue.append(slot) }
  }

  /// Moves output from streams to the outbox, one frame a stream in turn, until enough is staged.
  private mutating func stage() {
    while link.outbox.pendingBytes < link.limits.outboundStageBytes,
      let slot = sendQueue.popFirst()
    {
      // The slot may have been vacated, or given to a stream that has nothing to send yet.
      guard streams[slot].isQueued else { continue }
      streams[slot].isQueued = false
      if let reply = streams[slot].reply { sendTurn(slot, reply) }
    }
  }

  private mutating func sendTurn(_ slot: Int, _ reply: PendingReply) {
    let id = streams[slot].id
    let message = reply.cursor.message
    if reply.cursor.remaining == message.count && isInline(message.count, reply.trailers) {
      sendInline(id, message, reply.trailers)
      return replied(slot, message.count)
    }
    let allowed = min(streams[slot].sendWindow.available, link.sendWindow.available)
    guard allowed > 0 else {
      if streams[slot].sendWindow.available > 0 {
        // Still queued, but elsewhere: WINDOW on stream 0 brings it back.
        streams[slot].isQueued = true
        windowWaiters.append(slot)
      }
      return
    }
    let piece = reply.cursor.take(min(allowed, link.peer.frameBytesMax))
    streams[slot].sendWindow.spend(piece.count)
    link.sendWindow.spend(piece.count)
    let isLast = reply.cursor.remaining == 0
    link.frameHead(.data, isLast ? [] : .more, stream: id, length: piece.count)
    link.payload(piece)
    guard isLast else { return requeue(slot) }
    link.frame(.response, .noData, stream: id, MetadataRules.size(reply.trailers, field: 100)) {
      MetadataRules.write(reply.trailers, field: 100, to: &$0)
    }
    replied(slot, message.count)
  }

  /// An answer has been staged whole.
  private mutating func replied(_ slot: Int, _ bytes: Int) {
    streams[slot].chargedBytes -= bytes
    link.chargedBytes -= bytes
    close(slot, link.lastSeen)
  }
}
