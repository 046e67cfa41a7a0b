// idv evaluate pad: presentation attacks on labelled clips and pictures, with the product's own pipeline.

internal import ArgumentParser
internal import Decisions
internal import Evaluation
internal import FoundationEssentials
internal import Inference
internal import Liveness
internal import Sealing
internal import Services
internal import Vision
internal import Vocabulary

struct EvaluatePADCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pad",
    abstract: "Error rates of presentation-attack detection.",
    discussion: """
      --videos reads columns path, subject, label and type; --images also kind (full, crop); paths are relative to \
      the file's folder. Labels are live, attack, deepfake and unsure, which is left out. Clips and pictures are judged \
      by all rules that Basic has for what answers no challenge; only limits on the clips' files (codecs, sizes, \
      lengths) are relaxed, and the report says for how many clips. Rates are those of \
      ISO/IEC 30107-3: an attack counts in APCER if it is accepted (PASS), a living person in BPCER if not, for \
      whatever reason, and the reasons are counted; APCER is the worst species'. No answer is INCONCLUSIVE or REVIEW. \
      Deepfakes are reported apart: apcer is what Enhanced accepts of them without a challenge, basicSilent what Basic \
      answers. --fit prints what the \
      calibration's few numbers become on these data, and its rates on people left out. Files that cannot be read are \
      named, count as not accepted, and make the exit status 1.
      """)

  @Option(help: "CSV of clips.")
  var videos: String?

  @Option(help: "CSV of pictures.")
  var images: String?

  @Option(help: "CSV of faces (path, set, identity), of which one set counts as living in --fit.")
  var faces: String?

  @Option(help: "That set.")
  var facesSet = "casia5"

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Option(
    help: ArgumentHelp(
      "Folder of models that you add, such as MiniFASNet's.",
      discussion:
        "Without it a folder `models` beside the lists' data, or ../shared/models, is taken if it is there."
    ))
  var modelsDir: String?

  @Option(help: "Write a report with example pictures to this HTML file. It shows people.")
  var html: String?

  @Flag(help: "Fit the calibration's numbers instead, leaving each person out in turn.")
  var fit = false

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  @Flag(help: "Also print every clip's and picture's numbers.")
  var each = false

  func validate() throws {
    guard videos != nil || images != nil else {
      throw ValidationError("Name --videos, --images or both.")
    }
  }

  func run() async throws {
    let scored: [ScoredPresentation]
    let calibration: PresentationCalibration
    let missing: [String]
    do {
      var pictures =
        try images.map { path throws(ListError) in
          try PresentationList.images(atPath: path)
        } ?? []
      if let videos { pictures += try PresentationList.videos(atPath: videos) }
      if let faces { pictures += try PresentationList.living(atPath: faces, set: facesSet) }
      let engine = try InferenceEngine(
        manifest: try ModelManifest.bundled(),
        folder: ModelFolder(dependencies: deps, additions: additions),
        uses: FaceAnalyzer.modelUses + ClipReader.modelUses + PresentationMeter.modelUses)
      let reader = try PresentationReader(engine: engine)
      (calibration, missing) = (reader.calibration, reader.missing)
      let evaluation = PresentationEvaluation(
        pipeline: Self.pipeline(try ClipReader(engine: engine, isEvaluation: true), reader),
        atOnce: 2 * engine.lanes)
      let progress = ProgressLine("clips and pictures")
      scored = await evaluation.run(
        pictures.filter { $0.label != .unsure }, progress: progress.update)
      progress.end()
      await engine.shutdown()
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    if !missing.isEmpty {
      note("idv: not installed: \(missing.joined(separator: ", ")); nothing is accepted")
    }
    if each { printEach(scored) }
    if let html { try PADPage(scored).write(to: html) }
    if fit {
      try printFit(PresentationFit(scored, calibration: calibration))
    } else {
      let report = PresentationReport(
        scored, calibration: calibration.name, threshold: calibration.threshold,
        policy: LivenessPolicy.version, missing: missing)
      if json { try printJSON(report) } else { report.printTable() }
    }
    try endUnlessRead(scored.filter { $0.evidence == nil }.map(\.truth.path))
  }

  /// As the server's, but for the limits on files. What it would remember is under a key of no use.
  private static func pipeline(_ clips: ClipReader, _ stills: PresentationReader)
    -> LivenessPipeline
  {
    LivenessPipeline(
      reader: VisionCaptureReader(clips: clips, stills: stills),
      replays: ReplayWindow(
        key: ReplayKey(HMACKey([UInt8](repeating: 0, count: 32))), records: MemoryReplayRecords()),
      clock: ServiceClock(unixMilliseconds: { 0 }, moment: { .now }))
  }

  /// The folder of added models: the one that was named, or what lies beside the data.
  private var additions: String? {
    if let modelsDir { return modelsDir }
    let lists = [videos, images].compactMap { $0 }.map {
      URL(filePath: $0).deletingLastPathComponent().path
    }
    let places = lists.flatMap { ["\($0)/models", "\($0)/../models", "\($0)/../../models"] }
    return (places + ["../shared/models"]).first { place in
      var isFolder = false
      return FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) && isFolder
    }
  }

  private func printEach(_ scored: [ScoredPresentation]) {
    for one in scored {
      let name = one.truth.path.split(separator: "/").last ?? ""
      var line = left(String(name), 34) + left(one.truth.label.rawValue, 9)
      guard let decision = one.decision else {
        note(line + "unread")
        continue
      }
      let numbers = one.signals.map { (name: $0.key.rawValue, value: $0.value) }
        .filter { $0.name.hasPrefix("presentation") }
        .sorted { $0.name < $1.name }
        .map { "\($0.name.replacing("presentation", with: "").lowercased()) \(fixed($0.value, 2))" }
      line += left("\(decision.verdict)", 14)
      note(line + (one.refusals.map(\.brief) + numbers).joined(separator: "  "))
    }
  }

  private func printFit(_ fit: PresentationFit) throws {
    if json {
      try printJSON(PADFitReport(fit))
      return
    }
    print("\(fit.people) people, \(fit.samples) presentations")
    for (name, value) in zip(fit.names, fit.fit.coefficients) {
      print(left(name, 26) + right(fixed(value, 3), 9))
    }
    guard let rates = fit.leftOut else { return }
    print(
      "each person left out: AUC \(rates.auc.map { fixed($0, 3) } ?? "–"), "
        + "attacks accepted \(rates.accepted.count) of \(rates.accepted.total), "
        + "living refused \(rates.refused.count) of \(rates.refused.total)")
  }
}

extension DecisionReason {
  /// For a list: what was not as it should be, and by how much.
  var brief: String {
    var text = signal?.rawValue ?? "\(code)"
    if let measured { text += " \(fixed(measured, 2))" }
    if let limit { text += " (limit \(fixed(limit, 2)))" }
    return text
  }
}
