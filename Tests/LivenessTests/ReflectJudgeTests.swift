// The judge of colour challenges on clips written down by formula.

import Foundation
import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

@Suite("Reflect judge")
struct ReflectJudgeTests {
  /// Fewer than the default, for time.
  static let others = 199

  func signals(_ clip: ReflectClip, as sequence: ReflectSequence? = nil) -> [LivenessSignal: Double]
  {
    ReflectJudge.judge(
      track: clip.track, sequence: sequence ?? clip.sequence, others: Self.others
    ).signals
  }

  @Test("A clean clip is read as it was made", arguments: [12.0, 15, 24, 30, 60])
  func clean(frameRate: Double) throws {
    for seed in 1...6 as ClosedRange<UInt64> {
      var clip = ReflectClip(sequence: ReflectClip.sequence(seed))
      clip.frameRate = frameRate
      let found = signals(clip)
      #expect(try #require(found[.reflectCorrelation]) > (frameRate < 20 ? 0.85 : 0.93))
      #expect(found[.reflectChance] == 1 / Double(Self.others + 1))
      #expect(try #require(found[.reflectMargin]) > 6)
      #expect(abs(try #require(found[.reflectDelaySeconds]) - clip.delay) < 0.5 / frameRate + 0.03)
      let face = clip.responses[0..<5].reduce(0, +) / 5
      #expect(abs(try #require(found[.reflectResponse]) / face - 1) < 0.15)
      #expect(abs(try #require(found[.reflectBackground]) - 0.035 / face) < 0.04)
      let logs = clip.responses.map { log($0) }
      let relief = (logs[0] + logs[3] + logs[4]) / 3 - (logs[7] + logs[8]) / 2
      #expect(abs(try #require(found[.reflectRelief]) - relief) < 0.06)
      #expect(abs(try #require(found[.reflectWeakestRegion]) - 0.25 / 0.29) < 0.05)
      #expect(found[.reflectOverexposed] == 0)
    }
  }

