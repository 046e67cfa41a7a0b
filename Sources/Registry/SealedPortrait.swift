// A face's template beside an identity: encrypted under the registry's key for this one entry, and named by its models.

package import Sealing
package import Vocabulary

/// A template that was made of a picture at its import, before it is sealed. The numbers are wiped with the last reference.
package struct PortraitTemplate: Sendable {
  /// Names the models and the pipeline that made it: `RegistryLimits.portraitContractBytes` bytes.
  package let contract: [UInt8]
  /// The numbers, as the pipeline writes them; a registry does not look at them.
  package let numbers: SecretBytes

  /// Nil if the contract or the numbers have not the bytes that a registry has room for.
  package init?(contract: [UInt8], numbers: SecretBytes) {
    guard contract.count == RegistryLimits.portraitContractBytes,
      numbers.count <= RegistryLimits.templateBytesMax
    else { return nil }
    self.contract = contract
    self.numbers = numbers
  }
}

/// A sealed template: contract, nonce, ciphertext with its tag. Says nothing about a face without the registry's key.
package struct SealedPortrait: Sendable, Equatable {
  let bytes: [UInt8]

  static let overhead =
    RegistryLimits.portraitContractBytes + ContentCipher.nonceBytes + ContentCipher.tagBytes

  /// Nil if there cannot be a template in so few or so many bytes.
  init?(_ bytes: [UInt8]) {
    guard (Self.overhead + 1...RegistryLimits.portraitBytesMax).contains(bytes.count) else {
      return nil
    }
    self.bytes = bytes
  }

  /// Names what made the template. Readable without the key, so that an operator sees which portraits have to be imported
  /// again.
  package var contract: [UInt8] { Array(bytes[..<RegistryLimits.portraitContractBytes]) }

  fileprivate var nonce: [UInt8] {
    Array(bytes[RegistryLimits.portraitContractBytes...].prefix(ContentCipher.nonceBytes))
  }

  fileprivate var sealed: Bytes {
    Bytes(bytes[(RegistryLimits.portraitContractBytes + ContentCipher.nonceBytes)...])
  }
}

extension RegistryHash {
  /// Encrypts a template for the identity `key`, with AES-256-GCM under a key of that entry alone. The nonce follows from
  /// entry, contract and numbers: the same template gives the same bytes, another one another nonce.
  package func seal(_ template: PortraitTemplate, beside key: EntryKey) -> SealedPortrait {
    let bound = Self.bound(key, template.contract)
    let sealed = template.numbers.withUnsafeBytes { numbers in
      let nonce = Array(portraitCode(.nonce, bound, numbers).prefix(ContentCipher.nonceBytes))
      return nonce + portraitKey(bound).seal(numbers, nonce: nonce, aad: bound)
    }
    guard let portrait = SealedPortrait(template.contract + sealed) else {
      preconditionFailure("a template has more bytes than there is room for")
    }
    return portrait
  }

  /// The numbers that were sealed for `key`, wiped with the last `Bytes` of them; nil of anything else: another entry's, a
  /// changed byte, another key.
  package func open(_ portrait: SealedPortrait, beside key: EntryKey) -> Bytes? {
    let (sealed, bound) = (portrait.sealed, Self.bound(key, portrait.contract))
    let numbers = WipedBuffer(capacity: sealed.count)
    let isOpen = portraitKey(bound).open(
      sealed, nonce: portrait.nonce, aad: bound, into: numbers)
    return isOpen ? numbers.bytes : nil
  }

  /// What a template belongs to: this entry, of this layout, and the models that made it.
  private static func bound(_ key: EntryKey, _ contract: [UInt8]) -> [UInt8] {
    Array("idv registry portrait 1".utf8) + key.bytes + contract
  }

  private func portraitKey(_ bound: [UInt8]) -> ContentKey {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    var code = portraitCode(.key, bound, none)
    defer { code.withUnsafeMutableBytes { overwrite($0) } }
    return ContentKey(SecretBytes(code), .aes256GCM)
  }
}
