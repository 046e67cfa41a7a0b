// Rectangles around lines, the parts of a map, and the lines it shows: exact cases and hostile ones.

internal import Foundation
internal import Testing

@testable internal import Media
@testable internal import Vision

@Suite struct TextGeometryTests {
  private func near(_ a: ImagePoint, _ b: ImagePoint, _ tolerance: Double = 1e-6) -> Bool {
    abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance
  }

  /// Corners of a rectangle turned by `degrees` about (50, 40).
  private func turned(_ length: Double, _ thickness: Double, _ degrees: Double) -> [ImagePoint] {
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    return [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { corner in
      let (x, y) = (corner.0 * length / 2, corner.1 * thickness / 2)
      return ImagePoint(x: 50 + c * x - s * y, y: 40 + s * x + c * y)
    }
  }

  @Test(arguments: [0.0, 7, 30, 44, 46, 80, 90, 135, 179])
  func aTurnedRectangleIsFoundAgain(degrees: Double) throws {
    let corners = turned(60, 12, degrees)
    // Points inside and on the sides change nothing.
    let inside = corners.map { ImagePoint(x: (50 + $0.x) / 2, y: (40 + $0.y) / 2) }
    let found = try #require(LineRectangle(around: inside + corners + inside + corners))
    #expect(near(found.centre, ImagePoint(x: 50, y: 40)))
    #expect(abs(max(found.length, found.thickness) - 60) < 1e-6)
    #expect(abs(found.shorterSide - 12) < 1e-6)
  }

  @Test func aLineIsReadAlongItsLongerSideFromTheLeftOrFromAbove() throws {
    let level = try #require(LineRectangle(around: turned(60, 12, 170))).quad
    #expect(level.topLeft.x < level.topRight.x && level.topLeft.y < level.bottomLeft.y)
    let upright = try #require(LineRectangle(around: turned(60, 12, 91))).quad
    #expect(upright.topLeft.y < upright.topRight.y)
    #expect(upright.topLeft.x > upright.bottomLeft.x, "its upper side is to the right")
    // A lone character that is a little higher than wide is read level.
    let lone = try #require(LineRectangle(around: turned(12, 14, 3))).quad
    #expect(lone.topLeft.x < lone.topRight.x && abs(lone.topRight.y - lone.topLeft.y) < 2)
  }

  @Test func pointsOnALineOrInOnePlaceHaveNoArea() throws {
    #expect(LineRectangle(around: []) == nil)
    let one = try #require(LineRectangle(around: [ImagePoint(x: 3, y: 4), ImagePoint(x: 3, y: 4)]))
    #expect(one.length == 0 && one.thickness == 0)
    let line = try #require(
      LineRectangle(around: (0..<9).map { ImagePoint(x: Double($0), y: Double($0)) }))
    #expect(abs(line.shorterSide) < 1e-9)
    #expect(abs(max(line.length, line.thickness) - 128.0.squareRoot()) < 1e-9)
  }

  @Test func aLineIsWiderByItsAreaOverItsOutline() throws {
    let narrow = LineRectangle(
      centre: ImagePoint(x: 0, y: 0), along: ImagePoint(x: 1, y: 0), length: 30, thickness: 10)
    let wide = narrow.widened(by: 1.6)
    // 30 · 10 · 1.6 / 80 = 6 on every side.
    #expect(abs(wide.length - 42) < 1e-9 && abs(wide.thickness - 22) < 1e-9)
  }

  /// Draws `boxes` (x, y, width, height) as ones on a map of zeros.
  private func map(
    width: Int = 64, height: Int = 48, _ boxes: [(Int, Int, Int, Int)], value: Float = 0.9
  ) -> [Float] {
    var values = [Float](repeating: 0, count: width * height)
    for (x, y, across, down) in boxes {
      for row in y..<y + down {
        for column in x..<x + across { values[row * width + column] = value }
      }
    }
    return values
  }

  private func withMap<R>(
    _ values: [Float], width: Int = 64, _ body: (ProbabilityMap) -> R
  ) -> R {
    values.withUnsafeBufferPointer {
      body(ProbabilityMap($0, width: width, height: values.count / width))
    }
  }

  @Test func partsAreJoinedAcrossAGapOfOneAndByCorners() {
    // One place apart: joined. Two apart: not. Touching at a corner: joined.
    for (second, count) in [((11, 5, 4, 4), 1), ((12, 5, 4, 4), 2), ((10, 9, 4, 4), 1)] {
      let parts = withMap(map([(6, 5, 4, 4), second])) {
        $0.components(above: 0.3, pixelsMin: 1, most: 9)
      }
      #expect(parts.count == count, "\(second)")
    }
  }

