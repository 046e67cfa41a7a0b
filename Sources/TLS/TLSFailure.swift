// Why a TLS session failed: a closed set, safe for logs and metric labels.

internal import COpenSSL

/// Why a session ended other than by both sides' wish. Holds nothing the peer sent.
package enum TLSFailure: String, Error, Sendable, CaseIterable {
  /// The first bytes are not TLS: a plaintext client, or a scanner.
  case notTLS = "not_tls"
  /// No common protocol version.
  case versionMismatch = "version_mismatch"
  /// No common cipher suite, group or signature algorithm.
  case noSharedAlgorithm = "no_shared_algorithm"
  /// None of the peer's application protocols is served (alert 120).
  case noSharedProtocol = "no_shared_protocol"
  /// A certificate is required and none came.
  case certificateMissing = "certificate_missing"
  /// The peer's certificate does not lead to a trusted authority.
  case certificateUntrusted = "certificate_untrusted"
  /// The peer's certificate, or one above it, has expired.
  case certificateExpired = "certificate_expired"
  /// The peer's certificate, or one above it, is not valid yet.
  case certificateNotYetValid = "certificate_not_yet_valid"
  /// The peer's certificate, or one above it, was revoked.
  case certificateRevoked = "certificate_revoked"
  /// Nobody can say whether the peer's certificate was revoked: an authority's list is missing, has ended or
  /// is not signed by it.
  case revocationUnknown = "revocation_unknown"
  /// The peer's certificate is for another name or address.
  case certificateNameMismatch = "certificate_name_mismatch"
  /// The peer's certificate is not for this purpose, or breaks another rule.
  case certificateUnsuitable = "certificate_unsuitable"
  /// The peer refused our certificate.
  case peerRefusedCertificate = "peer_refused_certificate"
  /// The peer requires a certificate and we sent none.
  case peerRequiresCertificate = "peer_requires_certificate"
  /// The peer serves none of our application protocols.
  case peerRefusedProtocol = "peer_refused_protocol"
  /// The peer ended the session by another alert.
  case peerAlert = "peer_alert"
  /// The connection ended inside the handshake, or without a close notice.
  case truncated = "truncated"
  /// A record that fails authentication or is malformed.
  case damagedRecord = "damaged_record"
  /// A message out of order, a renegotiation, or another break of the protocol.
  case protocolViolation = "protocol_violation"
  /// Out of memory or a fault of ours.
  case internalFault = "internal_fault"
}

extension TLSFailure {
  /// Reads and empties this thread's error queue after a failed call on `ssl`.
  static func drain(_ ssl: OpaquePointer, handshakeDone: Bool) -> TLSFailure {
    var found: TLSFailure?
    while true {
      let error = ERR_get_error()
      if error == 0 { break }
      if found == nil, copenssl_error_is_library_ssl(error) != 0 {
        found = reason(copenssl_error_reason(error), ssl, handshakeDone: handshakeDone)
      }
    }
    return found ?? .internalFault
  }

  private static func reason(
    _ code: Int32, _ ssl: OpaquePointer, handshakeDone: Bool
  ) -> TLSFailure {
    switch code {
    case SSL_R_CERTIFICATE_VERIFY_FAILED: verification(SSL_get_verify_result(ssl))
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .certificateMissing
    case SSL_R_NO_APPLICATION_PROTOCOL: .noSharedProtocol
    case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: .notTLS
    case SSL_R_WRONG_VERSION_NUMBER: handshakeDone ? .damagedRecord : .notTLS
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_SSL_VERSION,
      SSL_R_UNKNOWN_PROTOCOL,
      SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      .versionMismatch
    case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
      SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
      SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
      .noSharedAlgorithm
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: .peerRefusedProtocol
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: .peerRequiresCertificate
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
      SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
      SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_TLSV1_ALERT_UNKNOWN_CA,
      SSL_R_TLSV1_ALERT_ACCESS_DENIED, SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
      .peerRefusedCertificate
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: .truncated
    case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, SSL_R_BAD_RECORD_TYPE,
      SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_DATA_LENGTH_TOO_LONG,
      SSL_R_LENGTH_TOO_LONG, SSL_R_RECORD_LENGTH_MISMATCH, SSL_R_BAD_LENGTH,
      SSL_R_RECORD_TOO_SMALL:
      .damagedRecord
    case alertReasons: .peerAlert
    // What libssl says when a certificate or a key of the peer is not even readable.
    case Int32(ERR_R_ASN1_LIB), Int32(ERR_R_X509_LIB), Int32(ERR_R_EC_LIB): .protocolViolation
    // Out of memory and internal errors of libssl have larger codes (ERR_R_FATAL of err.h).
    default: code > alertReasons.upperBound ? .internalFault : .protocolViolation
    }
  }

  /// Reason codes of received alerts: SSL_AD_REASON_OFFSET of ssl.h and one byte.
  private static let alertReasons: ClosedRange<Int32> = 1000...1255

  private static func verification(_ result: Int) -> TLSFailure {
    switch Int32(truncatingIfNeeded: result) {
    case X509_V_ERR_CERT_HAS_EXPIRED: .certificateExpired
    case X509_V_ERR_CERT_NOT_YET_VALID: .certificateNotYetValid
    case X509_V_ERR_CERT_REVOKED: .certificateRevoked
    case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
      X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
      X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, X509_V_ERR_DIFFERENT_CRL_SCOPE,
      X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, X509_V_ERR_CRL_PATH_VALIDATION_ERROR,
      X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD,
      X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
      .revocationUnknown
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .certificateNameMismatch
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
      X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
      X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
      X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_CHAIN_TOO_LONG:
      .certificateUntrusted
    case X509_V_ERR_OUT_OF_MEM: .internalFault
    default: .certificateUnsuitable
    }
  }
}
