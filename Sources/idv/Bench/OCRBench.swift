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
      Reads the list's resident fronts on one lane, for what a card costs and where the time goes, then on all \
      lanes, with two calls waiting for each. The models' raw rate is measured in the same run: the very inputs \
      that the models got are kept, and the models run on them again with nothing else to do, on the same \
      lanes, a few cards at a time in turn with reading these cards. What is left is decoding, finding, laying flat, \
      measuring and the service itself. Accuracy is not looked at: see `idv evaluate ocr`.
      """)

  @Option(help: "JSON list of documents, as `make specimens` writes it.")
  var truth = ".build/specimens/truth.json"

  @Option(help: "Cards in each pass.")
  var cards = 60

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON.")
  var json = false

  /// Cards whose inputs are kept at a time: some 10 MB each.
  private static let cardsAtOnce = 20
  /// How often both are measured on the same cards; once before that, they are warmed.
  private static let rounds = 2

  func run() async throws {
    let report: OCRBenchReport
    do {
      let pictures = Array(
        try DocumentTruth.read(atPath: truth)
          .filter { $0.isPlainResident && !$0.isBack && $0.level < 4 }.prefix(max(1, cards)))
      guard !pictures.isEmpty else {
        throw ListError(description: "\(truth) has no resident fronts of levels 0–3")
      }
      report = OCRBenchReport(
        one: try await breakdown(pictures), all: try await throughput(pictures))
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  /// One lane: where the time goes.
  private func breakdown(_ pictures: [LabelledDocument]) async throws -> OCRBreakdown {
    let times = ModelTimes()
    let server = try OCRServer(lanes: 1, deps: deps, observer: times)
    let evaluation = DocumentEvaluation(caller: server.caller, atOnce: 2)
    // Once for every shape that the models will meet.
    _ = try await read(pictures, evaluation)
    _ = times.take()
    let run = try await read(pictures, evaluation)
    let taken = times.take()
    await server.stop()
    return OCRBreakdown(run, taken)
  }

  /// All lanes: reading cards, and the models alone on the same inputs, in turn.
  private func throughput(_ pictures: [LabelledDocument]) async throws -> OCRThroughput {
    let inputs = ModelInputs()
    let server = try OCRServer(lanes: 0, deps: deps, observer: inputs)
    guard let engine = server.engine else { throw ListError(description: "no inference") }
    let evaluation = DocumentEvaluation(caller: server.caller, atOnce: 2 * server.lanes)
    let alone = DocumentEvaluation(caller: server.caller, atOnce: 1)
    var sum = OCRThroughput(lanes: server.lanes)
    for first in stride(from: 0, to: pictures.count, by: Self.cardsAtOnce) {
      let some = Array(pictures[first..<min(first + Self.cardsAtOnce, pictures.count)])
      var runs: [[RecordedRun]] = []
      for picture in some {
        inputs.isRecording = true
        _ = try await read([picture], alone)
        runs.append(inputs.take())
      }
      for round in 0...Self.rounds {
        let cards = try await read(some, evaluation)
        let models = await ModelReplay(engine: engine, atOnce: 2 * server.lanes).run(runs)
        if round > 0 { sum.add(some.count, cards, models) }
      }
    }
    await server.stop()
    return sum
  }

  private func read(
    _ pictures: [LabelledDocument], _ evaluation: DocumentEvaluation
  ) async throws(ListError) -> DocumentRun {
    let run = await evaluation.run(pictures) { _, _ in }
    if let path = run.unread.first { throw ListError(description: "cannot read \(path)") }
    return run
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

/// One run of a model: what it was run on.
struct RecordedRun: Sendable {
  let role: ModelRole
  let variant: Int
  /// Nil if the model's shapes are fixed.
  let shapes: [[Int]]?
  let inputs: [[Float]]
}

/// Keeps what models are run on while it is told to. Any thread.
final class ModelInputs: InferenceObserver {
  private struct State {
    var isRecording = false
    var runs: [RecordedRun] = []
  }

  private let state = Mutex(State())

  var isRecording: Bool {
    get { state.withLock(\.isRecording) }
    set { state.withLock { $0.isRecording = newValue } }
  }

  /// Everything since the recording began, which ends.
  func take() -> [RecordedRun] {
    state.withLock { state in
      let runs = state.runs
      state = State()
      return runs
    }
  }

  func modelStarts(
    _ role: ModelRole, variant: Int, shapes: [[Int]]?, inputs: [UnsafeMutableBufferPointer<Float>]
  ) {
    guard isRecording else { return }
    let run = RecordedRun(
      role: role, variant: variant, shapes: shapes, inputs: inputs.map(Array.init))
    state.withLock { $0.runs.append(run) }
  }

  func modelRan(_ role: ModelRole, for duration: Duration) {}
  func modelFailed(_ role: ModelRole, reason: String) {}
  func jobRan(waited: Duration, ran: Duration) {}
  func jobRefused(_ error: InferenceError) {}
}

/// Runs models again on what they were run on, one job a card, and does nothing else.
struct ModelReplay {
  let engine: InferenceEngine
  let atOnce: Int

  /// What it cost.
  struct Cost {
    let wallSeconds: Double
    let cpuSeconds: Double
  }

  func run(_ cards: [[RecordedRun]]) async -> Cost {
    let (cpu, start) = (processorSeconds(), ContinuousClock.now)
    await withTaskGroup { group in
      var next = 0
      while next < min(atOnce, cards.count) {
        group.addTask { [next] in await again(cards[next]) }
        next += 1
      }
      for await _ in group where next < cards.count {
        group.addTask { [next] in await again(cards[next]) }
        next += 1
      }
    }
    let wall = start.duration(to: .now).seconds
    return Cost(wallSeconds: wall, cpuSeconds: processorSeconds() - cpu)
  }

  private func again(_ runs: [RecordedRun]) async {
    _ = try? await engine.run(before: .after(.seconds(120))) { lane throws(InferenceError) in
      for run in runs {
        func fill(_ input: UnsafeMutableBufferPointer<Float>) {
          _ = input.update(fromContentsOf: run.inputs[0])
        }
        if let shapes = run.shapes {
          try lane.run(run.role, shape: shapes[0], fill: fill) { _ in }
        } else {
          try lane.run(run.role, variant: run.variant, fill: fill) { _ in }
        }
      }
    }
  }
}

/// Cards on one lane. Milliseconds are a card's mean.
struct OCRBreakdown: Encodable {
  struct Model: Encodable {
    let role: String
    let millis: Double
    let runs: Double
  }

  let cards: Int
  let cpuMillis: Double
  /// On the lane: models and all else.
  let laneMillis: Double
  let models: [Model]
  let modelMillis: Double

  init(_ run: DocumentRun, _ taken: ModelTimes.Taken) {
    let cards = Double(run.scored.count)
    func millis(_ duration: Duration) -> Double { duration.seconds * 1000 / cards }
    self.cards = run.scored.count
    cpuMillis = run.cpuSeconds * 1000 / cards
    laneMillis = millis(taken.jobs)
    models = taken.models.map { role, duration in
      Model(
        role: role.rawValue, millis: millis(duration), runs: Double(taken.runs[role] ?? 0) / cards)
    }.sorted { $0.millis > $1.millis }
    modelMillis = models.reduce(0) { $0 + $1.millis }
  }
}

/// Cards on all lanes, and the models alone on the same inputs.
struct OCRThroughput: Encodable {
  let lanes: Int
  private(set) var cards = 0
  private(set) var cardsSeconds = 0.0
  private(set) var modelsSeconds = 0.0
  private(set) var cardsCPUSeconds = 0.0
  private(set) var modelsCPUSeconds = 0.0

  init(lanes: Int) { self.lanes = lanes }

  mutating func add(_ count: Int, _ run: DocumentRun, _ models: ModelReplay.Cost) {
    cards += count
    cardsSeconds += run.wallSeconds
    cardsCPUSeconds += run.cpuSeconds
    modelsSeconds += models.wallSeconds
    modelsCPUSeconds += models.cpuSeconds
  }

  var cardsPerSecond: Double { Double(cards) / max(cardsSeconds, 1e-9) }
  var modelsRawCardsPerSecond: Double { Double(cards) / max(modelsSeconds, 1e-9) }
}

/// What `idv bench ocr` prints.
struct OCRBenchReport: Encodable {
  let one: OCRBreakdown
  let all: OCRThroughput
  let cardsPerSecond: Double
  let modelsRawCardsPerSecond: Double
  /// Aim: at least 0.95.
  let throughputOverRaw: Double

  init(one: OCRBreakdown, all: OCRThroughput) {
    self.one = one
    self.all = all
    cardsPerSecond = all.cardsPerSecond
    modelsRawCardsPerSecond = all.modelsRawCardsPerSecond
    throughputOverRaw = cardsPerSecond / modelsRawCardsPerSecond
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
      "\(all.lanes) lanes: \(fixed(cardsPerSecond, 2)) cards a second = "
        + "\(percent(throughputOverRaw, 1)) of the models alone on the same inputs in the same run "
        + "(\(fixed(modelsRawCardsPerSecond, 2)))")
    let perCard = 1000 / Double(max(all.cards, 1))
    lines.append(
      "  processor time \(fixed(all.cardsCPUSeconds * perCard, 1)) ms a card, the models alone "
        + "\(fixed(all.modelsCPUSeconds * perCard, 1)) ms")
    return lines.joined(separator: "\n")
  }
}
