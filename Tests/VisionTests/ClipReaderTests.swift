// The mesh and whole clips with the real models: against a Python prototype of the same models, and on clips made
// of public-domain portraits that set-up brings.

internal import Foundation
internal import Inference
internal import Testing
internal import Vocabulary

@testable internal import Media
@testable internal import Vision

/// What `make setup` leaves in this checkout, and the evaluation data beside it.
private enum Installed {
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  static let dependencies = root + "/.deps"

  static var isComplete: Bool {
    let folder = ModelFolder(dependencies: dependencies)
    let uses = FaceAnalyzer.modelUses + ClipReader.modelUses
    guard let manifest = try? ModelManifest.bundled() else { return false }
    let models = uses.compactMap { manifest[$0.role].map { folder.models + "/" + $0.file } }
    let demo = ["selfie", "bench_a", "bench_b"].map { dependencies + "/demo/\($0).jpg" }
    return (models + demo + [folder.runtimeLibrary]).allSatisfy {
      FileManager.default.isReadableFile(atPath: $0)
    }
  }

  static func file(_ path: String) -> Bytes? {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { Bytes($0) }
  }

  static func demo(_ name: String) throws -> Bytes {
    try #require(file(dependencies + "/demo/\(name).jpg"))
  }

  static func video(_ name: String) -> Bytes? { file(root + "/../shared/data/videos/" + name) }

  static var hasVideos: Bool { video("incluit_1.mp4") != nil }

  static func withEngine(lanes: Int = 1, _ body: (InferenceEngine) async throws -> Void)
    async throws
  {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: dependencies),
      uses: FaceAnalyzer.modelUses + ClipReader.modelUses, options: InferenceOptions(lanes: lanes))
    do {
      try await body(engine)
    } catch {
      await engine.shutdown()
      throw error
    }
    await engine.shutdown()
  }
}

private let needsModels: Comment = "models or demo pictures are not installed; run `make setup`"

@Suite(.serialized, .enabled(if: Installed.isComplete, needsModels))
struct FaceMeshTests {
  private struct Seen: Sendable {
    var look: MeshLook
    var shapes: [Float]
  }

  private func look(at region: MeshRegion, in image: Bytes) async throws -> Seen {
    var seen: Seen?
    try await Installed.withEngine { engine in
      let outcome = try await engine.run(before: .never) { lane throws(InferenceError) in
        guard let decoded = try? ImageDecoder.decode(image) else {
          throw InferenceError.failed("picture")
        }
        let mesher = FaceMesh(lane: lane)
        let look = try mesher.look(ImagePyramid(decoded.takePixels()), at: region)
        return Seen(look: look, shapes: try mesher.blendshapes(look.mesh))
      }
      seen = try outcome.get()
    }
    return try #require(seen)
  }

  /// The same models, region and conventions in Python (OpenVINO, OpenCV's bilinear warp).
  @Test func theMeshAgreesWithAPrototypeOfTheSameModels() async throws {
    let region = MeshRegion(centre: ImagePoint(x: 224, y: 119), side: 164, angle: 0.1)
    let seen = try await look(at: region, in: try Installed.demo("selfie"))
    #expect(seen.look.presence > 0.999)
    let golden: [(Int, Float, Float, Float)] = [
      (4, 223.53, 126.76, -24.84), (33, 194.91, 100.43, 3.54), (61, 202.07, 139.11, 8.35),
      (152, 220.92, 178.25, 10.96), (263, 255.4, 103.64, 3.07), (291, 244.44, 140.45, 8.06),
      (468, 203.15, 100.71, 0.12), (473, 246.18, 103.06, -0.17), (10, 225.98, 69.6, -13.46),
    ]
    for (index, x, y, z) in golden {
      let point = seen.look.mesh[index]
      // A hundredth of the distance between the outer corners of the eyes.
      #expect(abs(point.x - x) < 0.6 && abs(point.y - y) < 0.6, "point \(index): \(point)")
      #expect(abs(point.z - z) < 1.2, "point \(index): \(point)")
    }
    let pose = HeadPose(mesh: seen.look.mesh)
    #expect(abs(pose.yaw + 1.06) < 1 && abs(pose.pitch + 10.09) < 1 && abs(pose.roll - 2.99) < 1)
    let shapes: [(Blendshape, Float)] = [
      (.eyeBlinkLeft, 0.047), (.eyeBlinkRight, 0.031), (.jawOpen, 0.014), (.mouthSmileLeft, 0.898),
      (.mouthSmileRight, 0.893), (.browInnerUp, 0.011), (.eyeLookDownLeft, 0.103),
    ]
    for (shape, value) in shapes {
      #expect(abs(seen.shapes[shape.rawValue] - value) < 0.05, "\(shape)")
    }
  }

