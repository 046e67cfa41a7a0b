// Pictures of every kind decode to the right pixels, upright; bad ones are refused by the right
// name.

internal import Testing
internal import Vocabulary

@testable internal import Media

/// What decoding gave, in a form that tests can compare.
struct Seen: Equatable {
  var width = 0
  var height = 0
  var bytes: [UInt8] = []

  func pixel(_ x: Int, _ y: Int) -> [Int] {
    (0..<3).map { Int(bytes[(y * width + x) * 3 + $0]) }
  }
}

func decode(
  _ bytes: [UInt8], _ limits: ImageLimits = ImageLimits(), longSideWanted: Int? = nil
) throws -> Seen {
  let image = try ImageDecoder.decode(Bytes(bytes), limits: limits, longSideWanted: longSideWanted)
  return Seen(
    width: image.pixels.width, height: image.pixels.height,
    bytes: image.pixels.withUnsafeBytes { Array($0) })
}

func refusal(_ bytes: [UInt8], _ limits: ImageLimits = ImageLimits()) -> ErrorSymbol? {
  do {
    _ = try ImageDecoder.decode(Bytes(bytes), limits: limits)
    return nil
  } catch { return error.symbol }
}

@Suite struct JPEGTests {
  /// Four quarters of different grey, 96 × 64.
  private let quarters = FlatJPEG(width: 96, height: 64) { _, x, y in
    [[10, 80], [150, 220]][y / 4][x / 6]
  }

  @Test func greyAndColourDecodeExactly() throws {
    let grey = try decode(quarters.encoded())
    #expect((grey.width, grey.height) == (96, 64))
    #expect(grey.pixel(0, 0) == [10, 10, 10])
    #expect(grey.pixel(95, 63) == [220, 220, 220])
    // Y 76, Cb 85, Cr 255 is pure red (JFIF conversion, rounded).
    let red = FlatJPEG(width: 64, height: 64, components: 3) { component, _, _ in
      [76, 85, 255][component]
    }
    let pixel = try decode(red.encoded()).pixel(30, 30)
    #expect(pixel[0] >= 253 && pixel[1] <= 2 && pixel[2] <= 2, "\(pixel)")
  }

  @Test func invertedInksDecode() throws {
    // Inverted: cyan 255 is no cyan, so this is (no ink, half, full) with no black: RGB 255, 128,
    // 0.
    let inks = FlatJPEG(width: 64, height: 64, components: 4, adobe: true) { component, _, _ in
      [255, 128, 0, 255][component]
    }
    #expect(try decode(inks.encoded()).pixel(9, 9) == [255, 128, 0])
    var plain = inks
    plain.adobe = false
    plain.value = { component, _, _ in [0, 127, 255, 0][component] }
    #expect(try decode(plain.encoded()).pixel(9, 9) == [255, 128, 0])
  }

  @Test func progressiveDecodesUpToTheScanLimit() throws {
    var picture = quarters
    picture.scans = 2
    #expect(try decode(picture.encoded()) == decode(quarters.encoded()))
    picture.scans = ImageLimits.standardScansMax
    #expect(try decode(picture.encoded()) == decode(quarters.encoded()))
    picture.scans = ImageLimits.standardScansMax + 1
    #expect(refusal(picture.encoded()) == .imageDecodeBudgetExceeded)
  }

  @Test func largeOnesMayBeDecodedSmaller() throws {
    let picture = FlatJPEG(width: 1603, height: 801) { _, x, _ in x < 100 ? 20 : 240 }
    let full = try decode(picture.encoded(), longSideWanted: 802)
    #expect((full.width, full.height) == (1603, 801))
    let half = try decode(picture.encoded(), longSideWanted: 801)
    #expect((half.width, half.height) == (802, 401))
    let eighth = try decode(picture.encoded(), longSideWanted: 1)
    #expect((eighth.width, eighth.height) == (201, 101))
    #expect(eighth.pixel(0, 0) == [20, 20, 20])
    #expect(eighth.pixel(200, 100) == [240, 240, 240])
  }

