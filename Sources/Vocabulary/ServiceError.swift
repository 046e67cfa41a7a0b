// What a caller may learn about a call that could not be answered.

/// The one error type that crosses the service boundary: a status code, a short message and a structured
/// detail. Nothing in it may hold personal data, file paths or a peer's text.
package struct ServiceError: Error, Sendable, Equatable {
  /// Status code; never `.ok`.
  package let code: StatusCode
  /// One English sentence: which field, which limit, what to do.
  package let message: String
  /// The same for programs.
  package let detail: ErrorDetail
  /// What lies behind a fault of the server, for the operator's log alone: never sent. Text of ours or of a runtime,
  /// nothing of a caller.
  package let cause: String?

  /// - Precondition: `code` is not `.ok`.
  package init(
    _ code: StatusCode, _ message: String, _ detail: ErrorDetail, cause: String? = nil
  ) {
    precondition(code != .ok, "an error needs an error code")
    self.code = code
    self.message = message
    self.detail = detail
    self.cause = cause
  }

  /// The same error as that of the call `id`.
  package func of(call id: CallID) -> ServiceError {
    var detail = detail
    detail.requestID = id
    return ServiceError(code, message, detail, cause: cause)
  }
}

/// The structured part of an error: `idv.v1.ErrorDetail` on the wire, one entry in `Proto/ERRORS.md` a symbol.
package struct ErrorDetail: Sendable, Equatable {
  /// Stable upper-case name of what went wrong, from the closed set in `ErrorSymbol`.
  package var symbol: ErrorSymbol
  /// Path of the offending request field (`a.inline`), empty if none.
  package var field: String
  /// The limit that was broken, with its unit (`3145728 bytes`), empty if none.
  package var limit: String
  /// What the caller should do next.
  package var advice: NextAction
  /// Whether the same request may succeed later unchanged.
  package var retryable: Bool
  /// How long to wait before a retry, in milliseconds; 0 when there is no hint.
  package var retryAfterMillis: UInt32
  /// Names the call in the operator's log; set by the router. Nil where the connection refused the call, or whoever
  /// answered told none.
  package var requestID: CallID?

  package init(
    _ symbol: ErrorSymbol, field: String = "", limit: String = "", advice: NextAction = .none,
    retryable: Bool = false, retryAfterMillis: UInt32 = 0
  ) {
    self.symbol = symbol
    self.field = field
    self.limit = limit
    self.advice = advice
    self.retryable = retryable
    self.retryAfterMillis = retryAfterMillis
  }
}

/// What a caller should do about an answer or an error.
package enum NextAction: Int32, Sendable, CaseIterable {
  /// Nothing in particular.
  case none = 0
  /// Capture a new picture and call again.
  case retryCapture = 1
  /// Correct the named field.
  case correctInput = 2
  /// Wait as told, then call again unchanged.
  case waitAndRetry = 3
  /// The daily limit is used up.
  case retryTomorrow = 4
  /// Offer the person another way.
  case useOtherChannel = 5
  /// A fault that the operator has to look at; quote the request id.
  case contactSupport = 6
  /// A human should decide.
  case manualReview = 7
  /// The authority's record has to be refreshed.
  case updateRecordAtAuthority = 8
}
