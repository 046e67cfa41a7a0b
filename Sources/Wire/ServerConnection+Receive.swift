// Frames that arrive at the server.

internal import Vocabulary

extension ServerConnection {
  /// Takes what the client sent, split anywhere. Nothing keeps a pointer into `bytes`.
  package mutating func receive(_ bytes: UnsafeRawBufferPointer, now: Instant) {
    let now = Moment(now)
    guard !link.isClosed, !link.inputEnded else { return }
    link.received(bytes.count, now)
    var input = bytes
    reading: while !link.isClosed {
      switch link.decoder.next(&input) {
      case .needMore:
        link.awaitRest(now)
        break reading
      case .header(let header):
        link.frameStarted()
        current = header
        if let disposition = admit(header, now) { link.decoder.begin(disposition) }
      case .body(let body):
        whole(body, nil, now)
      case .collected(let body):
        body.withUnsafeBytes { whole($0, body, now) }
      case .fragment(let piece, let last):
        fragment(piece, last, now)
      case .skipped:
        if let error = answerAfterSkip {
          answerAfterSkip = nil
          skipped(error, now)
        }
      }
    }
    if link.controlOverflow { fail(.flood(.controlQueue), now) }
    link.noteOutput(now)
  }

  // MARK: Headers

  /// Decides what happens to the body of `header`; nil when the connection has failed.
  private mutating func admit(_ header: FrameHeader, _ now: Moment) -> FrameDecoder.Disposition? {
    switch link.profile {
    case .compat: admitCompat(header, now)
    case .native: admitNative(header, now)
    }
  }

