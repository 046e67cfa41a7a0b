// Encrypted fields through the real server: models, TLS, both profiles; and that nothing of them is logged.

import Client
import FieldEncryption
import FoundationEssentials
import Messages
import RPC
import Sealing
import ServerApp
import Stubs
import TestSupport
import Testing
import Vocabulary
import Wire

@Suite(
  .enabled(
    if: Workplace.isSetUp && Workplace.exists(Workplace.certificates + "/encryption.key"),
    "run `make setup` first"))
struct EncryptedFieldTests {
  /// Asks the server for its key, as callers do.
  private static func encryptor(
    _ client: Client, _ cipher: ContentCipher = .aes256GCM
  ) async throws -> (encryptor: FieldEncryptor, now: Int64) {
    let answer = try await KeysClient(client).getEncryptionKeys(GetEncryptionKeysRequest())
    let key = try #require(answer.keys.first)
    #expect(sha256(key.publicKey.array) == key.sha256.array)
    #expect(answer.account == "dev" && answer.algorithms.count == 2 && !answer.required)
    let encryptor = FieldEncryptor(
      key: try #require(WrappingKey(der: key.publicKey.array)), keyID: key.id,
      account: answer.account, cipher: cipher)
    return (encryptor, answer.serverUnixMs)
  }

  /// Calls with everything personal encrypted.
  /// - Returns: the answer as it came, and as it was read.
  private static func call<Request: Message, Response: Message>(
    _ client: Client, _ service: String, _ method: String, _ request: Request,
    _ type: Response.Type, _ cipher: ContentCipher
  ) async throws -> (wire: Bytes, answer: Response) {
    let (encryptor, now) = try await encryptor(client, cipher)
    let name = RPC.MethodName(service: service, method: method)
    let sealed = try #require(
      encryptor.seal(
        request.encoded(), Request.descriptor, method: name.description,
        answer: Response.descriptor, createdAtMillis: now))
    let wire = try await client.call(name, [sealed.request], options: .standard)
    return (wire, try Response(decoding: try sealed.answer.open(wire)))
  }

  @Test(
    "the holder passes with the same score as in plaintext", arguments: [Profile.native, .compat])
  func compare(profile: Profile) async throws {
    let request = try EndToEndTests.request("card.jpg", "selfie.jpg")
    try await LiveServer.withClient(profile) { client in
      let plain = try await BasicClient(client).compareFaces(request)
      for cipher in ContentCipher.allCases {
        let (_, answer) = try await Self.call(
          client, BasicMethods.service, "CompareFaces", request, CompareFacesResponse.self, cipher)
        #expect(answer.verdict == .pass && answer.score == plain.score)
      }
    }
  }

  @Test("what a person is asked to agree to goes encrypted both ways, in every mode")
  func intent() async throws {
    let canary = "买入五千股"
    var read = CreateIntentChallengeRequest(mode: .read, text: canary)
    read.contrasts = [WordPair(word: "买入", other: "卖出")]
    var answers = CreateIntentChallengeRequest(mode: .qa)
    answers.questions = [IntentQuestion(question: canary, answers: ["同意"])]
    var nods = CreateIntentChallengeRequest(mode: .nod)
    nods.prompts = ["第一", canary]
    for request in [read, answers, nods] {
      try await LiveServer.withClient(.native) { client in
        let (wire, answer) = try await Self.call(
          client, IntentMethods.service, "CreateChallenge", request,
          CreateIntentChallengeResponse.self, .aes256GCM)
        let challenge = try #require(answer.challenge)
        #expect(
          [challenge.text] == [canary] || challenge.questions == [canary]
            || challenge.prompts == ["第一", canary])
        #expect(!String(decoding: wire.array, as: UTF8.self).contains(canary))
      }
    }
  }

  @Test("what a card says goes encrypted both ways")
  func card() async throws {
    var request = VerifyIdCardPhotoRequest()
    request.card = try EndToEndTests.picture("id_front.jpg")
    request.selfie = try EndToEndTests.picture("selfie.jpg")
    try await LiveServer.withClient { client in
      let plain = try await BasicClient(client).verifyIdCardPhoto(request)
      let (wire, answer) = try await Self.call(
        client, BasicMethods.service, "VerifyIdCardPhoto", request, VerifyIdCardPhotoResponse.self,
        .sm4GCM)
      #expect(answer.card == plain.card && answer.verdict == plain.verdict)
      let number = try #require(answer.card?.idNumber?.value)
      #expect(!number.isEmpty)
      #expect(!String(decoding: wire.array, as: UTF8.self).contains(number))
      #expect(try VerifyIdCardPhotoResponse(decoding: wire).card == nil)
    }
  }

  @Test(
    "a message is taken once, and refusals tell nothing of its content, to callers or in the log")
  func canaries() async throws {
    let marked = "CANARY-4C1F-field"
    var request = CompareFacesRequest()
    request.a = Media(inline: Bytes(Array(marked.utf8)))
    request.b = Media(inline: Bytes(Array(marked.utf8)))
    let name = RPC.MethodName(service: BasicMethods.service, method: "CompareFaces")
    try await LiveServer.withClient { client in
      let (encryptor, now) = try await Self.encryptor(client)
      let changes: [(String, (inout Encryption) -> Void)] = [
        ("IMAGE_FORMAT_UNSUPPORTED", { _ in }),
        ("DECRYPTION_FAILED", { $0.wrappedKey = Bytes([UInt8](repeating: 5, count: 32)) }),
        (
          "DECRYPTION_FAILED",
          {
            $0.fields.swapAt(0, 1)
            $0.fields[0].path = "a.inline"
            $0.fields[1].path = "b.inline"
          }
        ),
        ("ENCRYPTION_FIELD_UNKNOWN", { $0.fields[0].path = marked }),
        ("ENCRYPTION_KEY_UNKNOWN", { $0.keyId = marked }),
        ("ENCRYPTION_OUT_OF_TIME", { $0.createdAtMs -= 3_600_000 }),
      ]
      for (symbol, change) in changes {
        let sealed = try #require(
          encryptor.seal(
            request.encoded(), CompareFacesRequest.descriptor, method: name.description,
            answer: CompareFacesResponse.descriptor, createdAtMillis: now, change: change))
        let error = await failure { () async throws(ServiceError) in
          try await client.call(name, [sealed.request], options: .standard)
        }
        #expect(error?.detail.symbol.rawValue == symbol)
        #expect(!"\(String(describing: error))".contains("CANARY"))
        guard symbol == "IMAGE_FORMAT_UNSUPPORTED" else { continue }
        let again = await failure { () async throws(ServiceError) in
          try await client.call(name, [sealed.request], options: .standard)
        }
        #expect(again?.detail.symbol == .encryptionReplayed)
      }
    }
    #expect(!LiveServer.lines.text.contains("CANARY"))
    #expect(!LiveServer.metrics.prometheusText.contains("CANARY"))
  }
}
