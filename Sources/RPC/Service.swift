// What a service is to the router: named methods that take bytes and give bytes.

package import Vocabulary

/// One unary method. The generated routes make it: decode, call the typed handler, encode.
package struct UnaryMethod: Sendable {
  /// Answers one request.
  package typealias Handler =
    @Sendable (Bytes, CallContext) async throws(ServiceError) -> [Bytes]

  package let name: MethodName
  /// The most bytes a request may have; nil for the transport's default.
  package let requestBytesMax: Int?
  package let handle: Handler

  package init(_ name: MethodName, requestBytesMax: Int? = nil, handle: @escaping Handler) {
    self.name = name
    self.requestBytesMax = requestBytesMax
    self.handle = handle
  }
}

/// A set of methods that belong together; generated `…Routes` types are such.
package protocol Service: Sendable {
  /// `package.Service`, as in the `.proto` file.
  var serviceName: String { get }
  /// Its methods; names are unique.
  var methods: [UnaryMethod] { get }
}
