// Apple App Attest: what is believed, and everything that is not. Keys and certificates are made for each run, under an
// authority of our own.

import Foundation
import Liveness
import Sealing
import TestIdentities
import Testing
import Vocabulary

private let nonce = [UInt8](0..<32)
private let app = DeviceApp(
  id: "com.example.bank", platform: .ios, signers: [], requiresAttestation: true, team: "TEAM123456"
)
private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

/// CBOR, as far as these tests write it.
private enum CBOR {
  static func head(_ major: UInt8, _ count: Int) -> [UInt8] {
    count < 24
      ? [major << 5 | UInt8(count)]
      : count < 256
        ? [major << 5 | 24, UInt8(count)]
        : [major << 5 | 25, UInt8(count >> 8), UInt8(count & 255)]
  }
  static func bytes(_ bytes: [UInt8]) -> [UInt8] { head(2, bytes.count) + bytes }
  static func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }
}

/// A device's key with what is said about it; everything can be said wrongly.
private struct Device {
  var appName = "TEAM123456.com.example.bank"
  var flags: UInt8 = 0x40
  var counter: UInt8 = 0
  var service = Array("appattest".utf8) + [UInt8](repeating: 0, count: 7)
  /// The nonce that it answers.
  var answers = nonce
  var credentialID: [UInt8]?
  var point: [UInt8]?
  var coseTail: [UInt8] = []
  /// Put around the nonce in the certificate, before and behind it.
  var extensionHead = "3024A1220420"
  var authority = "apple-batch"

  /// The private key, its SubjectPublicKeyInfo and its point.
  static let key = Result { () throws -> (identities: TestIdentities, spki: [UInt8]) in
    let identities = try TestIdentities.shared.get()
    try identities.makeAuthority("apple-batch", by: "ca")
    try identities.makeAuthority("other-batch", by: "other-ca")
    try identities.openssl([
      "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "apple.key",
    ])
    try identities.openssl([
      "pkey", "-in", "apple.key", "-pubout", "-outform", "DER", "-out", "apple.spki",
    ])
    return (identities, Array(try Data(contentsOf: URL(filePath: identities.file("apple.spki")))))
  }

  var authenticatorData: [UInt8] {
    get throws {
      let own = Array(try Self.key.get().spki.suffix(65))
      let shown = point ?? own
      let cose =
        [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21] + CBOR.bytes(Array(shown[1..<33]))
        + [0x22] + CBOR.bytes(Array(shown[33..<65])) + coseTail
      return sha256(Array(appName.utf8)) + [flags, 0, 0, 0, counter] + service + [0, 32]
        + (credentialID ?? sha256(own)) + cose
    }
  }

  /// Roots by name, read once.
  static let roots = Result { () throws -> [String: Bytes] in
    var roots: [String: Bytes] = [:]
    for name in ["ca", "other-ca"] { roots[name] = Bytes(try der(name)) }
    return roots
  }

  static func der(_ name: String) throws -> [UInt8] {
    let identities = try key.get().identities
    try identities.openssl([
      "x509", "-in", "\(name).crt", "-outform", "DER", "-out", "\(name).der",
    ])
    return Array(try Data(contentsOf: URL(filePath: identities.file("\(name).der"))))
  }

  /// A certificate of the key that names `digest`.
  private func leaf(_ digest: [UInt8]) throws -> [UInt8] {
    let identities = try Self.key.get().identities
    let name = "apple-\(UUID().uuidString)"
    try identities.openssl([
      "req", "-new", "-key", "apple.key", "-subj", "/CN=device", "-out", "\(name).csr",
    ])
    let hex = digest.map { String(format: "%02X", $0) }.joined()
    let line =
      extensionHead.isEmpty ? "" : "1.2.840.113635.100.8.2=DER:\(extensionHead)\(hex)\n"
    let extensions = try identities.write(
      "basicConstraints=critical,CA:FALSE\n" + line, to: "\(name).ext")
    try identities.openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).crt", "-CAkey",
      "\(authority).key", "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out",
      "\(name).crt",
    ])
    return try Self.der(name)
  }

  static func object(_ certificates: [[UInt8]], _ data: [UInt8]) -> [UInt8] {
    let chain = CBOR.head(4, certificates.count) + certificates.flatMap(CBOR.bytes)
    return CBOR.head(5, 3) + CBOR.text("fmt") + CBOR.text("apple-appattest")
      + CBOR.text("attStmt") + CBOR.head(5, 2) + CBOR.text("x5c") + chain
      + CBOR.text("receipt") + CBOR.bytes([1, 2, 3]) + CBOR.text("authData") + CBOR.bytes(data)
  }

  /// The attestation object.
  func attest() throws -> [UInt8] {
    let data = try authenticatorData
    return Self.object([try leaf(sha256(data + sha256(answers))), try Self.der(authority)], data)
  }

  /// An assertion of `message`.
  static func assert(
    _ message: [UInt8], counter: UInt8 = 1, appName: String = Device().appName,
    flags: UInt8 = 0x40
  ) throws -> [UInt8] {
    let identities = try key.get().identities
    let data = sha256(Array(appName.utf8)) + [flags, 0, 0, 0, counter]
    let name = UUID().uuidString
    try Data(sha256(data + sha256(message))).write(to: URL(filePath: identities.file(name)))
    try identities.openssl([
      "dgst", "-sha256", "-sign", "apple.key", "-out", "\(name).sig", name,
    ])
    let signature = Array(try Data(contentsOf: URL(filePath: identities.file("\(name).sig"))))
    return CBOR.head(5, 2) + CBOR.text("signature") + CBOR.bytes(signature)
      + CBOR.text("authenticatorData") + CBOR.bytes(data)
  }
}

