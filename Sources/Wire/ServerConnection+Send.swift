// Messages and answers on their way to the client.

package import Vocabulary

extension ServerConnection {
  /// Sends one message of a method that streams to the client. It waits for its turn, and in the native profile for
  /// the peer's windows; a sender that is told that there is no room should wait for `.sendRoom`.
  package mutating func send(
    _ stream: StreamID, _ message: OutgoingMessage, now: Instant
  ) -> SendResult {
    guard let slot = streams.slot(of: stream.raw), streams[slot].phase == .running,
      streams[slot].kind.serverStreams
    else { return .closed }
    let limit =
      link.profile == .native ? link.peer.messageBytesMax : link.limits.compatFrameBytesMax
    guard message.count <= limit else {
      return .tooLarge(Refusal.responseTooLarge(limitBytes: limit))
    }
    assert(message.encoding == .identity || message.encoding == streams[slot].answerEncoding)
    if streams[slot].outgoing == nil { nameEncoding(slot) }
    let outgoing = streams[slot].outgoing ?? OutgoingQueue()
    streams[slot].outgoing = outgoing
    outgoing.append(message)
    chargeOutgoing(slot, MessageAssembly.cost(message.count))
    requeue(slot)
    let hasRoom = outgoing.pendingBytes < link.limits.streamQueueBytesMax
    outgoing.isWaitedFor = !hasRoom
    link.noteOutput(now)
    return .taken(hasRoom: hasRoom)
  }

  /// Answers a call. Ignored when the call is not waiting for an answer any more.
  ///
  /// A small answer is written at once; a large one waits for its turn, and in the native profile for the
  /// peer's windows. Where the method streams to the client, the answer follows the messages sent.
  package mutating func respond(_ stream: StreamID, _ reply: Reply, now: Instant) {
    guard let slot = streams.slot(of: stream.raw), streams[slot].phase == .running else { return }
    settle(slot, reply, now)
    link.noteOutput(now)
  }

  /// `respond` and `handlerEnded` in one: what most handlers do.
  package mutating func conclude(_ stream: StreamID, _ reply: Reply, now: Instant) {
    guard let slot = streams.slot(of: stream.raw), streams[slot].handlerRunning else { return }
    streams[slot].handlerRunning = false
    switch streams[slot].phase {
    case .running:
      settle(slot, reply, now)
      // What does not wait to be sent is gone.
      if streams[slot].id == stream.raw { giveBack(slot) }
    case .lingering:
      remove(slot, now)
      finishIfDone()
    case .vacant, .receiving, .replying:
      giveBack(slot)
    }
    link.noteOutput(now)
  }

  /// What the handler was given is free, what it gave still waits to be sent.
  private mutating func giveBack(_ slot: Int) {
    charge(slot, -streams[slot].incomingBytes)
    returnWithheld()
  }

  mutating func settle(_ slot: Int, _ reply: Reply, _ now: Moment) {
    switch reply {
    case .failure(let error, let trailers):
      endAfterMessages(slot, error, trailers, now)
    case .success(let message, let trailers):
      if let error = trailersFault(trailers) {
        endAfterMessages(slot, error, Metadata(), now)
      } else if streams[slot].kind.serverStreams {
        endAfterMessages(slot, nil, trailers, now)
      } else if let error = replyFault(message, trailers) {
        end(slot, error, Metadata(), now)
      } else {
        succeed(slot, message, trailers, now)
      }
    }
  }

  /// Sends metadata ahead of the answer: once, native only, dropped when the call is over, when a message has been
  /// sent, or when they break the rules of metadata.
  package mutating func sendHeaders(_ stream: StreamID, _ headers: Metadata) {
    guard link.profile == .native, let slot = streams.slot(of: stream.raw),
      streams[slot].phase == .running, !streams[slot].headersSent, streams[slot].outgoing == nil,
      MetadataRules.fault(
        headers, bytesMax: link.metadataBytesSendable, pairsMax: link.limits.metadataPairsMax)
        == nil
    else { return }
    writeHeaders(slot, headers)
  }

  private mutating func writeHeaders(_ slot: Int, _ headers: Metadata) {
    streams[slot].headersSent = true
    let encoding = streams[slot].answerEncoding
    let size = MetadataRules.size(headers, field: 1) + encoding.nameSize(field: 100)
    link.frame(.headers, [], stream: streams[slot].id, size) {
      MetadataRules.write(headers, field: 1, to: &$0)
      encoding.writeName(field: 100, to: &$0)
    }
  }

  /// Ahead of the first DATA: names what messages may be packed with, unless that is done.
  private mutating func nameEncoding(_ slot: Int) {
    guard streams[slot].answerEncoding != .identity, !streams[slot].headersSent else { return }
    writeHeaders(slot, Metadata())
  }

  /// The largest message that the client takes, packed or not.
  package var messageBytesSendable: Int { link.peer.messageBytesMax }

