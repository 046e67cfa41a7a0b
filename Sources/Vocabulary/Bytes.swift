// An immutable run of bytes that may share memory with the buffer it was received in.

/// Immutable bytes, either owned or aliasing a larger buffer that `owner` keeps alive.
///
/// Images travel through the whole server in this type without being copied: the message assembly buffer
/// is the owner, a message's `bytes` field is a slice of it, the decoder reads the slice.
/// A value may be read from any thread; the memory behind it is never written after `init`.
package struct Bytes: @unchecked Sendable {
  // Unchecked because of the raw pointer: it points into memory that `owner` keeps alive and that
  // nobody writes any more, so reading it from several threads is safe.
  @usableFromInline let owner: AnyObject?
  @usableFromInline let base: UnsafeRawPointer?

  /// Number of bytes.
  package let count: Int

  /// Aliases `count` bytes at `base`, which stay valid and unwritten as long as `owner` lives.
  @inlinable
  package init(owner: AnyObject?, base: UnsafeRawPointer?, count: Int) {
    self.owner = owner
    self.base = base
    self.count = count
  }

  /// No bytes.
  @inlinable package static var empty: Bytes { Bytes(owner: nil, base: nil, count: 0) }

  /// Copies `bytes` into storage of its own.
  @inlinable
  package init(_ bytes: some Collection<UInt8>) {
    let storage = OwnedStorage(copying: bytes)
    self.init(owner: storage, base: UnsafeRawPointer(storage.base), count: storage.count)
  }

  /// Copies `buffer` into storage of its own.
  @inlinable
  package init(copying buffer: UnsafeRawBufferPointer) {
    self.init(buffer)
  }

  /// Whether there are no bytes.
  @inlinable package var isEmpty: Bool { count == 0 }

  /// Lends the bytes for the duration of `body`; the pointer must not escape it.
  @inlinable
  package func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The bytes `range`, sharing memory with `self`. Traps if `range` is not within `0..<count`.
  @inlinable
  package subscript(range: Range<Int>) -> Bytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice outside the bytes")
    return Bytes(owner: owner, base: base.map { $0 + range.lowerBound }, count: range.count)
  }

  /// The byte at `index`. Traps if `index` is not within `0..<count`.
  @inlinable
  package subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "index outside the bytes")
    defer { withExtendedLifetime(owner) {} }
    return base!.load(fromByteOffset: index, as: UInt8.self)
  }

  /// A copy as an array.
  @inlinable package var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension Bytes: Equatable {
  /// Compares contents. Not constant-time: never compare secrets with it.
  @inlinable
  package static func == (a: Bytes, b: Bytes) -> Bool {
    a.count == b.count
      && a.withUnsafeBytes { x in b.withUnsafeBytes { y in x.elementsEqual(y) } }
  }
}

extension Bytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Only the length: the bytes may be somebody's face.
  package var description: String { "<\(count) bytes>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Heap storage of a `Bytes` that owns its bytes.
@usableFromInline
final class OwnedStorage {
  @usableFromInline let base: UnsafeMutableRawPointer
  @usableFromInline let count: Int

  @inlinable
  init(copying bytes: some Collection<UInt8>) {
    count = bytes.count
    base = .allocate(byteCount: max(1, count), alignment: 16)
    UnsafeMutableRawBufferPointer(start: base, count: count).copyBytes(from: bytes)
  }

  deinit { base.deallocate() }
}

extension Bytes {
  /// The segments one after the other; copies unless there is at most one.
  @inlinable
  package init(joining segments: [Bytes]) {
    guard segments.count != 1 else {
      self = segments[0]
      return
    }
    var joined: [UInt8] = []
    joined.reserveCapacity(segments.reduce(0) { $0 + $1.count })
    for segment in segments { segment.withUnsafeBytes { joined.append(contentsOf: $0) } }
    self.init(joined)
  }
}
