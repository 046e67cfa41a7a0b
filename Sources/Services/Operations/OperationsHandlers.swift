// The service idv.v1.Operations: what the person who runs the server asks it.

package import Messages
package import RPC
internal import Stubs
package import Vocabulary

/// What the process knows about itself once its models are loaded; made by the composition root.
package struct ServerFacts: Sendable {
  package var version: String
  package var models: [Messages.ModelVersion]
  package var capabilities: [Messages.Capability]
  package var policies: [String]

  package init(
    version: String, models: [Messages.ModelVersion], capabilities: [Messages.Capability],
    policies: [String]
  ) {
    self.version = version
    self.models = models
    self.capabilities = capabilities
    self.policies = policies
  }
}

/// What changes while the process runs, asked for at each call.
package struct ServerReadings: Sendable {
  package var serving: Bool
  package var uptime: Duration
  package var callsInFlight: Int
  package var residentBytes: Int

  package init(serving: Bool, uptime: Duration, callsInFlight: Int, residentBytes: Int) {
    self.serving = serving
    self.uptime = uptime
    self.callsInFlight = callsInFlight
    self.residentBytes = residentBytes
  }
}

/// Handles `idv.v1.Operations`, for operator accounts only. Safe from any thread.
package struct OperationsHandlers: OperationsService {
  private let operators: Set<AccountID>
  private let facts: @Sendable () -> ServerFacts
  private let readings: @Sendable () -> ServerReadings
  private let metricsText: @Sendable () -> String

  package init(
    operators: Set<AccountID>, facts: @escaping @Sendable () -> ServerFacts,
    readings: @escaping @Sendable () -> ServerReadings,
    metricsText: @escaping @Sendable () -> String
  ) {
    self.operators = operators
    self.facts = facts
    self.readings = readings
    self.metricsText = metricsText
  }

  package func getStatus(
    _ request: GetStatusRequest, in call: CallContext
  ) async throws(ServiceError) -> GetStatusResponse {
    try admit(call)
    let (now, facts) = (readings(), facts())
    var response = GetStatusResponse()
    response.version = facts.version
    response.serving = now.serving
    response.uptimeSeconds = UInt64(max(0, now.uptime.components.seconds))
    response.models = facts.models
    response.capabilities = facts.capabilities
    response.policies = facts.policies
    response.callsInFlight = UInt32(clamping: now.callsInFlight)
    response.residentBytes = UInt64(clamping: now.residentBytes)
    return response
  }

  package func getMetrics(
    _ request: GetMetricsRequest, in call: CallContext
  ) async throws(ServiceError) -> GetMetricsResponse {
    try admit(call)
    var response = GetMetricsResponse()
    response.prometheusText = metricsText()
    return response
  }

  private func admit(_ call: CallContext) throws(ServiceError) {
    guard operators.contains(call.account.id) else {
      throw ServiceError(
        .permissionDenied, "Operations is for operator accounts; ask the operator of this server.",
        ErrorDetail(.notPermitted, advice: .contactSupport))
    }
  }
}
