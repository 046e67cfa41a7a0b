// Name and number in place of a photo: the authority's portrait, compared by the real models once liveness has passed.

import Decisions
import Foundation
import IdentityNumbers
import Liveness
import Messages
import Observability
import RPC
import RealName
import Registry
import RegistryEnrolment
import RegistrySQLite
import RegistrySources
import Sealing
import Services
import Stubs
import Synchronization
import TestSupport
import Testing
import Vision
import Vocabulary

/// Finds every still alive: what is tested here begins after that.
private struct TrustingReader: CaptureReader {
  var models: [VisionModel] { [] }
  var capabilities: Set<LivenessCapability> { Set(LivenessCapability.allCases) }
  var limits: [String: Double] { [:] }
  /// Alive or not.
  let isAlive: Bool

  func read(
    _ source: ClipSource, field: String, wants: CaptureWants, before deadline: Deadline
  ) async throws(ServiceError) -> CaptureFindings {
    CaptureFindings(track: FaceTrack(width: 0, height: 0, frames: [], events: []))
  }

  func readStill(
    _ image: Bytes, field: String, before deadline: Deadline
  ) async throws(ServiceError) -> (faces: Int, signals: [LivenessSignal: Double]) {
    var signals: [LivenessSignal: Double] = [:]
    for rule in LivenessPolicy.standard.rules where rule.forStills {
      let good = rule.side == .atLeast ? rule.range.upperBound : rule.range.lowerBound
      signals[rule.signal] = good
      if let doubt = rule.doubt { signals[doubt.signal] = 0 }
    }
    if !isAlive { signals[.presentationScore] = 0 }
    return (1, signals)
  }
}

private struct TestSigner: ChallengeSigner, KeyedDigest {
  func code(of message: [UInt8]) -> [UInt8] { HMACKey([1]).code(of: message) }
}

/// Gives one portrait, and counts how often it is asked.
private final class PortraitSource: AuthoritySource {
  let profile = SourceProfile(name: "population", operations: [.portrait])
  private let answer: @Sendable () -> PortraitAnswer
  private let asked = Atomic(0)

  init(_ answer: @escaping @Sendable () -> PortraitAnswer) { self.answer = answer }

  var count: Int { asked.load(ordering: .relaxed) }

  func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
    .unavailable(.notOffered)
  }

  func portrait(_ question: ElementQuestion, deadline: Deadline) async -> PortraitAnswer {
    asked.wrappingAdd(1, ordering: .relaxed)
    return answer()
  }
}

@Suite(.enabled(if: Workplace.isSetUp, "run `make setup` first"))
struct AuthorityPortraitTests {
  private static let number = "11010519491231002X"

  private static func picture(_ name: String) throws -> ReferencePortrait {
    try Workplace.read(Workplace.deps + "/demo/" + name).withUnsafeBytes {
      ReferencePortrait(.image, $0)
    }
  }

