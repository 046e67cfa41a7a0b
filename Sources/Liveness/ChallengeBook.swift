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
  /// Keeps it until some time after it expired, and counts it for its session: `attemptsExhausted` if that has had as many
  /// as it may.
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
  /// - Throws: `modeWrong` where an accessible way was asked for and the mode is none, `tooMany`, `attemptsExhausted`.
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
/// all; the texts of an account's are no more bytes than are left of `scriptBytesMax`. Used and expired ones are kept for
/// another lifetime, so that callers learn why they were refused, and forgotten earlier where room is needed, whichever
/// still wait beside them.
package final class ChallengeMemory: ChallengeStore {
  fileprivate struct Entry {
    let kept: KeptChallenge
    var isUsed = false

    var bytes: Int { kept.challenge.script?.byteCount ?? 0 }
  }

  /// Ids in some order; those whose challenge is forgotten are passed over.
  fileprivate struct Line {
    var ids: [String] = []
    var first = 0
  }

  /// What a session's challenges are counted by.
  fileprivate struct Session: Hashable {
    let account: String
    let session: String
    /// Whether they are Intent's.
    let isScripted: Bool
  }

  /// The challenges of a session.
  fileprivate struct Attempts {
    /// Of the first one, milliseconds since 1970.
    let since: Int64
    var count = 0
  }

  fileprivate struct State {
    /// Of sessions that have a name.
    var attempts: [Session: Attempts] = [:]
    /// Sessions in the order in which they began.
    var begun: [(session: Session, since: Int64)] = []
    var begunFirst = 0
    var entries: [String: Entry] = [:]
    /// In order of arrival.
    var arrived = Line()
    /// Used ones, in the order in which they were used.
    var used = Line()
    /// Of each account, how many are neither used nor forgotten.
    var waiting: [String: Int] = [:]
    /// Of all scripts that are kept, and of each account's.
    var scriptBytes = 0
    var scriptBytesOf: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let perAccountMax: Int
  private let totalMax: Int
  private let scriptBytesMax: Int
  private let attemptsMax: Int
  private let sessionsMax: Int

  /// - Parameter attemptsMax: challenges of one session; 0 for any number.
  package init(
    perAccountMax: Int = LivenessLimits.challengesPerAccountMax,
    totalMax: Int = LivenessLimits.challengesMax,
    scriptBytesMax: Int = LivenessLimits.scriptBytesMax,
    attemptsMax: Int = LivenessLimits.attemptsMax,
    sessionsMax: Int = LivenessLimits.attemptSessionsMax
  ) {
    self.attemptsMax = attemptsMax
    self.sessionsMax = sessionsMax
    self.perAccountMax = perAccountMax
    self.totalMax = totalMax
    self.scriptBytesMax = scriptBytesMax
  }

  package func add(_ kept: KeptChallenge, at now: Int64) throws(ChallengeError) {
    let challenge = kept.challenge
    let account = challenge.account
    let entry = Entry(kept: kept)
    let session = challenge.session.map {
      Session(account: account, session: $0, isScripted: challenge.script != nil)
    }
    let refusal: ChallengeError? = state.withLock { state in
      state.forgetOld(at: now)
      state.forgetSessions(at: now)
      if attemptsMax > 0, let session,
        state.attempts[session]?.count ?? 0 >= attemptsMax
      {
        return .attemptsExhausted
      }
      var hasRoom: Bool {
        let left = scriptBytesMax - state.scriptBytes - entry.bytes
        return state.entries.count < totalMax
          && (entry.bytes == 0
            || state.scriptBytesOf[account, default: 0] + entry.bytes <= left)
      }
      while !hasRoom { guard state.forgetOneDone(at: now) else { return .tooMany } }
      guard state.entries[challenge.id] == nil,
        state.waiting[account, default: 0] < perAccountMax
      else { return .tooMany }
      state.entries[challenge.id] = entry
      state.arrived.ids.append(challenge.id)
      state.waiting[account, default: 0] += 1
      state.count(entry.bytes, of: account)
      if attemptsMax > 0, let session { state.attempt(session, at: now, sessionsMax) }
      return nil
    }
    if let refusal { throw refusal }
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
        state.used.ids.append(id)
        state.stopWaiting(entry.kept.challenge.account)
      }
      return entry.isUsed
    }
    guard let wasUsed else { throw .unknown }
    guard !wasUsed else { throw .used }
  }

  /// How many are kept, used ones included, and the bytes of their texts.
  package var load: (challenges: Int, scriptBytes: Int) {
    state.withLock { ($0.entries.count, $0.scriptBytes) }
  }
}

