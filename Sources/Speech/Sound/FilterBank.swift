// Triangular filters over a power spectrum, even on a scale of pitch.

internal import Glibc

/// Weights of triangular filters; sparse, because each covers few bins.
struct FilterBank: Sendable {
  private struct Band {
    let first: Int
    let weights: [Float]
  }

  private let bands: [Band]
  var count: Int { bands.count }

  /// Whisper's filters: 80 on Slaney's scale of mel, 0 to 8 kHz, of equal area, over a transform of 400 samples (the
  /// default of librosa's `filters.mel`, which Whisper's were made with).
  static let whisper = FilterBank(slaneyBands: 80, length: 400)

  /// Kaldi's filters: 80 on the mel scale of HTK, 20 Hz to 8 kHz, height 1, over a transform of 512 samples.
  static let kaldi = FilterBank(kaldiBands: 80, length: 512)

  private init(slaneyBands count: Int, length: Int) {
    // Linear below 1 kHz, logarithmic above: M. Slaney, "Auditory Toolbox", 1998.
    let (step, knee, growth) = (200.0 / 3, 1000.0, log(6.4) / 27)
    func mel(_ hertz: Double) -> Double {
      hertz < knee ? hertz / step : knee / step + log(hertz / knee) / growth
    }
    func hertz(_ mel: Double) -> Double {
      mel < knee / step ? mel * step : knee * exp(growth * (mel - knee / step))
    }
    let top = mel(Double(SpeechLimits.rate) / 2)
    let edges = (0...count + 1).map { hertz(top * Double($0) / Double(count + 1)) }
    let bin = Double(SpeechLimits.rate) / Double(length)
    bands = (0..<count).map { index in
      let (low, middle, high) = (edges[index], edges[index + 1], edges[index + 2])
      return Self.band(bins: length / 2 + 1) { number in
        let hertz = Double(number) * bin
        let height = min((hertz - low) / (middle - low), (high - hertz) / (high - middle))
        return max(0, height) * 2 / (high - low)
      }
    }
  }

  private init(kaldiBands count: Int, length: Int) {
    func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
    let (low, high) = (mel(20), mel(Double(SpeechLimits.rate) / 2))
    let step = (high - low) / Double(count + 1)
    let bin = Double(SpeechLimits.rate) / Double(length)
    bands = (0..<count).map { index in
      let left = low + Double(index) * step
      // Kaldi leaves the bin at half the rate out.
      return Self.band(bins: length / 2) { number in
        let place = mel(Double(number) * bin)
        return max(0, min((place - left) / step, (left + 2 * step - place) / step))
      }
    }
  }

  private static func band(bins: Int, _ weight: (Int) -> Double) -> Band {
    let weights = (0..<bins).map { Float(weight($0)) }
    let first = weights.firstIndex { $0 > 0 } ?? 0
    let last = weights.lastIndex { $0 > 0 } ?? -1
    return Band(first: first, weights: last < first ? [] : Array(weights[first...last]))
  }

  /// The energy in band number `index` of `power`.
  func energy(_ index: Int, of power: UnsafePointer<Float>) -> Float {
    let band = bands[index]
    var sum: Float = 0
    for (offset, weight) in band.weights.enumerated() { sum += weight * power[band.first + offset] }
    return sum
  }
}
