// Sound that goes back to the customer: samples with their time, cut out and written as WAV.

internal import Glibc
package import Liveness
package import Vocabulary

/// 16-bit samples of one channel, `IntentLimits.pcmRate` a second. A voice is personal data: it prints as nothing.
package struct WaveSound: Sendable, Equatable {
  package var samples: [Int16]
  /// Of the first sample, since the first frame.
  package var startSeconds: Double

  package init(samples: [Int16], startSeconds: Double) {
    self.samples = samples
    self.startSeconds = startSeconds
  }

  package var seconds: Double { Double(samples.count) / Double(IntentLimits.pcmRate) }
  package var endSeconds: Double { startSeconds + seconds }

  /// The sound between two moments, as far as there is any.
  package func cut(_ span: ClosedRange<Double>) -> WaveSound {
    let rate = Double(IntentLimits.pcmRate)
    func place(_ moment: Double) -> Int {
      let place = ((moment - startSeconds) * rate).rounded()
      return place.isFinite ? Int(min(max(place, 0), Double(samples.count))) : 0
    }
    let (from, to) = (place(span.lowerBound), place(span.upperBound))
    return WaveSound(
      samples: Array(samples[from..<max(from, to)]),
      startSeconds: startSeconds + Double(from) / rate)
  }

  /// Bytes of the file of a cut, without cutting it.
  package func wavBytes(_ span: ClosedRange<Double>) -> Int {
    let heard = min(span.upperBound, endSeconds) - max(span.lowerBound, startSeconds)
    guard heard.isFinite, heard > 0 else { return 0 }
    let count = (heard * Double(IntentLimits.pcmRate)).rounded(.up)
    return Self.headerBytes + 2 * Int(min(count, Double(samples.count)))
  }

  /// Of a WAV file before its samples.
  package static let headerBytes = 44

  /// As a file; empty of no samples.
  package var wav: Bytes {
    guard !samples.isEmpty else { return .empty }
    let size = 2 * samples.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headerBytes + size)
    func add(_ number: Int, _ count: Int) {
      for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
    bytes += "RIFF".utf8
    add(36 + size, 4)
    bytes += "WAVEfmt ".utf8
    add(16, 4)
    add(1, 2)
    add(1, 2)
    add(IntentLimits.pcmRate, 4)
    add(2 * IntentLimits.pcmRate, 4)
    add(2, 2)
    add(16, 2)
    bytes += "data".utf8
    add(size, 4)
    for sample in samples { add(Int(sample), 2) }
    return Bytes(bytes)
  }

  /// Mean power of every 25 ms in dB of full scale, with the middle of each on the pictures' clock.
  package var loudness: [TimedValue] {
    let count = IntentLimits.pcmRate / 40
    return stride(from: 0, to: samples.count - count + 1, by: count).map { start in
      let power = samples[start..<start + count].reduce(0.0) {
        let value = Double($1) / 32768
        return $0 + value * value
      }
      return TimedValue(
        seconds: startSeconds + (Double(start) + Double(count) / 2) / Double(IntentLimits.pcmRate),
        value: 10 * log10(power / Double(count) + 1e-12))
    }
  }

  /// Longest run of digital silence between two moments, seconds.
  package func longestSilence(in span: ClosedRange<Double>) -> Double {
    var (longest, run) = (0, 0)
    for sample in cut(span).samples {
      run = sample == 0 ? run + 1 : 0
      longest = max(longest, run)
    }
    return Double(longest) / Double(IntentLimits.pcmRate)
  }
}

extension WaveSound: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Only the length.
  package var description: String { "<\(samples.count) samples>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
