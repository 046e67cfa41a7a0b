// What is counted over read documents: exactness, conditions, what was wrong without a warning.

import Evaluation
import Testing

struct DocumentScoresTests {
  private static let written = ["name": "王小明", "id_number": "11010519491231002X"]

  private static func truth(
    _ level: Int, _ condition: String? = nil, kind: String = "residentIDFront",
    variant: String? = nil, fields: [String: String] = written
  ) -> LabelledDocument {
    LabelledDocument(
      path: "a.jpg", kind: kind, level: level, condition: condition, variant: variant,
      fields: fields)
  }

  private static func answer(
    name: String? = "王小明", confidence: Double = 99, isMarked: Bool = false,
    warnings: [DocumentAnswer.Warning] = [], refusal: String? = nil
  ) -> DocumentAnswer {
    var fields = [
      "id_number": DocumentAnswer.Field(value: "11010519491231002X", confidence: 99)
    ]
    if let name {
      fields["name"] = .init(value: name, confidence: confidence, isMarked: isMarked)
    }
    return DocumentAnswer(
      kind: refusal == nil ? "residentIDFront" : nil, fields: refusal == nil ? fields : [:],
      warnings: warnings, refusal: refusal)
  }

  private static func scores(
    _ pairs: (LabelledDocument, DocumentAnswer)...
  ) -> DocumentScores { DocumentScores(pairs.map { ScoredDocument($0.0, $0.1) }) }

  @Test("fields are exact or not; blanks, dots and dashes are the normal form's")
  func exactness() {
    let scores = Self.scores(
      (Self.truth(0), Self.answer(name: "王 小明")), (Self.truth(1), Self.answer(name: "王小朋")),
      (Self.truth(3), Self.answer(name: nil)), (Self.truth(4, "dark"), Self.answer(name: "x")))
    #expect(scores.fronts(exact: "name") == MeasuredRate(count: 1, total: 3))
    #expect(scores.fronts(exact: "id_number") == MeasuredRate(count: 3, total: 3))
    #expect(scores.allFields == MeasuredRate(count: 1, total: 3))
    #expect(scores.back == MeasuredRate(count: 0, total: 0))
    let dotted = Self.truth(0, fields: ["name": "艾力·买买提"])
    #expect(ScoredDocument(dotted, Self.answer(name: "艾力•买买提")).isExact("name"))
    let digits = Self.truth(0, fields: ["name": "O0"])
    #expect(!ScoredDocument(digits, Self.answer(name: "00")).isExact("name"))
  }

  @Test("a wrong field counts unless it is marked, of low confidence, warned of, or missing")
  func wrongUnflagged() {
    func wrong(_ answer: DocumentAnswer) -> Int {
      Self.scores((Self.truth(4, "glare"), answer)).wrongUnflagged.count
    }
    #expect(wrong(Self.answer(name: "王小朋")) == 1)
    #expect(wrong(Self.answer()) == 0)
    #expect(wrong(Self.answer(name: "王小朋", isMarked: true)) == 0)
    let low = DocumentScores.confidenceLow
    #expect(wrong(Self.answer(name: "王小朋", confidence: low.nextDown)) == 0)
    #expect(wrong(Self.answer(name: "王小朋", confidence: low)) == 1)
    #expect(wrong(Self.answer(name: "王小朋", warnings: [.init(code: "reflection")])) == 0)
    let other = DocumentAnswer.Warning(code: "sexDisagrees", fields: ["sex"])
    #expect(wrong(Self.answer(name: "王小朋", warnings: [other])) == 1)
    #expect(wrong(Self.answer(name: nil)) == 0)
    #expect(wrong(Self.answer(refusal: "IMAGE_TOO_SMALL")) == 0)
  }

  @Test("one by one, a field is pointed out by what names it or lies on it alone")
  func pointedOut() {
    func losses(_ answer: DocumentAnswer) -> [Int] {
      let losses = Self.scores((Self.truth(4, "glare"), answer)).specialLosses
      return [losses.wrong, losses.wrongUnmarked, losses.lostMarked, losses.lostUnmarked]
        .map(\.count)
    }
    func square(_ x: Double) -> DocumentOutline {
      DocumentOutline([(x, 0), (x + 10, 0), (x + 10, 10), (x, 10)].map { .init(x: $0.0, y: $0.1) })
    }
    #expect(losses(Self.answer()) == [0, 0, 0, 0])
    #expect(losses(Self.answer(name: "王小朋")) == [1, 1, 0, 0])
    #expect(losses(Self.answer(name: "王小朋", isMarked: true)) == [1, 0, 0, 0])
    let low = DocumentScores.confidenceLow.nextDown
    #expect(losses(Self.answer(name: "王小朋", confidence: low)) == [1, 0, 0, 0])
    #expect(losses(Self.answer(name: "王小朋", warnings: [.init(code: "blur")])) == [1, 1, 0, 0])
    let named = DocumentAnswer.Warning(code: "fieldMissing", fields: ["name"])
    #expect(losses(Self.answer(name: "王小朋", warnings: [named])) == [1, 0, 0, 0])
    #expect(losses(Self.answer(name: nil)) == [0, 0, 0, 1])
    #expect(losses(Self.answer(name: nil, warnings: [named])) == [0, 0, 1, 0])
    #expect(losses(Self.answer(refusal: "IMAGE_TOO_SMALL")) == [0, 0, 2, 0])
    for (x, unmarked) in [(5.0, 0), (10, 1), (40, 1)] {
      var answer = Self.answer(
        name: "王小朋", warnings: [.init(code: "reflection", outline: square(x))])
      answer.fields["name"]?.outline = square(0)
      #expect(losses(answer) == [1, unmarked, 0, 0])
    }
    #expect(Self.scores((Self.truth(2), Self.answer(name: "x"))).specialLosses.wrong.total == 0)
    #expect(Self.scores((Self.truth(2), Self.answer(name: "x"))).readableLosses.wrong.count == 1)
  }

