// RESPONSE frames that arrive at the client: how calls end.

internal import Vocabulary

extension ClientConnection {
  /// A whole RESPONSE.
  mutating func response(
    _ body: UnsafeRawBufferPointer, _ owned: Bytes?, _ now: Moment
  ) {
    guard let slot = streams.slot(of: current.stream) else { return }
    if streams[slot].phase == .sending && link.profile == .native {
      // The server has answered before our message was out: what is left is not sent.
      link.frame(.data, [.remoteClosed, .noData], stream: current.stream, 0) { _ in }
    }
    guard let envelope = ResponseEnvelope(body, limits: link.limits, profile: link.profile) else {
      return failed(slot, CallFailure(Refusal.malformedResponse), now)
    }
    if let error = envelope.error {
      return failed(slot, CallFailure(error, trailers: envelope.trailers), now)
    }
    if let error = answerFault(slot, envelope) {
      return failed(slot, CallFailure(error, trailers: envelope.trailers), now)
    }
    if streams[slot].kind.serverStreams {
      if !envelope.payload.isEmpty {
        // Stock servers never do; some others put the last message of a compat stream here.
        deliver(
          slot, answer(slot), SmallMessage.copy(payload(body, envelope)), isPacked: false)
      }
      return ended(slot, envelope.trailers, now)
    }
    let message: Bytes
    if let assembled = streams[slot].incoming?.message {
      message = assembled
    } else {
      message = owned?[envelope.payload] ?? SmallMessage.copy(payload(body, envelope))
    }
    let stream = StreamID(current.stream)
    let headers = streams[slot].incoming?.headers ?? Metadata()
    let packing = packing(slot, envelope)
    events.append(
      packing == .identity
        ? .response(stream, message: message, headers: headers, trailers: envelope.trailers)
        : .packedResponse(
          stream, message: message, packing, headers: headers, trailers: envelope.trailers))
    close(slot, now)
  }

  /// What the one message of an answer is packed with, whether it is in the RESPONSE or came before it.
  private func packing(_ slot: Int, _ envelope: borrowing ResponseEnvelope) -> MessageEncoding {
    guard link.profile == .native else { return .identity }
    if let incoming = streams[slot].incoming, incoming.message != nil {
      return incoming.isMessagePacked ? streams[slot].answerEncoding : .identity
    }
    guard current.flags.contains(.compressed) else { return .identity }
    return named(slot, envelope)
  }

  /// The encoding that RESPONSE names, or HEADERS before it.
  private func named(_ slot: Int, _ envelope: borrowing ResponseEnvelope) -> MessageEncoding {
    let encoding = envelope.encoding ?? .identity
    return encoding == .identity ? streams[slot].answerEncoding : encoding
  }

  /// What is wrong with the encoding of an answer, or with the flag that says that it has one. Not asked of answers
  /// that have neither.
  @inline(never)
  private func encodingFault(
    _ slot: Int, _ envelope: borrowing ResponseEnvelope
  ) -> ServiceError? {
    guard let encoding = envelope.encoding, link.limits.encodings.takes(encoding) else {
      return Refusal.encodingUnsupported
    }
    let earlier = streams[slot].answerEncoding
    if encoding != .identity && earlier != .identity && encoding != earlier {
      return Refusal.malformedResponse
    }
    guard current.flags.contains(.compressed) else { return nil }
    return current.flags.contains(.noData) || named(slot, envelope) == .identity
      ? Refusal.malformedResponse : nil
  }

  private func payload(
    _ body: UnsafeRawBufferPointer, _ envelope: ResponseEnvelope
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: body[envelope.payload])
  }

  /// What is wrong with an answer that says OK: it must bring exactly one message, within our limit.
  private mutating func answerFault(_ slot: Int, _ envelope: ResponseEnvelope) -> ServiceError? {
    if envelope.payload.count > streams[slot].responseBytesMax {
      return Refusal.responseTooLarge(limitBytes: streams[slot].responseBytesMax)
    }
    guard link.profile == .native else { return nil }
    if envelope.encoding != .identity || current.flags.contains(.compressed),
      let fault = encodingFault(slot, envelope)
    {
      return fault
    }
    let isInline = !current.flags.contains(.noData)
    let incoming = streams[slot].incoming
    let isHalf = incoming?.assembly.isMidMessage ?? false
    if streams[slot].kind.serverStreams {
      return isHalf || isInline || !envelope.payload.isEmpty ? Refusal.malformedResponse : nil
    }
    let hasMessage = incoming?.message != nil
    if isHalf || isInline == hasMessage || (!isInline && !envelope.payload.isEmpty) {
      return Refusal.answerCardinality
    }
    return nil
  }
}
