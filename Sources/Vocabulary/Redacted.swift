// A wrapper that keeps personal data out of every description, mirror and dump.

/// Holds a name, a number, a picture or an embedding. Printing, interpolating, dumping or reflecting it shows
/// nothing; the value is reached only inside `reveal`, so a review can search for that word.
/// It is neither `Equatable` nor `Codable` on purpose.
package struct Redacted<Value> {
  @usableFromInline let value: Value

  @inlinable package init(_ value: Value) { self.value = value }

  /// Lends the value for one purpose.
  @inlinable
  package func reveal<R, E: Error>(_ body: (borrowing Value) throws(E) -> R) throws(E) -> R {
    try body(value)
  }
}

extension Redacted: Sendable where Value: Sendable {}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<redacted>" }
  package var debugDescription: String { "<redacted>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
