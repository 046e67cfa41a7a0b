// Memory that bytes are gathered in until they are whole.

internal import Glibc

/// One run of memory that grows as bytes are copied to its end, and is then read as `Bytes` without another copy.
///
/// One owner at a time: nothing is reserved or appended while `whole` runs or afterwards. What `whole` gives keeps the
/// memory.
package final class GrowingBytes: @unchecked Sendable {
  // Unchecked: its one owner writes, under that owner's lock or in its task; after `whole` nobody does.
  private var base: UnsafeMutableRawPointer?
  private var isWhole = false
  private let keeping: AnyObject?

  /// Bytes that came.
  package private(set) var count = 0
  /// Bytes that are taken from the process's memory.
  package private(set) var capacity = 0

  /// - Parameter keeping: lives as long as the memory does.
  package init(keeping: (any AnyObject & Sendable)? = nil) { self.keeping = keeping }

  deinit { free(base) }

  /// Grows the capacity to `wanted`, if it is less. Where the memory is large, the system moves its pages and copies
  /// nothing.
  package func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    guard let moved = realloc(base, wanted) else { preconditionFailure("out of memory") }
    base = moved
    capacity = wanted
  }

  /// Copies `bytes` to the end.
  /// - Precondition: `whole` has not been asked.
  package func append(_ bytes: Bytes) {
    precondition(!isWhole, "bytes that somebody may read are not written any more")
    guard !bytes.isEmpty else { return }
    reserve(count + bytes.count)
    bytes.withUnsafeBytes { source in
      guard let base, let start = source.baseAddress else { return }
      memcpy(base + count, start, source.count)
    }
    count += bytes.count
  }

  /// All that came. Not copied.
  package func whole() -> Bytes {
    isWhole = true
    return Bytes(owner: self, base: UnsafeRawPointer(base), count: count)
  }
}
