// How many files the process may have open, and how many connections there is room for among them.

internal import CProcess

/// The process's limit of open files: every connection is one. A value.
package struct FileLimit: Sendable, Equatable {
  /// Files that may be open at the same time.
  package let files: Int

  /// Kept for what is no connection of a client: logs, stores, event loops, sources of real-name checks. Our choice.
  package static let reserve = 128

  package init(files: Int) { self.files = files }

  /// The limit, raised as far as the process may raise it itself; nil where the system does not tell it.
  static func raised() -> FileLimit? {
    let files = cprocess_raise_file_limit()
    return files < 0 ? nil : FileLimit(files: files)
  }

  /// As many of the `wanted` connections as there is room for, and one in any case.
  package func connections(wanted: Int) -> Int { min(wanted, max(1, files - Self.reserve)) }
}
