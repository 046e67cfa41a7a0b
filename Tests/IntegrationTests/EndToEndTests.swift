// The product as its users meet it: real models, a real listener, real TLS, both profiles.

import Client
import CoreMetrics
import FoundationEssentials
import Messages
import Observability
import RPC
import ServerApp
import Stubs
import TLS
import TestSupport
import Testing
import Transport
import Vocabulary
import Wire

/// One server for all tests of this file: models are loaded once.
enum LiveServer {
  static let started = Task { try await start() }
  /// Everything it logs and counts.
  static let lines = LogLines()
  static let metrics = MetricsRegistry()

  static func start() async throws -> (core: ServerCore, listener: Listener) {
    var settings = ServerSettings(cores: 2)
    settings.modelsDirectory = Workplace.deps + "/models"
    settings.runtimeLibrary = Workplace.deps + "/openvino/lib/libopenvino_c.so.2641"
    settings.operators = []
    settings.realNameSandboxAccounts = settings.accounts
    settings.encryptionKeys = [
      EncryptionKeyFile(id: "dev", path: Workplace.certificates + "/encryption.key")
    ].filter { Workplace.exists($0.path) }
    MetricsSystem.bootstrap(metrics)
    let core = try ServerCore(settings, metrics: metrics, log: lines.log)
    let tls = try TLSContext(
      server: TLSServerSettings(
        certificateChainFile: Workplace.certificates + "/server.crt",
        privateKeyFile: Workplace.certificates + "/server.key",
        clientAuthorityFile: Workplace.certificates + "/ca.crt",
        applicationProtocols: [Profile.native.alpn, Profile.compat.alpn]))
    let listener = try await Listener.start(
      ListenerSettings(port: 0, threads: 1), tls: { tls },
      dispatcher: core.router)
    core.startServing()
    return (core, listener)
  }

  static func withClient<R>(
    _ profile: Profile = .native, _ body: (Client) async throws -> R
  ) async throws -> R {
    let (_, listener) = try await started.value
    var settings = ClientSettings(host: "127.0.0.1", port: listener.port)
    settings.profile = profile
    // Reading a clip takes a second or a minute, by what else the machine does.
    settings.limits.deadlineDefault = .seconds(300)
    let client = Client(
      settings,
      tls: try TLSContext(
        client: TLSClientSettings(
          authorityFile: Workplace.certificates + "/ca.crt",
          certificateChainFile: Workplace.certificates + "/client.crt",
          privateKeyFile: Workplace.certificates + "/client.key",
          applicationProtocols: [profile.alpn])))
    do {
      let result = try await body(client)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }
}

@Suite(.enabled(if: Workplace.isSetUp, "run `make setup` first"))
struct EndToEndTests {
  static func picture(_ name: String) throws -> Media {
    var media = Media()
    media.inline = Bytes(try Workplace.read(Workplace.deps + "/demo/" + name))
    return media
  }

  static func request(_ a: String, _ b: String) throws -> CompareFacesRequest {
    var request = CompareFacesRequest()
    request.a = try picture(a)
    request.b = try picture(b)
    return request
  }

  static func refusal(
    _ request: CompareFacesRequest, _ profile: Profile = .native
  ) async throws -> ServiceError? {
    try await LiveServer.withClient(profile) { client in
      do throws(ServiceError) {
        let response = try await BasicClient(client).compareFaces(request)
        Issue.record("answered \(response.verdict) instead of an error")
        return nil
      } catch {
        return error
      }
    }
  }

  @Test("the holder of the card passes, in both profiles", arguments: [Profile.native, .compat])
  func holder(profile: Profile) async throws {
    var request = try Self.request("card.jpg", "selfie.jpg")
    var header = RequestHeader()
    header.clientRequestId = "order-7"
    request.header = header
    let response = try await LiveServer.withClient(profile) {
      try await BasicClient($0).compareFaces(request)
    }
    #expect(response.verdict == .pass)
    let score = try #require(response.score)
    #expect(score.value >= score.threshold)
    #expect(Set(score.table.map(\.threshold)).isSuperset(of: [70, 80, 90]))
    #expect(response.reasons.first?.code == .scoreAtOrAboveThreshold)
    let answered = try #require(response.header)
    #expect(answered.clientRequestId == "order-7")
    #expect(answered.requestId.count == 32)
    #expect(answered.resultClass == .verdict)
    #expect(answered.models.count == 2)
    #expect(!answered.policy.isEmpty)
    #expect(response.aFace != nil && response.bFace != nil)
  }

  @Test("somebody else is rejected")
  func somebodyElse() async throws {
    let request = try Self.request("card.jpg", "other.jpg")
    let response = try await LiveServer.withClient {
      try await BasicClient($0).compareFaces(request)
    }
    #expect(response.verdict == .reject)
    #expect(response.reasons.first?.code == .scoreBelowThreshold)
    #expect(response.header?.resultClass == .verdict)
  }