  /// Which value of `quarters` is seen in the corners (top left, top right, bottom left, bottom
  /// right) of the upright picture: from the definition of the tag (EXIF 2.3, 4.6.4.A).
  @Test(arguments: [
    (1, [10, 80, 150, 220]), (2, [80, 10, 220, 150]), (3, [220, 150, 80, 10]),
    (4, [150, 220, 10, 80]), (5, [10, 150, 80, 220]), (6, [150, 10, 220, 80]),
    (7, [220, 80, 150, 10]), (8, [80, 220, 10, 150]),
  ])
  func orientationIsApplied(orientation: Int, corners: [Int]) throws {
    for little in [true, false] {
      var picture = quarters
      picture.exif = exifSegment(UInt16(orientation), little: little)
      let seen = try decode(picture.encoded())
      #expect((seen.width, seen.height) == (orientation < 5 ? (96, 64) : (64, 96)))
      let (right, bottom) = (seen.width - 1, seen.height - 1)
      let found = [(0, 0), (right, 0), (0, bottom), (right, bottom)].map { seen.pixel($0, $1)[0] }
      #expect(found == corners)
    }
  }

  @Test func senselessOrientationIsIgnored() throws {
    let upright = try decode(quarters.encoded())
    let structures = [
      tiff(0), tiff(9), tiff(6, type: 4), tiff(6, count: 2), tiff(6, tag: 0x0113),
      tiff(6, directory: 9), tiff(6, directory: 0xFFFF_FFFF), tiff(6, directory: 0),
      Array("II*\0".utf8), [], Array(tiff(6).prefix(20)), [0x49, 0x4D] + tiff(6).dropFirst(2),
    ]
    for structure in structures {
      var picture = quarters
      picture.exif = Array("Exif\0\0".utf8) + structure
      #expect(try decode(picture.encoded()) == upright, "\(structure)")
    }
  }

  @Test func bytesBehindTheEndAreIgnored() throws {
    let tail = Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 5_000)
    #expect(try decode(quarters.encoded() + tail) == decode(quarters.encoded()))
  }

  @Test func everyTruncationIsRefused() {
    for picture in [quarters, FlatJPEG(width: 64, height: 64, components: 3, scans: 3)] {
      let bytes = picture.encoded()
      for length in 0..<bytes.count {
        #expect(refusal(Array(bytes.prefix(length))) != nil, "cut at \(length)")
      }
    }
  }

  @Test func otherCodingProcessesAreUnsupported() {
    var picture = quarters
    picture.precision = 12
    #expect(refusal(picture.encoded()) == .imageFormatUnsupported)
    picture.precision = 8
    for marker: UInt8 in [0xC3, 0xC5, 0xC7, 0xCB] {
      picture.frameMarker = marker
      #expect(refusal(picture.encoded()) == .imageFormatUnsupported, "\(marker)")
    }
  }

  @Test func memoryIsBounded() {
    var picture = FlatJPEG(width: 1024, height: 1024, components: 3, scans: 2)
    // Two bytes for each of three components' coefficients, and the output.
    #expect(
      refusal(picture.encoded(), ImageLimits(memoryBytesMax: 8 << 20))
        == .imageDecodeBudgetExceeded)
    #expect(refusal(picture.encoded(), ImageLimits(memoryBytesMax: 12 << 20)) == nil)
    picture.scans = nil
    #expect(refusal(picture.encoded(), ImageLimits(memoryBytesMax: 4 << 20)) == nil)
    #expect(
      refusal(picture.encoded(), ImageLimits(memoryBytesMax: 3 << 20))
        == .imageDecodeBudgetExceeded)
  }

  @Test func timeIsBounded() {
    let picture = FlatJPEG(width: 1024, height: 1024, components: 3)
    #expect(
      refusal(picture.encoded(), ImageLimits(decodeMillisMax: 0))
        == .imageDecodeBudgetExceeded)
  }
}

@Suite struct PNGTests {
  private func quarter(_ x: Int, _ y: Int) -> Int { (y < 40 ? 0 : 2) + (x < 40 ? 0 : 1) }
  private static let colours: [[UInt8]] = [
    [200, 10, 20], [30, 190, 40], [50, 60, 180], [7, 8, 9],
  ]

  private func rgb(_ change: (inout PlainPNG) -> Void = { _ in }) -> [UInt8] {
    var png = PlainPNG(width: 80, height: 80) { x, y in Self.colours[quarter(x, y)] }
    change(&png)
    return png.encoded()
  }

  @Test func colourTypesAndDepthsAgree() throws {
    let plain = try decode(rgb())
    #expect(plain.pixel(0, 0) == [200, 10, 20])
    #expect(plain.pixel(79, 79) == [7, 8, 9])
    #expect(try decode(rgb { $0.interlaced = true }) == plain)
    let deep = rgb { png in
      png.depth = 16
      png.pixel = { x, y in Self.colours[quarter(x, y)].flatMap { [$0, $0] } }
    }
    #expect(try decode(deep) == plain)
    let palette = rgb { png in
      png.colourType = 3
      png.before = [("PLTE", Self.colours.flatMap { $0 })]
      png.pixel = { x, y in [UInt8(quarter(x, y))] }
    }
    #expect(try decode(palette) == plain)
  }

