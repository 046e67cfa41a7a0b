// Resumption on the server's side: who may come back with a ticket, and until when.

internal import COpenSSL

/// Decides about session tickets of one server context. libssl calls it while shaking hands.
///
/// A ticket holds the client's certificate and, sealed with it, until when the verification that led to
/// it stands: the earliest end of the certificates in its chain, of the revocation lists (unless stale
/// ones are used) and of `TLSLimits.resumptionSecondsMax`. Everything else that was verified (who is
/// trusted, who is revoked) cannot change while a context lives, and another context has other keys. So a
/// ticket that opens and is not over is worth as much as verifying the chain again, at no cost; one that is
/// over leads to a full handshake, where the certificate is judged afresh.
final class TicketRules: Sendable {
  /// Seconds since 1970 at which the first revocation list ends; `.max` without any.
  let listsUntil: Int
  /// Whether a session without a client certificate is of no use.
  let needsCertificate: Bool
  private let clock: @Sendable () -> Int

  init(listsUntil: Int, needsCertificate: Bool, clock: @escaping @Sendable () -> Int) {
    self.listsUntil = listsUntil
    self.needsCertificate = needsCertificate
    self.clock = clock
  }

  /// Makes libssl ask `self`, which must outlive `context` and its sessions.
  func attach(to context: OpaquePointer) -> Bool {
    SSL_CTX_set_session_ticket_cb(
      context,
      { ssl, rules in
        guard let ssl, let rules else { return 0 }
        return Unmanaged<TicketRules>.fromOpaque(rules).takeUnretainedValue().seal(ssl) ? 1 : 0
      },
      { _, session, _, _, status, rules in
        guard let rules else { return SSL_TICKET_RETURN(SSL_TICKET_RETURN_IGNORE_RENEW) }
        return Unmanaged<TicketRules>.fromOpaque(rules).takeUnretainedValue().open(session, status)
      }, Unmanaged.passUnretained(self).toOpaque()) == 1
  }

  /// A ticket is about to be sealed: writes into its session until when it is good.
  private func seal(_ ssl: OpaquePointer) -> Bool {
    // A session that was itself resumed keeps the end that it came with.
    if SSL_session_reused(ssl) == 1 { return true }
    guard let session = SSL_get_session(ssl) else { return false }
    let chain = copenssl_chain_until(ssl)
    let until = min(
      clock() + TLSLimits.resumptionSecondsMax, listsUntil, chain < 0 ? .max : Int(chain))
    return withUnsafeBytes(of: Int64(until).bigEndian) {
      SSL_SESSION_set1_ticket_appdata(session, $0.baseAddress, $0.count) == 1
    }
  }

  /// A ticket was opened, or could not be.
  private func open(
    _ session: OpaquePointer?, _ status: SSL_TICKET_STATUS
  ) -> SSL_TICKET_RETURN {
    guard status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW, let session,
      let until = Self.end(of: session), clock() < until,
      !needsCertificate || SSL_SESSION_get0_peer(session) != nil
    else { return SSL_TICKET_RETURN(SSL_TICKET_RETURN_IGNORE_RENEW) }
    return SSL_TICKET_RETURN(SSL_TICKET_RETURN_USE_RENEW)
  }

  private static func end(of session: OpaquePointer) -> Int? {
    var data: UnsafeMutableRawPointer?
    var count = 0
    guard SSL_SESSION_get0_ticket_appdata(session, &data, &count) == 1, let data,
      count == MemoryLayout<Int64>.size
    else { return nil }
    return Int(Int64(bigEndian: data.loadUnaligned(as: Int64.self)))
  }
}
