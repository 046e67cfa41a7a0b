// Elements as a registry holds them: codes under a key, from which nothing can be read back.

package import Sealing
package import Vocabulary

/// What an entry is found by.
package enum EntryKind: UInt8, Sendable, CaseIterable {
  case identity = 1
  case phone = 2
  case card = 3
}

/// What is held beside it, to be compared.
package enum TagKind: UInt8, Sendable, CaseIterable {
  case idNumber = 1
  case name = 2
  case validity = 3
  case phone = 4
}

extension ElementHash {
  /// How a code says that an element came as this digest, its raw bytes; 0 for the element itself.
  static func mark(_ hash: ElementHash?) -> UInt8 {
    switch hash {
    case nil: 0
    case .md5: 1
    case .sha256: 2
    case .sm3: 3
    }
  }
}

/// The first 16 bytes of the code of what an entry is found by. Ordered as its bytes are.
package struct EntryKey: Sendable, Hashable, Comparable {
  /// The first and the last eight bytes, big endian.
  package let high, low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Precondition: 16 bytes.
  package init(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == RegistryLimits.entryKeyBytes)
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// Writes 16 bytes.
  package func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
    bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
  }

  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: RegistryLimits.entryKeyBytes) { buffer, count in
      write(to: UnsafeMutableRawBufferPointer(buffer))
      count = RegistryLimits.entryKeyBytes
    }
  }

  package static func < (a: EntryKey, b: EntryKey) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }
}

/// The first 12 bytes of the code of an element beside an entry. Bound to its entry: the same name gives another tag with
/// every other number, so that tags of different entries say nothing about each other.
package struct ElementTag: Sendable, Equatable {
  let high: UInt64
  let low: UInt32

  /// - Precondition: 12 bytes.
  init(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == RegistryLimits.tagBytes)
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
  }

  /// Takes the same time wherever they differ.
  package static func == (a: ElementTag, b: ElementTag) -> Bool {
    (a.high ^ b.high) | UInt64(a.low ^ b.low) == 0
  }
}

/// Makes keys and tags. Any thread.
package struct RegistryHash: Sendable {
  private let hash: KeyedCode

  package init(_ hash: KeyedCode) { self.hash = hash }

  /// What the registry says its key is known by: a code of no element.
  package var keyCheck: EntryKey {
    var message: UInt64 = 0
    return withUnsafeBytes(of: &message) { code(of: $0) }
  }

  /// The key of an entry. `value` is canonical (see `CanonicalElement`) or, if `form` names one, a digest.
  package func key(_ kind: EntryKind, _ form: ElementHash?, _ value: UnsafeRawBufferPointer)
    -> EntryKey
  {
    prefixed(3, value) { message in
      message[0] = 1
      message[1] = kind.rawValue
      message[2] = ElementHash.mark(form)
    } then: {
      code(of: $0)
    }
  }

  /// The tag of an element beside the entry `key`.
  package func tag(
    _ kind: TagKind, _ form: ElementHash?, _ value: UnsafeRawBufferPointer, beside key: EntryKey
  ) -> ElementTag {
    prefixed(3 + RegistryLimits.entryKeyBytes, value) { message in
      message[0] = 2
      message[1] = kind.rawValue
      message[2] = ElementHash.mark(form)
      key.write(to: UnsafeMutableRawBufferPointer(rebasing: message[3..<19]))
    } then: { message in
      withUnsafeTemporaryAllocation(byteCount: RegistryLimits.tagBytes, alignment: 8) { tag in
        hash.code(of: message, into: tag)
        return ElementTag(UnsafeRawBufferPointer(tag))
      }
    }
  }

  /// Writes `record` with its seal, which binds it to `key`; returns the bytes written.
  package func seal(
    _ record: RegistryRecord, under key: EntryKey, into value: UnsafeMutableRawBufferPointer
  ) -> Int {
    let count = record.write(to: value)
    let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(value)[..<count])
    value.storeBytes(
      of: sealed(bytes, key).bigEndian, toByteOffset: count, as: UInt64.self)
    return count + RegistryLimits.sealBytes
  }

  /// The record of a value that was sealed under `key`; nil for anything else.
  package func record(_ value: UnsafeRawBufferPointer, under key: EntryKey) -> RegistryRecord? {
    let count = value.count - RegistryLimits.sealBytes
    guard count > 0 else { return nil }
    let seal = UInt64(bigEndian: value.loadUnaligned(fromByteOffset: count, as: UInt64.self))
    let bytes = UnsafeRawBufferPointer(rebasing: value[..<count])
    guard sealed(bytes, key) == seal else { return nil }
    return RegistryRecord(bytes)
  }

  /// What a code about a portrait is for.
  enum PortraitCode: UInt8 {
    case key = 4
    case nonce = 5
  }

  /// A code of 32 bytes of what a portrait is bound to and, for a nonce, its numbers.
  func portraitCode(
    _ purpose: PortraitCode, _ bound: [UInt8], _ numbers: UnsafeRawBufferPointer
  ) -> [UInt8] {
    prefixed(1 + bound.count, numbers) { message in
      message[0] = purpose.rawValue
      UnsafeMutableRawBufferPointer(rebasing: message[1...]).copyBytes(from: bound)
    } then: { message in
      [UInt8](unsafeUninitializedCapacity: KeyedCode.codeBytes) { code, count in
        hash.code(of: message, into: UnsafeMutableRawBufferPointer(code))
        count = KeyedCode.codeBytes
      }
    }
  }

  private func sealed(_ record: UnsafeRawBufferPointer, _ key: EntryKey) -> UInt64 {
    prefixed(1 + RegistryLimits.entryKeyBytes, record) { message in
      message[0] = 3
      key.write(to: UnsafeMutableRawBufferPointer(rebasing: message[1..<17]))
    } then: {
      code(of: $0).high
    }
  }

  package func key(_ kind: EntryKind, _ form: ElementHash?, _ value: String) -> EntryKey {
    var value = value
    return value.withUTF8 { key(kind, form, UnsafeRawBufferPointer($0)) }
  }

  package func tag(
    _ kind: TagKind, _ form: ElementHash?, _ value: String, beside key: EntryKey
  ) -> ElementTag {
    var value = value
    return value.withUTF8 { tag(kind, form, UnsafeRawBufferPointer($0), beside: key) }
  }

  private func code(of message: UnsafeRawBufferPointer) -> EntryKey {
    withUnsafeTemporaryAllocation(byteCount: RegistryLimits.entryKeyBytes, alignment: 8) { key in
      hash.code(of: message, into: key)
      return EntryKey(UnsafeRawBufferPointer(key))
    }
  }

  /// A prefix of fixed length and `value` in one piece, overwritten afterwards.
  private func prefixed<R>(
    _ prefix: Int, _ value: UnsafeRawBufferPointer,
    _ fill: (UnsafeMutableRawBufferPointer) -> Void, then use: (UnsafeRawBufferPointer) -> R
  ) -> R {
    withUnsafeTemporaryAllocation(byteCount: prefix + value.count, alignment: 8) { message in
      defer { overwrite(message) }
      fill(message)
      UnsafeMutableRawBufferPointer(rebasing: message[prefix...]).copyMemory(from: value)
      return use(UnsafeRawBufferPointer(message))
    }
  }
}
