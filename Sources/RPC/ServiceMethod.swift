// What a service is to the router: named methods that take bytes and give bytes.

package import Vocabulary

/// One method. The generated routes make it: decode, call the typed handler, encode.
package struct ServiceMethod: Sendable {
  /// Answers one call. The bytes are the request of a method that takes one message, empty otherwise: the messages
  /// of a stream come from `CallContext.channel`. What is returned is the answer of a method that gives one message
  /// and is not sent otherwise: there, the channel sends.
  package typealias Handler =
    @Sendable (Bytes, CallContext) async throws(ServiceError) -> [Bytes]

  /// Answers one call at once. It runs on the event loop, in the middle of what was read: it must take some
  /// microseconds at most and neither wait nor block, for it holds up every connection of the loop. It is not
  /// cancelled, and has no use of its channel.
  package typealias ImmediateHandler =
    @Sendable (Bytes, CallContext) throws(ServiceError) -> [Bytes]

  package private(set) var descriptor: MethodDescriptor
  package let handle: Handler
  /// The same as a plain function, for methods that are answered at once.
  let answer: ImmediateHandler?

  package var name: MethodName { descriptor.name }

  package init(
    _ name: MethodName, kind: MethodKind = .unary, requestBytesMax: Int? = nil,
    handle: @escaping Handler
  ) {
    descriptor = MethodDescriptor(name, kind: kind, requestBytesMax: requestBytesMax)
    self.handle = handle
    answer = nil
  }

  private init(_ descriptor: MethodDescriptor, _ answer: @escaping ImmediateHandler) {
    self.descriptor = descriptor
    self.answer = answer
    handle = { (request, call) throws(ServiceError) in try answer(request, call) }
  }

  /// A unary method that is answered from memory in a few microseconds, where its request is read, without a
  /// task; see `ImmediateHandler`. Behind interceptors it has a task like all others. Not an `init`: a closure that
  /// happens not to wait must not end up here unasked.
  package static func immediate(
    _ name: MethodName, requestBytesMax: Int? = nil, answer: @escaping ImmediateHandler
  ) -> ServiceMethod {
    var descriptor = MethodDescriptor(name, requestBytesMax: requestBytesMax)
    descriptor.isImmediate = true
    return ServiceMethod(descriptor, answer)
  }
}

extension ServiceMethod {
  /// The same method with something around its handler. It has a task for each call even if it could have been answered
  /// at once.
  package func wrapped(_ around: (@escaping Handler) -> Handler) -> ServiceMethod {
    var method = ServiceMethod(
      name, kind: descriptor.kind, requestBytesMax: descriptor.requestBytesMax,
      handle: around(handle))
    method.descriptor.compressesAnswers = descriptor.compressesAnswers
    return method
  }

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
  /// Whether `CallDispatcher.answer` may be asked in place of `dispatch`; unary only. Transports do so for requests
  /// that come in one piece.
  package var isImmediate = false
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
