// The owner of one C arena.

internal import CProtobufC

/// Owns the memory of one message while it is unpacked or packed. Not for several threads at once.
struct Arena: ~Copyable {
  let pointer: OpaquePointer

  /// Nil when there is no memory.
  /// - Parameters:
  ///   - firstBytes: taken at once.
  ///   - budgetBytes: never exceeded; allocation fails instead.
  init?(firstBytes: Int, budgetBytes: Int) {
    guard let pointer = idv_arena_new(firstBytes, budgetBytes) else { return nil }
    self.pointer = pointer
  }

  deinit { idv_arena_free(pointer) }

  /// Bytes handed out so far.
  var usedBytes: Int { idv_arena_used(pointer) }
}
