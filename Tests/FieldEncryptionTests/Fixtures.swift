// A service with a handler that tells what it was given, and callers who encrypt.

import FieldEncryption
import Messages
import Observability
import RPC
import Sealing
import Synchronization
import Testing
import Vocabulary

/// What handlers were given, message by message.
final class Seen: Sendable {
  private let requests = Mutex<[Bytes]>([])

  func add(_ request: Bytes) { requests.withLock { $0.append(request) } }

  var all: [Bytes] { requests.withLock { $0 } }
}

/// A service whose methods answer with what they are told to.
struct EchoService: Service {
  let serviceName: String
  let methods: [ServiceMethod]

  /// - Parameter methods: names, kinds, and the answer to a request.
  init(
    _ name: String, _ methods: [(String, MethodKind, @Sendable (Bytes) -> Bytes)], seen: Seen
  ) {
    serviceName = name
    self.methods = methods.map { method, kind, answer in
      ServiceMethod(MethodName(service: name, method: method), kind: kind) { bytes, _ in
        seen.add(bytes)
        return [answer(bytes)]
      }
    }
  }
}

/// A desk with one key of each kind, at a time that tests set.
final class Desk: Sendable {
  static let keys = Sealing.KeyWrapping.allCases.compactMap { wrapping in
    UnwrappingKey.generate(wrapping).flatMap { UnwrappingKey(pem: $0) }
  }
  static let start: Int64 = 1_790_000_000_000

  let desk: EncryptionDesk
  let seen = Seen()
  let services: [any Service]

  init(
    _ terms: EncryptionTerms = EncryptionTerms(), state: EncryptionKeyRing.State = .active,
    clock: Clock = Clock(), queueDepthMax: Int = EncryptionLimits.queueDepthMax,
    answer: @escaping @Sendable (Bytes) -> Bytes = { _ in CompareFacesResponse().encoded() }
  ) throws {
    let entries = Self.keys.map {
      EncryptionKeyRing.Entry(id: "\($0.wrapping)", state: state, key: $0)
    }
    let ring = try #require(EncryptionKeyRing(entries: entries, retired: ["old"]))
    self.clock = clock
    let desk = EncryptionDesk(
      keys: EncryptionKeys(ring), terms: terms, threads: 2, queueDepthMax: queueDepthMax,
      pause: { clock.advance(Int64($0 / .milliseconds(1))) }, unixMilliseconds: { clock.now })
    self.desk = desk
    let base: [any Service] = [
      EchoService(
        "idv.v1.Basic",
        [
          ("CompareFaces", .unary, answer), ("VerifyPhoto", .unary, answer),
          ("DetectLiveness", .unary, answer), ("VerifyIdCardPhoto", .unary, answer),
          ("GetLiveCode", .unary, answer),
        ], seen: seen),
      EchoService("idv.v1.Uploads", [("Upload", .clientStreaming, answer)], seen: seen),
      EchoService("idv.v1.Operations", [("GetStatus", .unary, answer)], seen: seen),
    ]
    services = base.map { service in
      EncryptedService(
        service, Catalog.services.first { $0.name == service.serviceName }!, desk: desk)
    }
  }

  let clock: Clock

  final class Clock: Sendable {
    private let millis = Mutex(Desk.start)
    var now: Int64 { millis.withLock { $0 } }
    func advance(_ by: Int64) { millis.withLock { $0 += by } }
  }

  func call(
    _ method: String, _ request: Bytes, as account: String = "bank",
    before deadline: Deadline = .after(.seconds(60))
  ) async throws(ServiceError) -> Bytes {
    let parts = method.split(separator: "/").map(String.init)
    let found = services.first { $0.serviceName == parts[0] }!
      .methods.first { $0.name.method == parts[1] }!
    let call = IncomingCall(
      method: found.name, message: request, deadline: deadline, peer: nil,
      channel: NoChannel())
    let context = CallContext(
      call, id: CallID(high: 0, low: 1),
      account: Account(id: AccountID(account)!, concurrentCallsMax: 1),
      deadline: deadline, processLog: .silent)
    return Bytes(joining: try await found.handle(request, context))
  }

  /// The error of a call that must fail; nothing of it may reach the handler.
  func refusal(
    _ method: String, _ request: Bytes, as account: String = "bank",
    before deadline: Deadline = .after(.seconds(60))
  ) async -> ServiceError? {
    let before = seen.all.count
    do throws(ServiceError) {
      _ = try await call(method, request, as: account, before: deadline)
      return nil
    } catch {
      #expect(seen.all.count == before)
      return error
    }
  }

  func encryptor(
    _ wrapping: Sealing.KeyWrapping = .x25519, _ cipher: ContentCipher = .aes256GCM,
    account: String = "bank", keyID: String? = nil
  ) throws -> FieldEncryptor {
    let key = try #require(Self.keys.first { $0.wrapping == wrapping })
    return FieldEncryptor(
      key: try #require(WrappingKey(der: key.publicKey)), keyID: keyID ?? "\(wrapping)",
      account: account, cipher: cipher)
  }
}

/// Marked contents that must not be seen anywhere but where they belong.
enum Canary {
  static let first = "CANARY-picture-0001"
  static let second = "CANARY-picture-0002"

  static func isIn(_ bytes: Bytes) -> Bool {
    String(decoding: bytes.array, as: UTF8.self).contains("CANARY")
  }
}

func compareRequest() -> CompareFacesRequest {
  CompareFacesRequest(
    header: RequestHeader(clientRequestId: "order-7"),
    a: Media(inline: Bytes(Array(Canary.first.utf8))),
    b: Media(inline: Bytes(Array(Canary.second.utf8)), sha256: Bytes([1, 2, 3])), threshold: 90)
}

extension FieldEncryptor {
  /// Seals a request of `CompareFaces`.
  func seal(
    _ request: CompareFacesRequest = compareRequest(), method: String = "idv.v1.Basic/CompareFaces",
    at time: Int64 = Desk.start, change: (inout Encryption) -> Void = { _ in }
  ) throws -> Sealed {
    let sealed = seal(
      request.encoded(), CompareFacesRequest.descriptor, method: method,
      answer: CompareFacesResponse.descriptor, createdAtMillis: time, change: change)
    return try #require(sealed)
  }
}
