// idv bench speech: what listening to a recording costs, and what recordings do to comparisons.

internal import ArgumentParser
internal import Inference
internal import Speech
internal import SpokenText
internal import Synchronization
internal import Vision
internal import Vocabulary

struct SpeechBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speech",
    abstract:
      "Listening to a recording: processor time, memory, throughput; comparisons beside eight of them.",
    discussion: """
      Listens to the clip over and over on one lane, for what it costs and where the time goes; then on all lanes at once, \
      against as many times the speed of one lane, and against what the lanes would do if they ran models alone, as fast as \
      those ran in that very measurement; then one caller compares two pictures, at first alone, then beside --clips \
      recordings that are listened to all the time. Memory is what the models of speech and one recording add to a process \
      that has the models of faces. All in this process.

      --peer names a program to measure beside it: it is given lines of a file of raw 32-bit floats (one channel, 16,000 a \
      second), a tab and the text on standard input, and listens to each of them. Its start and its first line do not count.
      """)

  @Argument(help: "The clip or recording.")
  var clip: String

  @Option(help: "What is said in it.")
  var text: String

  @Option(help: "First picture.")
  var a = ".deps/demo/bench_a.jpg"

  @Option(help: "Second picture.")
  var b = ".deps/demo/bench_b.jpg"

  @Option(help: "Times the clip is listened to for its cost.")
  var rounds = 10

  @Option(help: "Comparisons in each measurement.")
  var comparisons = 200

  @Option(help: "Recordings at once.")
  var clips = 8

  @Option(help: "Another program that listens to the same clip.")
  var peer: String?

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let sound = try readFile(clip)
    let pictures = [try readFile(a), try readFile(b)]
    let report: SpeechBenchReport
    do {
      let cost = try await cost(sound, pictures)
      let crowd = try await crowd(sound, pictures)
      report = SpeechBenchReport(cost, crowd, clips: clips)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  private func task(_ pinyin: PinyinTable) throws -> SpeechTask {
    SpeechTask(expected: .text(try ExpectedText(text, field: "--text", pinyin: pinyin)))
  }

  /// One recording after the other on one lane.
  private func cost(_ sound: Bytes, _ pictures: [Bytes]) async throws -> SpeechCost {
    let faces = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
      uses: FaceAnalyzer.modelUses)
    let analyzer = try FaceAnalyzer(engine: faces)
    _ = try await analyzer.analyzeBoth(
      pictures[0], pictures[1], options: FaceAnalysisOptions(wantTemplate: true), before: .never)
    await faces.shutdown()
    let before = ResidentMemory.bytes
    let times = ModelTimes()
    let (engine, reader, pinyin) = try loadSpeech(
      deps: deps, lanes: 1, isEvaluation: true, observer: times)
    var task = try task(pinyin)
    let first = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
    let memory = Double(ResidentMemory.bytes - before) / 1e6
    task.keepsSamples = true
    let samples = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
      .samples
    task.keepsSamples = false
    _ = times.take()
    var (cpu, wall) = (0.0, 0.0)
    func listen() async throws {
      let start = ContinuousClock.now
      let spent = processorSeconds()
      for _ in 0..<rounds {
        _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
      }
      cpu += processorSeconds() - spent
      wall += start.duration(to: .now).seconds
    }
    try await listen()
    // The peer in the middle: whatever else the machine does meets both.
    let peerMillis = try peer.map {
      try SpeechPeer(program: $0, samples: samples, text: text).millisEach(rounds: rounds)
    }
    try await listen()
    await engine.shutdown()
    return SpeechCost(
      seconds: first.condition.seconds, memoryMB: memory,
      cpuMillis: cpu / Double(2 * rounds) * 1000,
      clipsPerSecond: Double(2 * rounds) / wall, taken: times.take(), rounds: 2 * rounds,
      peerMillis: peerMillis)
  }

  /// Clips a second on all lanes, and comparisons without and with clips beside them.
  private func crowd(_ sound: Bytes, _ pictures: [Bytes]) async throws -> SpeechCrowd {
    let lanes = InferenceOptions.onlineCores
    let times = ModelTimes()
    let (engine, reader, pinyin) = try loadSpeech(
      deps: deps, lanes: lanes, isEvaluation: true, others: FaceAnalyzer.modelUses,
      observer: times)
    let task = try task(pinyin)
    let analyzer = try FaceAnalyzer(engine: engine)
    let rounds = rounds
    for _ in 0..<lanes {
      _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
    }
    _ = times.take()
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<lanes {
        group.addTask {
          for _ in 0..<rounds {
            _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
          }
        }
      }
      try await group.waitForAll()
    }
    let seconds = start.duration(to: .now).seconds
    let taken = times.take()
    _ = try await latencies(10, analyzer, pictures)
    let alone = Latencies(try await latencies(comparisons, analyzer, pictures))
    let (beside, rate) = try await beside(sound, task, reader, analyzer, pictures)
    await engine.shutdown()
    let models = taken.models.values.reduce(0) { $0 + $1.seconds }
    return SpeechCrowd(
      lanes: lanes, clipsPerSecond: Double(rounds * lanes) / seconds,
      rawClipsPerSecond: Double(lanes) / (models / Double(rounds * lanes)), compareAlone: alone,
      compareBesideClips: beside, clipsPerSecondBeside: rate)
  }

  private func latencies(
    _ count: Int, _ analyzer: FaceAnalyzer, _ pictures: [Bytes]
  ) async throws -> [Double] {
    var millis: [Double] = []
    for _ in 0..<count {
      let start = ContinuousClock.now
      _ = try await analyzer.analyzeBoth(
        pictures[0], pictures[1], options: FaceAnalysisOptions(wantTemplate: true), before: .never)
      millis.append(start.duration(to: .now).seconds * 1000)
    }
    return millis
  }

  private func beside(
    _ sound: Bytes, _ task: SpeechTask, _ reader: SpeechReader, _ analyzer: FaceAnalyzer,
    _ pictures: [Bytes]
  ) async throws -> (Latencies, Double) {
    let crowd = ListenerCrowd()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<clips {
        group.addTask {
          while !crowd.isOver.load(ordering: .relaxed) {
            _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
            crowd.heard.add(1, ordering: .relaxed)
          }
        }
      }
      let start = ContinuousClock.now
      let millis = try await latencies(comparisons, analyzer, pictures)
      let seconds = start.duration(to: .now).seconds
      let heard = crowd.heard.load(ordering: .relaxed)
      crowd.isOver.store(true, ordering: .relaxed)
      try await group.waitForAll()
      return (Latencies(millis), Double(heard) / seconds)
    }
  }
}

