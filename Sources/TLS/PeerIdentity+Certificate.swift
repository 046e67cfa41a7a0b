// Reads who a verified certificate names.

internal import COpenSSL
internal import Vocabulary

extension PeerIdentity {
  /// Reads the URIs, the common name and the fingerprints of `certificate`, which stays the
  /// caller's.
  /// - Throws: `.certificateUnsuitable` when a URI is not printable ASCII, or there are too many or
  ///   too long ones: a name that two readers could understand differently names nobody.
  convenience init(certificate: OpaquePointer) throws(TLSFailure) {
    let count = copenssl_uri_count(certificate)
    guard (0...TLSLimits.identityURICountMax).contains(count) else { throw .certificateUnsuitable }
    var uris: [String] = []
    for index in 0..<count {
      var bytes = [UInt8](repeating: 0, count: TLSLimits.identityURIBytesMax)
      let length = copenssl_uri(certificate, index, &bytes, bytes.count)
      guard length > 0, bytes[..<length].allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .certificateUnsuitable
      }
      uris.append(String(decoding: bytes[..<length], as: UTF8.self))
    }
    var name = [UInt8](repeating: 0, count: TLSLimits.commonNameBytesMax)
    let length = max(0, copenssl_common_name(certificate, &name, name.count))
    self.init(
      uris: uris,
      commonName: String(
        decoding: name[..<length].filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self),
      fingerprint: try Self.fingerprint(of: certificate),
      keyFingerprint: try Self.keyFingerprint(of: certificate))
  }

  private static func fingerprint(of certificate: OpaquePointer) throws(TLSFailure) -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard X509_digest(certificate, EVP_sha256(), &digest, &count) == 1 else {
      ERR_clear_error()
      throw .internalFault
    }
    return Hexadecimal.text(of: digest[..<Int(count)])
  }

  private static func keyFingerprint(of certificate: OpaquePointer) throws(TLSFailure) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    guard copenssl_key_digest(certificate, &digest) == 1 else {
      ERR_clear_error()
      throw .internalFault
    }
    return Hexadecimal.text(of: digest)
  }
}
