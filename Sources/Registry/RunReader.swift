// Sorted runs, read entry by entry and merged.

internal import Glibc

/// One run. Owned by one thread.
final class RunReader {
  private let file: Int32
  private let buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private(set) var key = EntryKey(high: 0, low: 0)
  /// Of several runs with one key the one of the highest rank counts.
  let rank: Int
  private var value = 0..<0
  private var isFirst = true

  init(_ path: String, rank: Int) throws(RegistryFault) {
    self.rank = rank
    file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw RegistryFault(.inputOutput, "a sorted piece is gone; start the import again")
    }
    buffer = .allocate(byteCount: RegistryLimits.runBufferBytes, alignment: 8)
  }

  deinit {
    close(file)
    buffer.deallocate()
  }

  /// Goes to the next entry; false at the end.
  func advance() throws(RegistryFault) -> Bool {
    guard try has(EntryBuffer.headBytes) else {
      guard start == end else { throw Self.damaged }
      return false
    }
    let previous = key
    key = EntryKey(UnsafeRawBufferPointer(rebasing: buffer[start..<start + 16]))
    guard isFirst || previous < key else { throw Self.damaged }
    isFirst = false
    let count = Int(buffer[start + 16]) << 8 | Int(buffer[start + 17])
    guard count <= RegistryLimits.valueBytesMax, try has(EntryBuffer.headBytes + count) else {
      throw Self.damaged
    }
    value = start + EntryBuffer.headBytes..<start + EntryBuffer.headBytes + count
    start = value.upperBound
    return true
  }

  /// The entry's value, lent until the next `advance`.
  func withValue<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try body(UnsafeRawBufferPointer(rebasing: buffer[value]))
  }

  private static let damaged = RegistryFault(
    .corrupt, "a sorted piece is damaged; remove the import's folder and start it again")

  /// Whether `count` more bytes are there, read if need be.
  private func has(_ count: Int) throws(RegistryFault) -> Bool {
    if end - start >= count { return true }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
    (start, end) = (0, end - start)
    while end < count {
      let got = read(file, buffer.baseAddress! + end, buffer.count - end)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw RegistryFault(.inputOutput, "a sorted piece cannot be read") }
      if got == 0 { return false }
      end += got
    }
    return true
  }
}

/// Several runs as one, in order of keys; of several entries for one key the one of the latest piece. Owned by one thread.
struct RunMerge {
  /// A heap of those that have an entry: the least on top.
  private var heap: [RunReader] = []

  init(_ paths: [String]) throws(RegistryFault) {
    for (rank, path) in paths.enumerated() {
      let reader = try RunReader(path, rank: rank)
      if try reader.advance() { heap.append(reader) }
    }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(place) }
  }

  /// The key of the next entry; nil at the end.
  var nextKey: EntryKey? { heap.first?.key }

  /// Gives the next entry to `take` and goes on to the next key.
  mutating func take(
    _ take: (EntryKey, UnsafeRawBufferPointer) throws(RegistryFault) -> Void
  ) throws(RegistryFault) {
    guard let key = nextKey else { return }
    // Equal keys come with the latest piece first.
    try heap[0].withValue { (value) throws(RegistryFault) in try take(key, value) }
    while nextKey == key {
      if try !heap[0].advance() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      siftDown(0)
    }
  }

  private static func isBefore(_ a: RunReader, _ b: RunReader) -> Bool {
    a.key != b.key ? a.key < b.key : a.rank > b.rank
  }

  private mutating func siftDown(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if Self.isBefore(heap[child], heap[least]) { least = child }
      }
      if least == place { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}
