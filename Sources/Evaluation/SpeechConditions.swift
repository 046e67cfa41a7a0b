// What is done to recordings before they are listened to again: other voices, a telephone, a room, an overdriven
// microphone.

#if canImport(Glibc)
  internal import Glibc
#endif

/// A surrounding in which recordings are listened to.
package enum SpeechCondition: String, Sendable, CaseIterable {
  case clean
  /// Six other recordings at once, together 10 dB below.
  case babble10dB
  /// 300 to 3400 Hz.
  case phoneBand
  /// A room that rings for 0.4 s, its sound 6 dB below the direct one.
  case reverb
  /// 12 dB too loud for the microphone.
  case clipped

  static let rate = 16_000.0
  static let babbleVoices = 6
  static let babbleDB = 10.0

  /// `samples` in this surrounding. `others` are recordings that voices are taken from.
  func apply(
    to samples: [Float], others: [[Float]], using numbers: inout some RandomNumberGenerator
  ) -> [Float] {
    switch self {
    case .clean: samples
    case .babble10dB: Self.babble(samples, others, &numbers)
    case .phoneBand: Self.band(samples, 300...3400)
    case .reverb: Self.room(samples, &numbers)
    case .clipped: samples.map { max(-1, min(1, $0 * Self.overdrive(samples))) }
    }
  }

  /// What brings the loudest sample 12 dB above full scale.
  private static func overdrive(_ samples: [Float]) -> Float {
    let peak = samples.reduce(Float(0)) { max($0, abs($1)) }
    return peak > 0 ? 4 / peak : 1
  }

  static func power(_ samples: [Float]) -> Double {
    samples.isEmpty
      ? 0 : samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
  }

  private static func babble(
    _ samples: [Float], _ others: [[Float]], _ numbers: inout some RandomNumberGenerator
  ) -> [Float] {
    var sum = [Float](repeating: 0, count: samples.count)
    for other in others.filter({ !$0.isEmpty }).shuffled(using: &numbers).prefix(babbleVoices) {
      let start = Int.random(in: 0..<other.count, using: &numbers)
      let gain = Float(1 / (power(other) + 1e-12).squareRoot())
      for index in sum.indices { sum[index] += gain * other[(start + index) % other.count] }
    }
    let babble = power(sum)
    guard babble > 0 else { return samples }
    let gain = Float((power(samples) / babble).squareRoot() * pow(10, -babbleDB / 20))
    return zip(samples, sum).map { $0 + gain * $1 }
  }

  /// Second-order high and low pass, each twice (R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter
  /// coefficients").
  private static func band(_ samples: [Float], _ hertz: ClosedRange<Double>) -> [Float] {
    var result = samples.map(Double.init)
    for (cut, isHigh) in [(hertz.lowerBound, true), (hertz.upperBound, false)] {
      let angle = 2 * Double.pi * cut / rate
      let (c, alpha) = (cos(angle), sin(angle) / (2 * 0.7071))
      let edge = isHigh ? (1 + c) / 2 : (1 - c) / 2
      let b = [edge, isHigh ? -2 * edge : 2 * edge, edge].map { $0 / (1 + alpha) }
      let a = [-2 * c / (1 + alpha), (1 - alpha) / (1 + alpha)]
      for _ in 0..<2 {
        var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)
        for index in result.indices {
          let x = result[index]
          let y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
          (x2, x1, y2, y1) = (x1, x, y1, y)
          result[index] = y
        }
      }
    }
    return result.map(Float.init)
  }

  /// A decaying run of random echoes (J. Polack's model of late reverberation).
  private static func room(
    _ samples: [Float], _ numbers: inout some RandomNumberGenerator
  ) -> [Float] {
    let length = Int(0.4 * rate)
    var echoes: [(delay: Int, gain: Float)] = []
    var energy = 0.0
    for delay in stride(from: Int(0.005 * rate), to: length, by: 5) {
      let decay = exp(-6.9 * Double(delay) / Double(length))
      let gain = Double.random(in: -1...1, using: &numbers) * decay
      energy += gain * gain
      echoes.append((delay, Float(gain)))
    }
    let scale = Float((pow(10, -0.6) / energy).squareRoot())
    var result = samples
    for (delay, gain) in echoes {
      guard delay < samples.count else { break }
      let echo = gain * scale
      for index in delay..<samples.count { result[index] += echo * samples[index - delay] }
    }
    return result
  }
}
