// The service grpc.health.v1.Health: what orchestrators and load balancers ask.

package import Messages
package import RPC
package import Stubs
package import Vocabulary

/// Handles `grpc.health.v1.Health`. Safe from any thread.
package struct HealthHandlers: HealthService {
  private let board: HealthBoard

  package init(_ board: HealthBoard) { self.board = board }

  package func check(
    _ request: HealthCheckRequest, in call: CallContext
  ) async throws(ServiceError) -> HealthCheckResponse { try status(request) }

  /// The same as a plain function: a look into a table under a lock, a microsecond.
  fileprivate func status(
    _ request: HealthCheckRequest
  ) throws(ServiceError) -> HealthCheckResponse {
    guard let status = board.status(of: request.service) else {
      throw ServiceError(
        .notFound, "This server has no such service.",
        Vocabulary.ErrorDetail(.unknownService, field: "service", advice: .correctInput))
    }
    return HealthCheckResponse(status: status)
  }

  package func watch(
    _ request: HealthCheckRequest, to responses: ResponseWriter<HealthCheckResponse>,
    in call: CallContext
  ) async throws(ServiceError) {
    let watch = try board.watch(request.service, by: call.account.id)
    defer { watch.end() }
    var last: HealthBoard.Status?
    for await status in watch.news {
      if status != last { try await responses.send(HealthCheckResponse(status: status)) }
      last = status
      watch.told(status)
    }
    throw Task.isCancelled ? CallEnd.cancelled : Self.stopping
  }

  private static let stopping = ServiceError(
    .unavailable, "The server is stopping; watch another one.",
    Vocabulary.ErrorDetail(.notServing, advice: .waitAndRetry, retryable: true))
}

/// The routes of `grpc.health.v1.Health`, with a `Check` that is answered at once: probes come often.
package struct HealthEndpoint: Service {
  package let serviceName = HealthMethods.service
  package let methods: [ServiceMethod]

  package init(_ board: HealthBoard, limits: DecodingLimits) {
    let handlers = HealthHandlers(board)
    methods = HealthRoutes(handlers, limits: limits).methods.map { method in
      guard method.name == HealthMethods.check else { return method }
      return .immediate(unary: HealthMethods.check, limits) {
        (request: HealthCheckRequest, _) throws(ServiceError) -> HealthCheckResponse in
        try handlers.status(request)
      }
    }
  }
}