private func verdict(
  _ object: [UInt8], roots: [String] = ["ca"], nonce: [UInt8] = nonce, app: DeviceApp = app,
  at milliseconds: Int64 = now
) throws -> Result<AttestedKey, AttestationFault> {
  let verifier = AppleAttestationVerifier(
    roots: try roots.map { try #require(Device.roots.get()[$0]) },
    cryptography: SealedDeviceCryptography())
  return Result { () throws(AttestationFault) in
    try verifier.verify(
      DeviceAttestation(kind: .appleAppAttest, statement: [Bytes(object)]), nonce: nonce, app: app,
      nowMilliseconds: milliseconds)
  }
}

@Suite(.serialized) struct AppleAttestationTests {
  @Test("A sound statement vouches for the key that it is about")
  func sound() throws {
    let key = try verdict(try Device().attest()).get()
    #expect(key.publicKey == (try Device.key.get().spki))
    #expect(key.place == .secureElement && key.patchMonth == nil)
    #expect(key.assertsFor == sha256(Array("TEAM123456.com.example.bank".utf8)))
  }

  @Test("Without roots, with others, or out of its time nothing is believed")
  func roots() throws {
    let object = try Device().attest()
    #expect(try verdict(object, roots: []) == .failure(.noRoots))
    #expect(try verdict(object, roots: ["other-ca"]) == .failure(.untrusted))
    #expect(try verdict(object, at: 1_500_000_000_000) == .failure(.untrusted))
    #expect(try verdict(object, at: 5_000_000_000_000) == .failure(.untrusted))
    let stranger = try Device(authority: "other-batch").attest()
    #expect(try verdict(stranger) == .failure(.untrusted))
    #expect(try verdict(Device.object([], Device().authenticatorData)) == .failure(.malformed))
  }

  @Test("Another nonce, whether of the server, of the device or of the certificate")
  func nonces() throws {
    let object = try Device().attest()
    #expect(try verdict(object, nonce: nonce.reversed()) == .failure(.wrongNonce))
    #expect(try verdict(object, nonce: []) == .failure(.wrongNonce))
    #expect(try verdict(try Device(answers: [9]).attest()) == .failure(.wrongNonce))
    for head in ["", "3025A1220420", "3024A0220420", "3024A1220320", "3022A1200420"] {
      let strange = try Device(extensionHead: head).attest()
      #expect(try verdict(strange) == .failure(.malformed), "\(head)")
    }
  }

  @Test("Another app or team, a key used before, the development service, another key")
  func terms() throws {
    let object = try Device().attest()
    for change: (inout DeviceApp) -> Void in [
      { $0.id = "com.example.clone" }, { $0.team = "OTHER12345" }, { $0.team = nil },
      { $0.team = "" }, { $0.platform = .android },
    ] {
      var other = app
      change(&other)
      #expect(try verdict(object, app: other) == .failure(.wrongApp))
    }
    #expect(try verdict(try Device(appName: "X.y").attest()) == .failure(.wrongApp))
    #expect(try verdict(try Device(counter: 1).attest()) == .failure(.unfitKey))
    let development = Array("appattestdevelop".utf8)
    #expect(try verdict(try Device(service: development).attest()) == .failure(.unfitKey))
    #expect(
      try verdict(try Device(credentialID: sha256([1])).attest()) == .failure(.unfitKey))
    var point = Array(try Device.key.get().spki.suffix(65))
    point[64] ^= 1
    #expect(try verdict(try Device(point: point).attest()) == .failure(.unfitKey))
    #expect(try verdict(try Device(flags: 0xC0).attest()) == .failure(.malformed))
    #expect(try verdict(try Device(coseTail: [0]).attest()) == .failure(.malformed))
  }

  @Test("No byte can be changed or left out")
  func everyByte() throws {
    let object = try Device().attest()
    let receipt = try #require(
      object.indices.first { object[$0...].starts(with: [0x43, 1, 2, 3]) })
    for index in stride(from: 0, to: object.count, by: 5)
    where !(receipt...receipt + 3).contains(index) {
      var changed = object
      changed[index] ^= 0x01
      #expect((try? verdict(changed).get()) == nil, "byte \(index)")
    }
    for count in stride(from: 0, to: object.count, by: 11) {
      #expect(AppleAttestationObject(Array(object.prefix(count))) == nil)
    }
    #expect(AppleAttestationObject(object + [0]) == nil)
  }

  @Test("Forms of CBOR that are not the short one are refused, and lengths beyond the end")
  func forms() throws {
    let data = [UInt8](repeating: 7, count: 20)
    let good = Device.object([[1]], data)
    #expect(AppleAttestationObject(good)?.certificates == [[1]])
    let head = CBOR.text("authData") + CBOR.head(2, 20)
    let at = try #require(good.indices.last { good[$0...].starts(with: head) })
    let heads: [[UInt8]] = [
      [0x58, 20], [0x59, 0, 20], [0x5A, 0, 0, 0, 20], [0x5F], [0x5B], [0x55],
    ]
    for long in heads {
      let changed = good[..<at] + CBOR.text("authData") + long + data
      #expect(AppleAttestationObject(Array(changed)) == nil)
    }
    // A name twice, and one that is not known.
    let twice = CBOR.head(5, 3) + CBOR.text("fmt") + CBOR.text("apple-appattest")
    #expect(AppleAttestationObject(twice + CBOR.text("fmt") + CBOR.text("apple-appattest")) == nil)
    #expect(AppleAttestationObject(twice + CBOR.text("x") + CBOR.text("y")) == nil)
    #expect(AppleAttestationObject([0x9F]) == nil && AppleAttestationObject([]) == nil)
    #expect(AppleAssertion([0xA2]) == nil && AppleAssertion([]) == nil)
  }

  @Test("Evidence is believed with an assertion of the attested key over its very bytes")
  func assertions() throws {
    let object = Bytes(try Device().attest())
    let spki = try Device.key.get().spki
    let cryptography = SealedDeviceCryptography()
    let verifier = DeviceEvidenceVerifier(
      apps: [app], keys: ListedDeviceKeys([:], cryptography: cryptography),
      attestation: AttestationVerifiers([
        .appleAppAttest: AppleAttestationVerifier(
          roots: [Bytes(try Device.der("ca"))], cryptography: cryptography)
      ]), cryptography: cryptography)
    let evidence = DeviceEvidence(
      nonce: nonce, madeAtMilliseconds: now, appID: app.id, platform: .ios, checks: [],
      camera: nil, attestation: DeviceAttestation(kind: .appleAppAttest, statement: [object]),
      mediaSHA256: nil, frameMicroseconds: [], captureStartedMilliseconds: nil,
      evidenceMadeMilliseconds: nil)
    func read(
      _ evidence: DeviceEvidence, attested: KnownDeviceKey? = nil,
      _ signature: (DeviceEnvelope) throws -> [UInt8]
    ) throws -> DeviceEvidenceReading {
      var envelope = DeviceEnvelope(
        evidence: Bytes([1, 2, 3]), algorithm: .ecdsaP256, keyID: sha256(spki), signature: [0])
      envelope.signature = try signature(envelope)
      return verifier.verify(
        envelope, evidence,
        expected: DeviceExpectation(
          nonce: nonce, issuedMilliseconds: now - 1000, nowMilliseconds: now,
          attested: attested))
    }
    let first = try read(evidence) { try Device.assert($0.signedBytes) }
    #expect(first.trust == .attested(.secureElement) && first.attested?.appID == app.id)
    let plain = try read(evidence) { try Device.assert($0.signedBytes, flags: 0) }
    #expect(plain.trust == .attested(.secureElement))
    // A key is attested once: what was believed then holds for the evidence that follows, of the same app.
    var later = evidence
    later.attestation = nil
    let next = try read(later, attested: first.attested) {
      try Device.assert($0.signedBytes, counter: 2)
    }
    #expect(next.trust == .attested(.secureElement))
    let unknown = try read(later) { try Device.assert($0.signedBytes) }
    #expect(unknown.fault == .attestationMissing)
    var elsewhere = try #require(first.attested)
    elsewhere.appID = "com.example.other"
    let other = try read(later, attested: elsewhere) { try Device.assert($0.signedBytes) }
    #expect(other.fault == .attestationMissing)
    later.attestation = DeviceAttestation(kind: .appleAppAttest, statement: [Bytes([1])])
    let broken = try read(later, attested: first.attested) { try Device.assert($0.signedBytes) }
    #expect(broken.fault == .attestationRefused)
    let bad: [(DeviceEnvelope) throws -> [UInt8]] = [
      { try Device.assert($0.signedBytes + [0]) },
      { try Device.assert($0.signedBytes, counter: 0) },
      { try Device.assert($0.signedBytes, appName: "TEAM123456.other") }, { _ in [1, 2, 3] },
      { Array(try Device.assert($0.signedBytes).dropLast()) },
    ]
    for (index, signature) in bad.enumerated() {
      let reading = try read(evidence, signature)
      #expect(reading.fault == .wrongSignature && reading.trust == nil, "number \(index)")
    }
  }
}
