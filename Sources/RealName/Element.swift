// A value about a person that nothing can keep: no description, no mirror, no coding, zeroed when it is let go.

internal import Glibc
package import IdentityNumbers
package import Sealing
package import Vocabulary

/// One element of a question: a name, a number. The only type of this server that holds one on its way to a source.
///
/// It can be lent (`withBytes`) and compared by fingerprint under a key; it can be neither printed, reflected, encoded,
/// compared nor hashed otherwise, so that no log line, metric, error or record has a way to take it in. Its bytes lie in
/// memory of its own and are zeroed when the last reference goes. Immutable; any thread.
package final class Element: @unchecked Sendable {
  // Unchecked because of the raw pointer: written in `init`, zeroed in `deinit`, only read in between.
  private let storage: UnsafeMutableRawBufferPointer
  /// What fingerprints are made of, where that is not the element as the source is told it.
  private let compared: UnsafeMutableRawBufferPointer?

  package let kind: ElementKind
  /// Nil for the element itself; else these are the raw bytes of its digest.
  package let hash: ElementHash?

  /// Longest element: a name of 60 letters, or of 32 characters of four bytes, is shorter.
  package static let bytesMax = 256

  /// Copies `text`, which must have passed its validator: normalised, as the authority knows it.
  /// - Precondition: at most `bytesMax` bytes.
  package convenience init(_ kind: ElementKind, _ text: borrowing String) {
    self.init(kind, hash: nil, owning: .copying(text))
  }

  /// A name: sources are told it as it is written, and all its spellings have one fingerprint
  /// (`PersonName.comparisonForm`), so that lists and limits hold for each of them.
  package convenience init(_ name: borrowing PersonName) {
    let (text, form) = (name.text, name.comparisonForm)
    // By bytes: strings are equal to their compatibility ideographs.
    let isSame = form.utf8.elementsEqual(text.utf8)
    self.init(.name, hash: nil, owning: .copying(text), compared: isSame ? nil : .copying(form))
  }

  /// Copies the digest of an element.
  /// - Precondition: at most `bytesMax` bytes.
  package convenience init(_ kind: ElementKind, digest: some Collection<UInt8>, _ hash: ElementHash)
  {
    let lent = UnsafeMutableRawBufferPointer.allocate(byteCount: digest.count, alignment: 16)
    lent.copyBytes(from: digest)
    self.init(kind, hash: hash, owning: lent)
  }

  private init(
    _ kind: ElementKind, hash: ElementHash?, owning storage: UnsafeMutableRawBufferPointer,
    compared: UnsafeMutableRawBufferPointer? = nil
  ) {
    precondition(
      max(storage.count, compared?.count ?? 0) <= Self.bytesMax, "an element longer than its limit")
    self.compared = compared
    self.kind = kind
    self.hash = hash
    self.storage = storage
  }

  deinit {
    for bytes in [storage, compared].compactMap(\.self) {
      if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
      bytes.deallocate()
    }
  }

  /// Number of bytes.
  package var count: Int { storage.count }

  /// Lends the bytes: UTF-8 of the element, or its digest. Neither the pointer nor a copy of what it points to may
  /// outlive `body`, but for what is sent to the source.
  package func withBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(storage))
  }

  /// Its fingerprint under `key`, bound to its kind: a phone number and a card of the same digits differ. That of a name is
  /// the same for all its spellings.
  package func fingerprint(under key: FingerprintKey) -> KeyedFingerprint {
    withUnsafeTemporaryAllocation(byteCount: 1 + Self.bytesMax, alignment: 1) { message in
      defer { if let base = message.baseAddress { explicit_bzero(base, message.count) } }
      message[0] = kind.mark
      defer { withExtendedLifetime(self) {} }
      let bytes = UnsafeRawBufferPointer(compared ?? storage)
      UnsafeMutableRawBufferPointer(rebasing: message[1...]).copyMemory(from: bytes)
      return key.fingerprint(of: UnsafeRawBufferPointer(rebasing: message[..<(1 + bytes.count)]))
    }
  }
}

extension Element: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Not even its kind or length.
  package var description: String { "<element>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension ElementKind {
  /// What stands for the kind in fingerprints: never change one, registries keep them.
  fileprivate var mark: UInt8 {
    switch self {
    case .name: 1
    case .number: 2
    case .phone: 3
    case .card: 4
    case .validFrom: 5
    case .validUntil: 6
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate static func copying(_ text: borrowing String) -> UnsafeMutableRawBufferPointer {
    var text = copy text
    return text.withUTF8 { copying(UnsafeRawBufferPointer($0)) }
  }

  /// Memory of its own with the same bytes.
  fileprivate static func copying(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer
  {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    copy.copyMemory(from: bytes)
    return copy
  }
}
