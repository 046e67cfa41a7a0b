// The answers the wire layer gives by itself: one call is refused, the connection lives on.

internal import Vocabulary

/// Every status the wire layer sends of its own accord. PROTOCOL.md, "Errors of a call", is this list.
enum Refusal {
  static let unknownService = ServiceError(
    .unimplemented, "This server has no such service; check the name and the server's version.",
    ErrorDetail(.unknownService, field: "service"))

  static let unknownMethod = ServiceError(
    .unimplemented, "The service has no such method; check the name and the server's version.",
    ErrorDetail(.unknownMethod, field: "method"))

  static let malformedEnvelope = ServiceError(
    .invalidArgument, "The request envelope is not a valid protobuf message.",
    ErrorDetail(.malformedMessage, field: "envelope", advice: .correctInput))

  static let encodingUnsupported = ServiceError(
    .unimplemented, "This message encoding is not supported; send messages as they are.",
    ErrorDetail(.protocolViolation, field: "encoding", advice: .correctInput))

  static let encodingUnnamed = ServiceError(
    .invalidArgument, "A compressed message on a stream that names no encoding.",
    ErrorDetail(.protocolViolation, field: "encoding", advice: .correctInput))

  static let misplacedCompression = ServiceError(
    .invalidArgument, "Z belongs on the first frame of a message, and on no frame without one.",
    ErrorDetail(.protocolViolation, field: "encoding", advice: .correctInput))

  static let cardinality = ServiceError(
    .unimplemented, "This method takes exactly one message; do not stream to it.",
    ErrorDetail(.protocolViolation, limit: "1 message", advice: .correctInput))

  static let evenStream = ServiceError(
    .invalidArgument, "Stream ids of calls are odd.", ErrorDetail(.protocolViolation))

  static let reusedStream = ServiceError(
    .invalidArgument, "Stream ids must increase and are never used again.",
    ErrorDetail(.protocolViolation))

  static let inactiveStream = ServiceError(
    .invalidArgument, "Data on a stream that is not open.", ErrorDetail(.protocolViolation))

  static let dataAfterClose = ServiceError(
    .invalidArgument, "Data on a stream whose client side is closed.",
    ErrorDetail(.protocolViolation))

  static let malformedFragment = ServiceError(
    .invalidArgument, "A fragment with MORE must not be empty nor close the stream.",
    ErrorDetail(.protocolViolation))

  static let deadline = ServiceError(
    .deadlineExceeded, "The deadline passed before the answer was ready.",
    ErrorDetail(.deadlineExceeded, advice: .waitAndRetry, retryable: true))

  static let tooManyStreams = ServiceError(
    .unavailable, "Too many calls at a time on this connection; wait for one to end.",
    ErrorDetail(.overloaded, limit: "streams", advice: .waitAndRetry, retryable: true))

  static let draining = ServiceError(
    .unavailable, "The server is shutting down; call again on a new connection.",
    ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true))

  static let memoryFull = ServiceError(
    .resourceExhausted, "The server has no memory left for this message; try again later.",
    ErrorDetail(.overloaded, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000))

  static let handlerSilent = ServiceError(
    .internal, "The server ended the call without an answer.",
    ErrorDetail(.internalFault, advice: .contactSupport))

  static let cancelled = ServiceError(
    .cancelled, "The call was cancelled.", ErrorDetail(.cancelled))

  static let connectionLost = ServiceError(
    .unavailable, "The connection was lost before the answer came.",
    ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true))

  static let malformedResponse = ServiceError(
    .internal, "The peer's answer breaks the protocol.", ErrorDetail(.protocolViolation))

  static let answerCardinality = ServiceError(
    .unimplemented, "The answer does not hold exactly one message.",
    ErrorDetail(.protocolViolation, limit: "1 message"))

  static let trailersTooLarge = ServiceError(
    .internal, "The answer's metadata is over the caller's limit.", ErrorDetail(.internalFault))

  static func frameTooLarge(limitBytes: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "The frame is over the limit; send less, or use the native profile.",
      ErrorDetail(.payloadTooLarge, limit: "\(limitBytes) bytes", advice: .correctInput))
  }

  static func messageTooLarge(limitBytes: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "The message is over the method's limit; send less.",
      ErrorDetail(
        .payloadTooLarge, field: "message", limit: "\(limitBytes) bytes", advice: .correctInput))
  }

  static func requestTooLarge(limitBytes: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "The message is over what the server takes; send less.",
      ErrorDetail(
        .payloadTooLarge, field: "message", limit: "\(limitBytes) bytes", advice: .correctInput))
  }

  static func responseTooLarge(limitBytes: Int) -> ServiceError {
    ServiceError(
      .resourceExhausted, "The answer is over the caller's limit; raise it or ask for less.",
      ErrorDetail(.payloadTooLarge, field: "answer", limit: "\(limitBytes) bytes"))
  }

  static func metadata(_ fault: MetadataFault, limits: WireLimits) -> ServiceError {
    switch fault {
    case .tooManyPairs:
      ServiceError(
        .resourceExhausted, "Too many metadata pairs.",
        ErrorDetail(
          .invalidMetadata, field: "metadata", limit: "\(limits.metadataPairsMax) pairs",
          advice: .correctInput))
    case .tooManyBytes:
      ServiceError(
        .resourceExhausted, "The metadata is too large.",
        ErrorDetail(
          .invalidMetadata, field: "metadata", limit: "\(limits.metadataBytesMax) bytes",
          advice: .correctInput))
    case .badKey:
      ServiceError(
        .invalidArgument, "Metadata keys are 1 or more of a-z 0-9 _ . -",
        ErrorDetail(.invalidMetadata, field: "metadata.key", advice: .correctInput))
    case .badValue:
      ServiceError(
        .invalidArgument, "Metadata values are UTF-8 text without control characters.",
        ErrorDetail(.invalidMetadata, field: "metadata.value", advice: .correctInput))
    }
  }
}
