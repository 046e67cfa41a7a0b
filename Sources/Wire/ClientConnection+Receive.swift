// Frames that arrive at the client.

internal import Vocabulary

extension ClientConnection {
  /// Takes what the server sent, split anywhere. Nothing keeps a pointer into `bytes`.
  package mutating func receive(_ bytes: UnsafeRawBufferPointer, now: Instant) {
    guard !link.isClosed else { return }
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
        if let error = failAfterSkip {
          failAfterSkip = nil
          if let slot = streams.slot(of: current.stream) { failed(slot, CallFailure(error), now) }
        }
      }
    }
    if link.controlOverflow { fail(.flood(.controlQueue), now) }
    link.noteOutput(now)
  }

  // MARK: Headers

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
    // A late answer to a call we gave up, or a frame we do not know: not for us.
    guard let slot = streams.slot(of: header.stream) else { return .skip }
    dataSlot = -1
    switch header.type {
    case .response:
      guard Int(header.length) > link.limits.compatFrameBytesMax else { return .collect }
      failAfterSkip = Refusal.responseTooLarge(limitBytes: link.limits.compatFrameBytesMax)
      return .skip
    case .data where !streams[slot].kind.serverStreams:
      failAfterSkip = Refusal.malformedResponse
      return .skip
    case .data:
      let limit = min(streams[slot].responseBytesMax, link.limits.compatFrameBytesMax)
      guard Int(header.length) <= limit else {
        failAfterSkip = Refusal.responseTooLarge(limitBytes: limit)
        return .skip
      }
      _ = answer(slot)
      dataSlot = slot
      return .stream
    default:
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
      fail(.violation(.unexpectedFrameType), now)
      return nil
    case .data, .response, .headers, .cancel, .window:
      let isOurs = header.stream % 2 == 1 && header.stream < nextStream
      guard isOurs || (header.type == .window && header.stream == 0) else {
        fail(.violation(.unknownStream), now)
        return nil
      }
      return header.type == .data ? admitData(header, now) : .collect
    case .settings, .ping, .goAway:
      return .collect
    default:
      if let flood = link.flood.control(now) {
        fail(.flood(flood), now)
        return nil
      }
      return .skip
    }
  }

  private mutating func admitData(
    _ header: FrameHeader, _ now: Moment
  ) -> FrameDecoder.Disposition? {
    dataSlot = -1
    guard link.receiveWindow.receive(Int(header.length)) else {
      fail(.flowControl, now)
      return nil
    }
    let slot = streams.slot(of: header.stream)
    let isEmptyMessage =
      header.flags.isDisjoint(with: [.noData, .more])
      && slot.map { streams[$0].kind.serverStreams } ?? false
    if header.length > 0 || isEmptyMessage {
      link.flood.useful()
    } else if let flood = link.flood.emptyFrame() {
      fail(.flood(flood), now)
      return nil
    }
    guard let slot else { return .stream }
    let incoming = answer(slot)
    guard incoming.assembly.receiveWindow.receive(Int(header.length)) else {
      fail(.flowControl, now)
      return nil
    }
    if let error = fragmentFault(slot, incoming, header) {
      giveUp(slot, error, now)
      return .stream
    }
    if !incoming.assembly.isMidMessage {
      incoming.isMessagePacked = header.flags.contains(.compressed)
    }
    dataSlot = slot
    return .stream
  }

  /// The part of a call that an answer larger than its RESPONSE needs.
  mutating func answer(_ slot: Int) -> IncomingAnswer {
    if let incoming = streams[slot].incoming { return incoming }
    let incoming = IncomingAnswer(
      bytesMax: streams[slot].responseBytesMax, windowBytes: link.limits.streamWindowBytes)
    streams[slot].incoming = incoming
    return incoming
  }

  private mutating func fragmentFault(
    _ slot: Int, _ incoming: IncomingAnswer, _ header: FrameHeader
  ) -> ServiceError? {
    let flags = header.flags
    if flags.contains(.more) && header.length == 0 { return Refusal.malformedResponse }
    if !flags.isDisjoint(with: [.noData, .remoteClosed]) { return Refusal.malformedResponse }
    if flags.contains(.compressed)
      && (streams[slot].answerEncoding == .identity || incoming.assembly.isMidMessage)
    {
      return Refusal.malformedResponse
    }
    if incoming.message != nil { return Refusal.answerCardinality }
    if incoming.assembly.heldBytes + Int(header.length) > streams[slot].responseBytesMax {
      return Refusal.responseTooLarge(limitBytes: streams[slot].responseBytesMax)
    }
    return nil
  }

  /// Ends a call for a fault of the answer; the server is told to stop.
  mutating func giveUp(_ slot: Int, _ error: ServiceError, _ now: Moment) {
    if link.profile == .native { link.sendCancel(streams[slot].id, error.code, "") }
    failed(slot, CallFailure(error), now)
  }

  // MARK: Bodies

  private mutating func whole(
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment
  ) {
    switch current.type {
    case .response:
      response(body, owned, now)
    case .headers:
      headers(body, now)
    case .cancel:
      guard let slot = streams.slot(of: current.stream) else { return }
      let code = StatusCode(rawValue: Link.number(body, 0)) ?? .unknown
      let text = String(decoding: body[4...], as: UTF8.self)
      let error = ServiceError(
        code == .ok ? .cancelled : code, text, ErrorDetail(ErrorSymbol(implied: code)))
      failed(
        slot, CallFailure(error, neverStarted: current.flags.contains(.refused)), now)
    case .window where current.stream != 0:
      window(Link.number(body, 0), now)
    default:
      control(body, now)
    }
  }

  private mutating func control(_ body: UnsafeRawBufferPointer, _ now: Moment) {
    let before = openSlots
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
      if openSlots > before { events.append(.slotsChanged) }
    case .windowOpened:
      resumeWaiters()
    case .goAway(let last, let code):
      isGoingAway = true
      events.append(.goingAway(GoAwayCode(rawValue: code) ?? .internalError))
      for slot in 0..<streams.slotCount where streams[slot].id > last {
        failed(slot, CallFailure(Refusal.connectionLost, neverStarted: true), now)
      }
      finishIfDone()
    }
  }

  private mutating func window(_ increment: UInt32, _ now: Moment) {
    guard (1...StreamID.max).contains(increment) else { return fail(.flowControl, now) }
    if let flood = link.countWindow(increment, now) { return fail(.flood(flood), now) }
    guard let slot = streams.slot(of: current.stream) else { return }
    guard streams[slot].sendWindow.add(Int(increment)) else { return fail(.flowControl, now) }
    requeue(slot)
  }

  private mutating func headers(_ body: UnsafeRawBufferPointer, _ now: Moment) {
    guard let slot = streams.slot(of: current.stream) else { return }
    let incoming = answer(slot)
    guard incoming.headers == nil, !incoming.hasData,
      let envelope = HeadersEnvelope(body, limits: link.limits)
    else { return giveUp(slot, Refusal.malformedResponse, now) }
    guard let encoding = envelope.encoding, link.limits.encodings.takes(encoding) else {
      return giveUp(slot, Refusal.encodingUnsupported, now)
    }
    streams[slot].answerEncoding = encoding
    incoming.headers = envelope.metadata
    if streams[slot].kind.serverStreams {
      events.append(.headers(StreamID(current.stream), envelope.metadata))
    }
  }

  private mutating func fragment(
    _ piece: UnsafeRawBufferPointer, _ last: Bool, _ now: Moment
  ) {
    link.releaseConnection(piece.count)
    let slot = dataSlot
    guard slot >= 0, streams[slot].id == current.stream, let incoming = streams[slot].incoming
    else { return }
    incoming.hasData = true
    if piece.count > 0 {
      incoming.assembly.append(piece)
      charge(slot, piece.count)
      returnCredit(slot)
    }
    if last { frameEnded(slot, incoming, now) }
    if starvedSince == nil, link.isMemoryFull, streams[slot].id == current.stream,
      incoming.assembly.isHeldBack
    {
      starvedSince = now
    }
  }

  /// A DATA frame has ended.
  private mutating func frameEnded(_ slot: Int, _ incoming: IncomingAnswer, _ now: Moment) {
    let isNative = link.profile == .native
    incoming.assembly.frameEnded(more: isNative && current.flags.contains(.more))
    guard !incoming.assembly.isMidMessage else { return }
    guard streams[slot].kind.serverStreams else {
      incoming.message = incoming.assembly.takeMessage()
      return
    }
    if isNative || !current.flags.contains(.noData) {
      deliver(
        slot, incoming, incoming.assembly.takeMessage(), isPacked: incoming.isMessagePacked)
    }
    // Compat streams end with their last DATA; native ones with RESPONSE.
    if !isNative && current.flags.contains(.remoteClosed) { ended(slot, Metadata(), now) }
  }

  mutating func deliver(
    _ slot: Int, _ incoming: IncomingAnswer, _ message: Bytes, isPacked: Bool
  ) {
    incoming.assembly.isUnread(message.count)
    charge(slot, MessageAssembly.messageOverheadBytes)
    let stream = StreamID(streams[slot].id)
    events.append(
      isPacked
        ? .packedMessage(stream, message, streams[slot].answerEncoding) : .message(stream, message))
  }

  /// A call that the server streams to came to its good end.
  mutating func ended(_ slot: Int, _ trailers: Metadata, _ now: Moment) {
    events.append(.ended(StreamID(streams[slot].id), trailers: trailers))
    close(slot, now)
  }
}
