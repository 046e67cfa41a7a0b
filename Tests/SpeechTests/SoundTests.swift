// What is measured of sound, and where speech is found.

internal import Media
internal import Testing

@testable internal import Speech

@Suite struct SoundTests {
  private func doubts(_ samples: [Float], _ segments: [VoicedSegment] = []) -> [SoundDoubt] {
    SoundCondition(samples, segments: segments).doubts(segments: segments)
  }

  @Test func lengthAndSilence() {
    #expect(doubts([]) == [.tooShort])
    #expect(doubts(Synthesis.noise(seconds: 0.19)) == [.tooShort])
    #expect(doubts([Float](repeating: 0, count: 61 * 16_000)) == [.tooLong])
    #expect(doubts([Float](repeating: 0, count: 32_000)) == [.silent])
    #expect(doubts([Float](repeating: 0.0001, count: 32_000)) == [.silent])
    #expect(doubts(Synthesis.noise(seconds: 2)) == [.noSpeech])
  }

  @Test func levelAndNoise() throws {
    let speech = VoicedSegment(start: 0.5, end: 1.5)
    var samples = Synthesis.noise(seconds: 2, gain: 0.01)
    for index in 8_000..<24_000 { samples[index] += index % 40 < 20 ? 0.2 : -0.2 }
    let condition = SoundCondition(samples, segments: [speech])
    #expect(abs(try #require(condition.levelDB) + 14) < 0.2)
    #expect(abs(try #require(condition.signalToNoiseDB) - 31) < 2)
    #expect(doubts(samples, [speech]) == [])
    #expect(doubts(samples.map { $0 * 0.005 }, [speech]).contains(.tooQuiet))
    #expect(doubts(samples, [VoicedSegment(start: 0.5, end: 0.8)]) == [.littleSpeech])
    let loud = samples.map { max(-1, min(1, $0 * 8)) }
    #expect(doubts(loud, [speech]) == [.clipped])
    let noisy = zip(samples, Synthesis.noise(seconds: 2, gain: 0.6)).map { $0 + $1 }
    #expect(doubts(noisy, [speech]).contains(.noisy))
  }

