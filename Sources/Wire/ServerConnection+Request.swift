// REQUEST: calls that begin, and those that are refused.

internal import Vocabulary

extension ServerConnection {
  /// A whole REQUEST.
  mutating func request(
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment, _ answering: Answering
  ) {
    let id = current.stream
    lastStream = id
    switch drain {
    case .final, .clientLeaves: return refuse(id, Refusal.draining)
    case .none, .noticed: break
    }
    if streams.count >= link.limits.streamsMax { return refuseForLackOfSlots(id, now) }
    if link.profile == .native && id > StreamID.max / 4 * 3 { startDrain(now) }
    let envelope = RequestEnvelope(body, limits: link.limits, profile: link.profile)
    guard !envelope.isMalformed else { return answer(id, Refusal.malformedEnvelope) }
    switch methods.find(
      service: UnsafeRawBufferPointer(rebasing: body[envelope.service]),
      method: UnsafeRawBufferPointer(rebasing: body[envelope.method]))
    {
    case .unknownService: answer(id, Refusal.unknownService)
    case .unknownMethod: answer(id, Refusal.unknownMethod)
    case .method(let method):
      let bytesMax = methods.messageBytesMax(method, link.limits)
      if let error = fault(envelope, method, bytesMax) { return answer(id, error) }
      open(id, method, bytesMax, envelope, body, owned, now, answering)
    }
  }

  /// Why a well-formed request for a known method is not taken.
  private mutating func fault(
    _ envelope: borrowing RequestEnvelope, _ method: Int, _ bytesMax: Int
  ) -> ServiceError? {
    if let fault = envelope.metadataFault { return Refusal.metadata(fault, limits: link.limits) }
    if envelope.timeoutNanos < 0 { return Refusal.deadline }
    if link.profile == .native,
      envelope.encoding != .identity || current.flags.contains(.compressed),
      let fault = encodingFault(envelope)
    {
      return fault
    }
    if envelope.payload.count > bytesMax { return Refusal.messageTooLarge(limitBytes: bytesMax) }
    if link.isMemoryFull
      || link.chargedBytes + envelope.payload.count > link.limits.memoryBytesMax,
      !isAnsweredAtOnce(envelope, method)
    {
      return Refusal.memoryFull
    }
    let flags = current.flags
    // ND says that no message is in the envelope.
    guard flags.contains(.noData) else { return nil }
    if !envelope.payload.isEmpty { return Refusal.malformedFragment }
    let followsAsData = flags.contains(.remoteOpen) && link.profile == .native
    return followsAsData || methods.kinds[method].clientStreams ? nil : Refusal.cardinality
  }

  /// Whether the call of the current frame is answered while it is received: its message is never held, so that a probe
  /// is answered however much memory others have. Packing takes longer than such a method may.
  private mutating func isAnsweredAtOnce(
    _ envelope: borrowing RequestEnvelope, _ method: Int
  ) -> Bool {
    guard methods.areAtOnce[method], !current.flags.contains(.remoteOpen) else { return false }
    if link.profile == .compat { return true }
    return envelope.encoding == .identity
  }

  /// What is wrong with the encoding that a native client names, or does not name. Not asked of calls that have none.
  @inline(never)
  private mutating func encodingFault(_ envelope: borrowing RequestEnvelope) -> ServiceError? {
    guard let encoding = envelope.encoding, link.limits.encodings.takes(encoding) else {
      return Refusal.encodingUnsupported
    }
    guard current.flags.contains(.compressed) else { return nil }
    if encoding == .identity { return Refusal.encodingUnnamed }
    return current.flags.contains(.noData) ? Refusal.misplacedCompression : nil
  }

  private mutating func open(
    _ id: UInt32, _ method: Int, _ bytesMax: Int, _ envelope: borrowing RequestEnvelope,
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment, _ answering: Answering
  ) {
    link.counters.calls += 1
    let wanted = envelope.timeoutNanos > 0 ? envelope.timeoutNanos : deadlineNanos.standard
    let deadline = now.advanced(nanos: min(wanted, deadlineNanos.max))
    let message =
      owned?[envelope.payload]
      ?? SmallMessage.copy(UnsafeRawBufferPointer(rebasing: body[envelope.payload]))
    let remoteOpen = current.flags.contains(.remoteOpen)
    let encoding = link.profile == .native ? envelope.encoding ?? .identity : .identity
    if isAnsweredAtOnce(envelope, method) {
      let reply = answering(
        IncomingCall(
          stream: StreamID(id), method: method, kind: .unary, message: message,
          metadata: envelope.metadata, expiry: deadline))
      return settleAtOnce(id, deadline, reply, now)
    }
    let kind = methods.kinds[method]
    let slot = insert(id, kind, deadline, remoteOpen: remoteOpen)
    if encoding != .identity { name(encoding, of: slot, method) }
    // What is held is the whole envelope when the message shares its memory.
    charge(slot, owned?.count ?? envelope.payload.count)
    if kind.clientStreams {
      startStream(slot, method, bytesMax, message, envelope.metadata)
    } else if !remoteOpen || link.profile == .compat {
      // A compat caller cannot say that messages follow: such a method starts with what the REQUEST holds.
      dispatch(slot, method, message, envelope.metadata, isPacked: isPacked(slot))
    } else {
      let incoming = IncomingMessages(
        method: method, bytesMax: bytesMax, metadata: envelope.metadata,
        windowBytes: link.limits.streamWindowBytes,
        message: current.flags.contains(.noData) ? nil : message)
      incoming.isMessagePacked = isPacked(slot)
      streams[slot].incoming = incoming
    }
  }

