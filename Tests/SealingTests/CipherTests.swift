// Published vectors of ciphers, digests and key agreement, and every bit that must not be changed.

import COpenSSL
import Sealing
import Testing
import Vocabulary

private func bytes(_ hex: String) -> [UInt8] {
  var result: [UInt8] = []
  var rest = hex[...]
  while let byte = UInt8(rest.prefix(2), radix: 16) {
    result.append(byte)
    rest = rest.dropFirst(2)
  }
  return result
}

private func opened(
  _ key: ContentKey, _ sealed: [UInt8], nonce: [UInt8], aad: [UInt8]
) -> [UInt8]? {
  let buffer = WipedBuffer(capacity: sealed.count)
  guard key.open(Bytes(sealed), nonce: nonce, aad: aad, into: buffer) else {
    #expect(buffer.count == 0)
    return nil
  }
  return buffer.bytes.array
}

struct CipherTests {
  struct Vector: Sendable {
    let cipher: ContentCipher
    let key, nonce, aad, plain, sealed: [UInt8]
  }

  static let vectors = [
    // RFC 8998, A.1.
    Vector(
      cipher: .sm4GCM, key: bytes("0123456789ABCDEFFEDCBA9876543210"),
      nonce: bytes("00001234567800000000ABCD"),
      aad: bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
      plain: [0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA].flatMap {
        [UInt8](repeating: $0, count: 8)
      },
      sealed: bytes(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
          + "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
          + "83DE3541E4C2B58177E065A9BF7B62EC")),
    // The Galois/Counter Mode of Operation (McGrew, Viega), test case 16.
    Vector(
      cipher: .aes256GCM,
      key: bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
      nonce: bytes("cafebabefacedbaddecaf888"),
      aad: bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      plain: bytes(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
      sealed: bytes(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
          + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
          + "76fc6ece0f4e1768cddf8853bb2d551b")),
  ]

  @Test("published vectors", arguments: vectors)
  func published(_ vector: Vector) {
    let key = ContentKey(SecretBytes(vector.key), vector.cipher)
    let sealed = vector.plain.withUnsafeBytes {
      key.seal($0, nonce: vector.nonce, aad: vector.aad)
    }
    #expect(sealed == vector.sealed)
    #expect(opened(key, sealed, nonce: vector.nonce, aad: vector.aad) == vector.plain)
  }

  @Test("no bit of ciphertext, tag, nonce, bound data and key may change", arguments: vectors)
  func bits(_ vector: Vector) {
    let key = ContentKey(SecretBytes(vector.key), vector.cipher)
    func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
      var bytes = bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      return bytes
    }
    for bit in 0..<vector.sealed.count * 8 {
      #expect(
        opened(key, flipped(vector.sealed, bit), nonce: vector.nonce, aad: vector.aad) == nil)
    }
    for bit in 0..<vector.nonce.count * 8 {
      #expect(
        opened(key, vector.sealed, nonce: flipped(vector.nonce, bit), aad: vector.aad) == nil)
    }
    for bit in 0..<vector.aad.count * 8 {
      #expect(
        opened(key, vector.sealed, nonce: vector.nonce, aad: flipped(vector.aad, bit)) == nil)
    }
    for bit in 0..<vector.key.count * 8 {
      let other = ContentKey(SecretBytes(flipped(vector.key, bit)), vector.cipher)
      #expect(opened(other, vector.sealed, nonce: vector.nonce, aad: vector.aad) == nil)
    }
    for count in 0..<vector.sealed.count {
      let cut = Array(vector.sealed.prefix(count))
      #expect(opened(key, cut, nonce: vector.nonce, aad: vector.aad) == nil)
    }
  }

  @Test("contents of every length come back", arguments: ContentCipher.allCases)
  func lengths(_ cipher: ContentCipher) {
    let key = ContentKey(SecretBytes([UInt8](repeating: 7, count: cipher.keyBytes)), cipher)
    for count in Array(0...70) + [4095, 4096, 4097, 65_537] {
      let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      let nonce = [UInt8](repeating: UInt8(truncatingIfNeeded: count), count: 12)
      let sealed = plain.withUnsafeBytes { key.seal($0, nonce: nonce, aad: [1]) }
      #expect(sealed.count == count + ContentCipher.tagBytes)
      #expect(opened(key, sealed, nonce: nonce, aad: [1]) == plain)
    }
  }

  @Test("GHASH agrees with its definition, bit by bit, on 300 random inputs")
  func hash() {
    var numbers = Seeded(state: 0x1D5)
    for _ in 0..<300 {
      let key = numbers.bytes(16)
      let aad = numbers.bytes(Int(numbers.next() % 40))
      let text = numbers.bytes(Int(numbers.next() % 70))
      var hash = [UInt8](repeating: 0, count: 16)
      copenssl_ghash(key, aad, aad.count, text, text.count, &hash)
      #expect(hash == Self.definition(key, aad, text))
    }
  }

  @Test("GHASH of the specification's test case 2")
  func hashVector() {
    var hash = [UInt8](repeating: 0, count: 16)
    let text = bytes("0388dace60b6a392f328c2b971b2fe78")
    copenssl_ghash(bytes("66e94bd4ef8a2c3b884cfa59ca342b2e"), [], 0, text, text.count, &hash)
    #expect(hash == bytes("f38cbb1ad69223dcc3457ae5b6b0f885"))
  }

  /// NIST SP 800-38D, 6.3 and 6.4, as they are written.
  private static func definition(_ key: [UInt8], _ aad: [UInt8], _ text: [UInt8]) -> [UInt8] {
    func filled(_ bytes: [UInt8]) -> [UInt8] {
      bytes + [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16)
    }
    func number(_ count: Int) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: (count * 8) >> (56 - 8 * $0)) }
    }
    let all = filled(aad) + filled(text) + number(aad.count) + number(text.count)
    var state = [UInt8](repeating: 0, count: 16)
    for start in stride(from: 0, to: all.count, by: 16) {
      for at in 0..<16 { state[at] ^= all[start + at] }
      var product = [UInt8](repeating: 0, count: 16)
      var shifted = key
      for bit in 0..<128 {
        if state[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1 {
          for at in 0..<16 { product[at] ^= shifted[at] }
        }
        let isOdd = shifted[15] & 1 == 1
        for at in stride(from: 15, to: 0, by: -1) {
          shifted[at] = shifted[at] >> 1 | shifted[at - 1] << 7
        }
        shifted[0] >>= 1
        if isOdd { shifted[0] ^= 0xE1 }
      }
      state = product
    }
    return state
  }

  @Test("digests of published texts")
  func digests() {
    let abc = Array("abc".utf8)
    #expect(digest(abc, .md5) == bytes("900150983cd24fb0d6963f7d28e17f72"))
    #expect(
      digest(abc, .sha256)
        == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
    // GB/T 32905-2016, A.1 and A.2.
    #expect(
      digest(abc, .sm3)
        == bytes("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"))
    #expect(
      digest(Array(String(repeating: "abcd", count: 16).utf8), .sm3)
        == bytes("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"))
    for algorithm in DigestAlgorithm.allCases {
      #expect(digest([], algorithm).count == algorithm.byteCount)
    }
  }

  @Test("constant-time comparison compares")
  func comparison() {
    #expect(isEqualInConstantTime([1, 2], [1, 2]) && isEqualInConstantTime([], []))
    #expect(!isEqualInConstantTime([1, 2], [1, 3]) && !isEqualInConstantTime([1], [1, 2]))
  }

  @Test("HKDF: RFC 5869, A.1 to A.3")
  func derivation() {
    func keys(_ secret: [UInt8], salt: [UInt8], use: [UInt8], _ count: Int) -> [UInt8] {
      KeyDerivation(secret: SecretBytes(secret), salt: salt, .sha256).bytes(count, for: use)
        .withUnsafeBytes { Array($0) }
    }
    let eleven = [UInt8](repeating: 0x0B, count: 22)
    #expect(
      keys(eleven, salt: Array(0...12), use: Array(0xF0...0xF9), 42)
        == bytes(
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
    #expect(
      keys(Array(0x00...0x4F), salt: Array(0x60...0xAF), use: Array(0xB0...0xFF), 82)
        == bytes(
          "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"))
    #expect(
      keys(eleven, salt: [], use: [], 42)
        == bytes(
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
  }

  @Test("secrets are shown by nothing")
  func shown() {
    let secret = SecretBytes(Array("canary".utf8))
    #expect("\(secret)" == "<secret>" && String(reflecting: secret) == "<secret>")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("canary") && !dumped.contains("99"))
  }
}

