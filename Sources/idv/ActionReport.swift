// What `idv evaluate actions` prints.

internal import Evaluation
internal import Vocabulary

extension ActionReport.Passes {
  var text: String {
    "\(passed) of \(n) (\(fixed(bounds[0] * 100, 2))–\(fixed(bounds[1] * 100, 2)) %)"
  }
}

extension ActionReport {
  func printTable() {
    if let replay {
      print("labelled clips; a clip counts once for each action; 95 % bounds")
      printRows(actions)
      print("every clip against every challenge: passed \(replay.text)")
    }
    if let generated {
      print("generated tracks (seed \(generated.seed)): \(generated.tracks); not the field")
      printRows(generated.actions)
      print("as asked:         passed \(generated.genuine.text)")
      print("another order:    passed \(generated.wrongOrder.text)")
      print(
        "other actions:    passed \(generated.otherActions.text), \(generated.otherActionsUnseen) of which with an action "
          + "that was not seen, \(generated.otherActionsOfShakes) with a shake where turns were asked for"
      )
      print("a tilted picture: passed \(generated.picture.text)")
    }
    for clip in clips ?? [] { printClip(clip) }
  }

  private func printRows(_ rows: [String: Row]) {
    print(
      left("action", 12) + right("n", 6) + right("found", 7) + right("wrong", 7) + "  "
        + left("recall", 26) + "precision")
    for name in FaceAction.allCases.map(\.rawValue) + ["turn"] {
      guard let row = rows[name] else { continue }
      print(
        left(name, 12) + right("\(row.n)", 6) + right("\(row.found)", 7) + right("\(row.wrong)", 7)
          + "  " + left(text(row.recall, row.recallBounds), 26)
          + text(row.precision, row.precisionBounds))
    }
  }

  private func text(_ rate: Double?, _ bounds: [Double]) -> String {
    guard let rate else { return "–" }
    return "\(percent(rate)) (\(fixed(bounds[0] * 100, 1))–\(fixed(bounds[1] * 100, 1)))"
  }

  private func printClip(_ clip: Clip) {
    let found = clip.found.map { "\($0.action) \(fixed($0.start, 2))" }.joined(separator: ", ")
    print("\(clip.path) [\(clip.labels.joined(separator: ";"))]: \(found)")
  }
}
