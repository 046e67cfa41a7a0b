// What a colour flash falls on in a simulation: a person, a room, a screen, a camera, each drawn from ranges.

internal import Glibc
internal import Liveness

/// The ranges that scenes are drawn from. Every number is an assumption, from handbooks and data sheets as named; none was
/// fitted to recordings, because there are none.
package struct FlashRanges: Sendable {
  /// Light of the room on the face, lux. EN 12464-1: offices 300–500, corridors 100; homes 50–200.
  package var roomLux: ClosedRange<Double>
  /// Full white of the screen, cd/m²: phones 400–800 indoors, notebooks 250–400.
  package var screenNits: ClosedRange<Double>
  /// Width and height of the screen in cm: phones.
  package var screenWidth: ClosedRange<Double>
  package var screenHeight: ClosedRange<Double>
  /// From the screen to the tip of the nose, cm.
  package var distance: ClosedRange<Double>
  /// From the screen to what is behind the person, cm.
  package var backgroundDistance: ClosedRange<Double>
  /// Colour temperature of the room's lights, K.
  package var kelvin: ClosedRange<Double>
  /// 0 is very light skin, 1 very dark.
  package var melanin: ClosedRange<Double>
  /// Frames a second.
  package var frameRates: [Double]
  /// Share of frames that are lost, and of the interval that timestamps and frames are late.
  package var dropShare: ClosedRange<Double>
  package var jitterShare: ClosedRange<Double>
  /// How much of a change of brightness exposure takes back, and of colour white balance; seconds they take.
  package var exposureStrength: ClosedRange<Double>
  package var exposureMemory: ClosedRange<Double>
  package var balanceStrength: ClosedRange<Double>
  package var balanceMemory: ClosedRange<Double>
  /// Wandering of a region's chroma and brightness as fractions; measured on open talking-head clips with crude
  /// regions: 0.007–0.02 and 0.01–0.08.
  package var chromaNoise: ClosedRange<Double>
  package var brightnessNoise: ClosedRange<Double>
  /// Head turns in degrees, and change of distance as a fraction.
  package var turn: ClosedRange<Double>
  package var sway: ClosedRange<Double>
  /// From the clip's first frame to the first colour in the picture, seconds.
  package var delay: ClosedRange<Double>

  /// What the judge's thresholds were chosen with: a phone held at arm's length indoors.
  package static let narrow = FlashRanges(
    roomLux: 20...400, screenNits: 400...700, screenWidth: 6.5...7.5, screenHeight: 13...16,
    distance: 25...40, backgroundDistance: 90...350, kelvin: 2700...6500, melanin: 0...1,
    frameRates: [15, 24, 30], dropShare: 0...0.05, jitterShare: 0...0.2,
    exposureStrength: 0.3...1, exposureMemory: 0.2...1, balanceStrength: 0...0.4,
    balanceMemory: 1...4, chromaNoise: 0.002...0.008, brightnessNoise: 0.01...0.03, turn: 0.5...4,
    sway: 0.005...0.02, delay: 0...0.4)

  /// What is reported: wider in every respect.
  package static let wide = FlashRanges(
    roomLux: 10...500, screenNits: 350...800, screenWidth: 6...8, screenHeight: 12...17,
    distance: 22...45, backgroundDistance: 70...500, kelvin: 2500...7500, melanin: 0...1,
    frameRates: [12, 15, 20, 24, 25, 30], dropShare: 0...0.1, jitterShare: 0...0.35,
    exposureStrength: 0...1, exposureMemory: 0.1...1.5, balanceStrength: 0...0.5,
    balanceMemory: 0.8...5, chromaNoise: 0.002...0.011, brightnessNoise: 0.01...0.05, turn: 0.5...6,
    sway: 0.005...0.03, delay: -0.1...0.5)
}

