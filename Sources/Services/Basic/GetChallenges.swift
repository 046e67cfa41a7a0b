// Basic.GetActionSequence, GetLiveCode, GetReflectSequence and GetDistanceSteps: request → challenge → response.

internal import Liveness
package import Messages
package import RPC
package import Vocabulary

extension BasicHandlers {
  /// Draws actions for the person to do.
  package func getActionSequence(
    _ request: GetActionSequenceRequest, in call: CallContext
  ) async throws(ServiceError) -> GetActionSequenceResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let count = request.count ?? ChallengeDefaults.actions
    let bounds = LivenessLimits.actions
    guard bounds.contains(Int(count)) else {
      throw .outOfRange("count", "from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    let challenge = try await captures.challenges.issue(
      ChallengeRequest(
        mode: .action, account: call.account.id.name,
        session: try checkedSession(request.sessionId), actionCount: Int(count),
        actionsAllowed: try checkedActions(request.allowed, count: Int(count), "allowed")))
    return GetActionSequenceResponse(
      header: told(header, call), challenge: Challenge(challenge))
  }

  /// Draws four digits for the person to read aloud.
  package func getLiveCode(
    _ request: GetLiveCodeRequest, in call: CallContext
  ) async throws(ServiceError) -> GetLiveCodeResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let challenge = try await captures.challenges.issue(
      ChallengeRequest(
        mode: .lip, account: call.account.id.name, session: try checkedSession(request.sessionId)))
    return GetLiveCodeResponse(header: told(header, call), challenge: Challenge(challenge))
  }

  /// Draws colours for the person's screen to show, after actions if any are asked for.
  package func getReflectSequence(
    _ request: GetReflectSequenceRequest, in call: CallContext
  ) async throws(ServiceError) -> GetReflectSequenceResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let count = Int(request.actionCount)
    guard count <= LivenessLimits.actions.upperBound else {
      throw .outOfRange("action_count", "at most \(LivenessLimits.actions.upperBound)")
    }
    let allowed = try checkedActions(request.allowed, count: count, "allowed")
    let challenge = try await captures.challenges.issue(
      ChallengeRequest(
        mode: count == 0 ? .reflect : .actionReflect, account: call.account.id.name,
        session: try checkedSession(request.sessionId), actionCount: count,
        actionsAllowed: allowed))
    return GetReflectSequenceResponse(
      header: told(header, call), challenge: Challenge(challenge))
  }

  /// Says how near the person has to come, and how far to go.
  package func getDistanceSteps(
    _ request: GetDistanceStepsRequest, in call: CallContext
  ) async throws(ServiceError) -> GetDistanceStepsResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let challenge = try await captures.challenges.issue(
      ChallengeRequest(
        mode: .distance, account: call.account.id.name,
        session: try checkedSession(request.sessionId)))
    return GetDistanceStepsResponse(header: told(header, call), challenge: Challenge(challenge))
  }

  private func told(_ header: CheckedHeader, _ call: CallContext) -> ResponseHeader {
    ResponseHeader(call, header, .information, advice: .none, policy: "", models: [])
  }
}

/// What is asked for when the caller names nothing.
enum ChallengeDefaults {
  static let actions: UInt32 = 2
}

/// The actions that may be drawn; all where none is named.
/// - Throws: if fewer are named than are to be drawn: two actions that are always the same are no challenge.
func checkedActions(
  _ named: [Messages.FaceAction], count: Int, _ field: String
) throws(ServiceError) -> [Vocabulary.FaceAction] {
  guard !named.isEmpty else { return LivenessLimits.actionsOffered }
  var actions: Set<Vocabulary.FaceAction> = []
  for action in named { actions.insert(try action.known(field)) }
  guard actions.count >= count else {
    throw .outOfRange(field, "empty, or at least as many different actions as are drawn")
  }
  return Vocabulary.FaceAction.allCases.filter(actions.contains)
}
