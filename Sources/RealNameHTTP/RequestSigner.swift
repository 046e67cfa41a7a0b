// How requests to a gateway are signed and its answers are checked.

internal import Sealing
internal import Vocabulary

/// HMAC-SHA-256 over lines. Any thread.
///
/// A request signs `METHOD \n path \n key id \n Unix seconds \n nonce \n SHA-256 of the body`; an answer
/// `nonce of the request \n status \n Unix seconds \n SHA-256 of the body`: one that was recorded belongs to no other
/// request, and one without a signature is none.
struct RequestSigner: Sendable {
  let keyID: String
  let toleranceSeconds: Int64
  private let key: FingerprintKey

  static let keyHeader = "X-Idv-Key"
  static let timeHeader = "X-Idv-Timestamp"
  static let nonceHeader = "X-Idv-Nonce"
  static let signatureHeader = "X-Idv-Signature"

  /// - Precondition: the tolerance is not negative.
  init(keyID: String, key: FingerprintKey, toleranceSeconds: Int64) {
    precondition(toleranceSeconds >= 0, "a tolerance below zero")
    self.keyID = keyID
    self.key = key
    self.toleranceSeconds = toleranceSeconds
  }

  /// The signature of a request, lower-case hexadecimal.
  func signature(
    method: String, path: String, seconds: Int64, nonce: String, body: [UInt8]
  ) -> String {
    sign([method, path, keyID, String(seconds), nonce, Hexadecimal.text(of: bodyDigest(body))])
  }

  /// The signature of an answer to the request with `nonce`.
  func signature(status: UInt, seconds: String, nonce: String, body: [UInt8]) -> String {
    sign([nonce, String(status), seconds, Hexadecimal.text(of: bodyDigest(body))])
  }

  /// Whether an answer is the gateway's, to this request, and of now.
  func accepts(
    status: UInt, seconds: String?, signature: String?, nonce: String, body: [UInt8],
    now: Int64
  ) -> Bool {
    guard let seconds, let signature, let time = Int64(seconds) else { return false }
    // Whatever the header says must not trap: nobody has proved yet who wrote it.
    let apart = time.subtractingReportingOverflow(now)
    guard !apart.overflow, apart.partialValue.magnitude <= UInt64(toleranceSeconds) else {
      return false
    }
    let due = Array(
      self.signature(status: status, seconds: seconds, nonce: nonce, body: body).utf8)
    let given = Array(signature.utf8)
    guard given.count == due.count else { return false }
    return zip(given, due).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private func sign(_ lines: [String]) -> String {
    let text = Array(lines.joined(separator: "\n").utf8)
    return Hexadecimal.text(of: text.withUnsafeBytes { key.fingerprint(of: $0) }.bytes)
  }

  private func bodyDigest(_ body: [UInt8]) -> [UInt8] { digest(body, .sha256) }
}
