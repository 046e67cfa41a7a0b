// How a method is named on the wire.

/// `package.Service` and `Method`, as in the `.proto` file.
package struct MethodName: Sendable, Hashable, CustomStringConvertible {
  package let service: String
  package let method: String

  package init(service: String, method: String) {
    self.service = service
    self.method = method
  }

  /// `package.Service/Method`.
  package var description: String { service + "/" + method }
}
