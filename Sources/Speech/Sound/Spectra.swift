// What the models hear: log-mel spectra for the recogniser, filter-bank energies for voices.

internal import Glibc

/// Whisper's log-mel spectrum.
///
/// Frames of 25 ms every 10 ms in a Hann window, centred, the ends reflected; log₁₀ of mel energies, at most 8 below
/// the loudest, scaled as (x + 4) / 4 (A. Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision",
/// 2022, and the published model's own code).
enum LogMel {
  static let frameLength = 400
  static let step = SpeechLimits.rate / SpeechModels.framesPerSecond

  /// How many frames `count` samples are heard in: half a second of silence after them, at least, in whole steps.
  static func frames(samples count: Int) -> Int {
    let unit = SpeechModels.framesStep
    let needed = count / step + SpeechModels.framesPerSecond / 2
    let rounded = (needed + unit - 1) / unit * unit
    return min(SpeechModels.framesMax, max(SpeechModels.framesMin, rounded))
  }

  /// `frames` frames of each band, band after band, of `samples` with silence after them.
  static func spectrum(_ samples: ArraySlice<Float>, frames: Int) -> [Float] {
    let half = frameLength / 2
    let length = frames * step
    var padded = [Float](repeating: 0, count: length + frameLength)
    for (index, sample) in samples.prefix(length).enumerated() { padded[half + index] = sample }
    for index in 1...half {
      padded[half - index] = padded[half + index]
      padded[half + length - 1 + index] = padded[half + length - 1 - index]
    }
    let window = (0..<frameLength).map {
      Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(frameLength)))
    }
    var transform = FourierTransform(length: frameLength)
    let bank = FilterBank.whisper
    var power = [Float](repeating: 0, count: transform.bins)
    var frame = [Float](repeating: 0, count: frameLength)
    var result = [Float](repeating: 0, count: bank.count * frames)
    var loudest = -Float.infinity
    for number in 0..<frames {
      for index in 0..<frameLength { frame[index] = padded[number * step + index] * window[index] }
      frame.withUnsafeBufferPointer { frame in
        power.withUnsafeMutableBufferPointer {
          transform.power(of: frame, into: $0.baseAddress!)
        }
      }
      power.withUnsafeBufferPointer { power in
        for band in 0..<bank.count {
          let level = log10f(max(bank.energy(band, of: power.baseAddress!), 1e-10))
          loudest = max(loudest, level)
          result[band * frames + number] = level
        }
      }
    }
    let floor = loudest - 8
    for index in result.indices { result[index] = (max(result[index], floor) + 4) / 4 }
    return result
  }
}

/// Filter-bank energies as the speaker embedding was trained on: Kaldi's, less their mean over time.
///
/// Frames of 25 ms every 10 ms that lie wholly in the sound, their mean taken off, high frequencies raised by 0.97, Povey's
/// window, a transform of 512 samples, logarithm of 80 bands (D. Povey et al., "The Kaldi Speech Recognition Toolkit",
/// 2011; the defaults of its feature program without dither).
enum VoiceSpectrum {
  static let frameLength = 400
  static let transformLength = 512
  static let step = 160

  static func frames(samples count: Int) -> Int {
    count < frameLength ? 0 : 1 + (count - frameLength) / step
  }

  /// One row of bands for each frame.
  static func spectrum(_ samples: ArraySlice<Float>) -> [Float] {
    let count = frames(samples: samples.count)
    let bank = FilterBank.kaldi
    let window = (0..<frameLength).map {
      Float(pow(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(frameLength - 1)), 0.85))
    }
    var transform = FourierTransform(length: transformLength)
    var power = [Float](repeating: 0, count: transform.bins)
    var frame = [Float](repeating: 0, count: transformLength)
    var result = [Float](repeating: 0, count: count * bank.count)
    for number in 0..<count {
      let start = samples.startIndex + number * step
      var mean: Float = 0
      for index in 0..<frameLength { mean += samples[start + index] }
      mean /= Float(frameLength)
      var before = samples[start] - mean
      for index in 0..<frameLength {
        let sample = samples[start + index] - mean
        frame[index] = (sample - 0.97 * before) * window[index]
        before = sample
      }
      frame.withUnsafeBufferPointer { frame in
        power.withUnsafeMutableBufferPointer {
          transform.power(of: frame, into: $0.baseAddress!)
        }
      }
      power.withUnsafeBufferPointer { power in
        for band in 0..<bank.count {
          let energy = bank.energy(band, of: power.baseAddress!)
          result[number * bank.count + band] = logf(max(energy, Float.ulpOfOne))
        }
      }
    }
    for band in 0..<bank.count where count > 0 {
      var mean: Float = 0
      for number in 0..<count { mean += result[number * bank.count + band] }
      mean /= Float(count)
      for number in 0..<count { result[number * bank.count + band] -= mean }
    }
    return result
  }
}

extension Double {
  /// e to this power.
  var exponential: Double { exp(self) }
}
