// The perspective map: exact cases, and properties on random quads from a printed seed.

internal import Foundation
internal import Testing

@testable internal import Vision

@Suite struct HomographyTests {
  private func near(_ a: ImagePoint, _ b: ImagePoint, _ tolerance: Double) -> Bool {
    abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance
  }

  private func quad(_ places: [(Double, Double)]) -> Quad {
    Quad(
      topLeft: ImagePoint(x: places[0].0, y: places[0].1),
      topRight: ImagePoint(x: places[1].0, y: places[1].1),
      bottomRight: ImagePoint(x: places[2].0, y: places[2].1),
      bottomLeft: ImagePoint(x: places[3].0, y: places[3].1))
  }

  /// A card-like quad: turned by any angle, every corner pushed by up to a sixth of its size.
  private func randomQuad(_ random: inout SeededRandom) -> Quad {
    let (c, s) = { (turn: Double) in (cos(turn), sin(turn)) }(
      .random(in: 0..<2 * .pi, using: &random))
    let width = Double.random(in: 20...2000, using: &random)
    let (x, y) = (
      Double.random(in: -500...3000, using: &random), Double.random(in: -500...3000, using: &random)
    )
    return quad(
      [(-0.5, -0.3), (0.5, -0.3), (0.5, 0.3), (-0.5, 0.3)].map { corner in
        let u = (corner.0 + .random(in: -0.16...0.16, using: &random)) * width
        let v = (corner.1 + .random(in: -0.1...0.1, using: &random)) * width
        return (x + c * u - s * v, y + s * u + c * v)
      })
  }

  @Test func cornersGoToCorners() throws {
    var random = SeededRandom(seed: 81)
    for _ in 0..<500 {
      let (from, to) = (randomQuad(&random), randomQuad(&random))
      let map = try #require(Homography(from: from, to: to))
      for (corner, target) in zip(from.corners, to.corners) {
        #expect(near(map(corner), target, 1e-5))
      }
      // The diagonals' crossing is kept, as every crossing of lines is.
      #expect(near(map(crossing(from)), crossing(to), 1e-5))
    }
  }

  private func crossing(_ quad: Quad) -> ImagePoint {
    let (p, q) = (quad.topLeft, quad.topRight)
    let (r, s) = (quad.bottomRight, quad.bottomLeft)
    let (dx, dy, ex, ey) = (r.x - p.x, r.y - p.y, s.x - q.x, s.y - q.y)
    let along = ((q.x - p.x) * ey - (q.y - p.y) * ex) / (dx * ey - dy * ex)
    return ImagePoint(x: p.x + along * dx, y: p.y + along * dy)
  }

  @Test func itLeadsThereAndBack() throws {
    var random = SeededRandom(seed: 82)
    for _ in 0..<500 {
      let place = randomQuad(&random)
      let map = try #require(RectifyingMap(place, width: 1012, height: 638))
      #expect(near(map.toPicture(ImagePoint(x: -0.5, y: -0.5)), place.topLeft, 1e-5))
      #expect(near(map.toPicture(ImagePoint(x: 1011.5, y: 637.5)), place.bottomRight, 1e-5))
      for _ in 0..<8 {
        let point = ImagePoint(
          x: .random(in: 0...1011, using: &random), y: .random(in: 0...637, using: &random))
        let there = map.toPicture(point)
        #expect(place.contains(there))
        #expect(near(map.toCard(there), point, 1e-5))
      }
    }
  }

  @Test func aShiftIsAShift() throws {
    let map = try #require(
      Homography(
        from: quad([(0, 0), (4, 0), (4, 2), (0, 2)]), to: quad([(7, 1), (11, 1), (11, 3), (7, 3)])))
    #expect(near(map(ImagePoint(x: 100, y: -3)), ImagePoint(x: 107, y: -2), 1e-9))
    let back = try #require(map.inverse)
    #expect(near(map.followed(by: back)(ImagePoint(x: 5, y: 6)), ImagePoint(x: 5, y: 6), 1e-9))
  }

  @Test func quadsWithoutAreaGiveNone() {
    let square = quad([(0, 0), (1, 0), (1, 1), (0, 1)])
    for bad in [
      quad([(3, 3), (3, 3), (3, 3), (3, 3)]),
      // On a line; three on a line; a corner inside; crossing itself; not numbers.
      quad([(0, 0), (1, 0), (2, 0), (3, 0)]), quad([(0, 0), (1, 0), (2, 0), (0, 1)]),
      quad([(0, 0), (4, 0), (1, 1), (0, 4)]), quad([(0, 0), (1, 1), (1, 0), (0, 1)]),
      quad([(0, 0), (.nan, 0), (1, 1), (0, 1)]), quad([(0, 0), (.infinity, 0), (1, 1), (0, 1)]),
    ] {
      #expect(!bad.isConvex)
      #expect(Homography(from: square, to: bad) == nil)
      #expect(Homography(from: bad, to: square) == nil)
      #expect(RectifyingMap(bad, width: 10, height: 10) == nil)
    }
  }

  @Test func aMapThatFlattensHasNoInverse() {
    #expect(Homography(coefficients: [1, 0, 0, 1, 0, 0, 0, 0, 1]).inverse == nil)
  }

  @Test func aMirroredQuadIsMapped() throws {
    let square = quad([(0, 0), (1, 0), (1, 1), (0, 1)])
    let mirrored = quad([(1, 0), (0, 0), (0, 1), (1, 1)])
    #expect(square.signedArea == 1 && mirrored.signedArea == -1)
    let map = try #require(Homography(from: square, to: mirrored))
    #expect(near(map(ImagePoint(x: 0.25, y: 0.5)), ImagePoint(x: 0.75, y: 0.5), 1e-12))
    #expect(mirrored.contains(ImagePoint(x: 0.5, y: 0.5)))
    #expect(!mirrored.contains(ImagePoint(x: 1.5, y: 0.5)))
  }

  @Test func cornersAreCountedFromAnother() {
    let square = quad([(0, 0), (1, 0), (1, 1), (0, 1)])
    #expect(square.startingLater(by: 1) == quad([(1, 0), (1, 1), (0, 1), (0, 0)]))
    #expect(square.startingLater(by: 2).startingLater(by: -2) == square)
    #expect(square.startingLater(by: 4) == square)
    #expect(square.startingLater(by: -1) == square.startingLater(by: 3))
  }
}
