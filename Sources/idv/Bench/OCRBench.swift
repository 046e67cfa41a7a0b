// idv bench ocr: what reading a card costs through the service, beside the models it is made of.

internal import ArgumentParser
internal import Evaluation
internal import Inference
internal import Synchronization
internal import Vocabulary

struct OCRBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ocr",
    abstract: "Documents.RecognizeIdCard in this process, against the models it runs.",
    discussion: """
      Reads the list's resident fronts twice: on one lane, for what a card costs and where the time goes, \
      then on all lanes, with two calls waiting for each. The models' raw rate is what those lanes would give if \
      they did nothing but the model runs of that same pass; the rest is decoding, finding, laying \
      flat, measuring and the service itself. Accuracy is not looked at: see `idv evaluate ocr`.
      """)

  @Option(help: "JSON list of documents, as `make specimens` writes it.")
  var truth = ".build/specimens/truth.json"

  @Option(help: "Cards in each pass.")
  var cards = 60

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let report: OCRBenchReport
    do {
      let pictures = try DocumentTruth.read(atPath: truth)
        .filter { $0.isPlainResident && !$0.isBack && $0.level < 4 }.prefix(max(1, cards))
      guard !pictures.isEmpty else {
        throw ListError(description: "\(truth) has no resident fronts of levels 0–3")
      }
      let one = try await measure(Array(pictures), lanes: 1)
      let all = try await measure(Array(pictures), lanes: 0)
      report = OCRBenchReport(one: one, all: all)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  private func measure(_ pictures: [LabelledDocument], lanes: Int) async throws -> OCRPass {
    let times = ModelTimes()
    let server = try OCRServer(lanes: lanes, deps: deps, observer: times)
    let evaluation = DocumentEvaluation(caller: server.caller, atOnce: 2 * server.lanes)
    // Once for every shape that the models will meet.
    _ = try await evaluation.run(pictures) { _, _ in }
    _ = times.take()
    let run = try await evaluation.run(pictures) { _, _ in }
    let taken = times.take()
    await server.stop()
    return OCRPass(run, taken, lanes: server.lanes)
  }
}

/// Adds up what the lanes and models tell. Any thread.
final class ModelTimes: InferenceObserver {
  struct Taken: Sendable {
    var models: [ModelRole: Duration] = [:]
    var runs: [ModelRole: Int] = [:]
    var jobs = Duration.zero
  }

  private let sums = Mutex(Taken())

  func modelRan(_ role: ModelRole, for duration: Duration) {
    sums.withLock {
      $0.models[role, default: .zero] += duration
      $0.runs[role, default: 0] += 1
    }
  }

  func modelFailed(_ role: ModelRole, reason: String) {}

  func jobRan(waited: Duration, ran: Duration) { sums.withLock { $0.jobs += ran } }

  func jobRefused(_ error: InferenceError) {}

  /// Everything since the last call.
  func take() -> Taken {
    sums.withLock { sums in
      let taken = sums
      sums = Taken()
      return taken
    }
  }
}

/// One pass over the cards. Milliseconds are a card's mean.
struct OCRPass: Encodable {
  struct Model: Encodable {
    let role: String
    let millis: Double
    let runs: Double
  }

  let lanes: Int
  let cards: Int
  let cpuMillis: Double
  let cardsPerSecond: Double
  /// On the lane: models and all else.
  let laneMillis: Double
  let models: [Model]
  let modelMillis: Double
  /// Cards a second if the lanes did nothing but these model runs.
  let modelsRawCardsPerSecond: Double

  init(_ run: DocumentRun, _ taken: ModelTimes.Taken, lanes: Int) {
    let cards = Double(run.scored.count)
    func millis(_ duration: Duration) -> Double { duration.seconds * 1000 / cards }
    self.lanes = lanes
    self.cards = run.scored.count
    cpuMillis = run.cpuSeconds * 1000 / cards
    cardsPerSecond = cards / run.wallSeconds
    laneMillis = millis(taken.jobs)
    models = taken.models.map { role, duration in
      Model(
        role: role.rawValue, millis: millis(duration), runs: Double(taken.runs[role] ?? 0) / cards)
    }.sorted { $0.millis > $1.millis }
    modelMillis = models.reduce(0) { $0 + $1.millis }
    modelsRawCardsPerSecond = Double(lanes) * 1000 / max(modelMillis, 1e-9)
  }
}

/// What `idv bench ocr` prints.
struct OCRBenchReport: Encodable {
  let one: OCRPass
  let all: OCRPass
  /// Aim: at least 0.95.
  let throughputOverRaw: Double

  init(one: OCRPass, all: OCRPass) {
    self.one = one
    self.all = all
    throughputOverRaw = all.cardsPerSecond / all.modelsRawCardsPerSecond
  }

  var text: String {
    var lines = [
      "\(one.cards) cards, one lane: \(fixed(one.cpuMillis, 1)) ms CPU a card, of which on the lane "
        + "\(fixed(one.laneMillis, 1)) ms:"
    ]
    lines += one.models.map {
      "  \(left($0.role, 24))\(right(fixed($0.millis, 1), 8)) ms in \(fixed($0.runs, 1)) runs"
    }
    lines.append(
      "  \(left("all else", 24))\(right(fixed(one.laneMillis - one.modelMillis, 1), 8)) ms: "
        + "decode, find, lay flat, measure")
    lines.append(
      "\(all.lanes) lanes: \(fixed(all.cardsPerSecond, 2)) cards a second = "
        + "\(percent(throughputOverRaw, 1)) of the models' raw \(fixed(all.modelsRawCardsPerSecond, 2))"
    )
    return lines.joined(separator: "\n")
  }
}
