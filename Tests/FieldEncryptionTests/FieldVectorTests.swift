// The messages that all implementations share, and paths as they are written.

import FoundationEssentials
import Messages
import Sealing
import Testing
import Vocabulary

@testable import FieldEncryption

struct FieldVectorTests {
  private struct Vectors: Decodable {
    let messages: [Message]
  }

  private struct Message: Decodable {
    let algorithm, secret, keyId, account, method, messageId, direction, salt, binding: String
    let createdAtMs: Int64
    let fields: [Field]
  }

  private struct Field: Decodable {
    let path, plain, ciphertext: String
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  @Test("messages of the Python client, byte for byte")
  func shared() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Vectors/field-encryption.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let vectors = try decoder.decode(Vectors.self, from: Data(contentsOf: file))
    #expect(vectors.messages.count == 4)
    for message in vectors.messages {
      let cipher = try #require(ContentCipher.allCases.first { $0.name == message.algorithm })
      let binding = MessageBinding(
        cipher: cipher, keyID: message.keyId, account: message.account, method: message.method,
        messageID: Self.bytes(message.messageId), createdAtMillis: message.createdAtMs)
      #expect(binding.encoded == Self.bytes(message.binding))
      let keys = FieldKeys(
        secret: SecretBytes(Self.bytes(message.secret)), binding,
        try #require(Direction(rawValue: message.direction)), salt: Self.bytes(message.salt),
        paths: message.fields.map(\.path))
      for field in message.fields {
        let sealed = Self.bytes(field.plain).withUnsafeBytes { keys.seal($0, path: field.path) }
        #expect(sealed == Self.bytes(field.ciphertext))
      }
    }
  }

  @Test("equal contents in different places, messages and directions look different")
  func nonces() {
    var seen: Set<[UInt8]> = []
    var count = 0
    let secret = SecretBytes([UInt8](repeating: 1, count: 32))
    for cipher in ContentCipher.allCases {
      for message in 0..<20 as Range<UInt8> {
        let binding = MessageBinding(
          cipher: cipher, keyID: "k", account: "a", method: "m",
          messageID: [UInt8](repeating: message, count: 16), createdAtMillis: 1)
        let directions: [(Direction, [UInt8])] = [(.request, []), (.answer, [1]), (.answer, [2])]
        for (direction, salt) in directions {
          let paths = (0..<20).map { "frames[\($0)].jpeg" }
          let keys = FieldKeys(secret: secret, binding, direction, salt: salt, paths: paths)
          for path in paths {
            let sealed = [UInt8](repeating: 0, count: 32).withUnsafeBytes {
              keys.seal($0, path: path)
            }
            seen.insert(Array(sealed.prefix(32)))
            count += 1
          }
        }
      }
    }
    #expect(seen.count == count)
  }

  @Test("items cannot run into each other")
  func binding() {
    func encoded(_ key: String, _ account: String, _ method: String) -> [UInt8] {
      MessageBinding(
        cipher: .aes256GCM, keyID: key, account: account, method: method,
        messageID: [UInt8](repeating: 0, count: 16), createdAtMillis: 0
      ).encoded
    }
    #expect(encoded("ab", "c", "d") != encoded("a", "bc", "d"))
    #expect(encoded("a", "bc", "d") != encoded("a", "b", "cd"))
  }

  @Test("paths are read in one way of writing only")
  func paths() throws {
    let type = DetectLivenessRequest.descriptor
    func fault(_ text: String) -> FieldPath.Fault? {
      do throws(FieldPath.Fault) {
        _ = try FieldPath(text, in: type)
        return nil
      } catch {
        return error
      }
    }
    for text in ["capture.video.inline", "capture.frames[0].jpeg", "capture.frames[99999].jpeg"] {
      #expect(fault(text) == nil)
    }
    for text in [
      "", ".", "capture.", ".capture", "capture..video", "capture.frames.jpeg",
      "capture.frames[].jpeg",
      "capture.frames[01].jpeg", "capture.frames[-1].jpeg", "capture.frames[+1].jpeg",
      "capture.frames[1]jpeg", "capture.frames[1.jpeg", "capture.frames[100000].jpeg",
      "capture.frames[99999999999999999999].jpeg", "capture[0].video.inline",
      "capture.video.inline.x",
      "CAPTURE.video.inline", "capture.video.inline ", "capture.frames[0].jpeg[0]",
    ] {
      #expect(fault(text) == .unknown, "\(text)")
    }
    for text in ["capture", "capture.video", "session_id", "capture.video.sha256", "header"] {
      #expect(fault(text) == .notSensitive, "\(text)")
    }
  }

  @Test("a field within a field that is encrypted is refused")
  func nesting() throws {
    let type = RecognizeIdCardResponse.descriptor
    var tree = FieldTree()
    #expect(tree.insert(try FieldPath("cards[0]", in: type), field: 0))
    #expect(tree.insert(try FieldPath("cards[1].image.portrait", in: type), field: 1))
    #expect(!tree.insert(try FieldPath("cards[0].image.portrait", in: type), field: 2))
    #expect(!tree.insert(try FieldPath("cards[1]", in: type), field: 3))
    #expect(!tree.insert(try FieldPath("cards[0]", in: type), field: 4))
  }

