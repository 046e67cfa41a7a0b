// The entries of one piece of a file: gathered, sorted, written as a run.

internal import Glibc

/// Grows as needed up to what one piece can give; reused from piece to piece. Owned by one thread.
final class EntryBuffer {
  /// Key, two bytes of the value's length; the value follows.
  static let headBytes = RegistryLimits.entryKeyBytes + 2

  private var bytes: UnsafeMutableRawBufferPointer
  private var used = 0
  /// Where each entry lies, with the first half of its key.
  private var order: [(high: UInt64, place: Int)] = []

  init() { bytes = .allocate(byteCount: 8 << 20, alignment: 8) }

  deinit { bytes.deallocate() }

  func removeAll() {
    used = 0
    order.removeAll(keepingCapacity: true)
  }

  /// Of two for one key the later one counts.
  func append(_ key: EntryKey, _ record: RegistryRecord, _ hash: RegistryHash) {
    let start = used
    if start + Self.headBytes + RegistryLimits.valueBytesMax > bytes.count { grow() }
    let entry = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
    key.write(to: entry)
    let value = UnsafeMutableRawBufferPointer(rebasing: entry[Self.headBytes...])
    let count = hash.seal(record, under: key, into: value)
    entry.storeBytes(of: UInt16(count).bigEndian, toByteOffset: 16, as: UInt16.self)
    order.append((key.high, start))
    used += Self.headBytes + count
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count * 2, alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
    bytes.deallocate()
    bytes = larger
  }

  /// Writes the entries in order of their keys, one for each key.
  func write(to path: String) throws(RegistryFault) -> (entries: Int, mark: RunMark) {
    order.sort { a, b in
      if a.high != b.high { return a.high < b.high }
      let (x, y) = (key(a.place), key(b.place))
      // Entries are gathered in the file's order.
      return x.low != y.low ? x.low < y.low : a.place < b.place
    }
    let writer = try RunWriter(path)
    var written = 0
    for index in order.indices {
      let place = order[index].place
      if index + 1 < order.count, order[index + 1].high == order[index].high,
        key(order[index + 1].place) == key(place)
      {
        continue
      }
      let length = Self.headBytes + Int(bytes[place + 16]) << 8 + Int(bytes[place + 17])
      try writer.write(UnsafeRawBufferPointer(rebasing: bytes[place..<place + length]))
      written += 1
    }
    return (written, try writer.finish())
  }

  private func key(_ place: Int) -> EntryKey {
    EntryKey(UnsafeRawBufferPointer(rebasing: bytes[place..<place + 16]))
  }
}

/// By what a run is known again after an interruption: runs are not synced, which would make every piece wait for the disk,
/// so that a machine that stops may have lost what was written.
struct RunMark: Sendable, Equatable, Codable {
  private(set) var bytes = 0
  private var sum: UInt64 = 0

  init() {}

  /// The mark of a file; nil if it cannot be read.
  init?(of path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: RunWriter.bufferBytes)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return }
      buffer.withUnsafeBytes { add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// Zeroed, missing and exchanged words change the sum; it stands against accidents, not against whoever may write here.
  mutating func add(_ piece: UnsafeRawBufferPointer) {
    var place = 0
    // A word may lie in two pieces.
    while place < piece.count {
      if bytes % 8 == 0, place + 8 <= piece.count {
        let word = UInt64(littleEndian: piece.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
        sum ^= sum >> 29
        (place, bytes) = (place + 8, bytes + 8)
      } else {
        sum ^= UInt64(piece[place]) << (UInt64(bytes % 8) * 8)
        if bytes % 8 == 7 {
          sum = sum &* 0x9E37_79B9_7F4A_7C15
          sum ^= sum >> 29
        }
        (place, bytes) = (place + 1, bytes + 1)
      }
    }
  }
}

/// A run that is being written: it appears under its name when it is complete. Owned by one thread.
final class RunWriter {
  static let bufferBytes = 1 << 20
  private let path: String
  private let file: Int32
  private var buffer: [UInt8] = []
  private var mark = RunMark()

  init(_ path: String) throws(RegistryFault) {
    self.path = path
    file = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.failed() }
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit { close(file) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(RegistryFault) {
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    buffer.append(contentsOf: bytes)
  }

  private func flush() throws(RegistryFault) {
    try writeAll(file, buffer)
    buffer.withUnsafeBytes { mark.add($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  @discardableResult
  func finish() throws(RegistryFault) -> RunMark {
    try flush()
    guard rename(path + ".part", path) == 0 else { throw Self.failed() }
    return mark
  }

  private static func failed() -> RegistryFault {
    RegistryFault(
      .inputOutput,
      "the folder beside the registry cannot be written: \(String(cString: strerror(errno)))")
  }
}

/// Writes all of `bytes`.
func writeAll(_ file: Int32, _ bytes: [UInt8]) throws(RegistryFault) {
  var done = 0
  while done < bytes.count {
    let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + done, $0.count - done) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else {
      throw RegistryFault(.inputOutput, "writing failed: \(String(cString: strerror(errno)))")
    }
    done += count
  }
}
