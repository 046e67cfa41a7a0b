// The JSON of `idv evaluate ocr`: other programs read it, so its keys stay.

import Evaluation
import FoundationEssentials
import Testing

struct OCRReportTests {
  private static func report(hasCards: Bool, hasBank: Bool) -> OCRReport {
    let fields = ["name": "王小明"]
    let glare = DocumentAnswer(
      kind: "residentIDFront", fields: ["name": .init(value: "王小朋", confidence: 99)],
      warnings: [.init(code: "reflection")])
    let scored = [
      ScoredDocument(
        LabelledDocument(
          path: "a/f.jpg", kind: "residentIDFront", level: 4, condition: "glare", fields: fields),
        glare),
      ScoredDocument(
        LabelledDocument(
          path: "a/r.jpg", kind: "residentIDFront", level: 4, condition: "rot90", fields: fields),
        glare),
      ScoredDocument(
        LabelledDocument(path: "a/e.jpg", kind: "residentIDFront", level: 0, fields: fields), glare),
    ]
    return OCRReport(
      DocumentRun(scored: scored, unread: ["a/b.jpg"], cpuSeconds: 3, wallSeconds: 2), lanes: 2,
      hasCards: hasCards, hasBank: hasBank)
  }

  /// Every key with those above it, of first elements of lists.
  private static func keys(_ value: JSONValue, under prefix: String = "") -> [String] {
    switch value {
    case .object(let members):
      members.sorted { $0.key < $1.key }.flatMap { name, member in
        [prefix + name] + keys(member, under: prefix + name + ".")
      }
    case .list(let elements): elements.first.map { keys($0, under: prefix) } ?? []
    case .other: []
    }
  }

  private enum JSONValue: Decodable {
    case object([String: JSONValue])
    case list([JSONValue])
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let members = try? container.decode([String: JSONValue].self) {
        self = .object(members)
      } else if let elements = try? container.decode([JSONValue].self) {
        self = .list(elements)
      } else {
        self = .other
      }
    }
  }

  private static func keys(of report: OCRReport) throws -> [String] {
    keys(try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(report)))
  }

  @Test("the keys are what they were")
  func golden() throws {
    let keys = try Self.keys(of: Self.report(hasCards: true, hasBank: true))
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let file = here.appending(path: "Golden/evaluate-ocr-keys.txt")
    let text = keys.joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(text == golden, "read the difference, then UPDATE_GOLDEN=1")
  }

  @Test("what was not asked for has no key")
  func absent() throws {
    let cards = try Self.keys(of: Self.report(hasCards: true, hasBank: false))
    #expect(cards.contains("levels0to3.idNumber") && !cards.contains("bank"))
    let banks = try Self.keys(of: Self.report(hasCards: false, hasBank: true))
    #expect(banks.contains("bank.levels0to3.number") && !banks.contains("level4"))
  }

  @Test("unread files are named, and in no rate")
  func unread() {
    let report = Self.report(hasCards: true, hasBank: false)
    #expect(report.unread == ["b.jpg"])
    #expect(report.pictures == 3)
    #expect(report.level4?.wrongUnflagged == 0)
    #expect(report.fieldLosses?.level4.wrongUnmarked.count == 2)
  }
}
