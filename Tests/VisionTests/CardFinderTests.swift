// The card finder on drawn pictures: cards in every position are found, and nothing traps or hangs.

internal import Foundation
internal import Media
internal import Testing

@testable internal import Vision

/// Draws quads of one colour with soft edges and noise.
private struct Scene {
  var width: Int
  var height: Int
  var ground: (Double, Double, Double) = (70, 60, 50)
  var noise = 0.0
  var cards: [(quad: Quad, colour: (Double, Double, Double))] = []

  func picture(_ random: inout SeededRandom) -> ImagePyramid {
    var pixels = PixelBuffer(
      width: width, height: height, red: UInt8(ground.0), green: UInt8(ground.1),
      blue: UInt8(ground.2))
    pixels.withUnsafeMutableBytes { bytes in
      for card in cards { draw(card.quad, card.colour, bytes) }
      guard noise > 0 else { return }
      // The difference of two random bytes, four times from one number.
      for index in stride(from: 0, to: bytes.count - 3, by: 4) {
        let bits = random.next()
        for k in 0..<4 {
          let grain =
            Double(bits >> (16 * UInt64(k)) & 0xff) - Double(bits >> (16 * UInt64(k) + 8) & 0xff)
          let value = Double(bytes[index + k]) + grain * noise / 128
          bytes[index + k] = UInt8(max(0, min(255, value)))
        }
      }
    }
    return ImagePyramid(pixels)
  }

  /// An edge two pixels wide, its middle on the outline.
  private func draw(
    _ quad: Quad, _ colour: (Double, Double, Double), _ bytes: UnsafeMutableBufferPointer<UInt8>
  ) {
    // Inward distances to the four sides.
    let sides = (0..<4).map { index -> (a: Double, b: Double, c: Double) in
      let (p, q) = (quad.corners[index], quad.corners[(index + 1) % 4])
      let length = p.distance(to: q)
      let (a, b) = (-(q.y - p.y) / length, (q.x - p.x) / length)
      return (a, b, -a * p.x - b * p.y)
    }
    let bounds = quad.bounds
    let rows = max(0, Int(bounds.y) - 2)..<min(height, Int(bounds.y + bounds.height) + 3)
    let columns = max(0, Int(bounds.x) - 2)..<min(width, Int(bounds.x + bounds.width) + 3)
    for row in rows {
      for column in columns {
        let (x, y) = (Double(column), Double(row))
        var inside = 1.0
        for side in sides { inside = min(inside, side.a * x + side.b * y + side.c) }
        guard inside > -1 else { continue }
        let share = 0.5 + inside / 2
        let at = (row * width + column) * 3
        bytes[at] = UInt8(Double(bytes[at]) + share * (colour.0 - Double(bytes[at])))
        bytes[at + 1] = UInt8(Double(bytes[at + 1]) + share * (colour.1 - Double(bytes[at + 1])))
        bytes[at + 2] = UInt8(Double(bytes[at + 2]) + share * (colour.2 - Double(bytes[at + 2])))
      }
    }
  }
}

@Suite struct CardFinderTests {
  /// A card of `wide` pixels, leaning by `angle` radians around (x, y) and tilted in space by `tilt`.
  private static func card(
    x: Double, y: Double, wide: Double, angle: Double, tilt: Double = 0
  ) -> Quad {
    let place = { (u: Double, v: Double) -> ImagePoint in
      let (a, b) = (u * wide, v * wide / CardProportions.card)
      let (p, q) = (cos(angle) * a - sin(angle) * b, sin(angle) * a + cos(angle) * b)
      // Leaning back about a level axis, seen from three card widths away.
      let depth = 1 + q * sin(tilt) / (3 * wide)
      return ImagePoint(x: x + p / depth, y: y + q * cos(tilt) / depth)
    }
    return Quad(
      topLeft: place(-0.5, -0.5), topRight: place(0.5, -0.5), bottomRight: place(0.5, 0.5),
      bottomLeft: place(-0.5, 0.5))
  }

  /// Mean distance of the corners as a share of the card's width, whichever corner comes first.
  private static func error(_ found: Quad, _ truth: Quad) -> Double {
    let wide = max(
      truth.topLeft.distance(to: truth.topRight), truth.topLeft.distance(to: truth.bottomLeft))
    return (0..<4).map { start in
      zip(found.startingLater(by: start).corners, truth.corners).reduce(0) {
        $0 + $1.0.distance(to: $1.1)
      } / 4 / wide
    }.min()!
  }

