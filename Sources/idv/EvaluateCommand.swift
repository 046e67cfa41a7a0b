// idv evaluate: accuracy on labelled data, in process, with the product's own pipeline.

internal import ArgumentParser
internal import Decisions
internal import Evaluation
internal import FoundationEssentials
internal import Inference
internal import Synchronization
internal import Vision

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measures accuracy on labelled data.",
    subcommands: [
      EvaluateFacesCommand.self, EvaluateOCRCommand.self, EvaluatePADCommand.self,
      EvaluateReflectCommand.self, EvaluateReplayCommand.self, EvaluateActionsCommand.self,
      EvaluateSpeechCommand.self,
    ])
}

struct EvaluateFacesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Error rates of the face comparison, and what is said of single pictures.",
    discussion: """
      --pairs reads columns a, b, same and set; paths are relative to the file's folder. --cards reads \
      columns card, selfie_in_faces and same as the set card_vs_selfie; cards lie beside the file, \
      selfies under ../faces/, and cards are also tried turned. Rates come with exact 95 % bounds. Pairs with a picture in which no face \
      was found count as non-matches in FNMR, not in EER. --misc reads columns path, tag and faces: \
      single pictures, of which it prints the faces found, what the default quality level says and \
      whether a mask is suspected.
      """)

  @Option(help: "CSV of face pairs.")
  var pairs: String?

  @Option(help: "CSV of cards against selfies.")
  var cards: String?

  @Option(help: "CSV of single pictures: path, tag, faces.")
  var misc: String?

  @Option(
    parsing: .upToNextOption,
    help: "Sets in which all pictures of different people are compared as well.")
  var allAgainstAll: [String] = ["casia5"]

  @Option(help: "Write the DET curves of all sets to this SVG file.")
  var svg: String?

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  func validate() throws {
    guard pairs != nil || cards != nil || misc != nil else {
      throw ValidationError("Name --pairs, --cards, --misc or several of them.")
    }
  }

  func run() async throws {
    let policy = FaceComparePolicy(quality: .standard)
    var result = FaceEvaluationResult.empty
    var survey: [SurveyedPicture] = []
    let calibration: FaceScoreCalibration
    do {
      var list: [PicturePair] = []
      if let pairs { list += try PairList.faces(atPath: pairs) }
      if let cards { list += try PairList.cards(atPath: cards) }
      let single = try misc.map { path throws(ListError) in try PictureList.read(atPath: path) }
      let engine = try InferenceEngine(
        manifest: try ModelManifest.bundled(), folder: ModelFolder(dependencies: deps),
        uses: FaceAnalyzer.modelUses)
      let analyzer = try FaceAnalyzer(engine: engine)
      calibration = analyzer.calibration
      let progress = ProgressLine("pictures")
      if !list.isEmpty {
        result = await FaceEvaluation(analyzer: analyzer).run(
          list, allAgainstAll: allAgainstAll, progress: progress.update)
      }
      if let single {
        survey = await PictureSurvey(analyzer: analyzer, policy: policy).run(
          single, progress: progress.update)
      }
      progress.end()
      await engine.shutdown()
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    let rows = result.sets.map { FaceSetReport($0, calibration) }
    let pictures = misc.map { _ in PictureReport(survey, result.evidence, policy.quality) }
    if let svg { try writePlot(result.sets, to: svg) }
    if json {
      try printJSON(
        FaceReport(calibration: calibration.name, sets: rows, pictures: pictures))
    } else {
      if !rows.isEmpty { printTable(rows, calibration) }
      pictures?.printTable()
    }
  }

  private func writePlot(_ results: [FaceSetResult], to path: String) throws {
    var plot = DETPlot()
    for result in results { plot.add(result.set, result.rates) }
    do {
      try Data(plot.svg.utf8).write(to: URL(filePath: path))
    } catch {
      note("idv: cannot write \(path)")
      throw ExitCode(1)
    }
  }

  private func printTable(_ rows: [FaceSetReport], _ calibration: FaceScoreCalibration) {
    print("calibration \(calibration.name); rates with 95 % bounds; unread pictures count in FNMR")
    print(
      left("set", 26) + right("genuine", 8) + right("impostor", 9) + right("unread", 7)
        + right("EER", 9) + "  " + left("FMR at 80", 24) + left("FNMR at 80", 24)
        + "TAR at FMR 1e-3")
    for row in rows {
      var line = left(row.set, 26) + right("\(row.genuine)", 8) + right("\(row.impostor)", 9)
      line += right("\(row.unread)", 7) + right(row.eer.map { percent($0) } ?? "–", 9) + "  "
      line += left(text(row.fmrAt80, row.fmrAt80Bounds), 24)
      line += left(text(row.fnmrAt80, row.fnmrAt80Bounds), 24)
      line += row.tarAtFmr1e3.map { percent($0) } ?? "too few impostors"
      print(line)
    }
    for point in calibration.table {
      print(
        "score \(fixed(point.threshold, 0)) stands for a false-match rate of "
          + "\(point.falseMatchRate)\(point.extrapolated ? ", extrapolated" : ", measured")")
    }
  }

  private func text(_ rate: Double, _ bounds: [Double]) -> String {
    "\(percent(rate)) (\(fixed(bounds[0] * 100, 2))–\(fixed(bounds[1] * 100, 2)))"
  }
}

