// A file that is put together from the pieces that it comes in, paid from a share of the memory for media.

package import Vocabulary

/// One run of memory that grows as pieces are copied into it, and is read once it is whole.
///
/// However small the pieces are, and whatever they were cut from, it takes the bytes that came and at most a quarter
/// more, all of it out of a share. One owner at a time: nothing is added while `whole` runs or afterwards. What `whole`
/// gives keeps memory and share.
package final class MediaBuffer: Sendable {
  private let memory: GrowingBytes
  private let share: MediaShare
  private let capacityMin: Int
  /// Most bytes that may come.
  package let bytesMax: Int

  /// Bytes that came.
  package var count: Int { memory.count }
  /// Bytes that are taken from the process's memory.
  package var capacity: Int { memory.capacity }

  /// Least capacity, so that the first small pieces do not move each other about.
  private static let capacityMin = 1 << 12

  /// - Parameter exactly: whether what comes first is all.
  package init(bytesMax: Int, exactly: Bool = false, share: MediaShare) {
    self.bytesMax = bytesMax
    self.share = share
    memory = GrowingBytes(keeping: share)
    capacityMin = exactly ? 0 : Self.capacityMin
  }

  /// Copies `piece` to the end.
  /// - Precondition: there is room for it within `bytesMax`, and `whole` has not been asked.
  /// - Throws: if the share has no room; then nothing was added.
  package func append(_ piece: Bytes) throws(MediaShortage) {
    precondition(piece.count <= bytesMax - count, "the buffer's bounds are its owner's")
    let wanted = count + piece.count
    if wanted > capacity {
      let grown = min(max(wanted, capacity + capacity / 4, capacityMin), bytesMax)
      try share.use(grown - capacity)
      memory.reserve(grown)
    }
    memory.append(piece)
  }

  /// All that came. Not copied.
  package func whole() -> Bytes { memory.whole() }
}
