// Every bound of the TLS layer.

/// Bounds of TLS sessions. Values are sizes of TLS 1.3 (RFC 8446 §5) unless said otherwise.
package enum TLSLimits {
  /// Plaintext bytes in one record.
  package static let recordPlaintextBytesMax = 16_384
  /// What a record adds to its plaintext: header 5, content type 1, tag 16; TLS 1.2 needs 29.
  /// Rounded up.
  package static let recordOverheadBytesMax = 64
  /// Output room that a handshake flight needs at most before it spills; a P-256 chain of two takes
  /// about 2 KiB.
  package static let handshakeFlightBytes = 8_192
  /// Certificates between a leaf and its root.
  static let chainDepthMax: Int32 = 4
  /// Longest URI of a certificate that is read; RFC 5280 sets no bound.
  static let identityURIBytesMax = 512
  /// URIs of a certificate that are read; a certificate with more is refused.
  static let identityURICountMax: Int32 = 16
  /// Longest common name that is read: ub-common-name of RFC 5280 is 64 characters.
  static let commonNameBytesMax = 256
  /// Longest name of an application protocol (RFC 7301).
  static let protocolNameBytesMax = 255
  /// A certificate that expires earlier than this is worth a warning.
  static let expiryWarningDays = 14

  /// Bytes of ciphertext that `count` bytes of plaintext become at most.
  @inlinable
  package static func sealedBytesMax(_ count: Int) -> Int {
    count + (count / recordPlaintextBytesMax + 1) * recordOverheadBytesMax
  }
}
