// Lips against voice: series made of sines and noise, where the answer is known.

import Liveness
import Testing
import Vocabulary

/// A talker: words with pauses, lips that move with them, and what can go wrong with that.
private struct Talker {
  var seconds = 6.0
  /// Speech: from and to, seconds.
  var words: [ClosedRange<Double>] = [0.6...1.5, 1.9...2.8, 3.3...4.4, 4.7...5.4]
  /// When the mouth speaks, if it is another's.
  var mouthWords: [ClosedRange<Double>]?
  /// Mouth widths a second, about.
  var liveliness = 1.0
  /// How much later the sound comes.
  var lag = 0.0
  var seed: UInt64 = 1

  func mouths(perSecond: Double = 20) -> [MouthShape] {
    var random = SeededRandom(seed: seed)
    return (0..<Int(seconds * perSecond)).map { index in
      let time = Double(index) / perSecond
      let speaks = (mouthWords ?? words).contains { $0.contains(time) }
      let noise = Double.random(in: -0.002...0.002, using: &random)
      let wave = (sinWave(time, 4.3) + 0.6 * sinWave(time, 2.7)) * 0.07 * liveliness
      return MouthShape(
        seconds: time, opening: max(0.02 + (speaks ? 0.12 * liveliness + wave : 0) + noise, 0),
        width: 0.55 + (speaks ? 0.3 * wave : 0) + noise)
    }
  }

  func loudness() -> [TimedValue] {
    var random = SeededRandom(seed: seed &+ 7)
    return (0..<Int(seconds * 40)).map { index in
      let time = Double(index) / 40
      let speaks = words.contains { $0.contains(time - lag) }
      let level = speaks ? -22 + 5 * sinWave(time, 4.1) : -62.0
      return TimedValue(seconds: time, value: level + Double.random(in: -2...2, using: &random))
    }
  }

  /// Quarters of a sine, by a table-free approximation: no library is needed for a test.
  private func sinWave(_ time: Double, _ hertz: Double) -> Double {
    let phase = (time * hertz).truncatingRemainder(dividingBy: 1)
    let x = phase < 0.5 ? phase * 2 : (phase - 0.5) * 2
    let half = 4 * x * (1 - x)
    return phase < 0.5 ? half : -half
  }

  var signals: [LivenessSignal: Double] {
    VoiceFaceJudge.judge(mouths: mouths(), loudness: loudness())
  }
}

@Test("a talker's lips go with the voice", arguments: [1, 2, 3, 4, 5] as [UInt64])
func talkerAgrees(seed: UInt64) throws {
  let signals = Talker(seed: seed).signals
  #expect(try #require(signals[.lipVoiceAgreement]) > 0.5)
  #expect(try #require(signals[.lipVoicedMotion]) > 0.4)
  #expect(try #require(signals[.lipVoicedMovingShare]) > 0.8)
  #expect(signals[.lipVoiceCoverage] == 1)
  #expect(try #require(signals[.lipSilentMotionSeconds]) < 0.5)
}

@Test("a mouth that rests while there is speech is still")
func stillMouth() throws {
  let signals = Talker(mouthWords: []).signals
  #expect(try #require(signals[.lipVoicedMotion]) < 0.1)
  #expect(signals[.lipVoicedMovingShare] == 0)
  #expect(try #require(signals[.lipVoiceAgreement]) < 0.4)
}

@Test("a mouth that moves without a voice is counted")
func silentSpeech() throws {
  let signals = Talker(
    seconds: 8, words: [0.5...1.2], mouthWords: [0.5...1.2, 2...7.5]
  ).signals
  #expect(try #require(signals[.lipSilentMotionSeconds]) > 3)
  // A still room: no voice at all.
  let quiet = Talker(words: [], mouthWords: [0.5...5.5]).signals
  #expect(quiet[.lipVoicedMotion] == nil || quiet[.lipVoiceAgreement].map { $0 < 0.4 } ?? true)
}