  @Test("random bytes for messages neither trap nor come through")
  func damaged() throws {
    var state: UInt64 = 42
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let key = try #require(UnwrappingKey.generate(.x25519).flatMap { UnwrappingKey(pem: $0) })
    let ring = try #require(
      EncryptionKeyRing(entries: [.init(id: "k", state: .active, key: key)], retired: []))
    let sender = FieldEncryptor(
      key: try #require(WrappingKey(der: key.publicKey)), keyID: "k", account: "fuzz",
      cipher: .aes256GCM)
    let request = CompareFacesRequest(
      a: Media(inline: Bytes([1, 2, 3])), b: Media(inline: Bytes([4])))
    let sealed = try #require(
      sender.seal(
        request.encoded(), CompareFacesRequest.descriptor, method: "m",
        answer: CompareFacesResponse.descriptor, createdAtMillis: 1)
    ).request.array
    #expect(EnvelopeCheck.read(Bytes(sealed), CompareFacesRequest.descriptor, ring) != nil)
    for _ in 0..<3000 {
      var bytes = sealed
      switch next() % 3 {
      case 0: bytes[Int(next()) % bytes.count] ^= UInt8(1 << (next() % 8))
      case 1: bytes = Array(bytes.prefix(Int(next()) % bytes.count))
      default: bytes.insert(UInt8(next() & 0xFF), at: Int(next()) % bytes.count)
      }
      let read = EnvelopeCheck.read(Bytes(bytes), CompareFacesRequest.descriptor, ring)
      // What is not encrypted may change, and what is cannot.
      guard let read else { continue }
      let decoded = try? CompareFacesRequest(decoding: read)
      #expect(decoded == nil || decoded?.a?.inline == request.a?.inline)
    }
  }
}

struct MessageMemoryTests {
  private let bank = AccountID("bank")!
  private func id(_ number: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: 12) + (0..<4).map { UInt8(number >> (8 * $0) & 0xFF) }
  }

  @Test("bounded by account and in all, and forgetting what is too old")
  func bounds() {
    var terms = ReplayTerms()
    terms.accountMessagesMax = 10
    terms.messagesMax = 100
    let memory = MessageMemory(terms, startedAtMillis: 0)
    for number in 0..<10 {
      #expect(memory.enter(id(number), of: bank, madeAt: 1000, now: 1000) == .new)
      #expect(memory.enter(id(number), of: bank, madeAt: 1000, now: 1000) == .seen)
    }
    #expect(memory.enter(id(10), of: bank, madeAt: 1000, now: 1000) == .full)
    // Another account's message of the same id is another one.
    #expect(memory.enter(id(0), of: AccountID("other")!, madeAt: 1000, now: 1000) == .new)
    #expect(memory.count == 11)
    let later: Int64 = 1000 + terms.ageMaxMillis + 20_000
    #expect(memory.enter(id(5), of: bank, madeAt: later, now: later) == .new)
    #expect(memory.count == 1)
  }

  @Test("however many accounts are busy, there is room for another")
  func shares() {
    var terms = ReplayTerms()
    terms.accountMessagesMax = 600
    terms.messagesMax = 1200
    let memory = MessageMemory(terms, startedAtMillis: 0)
    var taken: [String: Int] = [:]
    for busy in 1...9 {
      let names = (0..<busy).map { "busy\($0)" }
      // All of them send for as long as they are let, in turn.
      let now = Int64(busy) * 1_000_000
      taken = [:]
      for number in 0..<1200 {
        for name in names
        where memory.enter(id(number), of: AccountID(name)!, madeAt: now, now: now) == .new {
          taken[name, default: 0] += 1
        }
      }
      let share = 1200 / (busy + 1)
      for name in names { #expect((share - 1...share + 1).contains(taken[name] ?? 0), "\(busy)") }
      #expect(memory.look(id(0), of: AccountID("new")!, madeAt: now, now: now) == .new)
    }
  }

  @Test("nothing is entered before its time")
  func ahead() {
    let memory = MessageMemory(ReplayTerms(), startedAtMillis: 0)
    #expect(memory.look(id(1), of: bank, madeAt: 1001, now: 1000) == .new)
    #expect(memory.enter(id(1), of: bank, madeAt: 1001, now: 1000) == .outOfTime)
    #expect(memory.enter(id(1), of: bank, madeAt: 1001, now: 1001) == .new)
  }

  @Test("whatever is forgotten would be refused for its age")
  func forgetting() {
    let memory = MessageMemory(ReplayTerms(), startedAtMillis: 0)
    var numbers = SystemRandomNumberGenerator()
    var now: Int64 = 0
    var sent: [(id: [UInt8], madeAt: Int64)] = []
    for number in 0..<2000 {
      now += Int64.random(in: -5000...15_000, using: &numbers)
      let madeAt = now + Int64.random(in: -130_000...70_000, using: &numbers)
      if memory.enter(id(number), of: bank, madeAt: madeAt, now: now) == .new {
        sent.append((id(number), madeAt))
      }
      for old in sent.suffix(50) {
        #expect(memory.look(old.id, of: bank, madeAt: old.madeAt, now: now) != .new)
      }
    }
    #expect(sent.count > 100)
  }
}
