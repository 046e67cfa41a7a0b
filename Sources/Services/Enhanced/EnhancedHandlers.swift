// The service idv.v1.Enhanced: what it needs, and the calls that only ask about a device.

package import Decisions
internal import Liveness
package import Messages
package import RPC
internal import Stubs
internal import Vision
package import Vocabulary

/// Handles `idv.v1.Enhanced`. Safe from any thread.
package struct EnhancedHandlers: EnhancedService {
  let captures: CaptureDesk
  let devices: DeviceDesk
  let policy: FaceComparePolicy
  let scenes: Scenes

  package init(
    captures: CaptureDesk, devices: DeviceDesk, policy: FaceComparePolicy, scenes: Scenes
  ) {
    self.captures = captures
    self.devices = devices
    self.policy = policy
    self.scenes = scenes
  }

  /// A number that a device's evidence has to carry when it is made before there is a challenge.
  package func getDeviceNonce(
    _ request: GetDeviceNonceRequest, in call: CallContext
  ) async throws(ServiceError) -> GetDeviceNonceResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let session = try checkedSession(request.sessionId)
    let nonce = devices.nonce(account: call.account.id, session: session)
    var response = GetDeviceNonceResponse()
    response.header = told(header, call, policy: "")
    response.nonce = Bytes(nonce.bytes)
    response.expiresAtMs = nonce.expires
    return response
  }

  /// Judges a device's evidence alone.
  package func getDeviceRisk(
    _ request: GetDeviceRiskRequest, in call: CallContext
  ) async throws(ServiceError) -> GetDeviceRiskResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let session = try checkedSession(request.sessionId)
    guard let evidence = request.deviceEvidence else { throw .missing("device_evidence") }
    let reading = devices.read(evidence, account: call.account.id, session: session)
    let demand = devices.demand(reading.risk, scene: header.scene, isAccessible: false)
    var response = GetDeviceRiskResponse()
    response.header = told(header, call, policy: DeviceRiskPolicy.version)
    response.device = Messages.DeviceRisk(reading)
    response.mode = demand.mode.map(Messages.LivenessMode.init) ?? .unspecified
    response.reasons = demand.reasons.map(Reason.init)
    return response
  }

  func told(
    _ header: CheckedHeader, _ call: CallContext, policy: String,
    advice: Vocabulary.NextAction = .none
  ) -> ResponseHeader {
    ResponseHeader(call, header, .information, advice: advice, policy: policy, models: [])
  }
}
