// Stretches of a recording as files, for the customer's own review.

package import Vocabulary

extension SpeechReading {
  /// The stretch `span`, in seconds of the recording, with a little around it: WAV, 16 kHz, one channel of 16 bits. Nil if
  /// samples were not kept (`SpeechTask.keepsSamples`) or nothing of it lies in the recording. Personal data.
  package func recording(of span: ClosedRange<Double>) -> Bytes? {
    let rate = Double(SpeechLimits.rate)
    guard span.lowerBound.isFinite, span.upperBound.isFinite else { return nil }
    let begin = max(0, min(Double(samples.count), (span.lowerBound - SpeechJob.leadSeconds) * rate))
    let end = max(0, min(Double(samples.count), (span.upperBound + SpeechJob.trailSeconds) * rate))
    guard Int(begin) < Int(end) else { return nil }
    return Self.wav(samples[Int(begin)..<Int(end)])
  }

  /// Longest header: RIFF, its format and the length of its data.
  private static let headerBytes = 44

  static func wav(_ samples: ArraySlice<Float>) -> Bytes {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerBytes + 2 * samples.count)
    func add(_ number: Int, bytes count: Int) {
      for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
    bytes += "RIFF".utf8
    add(headerBytes - 8 + 2 * samples.count, bytes: 4)
    bytes += "WAVEfmt ".utf8
    add(16, bytes: 4)
    add(1, bytes: 2)
    add(1, bytes: 2)
    add(SpeechLimits.rate, bytes: 4)
    add(2 * SpeechLimits.rate, bytes: 4)
    add(2, bytes: 2)
    add(16, bytes: 2)
    bytes += "data".utf8
    add(2 * samples.count, bytes: 4)
    for sample in samples { add(Int((max(-1, min(1, sample)) * 32_767).rounded()), bytes: 2) }
    return Bytes(bytes)
  }
}
