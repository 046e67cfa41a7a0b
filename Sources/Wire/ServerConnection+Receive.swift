// Frames that arrive at the server.

internal import Vocabulary

extension ServerConnection {
  /// Answers a call of a method that is answered at once.
  package typealias Answering = (consuming IncomingCall) -> Reply

  /// Takes what the client sent, split anywhere. Nothing keeps a pointer into `bytes`.
  /// - Parameter answer: asked for calls of methods that the table marks so, while they are received; must not
  ///   touch this connection. All other calls are started.
  package mutating func receive(
    _ bytes: UnsafeRawBufferPointer, now: Instant,
    answer: Answering = { _ in .failure(Refusal.handlerSilent) }
  ) {
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
        whole(body, nil, now, answer)
      case .collected(let body):
        body.withUnsafeBytes { whole($0, body, now, answer) }
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
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment, _ answer: Answering
  ) {
    switch current.type {
    case .request:
      link.flood.useful()
      request(body, owned, now, answer)
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
        if drain == .none { drain = .clientLeaves }
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
}
