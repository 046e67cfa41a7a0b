// Boxes, the similarity transform, head pose and completeness: exact cases.

internal import Foundation
internal import Testing

@testable internal import Vision

@Suite struct GeometryTests {
  private func near(_ a: ImagePoint, _ b: ImagePoint, _ tolerance: Double = 1e-9) -> Bool {
    abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance
  }

  @Test func overlapIsSharedOverJoined() {
    let box = ImageBox(x: 0, y: 0, width: 10, height: 10)
    #expect(box.overlap(with: box) == 1)
    #expect(box.overlap(with: ImageBox(x: 10, y: 0, width: 10, height: 10)) == 0)
    #expect(box.overlap(with: ImageBox(x: 5, y: 0, width: 10, height: 10)) == 50.0 / 150)
    #expect(box.overlap(with: ImageBox(x: 2, y: 2, width: 0, height: 0)) == 0)
  }

  @Test func aSimilarityIsFoundAgain() throws {
    let turn = 0.7
    let (c, s) = (2.5 * cos(turn), 2.5 * sin(turn))
    let points = FaceTemplatePoints.points
    let moved = points.map { ImagePoint(x: c * $0.x - s * $0.y + 40, y: s * $0.x + c * $0.y - 9) }
    let map = try #require(Similarity(from: points, to: moved))
    #expect(abs(map.scale - 2.5) < 1e-9)
    for (point, target) in zip(points, moved) {
      #expect(near(map(point), target))
      #expect(near(map.inverse(target), point))
    }
  }

  @Test func itIsTheLeastSquaresOne() throws {
    // One point off by (0, 4) moves the mean by a quarter of that.
    let from = [(0.0, 0.0), (2, 0), (2, 2), (0, 2)].map { ImagePoint(x: $0.0, y: $0.1) }
    var to = from
    to[0].y -= 4
    let map = try #require(Similarity(from: from, to: to))
    let error = { (map: Similarity) in
      zip(from, to).reduce(0) { sum, pair in
        let place = map(pair.0)
        let (x, y) = (place.x - pair.1.x, place.y - pair.1.y)
        return sum + x * x + y * y
      }
    }
    for step in [-1e-3, 1e-3] {
      for path in [\Similarity.a, \.b, \.tx, \.ty] {
        var other = map
        other[keyPath: path] += step
        #expect(error(other) > error(map))
      }
    }
  }

  @Test func pointsInOnePlaceGiveNone() {
    let same = [ImagePoint](repeating: ImagePoint(x: 3, y: 3), count: 5)
    #expect(Similarity(from: same, to: FaceTemplatePoints.points) == nil)
    #expect(Similarity(from: FaceTemplatePoints.points, to: same) == nil)
  }

  /// The points of a frontal face with its nose moved, then leaned clockwise in the picture by
  /// `roll`.
  private func face(nose: (x: Double, y: Double) = (0, 0), roll: Double = 0) -> [ImagePoint] {
    var points = [(0.0, 0.0), (60, 0), (30, 39.3), (8, 70), (52, 70)].map {
      ImagePoint(x: $0.0, y: $0.1)
    }
    points[2].x += nose.x
    points[2].y += nose.y
    let (c, s) = (cos(roll * .pi / 180), sin(roll * .pi / 180))
    return points.map { ImagePoint(x: c * $0.x - s * $0.y, y: s * $0.x + c * $0.y) }
  }

  @Test func poseHasTheSignsOfTheProtocol() {
    let frontal = HeadPose(points: face())
    #expect(abs(frontal.yaw) < 1 && abs(frontal.pitch) < 1 && abs(frontal.roll) < 1)
    // The person's left is the picture's right.
    #expect(HeadPose(points: face(nose: (15, 0))).yaw > 15)
    #expect(HeadPose(points: face(nose: (-15, 0))).yaw < -15)
    #expect(HeadPose(points: face(nose: (0, -8))).pitch > 8)
    #expect(HeadPose(points: face(nose: (0, 8))).pitch < -8)
    for roll in [-80.0, -20, 0, 35, 80] {
      let pose = HeadPose(points: face(nose: (15, 0), roll: roll))
      #expect(abs(pose.roll - roll) < 1e-6)
      #expect(abs(pose.yaw - HeadPose(points: face(nose: (15, 0))).yaw) < 1e-6)
    }
    let same = [ImagePoint](repeating: ImagePoint(x: 3, y: 3), count: 5)
    #expect(HeadPose(points: same) == HeadPose(pitch: 0, yaw: 0, roll: 0))
  }

  @Test func completenessIsTheShareInside() {
    let points = FaceTemplatePoints.points
    let whole = FaceCompleteness(points: points, width: 112, height: 121)
    #expect(whole.least == 100 && whole.leastOfCore == 100)
    // Cut through the mouth: what lies above is whole, the chin is gone.
    let cut = FaceCompleteness(points: points, width: 112, height: 94)
    #expect(cut.eyebrow == 100 && cut.eye == 100 && cut.nose == 100 && cut.cheek == 100)
    #expect(cut.mouth == 50 && cut.leastOfCore == 50)
    #expect(cut.chin == 0 && cut.least == 0)
    let half = FaceCompleteness(
      points: points.map { ImagePoint(x: $0.x - 56, y: $0.y) }, width: 112, height: 121)
    #expect(half.eye == 50 && half.cheek == 50)
    let none = FaceCompleteness(
      points: [ImagePoint](repeating: ImagePoint(x: 9, y: 9), count: 5), width: 99, height: 99)
    #expect(none.least == 0)
  }
}
