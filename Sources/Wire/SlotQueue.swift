// Whose turn it is: a queue of stream slots.

/// A queue of stream slots, first in first out.
struct SlotQueue {
  private var slots: [Int] = []
  private var head = 0

  init() {}

  var isEmpty: Bool { head == slots.count }

  mutating func append(_ slot: Int) { slots.append(slot) }

  mutating func popFirst() -> Int? {
    guard head < slots.count else { return nil }
    defer {
      head += 1
      if head == slots.count {
        slots.removeAll(keepingCapacity: true)
        head = 0
      } else if head == 64 {
        slots.removeFirst(head)
        head = 0
      }
    }
    return slots[head]
  }

  /// Takes `slot` out, wherever it is.
  mutating func remove(_ slot: Int) {
    slots.removeFirst(head)
    head = 0
    slots.removeAll { $0 == slot }
  }
}
