// HMAC-SHA-256 for very many short messages under one key.

internal import COpenSSL

/// A key made ready: a code costs two or three blocks of SHA-256 and no allocation. The key is overwritten when the last
/// owner lets go. Any thread.
package final class KeyedCode: @unchecked Sendable {
  // Unchecked because of the pointer: what it points to is written by init and deinit alone.
  private let keyed: UnsafeMutablePointer<copenssl_keyed>

  /// Bytes of a code.
  package static let codeBytes = 32

  /// - Parameter key: copied; the caller's to zero.
  /// - Precondition: the key is not empty.
  package init(borrowing key: UnsafeRawBufferPointer) { keyed = Self.ready(key) }

  /// - Precondition: the key is not empty.
  package init(key: [UInt8]) { keyed = key.withUnsafeBytes { Self.ready($0) } }

  private static func ready(_ key: UnsafeRawBufferPointer) -> UnsafeMutablePointer<copenssl_keyed> {
    precondition(!key.isEmpty, "a code without a key proves nothing")
    let keyed = UnsafeMutablePointer<copenssl_keyed>.allocate(capacity: 1)
    keyed.initialize(to: copenssl_keyed())
    let bytes = key.bindMemory(to: UInt8.self)
    let done = copenssl_keyed_init(keyed, bytes.baseAddress, bytes.count)
    precondition(done == 1, "libcrypto has no SHA-256")
    return keyed
  }

  deinit {
    copenssl_keyed_forget(keyed)
    keyed.deallocate()
  }

  /// Writes the first `code.count` bytes of the code of `message` to `code`.
  /// - Precondition: at most 32 are wanted.
  package func code(
    of message: UnsafeRawBufferPointer, into code: UnsafeMutableRawBufferPointer
  ) {
    precondition(code.count <= Self.codeBytes)
    withUnsafeTemporaryAllocation(byteCount: Self.codeBytes, alignment: 8) { full in
      let bytes = full.bindMemory(to: UInt8.self)
      let done = copenssl_keyed_code(
        keyed, message.bindMemory(to: UInt8.self).baseAddress, message.count, bytes.baseAddress)
      precondition(done == 1, "libcrypto has no SHA-256")
      code.copyMemory(from: UnsafeRawBufferPointer(rebasing: full[..<code.count]))
    }
  }

  /// The same as bytes, all 32.
  package func code(of message: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: Self.codeBytes)
    message.withUnsafeBytes { message in
      code.withUnsafeMutableBytes { self.code(of: message, into: $0) }
    }
    return code
  }
}

extension KeyedCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "<key>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
