// What an import keeps beside the registry while it runs: sorted pieces, and what they were made from. Codes and
// sealed portraits only.

internal import FoundationEssentials
internal import Glibc

/// The folder of one import. Whoever holds it is alone in it. Owned by one thread; workers name files of their own in it.
final class ImportFolder {
  /// What the pieces were made from: others are of no use.
  struct Origin: Codable, Equatable {
    /// Of the runs, too.
    var format = 3
    var bytes: Int
    var inode: UInt64
    var modified: Int64
    var changed: Int64
    var keyCheck: [UInt8]
    var kinds: [UInt8]
    var digests: [String]
    var pieceBytes: Int
    /// The folder of pictures and what makes templates of them; nil if the file names none.
    var pictures: String?
    var contract: [UInt8]?
  }

  let path: String
  private let lock: Int32

  /// Makes the folder, or takes over what an interrupted import left if it is of the same file, key and options.
  init(_ path: String, _ origin: Origin) throws(RegistryFault) {
    self.path = path
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failed() }
    lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Self.failed() }
    // What is thrown from here on ends in `deinit`, which closes the file.
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw RegistryFault(.locked, "another import into this registry is under way")
    }
    guard Self.read(Origin.self, path + "/origin.json") != origin else { return }
    try Self.empty(path)
    try Self.write(origin, path + "/origin.json")
  }

  deinit { close(lock) }

  static func run(_ folder: String, _ piece: Int) -> String {
    "\(folder)/piece-\(piece).run"
  }

  /// What is said of a piece, if its run is there as it was written.
  static func report(_ folder: String, _ piece: Int) -> PieceReport? {
    guard let report = read(PieceReport.self, "\(folder)/piece-\(piece).json"),
      RunMark(of: run(folder, piece)) == report.run
    else { return nil }
    return report
  }

  static func keep(_ report: PieceReport, _ folder: String, _ piece: Int) throws(RegistryFault) {
    try write(report, "\(folder)/piece-\(piece).json")
  }

  /// Removes the folder with everything in it.
  func remove() {
    try? Self.empty(path)
    unlink(path + "/lock")
    rmdir(path)
  }

  private static func empty(_ path: String) throws(RegistryFault) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw failed()
    }
    for name in names where name != "lock" { unlink(path + "/" + name) }
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ path: String) -> Value? {
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONDecoder().decode(type, from: bytes)
  }

  private static func write(_ value: some Encodable, _ path: String) throws(RegistryFault) {
    guard let json = try? JSONEncoder().encode(value) else { throw failed() }
    let bytes = [UInt8](json)
    let writer = try RunWriter(path)
    try bytes.withLent { (bytes) throws(RegistryFault) in try writer.write(bytes) }
    try writer.finish()
  }

  private static func failed() -> RegistryFault {
    RegistryFault(
      .inputOutput,
      "the import's folder beside the registry cannot be used: \(String(cString: strerror(errno)))")
  }
}
