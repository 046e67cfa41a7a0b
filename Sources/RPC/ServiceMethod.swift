// What a service is to the router: named methods that take bytes and give bytes.

package import Vocabulary

/// One method. The generated routes make it: decode, call the typed handler, encode.
package struct ServiceMethod: Sendable {
  /// Answers one call. The bytes are the request of a method that takes one message, empty otherwise: the messages
  /// of a stream come from `CallContext.channel`. What is returned is the answer of a method that gives one message
  /// and is not sent otherwise: there, the channel sends.
  package typealias Handler =
    @Sendable (Bytes, CallContext) async throws(ServiceError) -> [Bytes]

  package private(set) var descriptor: MethodDescriptor
  package let handle: Handler

  package var name: MethodName { descriptor.name }

  package init(
    _ name: MethodName, kind: MethodKind = .unary, requestBytesMax: Int? = nil,
    handle: @escaping Handler
  ) {
    descriptor = MethodDescriptor(name, kind: kind, requestBytesMax: requestBytesMax)
    self.handle = handle
  }
}

extension ServiceMethod {
  /// The same method for media: its answers are not compressed.
  package var withoutCompression: ServiceMethod {
    var method = self
    method.descriptor.compressesAnswers = false
    return method
  }
}

/// What a transport has to know of a method before its first call.
package struct MethodDescriptor: Sendable, Hashable {
  package let name: MethodName
  package let kind: MethodKind
  /// The most bytes a request message may have; nil for the transport's default.
  package let requestBytesMax: Int?
  /// Whether answers are compressed for clients that ask for it.
  package var compressesAnswers = true

  package init(_ name: MethodName, kind: MethodKind = .unary, requestBytesMax: Int? = nil) {
    self.name = name
    self.kind = kind
    self.requestBytesMax = requestBytesMax
  }
}

/// A set of methods that belong together; generated `…Routes` types are such.
package protocol Service: Sendable {
  /// `package.Service`, as in the `.proto` file.
  var serviceName: String { get }
  /// Its methods; names are unique.
  var methods: [ServiceMethod] { get }
}

/// A service of pictures or sound, which are compressed already: compressing again would only cost time.
package struct MediaService: Service {
  private let base: any Service

  package init(_ base: any Service) { self.base = base }

  package var serviceName: String { base.serviceName }

  package var methods: [ServiceMethod] { base.methods.map(\.withoutCompression) }
}
