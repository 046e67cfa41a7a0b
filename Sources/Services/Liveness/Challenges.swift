// Challenges as handlers use them: drawn and told, or redeemed once.

package import Liveness
internal import Messages
internal import Vocabulary

/// Issues and redeems challenges for the services. Any thread.
package struct Challenges: Sendable {
  private let book: ChallengeBook
  private let clock: ServiceClock
  private let numbers: @Sendable () -> any RandomNumberGenerator & Sendable

  /// - Parameter numbers: a source of unpredictable numbers, except in tests.
  package init(
    book: ChallengeBook, clock: ServiceClock,
    numbers: @escaping @Sendable () -> any RandomNumberGenerator & Sendable
  ) {
    self.book = book
    self.clock = clock
    self.numbers = numbers
  }

  /// Draws one.
  func issue(_ request: ChallengeRequest) async throws(ServiceError) -> LivenessChallenge {
    var drawn = Draw(numbers())
    do throws(ChallengeError) {
      return try await book.issue(request, at: clock.unixMilliseconds(), using: &drawn)
    } catch { throw ServiceError(error) }
  }

  /// What `redeem` would give; nothing is used up.
  func look(
    at id: String, scripted: Bool, account: AccountID, session: String?
  ) async throws(ServiceError) -> LivenessChallenge {
    guard id.utf8.count <= CaptureLimits.idBytesMax else {
      throw .outOfRange("challenge_id", "at most \(CaptureLimits.idBytesMax) bytes")
    }
    do throws(ChallengeError) {
      return try await book.look(
        at: id, modes: Set(Vocabulary.LivenessMode.allCases), scripted: scripted,
        account: account.name, session: session, at: clock.unixMilliseconds())
    } catch { throw ServiceError(error) }
  }

  /// Uses one up. From here on nobody can answer it again, whatever becomes of the call.
  func redeem(
    _ id: String, modes: Set<Vocabulary.LivenessMode>, scripted: Bool = false,
    account: AccountID, session: String?
  ) async throws(ServiceError) -> LivenessChallenge {
    guard id.utf8.count <= CaptureLimits.idBytesMax else {
      throw .outOfRange("challenge_id", "at most \(CaptureLimits.idBytesMax) bytes")
    }
    do throws(ChallengeError) {
      return try await book.redeem(
        id, modes: modes, scripted: scripted, account: account.name, session: session,
        at: clock.unixMilliseconds())
    } catch { throw ServiceError(error) }
  }
}

/// A generator whose type is not known here.
private struct Draw: RandomNumberGenerator {
  private var base: any RandomNumberGenerator & Sendable

  init(_ base: any RandomNumberGenerator & Sendable) { self.base = base }

  mutating func next() -> UInt64 { base.next() }
}

extension Challenge {
  /// What a caller, and through it the device, is told.
  init(_ challenge: LivenessChallenge) {
    self.init()
    id = challenge.id
    mode = Messages.LivenessMode(challenge.mode)
    actions = challenge.actions.map(Messages.FaceAction.init)
    liveCode = challenge.liveCode ?? ""
    colors = (challenge.reflectSequence?.colors ?? []).map { color in
      ScreenColor(rgb: color.rgb, milliseconds: UInt32(color.milliseconds))
    }
    distanceSteps = challenge.distanceSteps.map { step in
      switch step {
      case .nearer: .nearer
      case .farther: .farther
      }
    }
    nonce = Bytes(challenge.nonce)
    issuedAtMs = challenge.issuedAt
    expiresAtMs = challenge.expiresAt
  }
}

extension ServiceError {
  /// What a caller is told about a challenge. That it is another account's is not told.
  init(_ error: ChallengeError) {
    func wrong(
      _ code: StatusCode, _ symbol: ErrorSymbol, _ message: String,
      _ advice: Vocabulary.NextAction = .retryCapture
    ) -> ServiceError {
      ServiceError(code, message, ErrorDetail(symbol, field: "challenge_id", advice: advice))
    }
    switch error {
    case .unknown, .ofOtherAccount:
      self = wrong(
        .notFound, .challengeUnknown,
        "This account has no such challenge; ask for a new one and capture again.")
    case .expired:
      self = wrong(
        .failedPrecondition, .challengeExpired,
        "The challenge has expired; ask for a new one and capture again.")
    case .used:
      self = wrong(
        .failedPrecondition, .challengeUsed,
        "The challenge was answered before; ask for a new one and capture again.")
    case .ofOtherSession:
      self = wrong(
        .failedPrecondition, .challengeOfOtherSession,
        "The challenge was issued under another session_id.", .correctInput)
    case .modeWrong:
      self = wrong(
        .failedPrecondition, .challengeModeWrong,
        "The challenge was issued for another mode; leave mode empty or ask for the right one.",
        .correctInput)
    case .attemptsExhausted:
      self = ServiceError(
        .resourceExhausted,
        "The session has had as many challenges as it may; begin another session with another check, or wait.",
        ErrorDetail(
          .attemptsExhausted, field: "session_id",
          limit: "the operator's liveness.attemptsMax (\(LivenessLimits.attemptsMax) unless set)",
          advice: .useOtherChannel))
    case .tooMany:
      self = ServiceError(
        .resourceExhausted,
        "Too many challenges wait for an answer, or their texts are too long together; wait until some "
          + "are answered or expire.",
        ErrorDetail(
          .challengeTooMany,
          limit:
            "\(LivenessLimits.challengesPerAccountMax) challenges of an account; of its texts as "
            + "many bytes as are left of \(LivenessLimits.scriptBytesMax)",
          advice: .waitAndRetry, retryable: true, retryAfterMillis: 5000))
    }
  }
}