  @Test("a condition is raised by its own warning or refusal; those without one are read")
  func conditions() {
    let scores = Self.scores(
      (Self.truth(4, "glare"), Self.answer(warnings: [.init(code: "reflection")])),
      (Self.truth(4, "glare"), Self.answer(warnings: [.init(code: "blur")])),
      (Self.truth(4, "two_cards"), Self.answer(refusal: "MULTI_CARD_ERROR")),
      (Self.truth(4, "rot90"), Self.answer()),
      (Self.truth(4, "glare", variant: "rare"), Self.answer()))
    #expect(
      scores.conditionRaised == [
        "glare": MeasuredRate(count: 1, total: 2), "two_cards": MeasuredRate(count: 1, total: 1),
      ])
    #expect(scores.conditionRead == ["rot90": MeasuredRate(count: 1, total: 1)])
  }

  @Test("false alarms are condition warnings and refusals on levels 0 to 2")
  func falseAlarms() {
    let scores = Self.scores(
      (Self.truth(0), Self.answer(warnings: [.init(code: "expired")])),
      (Self.truth(1), Self.answer(warnings: [.init(code: "dark", isAdvisory: true)])),
      (Self.truth(2), Self.answer(refusal: "IMAGE_NO_ID_CARD")),
      (Self.truth(3), Self.answer(warnings: [.init(code: "blur")])))
    #expect(scores.falseAlarms == MeasuredRate(count: 2, total: 3))
  }

  @Test("precision is over all but level 3, and the two kinds of glare share a warning")
  func precision() throws {
    let glare = [DocumentAnswer.Warning(code: "reflection")]
    let scores = Self.scores(
      (Self.truth(4, "glare"), Self.answer(warnings: glare)),
      (Self.truth(4, "laminate_glare"), Self.answer(warnings: glare)),
      (Self.truth(4, "dark"), Self.answer(warnings: glare)),
      (Self.truth(1), Self.answer(warnings: glare)), (Self.truth(3), Self.answer(warnings: glare)))
    let score = try #require(scores.warningScores.first { $0.condition == "glare" })
    #expect(score.precision == MeasuredRate(count: 2, total: 4))
    #expect(score.recall == MeasuredRate(count: 1, total: 1))
    #expect(scores.warningScores.first { $0.condition == "dark" }?.recall.count == 0)
  }

  @Test("characters: a wrong, a missing and an extra one cost one each")
  func characters() throws {
    func right(_ name: String?) throws -> MeasuredRate {
      let scores = Self.scores((Self.truth(2), Self.answer(name: name)))
      return try #require(scores.fieldScores.first { $0.field == "name" }).characters
    }
    #expect(try right("王小明") == MeasuredRate(count: 3, total: 3))
    #expect(try right("王小朋") == MeasuredRate(count: 2, total: 3))
    #expect(try right("王明") == MeasuredRate(count: 2, total: 3))
    #expect(try right("王小小明") == MeasuredRate(count: 2, total: 3))
    #expect(try right("某某某某某某某某") == MeasuredRate(count: 0, total: 3))
    #expect(try right(nil) == MeasuredRate(count: 0, total: 3))
  }

  @Test("other documents and variants are counted apart")
  func kinds() {
    let scores = Self.scores(
      (Self.truth(0), Self.answer()), (Self.truth(1, variant: "rare"), Self.answer(name: "?")),
      (Self.truth(2, kind: "passport"), Self.answer()))
    #expect(scores.allFields.total == 1)
    #expect(scores.kinds.map(\.name) == ["passport", "rare", "residentIDFront"])
    #expect(scores.kinds.map(\.kind.count) == [0, 1, 1])
    #expect(scores.kinds.map(\.allExact.count) == [1, 0, 1])
  }

  @Test("truth files of both layouts are read")
  func truthFiles() throws {
    let cards = """
      [{"file": "f.jpg", "side": "front", "level": 4, "condition": "glare", "portrait_id": null,
        "fields": {"name": "王", "idnum": "1", "unknown": "x"}, "quad": [[1, 2]], "size": [1, 2]},
       {"file": "/tmp/p.jpg", "kind": "passport", "side": "front", "level": 0, "condition": null,
        "fields": {"passport_no": "E1"}}]
      """
    let read = try PairListTests.withFile(cards) { try DocumentTruth.read(atPath: $0) }
    #expect(read.map(\.kind) == ["residentIDFront", "passport"])
    #expect(read[0].fields == ["name": "王", "id_number": "1"])
    #expect(read[0].condition == "glare")
    #expect(read[0].path.hasSuffix("/f.jpg"))
    #expect(read[1].path == "/tmp/p.jpg")
    #expect(read[1].fields == ["number": "E1"])
    let bank = """
      [{"file": "b.jpg", "level": 1, "number": "4111", "kind": "CREDIT", "valid_thru": "03/28",
        "quad": []}]
      """
    let banks = try PairListTests.withFile(bank) { try DocumentTruth.readBankCards(atPath: $0) }
    #expect(banks.map(\.fields) == [["number": "4111", "expiry": "03/2028"]])
    for bad in ["", "{}", "[{\"file\": 1}]"] {
      #expect(throws: ListError.self) {
        try PairListTests.withFile(bad) { try DocumentTruth.read(atPath: $0) }
      }
    }
  }
}