  @Test func whereNoFaceIsNoneIsFound() async throws {
    let region = MeshRegion(centre: ImagePoint(x: 420, y: 80), side: 120, angle: 0)
    let seen = try await look(at: region, in: try Installed.demo("selfie"))
    #expect(seen.look.presence < TrackLimits.presenceMin)
  }

  @Test func aRegionFollowsItsMesh() {
    let mesh = (0..<MeshModels.pointCount).map { index -> MeshPoint in
      let turn = Double(index) / Double(MeshModels.pointCount) * 2 * .pi
      return MeshPoint(x: Float(300 + 80 * cos(turn)), y: Float(200 + 80 * sin(turn)), z: 0)
    }
    let region = MeshRegion(mesh)
    #expect(abs(region.centre.x - 300) < 0.5 && abs(region.centre.y - 200) < 0.5)
    #expect(abs(region.side - 240) < 1)
    #expect(region.isUsable(width: 640, height: 480))
    #expect(
      !MeshRegion(centre: ImagePoint(x: -500, y: 0), side: 100, angle: 0)
        .isUsable(width: 640, height: 480))
    #expect(
      !MeshRegion(centre: ImagePoint(x: .nan, y: 0), side: 100, angle: 0)
        .isUsable(width: 640, height: 480))
    #expect(
      !MeshRegion(centre: ImagePoint(x: 10, y: 10), side: 1e9, angle: 0)
        .isUsable(width: 640, height: 480))
  }
}

@Suite(.serialized, .enabled(if: Installed.isComplete, needsModels))
struct ClipReaderTests {
  /// Pictures at ten a second.
  private func clip(_ pictures: [Bytes]) -> ClipSource {
    .frames(pictures.enumerated().map { ($1, 100 + Double($0) / 10) })
  }

  private func black(like picture: Bytes) throws -> Bytes {
    let size = try ImageDecoder.decode(picture)
    return PixelBuffer(
      width: size.fullWidth, height: size.fullHeight, red: 12, green: 12, blue: 12
    ).jpeg()
  }

  private func read(
    _ source: ClipSource, _ options: ClipOptions = ClipOptions()
  ) async throws -> ClipReading {
    var reading: ClipReading?
    try await Installed.withEngine { engine in
      reading = try await ClipReader(engine: engine).read(
        source, field: "video", options: options, before: .never)
    }
    return try #require(reading)
  }

  private func kinds(_ reading: ClipReading) -> Set<TrackEvent.Kind> {
    Set(reading.track.events.map(\.kind))
  }

  @Test func aSteadyFaceIsFollowedThroughout() async throws {
    let a = try Installed.demo("bench_a")
    let reading = try await read(
      clip([Bytes](repeating: a, count: 12)),
      ClipOptions(
        wantLight: true, wantPresentation: true, wantFingerprints: true, bestFrames: 2))
    #expect(reading.track.frames.count == 12)
    #expect(reading.track.frames.allSatisfy { $0.face != nil && $0.light != nil })
    #expect(reading.track.events.isEmpty)
    #expect(abs(reading.info.seconds - 1.1) < 1e-9)
    #expect(reading.track.frames.compactMap(\.face?.similarity).allSatisfy { $0 > 0.99 })
    #expect(reading.track.frames.contains { $0.face?.quality != nil })
    #expect(reading.presentation?.looks.isEmpty == false)
    #expect(!reading.fingerprints.isEmpty && reading.changes.count == 11)
    // A picture that is shown again and again does not change.
    #expect(reading.changes.allSatisfy { $0.unchangedShare == 1 && $0.meanChange == 0 })
    #expect(reading.info.packets.count == 12)
    #expect(reading.bestFrames.count == 2)
    let best = try #require(reading.bestFrames.first)
    let size = try ImageDecoder.decode(best.jpeg)
    #expect((size.fullWidth, size.fullHeight) == (reading.info.width, reading.info.height))
    // The clip's template is one that pictures' templates can be compared with.
    try await Installed.withEngine { engine in
      let still = try await FaceAnalyzer(engine: engine).analyze(
        a, field: "a", options: FaceAnalysisOptions(wantTemplate: true), before: .never)
      let template = try #require(still.template)
      #expect(reading.template?.similarity(to: template).map { $0 > 0.97 } == true)
    }
  }

