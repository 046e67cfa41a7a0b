// The authority's portrait of a person, for one comparison.

internal import Glibc
package import Vocabulary

/// A portrait, or a template of one. Cannot be printed, reflected or encoded; its bytes are zeroed when the last
/// reference goes. Immutable; any thread.
package final class ReferencePortrait: @unchecked Sendable {
  // Unchecked because of the raw pointer: written in `init`, zeroed in `deinit`, only read in between.
  private let storage: UnsafeMutableRawBufferPointer

  /// What the bytes are.
  package enum Form: Sendable, Equatable {
    /// A file: JPEG, PNG or WebP.
    case image
    /// Numbers of a face, as little-endian 32-bit floats of unit length; `contract` names the model and preprocessing that
    /// made them (`FaceTemplate.contractText`). Templates of other contracts cannot be compared.
    case template(contract: String)
  }

  package let form: Form

  /// Copies `bytes`, which are the caller's to zero.
  package init(_ form: Form, _ bytes: UnsafeRawBufferPointer) {
    self.form = form
    storage = .allocate(byteCount: bytes.count, alignment: 16)
    storage.copyMemory(from: bytes)
  }

  deinit {
    if let base = storage.baseAddress { explicit_bzero(base, storage.count) }
    storage.deallocate()
  }

  /// The bytes without a copy; they live as long as this object or the value.
  package var bytes: Bytes {
    Bytes(owner: self, base: UnsafeRawPointer(storage.baseAddress), count: storage.count)
  }
}

extension ReferencePortrait: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package var description: String { "<portrait>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
