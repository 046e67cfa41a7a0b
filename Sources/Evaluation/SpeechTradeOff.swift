// How many true texts are accepted for how many wrong ones, drawn as a stand-alone SVG.

internal import Speech
internal import SpokenText

#if canImport(Glibc)
  internal import Glibc
#endif

/// The trade-off of one condition: a limit on the similarity goes from 0 to 100, what similarity does not count is held to
/// the standard point. Where the limit is 80, that is the standard point itself.
package struct SpeechTradeOff: Sendable {
  /// One kind of wrong text.
  package struct Curve: Sendable, Equatable {
    package let kind: SpeechTrialKind
    /// From the loosest limit to the strictest.
    package let points: [Point]
    /// At the standard point: the words alone, and PASS as far as it is heard.
    package let words, passes: Point
  }

  package struct Point: Sendable, Equatable {
    package let wrongAccepted: Double
    package let trueAccepted: Double
  }

  package let condition: SpeechCondition
  package let curves: [Curve]

  private static let kinds: [SpeechTrialKind] = [.changed1, .changed2, .negated, .halfRead, .other]

  /// Of kinds that were tried.
  package init(_ trials: [SpeechTrial], in condition: SpeechCondition) {
    self.condition = condition
    let own = trials.filter { $0.condition == condition }
    let said = own.filter { $0.kind == .trueText }
    curves =
      said.isEmpty
      ? []
      : Self.kinds.compactMap { kind in
        let wrong = own.filter { $0.kind == kind }
        return wrong.isEmpty ? nil : Self.curve(kind, said: said, wrong: wrong)
      }
  }

  private static func curve(
    _ kind: SpeechTrialKind, said: [SpeechTrial], wrong: [SpeechTrial]
  ) -> Curve {
    let (right, other) = (said.map(reached), wrong.map(reached))
    let limits = Set(right + other).filter { $0 >= 0 }.sorted() + [.infinity]
    func share(_ values: [Double], from limit: Double) -> Double {
      Double(values.count { $0 >= limit }) / Double(values.count)
    }
    func point(_ isAccepted: (SpeechTrial) -> Bool) -> Point {
      Point(
        wrongAccepted: Double(wrong.count(where: isAccepted)) / Double(wrong.count),
        trueAccepted: Double(said.count(where: isAccepted)) / Double(said.count))
    }
    return Curve(
      kind: kind,
      points: limits.map {
        Point(
          wrongAccepted: share(other, from: $0), trueAccepted: share(right, from: $0))
      }, words: point { $0.isAccepted(at: .standard) }, passes: point(\.decision.isPassed))
  }

  /// The similarity up to which a trial is accepted; −1 if something that it does not count refuses it.
  private static func reached(_ trial: SpeechTrial) -> Double {
    var point = SpeechPoint.standard
    point.scores.pmiMin = -.infinity
    point.scores.contrastMarginMin = -.infinity
    point.alternativeMarginMin = nil
    point.omissionMarginMin = nil
    point.insertionMarginMin = nil
    point.deficitMin = nil
    point.endScoreMin = nil
    let others = trial.judgement(at: point).reasons.filter { $0.code != .contrastFits }
    return others.isEmpty ? trial.similarity : -1
  }
}

extension SpeechTradeOff {
  private static let (width, height, margin) = (640.0, 420.0, 60.0)
  /// Smallest rate of wrong texts, and of true ones, that are drawn.
  private static let (wrongMin, trueMin) = (1e-3, 0.5)
  private static let colours = ["#1b6ca8", "#c0392b", "#1e8449", "#8e44ad", "#7b7d7d"]

  /// The picture as SVG text. A dot is the standard point's words, a square PASS.
  package var svg: String {
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
      width="\(Int(Self.width))" font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>

      """
    text += axes
    for (index, curve) in curves.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let line = curve.points.map { "\(x($0.wrongAccepted)),\(y($0.trueAccepted))" }
      let (words, passes) = (curve.words, curve.passes)
      text += """
        <polyline fill="none" stroke="\(colour)" stroke-width="1.6" \
        points="\(line.joined(separator: " "))"/>
        <circle cx="\(x(words.wrongAccepted))" cy="\(y(words.trueAccepted))" r="5" fill="\(colour)"/>
        <rect x="\(x(passes.wrongAccepted) - 4)" y="\(y(passes.trueAccepted) - 4)" width="8" \
        height="8" fill="none" stroke="\(colour)" stroke-width="2"/>
        <text x="\(Int(Self.width - Self.margin - 60))" y="\(Int(Self.height - Self.margin) - 90 + 16 * index)" \
        fill="\(colour)">\(curve.kind.rawValue)</text>

        """
    }
    return text + "</svg>\n"
  }

  private var axes: String {
    var text = ""
    for exponent in 0...3 {
      let rate = pow(10, -Double(exponent))
      text += """
        <line x1="\(x(rate))" y1="\(y(1))" x2="\(x(rate))" y2="\(y(Self.trueMin))" stroke="#ddd"/>
        <text x="\(x(rate))" y="\(y(Self.trueMin) + 18)" text-anchor="middle">\
        \(["100", "10", "1", "0.1"][exponent]) %</text>

        """
    }
    for share in [0.5, 0.6, 0.7, 0.8, 0.9, 1] {
      text += """
        <line x1="\(x(1))" y1="\(y(share))" x2="\(x(Self.wrongMin))" y2="\(y(share))" stroke="#ddd"/>
        <text x="\(x(Self.wrongMin) - 8)" y="\(y(share) + 4)" text-anchor="end">\
        \(Int((share * 100).rounded())) %</text>

        """
    }
    return text + """
      <text x="\(Int(Self.width / 2))" y="\(Int(Self.height - 12))" text-anchor="middle">\
      wrong texts accepted</text>
      <text x="14" y="18">\(condition.rawValue): true texts accepted</text>

      """
  }

  private func x(_ rate: Double) -> Double {
    let share = 1 + log10(max(rate, Self.wrongMin)) / -log10(Self.wrongMin)
    return rounded(Self.margin + (Self.width - Self.margin - 30) * share)
  }

  private func y(_ share: Double) -> Double {
    let height = (max(share, Self.trueMin) - Self.trueMin) / (1 - Self.trueMin)
    return rounded(Self.height - Self.margin - (Self.height - Self.margin - 30) * height)
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
