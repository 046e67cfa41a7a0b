// Challenges with words: every word is signed, they belong to Intent alone, and memory for them is bounded.

import Liveness
import Testing
import Vocabulary

private struct SumSigner: ChallengeSigner {
  func code(of message: [UInt8]) -> [UInt8] {
    var sum = [UInt8](repeating: 1, count: 32)
    for (index, byte) in message.enumerated() { sum[index % 32] = sum[index % 32] &* 31 &+ byte }
    return sum
  }
}

private let script = IntentScript(
  mode: .read, text: "我自愿办理", digits: [1, 2], names: [0..<1],
  pairs: [.init(word: "买入", other: "卖出")],
  questions: [.init(question: "是否", answers: ["是"], acceptsNearMeaning: true)],
  prompts: ["点头"], answerSeconds: 10)

@Test("every field of a script is signed, none runs into the next")
func scriptIsSigned() async throws {
  var others: [IntentScript] = []
  func add(_ change: (inout IntentScript) -> Void) {
    var copy = script
    change(&copy)
    others.append(copy)
  }
  add { $0.mode = .nod }
  add { $0.text += "理" }
  add { $0.digits = [1, 2, 0] }
  add { $0.digits = [12] }
  add { $0.names = [0..<2] }
  add { $0.names = [] }
  add { $0.pairs[0].other = "卖" }
  add { $0.pairs = [] }
  add { $0.questions[0].question = "是否？" }
  add { $0.questions[0].answers = ["是", "对"] }
  add { $0.questions[0].answers = ["是对"] }
  add { $0.questions[0].acceptsNearMeaning = false }
  add { $0.prompts = ["点", "头"] }
  add { $0.answerSeconds = 11 }
  func signed(_ script: IntentScript?) async throws -> [UInt8] {
    var numbers = SeededRandom(seed: 3)
    var request = ChallengeRequest(mode: .silent, account: "a")
    request.script = script
    request.scriptDigits = script?.digits.count ?? 0
    let store = ChallengeMemory()
    let challenge = try await ChallengeBook(store: store, signer: SumSigner()).issue(
      request, at: 0, using: &numbers)
    #expect(challenge.script?.digits.count == script?.digits.count)
    return challenge.signedBytes
  }
  let first = try await signed(script)
  #expect(try await signed(script) == first)
  for other in others where other.digits == script.digits {
    #expect(try await signed(other) != first)
  }
  #expect(try await signed(nil) != first)
}

@Test("a challenge with words is answered as one, one without is not; looking does not use it up")
func scriptedOrNot() async throws {
  var numbers = SeededRandom(seed: 4)
  let book = ChallengeBook(store: ChallengeMemory(), signer: SumSigner())
  let modes = Set(LivenessMode.allCases)
  let words = try await book.issue(
    ChallengeRequest(mode: .silent, account: "a", script: script, scriptDigits: 4), at: 0,
    using: &numbers)
  #expect(words.script?.digits.count == 4 && words.mode == .silent)
  let plain = try await book.issue(
    ChallengeRequest(mode: .action, account: "a"), at: 0, using: &numbers)
  await #expect(throws: ChallengeError.modeWrong) {
    try await book.redeem(words.id, modes: modes, account: "a", at: 1)
  }
  await #expect(throws: ChallengeError.modeWrong) {
    try await book.redeem(plain.id, modes: modes, scripted: true, account: "a", at: 1)
  }
  for _ in 0..<2 {
    let seen = try await book.look(at: words.id, modes: modes, scripted: true, account: "a", at: 1)
    #expect(seen == words)
  }
  _ = try await book.redeem(words.id, modes: modes, scripted: true, account: "a", at: 1)
  await #expect(throws: ChallengeError.used) {
    try await book.redeem(words.id, modes: modes, scripted: true, account: "a", at: 1)
  }
}

@Test("prompts are asked for as nods, as many as there are")
func promptsAreNods() async throws {
  var numbers = SeededRandom(seed: 5)
  let challenge = try await ChallengeBook(store: ChallengeMemory(), signer: SumSigner()).issue(
    ChallengeRequest(
      mode: .action, account: "a", script: IntentScript(mode: .nod, prompts: ["甲", "乙", "丙"])),
    at: 0, using: &numbers)
  #expect(challenge.actions == [.nod, .nod, .nod])
}

@Test("memory for words is bounded and shared, and comes back when they are answered or old")
func scriptMemory() async throws {
  var numbers = SeededRandom(seed: 6)
  let long = IntentScript(mode: .read, text: String(repeating: "字", count: 100))
  let memory = ChallengeMemory(scriptBytesMax: 20 * long.byteCount)
  let book = ChallengeBook(store: memory, signer: SumSigner())
  func issue(_ account: String, at now: Int64 = 0) async throws -> String {
    try await book.issue(
      ChallengeRequest(mode: .silent, account: account, script: long), at: now, using: &numbers
    ).id
  }
  func fill(_ account: String) async -> [String] {
    var ids: [String] = []
    while let id = try? await issue(account) { ids.append(id) }
    return ids
  }
  let modes = Set(LivenessMode.allCases)
  func redeem(_ id: String, _ account: String) async throws {
    _ = try await book.redeem(id, modes: modes, scripted: true, account: account, at: 1)
  }
  // One alone has half, and then there is room for others.
  var ids = await fill("a")
  #expect(ids.count == 10)
  #expect(await fill("b").count == 5)
  #expect(memory.load.scriptBytes == 15 * long.byteCount)
  await #expect(throws: ChallengeError.tooMany) { try await issue("a") }
  // Those without words need none of it.
  _ = try await book.issue(ChallengeRequest(mode: .action, account: "a"), at: 0, using: &numbers)
  // The first stays unanswered; what is used after it makes room all the same, as often as it comes.
  for id in ids.dropFirst() { try await redeem(id, "a") }
  ids.removeLast(9)
  for _ in 0..<100 { try await redeem(try await issue("a"), "a") }
  try await redeem(ids[0], "a")
  // What has expired makes room.
  let late = 200_000 as Int64
  #expect(try await issue("b", at: late).isEmpty == false)
  #expect(try await issue("a", at: 10 * late).isEmpty == false)
  #expect(memory.load == (1, long.byteCount))
}
