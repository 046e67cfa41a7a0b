// One TLS connection without a socket: ciphertext in, plaintext out, and the other way round.

internal import COpenSSL
package import Vocabulary

/// How far a handshake came.
package struct TLSHandshake: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// Both sides agree; the rest of the input is for `read`.
    case complete
    /// More input is needed.
    case incomplete
    /// Send what was produced (an alert), then close.
    case failed(TLSFailure)
  }

  package let outcome: Outcome
  /// Bytes taken from the input: all of them unless complete or failed.
  package let consumed: Int
  /// Bytes written to the output.
  package let produced: Int

  /// No step yet.
  package static let notBegun = TLSHandshake(outcome: .incomplete, consumed: 0, produced: 0)
}

/// What one `read` did.
package struct TLSRead: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// All input is taken and every finished record delivered.
    case needsInput
    /// The plaintext buffer is full; call again with room and the rest of the input.
    case needsRoom
    /// The peer has sent its close notice; nothing more will come.
    case closed
    /// The session is over: send what spilled, then close.
    case failed(TLSFailure)
  }

  package let outcome: Outcome
  /// Bytes taken from the input.
  package let consumed: Int
  /// Bytes written to the plaintext buffer.
  package let plaintext: Int
}

/// What one `write` did.
package struct TLSWrite: Sendable, Equatable {
  /// Bytes of plaintext that are sealed: all of them unless the output was too small or the session
  /// failed.
  package let consumed: Int
  /// Bytes written to the output.
  package let produced: Int
  package let failure: TLSFailure?
}

