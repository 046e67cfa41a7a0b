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
  /// Bytes of certificates that a client may send; a P-256 chain of four takes about 3 KiB.
  static let clientChainBytesMax = 32_768
  /// Seconds that a session ticket may be used after it was made; keys rotate as often, so that a stolen key
  /// opens two hours of tickets at most (RFC 8446 §4.6.1 allows seven days).
  package static let ticketSeconds = 3600
  /// Tickets after a full handshake: two, so that a client can open another connection meanwhile.
  static let ticketCount = 2
  /// Seconds since the certificate was shown after which it must be shown again, however often the session
  /// was resumed in between. Our choice: a day.
  static let resumptionSecondsMax = 86_400
  /// Sessions a client keeps for one host: as many as it opens connections.
  static let sessionsPerHostMax = 4
  /// Hosts a client keeps sessions for.
  static let sessionHostsMax = 64
  /// Largest OCSP response that is stapled; usual ones have 0.3 to 2 KiB.
  static let responseBytesMax = 16_384
  /// A certificate that expires earlier than this is worth a warning.
  static let expiryWarningDays = 14

  /// Bytes of ciphertext that `count` bytes of plaintext become at most.
  @inlinable
  package static func sealedBytesMax(_ count: Int) -> Int {
    count + (count / recordPlaintextBytesMax + 1) * recordOverheadBytesMax
  }
}
