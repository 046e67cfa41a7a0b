// Requests on their way to the server.

internal import Vocabulary

extension ClientConnection {
  /// Lends the next contiguous run of bytes to send. `body` returns how many it took; the rest is lent again.
  /// Returns that number, 0 when there is nothing to send now.
  package mutating func writeOutput(
    _ body: (UnsafeRawBufferPointer) throws -> Int
  ) rethrows -> Int {
    if !sendQueue.isEmpty && link.outbox.pendingBytes < link.limits.outboundStageBytes { stage() }
    return try link.lend(body)
  }

  /// Whole nanoseconds of `duration`, at least 1, as `timeout_nano`.
  static func nanoseconds(_ duration: Duration) -> Int64 {
    let parts = duration.components
    let (scaled, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return .max }
    return max(1, scaled.addingReportingOverflow(parts.attoseconds / 1_000_000_000).partialValue)
  }

  /// Bytes of the envelope without its payload.
  static func envelopeSize(
    _ method: MethodName, _ nanos: Int64, _ metadata: Metadata, _ encoding: MessageEncoding
  ) -> Int {
    method.envelopeHead.count
      + (nanos == 0 ? 0 : 1 + ProtoWriter.varintSize(UInt64(nanos)))
      + (metadata.isEmpty ? 0 : MetadataRules.size(metadata, field: 5))
      + encoding.nameSize(field: 100)
  }

  /// Whether an envelope of `whole` bytes goes into one REQUEST.
  mutating func checkSize(_ whole: Int, _ messageBytes: Int) throws(CallRefusal) -> Bool {
    switch link.profile {
    case .compat:
      let limit = link.limits.compatFrameBytesMax
      guard whole <= limit else { throw .messageTooLarge(limitBytes: limit) }
      return true
    case .native:
      let limit = link.peer.messageBytesMax
      guard messageBytes <= limit else { throw .messageTooLarge(limitBytes: limit) }
      return whole <= link.peer.frameBytesMax
    }
  }

  /// Appends the REQUEST. It goes out at once, because ids must arrive in order.
  mutating func sendRequest(
    _ id: UInt32, _ method: MethodName, _ kind: MethodKind, _ message: OutgoingMessage?,
    _ size: Int, _ nanos: Int64, _ metadata: Metadata, _ encoding: MessageEncoding
  ) {
    let count = message?.count ?? 0
    let head =
      method.envelopeHead.count + (count == 0 ? 0 : ProtoWriter.fieldSize(3, count) - count)
    let flags = requestFlags(kind, isInline: message != nil).union(message?.flag ?? [])
    link.frameHead(.request, flags, stream: id, length: size, head) { writer in
      method.envelopeHead.withUnsafeBytes { writer.raw($0) }
      if count > 0 { writer.fieldHead(3, count) }
    }
    if let message { link.payload(message) }
    let tail = size - head - count
    guard tail > 0 else { return }
    link.outbox.append(tail) { start in
      var writer = ProtoWriter(start)
      if nanos != 0 { writer.varintField(4, UInt64(nanos)) }
      MetadataRules.write(metadata, field: 5, to: &writer)
      encoding.writeName(field: 100, to: &writer)
    }
  }

  /// The flags that stock ttrpc clients set, and in the native profile those that say the same.
  private func requestFlags(_ kind: MethodKind, isInline: Bool) -> FrameFlags {
    guard link.profile == .compat else { return isInline ? [] : [.remoteOpen, .noData] }
    if kind.clientStreams { return .remoteOpen }
    return kind.serverStreams ? .remoteClosed : []
  }

  // MARK: Turns

  /// Puts a call with something to send into the queue, once.
  mutating func requeue(_ slot: Int) {
    guard streams[slot].outgoing != nil, !streams[slot].isQueued else { return }
    streams[slot].isQueued = true
    sendQueue.append(slot)
  }

  /// The connection's window has grown.
  mutating func resumeWaiters() {
    while let slot = windowWaiters.popFirst() { sendQueue.append(slot) }
  }

  private mutating func stage() {
    while link.outbox.pendingBytes < link.limits.outboundStageBytes,
      let slot = sendQueue.popFirst()
    {
      guard streams[slot].isQueued else { continue }
      streams[slot].isQueued = false
      if let outgoing = streams[slot].outgoing { sendTurn(slot, outgoing) }
    }
  }

  private mutating func sendTurn(_ slot: Int, _ outgoing: OutgoingQueue) {
    guard let message = outgoing.next else { return }
    if link.profile == .compat {
      link.frameHead(.data, [], stream: streams[slot].id, length: message.count)
      link.payload(message)
      return messageSent(slot, outgoing, isClosed: false)
    }
    let allowed = min(streams[slot].sendWindow.available, link.sendWindow.available)
    guard allowed > 0 || outgoing.nextRemaining == 0 else {
      if streams[slot].sendWindow.available > 0 {
        streams[slot].isQueued = true
        windowWaiters.append(slot)
      }
      return
    }
    let first: FrameFlags = outgoing.nextRemaining == message.count ? message.flag : []
    let (piece, isLast) = outgoing.takePiece(min(allowed, link.peer.frameBytesMax))
    streams[slot].sendWindow.spend(piece.count)
    link.sendWindow.spend(piece.count)
    let closes = isLast && outgoing.count == 1 && outgoing.end != nil
    let flags: FrameFlags = closes ? .remoteClosed : isLast ? [] : .more
    link.frameHead(.data, flags.union(first), stream: streams[slot].id, length: piece.count)
    link.payload(piece)
    if isLast { messageSent(slot, outgoing, isClosed: closes) } else { requeue(slot) }
  }

  /// A message has been staged whole: the next one, or the close.
  private mutating func messageSent(_ slot: Int, _ outgoing: OutgoingQueue, isClosed: Bool) {
    chargeOutgoing(slot, -outgoing.removeNext())
    if isClosed { return sent(slot) }
    if outgoing.count > 0 {
      requeue(slot)
    } else if outgoing.end != nil {
      return sendClose(slot)
    }
    if outgoing.isWaitedFor, outgoing.end == nil,
      outgoing.pendingBytes * 2 <= link.limits.streamQueueBytesMax
    {
      outgoing.isWaitedFor = false
      events.append(.sendRoom(StreamID(streams[slot].id)))
    }
  }

  /// Says that nothing more follows.
  mutating func sendClose(_ slot: Int) {
    link.frame(.data, [.remoteClosed, .noData], stream: streams[slot].id, 0) { _ in }
    sent(slot)
  }

  private mutating func sent(_ slot: Int) {
    streams[slot].outgoing = nil
    streams[slot].phase = .waiting
  }
}