  @Test func aPartsExtentsAreItsOutline() {
    // A U: its arms meet only below.
    let parts = withMap(map([(4, 4, 2, 10), (20, 4, 2, 10), (4, 12, 18, 2)])) {
      $0.components(above: 0.3, pixelsMin: 1, most: 9)
    }
    #expect(parts.count == 1)
    #expect(parts.first?.top == 4)
    // Each part reaches one place further right and down than what is marked.
    #expect(parts.first?.extents == [ClosedRange](repeating: 4...22, count: 11))
  }

  @Test func theLargestPartsAreKept() {
    let parts = withMap(map([(2, 2, 3, 3), (20, 2, 9, 3), (40, 2, 6, 3), (2, 20, 1, 1)])) {
      $0.components(above: 0.3, pixelsMin: 9, most: 2)
    }
    #expect(parts.map { $0.extents[0].count } == [10, 7])
  }

  @Test func aMapShowsItsLinesWhereTheyAre() throws {
    let lines = withMap(map([(10, 10, 30, 8)])) { TextDetector.lines(in: $0) }
    let line = try #require(lines.first)
    #expect(lines.count == 1)
    #expect(abs(line.confidence - 0.9) < 1e-6)
    // 30 × 8 places from (9.5, 9.5), wider by 30 · 8 · 1.6 / 76 on every side.
    let wider = 30.0 * 8 * 1.6 / 76
    #expect(near(line.quad.topLeft, ImagePoint(x: 9.5 - wider, y: 9.5 - wider), 1e-4))
    #expect(near(line.quad.bottomRight, ImagePoint(x: 39.5 + wider, y: 17.5 + wider), 1e-4))
  }

