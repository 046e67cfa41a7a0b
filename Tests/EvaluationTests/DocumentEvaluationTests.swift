// Answers of the service as they are scored: fields, marks, warnings, refusals, by the method of each kind.

import Evaluation
import FoundationEssentials
import Messages
import RPC
import Testing
import Vocabulary

/// Answers each method of `Documents` with what is set for it, and refuses the others.
private struct CannedDocuments: UnaryCaller {
  let answers: [String: Bytes]

  func call(
    _ method: MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes {
    if let answer = answers[method.method] { return answer }
    throw ServiceError(.invalidArgument, "no card", ErrorDetail(.imageTooSmall))
  }
}

struct DocumentEvaluationTests {
  private static func answers() -> [String: Bytes] {
    var card = IdCard(kind: .residentIdBack)
    card.authority = DocumentField(value: "某局", confidence: 40, reflective: true)
    card.image = DocumentImage()
    card.image?.warnings = [
      CardWarning(code: .reflection),
      CardWarning(code: .sexDisagrees, advisory: true, fields: ["sex"]),
    ]
    var zone = MachineReadableZone()
    zone.lines = [DocumentField(value: "P<UTO"), DocumentField(value: "L898")]
    return [
      "RecognizeIdCard": RecognizeIdCardResponse(cards: [card]).encoded(),
      "RecognizePassport": RecognizePassportResponse(
        passport: Passport(number: DocumentField(value: "E1"), machineReadableZone: zone)
      ).encoded(),
      "RecognizeBankCard": RecognizeBankCardResponse(
        card: BankCard(number: DocumentField(value: "4111", confidence: 99))
      ).encoded(),
    ]
  }

  private static func read(_ kinds: String...) async throws -> [DocumentAnswer] {
    let path = FileManager.default.temporaryDirectory.path + "/idv-\(UInt64.random(in: 0 ... .max))"
    try Data([1]).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let evaluation = DocumentEvaluation(caller: CannedDocuments(answers: answers()), atOnce: 2)
    let pictures = kinds.map { LabelledDocument(path: path, kind: $0, level: 0, fields: [:]) }
    return await evaluation.run(pictures) { _, _ in }.scored.map(\.answer)
  }

  @Test("every kind is asked of its method; answers keep the order of the list")
  func methods() async throws {
    let read = try await Self.read("bankCard", "residentIDBack", "passport", "bankCard")
    #expect(read.map(\.kind) == ["bankCard", "residentIDBack", "passport", "bankCard"])
    #expect(read[0].fields == ["number": .init(value: "4111", confidence: 99)])
    #expect(read[2].fields["mrz2"]?.value == "L898")
    #expect(read[1].fields == ["authority": .init(value: "某局", confidence: 40, isMarked: true)])
    #expect(
      read[1].warnings == [
        .init(code: "reflection"), .init(code: "sexDisagrees", isAdvisory: true, fields: ["sex"]),
      ])
  }

  @Test("a refusal is an answer; a file that is not there is named and costs nothing else")
  func refusals() async throws {
    let read = try await Self.read("mainlandTravelPermitFront")
    #expect(read == [DocumentAnswer(kind: nil, refusal: "IMAGE_TOO_SMALL")])
    let path = FileManager.default.temporaryDirectory.path + "/idv-\(UInt64.random(in: 0 ... .max))"
    try Data([1]).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let evaluation = DocumentEvaluation(caller: CannedDocuments(answers: [:]), atOnce: 1)
    let run = await evaluation.run(
      ["/nowhere/a.jpg", path].map {
        LabelledDocument(path: $0, kind: "passport", level: 0, fields: [:])
      }
    ) { _, _ in }
    #expect(run.unread == ["/nowhere/a.jpg"])
    #expect(run.scored.map(\.truth.path) == [path])
  }

  @Test("every warning that a condition is known by exists")
  func codes() {
    let known = Set(
      Vocabulary.CardWarningCode.allCases.map { "\($0)" } + ErrorSymbol.allCases.map(\.rawValue))
    #expect(DocumentScores.codes.values.allSatisfy { $0.isSubset(of: known) })
  }
}