  /// The client has named what its messages may be packed with, and ours where it takes that too.
  @inline(never)
  private mutating func name(_ encoding: MessageEncoding, of slot: Int, _ method: Int) {
    streams[slot].encoding = encoding
    if methods.compressesAnswers[method] && link.peer.encodings.takes(encoding) {
      streams[slot].answerEncoding = encoding
    }
  }

  /// Whether the message that the current frame begins is compressed. Without a named encoding none is: in the
  /// compat profile the flag means nothing.
  func isPacked(_ slot: Int) -> Bool {
    current.flags.contains(.compressed) && streams[slot].encoding != .identity
  }

  private mutating func insert(
    _ id: UInt32, _ kind: MethodKind, _ deadline: Moment, remoteOpen: Bool
  ) -> Int {
    earliestDeadline = earliestDeadline.map { min($0, deadline) } ?? deadline
    var stream = ServerStream()
    stream.id = id
    stream.phase = .receiving
    stream.kind = kind
    stream.deadline = deadline
    stream.remoteOpen = remoteOpen
    if link.profile == .native { stream.sendWindow = SendWindow(link.peer.streamWindowBytes) }
    return streams.insert(consume stream)
  }

  /// Sends the answer of a call that needs no record; makes one when the answer has to wait its turn.
  private mutating func settleAtOnce(
    _ id: UInt32, _ deadline: Moment, _ reply: Reply, _ now: Moment
  ) {
    if streams.count == 0 { idleSince = now }
    if sendAtOnce(id, reply) { return }
    let slot = insert(id, .unary, deadline, remoteOpen: false)
    streams[slot].phase = .running
    settle(slot, reply, now)
  }

  /// Starts the handler of a method that takes a stream; its first message may be in the REQUEST.
  private mutating func startStream(
    _ slot: Int, _ method: Int, _ bytesMax: Int, _ first: Bytes, _ metadata: Metadata
  ) {
    let isOpen = streams[slot].remoteOpen
    let incoming = IncomingMessages(
      method: method, bytesMax: bytesMax, metadata: metadata,
      windowBytes: link.limits.streamWindowBytes, message: nil)
    streams[slot].incoming = incoming
    dispatch(slot, method, .empty, metadata, isPacked: false)
    // Stock ttrpc clients open with an empty payload that is no message and do not say ND.
    let isOpening = link.profile == .compat && isOpen && first.isEmpty
    if !current.flags.contains(.noData) && !isOpening {
      deliver(slot, incoming, first, isPacked: isPacked(slot))
    }
    if !isOpen { actions.append(.messagesEnded(StreamID(streams[slot].id))) }
  }

  /// Hands a call to its handler.
  mutating func dispatch(
    _ slot: Int, _ method: Int, _ message: Bytes, _ metadata: Metadata, isPacked: Bool
  ) {
    streams[slot].phase = .running
    streams[slot].handlerRunning = true
    let expiry = streams[slot].deadline!
    newCalls.append(
      IncomingCall(
        stream: StreamID(streams[slot].id), method: method, kind: streams[slot].kind,
        message: message, metadata: metadata, expiry: expiry,
        encoding: isPacked ? streams[slot].encoding : .identity,
        answerEncoding: streams[slot].answerEncoding))
  }

  // MARK: Answers without a handler

  /// Answers a call that never got a record.
  private mutating func answer(_ id: UInt32, _ error: ServiceError) {
    link.counters.refused += 1
    sendStatus(id, error, Metadata())
  }

  /// Native clients know how many calls they may have: each one over that counts like a reset.
  private mutating func refuseForLackOfSlots(_ id: UInt32, _ now: Moment) {
    if link.profile == .native, let flood = link.flood.reset(now) {
      return fail(.flood(flood), now)
    }
    refuse(id, Refusal.tooManyStreams)
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
  mutating func answerViolation(_ id: UInt32, _ error: ServiceError, _ now: Moment) {
    link.counters.streamErrors += 1
    if let flood = link.flood.reset(now) { return fail(.flood(flood), now) }
    sendStatus(id, error, Metadata())
    link.countUnasked()
  }

  /// Ends a call whose client broke a rule on it.
  mutating func endForViolation(_ slot: Int, _ error: ServiceError, _ now: Moment) {
    link.counters.streamErrors += 1
    if let flood = link.flood.reset(now) { return fail(.flood(flood), now) }
    sendStatus(streams[slot].id, error, Metadata())
    abandon(slot, .protocolViolation, now)
  }
}
