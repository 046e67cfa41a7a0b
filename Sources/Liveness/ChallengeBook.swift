// Challenges that were issued and wait to be redeemed, once.

internal import Synchronization
package import Vocabulary

/// Makes codes that only the holder of its key can make: HMAC-SHA-256 in the server. Any thread.
package protocol ChallengeSigner: Sendable {
  /// 32 bytes.
  func code(of message: [UInt8]) -> [UInt8]
}

/// A challenge with its signature, as it is kept.
package struct KeptChallenge: Sendable, Equatable, Codable {
  package let challenge: LivenessChallenge
  package let signature: [UInt8]

  package init(challenge: LivenessChallenge, signature: [UInt8]) {
    self.challenge = challenge
    self.signature = signature
  }
}

/// Where challenges are kept between being issued and redeemed. Any thread; several servers may share one.
package protocol ChallengeStore: Sendable {
  /// Keeps it until some time after it expired.
  func add(_ kept: KeptChallenge, at now: Int64) async throws(ChallengeError)

  /// What is kept under `id`, used up or not, expired or not; `unknown` if nothing is.
  func find(_ id: String) async throws(ChallengeError) -> KeptChallenge

  /// Uses it up. Of all calls for one id, however many come at once and on whichever server, exactly one returns;
  /// the others throw `used`, or `unknown` if nothing is kept.
  func useUp(_ id: String) async throws(ChallengeError)
}

