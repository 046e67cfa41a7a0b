// Fingerprints of made-up films: a soft pattern that wanders, drawn at any size, in any light.

internal import Glibc
internal import Media
internal import Testing

@testable internal import Vision

/// A pattern without end.
private struct Pattern {
  private var waves: [(x: Double, y: Double, phase: Double, weight: Double)]

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    waves = (0..<12).map { _ in
      let length = Double.random(in: 0.15...1, using: &random)
      let angle = Double.random(in: 0...(2 * .pi), using: &random)
      return (
        cos(angle) / length, sin(angle) / length,
        Double.random(in: 0...(2 * .pi), using: &random), length
      )
    }
  }

  /// −1 … 1, about; `x` and `y` in heights of the frame.
  func value(_ x: Double, _ y: Double) -> Double {
    waves.reduce(0) { $0 + $1.weight * sin(2 * .pi * ($1.x * x + $1.y * y) + $1.phase) } / 6
  }
}

/// How a film is drawn.
private struct Drawing {
  var width = 90
  var height = 120
  var gain = 1.0
  var lift = 0.0
  var noise = 0.0
  var isMirrored = false
}

/// Where the pattern is at a time: it wanders without repeating itself.
private func course(_ seconds: Double, seed: Double) -> (x: Double, y: Double) {
  (
    0.08 * sin(2.1 * seconds + seed) + 0.05 * sin(5.3 * seconds + 2 * seed),
    0.06 * sin(1.7 * seconds + 3 * seed) + 0.04 * sin(4.1 * seconds + 5 * seed)
  )
}

private func frame(_ pattern: Pattern, at seconds: Double, seed: Double, _ drawing: Drawing)
  -> ImagePyramid
{
  var random = SeededRandom(seed: UInt64(seconds * 1000) + 1)
  var pixels = PixelBuffer(width: drawing.width, height: drawing.height, red: 0, green: 0, blue: 0)
  let move = course(seconds, seed: seed)
  let (width, height) = (drawing.width, drawing.height)
  pixels.withUnsafeMutableBytes { bytes in
    for y in 0..<height {
      for x in 0..<width {
        let column = drawing.isMirrored ? width - 1 - x : x
        let value = pattern.value(
          (Double(column) + 0.5) / Double(height) - move.x,
          (Double(y) + 0.5) / Double(height) - move.y)
        let noise = drawing.noise * Double.random(in: -1...1, using: &random)
        let level = (128 + 60 * value) * drawing.gain + drawing.lift + noise
        for channel in 0..<3 {
          bytes[(y * width + x) * 3 + channel] = UInt8(min(max(level.rounded(), 0), 255))
        }
      }
    }
  }
  return ImagePyramid(pixels)
}

private func place(_ drawing: Drawing) -> FingerprintPlace {
  FingerprintPlace(
    centre: ImagePoint(
      x: Double(drawing.width) / 2 - 0.5, y: Double(drawing.height) / 2 - 0.5),
    side: 0.5 * Double(drawing.height))
}

private func fingerprints(
  _ pattern: Pattern, seed: Double, _ drawing: Drawing = Drawing(), count: Int = 15
) -> [FrameFingerprint] {
  var fingerprinter = FrameFingerprinter()
  return (0..<count).compactMap { index in
    let seconds = Double(index) / 10
    return fingerprinter.add(
      frame(pattern, at: seconds, seed: seed, drawing), place: place(drawing), seconds: seconds
    ).fingerprint
  }
}

/// Share of differing bits of frames of one time.
private func difference(_ a: [FrameFingerprint], _ b: [FrameFingerprint]) -> Double {
  let pairs = zip(a, b).map { ($0.bits ^ $1.bits).nonzeroBitCount }
  return Double(pairs.reduce(0, +)) / Double(max(pairs.count, 1) * FrameFingerprint.bitCount)
}

@Test("The same film drawn larger, lighter, darker or with noise keeps its bits")
func drawings() {
  let pattern = Pattern(seed: 1)
  let plain = fingerprints(pattern, seed: 0.3)
  #expect(plain.count == 12 && plain.allSatisfy { $0.activity > 0.05 })
  for drawing in [
    Drawing(width: 60, height: 80), Drawing(width: 180, height: 240), Drawing(gain: 0.7),
    Drawing(gain: 1.2, lift: 10), Drawing(noise: 4),
  ] {
    // What still counts as one film; half of the bits differ between films that have nothing in common.
    #expect(difference(plain, fingerprints(pattern, seed: 0.3, drawing)) < 0.26, "\(drawing)")
  }
}

