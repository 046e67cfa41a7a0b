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