  /// The handler of `stream` has ended: its slot and its memory are free. A handler that ends without an
  /// answer is answered for.
  package mutating func handlerEnded(_ stream: StreamID, now: Instant) {
    guard let slot = streams.slot(of: stream.raw), streams[slot].handlerRunning else { return }
    if streams[slot].phase == .running { end(slot, Refusal.handlerSilent, Metadata(), now) }
    streams[slot].handlerRunning = false
    if streams[slot].phase == .lingering {
      remove(slot, now)
      finishIfDone()
    } else {
      giveBack(slot)
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

  // MARK: Answers

  // (Mutating only because a borrowed connection would be copied.)

  private mutating func trailersFault(_ trailers: Metadata) -> ServiceError? {
    guard !trailers.isEmpty else { return nil }
    let fault = MetadataRules.fault(
      trailers, bytesMax: link.metadataBytesSendable, pairsMax: link.limits.metadataPairsMax)
    return fault == nil ? nil : Refusal.trailersTooLarge
  }

  private mutating func replyFault(_ message: OutgoingMessage, _ trailers: Metadata)
    -> ServiceError?
  {
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

  private mutating func succeed(
    _ slot: Int, _ message: OutgoingMessage, _ trailers: Metadata, _ now: Moment
  ) {
    if isSentAtOnce(message, trailers) {
      sendInline(streams[slot].id, message, trailers)
      close(slot, now)
      return
    }
    if message.encoding != .identity { nameEncoding(slot) }
    streams[slot].phase = .replying
    dropIncoming(slot)
    streams[slot].outgoing = OutgoingQueue(message, end: .reply(nil, trailers: trailers))
    chargeOutgoing(slot, MessageAssembly.cost(message.count))
    requeue(slot)
  }

  private mutating func isSentAtOnce(
    _ message: borrowing OutgoingMessage, _ trailers: Metadata
  ) -> Bool {
    message.count <= link.limits.coalescedBytesMax && isInline(message, trailers)
      && link.outbox.pendingBytes < link.limits.outboundBytesMax
  }

  /// Sends the answer of a call that has no record. False when it needs one.
  mutating func sendAtOnce(_ id: UInt32, _ reply: Reply) -> Bool {
    guard case .success(let message, let trailers) = reply, trailersFault(trailers) == nil,
      isSentAtOnce(message, trailers), replyFault(message, trailers) == nil
    else { return false }
    sendInline(id, message, trailers)
    return true
  }

  /// Ends a call once the messages sent on it are out.
  private mutating func endAfterMessages(
    _ slot: Int, _ error: ServiceError?, _ trailers: Metadata, _ now: Moment
  ) {
    if let outgoing = streams[slot].outgoing, outgoing.count > 0 {
      streams[slot].phase = .replying
      dropIncoming(slot)
      outgoing.end = .reply(error, trailers: trailers)
      requeue(slot)
    } else {
      end(slot, error, trailers, now)
    }
  }

  /// Ends a call with a status, or an OK stream.
  mutating func end(
    _ slot: Int, _ error: ServiceError?, _ trailers: Metadata, _ now: Moment
  ) {
    let id = streams[slot].id
    if let error {
      sendStatus(id, error, trailersFault(trailers) == nil ? trailers : Metadata())
    } else if link.profile == .compat {
      // Stock clients take a RESPONSE here for one more message. Trailers have no place.
      link.frame(.data, [.remoteClosed, .noData], stream: id, 0) { _ in }
    } else {
      sendEmptyResponse(id, trailers)
    }
    close(slot, now)
  }

  // MARK: Frames

  static func replySize(_ messageBytes: Int, _ trailers: Metadata) -> Int {
    (messageBytes == 0 ? 0 : ProtoWriter.fieldSize(2, messageBytes))
      + (trailers.isEmpty ? 0 : MetadataRules.size(trailers, field: 100))
  }

  /// Whether an answer goes into one RESPONSE frame.
  mutating func isInline(_ message: borrowing OutgoingMessage, _ trailers: Metadata) -> Bool {
    if link.profile == .compat { return true }
    let size = Self.replySize(message.count, trailers) + message.encoding.nameSize(field: 101)
    return size <= link.peer.frameBytesMax
  }

  /// Writes a RESPONSE that holds its message.
  mutating func sendInline(_ id: UInt32, _ message: OutgoingMessage, _ trailers: Metadata) {
    if message.encoding != .identity { return sendPackedInline(id, message, trailers) }
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

  /// The same for a compressed message: such a RESPONSE names its encoding.
  @inline(never)
  private mutating func sendPackedInline(
    _ id: UInt32, _ message: OutgoingMessage, _ trailers: Metadata
  ) {
    let count = message.count
    let head = count == 0 ? 0 : ProtoWriter.fieldSize(2, count) - count
    let tail = message.encoding.nameSize(field: 101) + MetadataRules.size(trailers, field: 100)
    link.frameHead(.response, .compressed, stream: id, length: head + count + tail, head) {
      if count > 0 { $0.fieldHead(2, count) }
    }
    link.payload(message)
    link.outbox.append(tail) {
      var writer = ProtoWriter($0)
      MetadataRules.write(trailers, field: 100, to: &writer)
      message.encoding.writeName(field: 101, to: &writer)
    }
  }

  /// Writes a RESPONSE without a message: what there was has gone as DATA. Native only.
  mutating func sendEmptyResponse(_ id: UInt32, _ trailers: Metadata) {
    link.frame(.response, .noData, stream: id, MetadataRules.size(trailers, field: 100)) {
      MetadataRules.write(trailers, field: 100, to: &$0)
    }
  }

  /// Writes a RESPONSE with an error status.
  mutating func sendStatus(_ id: UInt32, _ error: ServiceError, _ trailers: Metadata) {
    let error = StatusMessage.bounded(error)
    let status = StatusMessage.size(error)
    let size = ProtoWriter.fieldSize(1, status) + MetadataRules.size(trailers, field: 100)
    let flags: FrameFlags = link.profile == .native ? .noData : []
    link.frame(.response, flags, stream: id, size) { writer in
      writer.fieldHead(1, status)
      StatusMessage.write(error, to: &writer)
      MetadataRules.write(trailers, field: 100, to: &writer)
    }
  }
}
