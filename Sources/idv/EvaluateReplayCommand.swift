// idv evaluate replay: how surely films are known again that were encoded, cut or changed otherwise.

internal import ArgumentParser
internal import Evaluation
internal import Inference
internal import Liveness
internal import Sealing
internal import Vision
internal import Vocabulary

struct EvaluateReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "How surely films are known again, and how seldom others are taken for them.",
    discussion: """
      --films reads columns path and subject. Of each film copies are made: compressed again, at half the size and low \
      quality, cropped, mirrored, faster, with half the pictures, lighter, cut short, tilted, and most of it at once. \
      Their pictures are JPEGs; --copies reads columns path and original of copies that another program encoded. Each \
      is looked up, under a random key, in a memory that holds all films. False matches: films and copies where all \
      films of other people are remembered, and each film's later half where its earlier one is. Rates come with exact \
      95 % bounds and leave out what moves too little to be judged, which is counted apart.
      """)

  @Option(help: "CSV of films; several may be named.")
  var films: [String]

  @Option(help: "CSV of copies that are files.")
  var copies: String?

  @Option(help: "Only these kinds of copies, separated by commas.")
  var kinds: String?

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  func validate() throws { _ = try chosen() }

  private func chosen() throws -> [ReplayCopyKind] { try named(kinds, option: "--kinds") }

  func run() async throws {
    let kinds = try chosen()
    let results: ReplayResults
    do {
      var list: [LabelledFilm] = []
      for path in films { list += try FilmList.read(atPath: path) }
      let made = try copies.map { path throws(ListError) in try FilmList.copies(atPath: path) }
      let engine = try InferenceEngine(
        manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
        uses: FaceAnalyzer.modelUses + ClipReader.modelUses)
      var numbers = SystemRandomNumberGenerator()
      let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
      let evaluation = ReplayEvaluation(
        reader: try ClipReader(engine: engine, isEvaluation: true),
        key: ReplayKey(HMACKey(secret)), kinds: kinds, atOnce: engine.lanes)
      let progress = ProgressLine("films and copies")
      results = await evaluation.run(list, copies: made ?? [], progress: progress.update)
      progress.end()
      await engine.shutdown()
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    let report = ReplayReport(results)
    if json { try printJSON(report) } else { report.printTable() }
    try endUnlessRead(report.unread)
  }
}

extension ReplayReport {
  func printTable() {
    print(
      "\(films) films, \(judged) of which move enough; rates with 95 % bounds; too still, REVIEW in Enhanced: "
        + "\(percent(tooStill.rate)) (\(tooStill.bounds95.map { fixed($0 * 100, 1) }.joined(separator: "–")))"
    )
    print(
      left("copies", 18) + right("n", 6) + right("known", 10) + "  " + left("95 %", 14)
        + right("still", 8))
    for row in copies { printRow(row) }
    print(left("false matches", 18))
    printRow(otherPeople)
    printRow(sameRecording)
    guard let pairErrorLeast, let pairErrorHundredth else { return }
    print(
      "\(pairs) pairs of films of different people differ in \(fixed(pairErrorLeast, 3)) of their bits at least, all but "
        + "one in a hundred in \(fixed(pairErrorHundredth, 3)) and more; the limit is \(fixed(bitErrorMax, 2))"
    )
  }

  private func printRow(_ row: Row) {
    print(
      left("  " + row.name, 18) + right("\(row.n)", 6) + right(percent(row.rate), 10) + "  "
        + left(row.bounds95.map { fixed($0 * 100, 1) }.joined(separator: "–"), 14)
        + right("\(row.unjudged)", 8))
  }
}
