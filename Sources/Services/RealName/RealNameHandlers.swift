// The service idv.v1.RealName: do these elements belong together? Nothing that is asked is kept.

internal import Decisions
internal import Messages
internal import RPC
internal import RealName
internal import Vocabulary

/// Handles `idv.v1.RealName`. Safe from any thread.
package struct RealNameHandlers: Sendable {
  let desk: ElementDesk
  let scenes: Scenes
  /// Reads cards; nil while models warm. Asked for only when a card comes: elements need no models.
  private let pipeline: @Sendable () -> DocumentPipeline?

  package init(
    desk: ElementDesk, scenes: Scenes,
    documents: @escaping @Sendable () -> DocumentPipeline?
  ) {
    self.desk = desk
    self.scenes = scenes
    pipeline = documents
  }

  /// - Throws: `unavailable` while models warm.
  func documents() throws(ServiceError) -> DocumentPipeline {
    guard let pipeline = pipeline() else {
      throw ServiceError(
        .unavailable, "The server's models are not loaded yet; wait and call again.",
        ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true, retryAfterMillis: 1000))
    }
    return pipeline
  }

  func elements() -> CheckedElements { CheckedElements(today: desk.today()) }

  func header(
    _ call: CallContext, _ request: CheckedHeader, _ answer: ElementAnswer
  ) -> ResponseHeader {
    ResponseHeader(
      call, request, answer.resultClass, advice: answer.advice, policy: RealNamePolicy.version,
      models: [])
  }
}

extension Messages.Carrier {
  init(_ carrier: PhoneCarrier?) {
    self = Messages.Carrier(rawValue: carrier?.rawValue ?? 0)
  }

  /// The carrier that is named; nil for UNSPECIFIED.
  func known(_ field: String) throws(ServiceError) -> PhoneCarrier? {
    guard self != .unspecified else { return nil }
    guard let carrier = PhoneCarrier(rawValue: rawValue) else { throw .unknownValue(field) }
    return carrier
  }
}

extension HashAlgorithm {
  /// Nil for UNSPECIFIED: elements themselves.
  func known(_ field: String) throws(ServiceError) -> ElementHash? {
    switch self {
    case .unspecified: nil
    case .md5: .md5
    case .sha256: .sha256
    case .sm3: .sm3
    case .unrecognized: throw .unknownValue(field)
    }
  }
}