  private mutating func admitCompat(
    _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition? {
    if header.length >> 24 != 0 {
      fail(.violation(.lengthByteNotZero), now)
      return nil
    }
    if header.stream % 2 == 0 {
      // Also how a peer that probes for extensions on stream 0 learns that there are none.
      answerAfterSkip = Refusal.evenStream
      return .skip
    }
    let isOversize = Int(header.length) > link.limits.compatFrameBytesMax
    switch header.type {
    case .request:
      guard header.stream > lastStream, header.stream <= StreamID.max else {
        answerAfterSkip = Refusal.reusedStream
        return .skip
      }
      guard isOversize else { return .collect }
      lastStream = header.stream
      answerAfterSkip = Refusal.frameTooLarge(limitBytes: link.limits.compatFrameBytesMax)
      return .skip
    case .data:
      return admitData(header, now)
    default:
      if let flood = link.flood.control(now) {
        fail(.flood(flood), now)
        return nil
      }
      return .skip
    }
  }

  private mutating func admitNative(
    _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition? {
    if let error = link.checkNative(header) {
      fail(error, now)
      return nil
    }
    switch header.type {
    case .request:
      let id = header.stream
      guard id % 2 == 1, id > lastStream, id <= StreamID.max else {
        fail(.violation(.badStreamID), now)
        return nil
      }
      return .collect
    case .data:
      guard link.receiveWindow.receive(Int(header.length)) else {
        fail(.flowControl, now)
        return nil
      }
      return admitData(header, now)
    case .response, .headers:
      fail(.violation(.unexpectedFrameType), now)
      return nil
    case .settings, .window, .cancel, .ping, .goAway:
      return .collect
    default:
      if let flood = link.flood.control(now) {
        fail(.flood(flood), now)
        return nil
      }
      return .skip
    }
  }

  /// Decides where DATA goes: into a message, nowhere, or into an error.
  private mutating func admitData(
    _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition? {
    dataSlot = -1
    if header.length == 0 && !header.flags.contains(.remoteClosed) {
      if let flood = link.flood.emptyFrame() {
        fail(.flood(flood), now)
        return nil
      }
    } else {
      link.flood.useful()
    }
    guard let slot = streams.slot(of: header.stream) else {
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
    case .running:
      return admitDataWhileRunning(slot, header, now)
    case .receiving:
      guard let incoming = streams[slot].incoming,
        incoming.receiveWindow.receive(Int(header.length))
      else {
        fail(.flowControl, now)
        return nil
      }
      if let error = fragmentFault(incoming, header) {
        endForViolation(slot, error, now)
        return .stream
      }
      dataSlot = slot
      return .stream
    }
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

  /// What is wrong with a DATA frame for a call that is still receiving.
  private mutating func fragmentFault(_ incoming: IncomingMessage, _ header: FrameHeader)
    -> ServiceError?
  {
    let flags = header.flags
    let hasMessage = incoming.message != nil
    let isBareClose =
      flags.contains(.remoteClosed) && header.length == 0
      && (flags.contains(.noData) || hasMessage)
    if flags.contains(.more) && (flags.contains(.remoteClosed) || header.length == 0) {
      return Refusal.malformedFragment
    }
    if flags.contains(.noData) && header.length > 0 { return Refusal.malformedFragment }
    if flags.contains(.compressed) { return Refusal.encodingUnsupported }
    if isBareClose {
      // A close in the middle of a message leaves half of one; without a message it leaves none.
      return hasMessage ? nil : Refusal.cardinality
    }
    if flags.contains(.noData) || hasMessage { return Refusal.cardinality }
    if incoming.buffer.count + Int(header.length) > incoming.bytesMax {
      return Refusal.messageTooLarge(limitBytes: incoming.bytesMax)
    }
    return nil
  }

  // MARK: Bodies

  /// A frame that is not welcome has been read to its end. One answer a stream: a running call ends with it, and
  /// one that has been answered is left alone.
  private mutating func skipped(_ error: ServiceError, _ now: Moment) {
    guard let slot = streams.slot(of: current.stream) else {
      return answerViolation(current.stream, error, now)
    }
    guard streams[slot].phase != .lingering else { return }
    endForViolation(slot, error, now)
  }

  /// A frame that was collected whole; `owned` owns `body` when it did not lie in the input.
  private mutating func whole(
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment
  ) {
    switch current.type {
    case .request:
      link.flood.useful()
      request(body, owned, now)
    case .cancel:
      cancel(body, now)
    case .window where current.stream != 0:
      window(Link.number(body, 0), now)
    default:
      control(body, now)
    }
  }

  private mutating func control(_ body: UnsafeRawBufferPointer, _ now: Moment) {
    switch link.controlFrame(current, body, now) {
    case .none: break
    case .failed(let error):
      fail(error, now)
    case .settings(let raise):
      for slot in 0..<streams.slotCount where streams[slot].id != 0 {
        _ = streams[slot].sendWindow.add(raise)
        requeue(slot)
      }
      resumeWaiters()
    case .windowOpened:
      resumeWaiters()
    case .goAway(_, let code):
      // A client that goes away starts nothing more; what runs is still answered.
      if code != GoAwayCode.noError.rawValue {
        fail(.peerWentAway(GoAwayCode(rawValue: code) ?? .internalError), now)
      } else {
        drain = .final(until: now + link.limits.drainGrace)
        finishIfDone()
      }
    }
  }

  /// Credit for one stream.
  private mutating func window(_ increment: UInt32, _ now: Moment) {
    guard (1...StreamID.max).contains(increment) else { return fail(.flowControl, now) }
    if let flood = link.countWindow(increment, now) { return fail(.flood(flood), now) }
    guard let slot = streams.slot(of: current.stream) else {
      if current.stream > lastStream || current.stream % 2 == 0 {
        fail(.violation(.unknownStream), now)
      }
      return
    }
    guard streams[slot].sendWindow.add(Int(increment)) else { return fail(.flowControl, now) }
    requeue(slot)
  }

  /// The client gives up a call.
  private mutating func cancel(_ body: UnsafeRawBufferPointer, _ now: Moment) {
    guard current.stream <= lastStream, current.stream % 2 == 1 else {
      return fail(.violation(.unknownStream), now)
    }
    if let flood = link.flood.reset(now) { return fail(.flood(flood), now) }
    guard let slot = streams.slot(of: current.stream), streams[slot].phase != .lingering else {
      return
    }
    link.counters.cancelled += 1
    let code = StatusCode(rawValue: Link.number(body, 0)) ?? .cancelled
    abandon(slot, .byPeer(code == .ok ? .cancelled : code), now)
  }

  /// Some of a DATA frame's payload.
  private mutating func fragment(
    _ piece: UnsafeRawBufferPointer, _ last: Bool, _ now: Moment
  ) {
    link.releaseConnection(piece.count)
    let slot = dataSlot
    // Between two pieces the call may have ended, and its slot may have gone to another.
    guard slot >= 0, streams[slot].id == current.stream, let incoming = streams[slot].incoming
    else { return }
    if piece.count > 0 {
      incoming.buffer.append(piece, expected: incoming.bytesMax)
      charge(slot, piece.count)
      admitted(slot, incoming, piece.count, now)
    }
    if last { dataEnded(slot, incoming) }
  }

  /// Stream credit is due as soon as bytes are in the message buffer, not when the message is whole: a message
  /// larger than the window would never become so. It is kept back while memory is full.
  private mutating func admitted(
    _ slot: Int, _ incoming: IncomingMessage, _ bytes: Int, _ now: Moment
  ) {
    if link.isMemoryFull {
      incoming.withheldBytes += bytes
      if starvedSince == nil { starvedSince = now }
    } else {
      releaseStream(slot, bytes)
    }
  }

  private mutating func dataEnded(_ slot: Int, _ incoming: IncomingMessage) {
    guard !current.flags.contains(.more) else { return }
    let message = incoming.message ?? incoming.buffer.finish()
    incoming.message = message
    guard current.flags.contains(.remoteClosed) else { return }
    streams[slot].remoteOpen = false
    streams[slot].incoming = nil
    dispatch(slot, incoming.method, message, incoming.metadata)
  }

  // MARK: REQUEST

  private mutating func request(
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment
  ) {
    let id = current.stream
    lastStream = id
    if case .final = drain { return refuse(id, Refusal.draining) }
    if streams.count >= link.limits.streamsMax { return refuse(id, Refusal.tooManyStreams) }
    if link.profile == .native && id > StreamID.max / 4 * 3 { startDrain(now) }
    guard let envelope = RequestEnvelope(body, limits: link.limits, profile: link.profile) else {
      return answer(id, Refusal.malformedEnvelope)
    }
    switch methods.find(
      service: UnsafeRawBufferPointer(rebasing: body[envelope.service]),
      method: UnsafeRawBufferPointer(rebasing: body[envelope.method]))
    {
    case .unknownService: answer(id, Refusal.unknownService)
    case .unknownMethod: answer(id, Refusal.unknownMethod)
    case .method(let method):
      let bytesMax = min(
        methods.bytesMax[method] ?? link.limits.methodMessageBytesMax,
        link.limits.messageBytesMax)
      if let error = fault(envelope, methods.kinds[method], bytesMax) { return answer(id, error) }
      open(id, method, bytesMax, envelope, body, owned, now)
    }
  }

  /// Why a well-formed request for a known method is not taken.
  private mutating func fault(
    _ envelope: RequestEnvelope, _ kind: MethodKind, _ bytesMax: Int
  ) -> ServiceError? {
    if kind != .unary { return Refusal.streamingUnavailable }
    if let fault = envelope.metadataFault { return Refusal.metadata(fault, limits: link.limits) }
    if envelope.timeoutNanos < 0 { return Refusal.deadline }
    if envelope.isEncoded && link.profile == .native { return Refusal.encodingUnsupported }
    if envelope.payload.count > bytesMax { return Refusal.messageTooLarge(limitBytes: bytesMax) }
    if link.isMemoryFull || link.chargedBytes + envelope.payload.count > link.limits.memoryBytesMax
    {
      return Refusal.memoryFull
    }
    let flags = current.flags
    // ND says that no message is in the envelope.
    guard flags.contains(.noData) else { return nil }
    if !envelope.payload.isEmpty { return Refusal.malformedFragment }
    let followsAsData = flags.contains(.remoteOpen) && link.profile == .native
    return followsAsData ? nil : Refusal.cardinality
  }

  private mutating func open(
    _ id: UInt32, _ method: Int, _ bytesMax: Int, _ envelope: RequestEnvelope,
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment
  ) {
    link.counters.calls += 1
    let wanted =
      envelope.timeoutNanos > 0
      ? Duration.nanoseconds(envelope.timeoutNanos) : link.limits.deadlineDefault
    let deadline = now + min(wanted, link.limits.deadlineMax)
    earliestDeadline = earliestDeadline.map { min($0, deadline) } ?? deadline
    var stream = ServerStream()
    stream.id = id
    stream.phase = .receiving
    stream.deadline = deadline
    stream.remoteOpen = current.flags.contains(.remoteOpen)
    if link.profile == .native { stream.sendWindow = SendWindow(link.peer.streamWindowBytes) }
    let slot = streams.insert(stream)
    // What is held is the whole envelope when the message shares its memory.
    charge(slot, owned?.count ?? envelope.payload.count)
    let message =
      owned?[envelope.payload]
      ?? SmallMessage.copy(UnsafeRawBufferPointer(rebasing: body[envelope.payload]))
    // A compat caller cannot say that messages follow: a unary method starts with what the REQUEST holds.
    if !stream.remoteOpen || link.profile == .compat {
      dispatch(slot, method, message, envelope.metadata)
    } else {
      streams[slot].incoming = IncomingMessage(
        method: method, bytesMax: bytesMax, metadata: envelope.metadata,
        windowBytes: link.limits.streamWindowBytes,
        message: current.flags.contains(.noData) ? nil : message)
    }
  }

  /// Hands a complete call to its handler.
  private mutating func dispatch(
    _ slot: Int, _ method: Int, _ message: Bytes, _ metadata: Metadata
  ) {
    streams[slot].phase = .running
    streams[slot].handlerRunning = true
    let expiry = streams[slot].deadline!
    actions.append(
      .call(
        IncomingCall(
          stream: StreamID(streams[slot].id), method: method, message: message,
          metadata: metadata, expiry: expiry)))
  }

  // MARK: Answers without a handler

  /// Answers a call that never got a record.
  private mutating func answer(_ id: UInt32, _ error: ServiceError) {
    link.counters.refused += 1
    sendStatus(id, error, Metadata())
  }

  /// Says that a call was not started and may be retried.
  private mutating func refuse(_ id: UInt32, _ error: ServiceError) {
    link.counters.refused += 1
    if link.profile == .native {
      link.sendCancel(id, error.code, error.message, refused: true)
    } else {
      sendStatus(id, error, Metadata())
      link.countUnasked()
    }
  }

  /// Answers a frame that breaks a rule, on the id it came with.
  private mutating func answerViolation(_ id: UInt32, _ error: ServiceError, _ now: Moment) {
    link.counters.streamErrors += 1
    if let flood = link.flood.reset(now) { return fail(.flood(flood), now) }
    sendStatus(id, error, Metadata())
    link.countUnasked()
  }

  /// Ends a call whose client broke a rule on it.
  private mutating func endForViolation(_ slot: Int, _ error: ServiceError, _ now: Moment) {
    link.counters.streamErrors += 1
    if let flood = link.flood.reset(now) { return fail(.flood(flood), now) }
    sendStatus(streams[slot].id, error, Metadata())
    abandon(slot, .protocolViolation, now)
  }
}
