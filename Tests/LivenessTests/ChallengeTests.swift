// Challenges are drawn at random, signed, and redeemed once by whom they were issued to.

import Liveness
import Testing
import Vocabulary

/// A signer that is no secret, for tests: FNV-1a over the message with a key, four times.
private struct TestSigner: ChallengeSigner {
  var key: UInt64 = 7

  func code(of message: [UInt8]) -> [UInt8] {
    (0..<4).flatMap { round -> [UInt8] in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (key &+ UInt64(round))
      for byte in message { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return (0..<8).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
    }
  }
}

/// Keeps what it is given, as it likes.
private struct FalseStore: ChallengeStore {
  let kept: KeptChallenge

  func add(_ kept: KeptChallenge, at now: Int64) async throws(ChallengeError) {}
  func find(_ id: String) async throws(ChallengeError) -> KeptChallenge { kept }
  func useUp(_ id: String) async throws(ChallengeError) {}
}

private let allModes = Set(LivenessMode.allCases)
private let birth: Int64 = 1_800_000_000_000

private func book(
  _ store: some ChallengeStore = ChallengeMemory(), key: UInt64 = 7
) -> ChallengeBook {
  ChallengeBook(store: store, signer: TestSigner(key: key), lifetime: .seconds(60))
}

private func error(_ body: () async throws(ChallengeError) -> Void) async -> ChallengeError? {
  do throws(ChallengeError) {
    try await body()
    return nil
  } catch { return error }
}

@Test("Each mode asks for what it is about and for nothing else", arguments: LivenessMode.allCases)
func modes(mode: LivenessMode) async throws {
  var random = SeededRandom(seed: 3)
  let challenge = try await book().issue(
    ChallengeRequest(mode: mode, account: "a", session: "s", actionCount: 3), at: birth,
    using: &random)
  #expect(challenge.mode == mode)
  #expect(challenge.actions.count == (mode.hasActions ? 3 : mode == .distance ? 1 : 0))
  #expect(Set(challenge.actions).count == challenge.actions.count)
  #expect((challenge.reflectSequence != nil) == mode.hasColors)
  #expect((challenge.liveCode != nil) == (mode == .lip))
  if let code = challenge.liveCode {
    #expect(code.count == 4 && code.allSatisfy { $0.isASCII && $0.isNumber })
  }
  #expect(challenge.distanceSteps.isEmpty == (mode != .distance))
  #expect(challenge.nonce.count == 32)
  #expect(challenge.id.count == 32)
  #expect((challenge.issuedAt, challenge.expiresAt) == (birth, birth + 60_000))
  #expect((challenge.account, challenge.session) == ("a", "s"))
}

@Test("All orders of actions come about equally often, from what is allowed")
func orders() async throws {
  var random = SeededRandom(seed: 5)
  var counts: [[FaceAction]: Int] = [:]
  let memory = ChallengeMemory()
  for _ in 0..<3000 {
    let challenge = try await book(memory).issue(
      ChallengeRequest(mode: .action, account: "a", actionCount: 2), at: birth, using: &random)
    counts[challenge.actions, default: 0] += 1
  }
  // One of two actions of the face and one of four of the head, in either order.
  #expect(counts.count == 16)
  #expect(counts.values.allSatisfy { (120...260).contains($0) })
  let heads = try await book(memory).issue(
    ChallengeRequest(
      mode: .action, account: "a", actionCount: 2, actionsAllowed: [.nod, .shake]), at: birth,
    using: &random)
  #expect(Set(heads.actions) == [.nod, .shake])
  let few = try await book(memory).issue(
    ChallengeRequest(
      mode: .action, account: "a", actionCount: 9, actionsAllowed: [.nod, .nod, .blink]),
    at: birth, using: &random)
  #expect(Set(few.actions) == [.nod, .blink])
  let none = try await book(memory).issue(
    ChallengeRequest(mode: .action, account: "a", actionCount: 0, actionsAllowed: []), at: birth,
    using: &random)
  #expect(none.actions.count == 1)
}

@Test("Distance: thirty ways come, each step the other way, and a deliberate action at the end")
func distanceSteps() async throws {
  var random = SeededRandom(seed: 6)
  var seen: [String: Int] = [:]
  for _ in 0..<3000 {
    let challenge = try await book().issue(
      ChallengeRequest(mode: .distance, account: "a"), at: birth, using: &random)
    let steps = challenge.distanceSteps
    #expect((1...3).contains(steps.count) && challenge.actions.count == 1)
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 != $1 })
    #expect(challenge.actions != [.blink])
    seen["\(steps) \(challenge.actions)", default: 0] += 1
  }
  #expect(seen.count == 30 && DistanceWays.count(of: []) == 30)
  #expect(seen.values.allSatisfy { (55...155).contains($0) })
  let only = try await book().issue(
    ChallengeRequest(mode: .distance, account: "a", actionsAllowed: [.blink, .nod]), at: birth,
    using: &random)
  #expect(only.actions == [.nod])
}

