// idv evaluate ocr: how exactly documents are read, in process, through the service's own routes.

internal import ArgumentParser
internal import Evaluation
internal import Inference
internal import Observability
internal import RPC
internal import ServerApp
internal import Vocabulary

struct EvaluateOCRCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ocr",
    abstract: "How exactly documents are read, and whether what is wrong with a picture is said.",
    discussion: """
      --truth reads a list as `make specimens` writes it; pictures lie beside it. Rates are over cards: \
      a card counts under all fields if every one is exact, character by character. The first block \
      is of resident IDs in their plain form; other documents, and cards with another script or a rare \
      character, follow apart. Level 4 has one thing wrong with every picture: that must be warned of, and a \
      wrong field must be marked, of low confidence, or warned of. Since a warning of the whole picture warns of \
      every field there, fields are also counted one by one: wrong without anything that points this very field out, \
      and lost. Files that cannot be read are named, are in no rate, and make the exit status 1. Rates come with \
      exact 95 % bounds.
      """)

  @Option(help: "JSON list of documents and what is written on them.")
  var truth: String?

  @Option(help: "JSON list of bank cards and their numbers.")
  var bank: String?

  @Option(help: "Inference lanes; 0 means one a core.")
  var lanes = 0

  @Option(help: "Only so many pictures of each list, from its beginning; 0 means all.")
  var limit = 0

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(
    help:
      "Also list every field that was not read exactly; it prints what is written on the documents."
  )
  var misses = false

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  func validate() throws {
    guard truth != nil || bank != nil else {
      throw ValidationError("Name --truth, --bank or both.")
    }
    guard (0...256).contains(lanes), limit >= 0 else {
      throw ValidationError("--lanes is 0–256, --limit at least 0.")
    }
  }

  func run() async throws {
    let report: OCRReport
    let scored: [ScoredDocument]
    do {
      let cards = first(
        try truth.map { path throws(ListError) in try DocumentTruth.read(atPath: path) })
      let banks = first(
        try bank.map { path throws(ListError) in try DocumentTruth.readBankCards(atPath: path) })
      let core = try OCRServer(lanes: lanes, deps: deps)
      let evaluation = DocumentEvaluation(caller: core.caller, atOnce: 2 * core.lanes)
      // The first call pays for what later ones find warm.
      if let one = (cards + banks).first { _ = await evaluation.run([one]) { _, _ in } }
      let progress = ProgressLine("pictures")
      let run = await evaluation.run(cards + banks, progress: progress.update)
      progress.end()
      await core.stop()
      scored = run.scored
      report = OCRReport(run, lanes: core.lanes, hasCards: truth != nil, hasBank: bank != nil)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if json { try printJSON(report) } else { report.printTable() }
    if misses { printMisses(scored) }
    guard report.unread.isEmpty else {
      note(
        "idv: \(report.unread.count) files could not be read: "
          + report.unread.joined(separator: ", "))
      throw ExitCode(1)
    }
  }

  private func first(_ list: [LabelledDocument]?) -> [LabelledDocument] {
    let list = list ?? []
    return limit == 0 ? list : Array(list.prefix(limit))
  }

  private func printMisses(_ scored: [ScoredDocument]) {
    for one in scored {
      let name = one.truth.path.split(separator: "/").last ?? ""
      if let refusal = one.answer.refusal { note("\(name): refused \(refusal)") }
      for (field, wanted) in one.truth.fields.sorted(by: { $0.key < $1.key })
      where one.answer.refusal == nil && !one.isExact(field) {
        let read =
          one.answer.fields[field].map { "\($0.value) (\(fixed($0.confidence, 1)))" } ?? "–"
        note(
          "\(name) \(one.truth.condition ?? "level \(one.truth.level)"): \(field) \(wanted) read \(read)"
        )
      }
    }
  }
}

/// The server's own core in this process, loaded and serving.
struct OCRServer {
  let lanes: Int
  let caller: InProcessTransport
  private let core: ServerCore

  /// The models' lanes; nil without any model.
  var engine: InferenceEngine? { core.engine }

  /// - Parameters:
  ///   - lanes: 0 for one a core.
  ///   - deps: folder that `make setup` filled.
  init(
    lanes: Int, deps: String, observer: any InferenceObserver = SilentInferenceObserver()
  ) throws {
    var settings = ServerSettings(cores: InferenceOptions.onlineCores)
    if lanes > 0 { settings.lanes = lanes }
    settings.modelsDirectory = "\(deps)/models"
    settings.runtimeLibrary = "\(deps)/\(settings.runtimeLibrary.trimmingPrefix(".deps/"))"
    core = try ServerCore(settings, metrics: nil, log: .silent, inferenceObserver: observer)
    core.startServing()
    self.lanes = settings.lanes
    let account = settings.accounts.first?.description ?? ""
    caller = InProcessTransport(
      core.router,
      peer: PeerIdentity(
        uris: ["idv:account:\(account)"], commonName: account,
        fingerprint: String(repeating: "0", count: 64)))
  }

  func stop() async {
    core.stopServing()
    await core.engine?.shutdown()
  }
}
