// A card and a selfie through the whole server: who passes, and that nothing passes that was not checked.

import Client
import Messages
import RPC
import Stubs
import TestSupport
import Testing
import Vocabulary

@Suite(
  .enabled(
    if: Workplace.isSetUp && Workplace.exists(Workplace.deps + "/demo/id_front.jpg"),
    "run `make setup` first"))
struct VerifyIdCardPhotoTests {
  static func request(_ card: String, _ selfie: String) throws -> VerifyIdCardPhotoRequest {
    var request = VerifyIdCardPhotoRequest()
    request.card = try DemoPicture.media(card)
    request.selfie = try DemoPicture.media(selfie)
    return request
  }

  static func verify(
    _ card: String, _ selfie: String, _ change: (inout VerifyIdCardPhotoRequest) -> Void = { _ in }
  ) async throws -> VerifyIdCardPhotoResponse {
    var request = try request(card, selfie)
    change(&request)
    return try await LiveServer.withClient {
      [request] in try await BasicClient($0).verifyIdCardPhoto(request)
    }
  }

  @Test("the holder passes, with the card's fields and both faces")
  func holder() async throws {
    let response = try await Self.verify("id_front.jpg", "selfie.jpg")
    #expect(response.verdict == .pass, "\(response.reasons)")
    #expect(response.reasons.first?.code == .scoreAtOrAboveThreshold)
    let score = try #require(response.score)
    #expect(score.value >= score.threshold && !score.table.isEmpty)
    DocumentTests.checkFront(response.card)
    #expect(response.cardFace != nil && response.selfieFace != nil)
    #expect(response.card?.image?.cardImage.isEmpty == true)
    #expect(response.header?.resultClass == .verdict)
    #expect(response.header?.policy == "id-card-photo@3")
    let roles = Set((response.header?.models ?? []).map(\.role))
    #expect(roles.isSuperset(of: ["face-embedding", "text-recognition"]))
  }

  @Test("a card on its head is the same card")
  func turned() async throws {
    let response = try await Self.verify("id_front.jpg", "selfie.jpg") {
      $0.card?.inline = (try? DemoPicture.turned("id_front.jpg", by: 180)) ?? .empty
    }
    #expect(response.verdict == .pass, "\(response.reasons)")
  }

  @Test("somebody else is rejected")
  func somebodyElse() async throws {
    let response = try await Self.verify("id_front.jpg", "other.jpg")
    #expect(response.verdict == .reject)
    #expect(response.reasons.first?.code == .scoreBelowThreshold)
  }

  @Test("what is no front of an identity card gives no verdict and no score")
  func cards() async throws {
    let cases: [(String, Messages.ReasonCode)] = [
      ("id_back.jpg", .cardSideWrong), ("other.jpg", .noIdCard),
    ]
    for (card, code) in cases {
      let response = try await Self.verify(card, "selfie.jpg")
      #expect(response.verdict == .inconclusive, "\(card)")
      #expect(response.reasons.first?.code == code, "\(card): \(response.reasons)")
      #expect(response.reasons.first?.field == "card")
      #expect(response.score == nil && response.cardFace == nil)
      #expect(response.header?.resultClass == .noResult)
    }
    let several = try await Self.verify("id_front.jpg", "selfie.jpg") {
      $0.card?.inline = (try? DemoPicture.sheet("id_front.jpg", "id_front.jpg")) ?? .empty
    }
    #expect(several.verdict == .inconclusive)
    #expect(several.reasons.first?.code == .multipleCards)
    let kind = try await Self.verify("id_front.jpg", "selfie.jpg") {
      $0.cardType = .foreignerPermanentResidence
    }
    #expect(kind.verdict == .inconclusive && kind.reasons.first?.code == .cardKindWrong)
  }

  /// The attacker's own face, larger than the portrait, on the address of somebody else's card.
  @Test("a picture laid on the card does not speak for it")
  func anotherFaceOnTheCard() async throws {
    let response = try await Self.verify("id_front.jpg", "other.jpg") {
      $0.card?.inline =
        (try? DemoPicture.laid(
          "other.jpg", part: (140, 60, 240, 300), on: "id_front.jpg", x: 380, y: 410)) ?? .empty
    }
    #expect(response.verdict == .inconclusive, "\(response.reasons)")
    #expect(response.reasons.first?.code == .cardWithoutPortrait, "\(response.reasons)")
    #expect(response.score == nil)
  }

  @Test("the card itself is no selfie")
  func same() async throws {
    let response = try await Self.verify("id_front.jpg", "id_front.jpg")
    #expect(response.verdict == .inconclusive)
    #expect(response.reasons.first?.code == .identicalImages)
    #expect(response.score == nil)
  }

  @Test("a caller may be stricter than the scene, not laxer")
  func strictness() async throws {
    let stopped = try await Self.verify("id_front.jpg", "selfie.jpg") {
      $0.card?.inline =
        (try? DemoPicture.cut("id_front.jpg", x: 0.16, y: 0, width: 0.84, height: 1)) ?? .empty
      $0.stopOn = [.borderIncomplete, .fieldMissing, .fieldCut]
    }
    #expect(stopped.verdict == .inconclusive && stopped.score == nil)
    let low = await failure { () async throws(ServiceError) in
      do {
        return try await Self.verify("id_front.jpg", "selfie.jpg") { $0.threshold = 10 }
      } catch let error as ServiceError {
        throw error
      } catch {
        throw ServiceError(.internal, "\(error)", Vocabulary.ErrorDetail(.internalFault))
      }
    }
    #expect(low?.detail.symbol == .outOfRange && low?.detail.field == "threshold")
  }

  @Test("bad pictures are refused by field", arguments: ["card", "selfie"])
  func refusals(field: String) async throws {
    var request = try Self.request("id_front.jpg", "selfie.jpg")
    let torn = DemoPicture.media((try DemoPicture.bytes("id_front.jpg"))[0..<9000])
    if field == "card" { request.card = torn } else { request.selfie = torn }
    let error = try await LiveServer.withClient { [request] client in
      await failure { () async throws(ServiceError) in
        try await BasicClient(client).verifyIdCardPhoto(request)
      }
    }
    #expect(error?.code == .invalidArgument && error?.detail.symbol == .imageDamaged)
    #expect(error?.detail.field == field + ".inline")
  }
}