/// Issues challenges and redeems them. A value; any thread: what is shared is the store.
package struct ChallengeBook: Sendable {
  private let store: any ChallengeStore
  private let signer: any ChallengeSigner
  private let lifetime: Duration

  package init(
    store: some ChallengeStore, signer: some ChallengeSigner,
    lifetime: Duration = LivenessLimits.challengeLifetime
  ) {
    self.store = store
    self.signer = signer
    self.lifetime = lifetime
  }

  /// Issues one.
  /// - Parameters:
  ///   - now: milliseconds since 1970.
  ///   - numbers: unpredictable ones, except in tests.
  /// - Throws: `modeWrong` where an accessible way was asked for and the mode is none, `tooMany`.
  package func issue(
    _ request: ChallengeRequest, at now: Int64, using numbers: inout some RandomNumberGenerator
  ) async throws(ChallengeError) -> LivenessChallenge {
    precondition(
      request.account.utf8.count <= LivenessLimits.challengeBindingBytesMax
        && request.session?.utf8.count ?? 0 <= LivenessLimits.challengeBindingBytesMax,
      "names of accounts and sessions are bounded before")
    guard !request.isAccessible || request.mode.isAccessible else { throw .modeWrong }
    let challenge = LivenessChallenge.drawn(
      for: request, at: now, lifetime: lifetime, using: &numbers)
    let kept = KeptChallenge(
      challenge: challenge, signature: signer.code(of: challenge.signedBytes))
    try await store.add(kept, at: now)
    return challenge
  }

  /// Redeems one: from now on nobody can redeem it again, whatever becomes of the verification.
  /// - Parameters:
  ///   - modes: those that the caller's service judges.
  ///   - scripted: whether it is one with words to read, answer or nod to, or one without.
  ///   - account: who redeems.
  ///   - session: what it was issued for.
  ///   - now: milliseconds since 1970.
  /// - Throws: what is wrong; it is used up by success only, and by no error of a caller who does not own it.
  package func redeem(
    _ id: String, modes: Set<LivenessMode>, scripted: Bool = false, account: String,
    session: String? = nil, at now: Int64
  ) async throws(ChallengeError) -> LivenessChallenge {
    let challenge = try await look(
      at: id, modes: modes, scripted: scripted, account: account, session: session, at: now)
    try await store.useUp(id)
    return challenge
  }

  /// What `redeem` would give, which is not used up by this; it may have been used up before.
  package func look(
    at id: String, modes: Set<LivenessMode>, scripted: Bool = false, account: String,
    session: String? = nil, at now: Int64
  ) async throws(ChallengeError) -> LivenessChallenge {
    let kept = try await store.find(id)
    let challenge = kept.challenge
    guard challenge.id == id, isOurs(kept) else { throw .unknown }
    guard challenge.account == account else { throw .ofOtherAccount }
    guard challenge.session == session else { throw .ofOtherSession }
    guard modes.contains(challenge.mode), (challenge.script != nil) == scripted else {
      throw .modeWrong
    }
    // A clock that was set back does not lengthen a challenge's life beyond its birth.
    guard now < challenge.expiresAt, now >= challenge.issuedAt - Self.clockSlack else {
      throw .expired
    }
    return challenge
  }

  /// How far clocks of servers may differ, milliseconds.
  private static let clockSlack: Int64 = 5000

  /// Compared in the same time whatever differs.
  private func isOurs(_ kept: KeptChallenge) -> Bool {
    let expected = signer.code(of: kept.challenge.signedBytes)
    guard expected.count == kept.signature.count, !expected.isEmpty else { return false }
    return zip(expected, kept.signature).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// Challenges in this process's memory, lost when it ends. Any thread: one lock, held for a look-up.
///
/// Bounded: at most `LivenessLimits.challengesPerAccountMax` of an account wait, and at most `challengesMax` are kept in
/// all. Used and expired ones are kept for another lifetime, so that callers learn why they were refused, and forgotten
/// earlier where room is needed.
package final class ChallengeMemory: ChallengeStore {
  fileprivate struct Entry {
    let kept: KeptChallenge
    var isUsed = false
  }

  fileprivate struct State {
    var entries: [String: Entry] = [:]
    /// Ids in order of arrival; those before `oldest` are forgotten.
    var order: [String] = []
    var oldest = 0
    /// Of each account, how many are neither used nor forgotten.
    var waiting: [String: Int] = [:]
    /// Of all scripts that are kept.
    var scriptBytes = 0
  }

  private let state = Mutex(State())
  private let perAccountMax: Int
  private let totalMax: Int

  package init(
    perAccountMax: Int = LivenessLimits.challengesPerAccountMax,
    totalMax: Int = LivenessLimits.challengesMax
  ) {
    self.perAccountMax = perAccountMax
    self.totalMax = totalMax
  }

  package func add(_ kept: KeptChallenge, at now: Int64) throws(ChallengeError) {
    let challenge = kept.challenge
    let isAdded = state.withLock { state in
      state.forget(at: now, keeping: totalMax - 1)
      let bytes = challenge.script?.byteCount ?? 0
      guard state.entries.count < totalMax, state.entries[challenge.id] == nil,
        state.scriptBytes + bytes <= LivenessLimits.scriptBytesMax,
        state.waiting[challenge.account, default: 0] < perAccountMax
      else { return false }
      state.entries[challenge.id] = Entry(kept: kept)
      state.order.append(challenge.id)
      state.waiting[challenge.account, default: 0] += 1
      state.scriptBytes += bytes
      return true
    }
    guard isAdded else { throw .tooMany }
  }

  package func find(_ id: String) throws(ChallengeError) -> KeptChallenge {
    guard let entry = state.withLock({ $0.entries[id] }) else { throw .unknown }
    return entry.kept
  }

  package func useUp(_ id: String) throws(ChallengeError) {
    let wasUsed = state.withLock { state -> Bool? in
      guard let entry = state.entries[id] else { return nil }
      if !entry.isUsed {
        state.entries[id]?.isUsed = true
        state.stopWaiting(entry.kept.challenge.account)
      }
      return entry.isUsed
    }
    guard let wasUsed else { throw .unknown }
    guard !wasUsed else { throw .used }
  }

  /// How many are kept, used ones included.
  package var count: Int { state.withLock { $0.entries.count } }
}

extension ChallengeMemory.State {
  fileprivate mutating func stopWaiting(_ account: String) {
    guard let count = waiting[account] else { return }
    waiting[account] = count > 1 ? count - 1 : nil
  }

  /// Forgets, from the oldest on, what expired a lifetime ago; and what is used or expired while more than `room` are
  /// kept.
  fileprivate mutating func forget(at now: Int64, keeping room: Int) {
    while oldest < order.count {
      let id = order[oldest]
      guard let entry = entries[id] else {
        oldest += 1
        continue
      }
      let challenge = entry.kept.challenge
      let isDone = entry.isUsed || challenge.expiresAt <= now
      let isOld = challenge.expiresAt + (challenge.expiresAt - challenge.issuedAt) <= now
      let isTight = entries.count > room || scriptBytes > LivenessLimits.scriptBytesMax / 2
      guard isOld || isDone && isTight else { break }
      if !entry.isUsed { stopWaiting(challenge.account) }
      scriptBytes -= challenge.script?.byteCount ?? 0
      entries[id] = nil
      oldest += 1
    }
    // The forgotten half is dropped at once, so that a challenge costs constant time in the mean.
    if oldest > 1024, oldest * 2 > order.count {
      order.removeFirst(oldest)
      oldest = 0
    }
  }
}