  @Test func aFaintBridgeDoesNotCostTheLinesItJoins() {
    var values = map([(6, 10, 10, 8), (44, 10, 10, 8)])
    for row in 12..<15 { for column in 16..<44 { values[row * 64 + column] = 0.35 } }
    let lines = withMap(values) { TextDetector.lines(in: $0) }
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.quad.bounds.width < 30 })
  }

  @Test func whatIsThinOrFaintIsNoLine() {
    #expect(withMap(map([(10, 10, 30, 1)])) { TextDetector.lines(in: $0) }.isEmpty)
    #expect(withMap(map([(10, 10, 30, 8)], value: 0.4)) { TextDetector.lines(in: $0) }.isEmpty)
  }

  @Test func hostileMapsGiveNoMoreThanTheBounds() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var state = seed
    func random() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    for kind in 0..<6 {
      let values: [Float] = (0..<320 * 320).map { index in
        let (x, y) = (index % 320, index / 320)
        return switch kind {
        case 0: 1
        case 1: Float(random() % 100) / 100
        case 2: x / 5 % 2 == 0 && y / 5 % 2 == 0 ? 1 : 0
        case 3: (x + y) % 2 == 0 ? 1 : 0
        case 4: [.nan, .infinity, -.infinity, 1][Int(random() % 4)]
        default: x % 4 == 0 || y == 0 ? 1 : 0
        }
      }
      let lines = withMap(values, width: 320) { TextDetector.lines(in: $0) }
      #expect(lines.count <= VisionLimits.linesMax, "kind \(kind), seed \(seed)")
      for line in lines {
        let corners = line.quad.corners
        #expect(corners.allSatisfy { $0.x.isFinite && $0.y.isFinite }, "kind \(kind), seed \(seed)")
        #expect((0...1).contains(line.confidence), "kind \(kind), seed \(seed)")
      }
    }
  }

  /// A level line of `text` from `x` on, each character `pitch` wide.
  private func line(
    _ text: String, x: Double, y: Double = 10, confidence: Double, pitch: Double = 20
  ) -> TextLine {
    let width = Double(text.count) * pitch
    return TextLine(
      quad: Quad(
        topLeft: ImagePoint(x: x, y: y), topRight: ImagePoint(x: x + width, y: y),
        bottomRight: ImagePoint(x: x + width, y: y + 24), bottomLeft: ImagePoint(x: x, y: y + 24)),
      characters: text.enumerated().map { index, character in
        ReadCharacter(
          character: character, confidence: confidence,
          position: (Double(index) + 0.5) / Double(text.count))
      }, detectionConfidence: 1)
  }

  @Test func aCharacterInTwoLinesIsReadOnceWhereItIsSurer() {
    // The label's outline reaches over the first character of the value, and sees another in it.
    let label = line("姓名剌", x: 0, confidence: 0.8)
    let value = line("赖健林", x: 44, confidence: 0.9)
    for lines in [[label, value], [value, label]] {
      let texts = DoubleCharacters.removed(from: lines).map(\.text)
      #expect(Set(texts) == ["姓名", "赖健林"])
    }
    // Side by side, or one above the other, nothing is lost.
    for other in [line("赖健林", x: 62, confidence: 0.9), line("赖健林", x: 0, y: 30, confidence: 0.9)] {
      #expect(DoubleCharacters.removed(from: [label, other]).map(\.text) == ["姓名剌", "赖健林"])
    }
    // The same line twice is one line.
    #expect(DoubleCharacters.removed(from: [value, value]).map(\.text) == ["赖健林"])
  }

  @Test func aLineWithoutAnAreaIsNotCutOut() {
    func quad(_ places: [(Double, Double)]) -> Quad {
      let points = places.map { ImagePoint(x: $0.0, y: $0.1) }
      return Quad(
        topLeft: points[0], topRight: points[1], bottomRight: points[2], bottomLeft: points[3])
    }
    #expect(LineCrop(quad([(0, 0), (10, 0), (10, 5), (0, 5)]))?.width == 87)
    for flat in [
      quad([(0, 0), (10, 0), (20, 0), (30, 0)]), quad([(0, 0), (0, 0), (0, 0), (0, 0)]),
      quad([(0, 0), (10, 5), (10, 0), (0, 5)]), quad([(.nan, 0), (10, 0), (10, 5), (0, 5)]),
      quad([(0, 0), (.infinity, 0), (10, 5), (0, 5)]), quad([(0, 0), (1e9, 0), (1e9, 2), (0, 2)]),
    ] { #expect(LineCrop(flat) == nil) }
  }

  @Test func aViewInPerspectiveShowsWhatLiesThere() throws {
    // Red to the right, green downwards, so that a colour is a place.
    var picture = PixelBuffer(width: 120, height: 100, red: 0, green: 0, blue: 7)
    picture.withUnsafeMutableBytes { bytes in
      for index in 0..<120 * 100 {
        bytes[index * 3] = UInt8(index % 120 * 2)
        bytes[index * 3 + 1] = UInt8(index / 120 * 2)
      }
    }
    let quad = Quad(
      topLeft: ImagePoint(x: 20, y: 10), topRight: ImagePoint(x: 100, y: 20),
      bottomRight: ImagePoint(x: 90, y: 80), bottomLeft: ImagePoint(x: 30, y: 70))
    let map = try #require(Homography(from: .outline(width: 60, height: 40), to: quad))
    for (samples, cubic) in [(1, true), (1, false), (3, false)] {
      let view = picture.rectified(
        map.coefficients, sampling: PixelBuffer.Sampling(samples: samples, isCubic: cubic),
        width: 60, height: 40)
      for (x, y) in [(0, 0), (59, 0), (30, 20), (59, 39), (0, 39)] {
        let place = map(ImagePoint(x: Double(x), y: Double(y)))
        let colour = view[x, y]
        #expect(abs(Double(colour.red) - 2 * place.x) <= 1.5)
        #expect(abs(Double(colour.green) - 2 * place.y) <= 1.5)
        #expect(colour.blue == 7)
      }
    }
    // Far outside, and on the horizon, its border continues.
    let far = picture.rectified(
      [1e300, 0, -1e9, 0, 1, 5, 0, 0, 1], sampling: PixelBuffer.Sampling(samples: 1, isCubic: true),
      width: 3, height: 3)
    #expect(far[0, 0].red == 0 && far[2, 0].red == 238)
    let horizon = picture.rectified(
      [1, 0, 0, 0, 1, 0, 0, 0, 0], sampling: PixelBuffer.Sampling(samples: 2, isCubic: false),
      width: 2, height: 2)
    #expect(horizon[1, 1].blue == 7)
  }

  private func line(_ text: String, x: Double, width: Double, confidence: Double = 0.9) -> TextLine
  {
    TextLine(
      quad: Quad(ImageBox(x: x, y: 10, width: width, height: 20)),
      characters: text.enumerated().map {
        ReadCharacter(
          character: $0.element, confidence: confidence,
          position: (Double($0.offset) + 0.5) / Double(text.count))
      }, detectionConfidence: 1)
  }

  @Test func aSecondLookCountsWhereItSaysMore() {
    let (label, torn) = (line("姓名", x: 0, width: 40), line("三", x: 60, width: 30))
    let whole = line("张三", x: 50, width: 50)
    #expect(DocumentTask.lines([label, torn], with: whole).map(\.text) == ["姓名", "张三"])
    // As much or less, or nothing that is sure: the first look stays.
    #expect(
      DocumentTask.lines([label, whole], with: line("王 五", x: 50, width: 50)) == [label, whole])
    let noise = line("开冈口", x: 50, width: 50, confidence: 0.1)
    #expect(DocumentTask.lines([label, torn], with: noise) == [label, torn])
    #expect(DocumentTask.lines([], with: whole) == [whole])
  }
}
