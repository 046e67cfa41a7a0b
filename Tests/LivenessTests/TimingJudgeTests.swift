// Times and changes: steady and unsteady cameras, gaps, loops, the device's own clock.

import Glibc
import Liveness
import Testing
import Vision
import Vocabulary

/// Packets at these times, the first of which is a key frame.
private func packets(_ times: [Double], keys: Set<Int> = [0]) -> [ClipInfo.Packet] {
  times.enumerated().map { ClipInfo.Packet(seconds: $1, bytes: 1000, isKey: keys.contains($0)) }
}

private func read(
  _ packets: [ClipInfo.Packet] = [], device: [Int64] = [], changes: [FrameChange] = [],
  fingerprints: [FrameFingerprint] = []
) -> TimingReading {
  TimingJudge.read(
    TimingEvidence(
      packets: packets, deviceMicroseconds: device, changes: changes, fingerprints: fingerprints))
}

private let steady = (0..<90).map { Double($0) / 30 }

@Test("What was not measured is absent")
func nothing() {
  #expect(read() == TimingReading())
  #expect(read().signals.isEmpty)
  #expect(read(packets([0, 1])).signals.isEmpty)
  #expect(read(packets([.nan, .infinity])).signals.isEmpty)
}

@Test("A fixed rate has no jitter, a camera's has some, a gap is a gap")
func intervals() {
  #expect(read(packets(steady)).jitter.map { $0 < 1e-9 } == true)
  let camera = steady.enumerated().map { $1 + 0.002 * sin(1.7 * Double($0)) }
  #expect(read(packets(camera)).jitter.map { (0.02...0.2).contains($0) } == true)
  let gap = read(packets(steady.map { $0 > 1 ? $0 + 0.5 : $0 }))
  #expect(gap.gapSeconds.map { abs($0 - 0.5 - 1.0 / 30) < 1e-9 } == true)
  #expect(gap.gapRatio.map { abs($0 - 16) < 1e-6 } == true)
}

@Test("The order of packets in the file does not matter")
func order() {
  #expect(read(packets(steady.reversed())).gapRatio == read(packets(steady)).gapRatio)
}

@Test("Key frames where an encoder's own come, and one more")
func keyFrames() {
  #expect(read(packets(steady, keys: [0, 20, 40, 60, 80])).keyIrregularity == 0)
  #expect(read(packets(steady, keys: [0, 20, 25, 40, 60, 80])).keyIrregularity == 0.2)
  #expect(read(packets(steady, keys: [0])).keyIrregularity == nil)
  #expect(read(packets(steady, keys: Set(0..<90))).keyIrregularity == nil)
}

@Test("Frames that the sensor took, and others")
func device() {
  let sensor = steady.map { Int64($0 * 1_000_000) + 77_000_000 }
  #expect(read(packets(steady), device: sensor).deviceMatchedShare == 1)
  // The encoder dropped the first three and every seventh.
  let kept = steady.indices.filter { $0 >= 3 && $0 % 7 != 0 }.map { steady[$0] - steady[3] }
  #expect(read(packets(kept), device: sensor).deviceMatchedShare == 1)
  // Another clip's times at 25 a second.
  let other = (0..<75).map { Double($0) / 25 }
  #expect(read(packets(other), device: sensor).deviceMatchedShare.map { $0 < 0.9 } == true)
  // Twice as many frames as the sensor took.
  let doubled = (0..<180).map { Double($0) / 60 }
  #expect(read(packets(doubled), device: sensor).deviceMatchedShare == 0.5)
  #expect(read(packets(steady), device: [0]).deviceMatchedShare.map { $0 < 0.02 } == true)
}

private func changes(_ sizes: [Double], unchanged: Set<Int> = []) -> [FrameChange] {
  sizes.enumerated().map {
    FrameChange(
      seconds: Double($0 + 1) / 10, gapSeconds: 0.1, meanChange: unchanged.contains($0) ? 0 : $1,
      noise: 0.5, unchangedShare: unchanged.contains($0) ? 1 : 0.2)
  }
}

@Test("A cut stands out, a turn of the head does not, nor does a gap")
func jumps() {
  let turn = read(changes: changes([1, 1, 2, 5, 9, 12, 9, 5, 2, 1, 1, 1]))
  #expect(turn.jump.map { $0 < 1.5 } == true)
  let cut = read(changes: changes([1, 1, 1, 1, 1, 20, 1, 1, 1, 1, 1, 1]))
  #expect(cut.jump.map { abs($0 - 8) < 1e-9 } == true)
  var late = changes([1, 1, 1, 1, 1, 20, 1, 1, 1, 1, 1, 1])
  late[5].gapSeconds = 0.6
  #expect(read(changes: late).jump.map { $0 < 1 } == true)
}

@Test("Frozen frames and noise are told")
func frozen() {
  let sizes = [Double](repeating: 2, count: 20)
  #expect(read(changes: changes(sizes)).frozenShare == 0)
  let some = read(changes: changes(sizes, unchanged: Set(5..<15)))
  #expect(some.frozenShare == 0.5 && some.noise == 0.5)
}

@Test("A loop is found, a clip that goes on is not, running back is noticed")
func loops() {
  var random = SystemRandomNumberGenerator()
  func film(_ bits: [UInt64]) -> [FrameFingerprint] {
    bits.enumerated().map {
      FrameFingerprint(seconds: Double($0) / 10, bits: $1, activity: 0.2)
    }
  }
  let bits = (0..<40).map { _ in UInt64.random(in: .min ... .max, using: &random) & (.max - 1) }
  let plain = read(fingerprints: film(bits))
  #expect(!plain.isLoop && plain.loopBitError.map { $0 > 0.3 } == true)
  let loop = read(fingerprints: film(Array(bits.prefix(30) + bits.prefix(30))))
  #expect(loop.isLoop && loop.loopBitError == 0)
  #expect(loop.signals[.loopBitErrorMin] == 0)
  // Backwards, a change is its opposite.
  let back = bits.prefix(30).reversed().map { ~$0 & (UInt64.max - 1) }
  let reversal = read(fingerprints: film(Array(bits.prefix(30)) + back))
  #expect(!reversal.isLoop && reversal.reversalBitError == 0)
  #expect(plain.reversalBitError.map { $0 > 0.3 } == true)
}
