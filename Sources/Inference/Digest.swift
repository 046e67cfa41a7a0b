// SHA-256 of bytes in memory, at once or as they come.

internal import CInference
package import Vocabulary

/// SHA-256 of `bytes`, 32 bytes.
package func sha256(of bytes: Bytes) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: 32)
  let status = bytes.withUnsafeBytes { idv_sha256($0.baseAddress, $0.count, &digest) }
  precondition(status == 0, "libcrypto has no SHA-256")
  return digest
}

/// A SHA-256 of what comes piece by piece. One owner at a time; not for two threads at once.
package final class RunningSHA256 {
  private let state: OpaquePointer

  package init() {
    guard let state = idv_running_sha256_new() else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.state = state
  }

  deinit { idv_running_sha256_free(state) }

  /// Takes the next bytes.
  package func add(_ bytes: Bytes) {
    let status = bytes.withUnsafeBytes {
      idv_running_sha256_add(state, $0.baseAddress, $0.count)
    }
    precondition(status == 0, "libcrypto has no SHA-256")
  }

  /// The digest of all that came, 32 bytes. Asked once; nothing is added afterwards.
  package func end() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let status = idv_running_sha256_end(state, &digest)
    precondition(status == 0, "libcrypto has no SHA-256")
    return digest
  }
}