  /// `Basic` with the real face models and this source.
  private static func basic(
    _ source: any AuthoritySource, isAlive: Bool = true, limits: [LimitGroup: [FieldLimit]] = [:]
  ) async throws -> BasicClient {
    let core = try await LiveServer.started.value.core
    let engine = try #require(core.engine)
    let analyzer = try FaceAnalyzer(engine: engine)
    let today: @Sendable () -> IdentityNumbers.CalendarDate = {
      IdentityNumbers.CalendarDate(year: 2026, month: 1, day: 5)!
    }
    let clock = ServiceClock(unixMilliseconds: { 1_767_585_600_000 }, moment: { .now })
    var terms = SubjectLimits.Terms()
    terms.cellsLog2 = 12
    terms.overrides = limits
    let desk = ElementDesk(
      sources: SourcePool([SourceRoute(source)]), sandbox: SourcePool([]), sandboxAccounts: [],
      limits: SubjectLimits(terms) { 1_767_585_600_000 }, today: today)
    let policy = FaceComparePolicy(quality: .standard)
    let captures = CaptureDesk(
      challenges: Challenges(
        book: ChallengeBook(store: ChallengeMemory(), signer: TestSigner()), clock: clock,
        numbers: { SystemRandomNumberGenerator() }),
      uploads: UploadStore { "upload" },
      pipeline: LivenessPipeline(
        reader: TrustingReader(isAlive: isAlive),
        replays: ReplayWindow(key: ReplayKey(TestSigner()), records: MemoryReplayRecords()),
        clock: clock),
      analyzer: analyzer, faces: policy, clock: clock, elements: desk)
    let scenes = Scenes(
      default: Scene(
        threshold: 80, thresholdFloor: 70, qualityLevel: 1, portraitQualityLevel: 1,
        cardWarnings: .standard))
    let handlers = BasicHandlers(
      analyzer: analyzer, documents: DocumentPipeline(missing: [], today: today),
      captures: captures, policy: policy, scenes: scenes)
    let router = Router(
      services: [BasicRoutes(handlers)],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: 10)])),
      metrics: CallMetrics(MetricsRegistry()), log: .silent, newID: { CallID(high: 1, low: 2) })
    return BasicClient(InProcessTransport(router, peer: ColdServer.dev))
  }

  private static func request() throws -> VerifyPhotoRequest {
    var request = VerifyPhotoRequest()
    request.image = try DemoPicture.media("selfie.jpg")
    request.name = "张三"
    request.idNumber = number
    return request
  }

  @Test("the person of the portrait passes, somebody else is rejected")
  func compared() async throws {
    let own = try Self.picture("card.jpg")
    let basic = try await Self.basic(PortraitSource { .portrait(own) })
    let answer = try await basic.verifyPhoto(try Self.request())
    #expect(answer.verdict == .pass, "\(answer.reasons)")
    #expect(answer.portraitSource == "population" && !answer.sandbox)
    #expect((answer.score?.value ?? 0) >= 80)
    let other = try Self.picture("other.jpg")
    let stranger = try await Self.basic(PortraitSource { .portrait(other) })
    #expect(try await stranger.verifyPhoto(try Self.request()).verdict == .reject)
  }

  @Test(
    "a template that a registry keeps is compared as a portrait is; one of another pipeline is none"
  )
  func template() async throws {
    let core = try await LiveServer.started.value.core
    let analyzer = try FaceAnalyzer(engine: try #require(core.engine))
    let analysis = try await analyzer.analyze(
      try DemoPicture.bytes("card.jpg"), field: "photo",
      options: FaceAnalysisOptions(choice: .largest, wantTemplate: true), before: .never)
    let template = try #require(analysis.template)
    let kept = template.portableBytes.withUnsafeBytes {
      ReferencePortrait(.template(contract: template.contractText), $0)
    }
    let basic = try await Self.basic(PortraitSource { .portrait(kept) })
    #expect(try await basic.verifyPhoto(try Self.request()).verdict == .pass)
    let foreign = template.portableBytes.withUnsafeBytes {
      ReferencePortrait(.template(contract: "another pipeline"), $0)
    }
    let unusable = try await Self.basic(PortraitSource { .portrait(foreign) })
    let request = try Self.request()
    let error = await failure { () throws(ServiceError) in try await unusable.verifyPhoto(request) }
    #expect(error?.code == .unavailable && error?.detail.symbol == .sourceFault)
  }

  /// A registry with portraits, imported by the real pipeline from pictures in a folder.
  private static func registry(
    _ folder: URL, _ rows: [(number: String, name: String, picture: String)],
    contract: [UInt8]? = nil
  ) async throws -> (source: RegistrySource, report: ImportReport) {
    let engine = try #require(try await LiveServer.started.value.core.engine)
    let hash = RegistryHash(KeyedCode(key: [UInt8](repeating: 9, count: 32)))
    var options = ImportOptions(workers: 2)
    let enrolment = PortraitEnroller(analyzer: try FaceAnalyzer(engine: engine))
      .enrolment(from: try PortraitFolder(Workplace.deps + "/demo"))
    options.portraits = PortraitEnrolment(
      folder: enrolment.folder, contract: contract ?? enrolment.contract
    ) { picture in
      guard let contract else { return enrolment.make(picture) }
      return enrolment.make(picture).flatMap { template in
        PortraitTemplate(contract: contract, numbers: template.numbers).map { .success($0) }
          ?? .failure(.defect(.picture))
      }
    }
    let file = folder.appending(path: "people.csv").path()
    let text =
      "id_number,name,portrait\n" + rows.map { "\($0.number),\($0.name),\($0.picture)\n" }.joined()
    try Data(text.utf8).write(to: URL(filePath: file))
    let path = folder.appending(path: "people.db").path()
    let key = folder.appending(path: "registry.key").path()
    try Data([UInt8](repeating: 9, count: 32)).write(to: URL(filePath: key))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    let work = RegistryImport(hash: hash, options: options, folder: path + ".import")
    let report = try await blocking { try work.run(file, into: SQLiteBuilder(path), now: 1) }
    let json = """
      {"kind": "registry", "name": "people", "registry": "\(path)", "key": "\(key)", "portraits": true}
      """
    let source = try RegistrySettings(json: Array(json.utf8)).open(
      today: { IdentityNumbers.CalendarDate(year: 2026, month: 1, day: 5)! })
    return (source, report)
  }

  private static func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  @Test("a registry's portrait, made of a picture at its import, passes its holder and nobody else")
  func imported() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "portraits-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (stranger, bare) = ("110105194912310046", "110105194912310062")
    let (source, report) = try await Self.registry(
      folder,
      [
        (Self.number, "张三", "card.jpg"), (stranger, "李四", "other.jpg"), (bare, "王五", ""),
        (Self.number, "张三", "id_back.jpg"), (Self.number, "张三", "none.jpg"),
      ])
    #expect(report.entries == 3 && report.told.map(\.defect) == [.faces, .noPicture])
    // The registry holds no picture and no numbers of a face.
    let held = try Data(contentsOf: folder.appending(path: "people.db"))
    for name in ["card.jpg", "other.jpg"] {
      let picture = Data(try Workplace.read(Workplace.deps + "/demo/" + name))
      #expect(held.range(of: picture.dropFirst(200).prefix(64)) == nil)
      #expect(held.range(of: Data(name.utf8)) == nil)
    }
    let basic = try await Self.basic(source)
    let own = try await basic.verifyPhoto(try Self.request())
    #expect(own.verdict == .pass && own.portraitSource == "people", "\(own.reasons)")
    #expect(own.portraitTemplate && own.photoFace == nil)
    // The same score as the picture itself has as a portrait.
    let picture = try Self.picture("card.jpg")
    let compared = try await Self.basic(PortraitSource { .portrait(picture) })
      .verifyPhoto(try Self.request())
    #expect(own.score?.value == compared.score?.value && (own.score?.value ?? 0) >= 80)
    #expect(!compared.portraitTemplate && compared.photoFace != nil)
    var request = try Self.request()
    (request.idNumber, request.name) = (stranger, "李四")
    #expect(try await basic.verifyPhoto(request).verdict == .reject)
    (request.idNumber, request.name) = (bare, "王五")
    let none = try await basic.verifyPhoto(request)
    #expect(none.verdict == .inconclusive && none.reasons.first?.code == .portraitMissing)
    (request.idNumber, request.name) = (Self.number, "李四")
    let other = try await basic.verifyPhoto(request)
    #expect(other.verdict == .reject && other.reasons.first?.code == .identityMismatch)
  }

  @Test("a registry whose portraits other models made is unavailable, never a mismatch")
  func otherModels() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "portraits-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, _) = try await Self.registry(
      folder, [(Self.number, "张三", "card.jpg")],
      contract: [UInt8](repeating: 1, count: RegistryLimits.portraitContractBytes))
    let basic = try await Self.basic(source)
    let request = try Self.request()
    let error = await failure { () throws(ServiceError) in try await basic.verifyPhoto(request) }
    #expect(error?.code == .unavailable && error?.detail.symbol == .sourceFault)
  }

  @Test(
    "what the authority says instead of a portrait",
    arguments: [
      (ElementResult.mismatch, Verdict.reject, Messages.ReasonCode.identityMismatch),
      (.noRecord, .inconclusive, .identityNoRecord),
      (.identityInvalid, .inconclusive, .identityInvalid),
    ] as [(Vocabulary.ElementResult, Messages.Verdict, Messages.ReasonCode)])
  func refused(
    _ result: Vocabulary.ElementResult, _ verdict: Messages.Verdict, _ code: Messages.ReasonCode
  ) async throws {
    let basic = try await Self.basic(PortraitSource { .none(result) })
    let answer = try await basic.verifyPhoto(try Self.request())
    #expect(answer.verdict == verdict && answer.reasons.first?.code == code)
    #expect(answer.score == nil)
  }

  @Test("no portrait, one that cannot be read, and a fault never pass")
  func none() async throws {
    let none = try await Self.basic(PortraitSource { .noPortrait }).verifyPhoto(try Self.request())
    #expect(none.verdict == .inconclusive && none.reasons.first?.code == .portraitMissing)
    let rubbish = [UInt8](repeating: 1, count: 100).withUnsafeBytes {
      ReferencePortrait(.image, $0)
    }
    let broken = try await Self.basic(PortraitSource { .portrait(rubbish) })
      .verifyPhoto(try Self.request())
    #expect(broken.verdict == .inconclusive && broken.reasons.first?.code == .portraitMissing)
    let faulty = try await Self.basic(PortraitSource { .unavailable(.timedOut) })
    let request = try Self.request()
    let error = await failure { () throws(ServiceError) in try await faulty.verifyPhoto(request) }
    #expect(error?.code == .unavailable && error?.detail.symbol == .sourceTimeout)
  }

  @Test(
    "nobody is asked for a portrait before liveness has passed, nor about what cannot be a number")
  func order() async throws {
    let source = PortraitSource { .noPortrait }
    let dead = try await Self.basic(source, isAlive: false)
    let answer = try await dead.verifyPhoto(try Self.request())
    #expect(answer.verdict != .pass && source.count == 0 && answer.portraitSource.isEmpty)
    var request = try Self.request()
    request.idNumber = "110105194912310021"
    let wrong = request
    let error = await failure { () throws(ServiceError) in try await dead.verifyPhoto(wrong) }
    #expect(error?.detail.field == "id_number")
    #expect(error?.message.contains("110105") == false)
    request = try Self.request()
    request.photo = try DemoPicture.media("card.jpg")
    let both = request
    let two = await failure { () throws(ServiceError) in try await dead.verifyPhoto(both) }
    #expect(two?.detail.field == "photo")
  }

  @Test("one person's photo is verified 15 times a minute")
  func limited() async throws {
    let source = PortraitSource { .noPortrait }
    let basic = try await Self.basic(source)
    for _ in 0..<15 { _ = try await basic.verifyPhoto(try Self.request()) }
    let request = try Self.request()
    let error = await failure { () throws(ServiceError) in try await basic.verifyPhoto(request) }
    #expect(error?.code == .resourceExhausted && error?.detail.symbol == .rateLimited)
    #expect(error?.detail.field == "id_number" && error?.detail.limit == "15 a minute")
    #expect(error?.detail.retryable == true && error?.detail.retryAfterMillis == 60_000)
    #expect(error?.message.contains("110105") == false)
    #expect(source.count == 15)
  }

  @Test("an answer says how often the person may still be asked about, whatever it is")
  func limitsTold() async throws {
    let own = try Self.picture("card.jpg")
    for source in [PortraitSource { .portrait(own) }, PortraitSource { .noPortrait }] {
      let basic = try await Self.basic(
        source, limits: [.photoVerify: [FieldLimit(.number, perDay: 2)]])
      for remaining in [1, 0, 0] as [UInt32] {
        let answer = try await basic.verifyPhoto(try Self.request())
        let limit = try #require(answer.limits.first)
        #expect(answer.limits.count == 1 && limit.field == "id_number" && limit.limit == 2)
        #expect(limit.remaining == remaining && limit.resetsAtMs > 1_767_585_600_000)
      }
    }
    let given = try await Self.basic(PortraitSource { .noPortrait })
    var request = try Self.request()
    request.name = ""
    request.idNumber = ""
    request.photo = try DemoPicture.media("card.jpg")
    #expect(try await given.verifyPhoto(request).limits.isEmpty)
  }

  @Test("the day's limit is an answer that sends to tomorrow, never a pass")
  func limitedForToday() async throws {
    let source = PortraitSource { .noPortrait }
    let basic = try await Self.basic(
      source, limits: [.photoVerify: [FieldLimit(.number, perDay: 2)]])
    for left in [1, 0] as [UInt32] {
      let answer = try await basic.verifyPhoto(try Self.request())
      #expect(answer.limits.map(\.remaining) == [left])
    }
    let refused = try await basic.verifyPhoto(try Self.request())
    #expect(refused.reasons.first?.code == .identityDailyLimit && refused.verdict == .inconclusive)
    #expect(refused.header?.advice == .retryTomorrow && source.count == 2)
    #expect(refused.limits.map(\.remaining) == [0] && refused.limits.first?.limit == 2)
    #expect(refused.limits.first?.field == "id_number")
    #expect((refused.limits.first?.resetsAtMs ?? 0) > 1_767_585_600_000)
  }

  @Test("the authority's own picture sent in as a capture says nothing about a person")
  func identical() async throws {
    let own = try Self.picture("selfie.jpg")
    let basic = try await Self.basic(PortraitSource { .portrait(own) })
    let answer = try await basic.verifyPhoto(try Self.request())
    #expect(answer.verdict == .inconclusive && answer.score == nil)
    #expect(answer.reasons.first?.code == .identicalImages)
  }

  @Test("a portrait without a face is none")
  func faceless() async throws {
    let empty = try Self.picture("id_back.jpg")
    let basic = try await Self.basic(PortraitSource { .portrait(empty) })
    let answer = try await basic.verifyPhoto(try Self.request())
    #expect(answer.verdict == .inconclusive && answer.score == nil)
    #expect(answer.reasons.first?.code == .portraitMissing)
    #expect(answer.header?.advice == .updateRecordAtAuthority)
    #expect(answer.portraitSource == "population")
  }
}
