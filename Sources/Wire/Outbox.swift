// Bytes that are ready to be written: small frames side by side in one buffer, large payloads by reference.

internal import Glibc
internal import Vocabulary

/// An ordered rope of bytes to send. Owned by one connection.
///
/// Small things are copied into one buffer, so that many frames become one TLS record; a large payload is
/// remembered with the position in the buffer before which it goes, and lent from its own memory.
struct Outbox: ~Copyable {
  private struct Reference {
    /// Bytes ever appended to the buffer when this payload was added: it follows exactly those.
    var position: Int
    var bytes: Bytes
  }

  private var base: UnsafeMutableRawPointer?
  private var capacity = 0
  /// Bytes ever appended to, and ever taken from, the buffer; the buffer starts at `start`.
  private var appended = 0
  private var taken = 0
  private var start = 0
  private var references: [Reference] = []
  private var referenceHead = 0
  private var referenceOffset = 0

  /// Bytes not taken yet, copied and referenced.
  private(set) var pendingBytes = 0

  /// An empty outbox keeps a buffer of at most this size, so that idle connections stay small.
  private static let idleCapacityMax = 4096

  init() {}

  deinit { free(base) }

  /// Reserves `count` bytes at the end and lets `body` fill all of them.
  mutating func append(_ count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let used = appended - start
    if used + count > capacity { makeRoom(count) }
    body(base! + (appended - start))
    appended += count
    pendingBytes += count
  }

  /// Copies `bytes` to the end.
  mutating func append(copying bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    append(bytes.count) { $0.copyMemory(from: source, byteCount: bytes.count) }
  }

  /// Adds `bytes` by reference.
  mutating func append(referencing bytes: Bytes) {
    guard !bytes.isEmpty else { return }
    references.append(Reference(position: appended, bytes: bytes))
    pendingBytes += bytes.count
  }

  /// Lends the next contiguous run to `body`, which returns how much of it it took. Returns that.
  mutating func lend(_ body: (UnsafeRawBufferPointer) throws -> Int) rethrows -> Int {
    guard pendingBytes > 0 else { return 0 }
    if referenceHead < references.count, references[referenceHead].position == taken {
      return try lendReference(body)
    }
    let end =
      referenceHead < references.count ? references[referenceHead].position : appended
    let run = UnsafeRawBufferPointer(start: base! + (taken - start), count: end - taken)
    let count = try body(run)
    precondition(count >= 0 && count <= run.count, "took more than was lent")
    taken += count
    finish(count)
    return count
  }

  private mutating func lendReference(
    _ body: (UnsafeRawBufferPointer) throws -> Int
  ) rethrows -> Int {
    let bytes = references[referenceHead].bytes
    let offset = referenceOffset
    let count = try bytes.withUnsafeBytes { whole in
      try body(UnsafeRawBufferPointer(rebasing: whole[offset...]))
    }
    precondition(count >= 0 && count <= bytes.count - offset, "took more than was lent")
    referenceOffset += count
    if referenceOffset == bytes.count {
      references[referenceHead].bytes = .empty
      referenceHead += 1
      referenceOffset = 0
    }
    finish(count)
    return count
  }

  private mutating func finish(_ count: Int) {
    pendingBytes -= count
    guard pendingBytes == 0 else { return }
    start = 0
    appended = 0
    taken = 0
    references.removeAll(keepingCapacity: references.capacity <= 64)
    referenceHead = 0
    if capacity > Self.idleCapacityMax {
      free(base)
      base = nil
      capacity = 0
    }
  }

  /// Moves what is pending to the front, into a larger buffer if need be.
  private mutating func makeRoom(_ count: Int) {
    let live = appended - taken
    let needed = live + count
    if needed > capacity || taken == start {
      let wanted = max(needed, capacity * 2, 512)
      guard let larger = malloc(wanted) else { fatalError("out of memory") }
      if live > 0 { larger.copyMemory(from: base! + (taken - start), byteCount: live) }
      free(base)
      base = larger
      capacity = wanted
    } else if live > 0 {
      memmove(base!, base! + (taken - start), live)
    }
    start = taken
  }
}
