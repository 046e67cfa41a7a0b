// Large blocks of memory, kept from one message for the next.

internal import Glibc
internal import Synchronization

/// A block from `malloc`. Whoever holds one frees it or gives it to the pool.
struct Block: @unchecked Sendable {
  // Unchecked because of the pointer: a block has one holder at a time.
  let base: UnsafeMutableRawPointer
  let capacity: Int
}

/// Keeps a few large blocks of the whole process.
///
/// Fresh memory costs a page fault for each 4 KiB, and the allocator gives large blocks back at
/// once: for an upload of 2 MiB that was more than half of the server's time. Contents are left as
/// they are: a holder reads only what it has written. Safe from any thread.
final class BlockPool: Sendable {
  static let shared = BlockPool(bytesMax: 16 << 20)

  /// Smaller blocks are the allocator's business; it keeps those.
  static let blockBytesMin = 128 << 10

  private struct State {
    var blocks: [Block] = []
    var bytes = 0
  }

  private let state = Mutex(State())
  private let bytesMax: Int

  /// - Parameter bytesMax: bytes kept at most.
  init(bytesMax: Int) { self.bytesMax = bytesMax }

  deinit { state.withLock { for block in $0.blocks { free(block.base) } } }

  /// A kept block of at least `wanted` bytes, better one of at least `preferred`; nil if there is
  /// none.
  func take(_ wanted: Int, preferred: Int) -> Block? {
    state.withLock { state in
      let found =
        state.blocks.firstIndex { $0.capacity >= preferred }
        ?? state.blocks.firstIndex { $0.capacity >= wanted }
      guard let found else { return nil }
      let block = state.blocks.remove(at: found)
      state.bytes -= block.capacity
      return block
    }
  }

  /// Keeps `block` or frees it.
  func give(_ block: Block) {
    let isKept =
      block.capacity >= Self.blockBytesMin
      && state.withLock { state in
        guard state.bytes + block.capacity <= bytesMax else { return false }
        state.blocks.append(block)
        state.bytes += block.capacity
        return true
      }
    if !isKept { free(block.base) }
  }
}