struct WrappingTests {
  /// One key of each kind: RSA takes a while to draw.
  static let keys = KeyWrapping.allCases.compactMap { wrapping in
    UnwrappingKey.generate(wrapping).flatMap { UnwrappingKey(pem: $0) }
  }

  @Test("every kind of key unwraps what its public half wrapped, and nothing else")
  func kinds() throws {
    #expect(Self.keys.map(\.wrapping) == KeyWrapping.allCases)
    for key in Self.keys {
      let sender = try #require(WrappingKey(der: key.publicKey))
      #expect(sender.wrapping == key.wrapping)
      let (secret, wrapped) = try #require(sender.newSecret())
      let found = try #require(key.secret(of: wrapped))
      #expect(found.withUnsafeBytes { Array($0) } == secret.withUnsafeBytes { Array($0) })
      #expect(found.count == UnwrappingKey.secretBytes)
      for other in Self.keys where other.wrapping != key.wrapping {
        #expect(other.secret(of: wrapped) == nil)
      }
      #expect(key.secret(of: []) == nil)
      #expect(key.secret(of: Array(wrapped.dropLast())) == nil)
      #expect(key.secret(of: wrapped + [0]) == nil)
    }
  }

  @Test("a bit of a wrapped key changes the secret or makes it unreadable")
  func bits() throws {
    for key in Self.keys {
      let sender = try #require(WrappingKey(der: key.publicKey))
      let (secret, wrapped) = try #require(sender.newSecret())
      // All bits are too many for RSA at two milliseconds each.
      let step = key.wrapping == .rsaOAEP ? 61 : 1
      for bit in stride(from: 0, to: wrapped.count * 8, by: step) {
        var changed = wrapped
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        let found = key.secret(of: changed)
        guard let found else { continue }
        // X25519 ignores the highest bit of a point; what is derived from it does not.
        #expect(key.wrapping == .x25519)
        #expect(found.withUnsafeBytes { Array($0) } != secret.withUnsafeBytes { Array($0) })
      }
    }
  }

