// Why there is no connection, said so that the reader knows what to check.

internal import NIOCore
internal import NIOPosix
internal import TLS
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Why a connection could not be made or was lost.
enum ConnectionFault: Sendable, Equatable {
  case refused
  case unreachable
  case unknownHost
  case connectTimedOut
  case handshakeTimedOut
  /// The server went away in the middle of the handshake.
  case handshakeAbandoned
  case tls(TLSFailure)
  case lost
  case clientClosed

  /// Reads what NIO says about a failed connect.
  init(connecting error: any Error) {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first {
        self.init(connecting: first.error)
      } else {
        self = .unknownHost
      }
    case let error as IOError:
      switch error.errnoCode {
      case ECONNREFUSED: self = .refused
      case ETIMEDOUT: self = .connectTimedOut
      default: self = .unreachable
      }
    case ChannelError.connectTimeout: self = .connectTimedOut
    default: self = .unreachable
    }
  }

  /// The error that waiting calls get. `place` is the configured host and port.
  func error(_ place: String) -> ServiceError {
    if self == .clientClosed {
      return ServiceError(
        .cancelled, "The client was closed before the call was answered.",
        ErrorDetail(.cancelled))
    }
    return ServiceError(
      .unavailable, "No connection to \(place): \(what)",
      ErrorDetail(.notServing, advice: .waitAndRetry, retryable: isTransient))
  }

  /// Whether trying again without changing anything may help.
  private var isTransient: Bool {
    switch self {
    case .tls(let failure): failure == .truncated
    case .unknownHost: false
    default: true
    }
  }

  private var what: String {
    switch self {
    case .refused: "nobody listens there; check the port and that the server runs."
    case .unreachable: "the host cannot be reached; check the address and the network."
    case .unknownHost: "the host name is not known; check its spelling."
    case .connectTimedOut: "no answer in time; check the address and the firewall."
    case .handshakeTimedOut, .handshakeAbandoned:
      "the TLS handshake did not finish; check that the port is an idv server's."
    case .tls(let failure): Self.explain(failure)
    case .lost: "the connection was lost; the call may or may not have been carried out."
    case .clientClosed: "the client was closed."
    }
  }

  private static func explain(_ failure: TLSFailure) -> String {
    switch failure {
    case .notTLS: "the port does not speak TLS; check the port."
    case .versionMismatch: "client and server have no TLS version in common."
    case .noSharedAlgorithm: "client and server have no TLS algorithm in common."
    case .certificateUntrusted:
      "the server's certificate is not from the trusted authority; check the file of authorities."
    case .certificateExpired: "the server's certificate has expired; the operator must renew it."
    case .certificateNotYetValid:
      "the server's certificate is not valid yet; check this machine's clock."
    case .certificateNameMismatch:
      "the server's certificate is for another name; connect by a name that it holds."
    case .certificateRevoked, .revocationUnknown, .certificateUnsuitable, .certificateMissing:
      "the server's certificate cannot be used (\(failure.rawValue))."
    case .peerRefusedCertificate:
      "the server refused this client's certificate; check that its authority signed it and that it "
        + "has not expired."
    case .peerRequiresCertificate:
      "the server asks for a client certificate; give a certificate and its key."
    case .peerRefusedProtocol, .noSharedProtocol:
      "the server does not serve this protocol; check the profile and the port."
    case .truncated: "the connection was cut."
    case .peerAlert, .damagedRecord, .protocolViolation, .internalFault:
      "TLS failed (\(failure.rawValue))."
    }
  }
}
