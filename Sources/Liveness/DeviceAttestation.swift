// Who vouches for a device's key, as an interface: what cannot be verified is not verified.

/// Why a statement is not believed.
package enum AttestationFault: String, Error, Sendable, CaseIterable {
  /// No verifier for this kind of statement.
  case unsupportedKind
  /// No roots are configured.
  case noRoots
  /// The statement cannot be read.
  case malformed
  /// The certificates do not lead to a root, or one is out of its time.
  case untrusted
  /// A certificate is on the list of revoked ones.
  case revoked
  /// The statement answers another nonce.
  case wrongNonce
  /// The key is not in hardware, or was not made there, or is for another use.
  case unfitKey
  /// The device is unlocked, or did not start software that its maker signed.
  case bootNotVerified
  /// Another app, or one that its publisher did not sign.
  case wrongApp
}

/// A key that a device's maker vouches for.
package struct AttestedKey: Sendable, Equatable {
  /// Where the key lives.
  package enum Place: Int, Sendable, Comparable {
    /// A protected part of the main processor.
    case trustedEnvironment = 1
    /// A chip of its own.
    case secureElement = 2

    package static func < (a: Place, b: Place) -> Bool { a.rawValue < b.rawValue }
  }

  /// SubjectPublicKeyInfo, DER.
  package var publicKey: [UInt8]
  package var place: Place
  /// Month of the system's last security update, YYYYMM; nil if it does not say.
  package var patchMonth: Int?
  /// Nil: the key signs. Else it asserts (`AppleAssertion`), for the app of this hash.
  package var assertsFor: [UInt8]?

  package init(
    publicKey: [UInt8], place: Place, patchMonth: Int?, assertsFor: [UInt8]? = nil
  ) {
    self.publicKey = publicKey
    self.place = place
    self.patchMonth = patchMonth
    self.assertsFor = assertsFor
  }
}

/// Verifies one kind of statement. Any thread.
package protocol AttestationVerifier: Sendable {
  /// The key that `statement` vouches for, if it answers `nonce` and names `app`.
  func verify(
    _ statement: DeviceAttestation, nonce: [UInt8], app: DeviceApp, nowMilliseconds: Int64
  ) throws(AttestationFault) -> AttestedKey
}

/// Chooses the verifier by kind; a kind without one is not verified.
package struct AttestationVerifiers: AttestationVerifier {
  private let byKind: [DeviceAttestation.Kind: any AttestationVerifier]

  package init(_ byKind: [DeviceAttestation.Kind: any AttestationVerifier] = [:]) {
    self.byKind = byKind
  }

  package func verify(
    _ statement: DeviceAttestation, nonce: [UInt8], app: DeviceApp, nowMilliseconds: Int64
  ) throws(AttestationFault) -> AttestedKey {
    guard let verifier = byKind[statement.kind] else { throw .unsupportedKind }
    return try verifier.verify(
      statement, nonce: nonce, app: app, nowMilliseconds: nowMilliseconds)
  }
}