/// One drawn scene.
package struct FlashScene: Sendable {
  package var roomLux: Double
  /// Share of the room's light that comes from everywhere; the rest comes from `lampDirection`.
  var diffuseShare: Double
  var lampDirection: SIMD3<Double>
  /// Colours of diffuse light and lamp, green 1.
  var diffuseColor: SIMD3<Double>
  var lampColor: SIMD3<Double>

  var screenNits: Double
  var screenWidth: Double
  var screenHeight: Double
  /// Time constant of the screen, seconds: LCD 5–15 ms, OLED below 1.
  var screenMemory: Double
  /// How much of a primary's light other channels of the camera see.
  var crosstalk: Double
  package var distance: Double

  package var melanin: Double
  /// Bumpiness of this face: scales depth and slant of its regions.
  var depth: Double
  /// Each region's own colour about the skin's.
  var regionColor: [SIMD3<Double>]
  /// Shine of the skin towards the screen, as albedo.
  var shine: Double

  var backgroundDistance: SIMD2<Double>
  var backgroundColor: [SIMD3<Double>]
  /// Room light on the background over that on the face.
  var backgroundLight: SIMD2<Double>

  package var frameRate: Double
  var dropShare: Double
  var jitterShare: Double
  /// Start and length of a time without a face; nil in most scenes.
  var gap: (start: Double, seconds: Double)? = nil
  package var delay: Double
  /// Time that a frame collects light, seconds.
  var shutter: Double
  var exposureTarget: Double
  var exposureStrength: Double
  var exposureMemory: Double
  var balanceStrength: Double
  var balanceMemory: Double
  /// Exponent of the camera's rendering: contrast above 1.
  var contrast: Double
  /// Share of the frame before that temporal noise reduction keeps.
  var temporalKeep: Double
  /// Changes of chroma that the encoder leaves out, in 1/255.
  var deadZone: Double
  package var chromaNoise: Double
  var brightnessNoise: Double
  /// White noise of a region's mean at 100 lux, as a fraction.
  var sensorNoise: Double
  var turn: Double
  var sway: Double
  /// A real clip whose wandering stands in for simulated noise and movement, if there is one.
  private(set) var recording: FlashRecording?

  package init(_ ranges: FlashRanges, using numbers: inout SimulationNumbers) {
    roomLux = numbers.evenRatio(ranges.roomLux)
    diffuseShare = numbers.even(0.3...1)
    // From above, from any side, not from behind.
    let (azimuth, height) = (numbers.even(-1.3...1.3), numbers.even(0...1.2))
    lampDirection = SIMD3(sin(azimuth) * cos(height), sin(height), cos(azimuth) * cos(height))
    diffuseColor = Self.light(kelvin: numbers.even(ranges.kelvin))
    lampColor =
      numbers.happens(0.5) ? diffuseColor : Self.light(kelvin: numbers.even(ranges.kelvin))
    screenNits = numbers.even(ranges.screenNits)
    screenWidth = numbers.even(ranges.screenWidth)
    screenHeight = numbers.even(ranges.screenHeight)
    screenMemory = numbers.even(0.001...0.015)
    crosstalk = numbers.even(0.02...0.2)
    distance = numbers.even(ranges.distance)
    melanin = numbers.even(ranges.melanin)
    depth = numbers.even(0.8...1.2)
    regionColor = (0..<7).map { _ in
      let brightness = 0.1 * numbers.normal()
      return SIMD3(
        exp(brightness), exp(brightness + 0.05 * numbers.normal()),
        exp(brightness + 0.05 * numbers.normal()))
    }
    shine = numbers.even(0...0.03)
    backgroundDistance = SIMD2(
      numbers.even(ranges.backgroundDistance), numbers.even(ranges.backgroundDistance))
    backgroundColor = (0..<2).map { _ in
      let grey = numbers.evenRatio(0.05...0.8)
      return SIMD3(
        grey * exp(0.2 * numbers.normal()), grey, grey * exp(0.2 * numbers.normal()))
    }
    backgroundLight = SIMD2(numbers.evenRatio(0.3...2), numbers.evenRatio(0.3...2))
    frameRate = ranges.frameRates.randomElement(using: &numbers) ?? 30
    dropShare = numbers.even(ranges.dropShare)
    jitterShare = numbers.even(ranges.jitterShare)
    if numbers.happens(0.1) {
      gap = (start: numbers.even(0.5...4.5), seconds: numbers.even(0.1...0.5))
    }
    delay = numbers.even(ranges.delay)
    shutter = min(numbers.even(0.008...0.04), 0.9 / frameRate)
    exposureTarget = numbers.even(0.15...0.35)
    exposureStrength = numbers.even(ranges.exposureStrength)
    exposureMemory = numbers.evenRatio(ranges.exposureMemory)
    balanceStrength = numbers.even(ranges.balanceStrength)
    balanceMemory = numbers.evenRatio(ranges.balanceMemory)
    contrast = numbers.even(0.85...1.25)
    temporalKeep = numbers.even(0...0.4)
    deadZone = numbers.even(0...1)
    chromaNoise = numbers.evenRatio(ranges.chromaNoise)
    brightnessNoise = numbers.evenRatio(ranges.brightnessNoise)
    sensorNoise = numbers.evenRatio(0.001...0.006)
    turn = numbers.evenRatio(ranges.turn)
    sway = numbers.evenRatio(ranges.sway)
  }

  /// The same scene with the wandering and the frame times of a real clip.
  package func filmed(_ recording: FlashRecording) -> FlashScene {
    var scene = self
    scene.recording = recording
    scene.chromaNoise = 0
    scene.brightnessNoise = 0
    scene.turn = 0.1
    scene.sway = 0.001
    scene.gap = nil
    return scene
  }

  /// Linear sRGB of a black body against 6500 K, green 1: the logarithm of red and blue is close to linear in the
  /// inverse temperature (2700 K: 1.75, 1, 0.33).
  static func light(kelvin: Double) -> SIMD3<Double> {
    let mired = 1e6 / kelvin - 1e6 / 6500
    return SIMD3(exp(0.00258 * mired), 1, exp(-0.0051 * mired))
  }

  /// Linear reflectance: from light to dark skin (after the ranges of measured skin spectra, e.g. NIST's
  /// reference data, Cooksey and Allen 2013: at 620 nm 0.6–0.15, 550 nm 0.4–0.07, 460 nm 0.33–0.05).
  var skin: SIMD3<Double> {
    let (light, dark) = (SIMD3(0.6, 0.41, 0.33), SIMD3(0.15, 0.075, 0.05))
    var mixed = SIMD3<Double>()
    for channel in 0..<3 {
      mixed[channel] = exp(
        log(light[channel]) + melanin * (log(dark[channel]) - log(light[channel])))
    }
    return mixed
  }
}

