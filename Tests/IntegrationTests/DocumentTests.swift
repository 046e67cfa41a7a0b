// Documents as their users meet them: the demo's identity card over real TLS, spoiled in every way, and what becomes
// of what is written on it.

import Client
import FoundationEssentials
import Media
import Messages
import RPC
import ServerApp
import Stubs
import TestSupport
import Testing
import Vocabulary
import Wire

@Suite(
  .enabled(
    if: Workplace.isSetUp && Workplace.exists(Workplace.deps + "/demo/id_front.jpg"),
    "run `make setup` first"))
struct DocumentTests {
  static let number = "11010519491231002X"
  static let name = "样小张"

  static func idCard(
    _ picture: Bytes, _ change: (inout RecognizeIdCardRequest) -> Void = { _ in }
  ) async throws -> RecognizeIdCardResponse {
    var request = RecognizeIdCardRequest()
    request.image = DemoPicture.media(picture)
    change(&request)
    return try await LiveServer.withClient {
      [request] in try await DocumentsClient($0).recognizeIdCard(request)
    }
  }

  static func refusal<Answer>(
    _ body: (DocumentsClient) async throws(ServiceError) -> Answer
  ) async throws -> ServiceError? {
    try await LiveServer.withClient { client in
      do throws(ServiceError) {
        _ = try await body(DocumentsClient(client))
        return nil
      } catch {
        return error
      }
    }
  }

  static func idRefusal(
    _ picture: Bytes, _ change: (inout RecognizeIdCardRequest) -> Void = { _ in }
  ) async throws -> ServiceError? {
    var request = RecognizeIdCardRequest()
    request.image = DemoPicture.media(picture)
    change(&request)
    return try await refusal {
      [request] client throws(ServiceError) in try await client.recognizeIdCard(request)
    }
  }

  static func checkFront(_ card: IdCard?, _ comment: Comment? = nil) {
    #expect(card?.kind == .residentIdFront, comment)
    #expect(card?.name?.value == name, comment)
    #expect(card?.sex?.value == "女", comment)
    #expect(card?.nation?.value == "汉", comment)
    #expect(card?.birthDate?.value == "1949-12-31", comment)
    #expect(card?.birthDate?.date == CalendarDate(year: 1949, month: 12, day: 31), comment)
    #expect(card?.address?.value.contains("北京市朝阳区样例路1号") == true, comment)
    #expect(card?.idNumber?.value == number, comment)
    #expect(card?.idNumber?.repaired == false, comment)
  }

  @Test(
    "the front is read, every field with its place, in both profiles",
    arguments: [Profile.native, .compat])
  func front(profile: Profile) async throws {
    var request = RecognizeIdCardRequest()
    request.image = try DemoPicture.media("id_front.jpg")
    request.header = RequestHeader(clientRequestId: "order-8")
    request.side = .front
    request.cardType = .resident
    let response = try await LiveServer.withClient(profile) {
      [request] in try await DocumentsClient($0).recognizeIdCard(request)
    }
    #expect(response.width == 1280 && response.height == 960)
    #expect(response.header?.clientRequestId == "order-8")
    #expect(response.header?.resultClass == .information)
    #expect(response.header?.models.isEmpty == false && response.header?.policy.isEmpty == false)
    #expect(response.cards.count == 1)
    let card = try #require(response.cards.first)
    Self.checkFront(card)
    for field in [card.name, card.sex, card.nation, card.birthDate, card.address, card.idNumber] {
      let field = try #require(field)
      #expect(field.confidence > 80 && !field.incomplete && !field.reflective)
      // Inside the card as it lies in the demo's picture.
      let points = try #require(field.outline?.points)
      #expect(points.count == 4)
      #expect(points.allSatisfy { (160...1100).contains($0.x) && (160...780).contains($0.y) })
    }
    let outline = try #require(card.image?.outline?.points)
    for (found, drawn) in zip(outline, [(176, 166), (1092, 190), (1082, 772), (168, 748)]) {
      #expect(abs(found.x - Float(drawn.0)) < 25 && abs(found.y - Float(drawn.1)) < 25)
    }
    #expect(card.image?.portraitOutline?.points.count == 4)
    #expect((card.image?.quality ?? 0) > 50 && (card.image?.borderScore ?? 100) < 50)
    #expect(card.image?.cardImage.isEmpty == true && card.image?.portrait.isEmpty == true)
  }

