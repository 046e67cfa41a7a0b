// The whole pipeline with the real models, on public-domain portraits that set-up brings and on
// pictures that show nobody.

internal import Foundation
internal import Inference
internal import Testing
internal import Vocabulary

@testable internal import Media
@testable internal import Vision

/// What `make setup` leaves in this checkout.
private enum Installed {
  static let dependencies =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/.deps"

  static var models: Bool {
    guard let manifest = try? ModelManifest.bundled() else { return false }
    let folder = ModelFolder(dependencies: dependencies)
    let models = manifest.models.filter { !$0.role.isOperatorSupplied }
    let files = models.map { folder.models + "/" + $0.file } + [folder.runtimeLibrary]
    return files.allSatisfy { FileManager.default.isReadableFile(atPath: $0) }
  }

  static var portraits: Bool {
    ["selfie", "card", "other"].allSatisfy { portrait($0) != nil }
  }

  static func portrait(_ name: String) -> Bytes? {
    (try? Data(contentsOf: URL(fileURLWithPath: dependencies + "/demo/\(name).jpg"))).map {
      Bytes($0)
    }
  }
}

@Suite(
  .serialized, .enabled(if: Installed.models, "models are not installed; run `make setup`"))
struct AnalyzerTests {
  /// Runs `body` with an analyzer on an engine of `lanes`, and shuts it down.
  private func withAnalyzer(
    lanes: Int = 2, _ body: (FaceAnalyzer) async throws -> Void
  ) async throws {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: Installed.dependencies),
      uses: FaceAnalyzer.modelUses, options: InferenceOptions(lanes: lanes))
    let analyzer = try FaceAnalyzer(engine: engine)
    do {
      try await body(analyzer)
    } catch {
      await engine.shutdown()
      throw error
    }
    await engine.shutdown()
  }

  @Test func noiseAndFlatColourShowNobody() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var state = seed
    let noise = PlainPicture(width: 320, height: 240) { _, _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return [UInt8(state >> 56), UInt8(state >> 48 & 255), UInt8(state >> 40 & 255)]
    }
    let black = PlainPicture(width: 320, height: 240) { _, _ in [0, 0, 0] }
    try await withAnalyzer { analyzer in
      for picture in [noise, black] {
        for rotate in [false, true] {
          let analysis = try await analyzer.analyze(
            Bytes(picture.bytes), field: "image",
            options: FaceAnalysisOptions(rotateDetect: rotate, wantTemplate: true), before: .never)
          #expect(analysis.faces.isEmpty && analysis.chosen == nil, "seed \(seed)")
          #expect(analysis.template == nil)
          #expect((analysis.width, analysis.height) == (320, 240))
        }
      }
    }
  }

  @Test func failuresNameTheirField() async throws {
    try await withAnalyzer(lanes: 1) { analyzer in
      let black = Bytes(PlainPicture(width: 100, height: 100) { _, _ in [0, 0, 0] }.bytes)
      let error = await #expect(throws: ServiceError.self) {
        try await analyzer.analyzeBoth(
          black, Bytes([1, 2, 3]), options: FaceAnalysisOptions(), before: .never)
      }
      #expect(error?.detail.field == "b.inline")
      #expect(error?.detail.symbol == .imageFormatUnsupported)
      let late = await #expect(throws: ServiceError.self) {
        try await analyzer.analyze(
          black, field: "image", options: FaceAnalysisOptions(),
          before: Deadline(ContinuousClock.now))
      }
      #expect(late?.code == .deadlineExceeded)
    }
  }

  @Test(.enabled(if: Installed.portraits, "the demo's portraits are missing; run `make setup`"))
  func theHolderIsLikeTheCardAndAnotherPersonIsNot() async throws {
    let card = try #require(Installed.portrait("card"))
    let selfie = try #require(Installed.portrait("selfie"))
    let other = try #require(Installed.portrait("other"))
    try await withAnalyzer { analyzer in
      let options = FaceAnalysisOptions(wantTemplate: true)
      let (a, b) = try await analyzer.analyzeBoth(card, selfie, options: options, before: .never)
      let same = try #require(a.similarity(to: b))
      #expect(analyzer.calibration.score(ofSimilarity: same) >= 80, "\(same)")
      let c = try await analyzer.analyze(other, field: "b", options: options, before: .never)
      let different = try #require(a.similarity(to: c))
      #expect(analyzer.calibration.score(ofSimilarity: different) < 70, "\(different)")
      let face = try #require(b.chosen)
      #expect(face.quality.map { $0.score > 40 } == true)
      #expect(face.maskSuspicion < 70)
      #expect(face.landmarks.allSatisfy { $0.x > 0 && $0.x < Double(b.width) })
      // The same bytes give the same numbers, on whichever lane.
      let again = try await analyzer.analyze(selfie, field: "b", options: options, before: .never)
      #expect(again.similarity(to: b).map { $0 > 0.999999 } == true)
    }
  }

  @Test(.enabled(if: Installed.portraits, "the demo's portraits are missing; run `make setup`"))
  func aTurnedPictureIsReadWhenAskedFor() async throws {
    let selfie = try #require(Installed.portrait("selfie"))
    try await withAnalyzer { analyzer in
      let upright = try await analyzer.analyze(
        selfie, field: "a", options: FaceAnalysisOptions(wantTemplate: true), before: .never)
      let pixels = try ImageDecoder.decode(selfie).takePixels()
      for degrees in [90, 180, 270] {
        let turned = pixels.turned(clockwise: degrees)
        let picture = PlainPicture(width: turned.width, height: turned.height) { x, y in
          let pixel = turned[x, y]
          return [pixel.red, pixel.green, pixel.blue]
        }
        let analysis = try await analyzer.analyze(
          Bytes(picture.bytes), field: "a",
          options: FaceAnalysisOptions(rotateDetect: true, wantTemplate: true), before: .never)
        #expect(analysis.rotationDegrees == 360 - degrees)
        #expect((analysis.width, analysis.height) == (upright.width, upright.height))
        #expect(analysis.similarity(to: upright).map { $0 > 0.99 } == true)
      }
    }
  }
}

/// An uncompressed PNG.
private struct PlainPicture {
  let bytes: [UInt8]

  init(width: Int, height: Int, _ pixel: (Int, Int) -> [UInt8]) {
    var lines: [UInt8] = []
    for y in 0..<height {
      lines.append(0)
      for x in 0..<width { lines += pixel(x, y) }
    }
    var stored: [UInt8] = [0x78, 0x01]
    var (a, b) = (1, 0)
    var rest = lines[...]
    while !rest.isEmpty {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      stored += [rest.isEmpty ? 1 : 0, UInt8(block.count & 255), UInt8(block.count >> 8)]
      stored += [UInt8(~block.count & 255), UInt8(~block.count >> 8 & 255)] + block
      for byte in block {
        a = (a + Int(byte)) % 65_521
        b = (b + a) % 65_521
      }
    }
    stored += Self.big(b << 16 | a)
    let header = Self.big(width) + Self.big(height) + [8, 2, 0, 0, 0]
    bytes =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
      + Self.chunk("IDAT", stored) + Self.chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + body
    var crc: UInt32 = ~0
    for byte in checked {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
    }
    return big(body.count) + checked + big(Int(~crc))
  }

  private static func big(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) }
  }
}