@Test(
  "another's speech with other pauses does not go with the lips", arguments: [1, 2, 3] as [UInt64])
func dubbed(seed: UInt64) throws {
  let other: [ClosedRange<Double>] = [0.1...0.5, 1.5...1.9, 2.8...3.3, 4.4...4.7, 5.4...5.9]
  let signals = Talker(mouthWords: other, seed: seed).signals
  #expect(try #require(signals[.lipVoiceAgreement]) < 0.2)
}

@Test("sound that comes late is found late, up to a fifth of a second")
func lateSound() throws {
  let lag = try #require(Talker(lag: 0.12).signals[.lipVoiceLagSeconds])
  #expect((0.04...0.2).contains(lag))
  let ahead = try #require(Talker(lag: -0.12).signals[.lipVoiceLagSeconds])
  #expect(ahead < lag)
}

@Test("a face that is not seen while there is speech is counted, and not made up")
func unseenMouth() throws {
  let talker = Talker()
  let mouths = talker.mouths().filter { !(1.8...4.5).contains($0.seconds) }
  let signals = VoiceFaceJudge.judge(mouths: mouths, loudness: talker.loudness())
  #expect(try #require(signals[.lipVoiceCoverage]) < 0.6)
}

@Test("nothing is measured of nothing, of too little, or of what is no number")
func nothingIsMadeUp() {
  let talker = Talker()
  #expect(VoiceFaceJudge.judge(mouths: [], loudness: talker.loudness()).isEmpty)
  #expect(VoiceFaceJudge.judge(mouths: talker.mouths(), loudness: []).isEmpty)
  #expect(
    VoiceFaceJudge.judge(mouths: Talker(seconds: 1).mouths(), loudness: talker.loudness()).isEmpty)
  let broken = talker.mouths().map {
    MouthShape(seconds: $0.seconds, opening: .nan, width: $0.width)
  }
  #expect(VoiceFaceJudge.judge(mouths: broken, loudness: talker.loudness()).isEmpty)
  let far = [
    MouthShape(seconds: 0, opening: 0, width: 1), MouthShape(seconds: 1e12, opening: 0, width: 1),
    MouthShape(seconds: 2e12, opening: 0, width: 1),
  ]
  #expect(VoiceFaceJudge.judge(mouths: far, loudness: talker.loudness()).isEmpty)
  // Still mouth and flat sound: no agreement can be told, none is.
  let flat = (0..<200).map { TimedValue(seconds: Double($0) / 40, value: -30) }
  let still = (0..<100).map { MouthShape(seconds: Double($0) / 20, opening: 0.1, width: 0.5) }
  #expect(VoiceFaceJudge.judge(mouths: still, loudness: flat)[.lipVoiceAgreement] == nil)
}

@Test("a voice detector's word is taken for where there is voice")
func detectorsWord() throws {
  let talker = Talker()
  let none = VoiceFaceJudge.judge(
    mouths: talker.mouths(), loudness: talker.loudness(), voiced: [])
  #expect(none[.lipVoicedMotion] == nil)
  let told = VoiceFaceJudge.judge(
    mouths: talker.mouths(), loudness: talker.loudness(), voiced: talker.words)
  #expect(try #require(told[.lipVoicedMotion]) > 0.4)
}

@Test("a voice before the mouth was first seen, or after, is a voice without a mouth")
func voiceBesideTheMouth() throws {
  let talker = Talker()
  func coverage(_ more: [ClosedRange<Double>]) -> Double? {
    VoiceFaceJudge.judge(
      mouths: talker.mouths(), loudness: talker.loudness(), voiced: talker.words + more
    )[.lipVoiceCoverage]
  }
  #expect(try #require(coverage([])) == 1)
  // As long again as what is spoken on the pictures.
  #expect(abs(try #require(coverage([10...13.6])) - 0.5) < 0.03)
  #expect(abs(try #require(coverage([-5 ... -1.4])) - 0.5) < 0.03)
  #expect(try #require(coverage([1e15...1e16])) < 0.01)
}
