// idv evaluate pad: presentation attacks on labelled clips and pictures, with the product's own pipeline.

internal import ArgumentParser
internal import Evaluation
internal import FoundationEssentials
internal import Inference
internal import Vision
internal import Vocabulary

struct EvaluatePADCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pad",
    abstract: "Error rates of presentation-attack detection.",
    discussion: """
      --videos reads columns path, subject, label and type; --images also kind (full, crop); paths are relative to \
      the file's folder. Labels are live, attack, deepfake and unsure, which is left out. Rates are those of \
      ISO/IEC 30107-3: an attack counts in APCER if it is accepted (PASS), a living person in BPCER if not, for \
      whatever reason; APCER is the worst species'. Deepfakes are reported apart. --fit prints what the \
      calibration's few numbers become on these data, and its rates on people left out.
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
        reader: reader, clips: try ClipReader(engine: engine, isEvaluation: true),
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
      let report = PADReport(scored, calibration, missing: missing)
      if json { try printJSON(report) } else { report.printTable() }
    }
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
      line += left(one.isAccepted ? "PASS" : one.isUnanswered ? "none" : "no", 6)
      guard let reading = one.reading else {
        note(line + "unread")
        continue
      }
      let numbers = reading.signals.map { (name: $0.key.rawValue, value: $0.value) }
        .sorted { $0.name < $1.name }
        .map { "\($0.name.replacing("presentation", with: "").lowercased()) \(fixed($0.value, 2))" }
      let reasons = reading.doubts.map(\.rawValue) + one.obstacles
      note(line + (numbers + reasons).joined(separator: "  "))
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
