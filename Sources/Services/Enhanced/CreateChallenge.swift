// Enhanced.CreateChallenge: request → device's risk → mode → challenge → response.

internal import Decisions
internal import Liveness
package import Messages
package import RPC
package import Vocabulary

extension EnhancedHandlers {
  /// Says what to ask of the person: the risk policy picks the mode from the device's evidence.
  package func createChallenge(
    _ request: CreateChallengeRequest, in call: CallContext
  ) async throws(ServiceError) -> CreateChallengeResponse {
    // 1. Past this line every field is within its limits.
    let header = try CheckedHeader(request.header, scenes: scenes)
    let asked = try ChallengeQuestion(request)

    // 2. What the device shows, and what that demands.
    let reading = devices.read(
      request.deviceEvidence, account: call.account.id, session: asked.session)
    let demand = devices.demand(
      reading.risk, scene: header.scene, isAccessible: asked.isAccessible)

    var response = CreateChallengeResponse()
    response.device = Messages.DeviceRisk(reading)
    response.reasons = demand.reasons.map(Reason.init)
    guard let demanded = demand.mode else {
      response.header = told(
        header, call, policy: DeviceRiskPolicy.version, advice: .useOtherChannel)
      return response
    }

    // 3. A challenge of at least that, remembered with the device it is for.
    let challenge = try await captures.challenges.issue(
      asked.request(account: call.account.id, atLeast: demanded))
    devices.book.keep(
      ChallengedDevice(
        keyID: reading.trust == nil ? nil : request.deviceEvidence?.keyId.array,
        attested: reading.attested, demanded: demanded),
      challenge: challenge.id, account: call.account.id,
      expires: captures.clock.moment() + DeviceBookLimits.lifetime)
    response.header = told(header, call, policy: DeviceRiskPolicy.version)
    response.challenge = Challenge(challenge)
    return response
  }
}

/// What may be asked of the person, past its checks.
private struct ChallengeQuestion {
  let session: String?
  let isAccessible: Bool
  private let least: Vocabulary.LivenessMode?
  private let count: Int
  private let allowed: [Vocabulary.FaceAction]

  init(_ request: CreateChallengeRequest) throws(ServiceError) {
    session = try checkedSession(request.sessionId)
    isAccessible = request.accessibleMode
    least = try request.leastMode.known("least_mode")
    if isAccessible, let least, !least.isAccessible {
      throw .outOfRange("least_mode", "ACTION or DISTANCE in accessible mode")
    }
    let bounds = LivenessLimits.actions
    let asked = request.actionCount ?? ChallengeDefaults.actions
    guard bounds.contains(Int(asked)) else {
      throw .outOfRange("action_count", "from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    count = Int(asked)
    allowed = try checkedActions(request.allowedActions, count: count, "allowed_actions")
    let ways = ActionOrders.drawn(from: allowed, count: count).count
    guard ways >= Self.waysMin,
      !isAccessible || DistanceWays.count(of: allowed) >= Self.distanceWaysMin
    else {
      throw .outOfRange(
        "allowed_actions", "so many that at least \(Self.waysMin) different sequences can be drawn")
    }
  }

  /// Sequences of actions that a recording would have to be one of: as many as one of all six actions has.
  private static let waysMin = 6
  /// The same of steps and an action. Every choice of actions that has six orders has twelve of these.
  private static let distanceWaysMin = 12

  func request(
    account: AccountID, atLeast demanded: Vocabulary.LivenessMode
  ) -> ChallengeRequest {
    let mode = least.flatMap { $0.isAtLeast(demanded) ? $0 : nil } ?? demanded
    return ChallengeRequest(
      mode: mode, account: account.name, session: session, actionCount: count,
      actionsAllowed: allowed, isAccessible: isAccessible)
  }
}
