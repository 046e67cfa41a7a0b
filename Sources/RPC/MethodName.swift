// How a method is named on the wire.

/// `package.Service` and `Method`, as in the `.proto` file. One reference: it travels with every call.
package struct MethodName: Sendable, Hashable, CustomStringConvertible {
  private let parts: Parts

  private final class Parts: Sendable {
    let service: String
    let method: String

    init(_ service: String, _ method: String) {
      self.service = service
      self.method = method
    }
  }

  package init(service: String, method: String) { parts = Parts(service, method) }

  /// `package.Service`.
  package var service: String { parts.service }
  /// `Method`.
  package var method: String { parts.method }

  package static func == (a: MethodName, b: MethodName) -> Bool {
    a.parts === b.parts || (a.service == b.service && a.method == b.method)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(service)
    hasher.combine(method)
  }

  /// `package.Service/Method`.
  package var description: String { service + "/" + method }
}