  @Test("the back is read, with both dates")
  func back() async throws {
    let response = try await Self.idCard(try DemoPicture.bytes("id_back.jpg"))
    let card = try #require(response.cards.first)
    #expect(card.kind == .residentIdBack)
    #expect(card.authority?.value == "北京市公安局朝阳分局")
    #expect(card.validPeriod?.value == "2006.01.01-长期")
    #expect(card.validFrom?.date == CalendarDate(year: 2006, month: 1, day: 1))
    #expect(card.validUntil?.date == CalendarDate(longTerm: true))
    #expect(card.name == nil && card.idNumber == nil)
  }

  @Test("a picture on its side or its head is simply read", arguments: [90, 180, 270])
  func turned(degrees: Int) async throws {
    let response = try await Self.idCard(try DemoPicture.turned("id_front.jpg", by: degrees))
    Self.checkFront(response.cards.first, "\(degrees)")
  }

  @Test("crops are JPEGs of the card laid flat and of its portrait")
  func crops() async throws {
    let response = try await Self.idCard(try DemoPicture.bytes("id_front.jpg")) {
      $0.options = ReadingOptions(wantCardImage: true, wantPortrait: true)
    }
    let image = try #require(response.cards.first?.image)
    let card = try ImageDecoder.decode(image.cardImage)
    #expect(Double(card.fullWidth) / Double(card.fullHeight) > 1.5)
    let portrait = try ImageDecoder.decode(image.portrait)
    #expect(portrait.fullWidth < card.fullWidth / 2)
    var request = DetectFacesRequest()
    request.image = DemoPicture.media(image.portrait)
    let faces = try await LiveServer.withClient {
      [request] in try await BasicClient($0).detectFaces(request)
    }
    #expect(faces.facesTotal == 1)
  }

  @Test("two cards: refused, or both when asked for, or the side that is asked for")
  func sheet() async throws {
    let sheet = try DemoPicture.sheet("id_front.jpg", "id_back.jpg")
    let error = try await Self.idRefusal(sheet)
    #expect(error?.detail.symbol == .multiCardError)
    let both = try await Self.idCard(sheet) { $0.severalCards = true }
    #expect(both.cards.map(\.kind) == [.residentIdFront, .residentIdBack])
    Self.checkFront(both.cards.first)
    let front = try await Self.idCard(sheet) { $0.side = .front }
    #expect(front.cards.map(\.kind) == [.residentIdFront])
    #expect(front.cards.first?.image?.warnings.map(\.code).contains(.multipleCards) == true)
  }

  @Test("what is not the document asked for is refused by name, never answered")
  func wrong() async throws {
    let front = try DemoPicture.bytes("id_front.jpg")
    let face = try DemoPicture.bytes("selfie.jpg")
    #expect(try await Self.idRefusal(front) { $0.side = .back }?.detail.symbol == .cardSideError)
    #expect(
      try await Self.idRefusal(front) { $0.cardType = .foreignerPermanentResidence }?.detail.symbol
        == .imageNoSpecifiedCard)
    let none = try await Self.idRefusal(face)
    #expect(none?.code == .invalidArgument && none?.detail.symbol == .imageNoIdCard)
    #expect(none?.detail.field == "image" && none?.detail.advice == .retryCapture)
    // The demo's invented card has some of the labels, and neither a name nor a number that is one.
    let invented = try await Self.idRefusal(try DemoPicture.bytes("card.jpg"))
    #expect(invented?.detail.symbol == .idCardInfoIllegal)
    let media = (front: DemoPicture.media(front), face: DemoPicture.media(face))
    let refusals: [(ServiceError?, ErrorSymbol)] = [
      (
        try await Self.refusal { client throws(ServiceError) in
          try await client.recognizeBankCard(RecognizeBankCardRequest(image: media.front))
        }, .imageNoSpecifiedCard
      ),
      (
        try await Self.refusal { client throws(ServiceError) in
          try await client.recognizeBankCard(RecognizeBankCardRequest(image: media.face))
        }, .noBankCard
      ),
      (
        try await Self.refusal { client throws(ServiceError) in
          try await client.recognizePassport(RecognizePassportRequest(image: media.front))
        }, .imageNoSpecifiedCard
      ),
      (
        try await Self.refusal { client throws(ServiceError) in
          try await client.recognizePermit(RecognizePermitRequest(image: media.face))
        }, .imageNoIdCard
      ),
    ]
    for (error, symbol) in refusals { #expect(error?.detail.symbol == symbol) }
  }