/// A TLS session over memory that the caller lends for each call; holds no socket, no clock and,
/// while idle, no record buffers.
///
/// Not thread-safe: confine it to one event loop. libssl's error queue belongs to the thread; it is
/// emptied before and after every call here, so sessions do not disturb each other.
/// Output that does not fit the lent buffer (and post-handshake messages produced by `read`) waits
/// inside: after each call look at `spilledBytes` and fetch it with `drain` before sending anything
/// later.
package struct TLSSession: ~Copyable {
  private let ssl: OpaquePointer
  private let window: UnsafeMutablePointer<copenssl_window>
  // Its protocol list is read by libssl during the handshake.
  private let context: TLSContext
  // Where libssl puts sessions to resume; a client's.
  private let place: SessionCache.Place?
  private var established = false
  private var dead = false

  /// A session that accepts. Fails only without memory.
  package init(accepting context: TLSContext) throws(TLSFailure) {
    (ssl, window) = try Self.make(context)
    self.context = context
    place = nil
    SSL_set_accept_state(ssl)
  }

  /// A session that connects to `host`: a DNS name (sent as SNI) or an IP address, for which the
  /// server's certificate must be made. Call `handshake` with empty input to start. What an earlier session
  /// with that host left is resumed if the server agrees.
  package init(connecting context: TLSContext, to host: String) throws(TLSFailure) {
    let (ssl, window) = try Self.make(context)
    guard Self.expect(host, of: ssl) else {
      SSL_free(ssl)
      copenssl_clear_errors()
      throw .internalFault
    }
    SSL_set_connect_state(ssl)
    place = context.sessions.map { SessionCache.Place($0, host: host) }
    if let place {
      _ = SSL_set_ex_data(
        ssl, SessionCache.Place.index, Unmanaged.passUnretained(place).toOpaque())
      // If libssl cannot, the handshake is a full one.
      place.cache.use(for: host, at: context.now) { _ = SSL_set_session(ssl, $0) }
      ERR_clear_error()
    }
    self.ssl = ssl
    self.window = window
    self.context = context
  }

  private static func make(
    _ context: TLSContext
  ) throws(TLSFailure) -> (OpaquePointer, UnsafeMutablePointer<copenssl_window>) {
    copenssl_clear_errors()
    guard let ssl = context.makeSession() else {
      copenssl_clear_errors()
      throw .internalFault
    }
    guard let window = copenssl_window_attach(ssl) else {
      SSL_free(ssl)
      copenssl_clear_errors()
      throw .internalFault
    }
    return (ssl, window)
  }

  private static func expect(_ host: String, of ssl: OpaquePointer) -> Bool {
    SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    // First as an address: an address must match an address entry and is never sent as a name.
    if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 { return true }
    copenssl_clear_errors()
    return SSL_set1_host(ssl, host) == 1 && copenssl_set_server_name(ssl, host) != 0
  }

  deinit { SSL_free(ssl) }

  /// Whether a revocation list of `context`, made later than this session, names its peer. Of a resumed session the
  /// peer's own certificate is known, those above it are not.
  package func isPeerRevoked(by context: TLSContext) -> Bool { context.revokesPeer(of: ssl) }

  // MARK: Steps

  /// Goes as far with the handshake as `input` allows.
  package mutating func handshake(
    input: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) -> TLSHandshake {
    guard !dead else {
      return TLSHandshake(outcome: .failed(.internalFault), consumed: 0, produced: 0)
    }
    lend(input)
    lend(output)
    copenssl_clear_errors()
    let result = SSL_do_handshake(ssl)
    let outcome: TLSHandshake.Outcome
    if result == 1 {
      established = true
      outcome = .complete
    } else {
      outcome = blocked(result) ? .incomplete : .failed(fail())
    }
    let taken = input.count - takeBackInput()
    return TLSHandshake(outcome: outcome, consumed: taken, produced: takeBackOutput())
  }

  /// Opens as many records of `input` as fit into `plaintext`. Call after the handshake only.
  package mutating func read(
    input: UnsafeRawBufferPointer, into plaintext: UnsafeMutableRawBufferPointer
  ) -> TLSRead {
    guard !dead, established else {
      return TLSRead(outcome: .failed(.internalFault), consumed: 0, plaintext: 0)
    }
    lend(input)
    var filled = 0
    var outcome = TLSRead.Outcome.needsRoom
    while filled < plaintext.count {
      var count = 0
      copenssl_clear_errors()
      let result = SSL_read_ex(
        ssl, plaintext.baseAddress! + filled, plaintext.count - filled, &count)
      if result == 1 {
        filled += count
        // Asking once more for what cannot be there would take and release a record buffer.
        if window.pointee.input_count == 0, SSL_has_pending(ssl) == 0 {
          outcome = .needsInput
          break
        }
        continue
      }
      if SSL_get_error(ssl, result) == SSL_ERROR_ZERO_RETURN {
        outcome = .closed
      } else {
        outcome = blocked(result) ? .needsInput : .failed(fail())
      }
      break
    }
    let taken = input.count - takeBackInput()
    return TLSRead(outcome: outcome, consumed: taken, plaintext: filled)
  }

  /// Seals `plaintext` into `output`, in records as large as they may be. Give room for
  /// `TLSLimits.sealedBytesMax(plaintext.count)` to seal all at once. Call after the handshake
  /// only.
  package mutating func write(
    _ plaintext: UnsafeRawBufferPointer, output: UnsafeMutableRawBufferPointer
  ) -> TLSWrite {
    guard !dead, established else {
      return TLSWrite(consumed: 0, produced: 0, failure: .internalFault)
    }
    lend(output)
    var sealed = 0
    var failure: TLSFailure?
    while sealed < plaintext.count, window.pointee.output_count < output.count {
      var count = 0
      copenssl_clear_errors()
      let result = SSL_write_ex(
        ssl, plaintext.baseAddress! + sealed, plaintext.count - sealed, &count)
      guard result == 1 else {
        failure = fail()
        break
      }
      sealed += count
    }
    return TLSWrite(consumed: sealed, produced: takeBackOutput(), failure: failure)
  }

  /// Produces the close notice: this side will send nothing more. Returns bytes written to
  /// `output`.
  package mutating func close(output: UnsafeMutableRawBufferPointer) -> Int {
    guard !dead, established else { return 0 }
    lend(output)
    copenssl_clear_errors()
    _ = SSL_shutdown(ssl)
    copenssl_clear_errors()
    return takeBackOutput()
  }

  /// Bytes that wait to be sent before anything else.
  package var spilledBytes: Int { window.pointee.spill_end - window.pointee.spill_start }

  /// Moves spilled bytes to `output`; returns how many.
  package mutating func drain(into output: UnsafeMutableRawBufferPointer) -> Int {
    copenssl_window_drain(
      window, output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count)
  }

  // MARK: What was agreed

  /// Whether the handshake is complete.
  package var isEstablished: Bool { established }

  /// Plaintext of a record that was begun to be read and not finished.
  package var pendingPlaintextBytes: Int { Int(SSL_pending(ssl)) }

  /// Version agreed on; nil before the handshake is complete.
  package var version: TLSVersion? {
    guard established else { return nil }
    return SSL_version(ssl) == TLS1_2_VERSION ? .v12 : .v13
  }

  /// Whether an earlier session was resumed: no certificate was shown, the earlier one stands.
  package var isResumed: Bool { established && SSL_session_reused(ssl) == 1 }

  /// Application protocol agreed on; nil when the client offered none.
  package var applicationProtocol: String? {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(ssl, &name, &count)
    guard let name, count > 0 else { return nil }
    return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
  }

  /// The OCSP response (DER) that the server stapled; nil when it did not, or was not asked.
  package var stapledResponse: [UInt8]? {
    var bytes: UnsafePointer<UInt8>?
    let count = copenssl_received_staple(ssl, &bytes)
    guard count > 0, let bytes else { return nil }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The peer's verified certificate, read once after the handshake; nil when it sent none.
  /// - Throws: `.certificateUnsuitable` when its names cannot be read: close the connection.
  package func peerIdentity() throws(TLSFailure) -> PeerIdentity? {
    guard established else { return nil }
    guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
    defer { X509_free(certificate) }
    guard SSL_get_verify_result(ssl) == Int(X509_V_OK) else { throw .certificateUntrusted }
    return try PeerIdentity(certificate: certificate)
  }

  // MARK: Lending

  private func lend(_ input: UnsafeRawBufferPointer) {
    window.pointee.input = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    window.pointee.input_count = input.count
  }

  private func lend(_ output: UnsafeMutableRawBufferPointer) {
    window.pointee.output = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    window.pointee.output_capacity = output.count
    window.pointee.output_count = 0
  }

  /// Ends the loan; returns how many bytes were left.
  private func takeBackInput() -> Int {
    let left = window.pointee.input_count
    window.pointee.input = nil
    window.pointee.input_count = 0
    return left
  }

  /// Ends the loan; returns how many bytes were written.
  private func takeBackOutput() -> Int {
    let written = window.pointee.output_count
    window.pointee.output = nil
    window.pointee.output_capacity = 0
    window.pointee.output_count = 0
    return written
  }

  /// Whether `result` only means that more input is needed.
  private func blocked(_ result: Int32) -> Bool {
    SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ
  }

  private mutating func fail() -> TLSFailure {
    dead = true
    return TLSFailure.drain(ssl, handshakeDone: established)
  }
}
