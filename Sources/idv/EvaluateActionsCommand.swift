// idv evaluate actions: how well actions are found in clips, in process, with the product's own pipeline.

internal import ArgumentParser
internal import Evaluation
internal import Inference
internal import Simulation
internal import Vision

struct EvaluateActionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "actions",
    abstract: "How well blinks, mouth openings, nods, shakes and turns are found.",
    discussion: """
      --labels reads columns path, auto_actions and hand_actions: words separated by semicolons, of which blink, \
      mouth_open, nod, shake, turn_left, turn_right, turn_both and turn_one_side count. --corrections reads columns \
      path and actions, which win; Tests/Baselines/action-labels.csv has those of the open clips, made by looking at \
      the frames of each. A clip counts once for each action. JSON has the rates by the labels' words and again by the \
      actions' names. "turn" and "turn_one_side" are a turn to any side, "turn_both" turns to both; clips labelled \
      turn_one_side count for no side. "replay" is every clip against each of the 118 challenges of one to three \
      actions. Apart from clips, tracks are generated from a seed: people who do as asked, judged by what \
      was asked, by other orders and other actions, and tilted pictures that make the same movements. Passing is \
      what the server's rules let pass, as far as track and actions go. Rates come with exact 95 % bounds. Clips that \
      cannot be read are named, count nowhere, and make the exit status 1.
      """)

  @Option(help: "CSV of labelled clips.")
  var labels: String?

  @Option(help: "CSV of labels that win.")
  var corrections: String?

  @Option(help: "Frames a second that are analysed.")
  var fps = ClipLimits.framesPerSecond

  @Option(help: "How many tracks to generate.")
  var generated = 600

  @Option(help: "What they are generated from.")
  var seed: UInt64 = 1

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  @Flag(help: "Also list the clips with what was found in them.")
  var clips = false

  @Option(help: "Write a report with a frame of every action to this HTML file. It shows people.")
  var html: String?

  @Flag(help: "Print JSON; rates are fractions.")
  var json = false

  func validate() throws {
    guard fps > 0, fps <= 240, (0...1_000_000).contains(generated) else {
      throw ValidationError("--fps is above 0 and at most 240, --generated at most a million.")
    }
    guard labels != nil || generated > 0 else {
      throw ValidationError("Name --labels, or generate tracks.")
    }
  }

  func run() async throws {
    var clipsRead: (scored: [ScoredClip], unread: [String]) = ([], [])
    if let labels {
      do {
        let list = try ClipLabels.read(atPath: labels, corrections: corrections)
        let engine = try InferenceEngine(
          manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
          uses: FaceAnalyzer.modelUses + ClipReader.modelUses)
        let analysis = ClipAnalysis(
          reader: try ClipReader(engine: engine, isEvaluation: true), framesPerSecond: fps,
          atOnce: engine.lanes)
        let progress = ProgressLine("clips")
        clipsRead = await analysis.run(list, progress: progress.update)
        progress.end()
        await engine.shutdown()
      } catch {
        note("idv: \(error)")
        throw ExitCode(1)
      }
    }
    let result = labels == nil ? nil : ClipActionResult(clipsRead.scored)
    let report = ActionReport(
      result,
      generated == 0 ? nil : ActionTrials(count: generated, seed: seed), seed: seed,
      unread: clipsRead.unread, listsClips: clips)
    if let html { try ActionPage(result, report).write(to: html) }
    if json { try printJSON(report) } else { report.printTable() }
    try endUnlessRead(clipsRead.unread)
  }
}
