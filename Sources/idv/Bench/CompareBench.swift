// idv bench compare: what a comparison costs through the whole server, beside its parts measured raw.

internal import ArgumentParser
internal import Client
internal import FoundationEssentials
internal import Inference
internal import Messages
internal import RPC
internal import Stubs
internal import Synchronization
internal import Vision
internal import Vocabulary

struct CompareBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "CompareFaces through a real server, against its parts measured raw.",
    discussion: """
      Raw: both pictures are decoded, searched and embedded in this process, one after the other on one \
      thread, then on all lanes at once. End to end: a child idv-server, mutual TLS, one caller, then \
      --callers at once. The ratios are what matters; times depend on the machine.
      """)

  @Option(help: "First picture.")
  var a = ".deps/demo/bench_a.jpg"

  @Option(help: "Second picture.")
  var b = ".deps/demo/bench_b.jpg"

  @Option(help: "Comparisons in each measurement.")
  var rounds = 60

  @Option(help: "Callers at once in the throughput measurement.")
  var callers = 8

  @Option(help: "Comparisons after which memory is measured again; 0 leaves that out.")
  var soak = 0

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let images = [try readFile(a), try readFile(b)]
    let report: CompareBenchReport
    do {
      let raw = try await RawParts.measure(images, rounds: rounds)
      report = try await endToEnd(images, raw)
    } catch let error as ExitCode {
      throw error
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  private func endToEnd(
    _ images: [Bytes], _ raw: RawParts
  ) async throws -> CompareBenchReport {
    let server = try BenchChild.server()
    defer { server.stop() }
    let options = try ConnectionOptions.parse([
      "--server", "127.0.0.1:\(server.port)", "--timeout", "600",
    ])
    let client = try options.makeClient()
    var request = CompareFacesRequest()
    request.a = Media()
    request.a?.inline = images[0]
    request.b = Media()
    request.b?.inline = images[1]
    request.qualityControl = 0
    let idle = server.residentBytes
    _ = try await latencies(client, request, 10)
    let single = try await latencies(client, request, rounds)
    let start = ContinuousClock.now
    let many = try await many(client, request, rounds * 2)
    let seconds = start.duration(to: .now).seconds
    let before = server.residentBytes
    var after = before
    if soak > 0 {
      _ = try await self.many(client, request, soak, progress: ProgressLine("comparisons"))
      after = server.residentBytes
    }
    await client.close()
    return CompareBenchReport(
      pictures: [a, b], rawMillis: raw.millis, rawPicturesPerSecond: raw.picturesPerSecond,
      endToEndP50Millis: single.median, endToEndOverParts: single.median / raw.millis.total,
      callers: callers, comparisonsPerSecond: Double(many) / seconds,
      throughputOverRaw: Double(many) / seconds / (raw.picturesPerSecond / 2),
      idleResidentMB: Double(idle) / 1e6, residentMB: Double(before) / 1e6, soak: soak,
      residentAfterSoakMB: Double(after) / 1e6)
  }

  private func latencies(
    _ client: Client, _ request: CompareFacesRequest, _ count: Int
  ) async throws -> [Double] {
    var millis: [Double] = []
    for _ in 0..<count {
      let start = ContinuousClock.now
      _ = try await BasicClient(client).compareFaces(request)
      millis.append(start.duration(to: .now).seconds * 1000)
    }
    return millis
  }

  /// `count` comparisons by `callers` at once; returns how many were made.
  private func many(
    _ client: Client, _ request: CompareFacesRequest, _ count: Int, progress: ProgressLine? = nil
  ) async throws -> Int {
    let turns = Turns()
    try await withThrowingTaskGroup(of: Void.self) { [callers] group in
      for _ in 0..<callers {
        group.addTask {
          while true {
            let turn = turns.next()
            guard turn <= count else { return }
            _ = try await BasicClient(client).compareFaces(request)
            progress?.update(turn, count)
          }
        }
      }
      try await group.waitForAll()
    }
    progress?.end()
    return count
  }
}

/// Hands out 1, 2, 3 … to whoever asks, from any thread.
private final class Turns: Sendable {
  private let last = Atomic(0)

