// A response of the certificate's authority that a server shows to its clients.

internal import COpenSSL

/// An OCSP response, stapled while it holds. libssl asks for it while shaking hands; owned by the context.
final class Staple: Sendable {
  private let bytes: [UInt8]
  /// Seconds since 1970.
  private let from: Int
  private let until: Int
  private let clock: @Sendable () -> Int

  init(bytes: [UInt8], from: Int, until: Int, clock: @escaping @Sendable () -> Int) {
    self.bytes = bytes
    self.from = from
    self.until = until
    self.clock = clock
  }

  /// Makes libssl ask `self`, which must outlive `context` and its sessions.
  func attach(to context: OpaquePointer) {
    copenssl_on_status_request(
      context,
      { ssl, staple in
        guard let ssl, let staple else { return SSL_TLSEXT_ERR_NOACK }
        return Unmanaged<Staple>.fromOpaque(staple).takeUnretainedValue().answer(ssl)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func answer(_ ssl: OpaquePointer) -> Int32 {
    let now = clock()
    guard from <= now, now < until, copenssl_attach_staple(ssl, bytes, bytes.count) == 1 else {
      return SSL_TLSEXT_ERR_NOACK
    }
    return SSL_TLSEXT_ERR_OK
  }
}
