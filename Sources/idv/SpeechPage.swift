// The report of `idv evaluate speech` as a page with its curves.

internal import Evaluation
internal import Speech

/// A page that stands alone: curves are inside it.
struct SpeechPage {
  let run: SpeechRun
  let plan: SpeechTrialPlan

  func write(to path: String) throws { try ReportPage.write(text, to: path) }

  private var text: String {
    var page =
      ReportPage.head("Speech")
        + """
        <p>Seed \(plan.seed). True texts accepted against wrong ones, as the limit of similarity goes from 0 to 100; whatever else \
        is asked of a text is held to. Dots: the standard point, words alone. Squares: PASS as far as it is heard; face, mouth \
        and pictures are not judged here. Bounds 95 %, exact.
        """
    for condition in plan.conditions {
      page += "<h2>\(condition.rawValue)</h2>"
      page += SpeechTradeOff(run.texts, in: condition).svg
      page += table(condition)
    }
    return page
  }

  private func table(_ condition: SpeechCondition) -> String {
    let passing = SpeechRates(passing: run.texts)
    let words = SpeechRates(run.texts, at: .standard)
    var rows = "<table><tr><th>text<th>n<th>PASS<th>bounds<th>words"
    for kind in SpeechTrialKind.allCases {
      let rate = passing[condition, kind]
      guard rate.total > 0 else { continue }
      rows +=
        "<tr><td>\(kind.rawValue)<td>\(rate.total)<td>\(percent(rate.value, 1))"
        + "<td>\(percent(rate.lower, 1)) – \(percent(rate.upper, 1))"
        + "<td>\(percent(words[condition, kind].value, 1))"
    }
    return rows + "</table>"
  }
}
