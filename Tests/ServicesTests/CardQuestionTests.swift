// Which of the documents seen is answered with, and what it is called when none is.

import Documents
import Testing
import Vision
import Vocabulary

@testable import Services

struct CardQuestionTests {
  typealias Kind = Documents.DocumentKind

  static let front = CardQuestion(
    kinds: [.residentIDFront], anySide: [.residentIDFront, .residentIDBack], several: false)
  static let any = CardQuestion(
    kinds: [.residentIDFront, .residentIDBack], anySide: [.residentIDFront, .residentIDBack],
    several: false)

  static func problem(_ question: CardQuestion, _ cards: [SeenCard]) -> CardProblem? {
    do throws(CardProblem) {
      #expect(!(try question.choose(cards).isEmpty))
      return nil
    } catch {
      return error
    }
  }

  static func back(left: Double = 10, top: Double = 20) -> SeenCard {
    Planted.card(
      Planted.document(.residentIDBack, [.authority: Planted.reading("某市公安局")]), left: left,
      top: top)
  }

  @Test("no card, another document, the other side, several: each by its name")
  func problems() {
    let known = Planted.card(Planted.document(.residentIDFront))
    #expect(Self.problem(Self.front, [known]) == nil)
    #expect(Self.problem(Self.front, []) == .noCard)
    #expect(Self.problem(Self.front, [Planted.card(Planted.document(nil, [:]))]) == .noCard)
    let bank = Planted.card(
      Planted.document(.bankCard, [.cardNumber: Planted.reading("6222020000000000000")]))
    #expect(Self.problem(Self.front, [bank]) == .wrongKind)
    #expect(Self.problem(Self.front, [Self.back()]) == .wrongSide)
    #expect(Self.problem(Self.any, [known, Self.back()]) == .several)
    #expect(Self.problem(Self.any, [known, bank]) == nil)
  }

  @Test("what asks for one side takes it from a sheet with both")
  func sheet() throws {
    let cards = [Self.back(top: 400), Planted.card(Planted.document(.residentIDFront))]
    #expect(try Self.front.choose(cards).map(\.document.kind) == [.residentIDFront])
    #expect(try Self.front.choose(cards)[0].warnings(repair: true).map(\.code) == [.multipleCards])
    let both = CardQuestion(kinds: Self.any.kinds, anySide: Self.any.anySide, several: true)
    #expect(
      try both.choose(cards).map(\.document.kind) == [.residentIDFront, .residentIDBack])
    #expect(try both.choose(cards).allSatisfy { $0.warnings(repair: true).isEmpty })
  }

  @Test("both sides in one picture are compared: a period that no holder of that age has is told")
  func bothSides() throws {
    func side(_ kind: Kind, _ fields: [Documents.DocumentField: FieldReading], top: Double)
      -> SeenCard
    {
      Planted.card(Planted.document(kind, fields), top: top)
    }
    func back(_ from: String, _ to: String) -> SeenCard {
      side(
        .residentIDBack,
        [
          .authority: Planted.reading("某市公安局"), .validFrom: Planted.reading(from),
          .validTo: Planted.reading(to),
        ], top: 400)
    }
    let front = side(
      .residentIDFront,
      [.name: Planted.reading(Planted.name), .birth: Planted.reading("1994-08-23")], top: 20)
    let both = CardQuestion(kinds: Self.any.kinds, anySide: Self.any.anySide, several: true)
    let right = [front, back("2021-09-01", "2041-09-01")]
    #expect(try both.choose(right).allSatisfy { $0.warnings(repair: true).isEmpty })
    let wrong = [front, back("2021-09-01", "2031-09-01")]
    for card in try both.choose(wrong) {
      #expect(card.warnings(repair: true).map(\.code) == [.validityLengthUnusual])
    }
    // Whoever asks for one side is told, too; two fronts are two people's.
    let one = try Self.front.choose([front, back("1990-09-01", "2010-09-01")])
    #expect(one[0].warnings(repair: true).map(\.code).contains(.issuedBeforeBirth))
    let other = side(.residentIDFront, [.name: Planted.reading("甲乙")], top: 800)
    let three = try both.choose(wrong + [other])
    #expect(three.allSatisfy { $0.warnings(repair: true).isEmpty })
  }

  @Test("a card of which nothing that matters was read is refused, never answered empty")
  func unreadable() {
    let address = Planted.document(.residentIDFront, [.address: Planted.reading("某路 1 号")])
    #expect(Self.problem(Self.front, [Planted.card(address)]) == .unreadable)
    #expect(Self.problem(Self.front, [Planted.card(address, scale: 0.2)]) == .tooSmall)
    let blurred = Planted.card(address, condition: [.blur: .init(value: 0.9)])
    #expect(Self.problem(Self.front, [blurred]) == .blurred)
    // Something with a card's outline on which nothing was read because it is blurred; a shape like a card is none.
    let blank = Planted.document(nil, [:])
    let blurry: [CardCondition.Kind: CardCondition.Measurement] = [.blur: .init(value: 0.9)]
    #expect(Self.problem(Self.front, [Planted.card(blank, condition: blurry)]) == .blurred)
    #expect(
      Self.problem(Self.front, [Planted.card(blank, confidence: 0.5, condition: blurry)]) == .noCard
    )
    let tiny = Planted.card(Planted.document(nil, [:]), scale: 0.1)
    #expect(Self.problem(Self.front, [tiny]) == .tooSmall)
    // A small one that was read is answered.
    #expect(
      Self.problem(Self.front, [Planted.card(Planted.document(.residentIDFront), scale: 0.2)])
        == nil)
  }

  @Test("labels alone make no card: a kind that fits badly needs a field that was read whole")
  func weak() {
    func card(_ number: FieldReading, score: Double) -> SeenCard {
      var document = Planted.document(.residentIDFront, [.idNumber: number])
      document.scores = [.residentIDFront: score]
      return Planted.card(document)
    }
    let whole = Planted.reading(Planted.number)
    var cut = whole
    cut.incomplete = true
    let low = Planted.reading(Planted.number, confidence: 50)
    #expect(Self.problem(Self.front, [card(whole, score: 0.5)]) == nil)
    #expect(Self.problem(Self.front, [card(cut, score: 0.5)]) == .noCard)
    #expect(Self.problem(Self.front, [card(low, score: 0.69)]) == .noCard)
    #expect(Self.problem(Self.front, [card(low, score: 0.7)]) == nil)
  }

  @Test("a shape that is hardly a card is not called a small one")
  func shapes() {
    let shape = Planted.card(Planted.document(nil, [:]), scale: 0.1, confidence: 0.59)
    #expect(Self.problem(Self.front, [shape]) == .noCard)
  }

  @Test(
    "every problem has a symbol of its own, a field and advice", arguments: CardProblem.allCases)
  func symbols(problem: CardProblem) {
    let error = ServiceError(problem, field: "image", none: .imageNoIdCard)
    #expect(error.code == .invalidArgument)
    #expect(error.detail.field == "image")
    #expect(error.detail.advice == (problem == .wrongKind ? .correctInput : .retryCapture))
    for other in CardProblem.allCases where other != problem {
      #expect(
        ServiceError(other, field: "image", none: .imageNoIdCard).detail.symbol
          != error.detail.symbol)
    }
  }
}