  @Test func drawnCardsAreFound() throws {
    var random = SeededRandom(seed: 4101)
    for round in 0..<24 {
      let wide = Double.random(in: 180...420, using: &random)
      let quad = Self.card(
        x: .random(in: 280...360, using: &random), y: .random(in: 280...360, using: &random),
        wide: wide, angle: .random(in: 0..<2 * .pi, using: &random),
        tilt: .random(in: -0.4...0.4, using: &random))
      var scene = Scene(width: 640, height: 640)
      scene.noise = Double.random(in: 0...12, using: &random)
      scene.cards = [(quad, (200, 210, 215))]
      let found = CardFinder.find(in: scene.picture(&random), textQuads: [])
      #expect(found.count == 1, "round \(round)")
      let card = try #require(found.first)
      #expect(Self.error(card.quad, quad) < 0.004, "round \(round)")
      #expect(card.confidence > 0.5, "round \(round)")
      #expect(card.quad == card.quad.clockwise)
    }
  }

  @Test func largePicturesAreMeasuredAtFullSize() throws {
    var random = SeededRandom(seed: 4102)
    let quad = Self.card(x: 710.3, y: 530.7, wide: 900, angle: 0.1, tilt: 0.2)
    var scene = Scene(width: 1400, height: 1050)
    scene.cards = [(quad, (200, 210, 215))]
    let card = try #require(CardFinder.find(in: scene.picture(&random), textQuads: []).first)
    // Half a pixel; a working pixel is two.
    #expect(Self.error(card.quad, quad) * 900 < 0.5)
  }

  @Test func faintCardsAreFound() throws {
    var random = SeededRandom(seed: 4103)
    for ground in [(190.0, 198.0, 204.0), (200, 200, 215), (206, 216, 222)] {
      let quad = Self.card(x: 330, y: 240, wide: 400, angle: 0.2)
      var scene = Scene(width: 640, height: 480, ground: ground, noise: 4)
      scene.cards = [(quad, (200, 210, 215))]
      let card = try #require(CardFinder.find(in: scene.picture(&random), textQuads: []).first)
      #expect(Self.error(card.quad, quad) < 0.01)
    }
  }

  @Test func twoCardsAreTwo() throws {
    var random = SeededRandom(seed: 4104)
    let (upper, lower) = (
      Self.card(x: 300, y: 130, wide: 300, angle: 0.05),
      Self.card(x: 330, y: 350, wide: 310, angle: -0.08)
    )
    var scene = Scene(width: 640, height: 480, noise: 5)
    scene.cards = [(upper, (200, 210, 215)), (lower, (220, 190, 180))]
    let found = CardFinder.find(in: scene.picture(&random), textQuads: [])
    #expect(found.count == 2)
    for quad in [upper, lower] {
      #expect(found.contains { Self.error($0.quad, quad) < 0.005 })
    }
  }

  @Test(arguments: [0.0, 0.5, 1, 1.5]) func whatIsCutOffIsExtrapolated(_ quarter: Double) throws {
    var random = SeededRandom(seed: 4105)
    let angle = quarter * .pi + 0.05
    let quad = Self.card(
      x: 320 + 250 * cos(angle), y: 320 + 250 * sin(angle), wide: 360, angle: angle)
    var scene = Scene(width: 640, height: 640, noise: 3)
    scene.cards = [(quad, (200, 210, 215))]
    let card = try #require(CardFinder.find(in: scene.picture(&random), textQuads: []).first)
    #expect(Self.error(card.quad, quad) < 0.02)
    let outside = card.outside(width: 640, height: 640)
    let truth = FoundCard(quad: quad, confidence: 1).outside(width: 640, height: 640)
    #expect(truth.share > 0.1)
    #expect(abs(outside.share - truth.share) < 0.03)
  }

