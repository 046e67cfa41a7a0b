// Resumption on the client's side: what servers gave, to be shown to them once.

internal import COpenSSL
internal import Synchronization

/// Sessions that servers offered to resume, by the host they were verified for. Owned by a client's
/// context; usable from any thread. Each session is used once, so that nobody can tell by it that two
/// connections come from the same client.
final class SessionCache: Sendable {
  /// One session; freed by whoever takes it, or with the cache.
  private struct Entry: @unchecked Sendable {
    // Unchecked because of the pointer: it is in one place at a time.
    let session: OpaquePointer
  }

  private let entries = Mutex<[String: [Entry]]>([:])

  /// Keeps a copy of `session` for `host`, instead of the oldest if there are enough.
  func keep(_ session: OpaquePointer, for host: String) {
    // A copy: libssl spoils the one that belongs to a connection when that ends badly.
    guard SSL_SESSION_is_resumable(session) == 1, let copy = SSL_SESSION_dup(session) else {
      return
    }
    let entry = Entry(session: copy)
    let dropped: [Entry] = entries.withLock { entries in
      guard entries[host] != nil || entries.count < TLSLimits.sessionHostsMax else {
        return [entry]
      }
      entries[host, default: []].append(entry)
      guard let count = entries[host]?.count, count > TLSLimits.sessionsPerHostMax,
        let oldest = entries[host]?.removeFirst()
      else { return [] }
      return [oldest]
    }
    for entry in dropped { SSL_SESSION_free(entry.session) }
  }

  /// Lends the newest session for `host` to `body`, if there is one that the server may still know.
  func use(for host: String, at now: Int, _ body: (OpaquePointer) -> Void) {
    guard let entry = entries.withLock({ $0[host]?.popLast() }) else { return }
    defer { SSL_SESSION_free(entry.session) }
    let made = Int(SSL_SESSION_get_time(entry.session))
    let life = min(Int(SSL_SESSION_get_timeout(entry.session)), TLSLimits.resumptionSecondsMax)
    guard now >= made, now < made + life, let server = SSL_SESSION_get0_peer(entry.session),
      Int(copenssl_seconds(X509_get0_notAfter(server))) > now
    else { return }
    body(entry.session)
  }

  /// Makes libssl report sessions of `context` to the `Place` of their connection.
  static func attach(to context: OpaquePointer) {
    copenssl_report_sessions(context)
    SSL_CTX_sess_set_new_cb(context) { ssl, session in
      guard let ssl, let session, let place = SSL_get_ex_data(ssl, Place.index) else { return 0 }
      Unmanaged<Place>.fromOpaque(place).takeUnretainedValue().keep(session)
      return 0
    }
  }

  deinit {
    entries.withLock { entries in
      for entry in entries.values.joined() { SSL_SESSION_free(entry.session) }
      entries = [:]
    }
  }

  /// Where sessions of one connection go. Owned by the connection's `TLSSession`.
  final class Place {
    /// What ssl.h calls the application's data.
    static let index: Int32 = 0
    let cache: SessionCache
    let host: String

    init(_ cache: SessionCache, host: String) {
      self.cache = cache
      self.host = host
    }

    fileprivate func keep(_ session: OpaquePointer) { cache.keep(session, for: host) }
  }
}
