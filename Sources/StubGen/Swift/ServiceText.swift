// Writes a service: the protocol its handler fulfils, the routes that serve it, the client that
// calls it.

extension SourceText {
  mutating func service(_ model: ServiceModel, messages module: String) {
    methodNames(model)
    line()
    handlerProtocol(model, module)
    line()
    routes(model, module)
    line()
    client(model, module)
  }

  private mutating func methodNames(_ model: ServiceModel) {
    comment(["Names of the methods of `\(model.fullName)`."])
    block("package enum \(model.swiftName)Methods {") { text in
      text.line("/// The service itself.")
      text.line("package static let service = \(model.fullName.literal)")
      for method in model.methods {
        text.line("/// `\(method.protoName)`.")
        text.line("package static let \(method.swiftName) = MethodName(")
        text.line("  service: service, method: \(method.protoName.literal))")
      }
    }
  }

  private mutating func handlerProtocol(_ model: ServiceModel, _ module: String) {
    comment(model.comment.isEmpty ? ["Handlers of `\(model.fullName)`."] : model.comment)
    block("package protocol \(model.swiftName)Service: Sendable {") { text in
      for method in model.methods {
        text.comment(method.comment)
        text.line("func \(method.swiftName)(")
        text.line("  \(method.handlerParameters(module).joined(separator: ", "))")
        let answer = method.serverStreaming ? "" : " -> \(module).\(method.outputPath)"
        text.line(") async throws(ServiceError)\(answer)")
      }
    }
  }

  private mutating func routes(_ model: ServiceModel, _ module: String) {
    comment(["Serves a `\(model.swiftName)Service`: decodes within limits, calls it, encodes."])
    block("package struct \(model.swiftName)Routes<Handler: \(model.swiftName)Service>: Service {")
    {
      text in
      text.line("private let handler: @Sendable () throws(ServiceError) -> Handler")
      text.line("private let limits: DecodingLimits")
      text.line()
      text.block("package init(_ handler: Handler, limits: DecodingLimits = .standard) {") { text in
        text.line("self.init(limits: limits) { handler }")
      }
      text.line()
      text.comment([
        "Calls `handler` for each call: it may refuse while what it needs is not there."
      ])
      text.line("package init(")
      text.line("  limits: DecodingLimits = .standard,")
      text.line("  _ handler: @escaping @Sendable () throws(ServiceError) -> Handler")
      text.block(") {") { text in
        text.line("self.handler = handler")
        text.line("self.limits = limits")
      }
      text.line()
      text.line("package var serviceName: String { \(model.swiftName)Methods.service }")
      text.line()
      text.block("package var methods: [ServiceMethod] {") { text in
        text.block("[", "]") { text in
          for method in model.methods { text.route(method, model, module) }
        }
      }
    }
  }

  private mutating func route(_ method: MethodModel, _ model: ServiceModel, _ module: String) {
    let name = SwiftNames.bare(method.swiftName)
    let request =
      method.clientStreaming
      ? "requests: RequestStream<\(module).\(method.inputPath)>"
      : "request: \(module).\(method.inputPath)"
    let passed = method.clientStreaming ? "requests" : "request"
    line("ServiceMethod(\(method.kindLabel): \(model.swiftName)Methods.\(name), limits) {")
    line("  [handler] (")
    line("    \(request),")
    if method.serverStreaming {
      line("    responses: ResponseWriter<\(module).\(method.outputPath)>,")
    }
    line("    call: CallContext")
    let answer = method.serverStreaming ? "Void" : "\(module).\(method.outputPath)"
    line("  ) async throws(ServiceError) -> \(answer) in")
    let writer = method.serverStreaming ? ", to: responses" : ""
    line("  try await handler().\(name)(\(passed)\(writer), in: call)")
    line("},")
  }

  private mutating func client(_ model: ServiceModel, _ module: String) {
    let streams = model.methods.contains { $0.clientStreaming || $0.serverStreaming }
    let caller = streams ? "Caller" : "UnaryCaller"
    comment(["Calls `\(model.fullName)` through a `\(caller)`. Safe from any thread."])
    block("package struct \(model.swiftName)Client: Sendable {") { text in
      text.line("private let caller: any \(caller)")
      text.line("private let limits: DecodingLimits")
      text.line()
      text.line("/// `limits` bound what answers may cost to decode.")
      text.block(
        "package init(_ caller: any \(caller), limits: DecodingLimits = .standard) {"
      ) { text in
        text.line("self.caller = caller")
        text.line("self.limits = limits")
      }
      for method in model.methods {
        text.line()
        text.comment(method.comment)
        text.call(method, model, module)
      }
    }
  }

  private mutating func call(_ method: MethodModel, _ model: ServiceModel, _ module: String) {
    let names = "\(model.swiftName)Methods.\(SwiftNames.bare(method.swiftName))"
    let request = method.clientStreaming ? "" : "_ request: \(module).\(method.inputPath), "
    line("package func \(method.swiftName)(")
    line("  \(request)options: CallOptions = .standard")
    block(") async throws(ServiceError) -> \(method.callType(module)) {") { text in
      let passed = method.clientStreaming ? "" : "request, "
      let options = method.isIdempotent ? "options.idempotent" : "options"
      if method.clientStreaming || method.serverStreaming {
        text.line("try await caller.open(")
        text.line(
          "  \(method.kindLabel): \(names), \(passed)options: \(options), limits: limits)")
      } else {
        text.line("try await caller.call(")
        text.line("  \(names), \(passed)options: \(options), limits: limits)")
      }
    }
  }
}

extension MethodModel {
  /// The label of the method's kind in `ServiceMethod` and `Caller`.
  fileprivate var kindLabel: String {
    switch (clientStreaming, serverStreaming) {
    case (false, false): "unary"
    case (false, true): "serverStreaming"
    case (true, false): "clientStreaming"
    case (true, true): "bidiStreaming"
    }
  }

  /// What the handler is given.
  fileprivate func handlerParameters(_ module: String) -> [String] {
    let request =
      clientStreaming
      ? "_ requests: RequestStream<\(module).\(inputPath)>" : "_ request: \(module).\(inputPath)"
    let responses = "to responses: ResponseWriter<\(module).\(outputPath)>"
    return [request] + (serverStreaming ? [responses] : []) + ["in call: CallContext"]
  }

  /// What a client's method returns.
  fileprivate func callType(_ module: String) -> String {
    let types = "\(module).\(inputPath), \(module).\(outputPath)"
    return switch (clientStreaming, serverStreaming) {
    case (false, false): "\(module).\(outputPath)"
    case (false, true): "ResponseStream<\(module).\(outputPath)>"
    case (true, false): "UploadCall<\(types)>"
    case (true, true): "BidiCall<\(types)>"
    }
  }
}
