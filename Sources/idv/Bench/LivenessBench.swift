// idv bench liveness: what reading a clip costs beside its decoding and model runs, and what clips do to comparisons.

internal import ArgumentParser
internal import Glibc
internal import Inference
internal import Synchronization
internal import Vision
internal import Vocabulary

struct LivenessBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "liveness",
    abstract: "Reading a clip, against its parts; comparisons beside eight clips.",
    discussion: """
      Reads the clip over and over on one lane, for what it costs and where the time goes; the raw sum is its \
      decoding and its model runs. Then, on all lanes, one caller compares two pictures, at first alone, then \
      beside --clips clips that are read all the time. All in this process. The aims are for a clip of 4 s, 480 × 640 \
      at 30 frames a second; the ratios are what matters.
      """)

  @Argument(help: "The clip.")
  var clip: String

  @Option(help: "First picture.")
  var a = ".deps/demo/bench_a.jpg"

  @Option(help: "Second picture.")
  var b = ".deps/demo/bench_b.jpg"

  @Option(help: "Times the clip is read for its cost.")
  var rounds = 10

  @Option(help: "Comparisons in each measurement.")
  var comparisons = 200

  @Option(help: "Clips at once.")
  var clips = 8

  @Option(help: "Best frames that are taken of each clip.")
  var bestFrames = 1

  @Option(help: "Frames a second that are analysed.")
  var fps = ClipLimits.framesPerSecond

  @Flag(help: "Also measure the colours of face and background.")
  var light = false

  @Flag(help: "Also look for signs of presentation attacks.")
  var presentation = false

  @Flag(help: "Also take fingerprints.")
  var fingerprints = false

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let video = try readFile(clip)
    let pictures = [try readFile(a), try readFile(b)]
    let report: LivenessBenchReport
    do {
      let cost = try await cost(video)
      let (alone, beside, read) = try await comparisons(pictures, video)
      report = LivenessBenchReport(
        cost: cost, clips: clips, compareAlone: alone, compareBesideClips: beside,
        clipsPerSecond: read)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  private var options: ClipOptions {
    ClipOptions(
      framesPerSecond: fps, wantLight: light, wantPresentation: presentation,
      wantFingerprints: fingerprints,
      bestFrames: bestFrames)
  }

  private func engine(lanes: Int, _ observer: any InferenceObserver) throws -> InferenceEngine {
    try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
      uses: FaceAnalyzer.modelUses + ClipReader.modelUses + PresentationMeter.modelUses,
      options: InferenceOptions(lanes: lanes), observer: observer)
  }

  private func cost(_ video: Bytes) async throws -> ClipCost {
    let times = ModelTimes()
    let engine = try engine(lanes: 1, times)
    let reader = try ClipReader(engine: engine)
    func read() async throws -> ClipReading {
      try await reader.read(.video(video), field: "clip", options: options, before: .never)
    }
    let memory = ResidentMemory.bytes
    ResidentMemory.forgetPeak()
    let first = try await read()
    _ = times.take()
    let before = processorSeconds()
    var decodeMillis = 0.0
    for _ in 0..<rounds { decodeMillis += try await read().info.decodeMillis }
    let cpu = (processorSeconds() - before) / Double(rounds)
    let taken = times.take()
    await engine.shutdown()
    return ClipCost(
      first, cpuMillis: cpu * 1000, decodeMillis: decodeMillis / Double(rounds), taken,
      rounds: rounds, peakMB: Double(max(0, ResidentMemory.peakBytes - memory)) / 1e6)
  }

  private func comparisons(
    _ pictures: [Bytes], _ video: Bytes
  ) async throws -> (Latencies, Latencies, Double) {
    let engine = try engine(lanes: InferenceOptions.onlineCores, SilentInferenceObserver())
    let analyzer = try FaceAnalyzer(engine: engine)
    let reader = try ClipReader(engine: engine)
    let compare = FaceAnalysisOptions(wantTemplate: true)
    func latencies(_ count: Int) async throws -> [Double] {
      var millis: [Double] = []
      for _ in 0..<count {
        let start = ContinuousClock.now
        _ = try await analyzer.analyzeBoth(
          pictures[0], pictures[1], options: compare, before: .never)
        millis.append(start.duration(to: .now).seconds * 1000)
      }
      return millis
    }
    _ = try await latencies(10)
    let alone = try await latencies(comparisons)
    let crowd = ClipCrowd()
    let (options, clips) = (options, clips)
    let (beside, seconds) = try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<clips {
        group.addTask {
          while !crowd.isOver.load(ordering: .relaxed) {
            _ = try await reader.read(
              .video(video), field: "clip", options: options, before: .never)
            crowd.read.add(1, ordering: .relaxed)
          }
        }
      }
      let start = ContinuousClock.now
      let millis = try await latencies(comparisons)
      let seconds = start.duration(to: .now).seconds
      let done = crowd.read.load(ordering: .relaxed)
      crowd.isOver.store(true, ordering: .relaxed)
      try await group.waitForAll()
      return (millis, (seconds, done))
    }
    await engine.shutdown()
    return (Latencies(alone), Latencies(beside), Double(seconds.1) / seconds.0)
  }
}

