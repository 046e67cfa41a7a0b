// The document pipeline with the real models, on the specimen card that set-up draws and on pictures
// that show no document.

internal import Foundation
internal import Inference
internal import Testing
internal import Vocabulary

@testable internal import Media
@testable internal import Vision

@Suite(
  .serialized,
  .enabled(if: InstalledDocuments.arePresent, "models are not installed; run `make setup`"))
struct DocumentReaderTests {
  private func withReader(_ body: (DocumentReader) async throws -> Void) async throws {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: InstalledDocuments.folder,
      uses: FaceAnalyzer.modelUses + DocumentReader.modelUses,
      options: InferenceOptions(lanes: 1))
    #expect(DocumentReader.missingModels(of: engine).isEmpty)
    let reader = try DocumentReader(engine: engine)
    do {
      try await body(reader)
    } catch {
      await engine.shutdown()
      throw error
    }
    await engine.shutdown()
  }

  /// The specimen card, turned as a caller might hold it.
  private func card(turned degrees: Int) throws -> Bytes {
    let bytes = Bytes(try Data(contentsOf: InstalledDocuments.card))
    guard degrees != 0 else { return bytes }
    let pixels = try ImageDecoder.decode(bytes).takePixels()
    return pixels.turned(clockwise: degrees).jpeg()
  }

  @Test(arguments: [0, 90, 180, 270])
  func theSpecimenCardIsReadHoweverItLies(degrees: Int) async throws {
    try await withReader { reader in
      let reading = try await reader.read(
        try card(turned: degrees), field: "image",
        options: DocumentReadOptions(wantCardImage: true, wantPortraitImage: true),
        before: .never)
      let card = try #require(reading.cards.first)
      #expect(reading.cards.count == 1)
      let text = card.lines.map(\.text).joined(separator: "\n")
      #expect(text.contains("SPECIMEN"), "\(text)")
      #expect(card.portrait != nil)
      for line in card.lines {
        #expect(!line.characters.isEmpty && line.confidence > 0 && line.confidence <= 1)
      }
      let images = try #require(reading.cardImages.first)
      let flat = try ImageDecoder.decode(try #require(images.card))
      #expect((flat.fullWidth, flat.fullHeight) == (card.width, card.height))
      let portrait = try ImageDecoder.decode(try #require(images.portrait))
      #expect(portrait.fullWidth < card.width / 2)
    }
  }

  @Test func flatColourAndNoiseShowNoCard() async throws {
    var black = PixelBuffer(width: 320, height: 240, red: 0, green: 0, blue: 0)
    let flat = black.jpeg()
    var state: UInt64 = 7
    black.withUnsafeMutableBytes { bytes in
      for index in bytes.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[index] = UInt8(state >> 56)
      }
    }
    let noise = black.jpeg()
    try await withReader { reader in
      for image in [flat, noise] {
        let reading = try await reader.read(image, field: "image", before: .never)
        #expect((reading.width, reading.height) == (320, 240))
        #expect(reading.cards.allSatisfy { $0.lines.isEmpty })
      }
    }
  }

  @Test func failuresNameTheirField() async throws {
    try await withReader { reader in
      let error = await #expect(throws: ServiceError.self) {
        _ = try await reader.read(Bytes(Array("GIF89a".utf8)), field: "card", before: .never)
      }
      #expect(error?.detail.field == "card.inline")
      #expect(error?.detail.symbol == .imageFormatUnsupported)
    }
  }

  @Test func withoutItsModelsItSaysWhichAreMissing() async throws {
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: InstalledDocuments.folder, uses: FaceAnalyzer.modelUses,
      options: InferenceOptions(lanes: 1))
    #expect(
      DocumentReader.missingModels(of: engine)
        == [.textDetection, .textRecognition, .textDirection, .cardOrientation])
    #expect(throws: InferenceStartupError.self) { _ = try DocumentReader(engine: engine) }
    await engine.shutdown()
  }
}

/// What `make setup` leaves in this checkout.
private enum InstalledDocuments {
  static let dependencies =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/.deps"
  static let folder = ModelFolder(dependencies: dependencies)
  static let card = URL(fileURLWithPath: dependencies + "/demo/card.jpg")

  static var arePresent: Bool {
    guard let manifest = try? ModelManifest.bundled() else { return false }
    let models = manifest.models.filter { !$0.role.isOperatorSupplied }
    let files = models.map { folder.models + "/" + $0.file } + [folder.runtimeLibrary, card.path]
    return files.allSatisfy { FileManager.default.isReadableFile(atPath: $0) }
  }
}
