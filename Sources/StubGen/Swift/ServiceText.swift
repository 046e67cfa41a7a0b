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
        text.line("  _ request: \(module).\(method.inputPath), in call: CallContext")
        text.line(") async throws(ServiceError) -> \(module).\(method.outputPath)")
      }
    }
  }

  private mutating func routes(_ model: ServiceModel, _ module: String) {
    comment(["Serves a `\(model.swiftName)Service`: decodes within limits, calls it, encodes."])
    block("package struct \(model.swiftName)Routes<Handler: \(model.swiftName)Service>: Service {")
    {
      text in
      text.line("private let handler: Handler")
      text.line("private let limits: DecodingLimits")
      text.line()
      text.block("package init(_ handler: Handler, limits: DecodingLimits = .standard) {") { text in
        text.line("self.handler = handler")
        text.line("self.limits = limits")
      }
      text.line()
      text.line("package var serviceName: String { \(model.swiftName)Methods.service }")
      text.line()
      text.block("package var methods: [UnaryMethod] {") { text in
        text.block("[", "]") { text in
          for method in model.methods { text.route(method, model, module) }
        }
      }
    }
  }

  private mutating func route(_ method: MethodModel, _ model: ServiceModel, _ module: String) {
    let name = SwiftNames.bare(method.swiftName)
    line("UnaryMethod(\(model.swiftName)Methods.\(name), limits) {")
    line("  [handler] (request: \(module).\(method.inputPath), call) async throws(ServiceError)")
    line("    -> \(module).\(method.outputPath) in")
    line("  try await handler.\(name)(request, in: call)")
    line("},")
  }

  private mutating func client(_ model: ServiceModel, _ module: String) {
    comment(["Calls `\(model.fullName)` through a `UnaryCaller`. Safe from any thread."])
    block("package struct \(model.swiftName)Client: Sendable {") { text in
      text.line("private let caller: any UnaryCaller")
      text.line("private let limits: DecodingLimits")
      text.line()
      text.line("/// `limits` bound what answers may cost to decode.")
      text.block(
        "package init(_ caller: any UnaryCaller, limits: DecodingLimits = .standard) {"
      ) { text in
        text.line("self.caller = caller")
        text.line("self.limits = limits")
      }
      for method in model.methods {
        text.line()
        text.comment(method.comment)
        text.line("package func \(method.swiftName)(")
        text.line(
          "  _ request: \(module).\(method.inputPath), options: CallOptions = .standard")
        text.block(") async throws(ServiceError) -> \(module).\(method.outputPath) {") { text in
          let name = SwiftNames.bare(method.swiftName)
          text.line("try await caller.call(")
          text.line(
            "  \(model.swiftName)Methods.\(name), request, options: options, limits: limits)")
        }
      }
    }
  }
}
