// What keeps texts, names and what was heard out of descriptions, mirrors and dumps.

/// A value that holds what a person is to say, or was heard to say. Printing, interpolating, dumping or reflecting it shows
/// nothing.
package protocol SpokenContent: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{}

extension SpokenContent {
  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
