// Why a JSON text was not taken for a message.

/// A JSON text that was refused. For the person who typed it: the message may quote names from it.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Path of the key (`a.inline`, `faces[2].box`); empty when it concerns the text as a whole.
  package let path: String
  /// One English sentence.
  package let message: String

  package init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