extension ChallengeMemory.State {
  fileprivate mutating func stopWaiting(_ account: String) {
    guard let count = waiting[account] else { return }
    waiting[account] = count > 1 ? count - 1 : nil
  }

  /// Counts one challenge more, of at most `most` sessions.
  fileprivate mutating func attempt(
    _ session: ChallengeMemory.Session, at now: Int64, _ most: Int
  ) {
    if attempts[session] == nil {
      while attempts.count >= max(most, 1), begunFirst < begun.count { forgetOldestSession() }
      attempts[session] = ChallengeMemory.Attempts(since: now)
      begun.append((session, now))
    }
    attempts[session]?.count += 1
  }

  /// Lets sessions begin anew whose first challenge is long ago.
  fileprivate mutating func forgetSessions(at now: Int64) {
    let lifetime = LivenessLimits.attemptsLifetime.nanoseconds / 1_000_000
    while begunFirst < begun.count, begun[begunFirst].since + lifetime <= now {
      forgetOldestSession()
    }
    if begunFirst > 1024, begunFirst * 2 > begun.count {
      begun.removeFirst(begunFirst)
      begunFirst = 0
    }
  }

  private mutating func forgetOldestSession() {
    attempts[begun[begunFirst].session] = nil
    begunFirst += 1
  }

  /// Books bytes of an account's scripts, or fewer.
  fileprivate mutating func count(_ bytes: Int, of account: String) {
    guard bytes != 0 else { return }
    scriptBytes += bytes
    let own = scriptBytesOf[account, default: 0] + bytes
    scriptBytesOf[account] = own > 0 ? own : nil
  }

  /// Forgets what expired a lifetime ago, and ids of what was forgotten before.
  fileprivate mutating func forgetOld(at now: Int64) {
    while let entry = arrived.front(in: entries), entry.isOld(at: now) { forget(entry) }
    arrived.tidy(entries)
    used.tidy(entries)
  }

  /// Forgets the one that was used first or, if none was used, the oldest if that has expired; whether there was one.
  fileprivate mutating func forgetOneDone(at now: Int64) -> Bool {
    if let entry = used.front(in: entries) {
      forget(entry)
      return true
    }
    guard let entry = arrived.front(in: entries), entry.kept.challenge.expiresAt <= now else {
      return false
    }
    forget(entry)
    return true
  }

  private mutating func forget(_ entry: ChallengeMemory.Entry) {
    let challenge = entry.kept.challenge
    if !entry.isUsed { stopWaiting(challenge.account) }
    count(-entry.bytes, of: challenge.account)
    entries[challenge.id] = nil
  }
}

extension ChallengeMemory.Entry {
  fileprivate func isOld(at now: Int64) -> Bool {
    let challenge = kept.challenge
    return challenge.expiresAt + (challenge.expiresAt - challenge.issuedAt) <= now
  }
}

extension ChallengeMemory.Line {
  /// The first one that is kept.
  fileprivate mutating func front(
    in entries: [String: ChallengeMemory.Entry]
  ) -> ChallengeMemory.Entry? {
    while first < ids.count {
      if let entry = entries[ids[first]] { return entry }
      first += 1
    }
    return nil
  }

  /// Drops forgotten ids once they are more than those that are kept, so that a challenge costs constant time and memory in
  /// the mean.
  fileprivate mutating func tidy(_ entries: [String: ChallengeMemory.Entry]) {
    guard ids.count > 1024, ids.count > 2 * entries.count else { return }
    ids = ids[first...].filter { entries[$0] != nil }
    first = 0
  }
}
