// What keeps numbers and names out of descriptions, mirrors and dumps.

/// A value about a person. Printing, interpolating, dumping or reflecting it shows nothing.
package protocol PersonalValue: Sendable, Equatable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{}

extension PersonalValue {
  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
