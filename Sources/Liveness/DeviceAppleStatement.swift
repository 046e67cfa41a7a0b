// What an App Attest attestation object and an assertion hold, read and nothing more.

/// Authenticator data, as WebAuthn lays them out: whose app, and how often its key was used.
struct AppleAuthenticatorData: Equatable {
  /// SHA-256 of the app's id with its team's.
  var appHash: [UInt8]
  var counter: Int
  /// Of an attestation, what it attests; nil in assertions.
  var credential: Credential?

  struct Credential: Equatable {
    /// Which of Apple's services vouches: the production one's or that for development.
    var service: [UInt8]
    /// SHA-256 of the key's point.
    var id: [UInt8]
    /// The key's point, uncompressed: 4, x, y.
    var point: [UInt8]
  }

  /// Set in the flags when a credential follows. Others are not known there, and refused. Apple sets it in assertions,
  /// too, where nothing follows.
  private static let hasCredential: UInt8 = 0x40

  /// Nil if the bytes are something else, or more.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 37 else { return nil }
    appHash = Array(bytes[..<32])
    counter = bytes[33..<37].reduce(0) { $0 << 8 | Int($1) }
    let flags = bytes[32]
    guard bytes.count > 37 else { return }
    guard flags == Self.hasCredential, bytes.count > 55 else { return nil }
    let length = Int(bytes[53]) << 8 | Int(bytes[54])
    guard length == DeviceLimits.digestBytes, bytes.count > 55 + length,
      let point = Self.point(bytes[(55 + length)...])
    else { return nil }
    credential = Credential(
      service: Array(bytes[37..<53]), id: Array(bytes[55..<55 + length]), point: point)
  }

  /// The point of a COSE key (RFC 9053): an elliptic curve key (1: 2) for ES256 (3: −7) on P-256 (−1: 1).
  private static func point(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var reader = CBORReader(bytes)
    do throws(CBORFault) {
      guard try reader.map(most: 5) == 5 else { return nil }
      for (label, value) in [(1, 2), (3, -7), (-1, 1)] {
        guard try reader.number() == label, try reader.number() == value else { return nil }
      }
      var point: [UInt8] = [4]
      for label in [-2, -3] {
        guard try reader.number() == label else { return nil }
        let coordinate = try reader.bytes()
        guard coordinate.count == 32 else { return nil }
        point += coordinate
      }
      try reader.end()
      return point
    } catch { return nil }
  }
}

/// `{fmt: "apple-appattest", attStmt: {x5c: [certificates], receipt: bytes}, authData: bytes}`.
package struct AppleAttestationObject: Sendable, Equatable {
  /// DER, the key's own first.
  package var certificates: [[UInt8]]
  package var authenticatorData: [UInt8]

  /// Nil if the bytes are something else, or more.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count <= DeviceLimits.evidenceBytesMax else { return nil }
    var reader = CBORReader(bytes[...])
    var (certificates, authData): ([[UInt8]]?, [UInt8]?) = (nil, nil)
    var format: String?
    do throws(CBORFault) {
      guard try reader.map(most: 3) == 3 else { return nil }
      for _ in 0..<3 {
        switch try reader.text() {
        case "fmt" where format == nil: format = try reader.text()
        case "attStmt" where certificates == nil: certificates = try Self.chain(&reader)
        case "authData" where authData == nil: authData = Array(try reader.bytes())
        default: return nil
        }
      }
      try reader.end()
    } catch { return nil }
    guard format == "apple-appattest", let certificates, let authData else { return nil }
    self.certificates = certificates
    authenticatorData = authData
  }

  /// The certificates of a statement. Its receipt, which only Apple reads, is passed over.
  private static func chain(_ reader: inout CBORReader) throws(CBORFault) -> [[UInt8]] {
    guard try reader.map(most: 2) == 2 else { throw CBORFault() }
    var certificates: [[UInt8]]?
    var hasReceipt = false
    for _ in 0..<2 {
      switch try reader.text() {
      case "x5c" where certificates == nil:
        var list: [[UInt8]] = []
        for _ in 0..<(try reader.array(most: DeviceLimits.certificatesMax)) {
          list.append(Array(try reader.bytes()))
        }
        certificates = list
      case "receipt" where !hasReceipt:
        _ = try reader.bytes()
        hasReceipt = true
      default: throw CBORFault()
      }
    }
    guard let certificates else { throw CBORFault() }
    return certificates
  }
}

/// `{signature: bytes, authenticatorData: bytes}`: what an attested key makes in place of a plain signature.
package struct AppleAssertion: Sendable, Equatable {
  /// ECDSA, DER.
  package var signature: [UInt8]
  package var authenticatorData: [UInt8]

  /// Nil if the bytes are something else, or more.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count <= DeviceLimits.signatureBytesMax else { return nil }
    var reader = CBORReader(bytes[...])
    var (signature, data): ([UInt8]?, [UInt8]?) = (nil, nil)
    do throws(CBORFault) {
      guard try reader.map(most: 2) == 2 else { return nil }
      for _ in 0..<2 {
        switch try reader.text() {
        case "signature" where signature == nil: signature = Array(try reader.bytes())
        case "authenticatorData" where data == nil: data = Array(try reader.bytes())
        default: return nil
        }
      }
      try reader.end()
    } catch { return nil }
    guard let signature, let data else { return nil }
    self.signature = signature
    authenticatorData = data
  }
}
