// Published vectors, and everything that must not verify.

import Sealing
import Testing

private func bytes(_ hex: String) -> [UInt8] {
  var result: [UInt8] = []
  var rest = hex[...]
  while let byte = UInt8(rest.prefix(2), radix: 16) {
    result.append(byte)
    rest = rest.dropFirst(2)
  }
  return result
}

/// RFC 6979, A.2.5: P-256, SHA-256, "sample".
private enum P256 {
  static let key =
    bytes("3059301306072a8648ce3d020106082a8648ce3d030107034200" + "04")
    + bytes("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6")
    + bytes("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")
  static let signature =
    bytes("3046022100EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716")
    + bytes("022100F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")
  static let message = Array("sample".utf8)
}

/// RFC 8032, 7.1, test 2.
private enum Edwards {
  static let key =
    bytes("302a300506032b6570032100")
    + bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
  static let signature =
    bytes("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da")
    + bytes("085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
  static let message: [UInt8] = [0x72]
}

private func verifies(
  _ algorithm: SignatureAlgorithm, key: [UInt8], _ signature: [UInt8], _ message: [UInt8]
) -> Bool {
  guard let key = VerifyingKey(der: key, algorithm: algorithm) else { return false }
  return key.isValid(signature, of: message)
}

@Test("Published signatures verify")
func published() {
  #expect(verifies(.ecdsaP256, key: P256.key, P256.signature, P256.message))
  #expect(verifies(.ed25519, key: Edwards.key, Edwards.signature, Edwards.message))
}

@Test("No signature survives a changed byte, a changed message, a cut or an addition")
func tampered() {
  for (algorithm, key, signature, message) in [
    (SignatureAlgorithm.ecdsaP256, P256.key, P256.signature, P256.message),
    (.ed25519, Edwards.key, Edwards.signature, Edwards.message),
  ] {
    for index in signature.indices {
      var changed = signature
      changed[index] ^= 1
      #expect(!verifies(algorithm, key: key, changed, message), "\(algorithm) byte \(index)")
      #expect(!verifies(algorithm, key: key, Array(signature.prefix(index)), message))
    }
    #expect(!verifies(algorithm, key: key, signature + [0], message))
    #expect(!verifies(algorithm, key: key, signature, message + [0]))
    #expect(!verifies(algorithm, key: key, signature, []))
  }
}

@Test("A key of another kind, a damaged one and one with something behind it are no keys")
func wrongKeys() {
  func isKey(_ der: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
    guard let key = VerifyingKey(der: der, algorithm: algorithm) else { return false }
    return !key.isValid([], of: [])
  }
  #expect(isKey(P256.key, .ecdsaP256))
  #expect(!isKey(P256.key, .ed25519))
  #expect(!isKey(Edwards.key, .ecdsaP256))
  #expect(!isKey(P256.key + [0], .ecdsaP256))
  #expect(!isKey([], .ecdsaP256))
  for count in P256.key.indices { #expect(!isKey(Array(P256.key.prefix(count)), .ecdsaP256)) }
}

@Test("HMAC-SHA-256 and SHA-256 as published")
func codes() {
  // RFC 4231, test case 2.
  let code = HMACKey(Array("Jefe".utf8)).code(of: Array("what do ya want for nothing?".utf8))
  #expect(code == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
  // FIPS 180-4: "abc".
  #expect(
    sha256(Array("abc".utf8))
      == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
}

@Test("A key is never printed")
func keysAreHidden() {
  let key = HMACKey(Array("planted-canary".utf8))
  #expect(
    "\(key) \(String(reflecting: key)) \(Mirror(reflecting: key).children.count)" == "<key> <key> 0"
  )
}