  @Test func writingDecidesBetweenRectangles() throws {
    var random = SeededRandom(seed: 4106)
    let (card, sheet) = (
      Self.card(x: 170, y: 240, wide: 260, angle: 0.03),
      Self.card(x: 480, y: 240, wide: 280, angle: 0.03)
    )
    var scene = Scene(width: 640, height: 480, noise: 3)
    scene.cards = [(card, (180, 190, 195)), (sheet, (240, 240, 240))]
    let lines = [-50.0, -20, 10, 40].map { y in
      Quad(
        topLeft: ImagePoint(x: 90, y: 240 + y), topRight: ImagePoint(x: 230, y: 240 + y),
        bottomRight: ImagePoint(x: 230, y: 252 + y), bottomLeft: ImagePoint(x: 90, y: 252 + y))
    }
    let found = CardFinder.find(in: scene.picture(&random), textQuads: lines)
    #expect(found.count == 1)
    #expect(Self.error(try #require(found.first).quad, card) < 0.005)
  }

  @Test func withoutABorderThePlaceIsGuessed() throws {
    var random = SeededRandom(seed: 4107)
    let lines = [120.0, 180, 240, 300, 350].map { y in
      Quad(
        topLeft: ImagePoint(x: 150, y: y), topRight: ImagePoint(x: 450, y: y),
        bottomRight: ImagePoint(x: 450, y: y + 25), bottomLeft: ImagePoint(x: 150, y: y + 25))
    }
    let found = CardFinder.find(
      in: Scene(width: 640, height: 640).picture(&random), textQuads: lines)
    let card = try #require(found.first)
    #expect(found.count == 1 && card.confidence < CardFinder.seenMin)
    for corner in lines.flatMap(\.corners) { #expect(card.quad.contains(corner)) }
    #expect(card.longerSide < 520)
    // A picture that is the card.
    let whole = CardFinder.find(
      in: Scene(width: 540, height: 340).picture(&random),
      textQuads: lines.map { quad in quad.map { ImagePoint(x: $0.x - 60, y: $0.y - 90) } })
    #expect(whole.map(\.quad) == [.outline(width: 540, height: 340)])
  }

  @Test func nothingIsFoundInNothing() {
    var random = SeededRandom(seed: 4108)
    for (width, height) in [
      (640, 480), (480, 640), (100, 100), (2000, 30), (1, 1), (1, 5000), (5000, 1),
    ] {
      let scene = Scene(width: width, height: height)
      #expect(CardFinder.find(in: scene.picture(&random), textQuads: []).isEmpty)
    }
  }

  @Test func hostilePicturesEnd() {
    let seed: UInt64 = 4109
    var random = SeededRandom(seed: seed)
    let sizes = [(400, 300), (640, 24), (23, 640), (8, 8)]
    for (width, height) in sizes {
      for kind in 0..<6 {
        var pixels = PixelBuffer(width: width, height: height, red: 0, green: 0, blue: 0)
        let period = Int.random(in: 2...40, using: &random)
        pixels.withUnsafeMutableBytes { bytes in
          for index in bytes.indices {
            let (x, y) = (index / 3 % width, index / 3 / width)
            bytes[index] =
              switch kind {
              case 0: UInt8.random(in: 0...255, using: &random)
              case 1: (x / period + y / period) % 2 == 0 ? 255 : 0
              case 2: x % period == 0 || y % period == 0 ? 255 : 0
              case 3: (x + y) % period == 0 ? 200 : 30
              case 4: UInt8(truncatingIfNeeded: x &* y)
              default: x / period % 2 == 0 ? 90 : 100
              }
          }
        }
        // Writing that is no writing.
        let lines = (0..<300).map { _ -> Quad in
          let point = { (random: inout SeededRandom) in
            ImagePoint(
              x: .random(in: -1e4...1e4, using: &random), y: .random(in: -1e4...1e4, using: &random)
            )
          }
          return Quad(
            topLeft: point(&random), topRight: point(&random), bottomRight: point(&random),
            bottomLeft: point(&random))
        }
        let odd = ImagePoint(x: .nan, y: .infinity)
        let none = Quad(topLeft: odd, topRight: odd, bottomRight: odd, bottomLeft: odd)
        let picture = ImagePyramid(pixels)
        for text in [lines, kind == 0 ? [] : [none, none, none]] {
          for card in CardFinder.find(in: picture, textQuads: text) {
            #expect(card.quad.isConvex, "seed \(seed)")
            #expect((0...1).contains(card.confidence), "seed \(seed)")
            #expect(card.quad.corners.allSatisfy { $0.x.isFinite && $0.y.isFinite })
          }
        }
      }
    }
  }
}
