// What a server asks a person before the camera to do, once.

package import Vocabulary

/// Why a challenge cannot be redeemed, or issued. The raw value is the symbol that callers see.
package enum ChallengeError: String, Error, Sendable, CaseIterable {
  /// It was never issued, is long forgotten, or its signature does not hold.
  case unknown = "CHALLENGE_UNKNOWN"
  case expired = "CHALLENGE_EXPIRED"
  /// It was redeemed before.
  case used = "CHALLENGE_USED"
  case ofOtherAccount = "CHALLENGE_OF_OTHER_ACCOUNT"
  case ofOtherSession = "CHALLENGE_OF_OTHER_SESSION"
  /// It was issued for another mode; or the mode is not for people who asked for an accessible way.
  case modeWrong = "CHALLENGE_MODE_WRONG"
  /// The session has had as many as it may.
  case attemptsExhausted = "ATTEMPTS_EXHAUSTED"
  /// Too many wait to be redeemed.
  case tooMany = "CHALLENGE_TOO_MANY"
}

/// A challenge as it was issued. It is told to the caller's device; what proves that we made it stays here.
package struct LivenessChallenge: Sendable, Equatable, Codable {
  /// 32 hexadecimal digits.
  package let id: String
  package let mode: LivenessMode
  /// In the order asked for; of distance one, after the steps; none in modes without actions.
  package let actions: [FaceAction]
  /// Digits to read aloud; nil in other modes than lip.
  package let liveCode: String?
  /// Colours to show; nil in modes without reflection.
  package let reflectSequence: ReflectSequence?
  /// Steps nearer or farther; none in other modes than distance.
  package let distanceSteps: [DistanceStep]
  /// What is to be read, answered or nodded to; nil for challenges of liveness alone.
  package let script: IntentScript?
  /// Random bytes that device evidence is bound to.
  package let nonce: [UInt8]
  /// Who asked for it, and for which call or session if that was said.
  package let account: String
  package let session: String?
  /// Milliseconds since 1970.
  package let issuedAt: Int64
  package let expiresAt: Int64

  /// What its signature is made over: every field with its length before it, so that no two challenges share one text.
  package var signedBytes: [UInt8] {
    var bytes = Array("idv challenge 1".utf8)
    func add(_ field: some Collection<UInt8>) {
      withBigEndian(UInt32(field.count)) { bytes += $0 }
      bytes += field
    }
    func add(_ number: Int64) { withBigEndian(UInt64(bitPattern: number)) { add($0) } }
    add(id.utf8)
    add(mode.rawValue.utf8)
    add(Int64(actions.count))
    for action in actions { add(action.rawValue.utf8) }
    add(liveCode == nil ? 0 : 1)
    add((liveCode ?? "").utf8)
    add(reflectSequence == nil ? 0 : 1)
    let colors = reflectSequence?.colors ?? []
    add(Int64(colors.count))
    for color in colors {
      add(Int64(color.rgb))
      add(Int64(color.milliseconds))
    }
    add(Int64(distanceSteps.count))
    for step in distanceSteps { add(step.rawValue.utf8) }
    add(nonce)
    add(account.utf8)
    add(session == nil ? 0 : 1)
    add((session ?? "").utf8)
    add(issuedAt)
    add(expiresAt)
    if let script { add(script.signedBytes) }
    return bytes
  }

  private func withBigEndian<Number: FixedWidthInteger & UnsignedInteger>(
    _ number: Number, _ use: ([UInt8]) -> Void
  ) {
    use(
      stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: number >> Number($0))
      })
  }
}

/// What a challenge is asked for with.
package struct ChallengeRequest: Sendable {
  package var mode: LivenessMode
  /// At most 256 bytes each; longer ones are a programming error.
  package var account: String
  package var session: String?
  /// How many actions, in modes with actions.
  package var actionCount: Int
  /// What they are drawn from; repetitions do not count.
  package var actionsAllowed: [FaceAction]
  /// For people who can neither take flashing colours nor speak: those modes are refused.
  package var isAccessible: Bool
  /// What is to be read, answered or nodded to; the mode is then `action` for nods, else `silent`.
  package var script: IntentScript?
  /// Digits that are drawn for the script's text.
  package var scriptDigits: Int

  package init(
    mode: LivenessMode, account: String, session: String? = nil, actionCount: Int = 2,
    actionsAllowed: [FaceAction] = LivenessLimits.actionsOffered, isAccessible: Bool = false,
    script: IntentScript? = nil, scriptDigits: Int = 0
  ) {
    self.script = script
    self.scriptDigits = scriptDigits
    self.mode = mode
    self.account = account
    self.session = session
    self.actionCount = actionCount
    self.actionsAllowed = actionsAllowed
    self.isAccessible = isAccessible
  }
}

