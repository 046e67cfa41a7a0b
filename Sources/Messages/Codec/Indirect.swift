// A place for a value whose type holds itself.

/// Holds a message field of a type that contains itself, directly or through others.
package indirect enum Indirect<Value> {
  case value(Value)

  package init(_ value: Value) { self = .value(value) }

  package var value: Value {
    switch self {
    case .value(let value): value
    }
  }
}

extension Indirect: Sendable where Value: Sendable {}
extension Indirect: Equatable where Value: Equatable {}
