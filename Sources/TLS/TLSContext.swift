// Certificates, keys and rules shared by all sessions of one role: the owner of an SSL_CTX.

internal import COpenSSL

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Everything sessions of one role have in common. Making one reads files and checks keys (about a
/// millisecond, blocking): do it at start-up or on a thread of your own, never on an event loop.
///
/// A context never changes, but for the keys of its tickets. To reload certificates make a new one and give
/// it to new sessions (`TLSContextSource` does); running sessions keep the one they were made from. Usable
/// from any thread.
package final class TLSContext: @unchecked Sendable {
  // Unchecked because of the pointers: libssl counts references to an SSL_CTX with atomics and
  // reads a finished one without locks; `offered` is never written after `init`; `tickets` locks itself.
  private let context: OpaquePointer
  private let offered: UnsafeMutablePointer<copenssl_alpn_list>
  private let isServer: Bool
  private let clock: @Sendable () -> Int
  // A server's.
  private let tickets: OpaquePointer?
  private let ticketRules: TicketRules?
  private let staple: Staple?
  /// Sessions to resume; a client's.
  let sessions: SessionCache?

  private let validities: [Validity]
  private let remarks: [String]

  /// Makes a server's context.
  /// - Parameter clock: seconds since 1970; for tickets, stapling and warnings. Certificates are verified by
  ///   the system's clock.
  package init(
    server settings: TLSServerSettings, clock: @escaping @Sendable () -> Int = { time(nil) }
  ) throws(TLSSettingsError) {
    let names = try Self.wireForm(settings.applicationProtocols)
    context = try Self.makeContext(TLS_server_method())
    offered = Self.makeList(names)
    isServer = true
    self.clock = clock
    sessions = nil
    var loader = ContextLoader(context: context)
    var keys: OpaquePointer?
    do throws(TLSSettingsError) {
      copenssl_set_server_options(context, TLSLimits.clientChainBytesMax)
      try loader.setVersions(from: settings.lowestVersion, to: .v13)
      try loader.loadIdentity(
        chain: settings.certificateChainFile, key: settings.privateKeyFile, of: "server")
      try loader.requestClientCertificates(
        settings.clientCertificates, authorities: settings.clientAuthorityFile)
      let listsUntil = try loader.revoke(
        by: settings.revocationFiles, usesStale: settings.usesStaleRevocation,
        rule: settings.clientCertificates)
      if settings.resumesSessions {
        keys = try Self.sealTickets(context)
        ticketRules = TicketRules(
          listsUntil: listsUntil, needsCertificate: settings.clientCertificates == .required,
          clock: clock)
      } else {
        copenssl_disable_resumption(context)
        ticketRules = nil
      }
      staple = settings.responseFile.flatMap { loader.loadResponse($0, clock: clock) }
      if offered.pointee.count > 0 { copenssl_select_alpn(context, offered) }
    } catch {
      Self.free(context, offered, keys)
      throw error
    }
    tickets = keys
    validities = loader.validities
    remarks = loader.remarks
    staple?.attach(to: context)
    guard ticketRules?.attach(to: context) ?? true else { throw TLSSettingsError("out of memory") }
  }

  /// Makes a client's context.
  /// - Parameter clock: seconds since 1970; for resumption and warnings.
  package init(
    client settings: TLSClientSettings, clock: @escaping @Sendable () -> Int = { time(nil) }
  ) throws(TLSSettingsError) {
    let names = try Self.wireForm(settings.applicationProtocols)
    context = try Self.makeContext(TLS_client_method())
    offered = Self.makeList(names)
    isServer = false
    self.clock = clock
    tickets = nil
    ticketRules = nil
    staple = nil
    sessions = settings.resumesSessions ? SessionCache() : nil
    var loader = ContextLoader(context: context)
    do throws(TLSSettingsError) {
      copenssl_set_client_options(context)
      if settings.requestsStaple { copenssl_request_staple(context) }
      try loader.setVersions(from: settings.lowestVersion, to: settings.highestVersion)
      switch (settings.certificateChainFile, settings.privateKeyFile) {
      case (let chain?, let key?): try loader.loadIdentity(chain: chain, key: key, of: "client")
      case (nil, nil): break
      default:
        throw TLSSettingsError(
          "a client certificate needs its private key, and the other way round")
      }
      try loader.trust(settings.authorityFile, "authorities of servers")
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
      if sessions == nil {
        copenssl_disable_resumption(context)
      } else {
        SessionCache.attach(to: context)
      }
      let list = offered.pointee
      // Unlike its neighbours this function returns 0 for success.
      if list.count > 0, SSL_CTX_set_alpn_protos(context, list.names, list.count) != 0 {
        throw TLSSettingsError("out of memory")
      }
    } catch {
      Self.free(context, offered, nil)
      throw error
    }
    validities = loader.validities
    remarks = loader.remarks
  }

  deinit { Self.free(context, offered, tickets) }

  // MARK: What an operator should know

  /// What an operator should see to soon: certificates that have expired, are not valid yet or expire within
  /// `TLSLimits.expiryWarningDays`, revocation lists and responses that are over, authorities without a
  /// list. One line each.
  package var warnings: [String] { warnings(at: clock()) }

  /// The same at another time, in seconds since 1970.
  package func warnings(at now: Int) -> [String] {
    remarks + validities.compactMap { $0.line(at: now) }
  }

  /// When this side's own certificate expires, in seconds since 1970; nil for a client without one.
  package var certificateUntil: Int? {
    validities.first {
      if case .ownCertificate = $0.kind { true } else { false }
    }?.until
  }

  /// Why this side's own certificate is of no use at `now`; nil when it is good.
  func ownFault(at now: Int) -> String? {
    for validity in validities where validity.until < now || validity.from > now {
      if case .ownCertificate = validity.kind { return validity.line(at: now) }
    }
    return nil
  }

  /// Revocation lists that clients are checked against.
  package var revocationLists: Int {
    validities.count {
      if case .revocationList = $0.kind { true } else { false }
    }
  }

  // MARK: Sessions

  /// Draws a new key for tickets. Those made since the last time can still be used, older ones not.
  package func rotateTicketKeys() {
    guard let tickets else { return }
    ERR_clear_error()
    // Without randomness the old key stays in use.
    if copenssl_ticket_keys_rotate(tickets) != 1 { ERR_clear_error() }
  }

  /// Time by this context's clock, in seconds since 1970.
  var now: Int { clock() }

  /// Whether a revocation list of this context names the peer of `ssl`, or an authority above it.
  func revokesPeer(of ssl: OpaquePointer) -> Bool {
    ERR_clear_error()
    defer { ERR_clear_error() }
    return copenssl_is_peer_revoked(ssl, context) != 0
  }

  /// A new SSL, owned by the caller, which must also keep `self` alive.
  func makeSession() -> OpaquePointer? { SSL_new(context) }

  /// Whether sessions of this context accept rather than connect.
  package var acceptsConnections: Bool { isServer }

  private static func makeContext(
    _ method: OpaquePointer?
  ) throws(TLSSettingsError) -> OpaquePointer {
    ERR_clear_error()
    guard let context = SSL_CTX_new(method) else {
      throw TLSSettingsError("out of memory, or libssl cannot start")
    }
    copenssl_set_modes(context)
    copenssl_refuse_passphrase(context)
    return context
  }

  private static func sealTickets(
    _ context: OpaquePointer
  ) throws(TLSSettingsError) -> OpaquePointer {
    guard let keys = copenssl_ticket_keys_new() else {
      throw TLSSettingsError("no memory or no randomness for the keys of tickets")
    }
    guard
      copenssl_seal_tickets(context, keys, TLSLimits.ticketSeconds, TLSLimits.ticketCount) == 1
    else {
      copenssl_ticket_keys_free(keys)
      throw TLSSettingsError("out of memory")
    }
    return keys
  }

  private static func free(
    _ context: OpaquePointer, _ list: UnsafeMutablePointer<copenssl_alpn_list>,
    _ tickets: OpaquePointer?
  ) {
    SSL_CTX_free(context)
    if let tickets { copenssl_ticket_keys_free(tickets) }
    list.pointee.names?.deallocate()
    list.deallocate()
  }

  private static func makeList(_ names: [UInt8]) -> UnsafeMutablePointer<copenssl_alpn_list> {
    let list = UnsafeMutablePointer<copenssl_alpn_list>.allocate(capacity: 1)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, names.count))
    bytes.initialize(repeating: 0, count: max(1, names.count))
    for (index, byte) in names.enumerated() { bytes[index] = byte }
    list.initialize(to: copenssl_alpn_list(names: bytes, count: UInt32(names.count)))
    return list
  }

  private static func wireForm(_ names: [String]) throws(TLSSettingsError) -> [UInt8] {
    var wire: [UInt8] = []
    for name in names {
      guard (1...TLSLimits.protocolNameBytesMax).contains(name.utf8.count) else {
        throw TLSSettingsError("a protocol name must have 1 to 255 bytes")
      }
      wire.append(UInt8(name.utf8.count))
      wire.append(contentsOf: name.utf8)
    }
    return wire
  }
}
