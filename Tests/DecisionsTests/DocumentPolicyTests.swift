// Warnings about a card's picture: limits, what is advisory, numbers of others, and places of reflections.

import Decisions
import Testing
import Vision

struct DocumentPolicyTests {
  static let policy = DocumentPolicy.standard

  @Test("every measured kind has a limit, a meaning, and is raised at the limit but not below")
  func limits() {
    let found: Set<DocumentWarningSymbol> = [.temporary, .datesInvalid, .other]
    #expect(
      Set(Self.policy.thresholds.map(\.symbol))
        == Set(DocumentWarningSymbol.allCases).subtracting(found))
    for threshold in Self.policy.thresholds {
      #expect(!threshold.meaning.isEmpty)
      let at = Self.policy.warnings(
        for: [threshold.symbol: DocumentMeasure(value: threshold.limit)])
      #expect(
        at == [
          DocumentWarning(
            threshold.symbol, score: threshold.limit, limit: threshold.limit,
            advisory: threshold.advisory)
        ])
      let below = DocumentMeasure(value: threshold.limit.nextDown)
      #expect(Self.policy.warnings(for: [threshold.symbol: below]).isEmpty)
    }
  }

  @Test("what Vision measures is judged under the same name, and nothing else is")
  func names() {
    #expect(
      Set(Self.policy.thresholds.map(\.symbol.rawValue))
        == Set(CardCondition.Kind.allCases.map(\.rawValue)))
  }

  @Test("hints are advisory, the rest is not")
  func advisory() {
    let advisory = Self.policy.thresholds.filter(\.advisory).map(\.symbol)
    #expect(Set(advisory) == [.editing, .watermark, .electronic])
  }

  @Test(
    "a measurement that is no score is raised, never passed over",
    arguments: [Double.nan, .infinity, -.infinity, -0.001, 1.001])
  func notAScore(value: Double) {
    let warnings = Self.policy.warnings(for: [.blur: DocumentMeasure(value: value)])
    #expect(warnings.map(\.symbol) == [.blur])
    #expect(warnings.map(\.score) == [1])
  }

  @Test("what was not measured is named, unless it is advisory")
  func unmeasured() {
    let strict = Self.policy.thresholds.filter { !$0.advisory }.map(\.symbol)
    #expect(Self.policy.unmeasured(in: [:]) == strict)
    let measures = Dictionary(
      uniqueKeysWithValues: strict.map { ($0, DocumentMeasure(value: 0)) })
    #expect(Self.policy.unmeasured(in: measures).isEmpty)
    #expect(Self.policy.warnings(for: measures).isEmpty)
    #expect(Self.policy.warnings(for: [:]).isEmpty)
  }

  @Test("warnings keep their place and the thresholds' order")
  func order() {
    let place = DocumentArea(x: 0.1, y: 0.2, width: 0.3, height: 0.1)
    let warnings = Self.policy.warnings(
      for: [
        .dark: DocumentMeasure(value: 1), .glare: DocumentMeasure(value: 0.9, place: place),
        .borderIncomplete: DocumentMeasure(value: 0.3),
      ])
    #expect(warnings.map(\.symbol) == [.borderIncomplete, .glare, .dark])
    #expect(warnings[1].place == place)
  }

  @Test("numbers of other products, where they collide")
  func numbers() {
    typealias Symbol = DocumentWarningSymbol
    #expect(Symbol.datesInvalid.number(in: .idCard) == -9109)
    #expect(Symbol.datesInvalid.number(in: .session) == -9100)
    #expect(Symbol.datesInvalid.number(in: .bankCard) == -9110)
    #expect(Symbol.electronic.number(in: .idCard) == -9110)
    #expect(Symbol.watermark.number(in: .session) == -9111)
    #expect(Symbol.borderIncomplete.number(in: .bankCard) == -9111)
    #expect(Symbol.temporary.number(in: .idCard) == -9104)
    #expect(Symbol.editing.number(in: .international) == -9104)
    #expect(Symbol.blur.number(in: .idCard) == -8001)
    #expect(Symbol.blur.number(in: .international) == -9108)
    #expect(Symbol.other.number(in: .international) == -9901)
    for numbering in WarningNumbering.allCases {
      // Within one product no number stands for two warnings.
      let numbers = Symbol.allCases.compactMap { $0.number(in: numbering) }
      #expect(Set(numbers).count == numbers.count)
      #expect(Symbol.dark.number(in: numbering) == nil)
    }
  }

  @Test("a reflection lies where it covers something that counts")
  func positions() {
    let portrait = DocumentArea(x: 0.63, y: 0.14, width: 0.3, height: 0.6)
    let emblem = DocumentArea(x: 0.07, y: 0.09, width: 0.18, height: 0.28)
    let fields = [DocumentArea(x: 0.18, y: 0.1, width: 0.3, height: 0.08)]
    func positions(
      _ place: DocumentArea, portrait: DocumentArea? = nil, emblem: DocumentArea? = nil
    )
      -> [ReflectionPosition]
    { ReflectionPosition.all(at: place, portrait: portrait, emblem: emblem, fields: fields) }
    let right = DocumentArea(x: 0.7, y: 0.3, width: 0.1, height: 0.1)
    #expect(positions(right, portrait: portrait) == [.portrait])
    #expect(positions(right) == [.others])
    let upperLeft = DocumentArea(x: 0.1, y: 0.08, width: 0.3, height: 0.2)
    #expect(positions(upperLeft, emblem: emblem) == [.nationalEmblem, .recognitionField])
    #expect(positions(upperLeft) == [.recognitionField])
    // Its rectangle only touches the portrait.
    let beside = DocumentArea(x: 0.4, y: 0.5, width: 0.24, height: 0.3)
    #expect(positions(beside, portrait: portrait) == [.others])
  }
}
