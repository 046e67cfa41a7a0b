// The open calls of a connection, found by number without hashing or allocation.

/// What a `StreamTable` needs of its records.
protocol StreamRecord {
  /// An unused record, holding no memory.
  static var vacant: Self { get }
  /// The call's number; 0 in an unused record.
  var id: UInt32 { get set }
}

/// Records by stream number. A record stays in its slot for its whole life, so slots may be remembered.
/// Numbers of neighbouring calls differ by two, so `id / 2` spreads them evenly over the index.
struct StreamTable<Record: StreamRecord> {
  private var records: [Record] = []
  private var free: [Int32] = []
  /// Open addressing with linear probing; -1 is empty. A power of two, at most half full.
  private var index: [Int32] = []
  /// Records in use.
  private(set) var count = 0

  init() {}

  /// Slots ever used; walk `0..<slotCount` and skip records whose `id` is 0.
  var slotCount: Int { records.count }

  /// The record in `slot`.
  subscript(slot: Int) -> Record {
    @inline(__always) _read { yield records[slot] }
    @inline(__always) _modify { yield &records[slot] }
  }

  /// The slot of `id`, nil if there is none.
  func slot(of id: UInt32) -> Int? {
    guard count > 0 else { return nil }
    var place = home(id)
    while index[place] >= 0 {
      let slot = Int(index[place])
      if records[slot].id == id { return slot }
      place = (place + 1) & (index.count - 1)
    }
    return nil
  }

  /// Adds `record` under its id, which must not be in the table. Returns its slot.
  mutating func insert(_ record: consuming Record) -> Int {
    if (count + 1) * 2 > index.count { grow() }
    let id = record.id
    let slot: Int
    if let reused = free.popLast() {
      slot = Int(reused)
      records[slot] = consume record
    } else {
      slot = records.count
      records.append(consume record)
    }
    count += 1
    place(slot, id)
    return slot
  }

  /// Removes the record in `slot` and releases what it holds.
  mutating func remove(_ slot: Int) {
    var hole = home(records[slot].id)
    while index[hole] != Int32(slot) { hole = (hole + 1) & (index.count - 1) }
    records[slot] = .vacant
    free.append(Int32(slot))
    count -= 1
    // Close the gap: move back every entry whose probe path crossed the hole.
    let mask = index.count - 1
    var next = (hole + 1) & mask
    while index[next] >= 0 {
      let wanted = home(records[Int(index[next])].id)
      if (next &- wanted) & mask >= (next &- hole) & mask {
        index[hole] = index[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    index[hole] = -1
  }

  private func home(_ id: UInt32) -> Int { Int(id >> 1) & (index.count - 1) }

  private mutating func place(_ slot: Int, _ id: UInt32) {
    var place = home(id)
    while index[place] >= 0 { place = (place + 1) & (index.count - 1) }
    index[place] = Int32(slot)
  }

  private mutating func grow() {
    index = Array(repeating: -1, count: max(16, index.count * 2))
    for slot in records.indices where records[slot].id != 0 { place(slot, records[slot].id) }
  }
}
