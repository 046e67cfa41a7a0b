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
/// A context never changes. To reload certificates make a new one and give it to new sessions;
/// running sessions keep the one they were made from. Usable from any thread.
package final class TLSContext: @unchecked Sendable {
  // Unchecked because of the pointers: libssl counts references to an SSL_CTX with atomics and
  // reads a finished one without locks; `offered` is never written after `init`.
  private let context: OpaquePointer
  private let offered: UnsafeMutablePointer<copenssl_alpn_list>
  private let isServer: Bool

  /// What an operator should see to soon: certificates that have expired, are not valid yet or
  /// expire within `TLSLimits.expiryWarningDays`. One line each.
  package let warnings: [String]

  /// Makes a server's context.
  /// - Parameter now: seconds since 1970, for `warnings`.
  package init(
    server settings: TLSServerSettings, now: Int = time(nil)
  ) throws(TLSSettingsError) {
    context = try Self.makeContext(TLS_server_method())
    offered = Self.makeList(try Self.wireForm(settings.applicationProtocols))
    isServer = true
    var loader = ContextLoader(context: context, now: now)
    do throws(TLSSettingsError) {
      copenssl_set_server_options(context)
      try loader.setVersions(from: settings.lowestVersion, to: .v13)
      try loader.loadIdentity(
        chain: settings.certificateChainFile, key: settings.privateKeyFile, of: "server")
      try loader.requestClientCertificates(
        settings.clientCertificates, authorities: settings.clientAuthorityFile)
      copenssl_disable_resumption(context)
      if offered.pointee.count > 0 { copenssl_select_alpn(context, offered) }
    } catch {
      Self.free(context, offered)
      throw error
    }
    warnings = loader.warnings
  }

  /// Makes a client's context.
  /// - Parameter now: seconds since 1970, for `warnings`.
  package init(
    client settings: TLSClientSettings, now: Int = time(nil)
  ) throws(TLSSettingsError) {
    context = try Self.makeContext(TLS_client_method())
    offered = Self.makeList(try Self.wireForm(settings.applicationProtocols))
    isServer = false
    var loader = ContextLoader(context: context, now: now)
    do throws(TLSSettingsError) {
      copenssl_set_client_options(context)
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
      copenssl_disable_resumption(context)
      let list = offered.pointee
      // Unlike its neighbours this function returns 0 for success.
      if list.count > 0, SSL_CTX_set_alpn_protos(context, list.names, list.count) != 0 {
        throw TLSSettingsError("out of memory")
      }
    } catch {
      Self.free(context, offered)
      throw error
    }
    warnings = loader.warnings
  }

  deinit { Self.free(context, offered) }

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

  private static func free(
    _ context: OpaquePointer, _ list: UnsafeMutablePointer<copenssl_alpn_list>
  ) {
    SSL_CTX_free(context)
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
