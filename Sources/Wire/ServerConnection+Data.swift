// Messages that arrive in DATA frames.

internal import Vocabulary

extension ServerConnection {
  // MARK: Headers

  /// Decides where DATA goes: into a message, nowhere, or into an error.
  mutating func admitData(
    _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition? {
    dataSlot = -1
    let slot = streams.slot(of: header.stream)
    if header.length > 0 || header.flags.contains(.remoteClosed) || isEmptyMessage(slot, header) {
      link.flood.useful()
    } else if let flood = link.flood.emptyFrame() {
      fail(.flood(flood), now)
      return nil
    }
    guard let slot else {
      guard header.stream > lastStream || header.stream % 2 == 0 else { return .stream }
      if link.profile == .native {
        fail(.violation(.unknownStream), now)
        return nil
      }
      answerAfterSkip = Refusal.inactiveStream
      return .skip
    }
    switch streams[slot].phase {
    case .vacant, .replying, .lingering:
      // We have closed it, or are about to: what was on its way is discarded.
      return .stream
    case .running where !streams[slot].isReceivingStream:
      return admitDataWhileRunning(slot, header, now)
    case .receiving, .running:
      return admitFragment(slot, header, now)
    }
  }

  /// Whether the frame is the empty message of a call that takes a stream: those are charged, not counted as a
  /// flood.
  private func isEmptyMessage(_ slot: Int?, _ header: FrameHeader) -> Bool {
    let isNoMessage: FrameFlags = link.profile == .native ? [.noData, .more] : .noData
    guard let slot, header.flags.isDisjoint(with: isNoMessage) else { return false }
    return streams[slot].phase == .running && streams[slot].isReceivingStream
  }

  /// DATA for a call whose handler has its message: only the close that is still owed is welcome.
  private mutating func admitDataWhileRunning(
    _ slot: Int, _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition {
    let isClose = header.flags.contains(.remoteClosed) && header.length == 0
    if streams[slot].remoteOpen && isClose {
      streams[slot].remoteOpen = false
    } else {
      let error = streams[slot].remoteOpen ? Refusal.inactiveStream : Refusal.dataAfterClose
      endForViolation(slot, error, now)
    }
    return .stream
  }

  private mutating func admitFragment(
    _ slot: Int, _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition? {
    guard let incoming = streams[slot].incoming else { return .stream }
    // Compat has no windows: what came is in.
    if link.profile == .native && !incoming.assembly.receiveWindow.receive(Int(header.length)) {
      fail(.flowControl, now)
      return nil
    }
    let encoding = streams[slot].encoding
    let error =
      streams[slot].phase == .running
      ? streamFault(incoming, header, encoding) : singleFault(incoming, header, encoding)
    if let error {
      endForViolation(slot, error, now)
      return .stream
    }
    if !incoming.assembly.isMidMessage && incoming.message == nil {
      incoming.isMessagePacked = isPacked(slot)
    }
    dataSlot = slot
    return .stream
  }

  /// What is wrong with any DATA frame of this shape.
  private func shapeFault(
    _ incoming: IncomingMessages, _ header: FrameHeader, _ encoding: MessageEncoding
  ) -> ServiceError? {
    let flags = header.flags
    if link.profile == .compat {
      // MORE and Z are unknown bits there.
      return flags.contains(.noData) && header.length > 0 ? Refusal.malformedFragment : nil
    }
    if flags.contains(.more) && (flags.contains(.remoteClosed) || header.length == 0) {
      return Refusal.malformedFragment
    }
    if flags.contains(.noData) && (header.length > 0 || flags.contains(.more)) {
      return Refusal.malformedFragment
    }
    guard flags.contains(.compressed) else { return nil }
    // It is the message that is compressed, so the first fragment says it for all.
    if flags.contains(.noData) || incoming.assembly.isMidMessage {
      return Refusal.misplacedCompression
    }
    return encoding == .identity ? Refusal.encodingUnnamed : nil
  }

  /// What is wrong with a DATA frame of a call that takes one message and has not got it.
  private func singleFault(
    _ incoming: IncomingMessages, _ header: FrameHeader, _ encoding: MessageEncoding
  ) -> ServiceError? {
    let flags = header.flags
    let hasMessage = incoming.message != nil
    let isBareClose =
      flags.contains(.remoteClosed) && header.length == 0
      && (flags.contains(.noData) || hasMessage)
    if let fault = shapeFault(incoming, header, encoding) { return fault }
    if isBareClose {
      // A close in the middle of a message leaves half of one; without a message it leaves none.
      return hasMessage ? nil : Refusal.cardinality
    }
    if flags.contains(.noData) || hasMessage { return Refusal.cardinality }
    return sizeFault(incoming, header)
  }

  /// What is wrong with a DATA frame of a call that takes a stream.
  private func streamFault(
    _ incoming: IncomingMessages, _ header: FrameHeader, _ encoding: MessageEncoding
  ) -> ServiceError? {
    if let fault = shapeFault(incoming, header, encoding) { return fault }
    if header.flags.contains(.noData) && incoming.assembly.isMidMessage {
      return Refusal.malformedFragment
    }
    return sizeFault(incoming, header)
  }

  private func sizeFault(_ incoming: IncomingMessages, _ header: FrameHeader) -> ServiceError? {
    let frameBytesMax = link.limits.compatFrameBytesMax
    if link.profile == .compat && Int(header.length) > frameBytesMax {
      return Refusal.frameTooLarge(limitBytes: frameBytesMax)
    }
    let limit = incoming.assembly.bytesMax
    return incoming.assembly.heldBytes + Int(header.length) > limit
      ? Refusal.messageTooLarge(limitBytes: limit) : nil
  }

  // MARK: Bodies

  /// Some of a DATA frame's payload.
  mutating func fragment(
    _ piece: UnsafeRawBufferPointer, _ last: Bool, _ now: Moment
  ) {
    link.releaseConnection(piece.count)
    let slot = dataSlot
    // Between two pieces the call may have ended, and its slot may have gone to another.
    guard slot >= 0, streams[slot].id == current.stream, let incoming = streams[slot].incoming,
      streams[slot].phase == .receiving || streams[slot].phase == .running
    else { return }
    if piece.count > 0 {
      incoming.assembly.append(piece)
      charge(slot, piece.count)
      returnCredit(slot)
    }
    guard last else { return noteStarving(slot, now) }
    let isMore = link.profile == .native && current.flags.contains(.more)
    incoming.assembly.frameEnded(more: isMore)
    if streams[slot].phase == .running {
      streamFrameEnded(slot, incoming)
    } else {
      singleFrameEnded(slot, incoming)
    }
    noteStarving(slot, now)
  }

  /// Starts the clock of those who wait for memory.
  private mutating func noteStarving(_ slot: Int, _ now: Moment) {
    guard starvedSince == nil, link.isMemoryFull,
      streams[slot].incoming?.assembly.isHeldBack ?? false
    else { return }
    starvedSince = now
  }

  /// A frame has ended of a call that takes one message: with the close, the handler starts.
  private mutating func singleFrameEnded(_ slot: Int, _ incoming: IncomingMessages) {
    guard !incoming.assembly.isMidMessage else { return }
    let message = incoming.message ?? incoming.assembly.takeMessage()
    incoming.message = message
    guard current.flags.contains(.remoteClosed) else { return }
    streams[slot].remoteOpen = false
    streams[slot].incoming = nil
    dispatch(
      slot, incoming.method, message, incoming.metadata, isPacked: incoming.isMessagePacked)
  }

  /// A frame has ended of a call that takes a stream: whole messages go to the handler.
  private mutating func streamFrameEnded(_ slot: Int, _ incoming: IncomingMessages) {
    guard !incoming.assembly.isMidMessage else { return }
    if !current.flags.contains(.noData) {
      deliver(
        slot, incoming, incoming.assembly.takeMessage(), isPacked: incoming.isMessagePacked)
    }
    if current.flags.contains(.remoteClosed) {
      streams[slot].remoteOpen = false
      actions.append(.messagesEnded(StreamID(current.stream)))
    }
  }

  /// Hands a whole message to the handler. Its bytes are charged already, what it costs beside them is not.
  mutating func deliver(
    _ slot: Int, _ incoming: IncomingMessages, _ message: Bytes, isPacked: Bool
  ) {
    incoming.assembly.isUnread(message.count)
    charge(slot, MessageAssembly.messageOverheadBytes)
    let stream = StreamID(streams[slot].id)
    actions.append(
      isPacked
        ? .packedMessage(stream, message, streams[slot].encoding) : .message(stream, message))
  }

  /// The one message of a running call has been unpacked to `more` bytes above what came: they count like those,
  /// until the handler ends. False when the call has been given up, or ends here because there is no memory.
  package mutating func messageUnpacked(_ stream: StreamID, more: Int, now: Instant) -> Bool {
    guard let slot = streams.slot(of: stream.raw), streams[slot].phase == .running else {
      return false
    }
    if link.processMemoryFull || link.chargedBytes + more > link.limits.memoryBytesMax {
      respond(stream, .failure(Refusal.memoryFull), now: now)
      return false
    }
    charge(slot, max(0, more))
    return true
  }

  /// The handler of `stream` has taken a message of `bytes` that a `.message` brought: its memory is free, and the
  /// client gets its credit back. Once a message; not needed for what is left when the call ends.
  package mutating func messageTaken(_ stream: StreamID, bytes: Int, now: Instant) {
    guard let slot = streams.slot(of: stream.raw), let incoming = streams[slot].incoming else {
      return
    }
    charge(slot, -incoming.assembly.wasRead(bytes))
    // Where the connection's own budget is full, a reader who goes on is slow, not stuck.
    if starvedSince != nil && !link.processMemoryFull { starvedSince = now }
    returnCredit(slot)
    returnWithheld()
    link.noteOutput(now)
  }

  // MARK: Credit

  /// Returns a stream's credit unless there is a reason to keep it back.
  mutating func returnCredit(_ slot: Int) {
    guard link.profile == .native, let incoming = streams[slot].incoming, !link.isMemoryFull,
      !incoming.assembly.isBehind, let increment = incoming.assembly.releaseWithheld()
    else { return }
    link.control(.window, stream: streams[slot].id, [UInt32(increment)])
  }

  /// Gives back stream credit that was withheld for lack of memory, once there is some again.
  mutating func returnWithheld() {
    guard starvedSince != nil, !link.isMemoryFull, !link.isClosed else { return }
    starvedSince = nil
    for slot in 0..<streams.slotCount where streams[slot].incoming != nil { returnCredit(slot) }
  }
}