/// What those that read clips beside the comparisons share.
private final class ClipCrowd: Sendable {
  let isOver = Atomic(false)
  let read = Atomic(0)
}

/// Processor time of this process so far.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Resident memory of this process, as the kernel counts it.
enum ResidentMemory {
  static var bytes: Int { field("VmRSS:") }
  static var peakBytes: Int { field("VmHWM:") }

  /// Lets the peak begin anew.
  static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  private static func field(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard text.hasPrefix(name) else { continue }
      return 1024 * (Int(text.filter(\.isNumber)) ?? 0)
    }
    return 0
  }
}

/// Milliseconds of some calls.
struct Latencies: Encodable {
  let count: Int
  let p50Millis: Double
  let p99Millis: Double
  let maxMillis: Double

  init(_ millis: [Double]) {
    let sorted = millis.sorted()
    func at(_ share: Double) -> Double {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
    count = sorted.count
    (p50Millis, p99Millis, maxMillis) = (at(0.5), at(0.99), sorted.last ?? 0)
  }
}

/// What one clip costs, in milliseconds of processor time. That of the models is their share of the lane's time: on a
/// busy machine the lane waits now and then, whatever it is doing.
struct ClipCost: Encodable {
  struct Model: Encodable {
    let role: String
    let millis: Double
    let runs: Double
  }

  let width: Int
  let height: Int
  let seconds: Double
  let framesDecoded: Int
  let framesAnalysed: Int
  let cpuMillis: Double
  /// On the lane, waits included.
  let laneMillis: Double
  let decodeMillis: Double
  let models: [Model]
  let rawMillis: Double
  /// Aim: at most 1.3.
  let cpuOverRaw: Double
  /// The most memory while clips were read, one after the other, less that before the first. Aim: at most 64.
  let peakMB: Double

  init(
    _ reading: ClipReading, cpuMillis: Double, decodeMillis: Double, _ taken: ModelTimes.Taken,
    rounds: Int, peakMB: Double
  ) {
    let info = reading.info
    (width, height, seconds) = (info.width, info.height, info.seconds)
    (framesDecoded, framesAnalysed) = (info.framesDecoded, info.framesAnalysed)
    self.cpuMillis = cpuMillis
    self.decodeMillis = decodeMillis
    self.peakMB = peakMB
    let each = 1000 / Double(rounds)
    let lane = taken.jobs.seconds * each
    laneMillis = lane
    let working = min(1, cpuMillis / max(lane, 1e-9))
    models = taken.models.map { role, duration in
      Model(
        role: role.rawValue, millis: duration.seconds * each * working,
        runs: Double(taken.runs[role] ?? 0) / Double(rounds))
    }.sorted { $0.millis > $1.millis }
    rawMillis = models.reduce(decodeMillis) { $0 + $1.millis }
    cpuOverRaw = cpuMillis / max(rawMillis, 1e-9)
  }
}

/// What `idv bench liveness` prints.
struct LivenessBenchReport: Encodable {
  let cost: ClipCost
  let clips: Int
  let compareAlone: Latencies
  let compareBesideClips: Latencies
  let clipsPerSecond: Double
  /// Aim: at most 3.
  let p99Ratio: Double

  init(
    cost: ClipCost, clips: Int, compareAlone: Latencies, compareBesideClips: Latencies,
    clipsPerSecond: Double
  ) {
    self.cost = cost
    self.clips = clips
    self.compareAlone = compareAlone
    self.compareBesideClips = compareBesideClips
    self.clipsPerSecond = clipsPerSecond
    p99Ratio = compareBesideClips.p99Millis / max(compareAlone.p99Millis, 1e-9)
  }

  var text: String {
    var lines = [
      "\(fixed(cost.seconds, 1)) s, \(cost.width) × \(cost.height), \(cost.framesAnalysed) of "
        + "\(cost.framesDecoded) frames analysed: \(fixed(cost.cpuMillis, 0)) ms CPU a clip "
        + "(\(fixed(cost.laneMillis, 0)) ms on the lane):",
      "  \(left("decoding", 24))\(right(fixed(cost.decodeMillis, 1), 8)) ms",
    ]
    lines += cost.models.map {
      "  \(left($0.role, 24))\(right(fixed($0.millis, 1), 8)) ms in \(fixed($0.runs, 1)) runs"
    }
    lines += [
      "  \(left("all else", 24))\(right(fixed(cost.cpuMillis - cost.rawMillis, 1), 8)) ms",
      "  = \(fixed(cost.cpuOverRaw, 2)) × the sum of decoding and models; "
        + "\(fixed(cost.peakMB, 0)) MB more at its peak",
      "comparing, alone: \(row(compareAlone))",
      "beside \(clips) clips: \(row(compareBesideClips)): p99 \(fixed(p99Ratio, 2)) × as long; "
        + "\(fixed(clipsPerSecond, 2)) clips a second",
    ]
    return lines.joined(separator: "\n")
  }

  private func row(_ latencies: Latencies) -> String {
    "median \(fixed(latencies.p50Millis, 1)), p99 \(fixed(latencies.p99Millis, 1)), at most "
      + "\(fixed(latencies.maxMillis, 1)) ms of \(latencies.count)"
  }
}
