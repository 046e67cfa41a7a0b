// Many simulated clips, judged: how often live faces are shown to be so, and attacks are not.

package import Liveness
package import Vision
package import Vocabulary

/// One simulated clip and what was said of it.
package struct ReflectTrial: Sendable {
  package let species: FlashSpecies
  /// Light of the room, lux; melanin 0–1; frames a second.
  package let roomLux: Double
  package let melanin: Double
  package let frameRate: Double
  package let signals: [LivenessSignal: Double]
  package let outcome: ReflectOutcome
}

/// Makes trials; each depends on the seed, its species and its number alone.
package struct ReflectTrials: Sendable {
  package let seed: UInt64
  package let ranges: FlashRanges
  package let thresholds: ReflectThresholds
  /// Sequences that the issued one is compared with.
  package let others: Int
  /// Real clips whose wandering stands in for simulated noise, by turns; none, and noise is simulated.
  package let recordings: [FlashRecording]

  package init(
    seed: UInt64, ranges: FlashRanges, thresholds: ReflectThresholds = .recommended,
    others: Int = LivenessLimits.reflectOthers, recordings: [FlashRecording] = []
  ) {
    self.recordings = recordings
    self.seed = seed
    self.ranges = ranges
    self.thresholds = thresholds
    self.others = others
  }

  /// The clip, its sequence and scene.
  package func clip(_ species: FlashSpecies, _ number: Int) -> (
    track: FaceTrack, sequence: ReflectSequence, scene: FlashScene
  ) {
    let place = FlashSpecies.allCases.firstIndex(of: species) ?? 0
    var numbers = SimulationNumbers(
      seed: seed, trial: number * FlashSpecies.allCases.count + place)
    var scene = FlashScene(ranges, using: &numbers)
    if !recordings.isEmpty { scene = scene.filmed(recordings[number % recordings.count]) }
    let sequence = ReflectSequence.random(using: &numbers)
    let track = FlashSimulator.clip(
      species, scene: scene, sequence: sequence, ranges: ranges, using: &numbers)
    return (track, sequence, scene)
  }

  package func run(_ species: FlashSpecies, _ number: Int) -> ReflectTrial {
    let (track, sequence, scene) = clip(species, number)
    let reading = ReflectJudge.judge(track: track, sequence: sequence, others: others)
    return ReflectTrial(
      species: species, roomLux: scene.roomLux, melanin: scene.melanin,
      frameRate: scene.frameRate, signals: reading.signals,
      outcome: thresholds.outcome(reading.signals))
  }

  /// Trials of one species, on several threads; in order.
  package func run(
    _ species: FlashSpecies, count: Int, lanes: Int, progress: @Sendable (Int, Int) -> Void
  ) async -> [ReflectTrial] {
    await withTaskGroup(of: (Int, [ReflectTrial]).self) { group in
      let starts = Array(stride(from: 0, to: count, by: Self.block))
      var blocks = [[ReflectTrial]](repeating: [], count: starts.count)
      var next = 0
      var done = 0
      func add() {
        guard next < starts.count else { return }
        group.addTask { @concurrent [next] in
          let end = min(starts[next] + Self.block, count)
          return (next, (starts[next]..<end).map { run(species, $0) })
        }
        next += 1
      }
      for _ in 0..<max(lanes, 1) { add() }
      for await (index, trials) in group {
        blocks[index] = trials
        done += trials.count
        progress(done, count)
        add()
      }
      return blocks.flatMap { $0 }
    }
  }

  /// Trials of one task.
  private static let block = 20
}
