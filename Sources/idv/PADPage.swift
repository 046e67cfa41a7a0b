// The report of `idv evaluate pad` as a page with small example pictures in it.

internal import Evaluation

/// A page that stands alone: pictures are inside it.
struct PADPage {
  private let scored: [ScoredPresentation]
  /// Most examples of one kind.
  private static let examplesMax = 24

  init(_ scored: [ScoredPresentation]) { self.scored = scored }

  func write(to path: String) throws { try ReportPage.write(text, to: path) }

  private var text: String {
    var page =
      ReportPage.head("Presentation attacks")
        + """
        <p>Rates as ISO/IEC 30107-3; bounds 95 %, exact.
        <table><tr><th>part<th>species<th>n<th>accepted<th>upper bound<th>no answer
        """
    for part in ["videos", "full", "crop"] {
      let own = scored.filter { $0.truth.part == part }
      guard !own.isEmpty else { continue }
      let rates = PresentationRates(own)
      for species in rates.species {
        page += row(part, species.name, species.accepted, species.unanswered)
      }
      page += row(
        part, "live",
        MeasuredRate(count: rates.refused.total - rates.refused.count, total: rates.refused.total),
        rates.unanswered)
    }
    page += "</table>"
    let kinds: [(String, (ScoredPresentation) -> Bool)] = [
      ("Attacks accepted", { $0.truth.label == .attack && $0.isAccepted }),
      ("Living people refused", { $0.truth.label == .live && !$0.isAccepted }),
      ("Attacks refused", { $0.truth.label == .attack && !$0.isAccepted }),
      ("Living people accepted", { $0.truth.label == .live && $0.isAccepted }),
      ("Deepfakes", { $0.truth.label == .deepfake }),
    ]
    for (index, kind) in kinds.enumerated() {
      let own = scored.filter(kind.1)
      page += "<h2>\(kind.0): \(own.count)</h2>"
      for one in own.prefix(Self.examplesMax) { page += figure(one, isBad: index < 2) }
    }
    return page
  }

  private func row(
    _ part: String, _ name: String, _ accepted: MeasuredRate, _ unanswered: MeasuredRate
  ) -> String {
    "<tr><td>\(part)<td>\(ReportPage.escaped(name))<td>\(accepted.total)<td>\(percent(accepted.value))"
      + "<td>\(percent(accepted.upper))<td>\(percent(unanswered.value))"
  }

  private func figure(_ one: ScoredPresentation, isBad: Bool) -> String {
    let score = one.score.map { fixed($0, 3) } ?? "no score"
    let reasons = one.refusals.map(\.brief)
    let caption =
      "\(one.truth.subject), \(one.truth.species), \(one.truth.part): \(score) \(reasons.joined(separator: " "))"
    return ReportPage.figure(
      ReportPage.thumbnail(one.truth.path), caption: caption, isBad: isBad)
  }
}
