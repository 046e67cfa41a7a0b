// A camera in a simulation: exposure, white balance, noise, rendering, compression, of a handful of regions.

internal import Glibc
internal import Vision

/// Turns light into the colours that a track tells. Regions are in `FrameLight.Region`'s order.
struct FlashCamera {
  private let scene: FlashScene
  private var gain = 0.0
  private var target = 0.0
  private var balance = SIMD3<Double>()
  private var first: (brightness: Double, chroma: SIMD3<Double>)?
  private var kept: [SIMD3<Double>?]
  private var held: [SIMD2<Double>?]
  private var seconds = 0.0
  private var faceChroma: [Wander]
  private var regionChroma: [[Wander]]
  private var regionBrightness: [Wander]

  /// Light that the face's brightest region is kept below at first.
  private static let highlight = 0.6

  init(_ scene: FlashScene, using numbers: inout SimulationNumbers) {
    self.scene = scene
    let regions = FrameLight.Region.allCases.count
    kept = Array(repeating: nil, count: regions)
    held = Array(repeating: nil, count: regions)
    faceChroma = (0..<2).map { _ in
      Wander(size: scene.chromaNoise, memory: 0.4, using: &numbers)
    }
    regionChroma = (0..<regions).map { _ in
      (0..<2).map { _ in Wander(size: scene.chromaNoise, memory: 0.3, using: &numbers) }
    }
    regionBrightness = (0..<regions).map { _ in
      Wander(size: scene.brightnessNoise, memory: 0.5, using: &numbers)
    }
  }

  /// - Parameters:
  ///   - light: what each region sends to the camera, lux times reflectance; nil where it is not seen.
  /// - Returns: the colours of a frame.
  mutating func take(
    _ light: [SIMD3<Double>?], at seconds: Double, using numbers: inout SimulationNumbers
  ) -> FrameLight {
    let passed = first == nil ? 0 : seconds - self.seconds
    self.seconds = seconds
    let face = mean(light[0..<5].compactMap { $0 })
    let all = mean([face] + light[5..<7].compactMap { $0 })
    let meter = (face + all) / 2
    let logs = SIMD3(log(meter.x), log(meter.y), log(meter.z))
    let brightness = log((meter * SIMD3(0.21, 0.72, 0.07)).sum())
    let chroma = logs - logs.y
    guard let start = first else {
      // Settled before the clip began, so that the face is not over-exposed; most of a room's colour is
      // taken out.
      first = (brightness, chroma)
      let brightest = (light[..<5] + light[7...]).compactMap { $0?.max() }.max() ?? 1
      target = min(log(scene.exposureTarget), log(Self.highlight / brightest) + brightness)
      gain = target - brightness
      balance = -0.8 * (chroma - chroma.y)
      return take(light, at: seconds, using: &numbers)
    }
    let wantedGain =
      target - start.brightness
      - scene.exposureStrength * (brightness - start.brightness)
    gain += (1 - exp(-passed / scene.exposureMemory)) * (wantedGain - gain)
    let wantedBalance = -0.8 * start.chroma - scene.balanceStrength * (chroma - start.chroma)
    balance += (1 - exp(-passed / scene.balanceMemory)) * (wantedBalance - balance)
    for index in faceChroma.indices { faceChroma[index].pass(passed, using: &numbers) }

    var colors: [FrameLight.Region: LinearColor] = [:]
    for region in FrameLight.Region.allCases {
      let index = region.rawValue
      regionBrightness[index].pass(passed, using: &numbers)
      for axis in 0..<2 { regionChroma[index][axis].pass(passed, using: &numbers) }
      guard let seen = light[index] else { continue }
      colors[region] = develop(seen, index, using: &numbers)
    }
    return FrameLight(colors: colors)
  }

  private mutating func develop(
    _ light: SIMD3<Double>, _ index: Int, using numbers: inout SimulationNumbers
  ) -> LinearColor {
    let isFace = index < 5 || index > 6
    // Skin of a moving head wanders in brightness and a little in chroma; walls hardly.
    let wander = (0..<2).map { axis in
      (isFace ? faceChroma[axis].value : 0)
        + (isFace ? 1 : 0.5) * regionChroma[index][axis].value
    }
    let brighter = (isFace ? 1 : 0.5) * regionBrightness[index].value
    let moved = SIMD3(brighter + wander[0], brighter, brighter + wander[1])
    var encoded = SIMD3<Double>()
    var clipped = 0.0
    for channel in 0..<3 {
      let noise = scene.sensorNoise * min(6, (20 / max(light[channel], 0.05)).squareRoot())
      let exposed =
        light[channel] * exp(gain + balance[channel] + moved[channel] + noise * numbers.normal())
      let rendered = pow(exposed / 0.2, scene.contrast) * 0.2
      clipped = max(clipped, rendered > 0.92 ? 1 : 0)
      encoded[channel] = 255 * Self.encode(min(rendered, 1))
    }
    if let before = kept[index] { encoded += (before - encoded) * scene.temporalKeep }
    kept[index] = encoded
    // An encoder leaves out small changes of chroma (BT.601 differences), and steps when they have grown.
    let luma = (encoded * SIMD3(0.299, 0.587, 0.114)).sum()
    var chroma = SIMD2((encoded.z - luma) * 0.564, (encoded.x - luma) * 0.713)
    let old = held[index] ?? chroma
    for axis in 0..<2 where abs(chroma[axis] - old[axis]) < scene.deadZone {
      chroma[axis] = old[axis]
    }
    held[index] = chroma
    let red = luma + chroma.y / 0.713
    let blue = luma + chroma.x / 0.564
    let green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    // A region has hundreds of pixels: the mean is finer than a step, by about a tenth of one.
    func linear(_ value: Double) -> Double {
      let noisy = (value + 0.1 * numbers.normal()) / 255
      return Self.decode(min(max(noisy, 0), 1))
    }
    return LinearColor(
      red: linear(red), green: linear(green), blue: linear(blue), clippedShare: clipped)
  }

  private static func encode(_ linear: Double) -> Double {
    linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
  }

  private static func decode(_ encoded: Double) -> Double {
    encoded <= 0.04045 ? encoded / 12.92 : pow((encoded + 0.055) / 1.055, 2.4)
  }

  private func mean(_ values: [SIMD3<Double>]) -> SIMD3<Double> {
    values.reduce(SIMD3(), +) / Double(max(values.count, 1))
  }
}
