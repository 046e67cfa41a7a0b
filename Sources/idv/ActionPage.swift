// The report of `idv evaluate actions` as a page with a frame of every action that was found.

internal import Evaluation
internal import Liveness
internal import Vocabulary

/// A page that stands alone; it shows people.
struct ActionPage {
  private let clips: ClipActionResult?
  private let report: ActionReport

  init(_ clips: ClipActionResult?, _ report: ActionReport) {
    (self.clips, self.report) = (clips, report)
  }

  func write(to path: String) throws { try ReportPage.write(text, to: path) }

  private var text: String {
    var page = ReportPage.head("Actions")
    if let replay = report.replay {
      page += "<h2>Labelled clips</h2>" + Self.table(report.actions)
      page += "<p>Every clip against every challenge of one to three actions: passed \(replay.text)"
    }
    if let made = report.generated {
      page += "<h2>Generated tracks, seed \(made.seed); not the field</h2>"
      page += Self.table(made.actions)
      page += "<p>As asked: passed \(made.genuine.text); another order: \(made.wrongOrder.text); "
      page += "other actions: \(made.otherActions.text); a tilted picture: \(made.picture.text)"
    }
    for clip in clips?.clips ?? [] { page += Self.section(clip) }
    return page
  }

  private static func table(_ rows: [String: ActionReport.Row]) -> String {
    var table = "<table><tr><th>action<th>n<th>found<th>missed<th>wrong<th>recall<th>95 %"
    table += "<th>precision<th>95 %"
    for name in FaceAction.allCases.map(\.rawValue) + ["turn"] {
      guard let row = rows[name] else { continue }
      table += "<tr><td>\(name)<td>\(row.n)<td>\(row.found)<td>\(row.missed)<td>\(row.wrong)"
      for (rate, bounds) in [
        (row.recall, row.recallBounds), (row.precision, row.precisionBounds),
      ] {
        table += "<td>\(rate.map { percent($0) } ?? "–")"
        table += "<td>\(bounds.map { fixed($0 * 100, 1) }.joined(separator: "–"))"
      }
    }
    return table + "</table>"
  }

  /// What a clip's label says, what was missed, and each action that was found in the middle of it.
  private static func section(_ clip: ScoredClip) -> String {
    let name = clip.clip.path.split(separator: "/").last.map(String.init) ?? ""
    let words = clip.clip.words.map(\.rawValue).sorted().joined(separator: ", ")
    let missed = FaceAction.allCases.filter {
      clip.clip.performs($0) == true && !clip.found($0)
    }
    var section = "<h2>\(ReportPage.escaped(name))</h2><p>Labelled: "
    section += ReportPage.escaped(words.isEmpty ? "no action" : words)
    if !missed.isEmpty {
      section += "; <b>missed: \(missed.map(\.rawValue).joined(separator: ", "))</b>"
    }
    section += "<br>"
    let found = clip.seen.actions
    let pictures = ReportPage.frames(clip.clip.path, at: found.map { ($0.start + $0.end) / 2 })
    for (action, picture) in zip(found, pictures) {
      section += ReportPage.figure(
        picture,
        caption: "\(action.action.rawValue) \(fixed(action.start, 2))–\(fixed(action.end, 2)) s, "
          + "score \(fixed(action.score, 2))", isBad: clip.clip.performs(action.action) == false)
    }
    return section
  }
}
