// Encrypted fields on their way to a handler and back, and everything that must be refused on that way.

import FieldEncryption
import Messages
import Sealing
import Synchronization
import Testing
import Vocabulary

struct EncryptedServiceTests {
  static let method = "idv.v1.Basic/CompareFaces"
  static let kinds = Sealing.KeyWrapping.allCases.flatMap { wrapping in
    ContentCipher.allCases.map { (wrapping, $0) }
  }

  @Test("the handler sees what it would have seen in plaintext", arguments: kinds)
  func roundTrip(_ wrapping: Sealing.KeyWrapping, _ cipher: ContentCipher) async throws {
    let desk = try Desk()
    let sealed = try desk.encryptor(wrapping, cipher).seal()
    #expect(!Canary.isIn(sealed.request))
    _ = try await desk.call(Self.method, sealed.request)
    let seen = try CompareFacesRequest(decoding: try #require(desk.seen.all.first))
    #expect(seen == compareRequest())
  }

  @Test("pictures of every size come through, on threads of their own or not")
  func sizes() async throws {
    let desk = try Desk()
    for count in [0, 1, 1000, 40_000, 3 << 20] {
      var request = compareRequest()
      request.a?.inline = Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      let sealed = try desk.encryptor().seal(request)
      _ = try await desk.call(Self.method, sealed.request)
      #expect(try CompareFacesRequest(decoding: desk.seen.all.last!) == request)
    }
  }

  @Test("a request without encryption goes through untouched")
  func plain() async throws {
    let desk = try Desk()
    let request = compareRequest().encoded()
    _ = try await desk.call(Self.method, request)
    #expect(desk.seen.all == [request])
    // What no scan has passed goes on as it is: decoding refuses it.
    let damaged = Bytes([0x0A, 0x7F, 0x01])
    _ = try await desk.call(Self.method, damaged)
    #expect(desk.seen.all.last == damaged)
  }

  @Test("personal fields of the answer are encrypted, and read by the caller alone")
  func answer() async throws {
    let response = VerifyIdCardPhotoResponse(
      header: ResponseHeader(requestId: "42"), verdict: .pass,
      card: IdCard(
        name: DocumentField(value: Canary.first), idNumber: DocumentField(value: Canary.second)))
    let desk = try Desk(answer: { _ in response.encoded() })
    for (wrapping, cipher) in Self.kinds {
      let request = VerifyIdCardPhotoRequest(
        card: Media(inline: Bytes(Array(Canary.first.utf8))), selfie: Media(inline: Bytes([1])))
      let sealed = try #require(
        try desk.encryptor(wrapping, cipher).seal(
          request.encoded(), VerifyIdCardPhotoRequest.descriptor,
          method: "idv.v1.Basic/VerifyIdCardPhoto", answer: VerifyIdCardPhotoResponse.descriptor,
          createdAtMillis: Desk.start))
      let answer = try await desk.call("idv.v1.Basic/VerifyIdCardPhoto", sealed.request)
      #expect(!Canary.isIn(answer))
      let blank = try VerifyIdCardPhotoResponse(decoding: answer)
      #expect(blank.card == nil && blank.verdict == .pass && blank.header?.requestId == "42")
      #expect(blank.header?.encryption?.fields.map(\.path) == ["card"])
      let opened = try VerifyIdCardPhotoResponse(decoding: try sealed.answer.open(answer))
      #expect(opened == response)
    }
  }

