// Chains of certificates from others, followed to configured roots.

internal import COpenSSL
package import Vocabulary

/// A chain that leads to a root. Used on one thread.
package struct CertificateChain: ~Copyable {
  private let chain: OpaquePointer

  /// - Parameters:
  ///   - certificates: in DER, the one to be verified first, the others in any order.
  ///   - roots: in DER. Without any there is no chain.
  ///   - seconds: since 1970; all certificates must be valid then.
  package init?(_ certificates: [Bytes], roots: [Bytes], at seconds: Int64) {
    copenssl_clear_errors()
    defer { copenssl_clear_errors() }
    let verified = Self.lend(certificates) { sent in
      Self.lend(roots) { roots in
        copenssl_chain_verify(
          sent.baseAddress, sent.count, roots.baseAddress, roots.count, seconds)
      }
    }
    guard let verified else { return nil }
    chain = verified
  }

  deinit { copenssl_chain_free(chain) }

  /// Lends all of `list` at once. The bytes are held by their owners for as long as `list` lives.
  private static func lend(
    _ list: [Bytes], _ body: (UnsafeBufferPointer<copenssl_bytes>) -> OpaquePointer?
  ) -> OpaquePointer? {
    let copies = list.map(\.array)
    let joined = copies.flatMap(\.self)
    return joined.withUnsafeBufferPointer { bytes in
      var at = 0
      let lent = copies.map { copy in
        defer { at += copy.count }
        return copenssl_bytes(start: bytes.baseAddress.map { $0 + at }, count: copy.count)
      }
      return lent.withUnsafeBufferPointer(body)
    }
  }

  /// Certificates on the way, the root among them.
  package var count: Int { Int(copenssl_chain_count(chain)) }

  /// Serial number of a certificate, big endian; nil if it is longer than any should be.
  package borrowing func serial(_ index: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: SealingLimits.serialBytesMax)
    let count = copenssl_serial(certificate(index), &bytes, bytes.count)
    return count < 0 ? nil : Array(bytes.prefix(count))
  }

  /// SubjectPublicKeyInfo of a certificate, DER; nil if it is too long.
  package borrowing func publicKey(_ index: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: SealingLimits.publicKeyBytesMax)
    let count = copenssl_public_key(certificate(index), &bytes, bytes.count)
    return count < 0 ? nil : Array(bytes.prefix(count))
  }

  /// What a certificate has of an extension.
  package enum Extension: Equatable {
    case absent
    case value([UInt8])
    /// Twice: whoever reads the other one would see something else.
    case ambiguous
  }

  /// - Parameter oid: dotted.
  package borrowing func extensionValue(_ oid: String, _ index: Int) -> Extension {
    var value: UnsafePointer<UInt8>?
    let count = copenssl_extension(certificate(index), oid, &value)
    switch count {
    case -1: return .absent
    case 0...: return .value(Array(UnsafeBufferPointer(start: value, count: count)))
    default: return .ambiguous
    }
  }

  private borrowing func certificate(_ index: Int) -> OpaquePointer {
    precondition((0..<count).contains(index), "no such certificate")
    guard let certificate = copenssl_chain_certificate(chain, Int32(index)) else {
      preconditionFailure("a chain with a hole")
    }
    return certificate
  }
}