/// What those that listen beside the comparisons share.
private final class ListenerCrowd: Sendable {
  let isOver = Atomic(false)
  let heard = Atomic(0)
}

/// What one recording costs on a lane of its own.
struct SpeechCost {
  let seconds: Double
  let memoryMB: Double
  let cpuMillis: Double
  let clipsPerSecond: Double
  let taken: ModelTimes.Taken
  let rounds: Int
  /// Of a peer, for the same recording.
  let peerMillis: Double?
}

/// What all lanes do.
struct SpeechCrowd {
  let lanes: Int
  let clipsPerSecond: Double
  let rawClipsPerSecond: Double
  let compareAlone: Latencies
  let compareBesideClips: Latencies
  let clipsPerSecondBeside: Double
}

/// What `idv bench speech` prints.
struct SpeechBenchReport: Encodable {
  struct Model: Encodable {
    let role: String
    let millis: Double
    let runs: Double
  }

  let seconds: Double
  /// Of one recording on one lane.
  let cpuMillis: Double
  let laneMillis: Double
  let models: [Model]
  /// Added by the models of speech and one recording. Aim: at most 350.
  let memoryMB: Double
  /// Of the peer; and ours against it. Aim: at most 0.65 of the sketch's.
  let peerCPUMillis: Double?
  let cpuOverPeer: Double?
  let lanes: Int
  let clipsPerSecondOneLane: Double
  let clipsPerSecond: Double
  /// Of the lanes times the speed of one: what they lose by sharing memory and caches counts as lost.
  let throughputShare: Double
  /// What the lanes would do if they ran the models of these recordings and nothing else, as fast as they ran here.
  let rawClipsPerSecond: Double
  /// Aim: at least 0.9.
  let throughputOverRaw: Double
  let clips: Int
  let compareAlone: Latencies
  let compareBesideClips: Latencies
  /// Aim: at most 3.
  let p99Ratio: Double
  let clipsPerSecondBeside: Double

