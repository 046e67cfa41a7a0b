// Transforms, filters and spectra against reference values.

internal import Foundation
internal import Testing

@testable internal import Speech

@Suite struct SpectrumTests {
  @Test(arguments: [2, 4, 6, 10, 60, 400, 512])
  func powerIsThatOfTheDefinition(length: Int) {
    var numbers = SeededRandom(seed: UInt64(length))
    let frame = (0..<length).map { _ in Float.random(in: -1...1, using: &numbers) }
    var transform = FourierTransform(length: length)
    var power = [Float](repeating: 0, count: transform.bins)
    frame.withUnsafeBufferPointer { frame in
      power.withUnsafeMutableBufferPointer { transform.power(of: frame, into: $0.baseAddress!) }
    }
    for bin in 0..<transform.bins {
      var (real, imaginary) = (0.0, 0.0)
      for (index, sample) in frame.enumerated() {
        let angle = -2 * Double.pi * Double(bin * index % length) / Double(length)
        real += Double(sample) * cos(angle)
        imaginary += Double(sample) * sin(angle)
      }
      #expect(abs(Double(power[bin]) - real * real - imaginary * imaginary) < 1e-3 * Double(length))
    }
  }

  /// Two tones, the second from the middle on.
  static let sound: [Float] = (0..<16_000).map { index in
    let time = Double(index) / 16_000
    return Float(
      0.3 * sin(2 * .pi * 440 * time) + (time > 0.5 ? 0.1 * sin(2 * .pi * 2200 * time) : 0))
  }

  /// Values of numpy with the filters of librosa's definition.
  @Test func logMelIsTheReferences() {
    let spectrum = LogMel.spectrum(Self.sound[...], frames: 200)
    #expect(spectrum.count == 80 * 200)
    for (band, frame, value) in melReference {
      #expect(abs(Double(spectrum[band * 200 + frame]) - value) < 2e-3)
    }
  }

  /// Values of numpy with Kaldi's definition.
  @Test func voiceSpectrumIsTheReferences() {
    let spectrum = VoiceSpectrum.spectrum(Self.sound[...])
    #expect(spectrum.count == 98 * 80)
    for (frame, band, value) in voiceReference {
      #expect(abs(Double(spectrum[frame * 80 + band]) - value) < 2e-2)
    }
  }

  @Test func framesAreFewLengths() {
    #expect(LogMel.frames(samples: 0) == 200)
    #expect(LogMel.frames(samples: 16_000) == 200)
    #expect(LogMel.frames(samples: 5 * 16_000) == 600)
    #expect(LogMel.frames(samples: 60 * 16_000) == 1500)
    #expect(VoiceSpectrum.frames(samples: 399) == 0)
    #expect(VoiceSpectrum.frames(samples: 400) == 1)
  }
}

/// Band, frame, value.
private let melReference: [(Int, Int, Double)] = [
  (10, 20, 1.2378), (10, 80, 1.2378), (40, 20, -0.6727), (40, 80, -0.6727), (79, 150, -0.6727),
  (0, 0, 0.8724),
]

/// Frame, band, value.
private let voiceReference: [(Int, Int, Double)] = [
  (10, 20, -0.001), (80, 20, -0.0112), (10, 50, -2.2494), (80, 50, 1.8216), (97, 79, -0.2218),
]