  @Test("Exposure, however it jumps, changes nothing")
  func exposure() throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(7))
    let steady = signals(clip)
    clip.gain = { SIMD3(repeating: 0.6 + 0.3 * sin(9 * $0) + ($0 > 2 ? 0.4 : 0)) }
    let jumping = signals(clip)
    #expect(Set(steady.keys) == Set(jumping.keys))
    for (signal, value) in steady {
      #expect(abs(value - (jumping[signal] ?? .nan)) < 1e-4, "\(signal)")
    }
  }

  @Test("Colours of surfaces, light and white balance change nothing")
  func balance() throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(8))
    let plain = signals(clip)
    clip.gain = { _ in SIMD3(0.7, 1, 1.6) }
    clip.colors = clip.colors.map { $0 * SIMD3(0.2, 0.3, 0.25) }
    let tinted = signals(clip)
    for (signal, value) in plain {
      #expect(abs(value - (tinted[signal] ?? .nan)) < 1e-4, "\(signal)")
    }
  }

  @Test("A slow drift of white balance is taken out")
  func drift() throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(9))
    clip.gain = { SIMD3(1 + 0.05 * $0, 1, 1 - 0.04 * $0) }
    let found = signals(clip)
    #expect(try #require(found[.reflectCorrelation]) > 0.9)
    #expect(found[.reflectChance] == 1 / Double(Self.others + 1))
  }

  @Test("The delay is found wherever it lies in the window", arguments: [-0.2, 0, 0.16, 0.4, 0.6])
  func delay(seconds: Double) throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(10))
    clip.delay = seconds
    clip.seconds = 5.6
    let found = signals(clip)
    #expect(abs(try #require(found[.reflectDelaySeconds]) - seconds) < 0.04)
    #expect(try #require(found[.reflectCorrelation]) > 0.9)
  }

  @Test("A clip that begins long after or before the window is not found")
  func outsideWindow() throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(11))
    clip.delay = 1.6
    clip.seconds = 7
    #expect(try #require(signals(clip)[.reflectCorrelation]) < 0.7)
    let wide = ReflectJudge.judge(
      track: clip.track, sequence: clip.sequence, window: 0...3, others: Self.others)
    #expect(try #require(wide.signals[.reflectCorrelation]) > 0.9)
  }

  @Test("More noise never helps")
  func noise() throws {
    var before = 1.0
    for noise in [0.0, 0.02, 0.05, 0.15, 0.5] {
      var sum = 0.0
      for seed in 1...8 as ClosedRange<UInt64> {
        var clip = ReflectClip(sequence: ReflectClip.sequence(seed))
        clip.noise = noise
        clip.seed = seed
        sum += try #require(signals(clip)[.reflectCorrelation])
      }
      let mean = sum / 8
      #expect(mean < before)
      before = mean
    }
    #expect(before < 0.6)
  }

  @Test(
    "Another sequence's rank is any rank: chances below a level come no more often than the level")
  func calibration() throws {
    var chances: [Double] = []
    for seed in 100..<340 as Range<UInt64> {
      var clip = ReflectClip(sequence: ReflectClip.sequence(seed))
      clip.noise = 0.01
      clip.seed = seed
      let found = ReflectJudge.judge(
        track: clip.track, sequence: ReflectClip.sequence(seed + 10_000), others: 59)
      chances.append(try #require(found.signals[.reflectChance]))
    }
    // Of 240 draws with probability 0.05 and 0.5: within four standard deviations.
    #expect(chances.count { $0 <= 0.05 } <= 12 + 14)
    #expect((89...151).contains(chances.count { $0 <= 0.5 }))
    #expect(chances.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  @Test("A flat surface has no relief, a background that follows is seen to")
  func flat() throws {
    for seed in 20..<26 as Range<UInt64> {
      var clip = ReflectClip(sequence: ReflectClip.sequence(seed))
      // Falls off about the middle with the square of the distance, as from a near source, and from left to right.
      let places = [
        SIMD2(0, 6.3), SIMD2(-4.4, -0.2), SIMD2(4.4, -0.2), SIMD2(0, 1.8), SIMD2(0, -7.2),
        SIMD2(-9, 3), SIMD2(9, 3), SIMD2(-5.8, -0.1), SIMD2(5.8, -0.1),
      ]
      clip.responses = places.map { 0.3 * exp(-0.002 * ($0 * $0).sum() + 0.01 * $0.x) }
      clip.noise = 0.002
      let found = signals(clip)
      let relief = try #require(found[.reflectRelief])
      let error = try #require(found[.reflectReliefError])
      #expect(abs(relief) < 5 * error + 0.02)
      #expect(error < 0.03)
      #expect(try #require(found[.reflectBackground]) > 0.8)
      #expect(ReflectThresholds.recommended.outcome(found) != .shown)
    }
  }

  @Test("A region that is hidden at times is read on the frames that show it")
  func hidden() throws {
    for seed in 50..<54 as Range<UInt64> {
      var clip = ReflectClip(sequence: ReflectClip.sequence(seed))
      clip.responses = [0.3, 0.3, 0.3, 0.3, 0.3, 0.03, 0.03, 0.3, 0.3]
      clip.noise = 0.002
      var track = clip.track
      for index in track.frames.indices where index % 3 == 0 {
        track.frames[index].light?.colors[.leftSide] = nil
        track.frames[index].light?.colors[.rightSide] = nil
      }
      let found = ReflectJudge.judge(
        track: track, sequence: clip.sequence, others: Self.others
      ).signals
      #expect(abs(try #require(found[.reflectRelief])) < 0.03)
      for index in track.frames.indices where index % 5 < 3 {
        track.frames[index].light?.colors[.leftSide] = nil
      }
      let less = ReflectJudge.judge(
        track: track, sequence: clip.sequence, others: Self.others
      ).signals
      #expect(less[.reflectRelief] == nil)
    }
  }

  @Test("A patch that one region alone shows is not a face")
  func patch() throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(30))
    clip.responses = [0, 0, 0.01, 0.6, 0, 0, 0, 0, 0]
    let weakest = signals(clip)[.reflectWeakestRegion]
    #expect(weakest.map { $0 < 0.4 } ?? true)
    #expect(ReflectThresholds.recommended.outcome(signals(clip)) != .shown)
  }

  @Test("A face lost for a moment is followed; one that is lost for a third of the time is not")
  func gaps() throws {
    var clip = ReflectClip(sequence: ReflectClip.sequence(31))
    clip.isLost = { (1.3..<1.8).contains($0) || (3..<3.2).contains($0) }
    let found = signals(clip)
    #expect(try #require(found[.reflectCorrelation]) > 0.9)
    #expect(try #require(found[.reflectCoverage]) < 0.95)
    clip.isLost = { (1..<3).contains($0) }
    #expect(signals(clip)[.reflectCorrelation] == nil)
  }

  @Test("The same clip and sequence give the same numbers")
  func repeatable() {
    var clip = ReflectClip(sequence: ReflectClip.sequence(32))
    clip.noise = 0.02
    #expect(signals(clip) == signals(clip))
  }
}

@Suite("Reflect judge without evidence")
struct ReflectNoEvidenceTests {
  let clip = ReflectClip(sequence: ReflectClip.sequence(40))

