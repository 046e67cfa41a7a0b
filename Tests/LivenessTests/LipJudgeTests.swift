// Lips and sound, as courses.

import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

/// Four words, one a second: openings at 30 frames a second and levels at 50, sound `late` seconds after the lips.
private func words(late: Double = 0) -> (lips: [TimedValue], sound: [TimedValue]) {
  func word(_ now: Double) -> Double {
    (0..<4).reduce(0) { $0 + bump(now, (0.5 + Double($1) * 0.9)...(0.85 + Double($1) * 1.05)) }
  }
  let lips = (0..<150).map { index in
    TimedValue(seconds: Double(index) / 30, value: 0.02 + 0.25 * word(Double(index) / 30))
  }
  let sound = (0..<250).map { index in
    TimedValue(seconds: Double(index) / 50, value: -60 + 38 * word(Double(index) / 50 - late))
  }
  return (lips, sound)
}

@Test("Sound that follows the lips agrees with them; the lag is told", arguments: [-0.12, 0, 0.12])
func agreement(late: Double) throws {
  let (lips, sound) = words(late: late)
  let signals = LipJudge.judge(openings: lips, loudness: sound).signals
  #expect(try #require(signals[.lipSpeechCorrelation]) > 0.9)
  #expect(abs(try #require(signals[.lipSpeechLagSeconds]) - late) < 0.05)
  #expect(signals[.lipMotion] ?? 0 > 0.3)
  #expect(abs((signals[.speechSeconds] ?? 0) - 1.9) < 0.5)
}

@Test("Another clip's sound agrees less, and still lips agree with nothing")
func disagreement() {
  let (lips, sound) = words()
  let other = words(late: 0.5).sound
  let signals = LipJudge.judge(openings: lips, loudness: other).signals
  #expect(signals[.lipSpeechCorrelation] ?? 1 < 0.5)
  let still = lips.map { TimedValue(seconds: $0.seconds, value: 0.02) }
  let silent = LipJudge.judge(openings: still, loudness: sound).signals
  #expect(silent[.lipMotion] == 0)
  #expect(silent[.lipSpeechCorrelation] == nil)
}

@Test("Without sound there is motion only, without lips nothing")
func missing() {
  let (lips, sound) = words()
  #expect(Set(LipJudge.judge(openings: lips, loudness: []).signals.keys) == [.lipMotion])
  #expect(LipJudge.judge(openings: [], loudness: sound).signals.isEmpty)
  let strange = [
    TimedValue(seconds: .nan, value: 1), TimedValue(seconds: 1e300, value: .infinity),
    TimedValue(seconds: -1e300, value: 2), TimedValue(seconds: 5e300, value: 2),
  ]
  #expect(LipJudge.judge(openings: strange, loudness: strange).signals.isEmpty)
  let flat = (0..<100).map { TimedValue(seconds: Double($0) / 20, value: -.infinity) }
  #expect(Set(LipJudge.judge(openings: lips, loudness: flat).signals.keys) == [.lipMotion])
}

@Test("Openings are read from the mesh, in shares of the mouth's width")
func openings() {
  let clip = track(seconds: 1) { now in
    var state = HeadState()
    state.mouth = now < 0.5 ? 0 : 0.6
    return state
  }
  let values = LipJudge.openings(in: clip)
  #expect(values.count == clip.frames.count)
  #expect(values.first?.value ?? 1 < 0.05)
  #expect(abs((values.last?.value ?? 0) - 0.6) < 0.05)
}