extension LivenessMode {
  /// Whether it asks neither to look at flashing colours nor to speak.
  package var isAccessible: Bool {
    switch self {
    case .silent, .action, .distance: true
    case .lip, .reflect, .actionReflect: false
    }
  }

  /// Whether it asks for as many actions as the caller wants.
  package var hasActions: Bool { self == .action || self == .actionReflect }

  /// Whether it shows colours.
  package var hasColors: Bool { self == .reflect || self == .actionReflect }
}

extension LivenessChallenge {
  /// Draws one.
  ///
  /// Every order of as many different actions is equally likely; of two or more, only those with one of the face and one
  /// of the head, where both are allowed (`ActionOrders`). So are all codes, colours (`ReflectSequence`), and the six
  /// ways of one to three steps with each action that may follow them (`DistanceWays`). As many actions as asked for,
  /// within 1–3 and what is allowed; all are allowed if none is named.
  static func drawn(
    for request: ChallengeRequest, at now: Int64, lifetime: Duration,
    using numbers: inout some RandomNumberGenerator
  ) -> LivenessChallenge {
    let mode = request.mode
    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
    }
    let id = bytes(LivenessLimits.challengeIDBytes)
    let nonce = bytes(LivenessLimits.challengeNonceBytes)
    var script = request.script
    script?.digits = (0..<request.scriptDigits).map { _ in Int.random(in: 0...9, using: &numbers) }
    let nods = script.map { [FaceAction](repeating: .nod, count: $0.prompts.count) }
    let actions = nods ?? Self.actions(request, using: &numbers)
    let code =
      mode == .lip
      ? (0..<LivenessLimits.liveCodeDigits).map { _ in
        String(Int.random(in: 0...9, using: &numbers))
      }.joined() : nil
    let sequence = mode.hasColors ? ReflectSequence.random(using: &numbers) : nil
    let steps = mode == .distance ? Self.steps(using: &numbers) : []
    return LivenessChallenge(
      id: Hexadecimal.text(of: id), mode: mode,
      actions: actions, liveCode: code, reflectSequence: sequence, distanceSteps: steps,
      script: script, nonce: nonce, account: request.account, session: request.session,
      issuedAt: now,
      expiresAt: now + lifetime.nanoseconds / 1_000_000)
  }

  private static func actions(
    _ request: ChallengeRequest, using numbers: inout some RandomNumberGenerator
  ) -> [FaceAction] {
    if request.mode == .distance {
      return DistanceWays.actions(of: request.actionsAllowed).randomElement(using: &numbers).map {
        [$0]
      } ?? []
    }
    guard request.mode.hasActions else { return [] }
    return ActionOrders.drawn(from: request.actionsAllowed, count: request.actionCount)
      .randomElement(using: &numbers) ?? []
  }

  private static func steps(using numbers: inout some RandomNumberGenerator) -> [DistanceStep] {
    let count = Int.random(in: LivenessLimits.distanceSteps, using: &numbers)
    let first = DistanceStep.allCases.randomElement(using: &numbers) ?? .nearer
    return (0..<count).map { $0.isMultiple(of: 2) ? first : first.other }
  }
}

/// What a challenge of distance can ask for.
package enum DistanceWays {
  /// One action after the steps: a recording would have to have been made with just that. A blink comes by itself and is
  /// not among them, unless nothing else is allowed.
  package static func actions(of allowed: [FaceAction]) -> [FaceAction] {
    let offered = ActionOrders.offered(allowed)
    let deliberate = offered.filter { $0 != .blink }
    return deliberate.isEmpty ? offered : deliberate
  }

  /// How many challenges there are: steps go to and fro, from either side.
  package static func count(of allowed: [FaceAction]) -> Int {
    DistanceStep.allCases.count * LivenessLimits.distanceSteps.count * actions(of: allowed).count
  }
}