@Test("Ways are counted over what is drawn, and what has six of actions has twelve of distance")
func ways() async throws {
  // As many as n(n − 1), where only mixed ones are drawn.
  #expect(ActionOrders.drawn(from: [.blink, .openMouth, .nod], count: 2).count == 4)
  #expect(ActionOrders.drawn(from: [], count: 2).count == 16)
  #expect(ActionOrders.drawn(from: [.nod, .shake, .turnLeft], count: 2).count == 6)
  let all = FaceAction.allCases
  var random = SeededRandom(seed: 31)
  for choice in 1..<(1 << all.count) {
    let allowed = all.indices.filter { choice >> $0 & 1 == 1 }.map { all[$0] }
    for count in 1...min(3, allowed.count) {
      let orders = ActionOrders.drawn(from: allowed, count: count)
      #expect(Set(orders).count == orders.count)
      if orders.count >= 6 { #expect(DistanceWays.count(of: allowed) >= 12, "\(allowed)") }
      let challenge = try await book().issue(
        ChallengeRequest(
          mode: .action, account: "a", actionCount: count, actionsAllowed: allowed), at: birth,
        using: &random)
      #expect(orders.contains(challenge.actions))
    }
  }
}

@Test("A session has five challenges, whether it answers them or not, and begins anew in two hours")
func attempts() async throws {
  var random = SeededRandom(seed: 32)
  let memory = ChallengeMemory(attemptsMax: 5, sessionsMax: 3)
  let book = book(memory)
  func refusal(
    _ session: String?, account: String = "a", script: IntentScript? = nil, at now: Int64 = birth
  ) async -> ChallengeError? {
    await error { () async throws(ChallengeError) in
      _ = try await book.issue(
        ChallengeRequest(mode: .action, account: account, session: session, script: script),
        at: now, using: &random)
    }
  }
  for _ in 0..<5 { #expect(await refusal("s") == nil) }
  #expect(await refusal("s") == .attemptsExhausted)
  // Neither another session, nor another account's of that name, nor none; Intent's are counted apart.
  #expect(await refusal("t") == nil)
  #expect(await refusal("s", account: "b") == nil)
  for _ in 0..<20 { #expect(await refusal(nil) == nil) }
  #expect(await refusal("s", at: birth + 7_199_999) == .attemptsExhausted)
  #expect(await refusal("s", at: birth + 7_200_000) == nil)
  // Of more sessions than are counted the oldest is forgotten.
  for name in ["u", "v", "w"] { #expect(await refusal(name, at: birth + 7_200_001) == nil) }
  for _ in 0..<5 { #expect(await refusal("s", at: birth + 7_200_002) == nil) }
  let free = ChallengeBook(store: ChallengeMemory(attemptsMax: 0), signer: TestSigner())
  for _ in 0..<50 {
    _ = try await free.issue(
      ChallengeRequest(mode: .action, account: "a", session: "s"), at: birth, using: &random)
  }
}

@Test("Accessible challenges neither flash nor ask to speak", arguments: LivenessMode.allCases)
func accessible(mode: LivenessMode) async {
  let refused = await error { () async throws(ChallengeError) in
    var random = SeededRandom(seed: 1)
    _ = try await book().issue(
      ChallengeRequest(mode: mode, account: "a", isAccessible: true), at: birth, using: &random)
  }
  #expect(refused == ([.lip, .reflect, .actionReflect].contains(mode) ? .modeWrong : nil))
}

@Test("A challenge is redeemed once")
func once() async throws {
  var random = SeededRandom(seed: 1)
  let book = book()
  let challenge = try await book.issue(
    ChallengeRequest(mode: .action, account: "a"), at: birth, using: &random)
  let redeemed = try await book.redeem(
    challenge.id, modes: allModes, account: "a", at: birth + 1000)
  #expect(redeemed == challenge)
  let again = await error { () async throws(ChallengeError) in
    _ = try await book.redeem(challenge.id, modes: allModes, account: "a", at: birth + 1000)
  }
  #expect(again == .used)
}

@Test("After a restart nothing issued before can be redeemed, although the key is the same")
func restart() async throws {
  var random = SeededRandom(seed: 1)
  let before = book(ChallengeMemory())
  var ids: [String] = []
  for _ in 0..<2 {
    ids.append(
      try await before.issue(
        ChallengeRequest(mode: .action, account: "a"), at: birth, using: &random
      ).id)
  }
  _ = try await before.redeem(ids[0], modes: allModes, account: "a", at: birth + 1000)
  let after = book(ChallengeMemory())
  for id in ids {
    let refused = await error { () async throws(ChallengeError) in
      _ = try await after.redeem(id, modes: allModes, account: "a", at: birth + 2000)
    }
    #expect(refused == .unknown)
  }
}

@Test("Of many who redeem it at the same time, one succeeds")
func atTheSameTime() async throws {
  var random = SeededRandom(seed: 2)
  let book = book()
  for _ in 0..<20 {
    let id = try await book.issue(
      ChallengeRequest(mode: .action, account: "a"), at: birth, using: &random
    ).id
    let results = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask { @concurrent in
          (try? await book.redeem(id, modes: allModes, account: "a", at: birth)) != nil
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count { $0 } == 1)
  }
}

@Test("Who does not own it cannot redeem it, nor use it up")
func strangers() async throws {
  var random = SeededRandom(seed: 4)
  let book = book()
  let id = try await book.issue(
    ChallengeRequest(mode: .lip, account: "a", session: "one"), at: birth, using: &random
  ).id
  func refusal(
    _ id: String, _ modes: Set<LivenessMode>, _ account: String, _ session: String?, _ now: Int64
  ) async -> ChallengeError? {
    await error { () async throws(ChallengeError) in
      _ = try await book.redeem(id, modes: modes, account: account, session: session, at: now)
    }
  }
  #expect(await refusal(id, [.lip], "b", "one", birth) == .ofOtherAccount)
  #expect(await refusal(id, [.lip], "a", "two", birth) == .ofOtherSession)
  #expect(await refusal(id, [.lip], "a", nil, birth) == .ofOtherSession)
  #expect(await refusal(id, [.action, .silent], "a", "one", birth) == .modeWrong)
  #expect(await refusal(id + "0", [.lip], "a", "one", birth) == .unknown)
  #expect(await refusal("", [.lip], "a", "one", birth) == .unknown)
  #expect(await refusal(id, [.lip], "a", "one", birth + 60_000) == .expired)
  #expect(await refusal(id, [.lip], "a", "one", birth - 60_000) == .expired)
  #expect(await refusal(id, [.lip], "a", "one", birth + 59_999) == nil)
  #expect(await refusal(id, [.lip], "a", "one", birth) == .used)
}

@Test("What a store gives back is believed only with our signature")
func signatures() async throws {
  var random = SeededRandom(seed: 8)
  let signer = TestSigner()
  let challenge = try await book().issue(
    ChallengeRequest(mode: .action, account: "a"), at: birth, using: &random)
  let good = signer.code(of: challenge.signedBytes)
  var wrong = good
  wrong[31] ^= 1
  let other = TestSigner(key: 8).code(of: challenge.signedBytes)
  for (signature, expected) in [
    (good, nil), (wrong, ChallengeError.unknown), (other, .unknown), ([], .unknown),
    (Array(good.prefix(31)), .unknown),
  ] {
    let store = FalseStore(kept: KeptChallenge(challenge: challenge, signature: signature))
    let refusal = await error { () async throws(ChallengeError) in
      _ = try await book(store).redeem(challenge.id, modes: allModes, account: "a", at: birth)
    }
    #expect(refusal == expected)
  }
  let store = FalseStore(kept: KeptChallenge(challenge: challenge, signature: good))
  let swapped = await error { () async throws(ChallengeError) in
    _ = try await book(store).redeem("another", modes: allModes, account: "a", at: birth)
  }
  #expect(swapped == .unknown)
}

@Test("Every field is signed: no two different challenges share their bytes")
func signedBytes() async throws {
  var random = SeededRandom(seed: 9)
  var seen: [[UInt8]: LivenessChallenge] = [:]
  for mode in LivenessMode.allCases {
    for (account, session) in [("a", nil), ("a", ""), ("a", "b"), ("ab", nil), ("ab", "")]
      as [(String, String?)]
    {
      for late in [0, 1] as [Int64] {
        var same = SeededRandom(seed: 10)
        let challenge = try await book().issue(
          ChallengeRequest(mode: mode, account: account, session: session), at: birth + late,
          using: &same)
        #expect(seen[challenge.signedBytes] == nil)
        seen[challenge.signedBytes] = challenge
        let other = try await book().issue(
          ChallengeRequest(mode: mode, account: account, session: session), at: birth + late,
          using: &random)
        #expect(other.signedBytes != challenge.signedBytes)
      }
    }
  }
}

@Test("Accounts are bounded, memory is bounded, and both recover")
func bounds() async throws {
  var random = SeededRandom(seed: 11)
  let memory = ChallengeMemory(perAccountMax: 3, totalMax: 5)
  let book = book(memory)
  func issue(_ account: String, at now: Int64) async -> String? {
    try? await book.issue(
      ChallengeRequest(mode: .silent, account: account), at: now, using: &random
    ).id
  }
  var ids: [String] = []
  for _ in 0..<3 { ids.append(try #require(await issue("a", at: birth))) }
  #expect(await issue("a", at: birth) == nil)
  #expect(await issue("b", at: birth) != nil)
  // A redeemed one waits no longer.
  _ = try await book.redeem(ids[0], modes: allModes, account: "a", at: birth)
  #expect(await issue("a", at: birth) != nil)
  #expect(memory.load.challenges == 5)
  // Room is made by forgetting the oldest used one, which then is unknown.
  #expect(await issue("c", at: birth) != nil)
  #expect(memory.load.challenges == 5)
  let forgotten = await error { () async throws(ChallengeError) in
    _ = try await book.redeem(ids[0], modes: allModes, account: "a", at: birth)
  }
  #expect(forgotten == .unknown)
  #expect(await issue("d", at: birth) == nil)
  // Expired ones make room, too.
  #expect(await issue("d", at: birth + 60_001) != nil)
  // A lifetime after they expired all are forgotten.
  #expect(await issue("a", at: birth + 200_000) != nil)
  #expect(memory.load.challenges == 1)
}

@Test("One that nobody answers keeps no room from the others, however many come and are used")
func unanswered() async throws {
  var random = SeededRandom(seed: 12)
  let memory = ChallengeMemory(totalMax: 3)
  let book = book(memory)
  func issue() async throws -> String {
    try await book.issue(
      ChallengeRequest(mode: .silent, account: "a"), at: birth, using: &random
    ).id
  }
  let first = try await issue()
  for _ in 0..<5_000 {
    _ = try await book.redeem(try await issue(), modes: allModes, account: "a", at: birth)
    #expect(memory.load.challenges <= 3)
  }
  _ = try await book.redeem(first, modes: allModes, account: "a", at: birth)
}