@Test("Another course, or another pattern on the same course, has other bits")
func others() {
  let plain = fingerprints(Pattern(seed: 1), seed: 0.3)
  #expect(difference(plain, fingerprints(Pattern(seed: 1), seed: 1.9)) > 0.3)
  #expect(difference(plain, fingerprints(Pattern(seed: 2), seed: 0.3)) > 0.3)
}

@Test("A mirror is undone")
func mirror() {
  let pattern = Pattern(seed: 3)
  let plain = fingerprints(pattern, seed: 0.7)
  let mirrored = fingerprints(pattern, seed: 0.7, Drawing(isMirrored: true))
  #expect(difference(plain, mirrored.map(\.mirrored)) < 0.02)
  #expect(difference(plain, mirrored) > 0.2)
  #expect(plain.allSatisfy { $0.mirrored.mirrored == $0 && $0.bits & 1 == 0 })
}

@Test("No fingerprint at the beginning, without a face, too soon, or where time stands still")
func whenNone() {
  let pattern = Pattern(seed: 4)
  let drawing = Drawing()
  var fingerprinter = FrameFingerprinter()
  func add(_ seconds: Double, face: Bool = true) -> FrameTrace {
    fingerprinter.add(
      frame(pattern, at: max(seconds.isFinite ? seconds : 0, 0), seed: 0, drawing),
      place: face ? place(drawing) : nil, seconds: seconds)
  }
  #expect(add(0) == FrameTrace())
  #expect(add(0.2).fingerprint == nil)
  #expect(add(0.4).fingerprint != nil)
  #expect(add(0.45).fingerprint == nil)
  #expect(add(0.6, face: false).fingerprint == nil)
  #expect(add(0.6) == FrameTrace())
  #expect(add(0.5) == FrameTrace())
  #expect(add(.nan) == FrameTrace())
  #expect(add(0.8).fingerprint != nil)
  // Nothing is left to compare with after a second of silence.
  #expect(add(2).fingerprint == nil)
}

@Test("Noise is measured, frozen frames are told, motion is change")
func changes() {
  let pattern = Pattern(seed: 5)
  var fingerprinter = FrameFingerprinter()
  func change(_ seconds: Double, at moment: Double, noise: Double) -> FrameChange? {
    fingerprinter.add(
      frame(pattern, at: moment, seed: 0, Drawing(width: 200, height: 200, noise: noise)),
      place: nil, seconds: seconds
    ).change
  }
  #expect(change(0, at: 1, noise: 0) == nil)
  let frozen = change(0.1, at: 1, noise: 0)
  #expect(frozen?.unchangedShare == 1 && frozen?.noise == 0 && frozen?.meanChange == 0)
  // From none to uniform noise of ±6: its deviation is 6/√3, of which the root of a half is counted.
  let noisy = change(0.2, at: 1, noise: 6)
  #expect(noisy.map { abs($0.noise - 6 / 3.0.squareRoot() / 2.0.squareRoot()) < 0.3 } == true)
  #expect(noisy?.unchangedShare == 0)
  let moved = change(0.3, at: 1.2, noise: 0)
  #expect(moved.map { $0.meanChange > 2 && abs($0.gapSeconds - 0.1) < 1e-9 } == true)
}

@Test("A place needs a face of some size")
func places() {
  let points = [(30, 40), (70, 40), (50, 60), (35, 85), (65, 85)]
  let face = points.map { ImagePoint(x: Double($0.0), y: Double($0.1)) }
  let place = FingerprintPlace(points: face)
  #expect(place?.centre == ImagePoint(x: 50, y: 62.5) && place?.side == 45 * 3.5)
  #expect(FingerprintPlace(points: Array(face.prefix(4))) == nil)
  #expect(FingerprintPlace(points: Array(repeating: face[0], count: 5)) == nil)
  #expect(FingerprintPlace(points: face.map { ImagePoint(x: $0.x / 4, y: $0.y / 4) }) == nil)
  #expect(FingerprintPlace(points: face.map { _ in ImagePoint(x: .nan, y: 0) }) == nil)
  #expect(FingerprintPlace(mesh: []) == nil)
}

@Test("Places far outside the frame, and frames of one pixel, are no danger")
func outside() {
  var fingerprinter = FrameFingerprinter()
  let far = FingerprintPlace(centre: ImagePoint(x: -1e12, y: 1e12), side: 1e9)
  for index in 0..<8 {
    let pixels = PixelBuffer(width: 1, height: 1, red: UInt8(index), green: 0, blue: 0)
    _ = fingerprinter.add(ImagePyramid(pixels), place: far, seconds: Double(index) / 10)
  }
}
