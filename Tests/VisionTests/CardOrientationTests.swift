// Which corner comes first, and how much of a card lies outside: exact cases.

internal import Foundation
internal import Testing

@testable internal import Vision

@Suite struct CardOrientationTests {
  private static func point(_ x: Double, _ y: Double) -> ImagePoint { ImagePoint(x: x, y: y) }

  /// A card of 1000 × 630 as it is read, leaning by `degrees` clockwise around (2000, 2000).
  private static func leaning(_ degrees: Double) -> Homography {
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    return Homography(coefficients: [c, -s, 2000, s, c, 2000, 0, 0, 1])
  }

  private static let card = Quad.outline(width: 1000, height: 630)

  private static func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Quad {
    Quad(
      topLeft: point(x, y), topRight: point(x + width, y),
      bottomRight: point(x + width, y + height),
      bottomLeft: point(x, y + height))
  }

  static let angles: [Double] = [0, 17, 90, 130, 180, 200, 270, 340]

  @Test(arguments: angles) func linesTellTheCorner(_ angle: Double) {
    let map = Self.leaning(angle)
    let asRead = map(Self.card)
    var evidence = CardFinder.OrientationEvidence()
    evidence.lines = [(100.0, 80.0), (100, 200), (150, 500)].map {
      (map(Self.box($0.0, $0.1, 400, 40)), 0.9)
    }
    // One line is read the wrong way round.
    evidence.lines[0].quad = evidence.lines[0].quad.startingLater(by: 2)
    for start in 0..<4 {
      let told = CardFinder.orientation(
        of: asRead.startingLater(by: start), evidence: evidence)
      #expect(told.quad == asRead)
      #expect(told.steps == (4 - start) % 4)
      #expect(told.confidence > 0.9)
    }
  }

  @Test(arguments: angles) func thePortraitTellsTheCorner(_ angle: Double) {
    let map = Self.leaning(angle)
    let asRead = map(Self.card)
    let (middle, head) = (map(Self.point(780, 280)), map(Self.point(780, 180)))
    var evidence = CardFinder.OrientationEvidence()
    evidence.portrait = (middle, Self.point(head.x - middle.x, head.y - middle.y))
    for start in 0..<4 {
      let told = CardFinder.orientation(
        of: asRead.startingLater(by: start), evidence: evidence)
      #expect(told.quad == asRead)
      #expect(told.confidence > 0.9)
    }
  }

  @Test func theModelTellsTheCorner() {
    var evidence = CardFinder.OrientationEvidence()
    evidence.modelScores = [0.05, 0.05, 0.85, 0.05]
    let told = CardFinder.orientation(of: Self.card, evidence: evidence)
    #expect(told.steps == 2)
    #expect(told.confidence > 0.8)
    // The proportions speak against a quarter turn.
    evidence.modelScores = [0.1, 0.8, 0.05, 0.05]
    #expect(CardFinder.orientation(of: Self.card, evidence: evidence).steps == 0)
  }

  @Test func proportionsAloneLeaveTwo() {
    for start in 0..<4 {
      let quad = Self.card.startingLater(by: start)
      let told = CardFinder.orientation(of: quad, evidence: .init())
      #expect(told.steps == start % 2)
      #expect(abs(told.confidence - 0.5) < 0.01)
    }
  }

  @Test func aQuadWithoutAreaIsNoTrap() {
    let nowhere = Self.box(3, 3, 0, 0)
    var evidence = CardFinder.OrientationEvidence()
    evidence.lines = [(nowhere, 1), (Self.box(0, 0, 9, 2), .infinity)]
    evidence.portrait = (Self.point(0, 0), Self.point(0, 0))
    evidence.modelScores = [0, 0, 0, 0]
    let told = CardFinder.orientation(of: nowhere, evidence: evidence)
    #expect(told.steps == 0)
  }

  @Test func whatLiesOutsideIsMeasured() {
    let inside = FoundCard(quad: Self.box(100, 100, 400, 250), confidence: 1)
    let none = inside.outside(width: 640, height: 480)
    #expect(none.share < 1e-12)
    #expect([none.left, none.top, none.right, none.bottom] == [0, 0, 0, 0])
    #expect(inside.longerSide == 400)
    // A quarter is beyond the left border, nothing elsewhere.
    let cut = FoundCard(quad: Self.box(-100.5, 100, 400, 250), confidence: 1)
      .outside(width: 640, height: 480)
    #expect(abs(cut.share - 0.25) < 1e-9 && abs(cut.left - 0.25) < 1e-9)
    #expect(cut.top == 0 && cut.right == 0 && cut.bottom == 0)
    let gone = FoundCard(quad: Self.box(700, -900, 400, 250), confidence: 1)
      .outside(width: 640, height: 480)
    #expect(gone.share == 1 && gone.right > 0 && gone.top > 0)
  }

  @Test func cornersAreOrderedFromTheUpperLeft() {
    for angle in Self.angles {
      let quad = Self.leaning(angle)(Self.card)
      let mirrored = Quad(
        topLeft: quad.topLeft, topRight: quad.bottomLeft, bottomRight: quad.bottomRight,
        bottomLeft: quad.topRight)
      for start in 0..<4 {
        for each in [quad.startingLater(by: start), mirrored.startingLater(by: start)] {
          let told = each.clockwise
          #expect(told.signedArea > 0)
          #expect(Set(told.corners.map(\.x)) == Set(quad.corners.map(\.x)))
          #expect(told.topRight.x > told.topLeft.x && told.bottomRight.x > told.bottomLeft.x)
        }
      }
    }
  }

  @Test func sharedAreaIsExact() {
    let box = Self.box(0, 0, 10, 10)
    #expect(box.sharedArea(with: Self.box(5, 5, 10, 10)) == 25)
    #expect(box.sharedArea(with: box.startingLater(by: 1)) == 100)
    #expect(box.sharedArea(with: Self.box(20, 0, 5, 5)) == 0)
    #expect(box.sharedArea(with: Self.box(2, 2, 3, 3)) == 9)
    let diamond = Quad(
      topLeft: Self.point(5, -5), topRight: Self.point(15, 5), bottomRight: Self.point(5, 15),
      bottomLeft: Self.point(-5, 5))
    #expect(abs(box.sharedArea(with: diamond) - 100) < 1e-9)
  }
}
