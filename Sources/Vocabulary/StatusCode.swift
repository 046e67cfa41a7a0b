// The sixteen status codes of an RPC, numbered as in gRPC (grpc.github.io, "Status codes and their use").

/// How a call ended, apart from what it found: a person who was not recognised is still `ok`.
package enum StatusCode: UInt32, Sendable, CaseIterable {
  /// The call was carried out. The verdict is in the message.
  case ok = 0
  /// The caller gave up. Retry only if the caller still wants the answer.
  case cancelled = 1
  /// An error whose kind is not known. Treat like `internal`.
  case unknown = 2
  /// The request itself is wrong whatever the server's state; do not retry it unchanged.
  case invalidArgument = 3
  /// Time ran out before an answer. A retry needs a longer deadline.
  case deadlineExceeded = 4
  /// The named thing does not exist.
  case notFound = 5
  /// The thing to be created exists.
  case alreadyExists = 6
  /// The caller is known but may not do this. Not a matter of credentials (`unauthenticated`).
  case permissionDenied = 7
  /// A quota, a size limit or a queue is full. Retry only when the detail says so.
  case resourceExhausted = 8
  /// The system is not in the state the call needs; correct that first.
  case failedPrecondition = 9
  /// A conflict with a concurrent call; retry at a higher level.
  case aborted = 10
  /// Past the valid range of a position.
  case outOfRange = 11
  /// The server does not know this service or method.
  case unimplemented = 12
  /// A fault of the server. Details go to the operator, not to the caller.
  case `internal` = 13
  /// The server cannot serve now (draining, starting); retry with back-off.
  case unavailable = 14
  /// Stored data are damaged beyond recovery.
  case dataLoss = 15
  /// No valid credentials.
  case unauthenticated = 16

  /// The name as it is written in protocol documents: `INVALID_ARGUMENT`.
  package var name: String {
    switch self {
    case .ok: "OK"
    case .cancelled: "CANCELLED"
    case .unknown: "UNKNOWN"
    case .invalidArgument: "INVALID_ARGUMENT"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .outOfRange: "OUT_OF_RANGE"
    case .unimplemented: "UNIMPLEMENTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .dataLoss: "DATA_LOSS"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }
}