  init(_ cost: SpeechCost, _ crowd: SpeechCrowd, clips: Int) {
    let each = 1000 / Double(cost.rounds)
    (seconds, cpuMillis, memoryMB) = (cost.seconds, cost.cpuMillis, cost.memoryMB)
    laneMillis = cost.taken.jobs.seconds * each
    models = cost.taken.models.map { role, duration in
      Model(
        role: role.rawValue, millis: duration.seconds * each,
        runs: Double(cost.taken.runs[role] ?? 0) / Double(cost.rounds))
    }.sorted { $0.millis > $1.millis }
    peerCPUMillis = cost.peerMillis
    cpuOverPeer = cost.peerMillis.map { cost.cpuMillis / max($0, 1e-9) }
    lanes = crowd.lanes
    clipsPerSecondOneLane = cost.clipsPerSecond
    (clipsPerSecond, rawClipsPerSecond) = (crowd.clipsPerSecond, crowd.rawClipsPerSecond)
    throughputShare = crowd.clipsPerSecond / (cost.clipsPerSecond * Double(crowd.lanes))
    throughputOverRaw = crowd.clipsPerSecond / crowd.rawClipsPerSecond
    self.clips = clips
    (compareAlone, compareBesideClips) = (crowd.compareAlone, crowd.compareBesideClips)
    p99Ratio = crowd.compareBesideClips.p99Millis / max(crowd.compareAlone.p99Millis, 1e-9)
    clipsPerSecondBeside = crowd.clipsPerSecondBeside
  }

  var text: String {
    func row(_ latencies: Latencies) -> String {
      "median \(fixed(latencies.p50Millis, 1)), p99 \(fixed(latencies.p99Millis, 1)) ms of "
        + "\(latencies.count)"
    }
    var lines = [
      "\(fixed(seconds, 1)) s of sound: \(fixed(cpuMillis, 0)) ms CPU, \(fixed(memoryMB, 0)) MB; "
        + "\(fixed(laneMillis, 0)) ms on the lane:"
    ]
    lines += models.map {
      "  \(left($0.role, 24))\(right(fixed($0.millis, 1), 8)) ms in \(fixed($0.runs, 1)) runs"
    }
    let rest = laneMillis - models.reduce(0) { $0 + $1.millis }
    lines.append("  \(left("all else", 24))\(right(fixed(rest, 1), 8)) ms")
    if let peerCPUMillis, let cpuOverPeer {
      lines.append(
        "the peer: \(fixed(peerCPUMillis, 0)) ms CPU; ours is \(fixed(cpuOverPeer, 2)) of that")
    }
    lines += [
      "\(fixed(clipsPerSecondOneLane, 2)) a second on one lane, \(fixed(clipsPerSecond, 2)) on \(lanes): "
        + "\(percent(throughputShare, 0)) of \(lanes) times as much, "
        + "\(percent(throughputOverRaw, 0)) of the models alone (\(fixed(rawClipsPerSecond, 2)))",
      "comparing, alone: \(row(compareAlone))",
      "beside \(clips) recordings: \(row(compareBesideClips)): p99 \(fixed(p99Ratio, 2)) × as long; "
        + "\(fixed(clipsPerSecondBeside, 2)) recordings a second",
    ]
    return lines.joined(separator: "\n")
  }
}