  @Test("elements of repeated fields keep their places, in requests and answers")
  func elements() async throws {
    let frames = (0..<5).map {
      CapturedFrame(jpeg: Bytes(Array("CANARY \($0)".utf8)), deviceTimeMs: UInt64($0))
    }
    let request = DetectLivenessRequest(
      capture: Capture(frames: frames, colorsShownMs: 3), sessionId: "s")
    let response = DetectLivenessResponse(
      bestFrames: [
        BestFrame(jpeg: Bytes(Array("CANARY a".utf8)), timeMs: 1), BestFrame(timeMs: 2),
        BestFrame(jpeg: Bytes(Array("CANARY b".utf8)), timeMs: 3),
      ])
    let desk = try Desk(answer: { _ in response.encoded() })
    let sealed = try #require(
      try desk.encryptor().seal(
        request.encoded(), DetectLivenessRequest.descriptor, method: "idv.v1.Basic/DetectLiveness",
        answer: DetectLivenessResponse.descriptor, createdAtMillis: Desk.start))
    #expect(!Canary.isIn(sealed.request))
    let answer = try await desk.call("idv.v1.Basic/DetectLiveness", sealed.request)
    #expect(!Canary.isIn(answer))
    let seen = try DetectLivenessRequest(decoding: desk.seen.all[0])
    #expect(seen.capture == request.capture && seen.sessionId == request.sessionId)
    let opened = try DetectLivenessResponse(decoding: try sealed.answer.open(answer))
    // An answer without a header gets one for what tells of the encryption.
    #expect(opened.bestFrames == response.bestFrames)
  }

  @Test("a message without personal fields proves itself, too")
  func nothingPersonal() async throws {
    let desk = try Desk()
    let request = GetLiveCodeRequest(sessionId: "s")
    func sealed(_ change: (inout Encryption) -> Void = { _ in }) throws -> Bytes {
      try #require(
        try desk.encryptor().seal(
          request.encoded(), GetLiveCodeRequest.descriptor, method: "idv.v1.Basic/GetLiveCode",
          answer: GetLiveCodeResponse.descriptor, createdAtMillis: Desk.start, change: change)
      ).request
    }
    _ = try await desk.call("idv.v1.Basic/GetLiveCode", try sealed())
    #expect(try GetLiveCodeRequest(decoding: desk.seen.all[0]).sessionId == "s")
    let changed = try sealed { $0.fields[0].ciphertext = Bytes([UInt8](repeating: 0, count: 16)) }
    let error = await desk.refusal("idv.v1.Basic/GetLiveCode", changed)
    #expect(error?.detail.symbol == .decryptionFailed && error?.detail.field == "")
  }

  @Test("no bit of the envelope may change")
  func bits() async throws {
    let desk = try Desk()
    let encryptor = try desk.encryptor()
    /// The parts, by name.
    let parts: [(String, WritableKeyPath<Encryption, Bytes>)] = [
      ("wrapped_key", \.wrappedKey), ("message_id", \.messageId),
      ("ciphertext and tag", \.fields[0].ciphertext), ("of the other", \.fields[1].ciphertext),
    ]
    for (name, part) in parts {
      let count = try counted(encryptor, part)
      for bit in 0..<count * 8 {
        let sealed = try encryptor.seal { envelope in
          var bytes = envelope[keyPath: part].array
          bytes[bit / 8] ^= 1 << UInt8(bit % 8)
          envelope[keyPath: part] = Bytes(bytes)
        }
        let error = await desk.refusal(Self.method, sealed.request)
        #expect(error?.detail.symbol == .decryptionFailed, "\(name), bit \(bit)")
        #expect(error.map { !"\($0)".contains("CANARY") } ?? false)
      }
    }
    for change in [1, -1, 1000] as [Int64] {
      let sealed = try encryptor.seal { $0.createdAtMs += change }
      let error = await desk.refusal(Self.method, sealed.request)
      #expect([.decryptionFailed, .encryptionOutOfTime].contains(error?.detail.symbol))
    }
    let algorithm = try encryptor.seal { $0.algorithm = .sm4Gcm }
    #expect(await desk.refusal(Self.method, algorithm.request)?.detail.symbol == .decryptionFailed)
    // None of them was remembered: the untouched message would still be read.
    _ = try await desk.call(Self.method, try encryptor.seal().request)
  }

  private func counted(
    _ encryptor: FieldEncryptor, _ part: WritableKeyPath<Encryption, Bytes>
  ) throws -> Int {
    var count = 0
    _ = try encryptor.seal { count = $0[keyPath: part].count }
    return count
  }

  /// A change to an envelope that must be refused, and how.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let symbol: ErrorSymbol
    let field: String
    let apply: @Sendable (inout Encryption) -> Void
  }

  static let changes = [
    Change(testDescription: "swapped fields", symbol: .decryptionFailed, field: "a.inline") {
      ($0.fields[0].path, $0.fields[1].path) = ($0.fields[1].path, $0.fields[0].path)
    },
    Change(testDescription: "one left out", symbol: .decryptionFailed, field: "a.inline") {
      $0.fields.removeLast()
    },
    Change(testDescription: "one twice", symbol: .encryptionFieldGivenTwice, field: "a.inline") {
      $0.fields.append($0.fields[0])
    },
    Change(
      testDescription: "an unknown key", symbol: .encryptionKeyUnknown,
      field: "header.encryption.key_id"
    ) {
      $0.keyId = "CANARY"
    },
    Change(
      testDescription: "a key that is retired", symbol: .encryptionKeyRetired,
      field: "header.encryption.key_id"
    ) {
      $0.keyId = "old"
    },
    Change(
      testDescription: "another key of the server", symbol: .decryptionFailed, field: "a.inline"
    ) {
      $0.keyId = "sm2"
    },
    Change(
      testDescription: "no algorithm", symbol: .encryptionMalformed,
      field: "header.encryption.algorithm"
    ) {
      $0.algorithm = .unspecified
    },
    Change(
      testDescription: "an unknown algorithm", symbol: .encryptionMalformed,
      field: "header.encryption.algorithm"
    ) {
      $0.algorithm = .unrecognized(77)
    },
    Change(
      testDescription: "no wrapped key", symbol: .encryptionMalformed,
      field: "header.encryption.wrapped_key"
    ) {
      $0.wrappedKey = .empty
    },
    Change(
      testDescription: "a long wrapped key", symbol: .encryptionMalformed,
      field: "header.encryption.wrapped_key"
    ) {
      $0.wrappedKey = Bytes([UInt8](repeating: 1, count: 1025))
    },
    Change(
      testDescription: "a short id", symbol: .encryptionMalformed,
      field: "header.encryption.message_id"
    ) {
      $0.messageId = Bytes([1, 2, 3])
    },
    Change(
      testDescription: "no fields", symbol: .encryptionMalformed, field: "header.encryption.fields"
    ) {
      $0.fields = []
    },
    Change(
      testDescription: "too many fields", symbol: .encryptionMalformed,
      field: "header.encryption.fields"
    ) {
      $0.fields = [EncryptedField](repeating: $0.fields[0], count: 1025)
    },
    Change(
      testDescription: "a ciphertext without a tag", symbol: .encryptionMalformed,
      field: "header.encryption.fields[1].ciphertext"
    ) {
      $0.fields[1].ciphertext = Bytes([UInt8](repeating: 1, count: 15))
    },
    Change(
      testDescription: "something behind the empty path", symbol: .encryptionMalformed,
      field: "header.encryption.fields[0].ciphertext"
    ) {
      $0.fields[0].path = ""
    },
    Change(
      testDescription: "a path to nothing", symbol: .encryptionFieldUnknown,
      field: "header.encryption.fields[1].path"
    ) {
      $0.fields[1].path = "CANARY.inline"
    },
    Change(
      testDescription: "a path to a field that may not be encrypted",
      symbol: .encryptionFieldUnknown, field: "header.encryption.fields[0].path"
    ) {
      $0.fields[0].path = "header.scene_id"
    },
    Change(
      testDescription: "a path into the encryption", symbol: .encryptionFieldUnknown,
      field: "header.encryption.fields[0].path"
    ) {
      $0.fields[0].path = "header.encryption"
    },
    Change(
      testDescription: "an index where there is none", symbol: .encryptionFieldUnknown,
      field: "header.encryption.fields[0].path"
    ) {
      $0.fields[0].path = "a[0].inline"
    },
    Change(
      testDescription: "a path of a kilobyte", symbol: .encryptionFieldUnknown,
      field: "header.encryption.fields[0].path"
    ) {
      $0.fields[0].path = String(repeating: "a.", count: 600)
    },
  ]

  @Test("what does not fit is refused, and says neither content nor path", arguments: changes)
  func refused(_ change: Change) async throws {
    let desk = try Desk()
    let sealed = try desk.encryptor().seal(change: change.apply)
    let error = try #require(await desk.refusal(Self.method, sealed.request))
    #expect(error.detail.symbol == change.symbol)
    #expect(error.detail.field == change.field)
    #expect(!"\(error)".contains("CANARY"))
    #expect(!error.message.contains("CANARY"))
  }

  @Test("whatever cannot be decrypted is told the same")
  func oneAnswer() async throws {
    let desk = try Desk()
    var texts: Set<String> = []
    for (wrapping, cipher) in Self.kinds {
      let encryptor = try desk.encryptor(wrapping, cipher)
      for change in [
        { $0.wrappedKey = Bytes([UInt8](repeating: 3, count: $0.wrappedKey.count)) },
        { $0.wrappedKey = $0.wrappedKey[0..<$0.wrappedKey.count - 1] },
        { $0.messageId = Bytes([UInt8](repeating: 3, count: 16)) },
        { $0.fields[0].ciphertext = Bytes([UInt8](repeating: 3, count: 40)) },
      ] as [(inout Encryption) -> Void] {
        let error = await desk.refusal(Self.method, try encryptor.seal(change: change).request)
        texts.insert("\(String(describing: error))")
      }
    }
    #expect(texts.count == 1)
  }

  @Test("bound to account and method")
  func bound() async throws {
    let desk = try Desk()
    let sealed = try desk.encryptor().seal()
    let other = await desk.refusal(Self.method, sealed.request, as: "another")
    #expect(other?.detail.symbol == .decryptionFailed)
    // The same fields in a method whose request has fields of these names.
    let photo = VerifyPhotoRequest(
      image: Media(inline: Bytes([1])), photo: Media(inline: Bytes([2])))
    let moved = try #require(
      try desk.encryptor().seal(
        photo.encoded(), VerifyPhotoRequest.descriptor, method: Self.method,
        answer: VerifyPhotoResponse.descriptor, createdAtMillis: Desk.start))
    let elsewhere = await desk.refusal("idv.v1.Basic/VerifyPhoto", moved.request)
    #expect(elsewhere?.detail.symbol == .decryptionFailed)
  }

  @Test("plaintext beside the ciphertext of one field is refused")
  func twice() async throws {
    let desk = try Desk()
    let sealed = try desk.encryptor().seal()
    var request = try CompareFacesRequest(decoding: sealed.request)
    request.b?.inline = Bytes(Array(Canary.first.utf8))
    let error = await desk.refusal(Self.method, request.encoded())
    #expect(error?.code == .invalidArgument)
    #expect(error?.detail.symbol == .encryptionFieldGivenTwice)
    #expect(error?.detail.field == "b.inline")
  }

  @Test("an element that is not there, and one that is not empty, are refused")
  func elementsRefused() async throws {
    let desk = try Desk()
    let request = DetectLivenessRequest(
      capture: Capture(frames: [CapturedFrame(jpeg: Bytes([1])), CapturedFrame(jpeg: Bytes([2]))]))
    func sealed(_ change: (inout DetectLivenessRequest) -> Void) throws -> Bytes {
      let sealed = try #require(
        try desk.encryptor().seal(
          request.encoded(), DetectLivenessRequest.descriptor,
          method: "idv.v1.Basic/DetectLiveness", answer: DetectLivenessResponse.descriptor,
          createdAtMillis: Desk.start))
      var changed = try DetectLivenessRequest(decoding: sealed.request)
      change(&changed)
      return changed.encoded()
    }
    let missing = await desk.refusal(
      "idv.v1.Basic/DetectLiveness", try sealed { $0.capture?.frames.removeLast() })
    #expect(missing?.detail.symbol == .encryptionFieldUnknown)
    let full = await desk.refusal(
      "idv.v1.Basic/DetectLiveness", try sealed { $0.capture?.frames[1].jpeg = Bytes([9]) })
    #expect(full?.detail.symbol == .encryptionFieldGivenTwice)
    #expect(full?.detail.field == "capture.frames[1].jpeg")
  }

  @Test("a message is read once, by the account that sent it, for as long as it would be taken")
  func replays() async throws {
    let desk = try Desk()
    let sealed = try desk.encryptor().seal()
    _ = try await desk.call(Self.method, sealed.request)
    for _ in 0..<3 {
      let error = await desk.refusal(Self.method, sealed.request)
      #expect(error?.code == .alreadyExists && error?.detail.symbol == .encryptionReplayed)
    }
    desk.clock.advance(119_000)
    #expect(await desk.refusal(Self.method, sealed.request)?.detail.symbol == .encryptionReplayed)
    desk.clock.advance(60_000)
    #expect(await desk.refusal(Self.method, sealed.request)?.detail.symbol == .encryptionOutOfTime)
    // A clock that goes back brings nothing back.
    desk.clock.advance(-179_000)
    let after = await desk.refusal(Self.method, sealed.request)
    #expect([.encryptionReplayed, .encryptionOutOfTime].contains(after?.detail.symbol))
  }

  @Test("messages from the future, the past and before the server began are refused")
  func times() async throws {
    let desk = try Desk()
    let encryptor = try desk.encryptor()
    for offset in [-1, -200_000, 60_001, .max - Desk.start, .min &+ 1 &- Desk.start] as [Int64] {
      let sealed = try encryptor.seal(at: Desk.start &+ offset)
      let error = await desk.refusal(Self.method, sealed.request)
      #expect(error?.detail.symbol == .encryptionOutOfTime, "\(offset)")
    }
    for offset in [0, 59_000] as [Int64] {
      _ = try await desk.call(Self.method, try encryptor.seal(at: Desk.start + offset).request)
    }
  }

  @Test("a message from the future is held until its time, so that no later process reads it anew")
  func future() async throws {
    let clock = Desk.Clock()
    let first = try Desk(clock: clock)
    let sealed = try first.encryptor().seal(at: Desk.start + 30_000)
    // Nobody waits in vain.
    let short = await first.refusal(Self.method, sealed.request, before: .after(.seconds(20)))
    #expect(short?.detail.symbol == .encryptionOutOfTime && clock.now == Desk.start)
    _ = try await first.call(Self.method, sealed.request)
    #expect(clock.now == Desk.start + 30_000)
    // A process that begins at once after this one has read it.
    clock.advance(1)
    let second = try Desk(clock: clock)
    let error = await second.refusal(Self.method, sealed.request)
    #expect(error?.detail.symbol == .encryptionOutOfTime)
    // Whose clock is right is served from the first moment on.
    _ = try await second.call(Self.method, try second.encryptor().seal(at: clock.now).request)
  }

  @Test("a long answer comes however many messages wait: what was done is not lost")
  func longAnswers() async throws {
    let long = String(repeating: Canary.first, count: 4000)
    let response = VerifyIdCardPhotoResponse(card: IdCard(name: DocumentField(value: long)))
    let desk = try Desk(queueDepthMax: 0, answer: { _ in response.encoded() })
    let method = "idv.v1.Basic/VerifyIdCardPhoto"
    func sealed(_ count: Int) throws -> FieldEncryptor.Sealed {
      let request = VerifyIdCardPhotoRequest(
        card: Media(inline: Bytes([UInt8](repeating: 1, count: count))))
      return try #require(
        try desk.encryptor().seal(
          request.encoded(), VerifyIdCardPhotoRequest.descriptor, method: method,
          answer: VerifyIdCardPhotoResponse.descriptor, createdAtMillis: Desk.start))
    }
    let refused = await desk.refusal(method, try sealed(100_000).request)
    #expect(refused?.detail.symbol == .overloaded)
    let message = try sealed(10)
    let answer = try await desk.call(method, message.request)
    let opened = try VerifyIdCardPhotoResponse(decoding: try message.answer.open(answer))
    #expect(opened.card == response.card)
  }

  @Test("accounts and scenes may demand encryption")
  func required() async throws {
    var terms = EncryptionTerms()
    terms.requiredAccounts = [AccountID("strict")!]
    terms.requiredScenes = ["payout"]
    let desk = try Desk(terms)
    var request = compareRequest()
    let plain = await desk.refusal(Self.method, request.encoded(), as: "strict")
    #expect(plain?.code == .failedPrecondition)
    #expect(plain?.detail.symbol == .encryptionRequired && plain?.detail.field == "a.inline")
    _ = try await desk.call(Self.method, request.encoded(), as: "bank")
    request.header?.sceneId = "payout"
    let scene = await desk.refusal(Self.method, request.encoded(), as: "bank")
    #expect(scene?.detail.symbol == .encryptionRequired)
    // Nothing personal in the request, but in what would be answered.
    let empty = await desk.refusal(Self.method, CompareFacesRequest().encoded(), as: "strict")
    #expect(empty?.detail.symbol == .encryptionRequired)
    #expect(empty?.detail.field == "header.encryption")
    // One field encrypted and another not.
    let sealed = try desk.encryptor(account: "strict").seal()
    var half = try CompareFacesRequest(decoding: sealed.request)
    half.b?.inline = Bytes([1])
    let partly = await desk.refusal(Self.method, half.encoded(), as: "strict")
    #expect(partly?.detail.symbol == .encryptionRequired && partly?.detail.field == "b.inline")
    _ = try await desk.call(
      Self.method, try desk.encryptor(account: "strict").seal().request, as: "strict")
    // What holds nothing personal stays open.
    _ = try await desk.call("idv.v1.Operations/GetStatus", .empty, as: "strict")
    _ = try await desk.call("idv.v1.Basic/GetLiveCode", .empty, as: "strict")
    let stream = await desk.refusal("idv.v1.Uploads/Upload", .empty, as: "strict")
    #expect(stream?.detail.symbol == .encryptionUnsupported)
    _ = try await desk.call("idv.v1.Uploads/Upload", .empty, as: "bank")
  }

  @Test("a key that is not handed out any more still reads")
  func decryptOnly() async throws {
    let desk = try Desk(state: .decryptOnly)
    #expect(desk.desk.publishedKeys.isEmpty)
    _ = try await desk.call(Self.method, try desk.encryptor().seal().request)
    #expect(desk.seen.all.count == 1)
    desk.desk.keys.replace(by: .empty)
    let error = await desk.refusal(Self.method, try desk.encryptor().seal().request)
    #expect(error?.detail.symbol == .encryptionKeyUnknown)
  }

  @Test("names of keys are names, and each is there once")
  func rings() {
    let key = Desk.keys[0]
    func entry(_ id: String) -> EncryptionKeyRing.Entry { .init(id: id, state: .active, key: key) }
    #expect(EncryptionKeyRing(entries: [entry("a"), entry("a")], retired: []) == nil)
    #expect(EncryptionKeyRing(entries: [entry("a")], retired: ["a"]) == nil)
    for name in ["", "a b", "ä", String(repeating: "a", count: 65)] {
      #expect(EncryptionKeyRing(entries: [entry(name)], retired: []) == nil)
    }
    #expect(EncryptionKeyRing(entries: [entry("2026-a_b.C")], retired: ["x"]) != nil)
  }

  @Test("an answer that was changed is not read")
  func answersChanged() async throws {
    let response = VerifyIdCardPhotoResponse(
      header: ResponseHeader(requestId: "42"),
      card: IdCard(name: DocumentField(value: Canary.first)))
    let desk = try Desk(answer: { _ in response.encoded() })
    let sealed = try #require(
      try desk.encryptor().seal(
        VerifyIdCardPhotoRequest().encoded(), VerifyIdCardPhotoRequest.descriptor,
        method: "idv.v1.Basic/VerifyIdCardPhoto", answer: VerifyIdCardPhotoResponse.descriptor,
        createdAtMillis: Desk.start))
    let answer = try await desk.call("idv.v1.Basic/VerifyIdCardPhoto", sealed.request)
    let message = try VerifyIdCardPhotoResponse(decoding: answer)
    for bit in 0..<(message.header?.encryption?.salt.count ?? 0) * 8 {
      var changed = message
      var salt = message.header!.encryption!.salt.array
      salt[bit / 8] ^= 1 << UInt8(bit % 8)
      changed.header?.encryption?.salt = Bytes(salt)
      #expect(throws: ServiceError.self) { try sealed.answer.open(changed.encoded()) }
    }
    var ciphertext = message.header!.encryption!.fields[0].ciphertext.array
    ciphertext[3] ^= 1
    var changed = message
    changed.header?.encryption?.fields[0].ciphertext = Bytes(ciphertext)
    #expect(throws: ServiceError.self) { try sealed.answer.open(changed.encoded()) }
    // Another message's answer.
    let other = try desk.encryptor().seal()
    #expect(throws: ServiceError.self) { try other.answer.open(answer) }
  }
}
