// Digests by name, and comparing what is secret.

internal import COpenSSL
package import Vocabulary

/// A digest. MD5 and SM3 are there because others send digests of theirs; MD5 protects nothing.
package enum DigestAlgorithm: Sendable, CaseIterable {
  /// RFC 1321.
  case md5
  /// FIPS 180-4.
  case sha256
  /// GB/T 32905-2016.
  case sm3

  /// Length of the digest in bytes.
  package var byteCount: Int { self == .md5 ? 16 : 32 }

  /// libcrypto's description, a constant of the library.
  var description: OpaquePointer {
    let found =
      switch self {
      case .md5: EVP_md5()
      case .sha256: EVP_sha256()
      case .sm3: EVP_sm3()
      }
    guard let found else { preconditionFailure("libcrypto lacks a digest") }
    return found
  }
}

extension ElementHash {
  /// How a digest that others send is made.
  package var algorithm: DigestAlgorithm {
    switch self {
    case .md5: .md5
    case .sha256: .sha256
    case .sm3: .sm3
    }
  }
}

/// The digest of `bytes`; any thread.
/// - Precondition: libcrypto has the algorithm; in a FIPS configuration it has neither MD5 nor SM3.
package func digest(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
  var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
  let done = EVP_Digest(bytes, bytes.count, &digest, nil, algorithm.description, nil)
  precondition(done == 1, "libcrypto lacks a digest")
  return digest
}

/// Whether both are the same, in a time that only their lengths decide.
package func isEqualInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  guard a.count == b.count else { return false }
  return CRYPTO_memcmp(a, b, a.count) == 0
}

/// Random bytes fit for keys.
/// - Precondition: the system has randomness; without any nothing can go on.
package func randomBytes(_ count: Int) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  precondition(RAND_bytes(&bytes, Int32(count)) == 1, "there is no randomness")
  return bytes
}
