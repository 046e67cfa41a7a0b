// Key-value pairs that travel beside a message.

/// Ordered metadata of a call. Keys are lower-case `[0-9a-z_.-]`; the wire layer checks that and the limits.
package struct Metadata: Sendable, Equatable {
  /// The pairs in the order they were sent; keys may repeat.
  package var pairs: [(key: String, value: String)]

  package init(_ pairs: [(key: String, value: String)] = []) { self.pairs = pairs }

  /// First value of `key`.
  package subscript(key: String) -> String? { pairs.first { $0.key == key }?.value }

  package var isEmpty: Bool { pairs.isEmpty }

  package static func == (a: Metadata, b: Metadata) -> Bool {
    a.pairs.elementsEqual(b.pairs) { $0.key == $1.key && $0.value == $1.value }
  }
}