  @Test func theSameClipGivesTheSameNumbers() async throws {
    let source = clip([Bytes](repeating: try Installed.demo("bench_b"), count: 6))
    let (first, second) = (try await read(source), try await read(source))
    #expect(first.track.frames.map(\.face?.mesh) == second.track.frames.map(\.face?.mesh))
    #expect(
      first.track.frames.map(\.face?.blendshapes) == second.track.frames.map(\.face?.blendshapes))
    #expect(
      first.track.frames.map(\.face?.similarity) == second.track.frames.map(\.face?.similarity))
  }

  @Test func anotherPersonIsNoticedAndNeverAmongTheBest() async throws {
    let (a, b) = (try Installed.demo("bench_a"), try Installed.demo("bench_b"))
    let reading = try await read(
      clip([Bytes](repeating: a, count: 16) + [Bytes](repeating: b, count: 8)),
      ClipOptions(bestFrames: 10))
    let change = try #require(reading.track.events.first { $0.kind == .personChanged })
    #expect(change.start >= 1.5, "\(change)")
    #expect(!reading.bestFrames.isEmpty)
    #expect(reading.bestFrames.allSatisfy { $0.seconds < 1.5 })
  }

  @Test func aFaceThatGoesAndComesBackIsLostBetween() async throws {
    let a = try Installed.demo("bench_a")
    let none = try black(like: a)
    let reading = try await read(
      clip(
        [Bytes](repeating: a, count: 4) + [Bytes](repeating: none, count: 4)
          + [Bytes](repeating: a, count: 4)))
    let lost = try #require(reading.track.events.first)
    #expect(lost.kind == .faceLost && kinds(reading) == [.faceLost])
    #expect(abs(lost.start - 0.4) < 1e-9 && abs(lost.end - 0.7) < 1e-9)
    #expect(reading.track.frames.suffix(4).allSatisfy { $0.face != nil })
  }

  @Test func twoFacesAreSeen() async throws {
    let a = try ImageDecoder.decode(try Installed.demo("bench_a")).takePixels()
    let b = try ImageDecoder.decode(try Installed.demo("bench_b")).takePixels()
    try #require(a.height == b.height)
    var both = PixelBuffer(
      width: a.width + b.width, height: a.height, red: 0, green: 0, blue: 0)
    let (rowA, rowB) = (3 * a.width, 3 * b.width)
    let pixels = [a.withUnsafeBytes(Array.init), b.withUnsafeBytes(Array.init)]
    both.withUnsafeMutableBytes { bytes in
      for index in 0..<bytes.count {
        let (row, at) = (index / (rowA + rowB), index % (rowA + rowB))
        bytes[index] = at < rowA ? pixels[0][row * rowA + at] : pixels[1][row * rowB + at - rowA]
      }
    }
    let picture = both.jpeg()
    let reading = try await read(clip([Bytes](repeating: picture, count: 6)))
    #expect(kinds(reading).contains(.severalFaces))
  }

  @Test func nobodyIsNobody() async throws {
    let none = try black(like: try Installed.demo("bench_a"))
    let reading = try await read(
      clip([Bytes](repeating: none, count: 6)), ClipOptions(bestFrames: 3))
    #expect(reading.track.frames.allSatisfy { $0.face == nil && $0.facesSeen == 0 })
    #expect(kinds(reading) == [.faceLost])
    #expect(reading.bestFrames.isEmpty && reading.template == nil)
  }

  @Test func aRefusedClipNamesItsField() async throws {
    try await Installed.withEngine { engine in
      let reader = try ClipReader(engine: engine)
      let error = await #expect(throws: ServiceError.self) {
        try await reader.read(.video(Bytes([1, 2, 3])), field: "video", before: .never)
      }
      #expect(error?.detail.field == "video")
      #expect(error?.detail.symbol == .videoFormatUnsupported)
      let late = await #expect(throws: ServiceError.self) {
        try await reader.read(
          .video(Bytes([1, 2, 3])), field: "video", before: Deadline(ContinuousClock.now))
      }
      #expect(late?.code == .deadlineExceeded)
    }
  }

  @Test(.enabled(if: Installed.hasVideos, "the evaluation data does not lie beside the checkout"))
  func aHeadThatTurnsIsFollowedOnARealClip() async throws {
    let video = try #require(Installed.video("incluit_1.mp4"))
    let reading = try await read(.video(video), ClipOptions(framesPerSecond: 10, bestFrames: 3))
    #expect(reading.track.frames.allSatisfy { $0.face != nil })
    let yaws = reading.track.frames.compactMap(\.face?.pose.yaw)
    #expect((yaws.min() ?? 0) < -10 && (yaws.max() ?? 0) > 30)
    #expect(!kinds(reading).contains(.personChanged))
    #expect(reading.bestFrames.count == 3)
    #expect(reading.info.framesAnalysed < reading.info.framesDecoded)
  }
}