  func signals(_ track: FaceTrack) -> [LivenessSignal: Double] {
    ReflectJudge.judge(track: track, sequence: clip.sequence, others: 9).signals
  }

  @Test("Nothing in, nothing out")
  func empty() {
    #expect(signals(FaceTrack(width: 1, height: 1, frames: [], events: [])).isEmpty)
    var dark = clip.track
    for index in dark.frames.indices { dark.frames[index].light = nil }
    #expect(signals(dark).isEmpty)
  }

  @Test("A track without background is read without background")
  func noBackground() {
    var track = clip.track
    for index in track.frames.indices {
      track.frames[index].light?.colors[.backgroundLeft] = nil
      track.frames[index].light?.colors[.backgroundRight] = nil
    }
    let found = signals(track)
    #expect(found[.reflectBackground] == nil)
    #expect(found[.reflectCorrelation] != nil)
    #expect(ReflectThresholds.recommended.outcome(found) != .shown)
  }

  @Test("A covered chin leaves relief unmeasured")
  func noChin() {
    var track = clip.track
    for index in track.frames.indices { track.frames[index].light?.colors[.chin] = nil }
    let found = signals(track)
    #expect(found[.reflectRelief] == nil)
    #expect(found[.reflectCorrelation] != nil)
  }

  @Test("Over-exposed, too dark, broken or frozen colours measure nothing")
  func unusable() {
    var track = clip.track
    func change(_ edit: (inout LinearColor) -> Void) -> [LivenessSignal: Double] {
      track = clip.track
      for index in track.frames.indices {
        for region in FrameLight.Region.allCases {
          if var color = track.frames[index].light?.colors[region] {
            edit(&color)
            track.frames[index].light?.colors[region] = color
          }
        }
      }
      return signals(track)
    }
    #expect(change { $0.clippedShare = 0.5 } == [.reflectOverexposed: 1])
    #expect(change { $0.blue = 0 }[.reflectCorrelation] == nil)
    #expect(change { $0.red = .nan }[.reflectCorrelation] == nil)
    #expect(change { $0.red = .infinity }[.reflectCorrelation] == nil)
    #expect(change { $0.green = -1 }[.reflectCorrelation] == nil)
    #expect(
      change { $0 = LinearColor(red: 0.3, green: 0.3, blue: 0.3) }[.reflectCorrelation] == nil)
  }

  @Test("A short clip, and one whose times do not run, measure nothing")
  func times() {
    var short = clip.track
    short.frames.removeAll { $0.seconds > 2 }
    #expect(signals(short)[.reflectCorrelation] == nil)
    for seconds in [0.0, .nan, .infinity, -1] {
      var stuck = clip.track
      for index in stuck.frames.indices { stuck.frames[index].seconds = seconds }
      #expect(signals(stuck)[.reflectCorrelation] == nil)
    }
    var far = clip.track
    for index in far.frames.indices { far.frames[index].seconds *= 1e300 }
    #expect(signals(far)[.reflectCorrelation] == nil)
  }

  @Test("A sequence that was never issued is not judged")
  func wrongSequence() {
    let colors = clip.sequence.colors
    let wrong: [[ReflectColor]] = [
      [], Array(colors.dropLast()), colors + colors,
      colors.map { ReflectColor(rgb: 0x80_8080, milliseconds: $0.milliseconds) },
      colors.map { ReflectColor(rgb: $0.rgb, milliseconds: $0.milliseconds + 1) },
      colors.map { ReflectColor(rgb: $0.rgb | 0x100_0000, milliseconds: $0.milliseconds) },
      [ReflectColor(rgb: colors[0].rgb, milliseconds: -400)] + colors.dropFirst(),
    ]
    for colors in wrong {
      let reading = ReflectJudge.judge(
        track: clip.track, sequence: ReflectSequence(colors: colors), others: 9)
      #expect(reading.signals.isEmpty)
    }
  }

  @Test("What is not measured is never shown")
  func failsClosed() {
    #expect(ReflectThresholds.recommended.outcome([:]) != .shown)
    let full = ReflectJudge.judge(track: clip.track, sequence: clip.sequence).signals
    #expect(ReflectThresholds.recommended.outcome(full) == .shown)
    let needed: [LivenessSignal] = [
      .reflectCoverage, .reflectChance, .reflectMargin, .reflectCorrelation, .reflectResponse,
      .reflectWeakestRegion, .reflectBackground, .reflectRelief, .reflectReliefError,
      .reflectOverexposed,
    ]
    for signal in needed {
      var less = full
      less[signal] = nil
      #expect(ReflectThresholds.recommended.outcome(less) != .shown, "\(signal)")
    }
  }
}