  @Test func greyDecodes() throws {
    let grey = PlainPNG(width: 64, height: 64, colourType: 0) { x, _ in [UInt8(x)] }
    #expect(try decode(grey.encoded()).pixel(33, 5) == [33, 33, 33])
  }

  @Test func alphaIsLaidOverWhite() throws {
    for interlaced in [false, true] {
      let alpha = rgb { png in
        png.colourType = 6
        png.interlaced = interlaced
        png.pixel = { x, y in Self.colours[quarter(x, y)] + [[255, 0, 51, 255][quarter(x, y)]] }
      }
      let seen = try decode(alpha)
      #expect(seen.pixel(0, 0) == [200, 10, 20])
      #expect(seen.pixel(79, 0) == [255, 255, 255])
      #expect(seen.pixel(0, 79) == [214, 216, 240])
      #expect(seen.pixel(79, 79) == [7, 8, 9])
    }
    let transparent = rgb { png in
      png.before = [("tRNS", Self.colours[1].flatMap { [0, $0] })]
    }
    #expect(try decode(transparent).pixel(79, 0) == [255, 255, 255])
    #expect(try decode(transparent).pixel(0, 0) == [200, 10, 20])
  }

  @Test func orientationIsAppliedWhereverItStands() throws {
    for chunks in [\PlainPNG.before, \PlainPNG.after] {
      let turned = try decode(rgb { $0[keyPath: chunks] = [("eXIf", tiff(6))] })
      #expect(turned.pixel(0, 0) == [50, 60, 180])
      #expect(turned.pixel(79, 0) == [200, 10, 20])
    }
  }

  @Test func animationsAreRefused() {
    let control: [UInt8] = [0, 0, 0, 2, 0, 0, 0, 0]
    #expect(refusal(rgb { $0.before = [("acTL", control)] }) == .imageFormatUnsupported)
    // Behind the pixels the chunk has no meaning.
    #expect(refusal(rgb { $0.after = [("acTL", control)] }) == nil)
  }

  @Test func ancillaryChunksAreNotEvenRead() throws {
    // Compressed text, profile and suggested palette whose bodies are nonsense.
    let nonsense = ["zTXt", "iTXt", "iCCP", "sPLT", "gAMA", "hIST"].map {
      (type: $0, body: [UInt8](repeating: 0x41, count: 1000))
    }
    #expect(try decode(rgb { $0.before = nonsense }) == decode(rgb()))
    #expect(refusal(rgb { $0.before = [("XXXX", [1])] }) == .imageDamaged)
  }

  @Test func everyTruncationIsRefused() {
    let bytes = rgb { png in png.after = [("eXIf", tiff(6))] }
    for length in stride(from: 0, to: bytes.count, by: 1) where length < 200 || length % 97 == 0 {
      #expect(refusal(Array(bytes.prefix(length))) != nil, "cut at \(length)")
    }
    for short in 1...60 { #expect(refusal(bytes.dropLast(short)) != nil, "without \(short)") }
    #expect(refusal(bytes + [1, 2, 3]) == nil)
  }

  @Test func aDamagedCheckSumIsRefused() {
    var bytes = rgb()
    bytes[bytes.count / 2] ^= 1
    #expect(refusal(bytes) == .imageDamaged)
  }
}

@Suite struct WebPTests {
  private func near(_ a: [Int], _ b: [Int], _ tolerance: Int) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
  }

  @Test func lossyAndLosslessDecode() throws {
    let lossy = try decode(WebPSamples.lossy)
    #expect((lossy.width, lossy.height) == (96, 64))
    #expect(near(lossy.pixel(10, 10), [200, 40, 40], 12))
    #expect(near(lossy.pixel(80, 50), [240, 240, 240], 12))
    let lossless = try decode(WebPSamples.losslessAlpha)
    #expect(lossless.pixel(10, 10) == [255, 255, 255])
    #expect(lossless.pixel(80, 10) == [40, 40, 200])
  }

  @Test func orientationIsAppliedAndAnimationRefused() throws {
    let turned = try decode(WebPSamples.rotated)
    #expect((turned.width, turned.height) == (64, 96))
    #expect(turned.pixel(0, 0) == [40, 180, 40])
    #expect(turned.pixel(63, 0) == [200, 40, 40])
    #expect(refusal(WebPSamples.animated) == .imageFormatUnsupported)
  }

