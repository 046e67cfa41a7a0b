// Whose turn it is to send: one frame a stream, in turn, within the windows.

internal import Vocabulary

extension ServerConnection {
  /// Puts a stream with something to send into the queue, once.
  mutating func requeue(_ slot: Int) {
    guard streams[slot].outgoing != nil, !streams[slot].isQueued else { return }
    streams[slot].isQueued = true
    sendQueue.append(slot)
  }

  /// The connection's window has grown.
  mutating func resumeWaiters() {
    while let slot = windowWaiters.popFirst() { sendQueue.append(slot) }
  }

  /// Moves output from streams to the outbox, one frame a stream in turn, until enough is staged.
  mutating func stage() {
    while link.outbox.pendingBytes < link.limits.outboundStageBytes,
      let slot = sendQueue.popFirst()
    {
      // The slot may have been vacated, or given to a stream that has nothing to send yet.
      guard streams[slot].isQueued else { continue }
      streams[slot].isQueued = false
      if let outgoing = streams[slot].outgoing { sendTurn(slot, outgoing) }
    }
  }

  private mutating func sendTurn(_ slot: Int, _ outgoing: OutgoingQueue) {
    guard let message = outgoing.next else { return }
    let id = streams[slot].id
    if !streams[slot].kind.serverStreams, !outgoing.hasSentData,
      case .reply(nil, let trailers)? = outgoing.end, isInline(message, trailers)
    {
      sendInline(id, message, trailers)
      return close(slot, link.lastSeen)
    }
    if link.profile == .compat {
      // No fragments and no windows: a message is a frame.
      link.frameHead(.data, [], stream: id, length: message.count)
      link.payload(message)
    } else {
      guard sendPiece(slot, outgoing, message) else { return }
    }
    messageSent(slot, outgoing)
  }

  /// Sends a fragment of the message whose turn it is; true if that was its last.
  private mutating func sendPiece(
    _ slot: Int, _ outgoing: OutgoingQueue, _ message: OutgoingMessage
  ) -> Bool {
    let allowed = min(streams[slot].sendWindow.available, link.sendWindow.available)
    guard allowed > 0 || outgoing.nextRemaining == 0 else {
      if streams[slot].sendWindow.available > 0 {
        // Still queued, but elsewhere: WINDOW on stream 0 brings it back.
        streams[slot].isQueued = true
        windowWaiters.append(slot)
      }
      return false
    }
    let first: FrameFlags = outgoing.nextRemaining == message.count ? message.flag : []
    let (piece, isLast) = outgoing.takePiece(min(allowed, link.peer.frameBytesMax))
    streams[slot].sendWindow.spend(piece.count)
    link.sendWindow.spend(piece.count)
    let flags = isLast ? first : first.union(.more)
    link.frameHead(.data, flags, stream: streams[slot].id, length: piece.count)
    link.payload(piece)
    if !isLast { requeue(slot) }
    return isLast
  }

  /// A message has been staged whole: the next one, or the end.
  private mutating func messageSent(_ slot: Int, _ outgoing: OutgoingQueue) {
    chargeOutgoing(slot, -outgoing.removeNext())
    if outgoing.count > 0 {
      requeue(slot)
    } else if case .reply(let error, let trailers)? = outgoing.end {
      return end(slot, error, trailers, link.lastSeen)
    }
    if outgoing.isWaitedFor, outgoing.end == nil,
      outgoing.pendingBytes * 2 <= link.limits.streamQueueBytesMax
    {
      outgoing.isWaitedFor = false
      actions.append(.sendRoom(StreamID(streams[slot].id)))
    }
  }
}