  func next() -> Int { last.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// A comparison's parts, without a server.
struct RawParts {
  struct Millis: Encodable {
    /// Both pictures, one after the other on one thread.
    var decodeAndWarp: Double
    var detection: Double
    var embedding: Double
    var total: Double
  }

  let millis: Millis
  /// Pictures analysed a second when every lane is busy all the time.
  let picturesPerSecond: Double

  /// Adds up what the lanes and models tell.
  private final class Times: InferenceObserver {
    private let sums = Mutex(
      (detection: Duration.zero, embedding: Duration.zero, jobs: Duration.zero))

    func modelRan(_ role: ModelRole, for duration: Duration) {
      sums.withLock {
        if role == .faceDetection { $0.detection += duration } else { $0.embedding += duration }
      }
    }
    func modelFailed(_ role: ModelRole, reason: String) {}
    func jobRan(waited: Duration, ran: Duration) { sums.withLock { $0.jobs += ran } }
    func jobRefused(_ error: InferenceError) {}

    /// Milliseconds a round since the last call.
    func take(rounds: Int) -> Millis {
      sums.withLock { sums in
        let each = 1000 / Double(rounds)
        let detection = sums.detection.seconds * each
        let embedding = sums.embedding.seconds * each
        let total = sums.jobs.seconds * each
        sums = (.zero, .zero, .zero)
        return Millis(
          decodeAndWarp: total - detection - embedding, detection: detection,
          embedding: embedding, total: total)
      }
    }
  }

  static func measure(_ images: [Bytes], rounds: Int) async throws -> RawParts {
    let times = Times()
    let engine = try InferenceEngine(
      manifest: try ModelManifest.bundled(), folder: ModelFolder(dependencies: ".deps"),
      uses: FaceAnalyzer.modelUses, observer: times)
    let analyzer = try FaceAnalyzer(engine: engine)
    let options = FaceAnalysisOptions(wantTemplate: true)
    func analyze(_ image: Bytes) async throws {
      _ = try await analyzer.analyze(image, field: "image", options: options, before: .never)
    }
    for image in images + images { try await analyze(image) }
    _ = times.take(rounds: 1)
    for _ in 0..<rounds {
      for image in images { try await analyze(image) }
    }
    let millis = times.take(rounds: rounds)
    let start = ContinuousClock.now
    let workers = 2 * analyzer.lanes
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<workers {
        group.addTask {
          for round in 0..<rounds { try await analyze(images[round % images.count]) }
        }
      }
      try await group.waitForAll()
    }
    let seconds = start.duration(to: .now).seconds
    await engine.shutdown()
    return RawParts(millis: millis, picturesPerSecond: Double(workers * rounds) / seconds)
  }
}

/// What `idv bench compare` prints.
struct CompareBenchReport: Encodable {
  let pictures: [String]
  let rawMillis: RawParts.Millis
  let rawPicturesPerSecond: Double
  let endToEndP50Millis: Double
  /// Aim: at most 1.15.
  let endToEndOverParts: Double
  let callers: Int
  let comparisonsPerSecond: Double
  /// Aim: at least 0.90.
  let throughputOverRaw: Double
  let idleResidentMB: Double
  let residentMB: Double
  let soak: Int
  let residentAfterSoakMB: Double

  var text: String {
    var lines = [
      "parts of a comparison, raw, one thread: \(fixed(rawMillis.total, 1)) ms "
        + "(detection \(fixed(rawMillis.detection, 1)), embedding \(fixed(rawMillis.embedding, 1)), "
        + "decoding, warping and the rest \(fixed(rawMillis.decodeAndWarp, 1)))",
      "end to end, one caller, median: \(fixed(endToEndP50Millis, 1)) ms = "
        + "\(fixed(endToEndOverParts, 2)) × the sum of the parts",
      "raw rate of all lanes: \(fixed(rawPicturesPerSecond / 2, 1)) comparisons a second",
      "\(callers) callers: \(fixed(comparisonsPerSecond, 1)) comparisons a second = "
        + "\(percent(throughputOverRaw, 1)) of the raw rate",
      "server's resident memory: \(fixed(idleResidentMB, 0)) MB idle, "
        + "\(fixed(residentMB, 0)) MB after these calls",
    ]
    if soak > 0 {
      lines.append(
        "after \(soak) further comparisons: \(fixed(residentAfterSoakMB, 0)) MB "
          + "(\(fixed((residentAfterSoakMB / residentMB - 1) * 100, 1)) % more)")
    }
    return lines.joined(separator: "\n")
  }
}

extension [Double] {
  /// The middle value; 0 if there is none.
  fileprivate var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}

extension Duration {
  /// Seconds as a number.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
