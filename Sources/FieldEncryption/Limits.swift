// Bounds of encrypted fields. Our choice, far above what messages have.

package enum EncryptionLimits {
  /// Encrypted fields of one message: every frame of a row of pictures may be one.
  package static let fieldsMax = 1024
  /// A path such as `capture.frames[12].jpeg`.
  package static let pathBytesMax = 256
  /// Steps of a path.
  static let pathStepsMax = 16
  /// The largest index in a path.
  static let indexMax = 99_999
  /// The name of a key.
  package static let keyIDBytesMax = 64
  /// A wrapped secret: RSA of 8192 bits.
  static let wrappedBytesMax = 1024
  /// What names a message: random bytes.
  package static let messageIDBytes = 16
  /// What makes the keys of one answer its own: random bytes.
  static let saltBytes = 16
  /// Ciphertexts of up to this length in all are worked on where the call is; more goes to a thread of its own. About
  /// 20 µs with AES-GCM, 600 µs with SM4-GCM.
  static let inlineBytesMax = 32 << 10
  /// Longest message that is looked at, in bytes, where a method names no limit.
  static let messageBytesMax = 8 << 20
  /// Jobs that may wait for one of those threads.
  package static let queueDepthMax = 256
  /// Keys of a server.
  package static let keysMax = 64
}
