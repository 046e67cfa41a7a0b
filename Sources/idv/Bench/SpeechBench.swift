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
      against as many times the speed of one lane; then one caller compares two pictures, at first alone, then beside --clips \
      recordings that are listened to all the time. Memory is what the models of speech and one recording add to a process \
      that has the models of faces. All in this process.
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
  var comparisons = 100

  @Option(help: "Recordings at once.")
  var clips = 8

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let sound = try readFile(clip)
    let pictures = [try readFile(a), try readFile(b)]
    let report: SpeechBenchReport
    do {
      report = try await measure(sound, pictures)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  private func measure(_ sound: Bytes, _ pictures: [Bytes]) async throws -> SpeechBenchReport {
    let lanes = InferenceOptions.onlineCores
    let faces = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
      uses: FaceAnalyzer.modelUses, options: InferenceOptions(lanes: lanes))
    let analyzer = try FaceAnalyzer(engine: faces)
    _ = try await analyzer.analyzeBoth(
      pictures[0], pictures[1], options: FaceAnalysisOptions(wantTemplate: true), before: .never)
    await faces.shutdown()
    let before = ResidentMemory.bytes
    let (one, reader, pinyin) = try loadSpeech(deps: deps, lanes: 1, isEvaluation: true)
    let task = SpeechTask(
      expected: .text(try ExpectedText(text, field: "--text", pinyin: pinyin)))
    let first = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
    let memory = Double(ResidentMemory.bytes - before) / 1e6
    let start = ContinuousClock.now
    let spent = processorSeconds()
    for _ in 0..<rounds {
      _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
    }
    let cpu = (processorSeconds() - spent) / Double(rounds)
    let alone = Double(rounds) / start.duration(to: .now).seconds
    await one.shutdown()
    let (rate, compareAlone, beside) = try await beside(sound, pictures, lanes)
    return SpeechBenchReport(
      seconds: first.condition.seconds, cpuMillis: cpu * 1000, memoryMB: memory, lanes: lanes,
      clipsPerSecondOneLane: alone, clipsPerSecond: rate,
      throughputShare: rate / (alone * Double(lanes)), clips: clips, compareAlone: compareAlone,
      compareBesideClips: beside)
  }

  /// Clips a second on all lanes, and comparisons without and with clips beside them.
  private func beside(
    _ sound: Bytes, _ pictures: [Bytes], _ lanes: Int
  ) async throws -> (Double, Latencies, Latencies) {
    let (engine, reader, pinyin) = try loadSpeech(
      deps: deps, lanes: lanes, isEvaluation: true, others: FaceAnalyzer.modelUses)
    let task = SpeechTask(
      expected: .text(try ExpectedText(text, field: "--text", pinyin: pinyin)))
    let analyzer = try FaceAnalyzer(engine: engine)
    let compare = FaceAnalysisOptions(wantTemplate: true)
    func latencies() async throws -> Latencies {
      var millis: [Double] = []
      for _ in 0..<comparisons {
        let start = ContinuousClock.now
        _ = try await analyzer.analyzeBoth(
          pictures[0], pictures[1], options: compare, before: .never)
        millis.append(start.duration(to: .now).seconds * 1000)
      }
      return Latencies(millis)
    }
    let rounds = rounds
    _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
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
    let rate = Double(rounds * lanes) / start.duration(to: .now).seconds
    let alone = try await latencies()
    let isOver = StopSign()
    let beside = try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<clips {
        group.addTask {
          while !isOver.value.load(ordering: .relaxed) {
            _ = try await reader.read(.encoded(sound), task, field: "the clip", before: .never)
          }
        }
      }
      let beside = try await latencies()
      isOver.value.store(true, ordering: .relaxed)
      try await group.waitForAll()
      return beside
    }
    await engine.shutdown()
    return (rate, alone, beside)
  }
}

/// What those that listen beside the comparisons share.
private final class StopSign: Sendable {
  let value = Atomic(false)
}

/// What `idv bench speech` prints.
struct SpeechBenchReport: Encodable {
  let seconds: Double
  /// Of one recording on one lane.
  let cpuMillis: Double
  /// Added by the models of speech and one recording. Aim: at most 350.
  let memoryMB: Double
  let lanes: Int
  let clipsPerSecondOneLane: Double
  let clipsPerSecond: Double
  /// Of the lanes times the speed of one. Aim: at least 0.9.
  let throughputShare: Double
  let clips: Int
  let compareAlone: Latencies
  let compareBesideClips: Latencies

  var text: String {
    func row(_ latencies: Latencies) -> String {
      "median \(fixed(latencies.p50Millis, 1)), p99 \(fixed(latencies.p99Millis, 1)) ms of "
        + "\(latencies.count)"
    }
    return """
      \(fixed(seconds, 1)) s of sound: \(fixed(cpuMillis, 0)) ms CPU, \(fixed(memoryMB, 0)) MB
      \(fixed(clipsPerSecondOneLane, 2)) a second on one lane, \(fixed(clipsPerSecond, 2)) on \(lanes): \
      \(percent(throughputShare, 0)) of \(lanes) times as much
      comparing, alone: \(row(compareAlone))
      beside \(clips) recordings: \(row(compareBesideClips))
      """
  }
}
