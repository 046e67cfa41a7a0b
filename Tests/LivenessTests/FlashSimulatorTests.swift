// The simulator of colour flashes: physics that can be checked by hand, and what the judge says of its clips.

import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

@Suite("Flash simulator")
struct FlashSimulatorTests {
  static let trials = ReflectTrials(seed: 5, ranges: .narrow, others: 999)

  @Test("Most live faces are shown to be lit by the issued colours")
  func live() {
    let shown = (0..<40).count { Self.trials.run(.live, $0).outcome == .shown }
    #expect(shown >= 36)
  }

  @Test("No attack of those that count is", arguments: FlashSpecies.counted)
  func attack(species: FlashSpecies) {
    for number in 0..<12 {
      #expect(Self.trials.run(species, number).outcome != .shown, "\(number)")
    }
  }

  @Test("Prints have no relief, faces have")
  func relief() throws {
    func median(_ species: FlashSpecies) throws -> Double {
      let values = (0..<15).compactMap { number in
        Self.trials.run(species, number).signals[.reflectRelief]
      }
      try #require(values.count >= 12)
      return values.sorted()[values.count / 2]
    }
    #expect(abs(try median(.printCutOut)) < 0.05)
    #expect(try median(.live) > 0.3)
  }

  @Test("A wide print answers beside the head as well, a room hardly")
  func background() throws {
    for number in 0..<8 {
      let wide = try #require(Self.trials.run(.printWide, number).signals[.reflectBackground])
      let room = try #require(Self.trials.run(.live, number).signals[.reflectBackground])
      #expect(wide > room)
    }
  }

  @Test("A trial depends on its seed, species and number alone")
  func repeatable() {
    let again = ReflectTrials(seed: 5, ranges: .narrow, others: 9)
    let other = ReflectTrials(seed: 6, ranges: .narrow, others: 9)
    let signals = again.run(.live, 3).signals
    #expect(again.run(.live, 3).signals == signals)
    #expect(again.run(.live, 4).signals != signals)
    #expect(other.run(.live, 3).signals != signals)
  }

  @Test("Trials come in order, whatever the number of threads")
  func order() async {
    let trials = ReflectTrials(seed: 7, ranges: .wide, others: 1)
    let some = await trials.run(.injectedPlain, count: 45, lanes: 3) { _, _ in }
    #expect(some.count == 45)
    for number in [0, 19, 20, 44] {
      #expect(some[number].signals == trials.run(.injectedPlain, number).signals)
    }
  }

  @Test("A brighter room and a screen that is off leave less to see")
  func light() {
    func response(_ change: (inout FlashRanges) -> Void) -> Double {
      var ranges = FlashRanges.narrow
      change(&ranges)
      let trials = ReflectTrials(seed: 8, ranges: ranges, others: 9)
      let values = (0..<12).map { trials.run(.live, $0).signals[.reflectResponse] ?? 0 }
      return values.reduce(0, +) / 12
    }
    let dim = response { $0.roomLux = 20...30 }
    let bright = response { $0.roomLux = 300...400 }
    let sun = response { $0.roomLux = 20_000...30_000 }
    #expect(dim > 4 * bright)
    #expect(bright > 4 * sun)
  }

  @Test("In the sun nothing is shown, and nothing is held against the person")
  func sun() {
    var ranges = FlashRanges.narrow
    ranges.roomLux = 10_000...30_000
    let trials = ReflectTrials(seed: 9, ranges: ranges, others: 999)
    for number in 0..<10 {
      guard case .notShown = trials.run(.live, number).outcome else {
        Issue.record("\(number)")
        continue
      }
    }
  }
}

@Suite("Flash recordings")
struct FlashRecordingTests {
  @Test("A real clip's wandering stands in for noise, for longer than the clip lasts")
  func recording() throws {
    let plain = ReflectTrials(seed: 10, ranges: .narrow).clip(.injectedPlain, 0)
    var short = plain.track
    short.frames.removeAll { $0.seconds > 3 }
    let recording = try #require(FlashRecording(short))
    let trials = ReflectTrials(seed: 11, ranges: .narrow, others: 999, recordings: [recording])
    let track = trials.clip(.live, 0).track
    #expect(try #require(track.frames.last).seconds > 5)
    #expect(zip(track.frames, track.frames.dropFirst()).allSatisfy { $0.seconds < $1.seconds })
    let shown = (0..<10).count { trials.run(.live, $0).outcome == .shown }
    #expect(shown >= 7)
  }

  @Test("A clip without colours is none")
  func noColors() {
    var track = ReflectTrials(seed: 12, ranges: .narrow).clip(.injectedPlain, 0).track
    for index in track.frames.indices { track.frames[index].light = nil }
    #expect(FlashRecording(track) == nil)
    track.frames.removeAll()
    #expect(FlashRecording(track) == nil)
  }
}
