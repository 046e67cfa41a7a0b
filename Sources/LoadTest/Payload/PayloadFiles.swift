// Reads payloads and what they name from files.

internal import FoundationEssentials
internal import Synchronization
package import Vocabulary

/// One payload as it was given.
package struct PayloadContent: Sendable {
  /// Where it is from, for complaints.
  package let name: String
  package let bytes: Bytes

  package init(name: String, bytes: Bytes) {
    self.name = name
    self.bytes = bytes
  }
}

/// The files of a test, each read once. Safe from any thread.
package final class PayloadFiles: Sendable {
  private let known = Mutex<[String: Bytes]>([:])

  package init() {}

  /// The content of a file.
  package func bytes(_ path: String) throws(UsageError) -> Bytes {
    if let bytes = known.withLock({ $0[path] }) { return bytes }
    do {
      let bytes = Bytes(try Data(contentsOf: URL(filePath: path)))
      known.withLock { $0[path] = bytes }
      return bytes
    } catch {
      throw UsageError("The file \(path) cannot be read.")
    }
  }

  /// The lines of a file that are not empty.
  package func lines(_ path: String) throws(UsageError) -> [String] {
    try bytes(path).lines.map { String(decoding: $0.array, as: UTF8.self) }
  }

  /// The payloads of a file or folder: a folder's files in the order of their names, hidden ones left
  /// out; a `.jsonl` file's lines; else the file as a whole.
  package func payloads(_ path: String, raw: Bool) throws(UsageError) -> [PayloadContent] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw UsageError("There is no file or folder \(path).")
    }
    guard isFolder else { return try contents(path, raw: raw) }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw UsageError("The folder \(path) cannot be read.")
    }
    var all: [PayloadContent] = []
    for name in names.sorted() where !name.hasPrefix(".") {
      let inside = path.hasSuffix("/") ? path + name : path + "/" + name
      var isFolder = false
      _ = FileManager.default.fileExists(atPath: inside, isDirectory: &isFolder)
      let isPayload = raw || name.hasSuffix(".json") || name.hasSuffix(".jsonl")
      if !isFolder, isPayload { all += try contents(inside, raw: raw) }
    }
    guard !all.isEmpty else {
      throw UsageError("The folder \(path) holds no \(raw ? "" : ".json or .jsonl ")files.")
    }
    return all
  }

  private func contents(_ path: String, raw: Bool) throws(UsageError) -> [PayloadContent] {
    let whole = try bytes(path)
    guard !raw, path.hasSuffix(".jsonl") else { return [PayloadContent(name: path, bytes: whole)] }
    let lines = whole.lines
    guard !lines.isEmpty else { throw UsageError("The file \(path) has no lines.") }
    return lines.enumerated().map { index, line in
      PayloadContent(name: "\(path), payload \(index + 1)", bytes: line)
    }
  }
}

extension Bytes {
  /// Lines that are not empty, without their ends.
  fileprivate var lines: [Bytes] {
    array.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).map { Bytes($0) }
  }
}