  /// A page or card of an invented person, as `Tests/Specimens` draws them.
  private static func specimen(_ name: String) throws -> Media {
    let folder = Workplace.root + "/Tests/Vectors/documents/"
    return DemoPicture.media(Bytes(try Workplace.read(folder + name)))
  }

  @Test("a bank card is read")
  func bankCard() async throws {
    let request = RecognizeBankCardRequest(image: try Self.specimen("bank_card.jpg"))
    let response = try await LiveServer.withClient {
      try await DocumentsClient($0).recognizeBankCard(request)
    }
    let card = try #require(response.card)
    #expect(card.number?.value == "5555559101823493")
    #expect(card.expiry?.date == CalendarDate(year: 2032, month: 1))
    #expect(card.issuer?.cardType == .credit)
    #expect(card.image?.outline?.points.count == 4)
    #expect(response.width > 0 && response.header?.resultClass == .information)
  }

  @Test("a passport's page is read, print and lines for machines")
  func passport() async throws {
    let request = RecognizePassportRequest(image: try Self.specimen("passport.jpg"))
    let response = try await LiveServer.withClient {
      try await DocumentsClient($0).recognizePassport(request)
    }
    let page = try #require(response.passport)
    #expect(page.number?.value == "G27737334")
    #expect(page.issuingState?.value == "CHN" && page.nationality?.value == "CHN")
    #expect(page.name?.value == "黄嘉欣" && page.latinName?.value == "HUANG, JIAXIN")
    #expect(page.familyName?.value == "HUANG" && page.givenNames?.value == "JIAXIN")
    #expect(page.sex?.value == "女")
    #expect(page.birthDate?.date == CalendarDate(year: 1959, month: 10, day: 22))
    #expect(page.issueDate?.date == CalendarDate(year: 2024, month: 12, day: 5))
    #expect(page.validUntil?.date == CalendarDate(year: 2034, month: 12, day: 5))
    #expect(page.birthPlace?.value == "陕西/SHAANXI" && page.authority?.value == "国家移民管理局")
    let zone = try #require(page.machineReadableZone)
    #expect(zone.format == .td3 && zone.checkDigitsValid)
    #expect(
      zone.lines.map(\.value) == [
        "P<CHNHUANG<<JIAXIN<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "G277373344CHN5910221F3412053<<<<<<<<<<<<<<06",
      ])
  }

  @Test("a resident's permit is read, and its one line for machines")
  func permit() async throws {
    let request = RecognizePermitRequest(image: try Self.specimen("permit.jpg"))
    let response = try await LiveServer.withClient {
      try await DocumentsClient($0).recognizePermit(request)
    }
    let permit = try #require(response.permit)
    #expect(permit.kind == .mainlandTravelPermitFront)
    #expect(permit.documentType?.value == "往来港澳通行证")
    #expect(permit.number?.value == "CD5257398")
    #expect(permit.name?.value == "林淑芬" && permit.latinName?.value == "LIN, SHUFEN")
    #expect(permit.sex?.value == "女")
    #expect(permit.birthDate?.date == CalendarDate(year: 1994, month: 5, day: 9))
    #expect(permit.validPeriod?.value == "2017.05.08-2027.05.08")
    #expect(permit.issuePlace?.value == "广东")
    #expect(permit.machineReadableZone?.format == .exitEntryPermit)
    #expect(permit.machineReadableZone?.checkDigitsValid == true)
  }

  @Test("of half a card, what is answered is on it and is warned of; else it is refused by name")
  func halves() async throws {
    let halves: [(String, Bytes)] = [
      ("left", try DemoPicture.cut("id_front.jpg", x: 0, y: 0, width: 0.5, height: 1)),
      ("right", try DemoPicture.cut("id_front.jpg", x: 0.5, y: 0, width: 0.5, height: 1)),
      ("upper", try DemoPicture.cut("id_front.jpg", x: 0, y: 0, width: 1, height: 0.48)),
      ("lower", try DemoPicture.cut("id_front.jpg", x: 0, y: 0.5, width: 1, height: 0.5)),
    ]
    let symbols: Set<ErrorSymbol> = [
      .imageNoIdCard, .idCardInfoIllegal, .idCardTooSmall, .imageNoSpecifiedCard, .cardSideError,
    ]
    for (half, picture) in halves {
      do throws(ServiceError) {
        let response: RecognizeIdCardResponse
        do {
          response = try await Self.idCard(picture)
        } catch let error as ServiceError {
          throw error
        } catch {
          Issue.record(error)
          continue
        }
        let card = response.cards[0]
        let codes = card.image?.warnings.map(\.code) ?? []
        #expect(
          codes.contains { [.borderIncomplete, .fieldMissing, .fieldCut].contains($0) }, "\(half)")
        if let number = card.idNumber, number.value != Self.number {
          #expect(number.incomplete || number.confidence < 80, "\(half)")
        }
        if half == "upper" { #expect(card.idNumber == nil) }
        if half == "lower" { #expect(card.name == nil) }
      } catch {
        #expect(symbols.contains(error.detail.symbol), "\(half): \(error)")
      }
    }
  }

  @Test("tiny and damaged pictures are refused by name")
  func unusable() async throws {
    let tiny = try await Self.idRefusal(try DemoPicture.shrunk("id_front.jpg", halvings: 3))
    let symbols: [ErrorSymbol] = [.idCardTooSmall, .imageNoIdCard]
    #expect(
      tiny.map { symbols.contains($0.detail.symbol) } == true,
      "\(tiny?.detail.symbol.rawValue ?? "answered")")
    let speck = try await Self.idRefusal(try DemoPicture.shrunk("id_front.jpg", halvings: 5))
    #expect(speck?.detail.symbol == .imageTooSmall && speck?.detail.field == "image.inline")
    let whole = try DemoPicture.bytes("id_front.jpg")
    let torn = try await Self.idRefusal(whole[0..<(whole.count / 2)])
    #expect(torn?.detail.symbol == .imageDamaged && torn?.detail.field == "image.inline")
    #expect(try await Self.idRefusal(.empty)?.detail.symbol == .imageEmpty)
    let missing = try await Self.idRefusal(whole) { $0.image = nil }
    #expect(missing?.detail.symbol == .missingField && missing?.detail.field == "image")
    let side = try await Self.idRefusal(whole) { $0.side = .unrecognized(9) }
    #expect(side?.detail.symbol == .unknownEnumValue && side?.detail.field == "side")
    let warning = try await Self.idRefusal(whole) {
      $0.options = ReadingOptions(warnings: [.unrecognized(999)])
    }
    #expect(warning?.detail.field == "options.warnings")
  }

  @Test("classification names kinds and places; that there is none is an answer")
  func classify() async throws {
    let sheet = DemoPicture.media(try DemoPicture.sheet("id_back.jpg", "id_front.jpg"))
    let seen = try await LiveServer.withClient {
      try await DocumentsClient($0).classifyDocument(ClassifyDocumentRequest(image: sheet))
    }
    #expect(seen.documents.map(\.kind) == [.residentIdBack, .residentIdFront])
    #expect(seen.documents.allSatisfy { $0.confidence >= 50 && $0.outline?.points.count == 4 })
    #expect(seen.header?.resultClass == .information)
    let face = try DemoPicture.media("selfie.jpg")
    let none = try await LiveServer.withClient {
      try await DocumentsClient($0).classifyDocument(ClassifyDocumentRequest(image: face))
    }
    #expect(none.documents.isEmpty && none.header?.resultClass == .noResult)
  }

  @Test("a deadline too short for the work is answered as such")
  func deadline() async throws {
    let request = RecognizeIdCardRequest(image: try DemoPicture.media("id_front.jpg"))
    let error = try await Self.refusal { client throws(ServiceError) in
      try await client.recognizeIdCard(
        request, options: CallOptions(deadline: .after(.milliseconds(5))))
    }
    #expect(error?.code == .deadlineExceeded)
  }

  @Test("what is on a card is in no log line, metric or error")
  func canaries() async throws {
    _ = try await Self.idCard(try DemoPicture.bytes("id_front.jpg"))
    _ = try await Self.idCard(try DemoPicture.bytes("id_back.jpg"))
    let error = try #require(
      await Self.idRefusal(try DemoPicture.bytes("id_front.jpg")) { $0.side = .back })
    _ = try await VerifyIdCardPhotoTests.verify("id_front.jpg", "selfie.jpg")
    let logged = LiveServer.lines.take()
    #expect(logged.contains { $0.contains("card photo decided") })
    let counted = LiveServer.metrics.prometheusText
    #expect(counted.contains("RecognizeIdCard"))
    let texts = logged + [counted, "\(error)", error.message]
    for canary in [Self.number, "19491231", "1949-12-31", Self.name, "样小", "样例路", "朝阳", "汉"] {
      #expect(!texts.contains { $0.contains(canary) }, "\(canary)")
    }
  }

  @Test("without its models Documents refuses by their names, and everything else works")
  func lacking() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(component: "idv-models-\(UInt64.random(in: .min ... .max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in try FileManager.default.contentsOfDirectory(atPath: Workplace.deps + "/models")
    where file.hasPrefix("face_") {
      try FileManager.default.copyItem(
        atPath: Workplace.deps + "/models/" + file, toPath: folder + "/" + file)
    }
    var settings = ServerSettings(cores: 1)
    settings.modelsDirectory = folder
    settings.runtimeLibrary = Workplace.deps + "/openvino/lib/libopenvino_c.so.2641"
    let core = try ServerCore(settings, metrics: nil, log: .silent)
    core.startServing()
    #expect(core.modelsMissing.contains("text-recognition"))
    let caller = InProcessTransport(core.router, peer: ColdServer.dev)
    let card = RecognizeIdCardRequest(image: try DemoPicture.media("id_front.jpg"))
    let photo = try VerifyIdCardPhotoTests.request("id_front.jpg", "selfie.jpg")
    let refusals = [
      await failure { () async throws(ServiceError) in
        try await DocumentsClient(caller).recognizeIdCard(card)
      },
      await failure { () async throws(ServiceError) in
        try await BasicClient(caller).verifyIdCardPhoto(photo)
      },
    ]
    for error in refusals {
      #expect(error?.code == .failedPrecondition && error?.detail.symbol == .modelUnavailable)
      #expect(error?.message.contains("text-recognition") == true)
    }
    let comparison = try await BasicClient(caller).compareFaces(
      try EndToEndTests.request("card.jpg", "selfie.jpg"))
    #expect(comparison.verdict == .pass)
    func health(_ service: String) async throws -> HealthCheckResponse.ServingStatus {
      try await HealthClient(caller).check(HealthCheckRequest(service: service)).status
    }
    #expect(try await health("idv.v1.Documents") == .notServing)
    #expect(try await health("idv.v1.Basic") == .serving)
    let status = try await OperationsClient(caller).getStatus(GetStatusRequest())
    let reading = try #require(status.capabilities.first { $0.name == "document-reading" })
    #expect(!reading.available && reading.reason.contains("text-recognition"))
    // What is held in memory is told once there is anything that holds it.
    let text = try await OperationsClient(caller).getMetrics(GetMetricsRequest()).prometheusText
    for line in [
      "idv_media_bytes 0", "idv_media_bytes_max 536870912", "idv_media_refused_total 0",
      "idv_uploads 0", "idv_challenges 0", "idv_challenge_text_bytes 0",
    ] {
      #expect(text.contains("\n\(line)\n"))
    }
  }
}
