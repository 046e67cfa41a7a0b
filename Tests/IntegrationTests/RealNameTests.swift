// RealName as its users meet it: over real TLS in both profiles, with the real card reader.

import Messages
import RPC
import Stubs
import TestSupport
import Testing
import Vocabulary
import Wire

@Suite(.enabled(if: Workplace.isSetUp, "run `make setup` first"))
struct RealNameTests {
  @Test("name and number over TLS", arguments: [Profile.native, .compat])
  func overTLS(_ profile: Profile) async throws {
    let answer = try await LiveServer.withClient(profile) {
      try await RealNameClient($0).checkNameId(
        CheckNameIdRequest(
          header: RequestHeader(clientRequestId: "r-1"), name: "张三",
          idNumber: "11010519491231002X"))
    }
    #expect(answer.outcome?.result == .match && answer.outcome?.sandbox == true)
    #expect(answer.header?.clientRequestId == "r-1" && answer.header?.requestId.count == 32)
  }

  @Test("a card is read and its name and number are asked about; fields come only on request")
  func card() async throws {
    var request = CheckIdCardRequest(card: try DemoPicture.media("id_front.jpg"))
    let plain = try await LiveServer.withClient { [request] in
      try await RealNameClient($0).checkIdCard(request)
    }
    #expect(plain.outcome?.result == .match, "\(plain.reasons)")
    #expect(plain.outcome?.charge?.sku == "ID2_OCR")
    #expect(plain.card == nil)
    #expect(plain.header?.models.isEmpty == false)
    request.wantFields = true
    request.stopOn = [.copy, .screenRecapture]
    let told = try await LiveServer.withClient { [request] in
      try await RealNameClient($0).checkIdCard(request)
    }
    #expect(told.card?.idNumber?.value.count == 18)
  }

  @Test("a back, and a picture without a card, are refused by name; no source is asked")
  func noCard() async throws {
    for (name, symbol) in [
      ("id_back.jpg", ErrorSymbol.cardSideError), ("selfie.jpg", .imageNoIdCard),
    ] {
      let request = CheckIdCardRequest(card: try DemoPicture.media(name))
      let error = try await LiveServer.withClient { client in
        await failure { () throws(ServiceError) in
          try await RealNameClient(client).checkIdCard(request)
        }
      }
      #expect(error?.detail.symbol == symbol && error?.detail.field == "card")
    }
  }
}
