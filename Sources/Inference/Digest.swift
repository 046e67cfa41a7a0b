// SHA-256 of bytes in memory.

internal import CInference
package import Vocabulary

/// SHA-256 of `bytes`, 32 bytes.
package func sha256(of bytes: Bytes) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: 32)
  let status = bytes.withUnsafeBytes { idv_sha256($0.baseAddress, $0.count, &digest) }
  precondition(status == 0, "libcrypto has no SHA-256")
  return digest
}