  @Test func everyTruncationIsRefused() {
    for sample in [WebPSamples.lossy, WebPSamples.losslessAlpha] {
      for length in 0..<sample.count - 1 {
        #expect(refusal(Array(sample.prefix(length))) != nil, "cut at \(length)")
      }
    }
  }
}

@Suite struct ImageLimitsTests {
  @Test func emptyAndForeignBytesAreNamed() {
    #expect(refusal([]) == .imageEmpty)
    for text in ["GIF89a", "%PDF-1.4", "<svg", "BM", "II*\0", "RIFF\0\0\0\0WAVEfmt ", "RIFF"] {
      #expect(refusal(Array(text.utf8)) == .imageFormatUnsupported, "\(text)")
    }
    #expect(refusal([0xFF, 0xD8]) == .imageFormatUnsupported)
    #expect(refusal([0xFF, 0xD8, 0xFF, 0xD9]) == .imageDamaged)
  }

  @Test func limitsAreInclusive() {
    let bytes = FlatJPEG(width: 100, height: 80).encoded()
    #expect(refusal(bytes, ImageLimits(bytesMax: bytes.count)) == nil)
    #expect(refusal(bytes, ImageLimits(bytesMax: bytes.count - 1)) == .imageBytesExceeded)
    #expect(refusal(bytes, ImageLimits(sideMax: 100)) == nil)
    #expect(refusal(bytes, ImageLimits(sideMax: 99)) == .imageDimensionsExceeded)
    #expect(refusal(bytes, ImageLimits(pixelsMax: 8000)) == nil)
    #expect(refusal(bytes, ImageLimits(pixelsMax: 7999)) == .imageDimensionsExceeded)
    #expect(refusal(bytes, ImageLimits(sideMin: 80)) == nil)
    #expect(refusal(bytes, ImageLimits(sideMin: 81)) == .imageTooSmall)
  }

  @Test func aHeaderThatLiesCostsNothing() {
    let jpeg = FlatJPEG(width: 64, height: 64, claimed: (30_000, 30_000)).encoded()
    #expect(refusal(jpeg) == .imageDimensionsExceeded)
    let most = FlatJPEG(width: 64, height: 64, claimed: (65_535, 65_535)).encoded()
    #expect(refusal(most) == .imageDimensionsExceeded)
    let png = PlainPNG(width: 64, height: 64) { _, _ in [0, 0, 0] }.encoded()
    var vast = png
    vast.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    #expect(refusal(vast) == .imageDimensionsExceeded)
  }

  @Test func everyRefusalSaysWhatToDo() {
    let limits = ImageLimits()
    let all: [ImageError] = [
      .empty, .format, .variant, .animated, .damaged, .bytes(limits), .side(limits),
      .pixels(limits), .small(limits), .scans(limits), .memory(limits), .time(limits),
    ]
    for error in all { #expect(error.message.contains("; "), "\(error)") }
    #expect(ImageError.bytes(limits).limit == "3145728 bytes")
    #expect(ImageError.side(limits).limit == "4096 pixels a side")
  }
}

@Suite struct DamageTests {
  /// Bytes changed at random never crash a decoder and never give another size than the header's.
  @Test func randomDamageIsRefusedOrDecoded() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    let samples =
      [
        FlatJPEG(width: 64, height: 64, components: 3) { c, x, y in UInt8((c * 50 + x * y) & 255) },
        FlatJPEG(width: 64, height: 64, components: 3, scans: 3),
        FlatJPEG(width: 64, height: 64, components: 4, adobe: true, exif: exifSegment(5)),
      ].map { $0.encoded() } + [
        PlainPNG(width: 64, height: 64, before: [("eXIf", tiff(7))]) { x, y in
          [UInt8(x), UInt8(y), 9]
        }.encoded(), WebPSamples.lossy, WebPSamples.losslessAlpha, WebPSamples.rotated,
      ]
    var decoded = 0
    for _ in 0..<4_000 {
      var bytes = samples[Int(random.next() % UInt64(samples.count))]
      for _ in 0...random.next() % 4 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.next() % 8 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
      if refusal(bytes) == nil { decoded += 1 }
    }
    // The test would prove nothing if everything failed at the first byte.
    #expect(decoded > 0, "seed \(seed)")
  }
}

/// SplitMix64: repeatable random numbers from a printed seed.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