/// The JSON of a run.
private struct FaceReport: Encodable {
  let calibration: String
  let sets: [FaceSetReport]
  /// Of --misc.
  let pictures: PictureReport?
}

/// One set in the JSON and the table. Rates are fractions; bounds are exact 95 %.
private struct FaceSetReport: Encodable {
  let set: String
  /// Pairs, unread ones included.
  let genuine: Int
  let impostor: Int
  /// Pairs with an unread picture, and those of them that are genuine.
  let unread: Int
  let unreadGenuine: Int
  let eer: Double?
  let eerThreshold: Double?
  let fmrAt70: Double
  let fmrAt80: Double
  let fmrAt80Count: Int
  let fmrAt80Bounds: [Double]
  let fmrAt90: Double
  let fnmrAt70: Double
  let fnmrAt80: Double
  let fnmrAt80Bounds: [Double]
  let fnmrAt90: Double
  let tarAtFmr1e2: Double?
  let tarAtFmr1e3: Double?
  let pictures: Int
  let picturesUnread: Int
  let picturesWithSeveralFaces: Int

  init(_ result: FaceSetResult, _ calibration: FaceScoreCalibration) {
    let rates = result.rates
    let at = [70.0, 80, 90].map { calibration.leastSimilarity(scoring: $0) }
    set = result.set
    genuine = rates.genuine.count + rates.unreadGenuine
    impostor = rates.impostor.count + rates.unreadImpostor
    unread = rates.unreadGenuine + rates.unreadImpostor
    unreadGenuine = rates.unreadGenuine
    eer = rates.equalError?.falseMatchRate
    eerThreshold = rates.equalError?.threshold
    fmrAt70 = rates.falseMatches(at: at[0]).value
    let matches = rates.falseMatches(at: at[1])
    fmrAt80 = matches.value
    fmrAt80Count = matches.count
    fmrAt80Bounds = [matches.lower, matches.upper]
    fmrAt90 = rates.falseMatches(at: at[2]).value
    fnmrAt70 = rates.falseNonMatches(at: at[0]).value
    let misses = rates.falseNonMatches(at: at[1])
    fnmrAt80 = misses.value
    fnmrAt80Bounds = [misses.lower, misses.upper]
    fnmrAt90 = rates.falseNonMatches(at: at[2]).value
    tarAtFmr1e2 = rates.trueAccepts(atFalseMatchRate: 1e-2)?.accepts.value
    tarAtFmr1e3 = rates.trueAccepts(atFalseMatchRate: 1e-3)?.accepts.value
    pictures = result.pictures
    picturesUnread = result.picturesUnread
    picturesWithSeveralFaces = result.picturesWithSeveralFaces
  }
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// A line on standard error that counts up, at most a few times a second.
final class ProgressLine: Sendable {
  private let what: String
  private let last = Mutex(ContinuousClock.now)

  init(_ what: String) { self.what = what }

  /// Shows `done` of `total`; safe from any thread.
  @Sendable func update(_ done: Int, _ total: Int) {
    let due = last.withLock { last in
      guard done == total || last.duration(to: .now) > .milliseconds(500) else { return false }
      last = .now
      return true
    }
    if due { noteInPlace("\(done) of \(total) \(what)") }
  }

  func end() { note("") }
}

extension FaceScoreCalibration {
  /// The least similarity whose score is `score` or more, found by bisection on the curve itself, so that
  /// counting by similarity and deciding by score agree.
  fileprivate func leastSimilarity(scoring score: Double) -> Double {
    var below = -1.0
    var reached = 1.0
    while below.nextUp < reached {
      let middle = (below + reached) / 2
      guard middle > below, middle < reached else { break }
      if self.score(ofSimilarity: middle) >= score { reached = middle } else { below = middle }
    }
    return reached
  }
}

/// What an option names, separated by commas, in the order of its names; everything there is without the option.
/// - Throws: `ValidationError` that lists what there is, for a name that is not among it.
func named<Case: CaseIterable & RawRepresentable<String>>(
  _ list: String?, option: String
) throws -> [Case] {
  guard let list else { return Array(Case.allCases) }
  return try list.split(separator: ",").map { name in
    guard let one = Case(rawValue: String(name)) else {
      let known = Case.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(option) knows \(known).")
    }
    return one
  }
}

/// Names the files that could not be read, if there are any, and ends with exit status 1 then: last of all, so that what the
/// others gave is printed.
func endUnlessRead(_ unread: [String]) throws {
  guard !unread.isEmpty else { return }
  for path in unread { note("idv: cannot read \(path)") }
  throw ExitCode(1)
}