/// A sequence on a screen.
struct FlashScreen {
  let sequence: ReflectSequence
  let crosstalk: Double
  let memory: Double
  let shutter: Double

  /// Light of the page that is shown before and after.
  private static let page = 0.4

  /// Linear light of a channel level.
  static func linear(_ level: UInt32) -> Double {
    let value = Double(level) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  /// What a camera sees of the screen, white 1, averaged over a shutter that closes at `seconds` since the first
  /// colour. Before and after the sequence the screen shows a page of medium brightness.
  func light(at seconds: Double) -> SIMD3<Double> {
    var sum = SIMD3<Double>()
    let samples = 3
    for sample in 0..<samples {
      sum += raw(at: seconds - shutter * (Double(sample) + 0.5) / Double(samples))
    }
    sum /= Double(samples)
    let mean = sum.sum() / 3
    return sum + (SIMD3(repeating: mean) - sum) * crosstalk
  }

  private func raw(at seconds: Double) -> SIMD3<Double> {
    var start = 0.0
    var before = SIMD3(repeating: Self.page)
    for color in sequence.colors {
      let end = start + Double(color.milliseconds) / 1000
      let now = SIMD3(
        Self.linear(color.rgb >> 16 & 0xFF), Self.linear(color.rgb >> 8 & 0xFF),
        Self.linear(color.rgb & 0xFF))
      if seconds < start { return before }
      if seconds < end {
        let left = exp(-(seconds - start) / memory)
        return now + (before - now) * left
      }
      before = now
      start = end
    }
    return SIMD3(repeating: Self.page)
  }
}
