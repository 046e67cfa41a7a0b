// Where tests find what set-up installed and what may lie beside the checkout.

import FoundationEssentials

/// Paths that tests need. Tests whose files are missing are skipped with a message, never passed silently.
package enum Workplace {
  /// The folder of Package.swift.
  package static let root: String = {
    var path = #filePath
    for _ in 0..<3 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
    return path
  }()

  /// What `make setup` fills.
  package static let deps = root + "/.deps"
  /// The development certificates of `make setup`.
  package static let certificates = root + "/Certs/dev"
  /// Evaluation data beside the checkout; not part of the repository.
  package static let data = root + "/../shared/data"

  /// Whether models, runtime, demo pictures and certificates are installed.
  package static let isSetUp =
    exists(deps + "/models") && exists(deps + "/openvino") && exists(deps + "/demo")
    && exists(certificates + "/client.crt")

  /// Whether the evaluation data is there.
  package static let hasData = exists(data + "/README.md")

  /// Whether there is a file or folder at `path`.
  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// The bytes of a file.
  package static func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }
}
