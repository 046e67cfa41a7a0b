// Codes of elements: keyed, bound to their entry; records and their seals.

import Registry
import Sealing
import Testing
import Vocabulary

@Suite struct RegistryHashTests {
  static func hash(_ byte: UInt8 = 7) -> RegistryHash {
    RegistryHash(KeyedCode(key: [UInt8](repeating: byte, count: 32)))
  }

  static func sealed(_ record: RegistryRecord, _ key: EntryKey) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: RegistryLimits.valueBytesMax) { buffer, count in
      count = hash().seal(record, under: key, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  static func opened(_ bytes: [UInt8], _ key: EntryKey) -> RegistryRecord? {
    bytes.withUnsafeBytes { hash().record($0, under: key) }
  }

  @Test("a code is HMAC-SHA-256, whatever the lengths of key and message")
  func codes() {
    for keyCount in [1, 20, 63, 64, 65, 131] {
      let key = (0..<keyCount).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) }
      for count in [0, 1, 55, 56, 63, 64, 65, 119, 120, 500] {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        #expect(KeyedCode(key: key).code(of: message) == HMACKey(key).code(of: message))
      }
    }
    #expect("\(KeyedCode(key: [1]))" == "<key>")
  }

  /// Registries outlive programs: how codes are made must never change.
  @Test("an entry's key is HMAC-SHA-256 of a mark, its kind, its form and the element")
  func keyFormat() {
    let hmac = HMACKey([UInt8](repeating: 7, count: 32))
    let expected = hmac.code(of: [1, 2, 0] + Array("13800000000".utf8))
    #expect(Self.hash().key(.phone, nil, "13800000000").bytes == Array(expected[..<16]))
    let key = Self.hash().key(.identity, .sm3, "x")
    #expect(key.bytes == Array(hmac.code(of: [1, 1, 3] + Array("x".utf8))[..<16]))
  }

  @Test("kind, form, key and element all change a code; a tag is its entry's alone")
  func apart() {
    let hash = Self.hash()
    let keys = [
      hash.key(.identity, nil, "1"), hash.key(.phone, nil, "1"), hash.key(.card, nil, "1"),
      hash.key(.phone, .md5, "1"), hash.key(.phone, .sha256, "1"), hash.key(.phone, nil, "2"),
      Self.hash(8).key(.phone, nil, "1"), hash.keyCheck, Self.hash(8).keyCheck,
    ]
    #expect(Set(keys).count == keys.count)
    let (a, b) = (keys[0], keys[1])
    #expect(hash.tag(.name, nil, "王", beside: a) == hash.tag(.name, nil, "王", beside: a))
    #expect(hash.tag(.name, nil, "王", beside: a) != hash.tag(.name, nil, "王", beside: b))
    #expect(hash.tag(.name, nil, "王", beside: a) != hash.tag(.validity, nil, "王", beside: a))
    #expect(hash.tag(.name, nil, "王", beside: a) != hash.tag(.name, nil, "李", beside: a))
  }

  static func records() -> [RegistryRecord] {
    let hash = Self.hash()
    let key = hash.key(.phone, nil, "1")
    let tag = hash.tag(.name, nil, "王", beside: key)
    let month = RegistryMonth(digits: "202402") ?? RegistryMonth(count: 0)
    let tags: [ElementTag?] = [nil, tag]
    var records: [RegistryRecord] = []
    for a in tags {
      for b in tags {
        records.append(.identity(status: .valid, name: a, validity: b))
        records.append(.identity(status: .invalid, name: a, validity: b))
        records.append(
          .phone(
            status: .suspended, carrier: .unicom, since: month, ownerSince: month, name: a,
            idNumber: b))
        records.append(
          .phone(
            status: nil, carrier: nil, since: RegistryMonth(count: 0), ownerSince: month, name: a,
            idNumber: b))
        for c in tags {
          records.append(.card(refusal: nil, account: .debit, name: a, idNumber: b, phone: c))
          records.append(.card(refusal: .cardLost, account: nil, name: a, idNumber: b, phone: c))
        }
      }
    }
    return records
  }

  @Test("records come back as they were written")
  func roundTrip() {
    for record in Self.records() {
      #expect(record.bytes.count <= RegistryLimits.recordBytesMax)
      #expect(RegistryRecord(record.bytes) == record)
    }
  }

  @Test("bytes that are cut, longer or of no record are none")
  func damagedRecords() {
    for record in Self.records() {
      let bytes = record.bytes
      for count in bytes.indices { #expect(RegistryRecord(Array(bytes[..<count])) == nil) }
      #expect(RegistryRecord(bytes + [0]) == nil)
      for (place, value) in [(0, UInt8(2)), (0, 0), (1, 0), (1, 9), (2, 99)] {
        var other = bytes
        other[place] = value
        #expect(RegistryRecord(other) == nil)
      }
    }
    // Random bytes are records only if they say so in every byte.
    var random = SeededRandom(seed: 77)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...45, using: &random)).map { _ in
        UInt8.random(in: 0...3, using: &random)
      }
      if let record = RegistryRecord(bytes) { #expect(record.bytes == bytes) }
    }
  }

  @Test("every changed bit of a sealed value is noticed, and another key's value")
  func seals() {
    let key = Self.hash().key(.phone, nil, "1")
    for record in Self.records().prefix(8) {
      let bytes = Self.sealed(record, key)
      #expect(Self.opened(bytes, key) == record)
      for place in bytes.indices {
        for bit in 0..<8 {
          var other = bytes
          other[place] ^= 1 << bit
          #expect(Self.opened(other, key) == nil)
        }
      }
      #expect(Self.opened(bytes, Self.hash().key(.phone, nil, "2")) == nil)
      #expect(Self.opened(Array(bytes.dropLast()), key) == nil)
    }
    #expect(Self.opened([], key) == nil)
  }

  @Test("months from 2000 on")
  func months() {
    #expect(RegistryMonth(digits: "200001")?.count == 1)
    #expect(RegistryMonth(digits: "202612")?.yearAndMonth ?? (0, 0) == (2026, 12))
    for text in ["", "199912", "200000", "200013", "20000", "2000011", "2000a1", "999901"] {
      #expect(RegistryMonth(digits: text) == nil, "\(text)")
    }
    #expect(RegistryMonth(count: 0).yearAndMonth == nil)
  }
}

/// SplitMix64.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
