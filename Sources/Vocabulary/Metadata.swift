// Key-value pairs that travel beside a message.

/// Ordered metadata of a call. Keys are lower-case `[0-9a-z_.-]`; the wire layer checks that and the limits.
package struct Metadata: Sendable, Equatable {
  /// The pairs in the order they were sent; keys may repeat.
  @inlinable
  package var pairs: [(key: String, value: String)] {
    get { stored ?? [] }
    _modify {
      // Taken out while it changes: appending copies nothing.
      var pairs = stored ?? []
      stored = nil
      defer { stored = pairs.isEmpty ? nil : pairs }
      yield &pairs
    }
  }

  /// Nil when there are none: most calls have none, and every copy of an empty array is counted.
  @usableFromInline var stored: [(key: String, value: String)]?

  @inlinable package init() {}

  @inlinable
  package init(_ pairs: [(key: String, value: String)]) { stored = pairs.isEmpty ? nil : pairs }

  /// First value of `key`.
  package subscript(key: String) -> String? { pairs.first { $0.key == key }?.value }

  @inlinable package var isEmpty: Bool { stored == nil }

  package static func == (a: Metadata, b: Metadata) -> Bool {
    a.pairs.elementsEqual(b.pairs) { $0.key == $1.key && $0.value == $1.value }
  }
}
