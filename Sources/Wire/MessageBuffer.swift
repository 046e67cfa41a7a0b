// Memory that incoming messages are put together in, and handed out from without another copy.

internal import Glibc
internal import Vocabulary

/// A growing byte buffer that becomes the owner of the `Bytes` handed out.
///
/// It grows as bytes arrive, never from an announced length, so a peer pays for every byte we
/// reserve with at least half a byte it has sent. `realloc` lets the allocator move pages instead
/// of copying (measured in PROTOCOL.md, "Costs"). Used by one thread until `finish`; never written
/// afterwards.
final class MessageBuffer {
  private var base: UnsafeMutableRawPointer?
  private(set) var count = 0
  private var capacity = 0

  /// First reservation, so that small messages need one.
  private static let firstBytesMin = 4096

  init() {}

  deinit { release() }

  private func release() {
    if let base { BlockPool.shared.give(Block(base: base, capacity: capacity)) }
  }

  /// Appends `bytes`. `expected` is how many the message has at most in all: it caps the
  /// reservation, it never raises it.
  func append(_ bytes: UnsafeRawBufferPointer, expected: Int) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    reserve(count + bytes.count, expected: expected)
    base!.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// The collected bytes, sharing this buffer's memory. Nothing may be appended afterwards.
  func finish() -> Bytes {
    Bytes(owner: self, base: UnsafeRawPointer(base), count: count)
  }

  /// A copy of the collected bytes; the buffer is empty again and keeps its memory.
  func copyOut() -> Bytes {
    defer { count = 0 }
    return SmallMessage.copy(UnsafeRawBufferPointer(start: base, count: count))
  }

  private func reserve(_ needed: Int, expected: Int) {
    guard needed > capacity else { return }
    var wanted = max(needed, capacity * 2, Self.firstBytesMin)
    if expected >= needed { wanted = min(wanted, expected) }
    if wanted >= BlockPool.blockBytesMin,
      let block = BlockPool.shared.take(wanted, preferred: max(wanted, expected))
    {
      if let base { block.base.copyMemory(from: base, byteCount: count) }
      release()
      base = block.base
      capacity = block.capacity
      return
    }
    guard let moved = realloc(base, wanted) else { fatalError("out of memory") }
    base = moved
    capacity = wanted
  }
}

/// A small message in one allocation: the object's own tail.
final class SmallMessage: ManagedBuffer<Void, UInt8> {
  /// Copies `bytes` and hands them out.
  static func copy(_ bytes: UnsafeRawBufferPointer) -> Bytes {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return .empty }
    let storage = SmallMessage.create(minimumCapacity: bytes.count) { _ in () }
    let base = storage.withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
    base.copyMemory(from: source, byteCount: bytes.count)
    return Bytes(owner: storage, base: UnsafeRawPointer(base), count: bytes.count)
  }
}