  @Test("the same two pictures always get the same score")
  func deterministic() async throws {
    let request = try Self.request("card.jpg", "selfie.jpg")
    try await LiveServer.withClient { client in
      let first = try await BasicClient(client).compareFaces(request)
      for _ in 0..<3 {
        let again = try await BasicClient(client).compareFaces(request)
        #expect(again.score == first.score)
      }
    }
  }

  @Test("detection finds one face and measures it")
  func detect() async throws {
    var request = DetectFacesRequest()
    request.image = try Self.picture("selfie.jpg")
    request.wantQuality = true
    let response = try await LiveServer.withClient {
      try await BasicClient($0).detectFaces(request)
    }
    #expect(response.facesTotal == 1)
    let face = try #require(response.faces.first)
    #expect(face.landmarks.count == 5)
    #expect(face.confidence > 0.6)
    #expect((face.quality?.score ?? 0) > 40)
    #expect(response.header?.resultClass == .information)
  }

  /// A request that must be refused, and how.
  struct Refused: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: StatusCode
    let symbol: ErrorSymbol
    let field: String
    let change: @Sendable (inout CompareFacesRequest) -> Void
  }

  static let refused = [
    Refused(
      testDescription: "no picture", code: .invalidArgument, symbol: .missingField, field: "b"
    ) { $0.b = nil },
    Refused(
      testDescription: "an empty picture", code: .invalidArgument, symbol: .imageEmpty,
      field: "a.inline"
    ) { $0.a = Media() },
    Refused(
      testDescription: "not a picture", code: .invalidArgument, symbol: .imageFormatUnsupported,
      field: "b.inline"
    ) { $0.b?.inline = Bytes(Array("hello".utf8)) },
    Refused(
      testDescription: "half a picture", code: .invalidArgument, symbol: .imageDamaged,
      field: "b.inline"
    ) { request in
      if let media = request.b { request.b?.inline = media.inline[0..<(media.inline.count / 2)] }
    },
    Refused(
      testDescription: "too many bytes", code: .resourceExhausted, symbol: .imageBytesExceeded,
      field: "a.inline"
    ) { $0.a?.inline = Bytes([UInt8](repeating: 0xFF, count: (3 << 20) + 1)) },
    Refused(
      testDescription: "a wrong digest", code: .invalidArgument, symbol: .digestMismatch,
      field: "a.sha256"
    ) { $0.a?.sha256 = Bytes([UInt8](repeating: 1, count: 32)) },
    Refused(
      testDescription: "a digest of the wrong length", code: .invalidArgument,
      symbol: .outOfRange, field: "a.sha256"
    ) { $0.a?.sha256 = Bytes([1]) },
    Refused(
      testDescription: "a threshold below the floor", code: .invalidArgument, symbol: .outOfRange,
      field: "threshold"
    ) { $0.threshold = 69.9 },
    Refused(
      testDescription: "a threshold that is no number", code: .invalidArgument,
      symbol: .outOfRange, field: "threshold"
    ) { $0.threshold = .nan },
    Refused(
      testDescription: "a quality level that does not exist", code: .invalidArgument,
      symbol: .outOfRange, field: "quality_control"
    ) { $0.qualityControl = .max },
    Refused(
      testDescription: "an unknown enumeration value", code: .invalidArgument,
      symbol: .unknownEnumValue, field: "face_selection"
    ) { $0.faceSelection = .unrecognized(77) },
    Refused(
      testDescription: "an unknown scene", code: .invalidArgument, symbol: .unknownScene,
      field: "header.scene_id"
    ) { request in
      var header = RequestHeader()
      header.sceneId = "nowhere"
      request.header = header
    },
  ]

  @Test("a bad request is refused by field and reason, never answered", arguments: refused)
  func refusals(refused: Refused) async throws {
    var request = try Self.request("card.jpg", "selfie.jpg")
    refused.change(&request)
    let error = try await Self.refusal(request)
    #expect(error?.code == refused.code)
    #expect(error?.detail.symbol == refused.symbol)
    #expect(error?.detail.field == refused.field)
    // The same bytes are refused again; and whoever reports it can name the call.
    #expect(error?.detail.retryable == false && error?.detail.advice != .waitAndRetry)
    #expect(error?.detail.requestID != nil)
  }

  @Test("accounts that are not operators learn nothing from Operations")
  func operations() async throws {
    try await LiveServer.withClient { client in
      do throws(ServiceError) {
        _ = try await OperationsClient(client).getStatus(GetStatusRequest())
        Issue.record("answered")
      } catch {
        #expect(error.code == .permissionDenied)
      }
    }
  }

  @Test("a deadline too short for the work is answered as such")
  func deadline() async throws {
    let request = try Self.request("card.jpg", "selfie.jpg")
    try await LiveServer.withClient { client in
      do throws(ServiceError) {
        _ = try await BasicClient(client).compareFaces(
          request, options: CallOptions(deadline: .after(.milliseconds(2))))
        Issue.record("answered")
      } catch {
        #expect(error.code == .deadlineExceeded)
      }
    }
  }
}
