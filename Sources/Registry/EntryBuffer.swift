// The entries of one piece of a file: gathered, sorted, written as a run.

internal import Glibc

/// Grows as needed up to what one piece can give; reused from piece to piece. Owned by one thread.
final class EntryBuffer {
  /// Key, number in the file, two bytes of the value's length; the value follows.
  static let headBytes = RegistryLimits.entryKeyBytes + 10

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

  /// - Parameter number: of the row that gives it, so that of two the later one counts.
  func append(
    _ key: EntryKey, _ number: UInt64, _ record: RegistryRecord, _ hash: RegistryHash
  ) {
    let start = used
    if start + Self.headBytes + RegistryLimits.valueBytesMax > bytes.count { grow() }
    let entry = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
    key.write(to: entry)
    entry.storeBytes(of: number.bigEndian, toByteOffset: 16, as: UInt64.self)
    let value = UnsafeMutableRawBufferPointer(rebasing: entry[Self.headBytes...])
    let count = hash.seal(record, under: key, into: value)
    entry.storeBytes(of: UInt16(count).bigEndian, toByteOffset: 24, as: UInt16.self)
    order.append((key.high, start))
    used += Self.headBytes + count
  }

  private func grow() {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count * 2, alignment: 8)
    larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
    bytes.deallocate()
    bytes = larger
  }

  /// Writes the entries in order of their keys, one for each key; returns how many.
  func write(to path: String) throws(RegistryFault) -> Int {
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
      let length = Self.headBytes + Int(bytes[place + 24]) << 8 + Int(bytes[place + 25])
      try writer.write(UnsafeRawBufferPointer(rebasing: bytes[place..<place + length]))
      written += 1
    }
    try writer.finish()
    return written
  }

  private func key(_ place: Int) -> EntryKey {
    EntryKey(UnsafeRawBufferPointer(rebasing: bytes[place..<place + 16]))
  }
}

/// A run that is being written: it appears under its name when it is complete and on the disk. Owned by one thread.
final class RunWriter {
  private let path: String
  private let file: Int32
  private var buffer: [UInt8] = []

  init(_ path: String) throws(RegistryFault) {
    self.path = path
    file = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Self.failed() }
    buffer.reserveCapacity(1 << 20)
  }

  deinit { close(file) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(RegistryFault) {
    if buffer.count + bytes.count > 1 << 20 { try flush() }
    buffer.append(contentsOf: bytes)
  }

  private func flush() throws(RegistryFault) {
    try writeAll(file, buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  func finish() throws(RegistryFault) {
    try flush()
    guard fsync(file) == 0, rename(path + ".part", path) == 0 else { throw Self.failed() }
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