  @Test func samplesBeyondAllBoundsAreClipped() {
    let samples: [Float] = [0.5, -0.5, 1e25, -1e25, .infinity, -.infinity, .nan, 7.5, -8, 8.1]
    #expect(
      SoundCondition.bounded(samples) == [0.5, -0.5, 1, -1, 1, -1, 1, 7.5, -8, 1])
    let loud = Synthesis.noise(seconds: 1).map { $0 * 1e25 }
    let bounded = SoundCondition.bounded(loud)
    #expect(SoundCondition(bounded, segments: []).clippedShare > 0.9)
    let mel = LogMel.spectrum(bounded[...], frames: LogMel.frames(samples: bounded.count))
    #expect(mel.allSatisfy { $0.isFinite })
  }

  @Test func theEndOfSpeechIsInAWindow() {
    let second = 16_000
    #expect(VoiceReader.windows(samples: 3 * second - 1) == [])
    #expect(VoiceReader.windows(samples: 3 * second) == [0..<24_000, 24_000..<48_000])
    let windows = VoiceReader.windows(samples: 4 * second)
    #expect(windows == [0..<24_000, 24_000..<48_000, 40_000..<64_000])
    for count in [50_001, 100_000, 960_000, 961_000] {
      #expect(VoiceReader.windows(samples: count).last?.upperBound == count)
    }
  }

  @Test func whatIsBelowTheNoiseIsNoSpeech() {
    let second = 16_000
    // Noise throughout; a voice in seconds 1 to 3 and 4 to 6 of what is taken for speech.
    var samples = Synthesis.noise(seconds: 8, gain: 0.02)
    for index in samples.indices where [1, 2, 4, 5].contains(index / second) {
      samples[index] += index % 40 < 20 ? 0.2 : -0.2
    }
    let all = SpeechRuns(samples, [second / 2..<3 * second, 4 * second..<7 * second])
    #expect(all.seconds(0) == 0.5 && all.seconds(5 * second / 2) == 4)
    let loud = all.standingOut()
    // A quarter of a second around a voice is as loud.
    #expect((4 * second..<4 * second + second * 6 / 10).contains(loud.speech.count))
    #expect(loud.seconds(0) > 0.8 && loud.seconds(loud.speech.count - 1) < 6.2)
    // Three seconds stay, and all of what is shorter.
    let brief = SpeechRuns(samples, [0..<2 * second, 3 * second..<4 * second + second / 2])
    #expect((3 * second..<4 * second).contains(brief.standingOut().speech.count))
    // As voiced stretches lie, beside the blocks that are measured: what stays has windows.
    let odd = SpeechRuns(samples, [512 * 23..<512 * 71, 512 * 91..<512 * 161])
    #expect(odd.standingOut().speech.count < odd.speech.count)
    #expect(VoiceReader.windows(samples: odd.standingOut().speech.count).count >= 2)
    let least = SpeechRuns(samples, [0..<2 * second])
    #expect(least.standingOut().speech == least.speech)
    // Without noise nobody is too weak: a second voice 20 dB below the first is looked at.
    for index in samples.indices {
      samples[index] =
        (1..<7).contains(index / second)
        ? (index % 40 < 20 ? 1 : -1) * (index < 4 * second ? 0.2 : 0.02) : 0
    }
    let clean = SpeechRuns(samples, [second..<7 * second])
    #expect(clean.standingOut().speech == clean.speech)
  }

  @Test func leastLikenessIsThatOfAnyStretch() throws {
    func voice(_ numbers: [Float], halves: Double? = nil, _ windows: [Double] = []) throws
      -> VoiceReading
    {
      VoiceReading(
        template: try #require(VoiceTemplate(numbers)), halves: halves,
        windows: windows.map { .init(start: 0, end: 1, similarity: $0) })
    }
    let (one, other) = (try voice([1, 0]), try voice([0, 1]))
    #expect(VoiceReading.leastSimilarity(of: [one]) == nil)
    #expect(VoiceReading.leastSimilarity(of: [one, other]) == 0)
    // One answer alone is held against itself.
    let halved = try voice([1, 0], halves: 0.1)
    #expect(VoiceReading.leastSimilarity(of: [halved]) == 0.1)
    let windowed = try voice([1, 0], halves: 0.6, [0.2, 0.8])
    #expect(VoiceReading.leastSimilarity(of: [one, windowed]) == 0.2)
    let spoilt = try voice([1, 0], halves: 0.6, [.nan, 0.8])
    #expect(VoiceReading.leastSimilarity(of: [spoilt]) == -1)
  }

  @Test func blockingDoubtsAreThoseWithoutRecognition() {
    let blocking = SoundDoubt.allCases.filter(\.blocks)
    #expect(blocking == [.tooShort, .tooLong, .silent, .noSpeech, .littleSpeech])
  }

  @Test func segmentsHaveHysteresisAndBridgePauses() {
    let step = VoiceActivity.stepSeconds
    func segments(_ runs: [(Float, Int)]) -> [VoicedSegment] {
      VoiceActivity.segments(
        runs.flatMap { [Float](repeating: $0.0, count: $0.1) }, seconds: 100)
    }
    #expect(segments([(0.1, 20)]).isEmpty)
    #expect(segments([(0.1, 5), (0.9, 10), (0.1, 20)]) == [.init(start: 5 * step, end: 15 * step)])
    // A short pause is part of speech, a long one ends it.
    #expect(segments([(0.9, 10), (0.1, 4), (0.9, 10)]).count == 1)
    #expect(segments([(0.9, 10), (0.1, 9), (0.9, 10)]).count == 2)
    // What has begun goes on a little below the mark.
    #expect(segments([(0.9, 5), (0.4, 10), (0.1, 20)]) == [.init(start: 0, end: 15 * step)])
    // A click is no speech.
    #expect(segments([(0.1, 5), (0.9, 2), (0.1, 20)]).isEmpty)
  }
}

@Suite struct RecordingTests {
  private func reading(_ samples: [Float]) -> SpeechReading {
    var reading = SpeechReading(
      condition: SoundCondition(samples, segments: []), doubts: [], startSeconds: 0, segments: [])
    reading.samples = samples
    return reading
  }

  @Test func aStretchIsCutWithALittleAroundIt() throws {
    let samples = Synthesis.noise(seconds: 3)
    let bytes = try #require(reading(samples).recording(of: 1...2))
    #expect(bytes.count == 44 + 2 * Int(1.5 * 16_000))
    let decoded = try AudioDecoder.decode(bytes)
    #expect(decoded.samples.count == 24_000)
    for (index, sample) in decoded.samples.enumerated() {
      #expect(abs(sample - samples[12_800 + index]) < 1e-4)
      if abs(sample - samples[12_800 + index]) >= 1e-4 { break }
    }
  }

  @Test func whatIsNotThereIsNotCut() {
    #expect(reading([]).recording(of: 0...1) == nil)
    #expect(reading(Synthesis.noise(seconds: 1)).recording(of: 9...10) == nil)
    #expect(reading(Synthesis.noise(seconds: 1)).recording(of: 0 ... .infinity) == nil)
    #expect(reading(Synthesis.noise(seconds: 1)).recording(of: -5...50)?.count == 44 + 32_000)
  }
}
