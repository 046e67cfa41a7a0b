// Codes that only the holder of a key can make.

internal import COpenSSL

/// HMAC-SHA-256 under one key. Any thread.
package struct HMACKey: Sendable {
  private let key: [UInt8]

  /// - Precondition: the key is not empty.
  package init(_ key: [UInt8]) {
    precondition(!key.isEmpty, "a code without a key proves nothing")
    self.key = key
  }

  /// 32 bytes.
  package func code(of message: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    let done = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &count)
    precondition(done != nil && count == 32, "libcrypto has no HMAC")
    return code
  }
}

extension HMACKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "<key>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
