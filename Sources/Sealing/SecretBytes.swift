// Memory that is wiped when nobody needs it any more.

internal import COpenSSL
package import Vocabulary

/// Secret bytes: wiped at their end, shown by no description. Immutable once made; any thread.
package final class SecretBytes: @unchecked Sendable {
  // Unchecked because of the raw memory: written by `init` alone.
  private let memory: UnsafeMutableRawBufferPointer

  package var count: Int { memory.count }

  /// - Parameter fill: writes the bytes, which are zero before.
  /// - Precondition: there are some.
  package init(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
    precondition(count > 0, "a secret of nothing")
    memory = .allocate(byteCount: count, alignment: 16)
    _ = memory.initializeMemory(as: UInt8.self, repeating: 0)
    fill(memory)
  }

  /// A copy; the caller wipes what it was made of.
  package convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(count: bytes.count) { $0.copyMemory(from: bytes) }
  }

  package convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
  }

  deinit {
    wipe(memory)
    memory.deallocate()
  }

  /// Lends the bytes for the duration of `body`.
  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    defer { withExtendedLifetime(self) {} }
    return body(UnsafeRawBufferPointer(memory))
  }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<secret>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A message that is put together and wiped when the last `Bytes` of it is gone. Made by one thread; what `bytes`
/// gave may go to any.
package final class WipedBuffer {
  private let memory: UnsafeMutableRawBufferPointer
  private var used = 0

  /// - Parameter capacity: the most that may be appended.
  package init(capacity: Int) {
    memory = .allocate(byteCount: max(1, capacity), alignment: 16)
  }

  deinit {
    wipe(memory)
    memory.deallocate()
  }

  package var count: Int { used }

  /// - Precondition: there is room.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    room(bytes.count).copyMemory(from: bytes)
    used += bytes.count
  }

  package func append(_ byte: UInt8) {
    room(1)[0] = byte
    used += 1
  }

  /// Appends `count` bytes that `fill` writes, unless it says false.
  package func append(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Bool) -> Bool {
    guard fill(room(count)) else { return false }
    used += count
    return true
  }

  private func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
    precondition(count <= memory.count - used, "more than was asked for")
    return UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + count])
  }

  /// All of it; nothing may be appended afterwards.
  package var bytes: Bytes {
    Bytes(owner: self, base: UnsafeRawPointer(memory.baseAddress), count: used)
  }
}

/// Overwrites with zeros, whatever the optimiser thinks of it.
func wipe(_ memory: UnsafeMutableRawBufferPointer) {
  OPENSSL_cleanse(memory.baseAddress, memory.count)
}