  @Test("points of small order are refused")
  func smallOrder() throws {
    let key = try #require(Self.keys.first { $0.wrapping == .x25519 })
    #expect(key.secret(of: [UInt8](repeating: 0, count: 32)) == nil)
    #expect(key.secret(of: [1] + [UInt8](repeating: 0, count: 31)) == nil)
  }

  @Test("X25519: RFC 7748, 6.1, and the secret that is derived of it")
  func agreement() throws {
    let der =
      bytes("302e020100300506032b656e04220420")
      + bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    let alice = bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    let bob = bytes("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    let shared = bytes("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    let key = try #require(UnwrappingKey(pem: Array(Self.pem(der).utf8)))
    #expect(Array(key.publicKey.suffix(32)) == alice)
    let secret = try #require(key.secret(of: bob))
    let use = Array("idv field encryption 1 x25519".utf8) + bob + alice
    let derived = KeyDerivation(secret: SecretBytes(shared), salt: [], .sha256).bytes(32, for: use)
    #expect(secret.withUnsafeBytes { Array($0) } == derived.withUnsafeBytes { Array($0) })
  }

  @Test("SM2: GB/T 32918.5-2017, C.2")
  func sm2() throws {
    var der = bytes("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420")
    der += bytes("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
    let raw =
      bytes("04" + "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73")
      + bytes("E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0")
      + bytes("59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766")
      + bytes("21886CA989CA9C7D58087307CA93092D651EFA")
    let pem = Array(Self.pem(der).utf8)
    #expect(UnwrappingKey(pem: pem)?.wrapping == .sm2)
    let key = try #require(copenssl_read_private_key(pem, pem.count))
    defer { EVP_PKEY_free(key) }
    var form = [UInt8](repeating: 0, count: 256)
    let length = copenssl_sm2_der(raw, raw.count, &form, form.count)
    var plain = [UInt8](repeating: 0, count: 256)
    let count = copenssl_decrypt(key, form, max(0, length), &plain, plain.count)
    #expect(count == 19)
    #expect(String(decoding: plain.prefix(19), as: UTF8.self) == "encryption standard")
    var back = [UInt8](repeating: 0, count: 256)
    #expect(copenssl_sm2_raw(form, max(0, length), &back, back.count) == raw.count)
    #expect(Array(back.prefix(raw.count)) == raw)
  }

  @Test("keys that are none, too short, of other kinds or under a passphrase are refused")
  func unusable() {
    #expect(UnwrappingKey(pem: []) == nil)
    #expect(UnwrappingKey(pem: Array(("-----BEGIN " + "PRIVATE KEY-----").utf8)) == nil)
    // Ed25519: signs, does not wrap.
    let ed25519 = bytes("302e020100300506032b657004220420") + [UInt8](repeating: 9, count: 32)
    #expect(UnwrappingKey(pem: Array(Self.pem(ed25519).utf8)) == nil)
    #expect(WrappingKey(der: []) == nil)
    for key in Self.keys { #expect(WrappingKey(der: key.publicKey + [0]) == nil) }
    let short = copenssl_generate_key(copenssl_key_rsa, 2048)
    defer { EVP_PKEY_free(short) }
    var pem = [UInt8](repeating: 0, count: 8192)
    let count = short.map { copenssl_write_private_key($0, &pem, pem.count) } ?? 0
    #expect(count > 0 && UnwrappingKey(pem: Array(pem.prefix(max(0, count)))) == nil)
  }

  @Test("DER that is cut or changed is refused without a trap")
  func damagedForms() {
    var numbers = Seeded(state: 7)
    for _ in 0..<20_000 {
      let raw = numbers.bytes(Int(numbers.next() % 260))
      var form = [UInt8](repeating: 0, count: 256)
      _ = copenssl_sm2_der(raw, raw.count, &form, form.count)
      _ = copenssl_sm2_raw(raw, raw.count, &form, form.count)
    }
  }

  private static func pem(_ der: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: 4 * (der.count + 2) / 3 + 4)
    let count = EVP_EncodeBlock(&text, der, Int32(der.count))
    let body = String(decoding: text.prefix(Int(count)), as: UTF8.self)
    var lines: [Substring] = []
    var rest = body[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(64))
      rest = rest.dropFirst(64)
    }
    return "-----BEGIN " + "PRIVATE KEY-----\n" + lines.joined(separator: "\n")
      + "\n-----END PRIVATE KEY-----\n"
  }
}

/// SplitMix64.
private struct Seeded {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
