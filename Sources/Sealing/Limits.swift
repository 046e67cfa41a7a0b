// Bounds of keys and certificates that others send.

package enum SealingLimits {
  /// Longest serial number: RFC 5280 allows 20 bytes, some have more.
  package static let serialBytesMax = 64
  /// Longest public key: RSA of 16,384 bits.
  package static let publicKeyBytesMax = 4096
  /// Longest name of a curve.
  static let groupNameBytesMax = 64
}
