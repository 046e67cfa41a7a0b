// Presentation attacks: what is measured on drawn pictures, how looks become a score, and that nothing is ever
// accepted without the models.

internal import Foundation
internal import Inference
internal import Media
internal import Testing
internal import Vocabulary

@testable internal import Vision

@Suite struct PresentationTests {
  /// Noise of ±`grain` about what `colour` says.
  private static func picture(
    _ width: Int, _ height: Int, grain: Double = 4, seed: UInt64 = 7,
    _ colour: (Int, Int) -> (Double, Double, Double)
  ) -> ImagePyramid {
    var state = seed
    func noise() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 40) / Double(1 << 24) * 2 - 1) * grain
    }
    var pixels = PixelBuffer(width: width, height: height, red: 0, green: 0, blue: 0)
    pixels.withUnsafeMutableBytes { bytes in
      for y in 0..<height {
        for x in 0..<width {
          let (red, green, blue) = colour(x, y)
          let n = noise()
          for (channel, value) in [red, green, blue].enumerated() {
            bytes[(y * width + x) * 3 + channel] = UInt8(min(max(value + n, 0), 255))
          }
        }
      }
    }
    return ImagePyramid(pixels)
  }

  private static let box = ImageBox(x: 100, y: 80, width: 200, height: 240)
  private static let face = FaceTemplatePoints.points.map {
    ImagePoint(x: 2 * $0.x + 90, y: 2 * $0.y + 80)
  }

  private static func look(
    model: Double? = 3, grid: Double? = 2, redness: Double? = 0.4, detail: Double? = 0.5,
    cover: Double = 0, room: Double = 2, side: Double = 640
  ) -> PresentationLook {
    PresentationLook(
      model: model, grid: grid, redness: redness, detail: detail, cover: cover, room: room,
      side: side)
  }

  // MARK: What is measured

  @Test("a screen's grid stands out, upright or tilted; noise and a codec's blocks do not")
  func grids() throws {
    func grid(_ wave: @escaping (Double, Double) -> Double) throws -> Double {
      let picture = Self.picture(400, 400) { x, y in
        let value = 140 + wave(Double(x), Double(y))
        return (value, value, value)
      }
      return try #require(ScreenGrid.measure(Self.box, in: picture))
    }
    #expect(try grid { _, _ in 0 } < 3)
    #expect(try grid { x, _ in 4 * sin(1.1 * x) } > 4)
    #expect(try grid { x, y in 4 * sin(1.3 * x + 0.5 * y) } > 4)
    // Steps at the borders of blocks of 8 × 8.
    let blocks = try grid { x, y in Int(x) % 8 == 0 || Int(y) % 8 == 0 ? 6 : 0 }
    #expect(blocks < 3)
  }

  @Test("a face too small for a window is not measured")
  func smallPictures() {
    let picture = Self.picture(127, 400) { _, _ in (9, 9, 9) }
    #expect(ScreenGrid.measure(Self.box, in: picture) == nil)
  }

  @Test("redness is the logarithm of red over blue; a grey picture has none")
  func redness() throws {
    let warm = Self.picture(400, 400, grain: 0) { _, _ in (180, 140, 119.5) }
    let found = try #require(SkinLook(points: Self.face, in: warm)?.redness)
    #expect(abs(found - log(181.0 / 120)) < 0.01)
    let grey = Self.picture(400, 400) { _, _ in (120, 120, 120) }
    let plain = try #require(SkinLook(points: Self.face, in: grey))
    #expect(plain.redness == nil)
    #expect(SkinLook(points: Array(repeating: Self.face[0], count: 5), in: grey) == nil)
  }

  @Test("a face flatter than what is around it is told from one that is not, at any brightness")
  func detail() throws {
    /// Waves of one height on the face, of another around it, over `shade`.
    func detail(face: Double, around: Double, shade: Double = 120) throws -> Double {
      let picture = Self.picture(400, 400, grain: 0) { x, y in
        let isFace = (110..<290).contains(x) && (90..<310).contains(y)
        let value = shade + (isFace ? face : around) * sin(0.3 * Double(x) + 0.2 * Double(y))
        return (value, value, value)
      }
      return try #require(SurroundingDetail.measure(Self.box, in: picture))
    }
    #expect(abs(try detail(face: 20, around: 20)) < 0.05)
    #expect(abs(try detail(face: 10, around: 30) - log(1.0 / 3)) < 0.1)
    #expect(abs(try detail(face: 30, around: 10, shade: 200) - log(3)) < 0.1)
  }

  @Test("without anything around the face, or with boxes far outside, detail is not measured")
  func noSurroundings() {
    let picture = Self.picture(400, 400) { _, _ in (120, 110, 100) }
    for box in [
      ImageBox(x: 0, y: 0, width: 400, height: 400),
      ImageBox(x: 900, y: 900, width: 100, height: 100),
      ImageBox(x: -1e300, y: 0, width: 1e300, height: 1e300),
      ImageBox(x: 10, y: 10, width: 0, height: 10),
    ] { #expect(SurroundingDetail.measure(box, in: picture) == nil) }
    let small = Self.picture(2, 2) { _, _ in (120, 110, 100) }
    #expect(
      SurroundingDetail.measure(ImageBox(x: 0, y: 0, width: 1, height: 1), in: small) == nil)
  }

  @Test("large pictures are looked at in part, and give the same")
  func largeDetail() throws {
    func wave(_ width: Int, _ height: Int, _ box: ImageBox) throws -> Double {
      let picture = Self.picture(width, height, grain: 0) { x, y in
        let isFace = (box.x..<box.x + box.width).contains(Double(x))
        let value = 120 + (isFace ? 10 : 25) * sin(0.4 * Double(x) + 0.1 * Double(y))
        return (value, value, value)
      }
      return try #require(SurroundingDetail.measure(box, in: picture))
    }
    let part = try wave(800, 800, ImageBox(x: 200, y: 200, width: 400, height: 400))
    let whole = try wave(1600, 1600, ImageBox(x: 400, y: 400, width: 800, height: 800))
    #expect(abs(part - whole) < 0.05)
  }

  @Test("what a model sees lies in the picture and is as large as it can be")
  func parts() throws {
    var random = SeededRandom(seed: 20_261_126)
    for _ in 0..<2000 {
      let (width, height) = (
        Int.random(in: 2...900, using: &random), Int.random(in: 2...900, using: &random)
      )
      let box = ImageBox(
        x: .random(in: -50...900, using: &random), y: .random(in: -50...900, using: &random),
        width: .random(in: 1...700, using: &random), height: .random(in: 1...700, using: &random))
      for boxes in [2.7, 4] {
        let part = try #require(
          PresentationModels.part(of: box, boxes: boxes, width: width, height: height))
        #expect(part.columns.lowerBound >= 0 && part.columns.upperBound <= width)
        #expect(part.rows.lowerBound >= 0 && part.rows.upperBound <= height)
        let scale = min(Double(height - 1) / box.height, Double(width - 1) / box.width, boxes)
        #expect(abs(Double(part.columns.count) - box.width * scale) <= 2)
        #expect(abs(Double(part.rows.count) - box.height * scale) <= 2)
      }
    }
    #expect(
      PresentationModels.part(
        of: ImageBox(x: 0, y: 0, width: 0, height: 9), boxes: 4, width: 90, height: 90) == nil)
  }

  @Test("log-odds are bounded, and what is no number is no life")
  func odds() {
    #expect(PresentationLook.logOdds(0.5) == 0)
    #expect(abs(PresentationLook.logOdds(1) + PresentationLook.logOdds(0)) < 1e-9)
    #expect(PresentationLook.logOdds(.nan) == PresentationLook.logOdds(0))
    #expect(abs(PresentationLook.logOdds(1)) < 7)
  }

  // MARK: The score

  @Test("without the models nothing is accepted, and the reading says why")
  func withoutModels() throws {
    let reading = try PresentationCalibration.bundled().read(Self.look(model: nil))
    #expect(reading.score == nil && !reading.isLive)
    #expect(reading.doubts.contains(.modelsMissing))
    #expect(reading.signals[.presentationScore] == nil)
    #expect(reading.signals[.presentationGrid] == 2)
  }

  @Test("doubts keep the best score from counting")
  func doubts() throws {
    let shipped = try PresentationCalibration.bundled()
    #expect(shipped.read(Self.look(model: 6)).isLive)
    #expect(shipped.read(nil).doubts == [.noFace])
    #expect(!shipped.read(nil).isLive)
    let close = shipped.read(Self.look(model: 6, room: 1.05))
    #expect(close.doubts == [.faceTooClose] && !close.isLive)
    let small = shipped.read(Self.look(model: 6, side: 479))
    #expect(small.doubts == [.pictureTooSmall] && !small.isLive)
    let flat = shipped.read(Self.look(model: 2, detail: -1.5))
    #expect(flat.doubts.isEmpty && !flat.isLive)
    #expect(shipped.read(Self.look(model: 2, detail: nil)).isLive)
    let covered = shipped.read(Self.look(model: 6, cover: 90))
    #expect(covered.doubts == [.faceCovered] && !covered.isLive)
  }

  @Test(
    "a clip whose face does not move by itself is not accepted, nor one of which that is unknown")
  func still() throws {
    let shipped = try PresentationCalibration.bundled()
    let looks = Array(repeating: Self.look(model: 6), count: 5)
    #expect(shipped.read(looks, expression: 0.5).isLive)
    for expression in [nil, 0, 0.05] {
      let reading = shipped.read(looks, expression: expression)
      #expect(reading.doubts == [.faceStill] && !reading.isLive)
    }
  }

  @Test("the range of lids and jaw is what counts; a steady face has none")
  func expression() throws {
    func face(blink: Float, jaw: Float) -> TrackedFace {
      var shapes = [Float](repeating: 0, count: Blendshape.allCases.count)
      shapes[Blendshape.eyeBlinkLeft.rawValue] = blink
      shapes[Blendshape.eyeBlinkRight.rawValue] = blink
      shapes[Blendshape.jawOpen.rawValue] = jaw
      return TrackedFace(
        box: Self.box, presence: 1, pose: HeadPose(pitch: 0, yaw: 0, roll: 0), mesh: [],
        blendshapes: shapes)
    }
    func expression(_ faces: [TrackedFace]) -> Double? { PresentationMeter.expression(of: faces) }
    #expect(expression(Array(repeating: face(blink: 0.4, jaw: 0.2), count: 60)) == 0)
    let blinking = (0..<60).map { face(blink: (30..<34).contains($0) ? 0.75 : 0.25, jaw: 0) }
    #expect(expression(blinking) == 0.5)
    let talking = (0..<60).map { face(blink: 0.1, jaw: $0 % 2 == 0 ? 0.5 : 0) }
    #expect(expression(talking) == 0.5)
    #expect(expression(Array(blinking.prefix(7))) == nil)
  }

  @Test("signs only ever take away, and the more the stronger they are")
  func signs() throws {
    let shipped = try PresentationCalibration.bundled()
    func score(_ look: PresentationLook) throws -> Double {
      try #require(shipped.read(look).score)
    }
    let plain = try score(Self.look())
    let unmeasured = try score(Self.look(grid: nil, redness: nil))
    #expect(unmeasured == plain)
    var last = 1.0
    for step in 0...40 {
      let now = try score(Self.look(grid: 2 + Double(step) / 8))
      #expect(now <= last && now <= plain)
      last = now
    }
    #expect(last < shipped.threshold)
    #expect(try score(Self.look(redness: -0.5)) < plain)
    #expect(try score(Self.look(redness: 2)) == plain)
    #expect(try score(Self.look(model: .nan)) == 0)
  }

  @Test("numbers of a clip are medians: one odd frame changes little")
  func medians() throws {
    let shipped = try PresentationCalibration.bundled()
    let steady = Array(repeating: Self.look(), count: 6)
    let odd = shipped.read(steady + [Self.look(model: -6, grid: 9)], expression: 0.5)
    #expect(odd.score == shipped.read(steady, expression: 0.5).score)
    #expect(odd.signals[.presentationLooks] == 7)
    #expect(PresentationCalibration.median([4, 1, 2, 3]) == 2.5)
    #expect(PresentationCalibration.median([]) == nil)
  }

  // MARK: The calibration's file

  private func read(
    schema: String = "1", threshold: String = "0.5", slope: String = "1",
    signs: String = #"{"signal":"presentationGrid","from":3,"full":5,"weight":4}"#,
    room: String = "1.3", side: String = "480", extra: String = ""
  ) throws -> PresentationCalibration {
    try PresentationCalibration(
      json: """
        {"schema":\(schema),"name":"n","threshold":\(threshold),"model":{"slope":\(slope),"offset":0},
        "signs":[\(signs)],"roomMin":\(room),"pictureSideMin":\(side),"coverMax":50,"expressionMin":0.1,"fit":{"data":"none"}\(extra)}
        """.utf8)
  }

  @Test("faults in the file are refused")
  func faults() throws {
    #expect(try read().signs.count == 1)
    let sign = #"{"signal":"presentationGrid","from":3,"full":5,"weight":4}"#
    let bad: [() throws -> PresentationCalibration] = [
      { try read(schema: "2") }, { try read(threshold: "1") }, { try read(slope: "0") },
      { try read(signs: sign + "," + sign) }, { try read(room: "0.5") },
      { try read(side: "0") },
      { try read(extra: #","more":1"#) },
      { try read(signs: sign.replacingOccurrences(of: "Grid", with: "Score")) },
      { try read(signs: sign.replacingOccurrences(of: "Grid", with: "None")) },
      { try read(signs: sign.replacingOccurrences(of: "5", with: "3")) },
      { try read(signs: sign.replacingOccurrences(of: "4", with: "-4")) },
    ]
    for (index, make) in bad.enumerated() {
      #expect(throws: InferenceStartupError.self, "number \(index)") { _ = try make() }
    }
  }
}

/// Where an operator's models may lie: the folder in `IDV_MODELS_ADDITIONS`, or beside the checkout.
private enum AddedModels {
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  static let folder =
    ProcessInfo.processInfo.environment["IDV_MODELS_ADDITIONS"] ?? root + "/../shared/models"

  static var arePresent: Bool {
    guard let manifest = try? ModelManifest.bundled() else { return false }
    return manifest.models.filter { $0.role.isOperatorSupplied }.allSatisfy {
      FileManager.default.isReadableFile(atPath: folder + "/" + $0.file)
    } && FileManager.default.isReadableFile(atPath: root + "/.deps/demo/selfie.jpg")
  }
}

@Suite(.serialized, .enabled(if: AddedModels.arePresent, "the liveness models are not there"))
struct PresentationModelTests {
  private func read(additions: String?, _ name: String) async throws -> StillPresentation {
    let engine = try InferenceEngine(
      manifest: try .bundled(),
      folder: ModelFolder(dependencies: AddedModels.root + "/.deps", additions: additions),
      uses: FaceAnalyzer.modelUses + PresentationMeter.modelUses,
      options: InferenceOptions(lanes: 1))
    let reader = try PresentationReader(engine: engine)
    #expect(reader.missing.isEmpty == (additions != nil))
    let file = URL(filePath: AddedModels.root + "/.deps/demo/\(name).jpg")
    let still = try await reader.read(
      Bytes(try Data(contentsOf: file)), field: "image", before: .never)
    await engine.shutdown()
    return still
  }

  @Test("a portrait gets a score with the models and none without")
  func portrait() async throws {
    let with = try await read(additions: AddedModels.folder, "selfie")
    #expect(with.faces == 1)
    #expect(try (0...1).contains(#require(with.reading.score)))
    let without = try await read(additions: nil, "selfie")
    #expect(without.faces == 1 && without.reading.score == nil && !without.reading.isLive)
    #expect(
      without.reading.signals[.presentationGrid] == with.reading.signals[.presentationGrid])
  }
}
