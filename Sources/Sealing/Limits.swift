// Bounds of keys and certificates that others send.

package enum SealingLimits {
  /// Longest serial number: RFC 5280 allows 20 bytes, some have more.
  package static let serialBytesMax = 64
  /// Longest public key: RSA of 16,384 bits.
  package static let publicKeyBytesMax = 4096
  /// Longest private key in PEM: RSA of 16,384 bits.
  static let privateKeyBytesMax = 16 << 10
  /// Longest wrapped secret: RSA of 8,192 bits.
  static let wrappedBytesMax = 1024
  /// Longest SM2 ciphertext of a secret, in either form.
  static let sm2BytesMax = 256
  /// Longest name of a curve.
  static let groupNameBytesMax = 64
}
