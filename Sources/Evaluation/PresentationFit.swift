// Fits the few numbers of the presentation calibration, and says how well they do on people left out.

package import Vision
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#endif

/// Logistic regression with a normal prior on every coefficient, by Newton's method. With the prior the answer exists
/// and is unique, however well the data separate.
package struct LogisticFit: Sendable, Equatable {
  /// One for each input, then the constant.
  package let coefficients: [Double]

  /// What one coefficient is expected to be.
  package struct Prior: Sendable, Equatable {
    package var mean: Double
    package var deviation: Double

    package init(mean: Double, deviation: Double) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// One observation.
  package struct Sample: Sendable {
    package var inputs: [Double]
    package var isLive: Bool
    package var weight: Double

    package init(inputs: [Double], isLive: Bool, weight: Double) {
      self.inputs = inputs
      self.isLive = isLive
      self.weight = weight
    }
  }

  private static let rounds = 100

  /// - Parameter priors: one for each input, then that of the constant.
  package init(_ samples: [Sample], priors: [Prior]) {
    let count = priors.count
    var beta = priors.map(\.mean)
    func loss(_ beta: [Double]) -> Double {
      var sum = 0.0
      for (b, prior) in zip(beta, priors) {
        let z = (b - prior.mean) / prior.deviation
        sum += z * z / 2
      }
      for sample in samples {
        let odds = Self.odds(beta, sample.inputs) * (sample.isLive ? 1 : -1)
        // log(1 + e^−odds) without overflow.
        sum += sample.weight * (max(-odds, 0) + log1p(exp(-abs(odds))))
      }
      return sum
    }
    var current = loss(beta)
    for _ in 0..<Self.rounds {
      var gradient = [Double](repeating: 0, count: count)
      var hessian = [[Double]](repeating: gradient, count: count)
      for (i, prior) in priors.enumerated() {
        let precision = 1 / (prior.deviation * prior.deviation)
        gradient[i] = (beta[i] - prior.mean) * precision
        hessian[i][i] = precision
      }
      for sample in samples {
        let p = 1 / (1 + exp(-Self.odds(beta, sample.inputs)))
        let x = sample.inputs + [1]
        for i in 0..<count {
          gradient[i] += sample.weight * (p - (sample.isLive ? 1 : 0)) * x[i]
          for j in 0..<count { hessian[i][j] += sample.weight * p * (1 - p) * x[i] * x[j] }
        }
      }
      let step = Self.solve(hessian, gradient)
      var length = 1.0
      var next = beta
      repeat {
        next = zip(beta, step).map { $0 - length * $1 }
        length /= 2
      } while loss(next) > current && length > 1e-6
      let reached = loss(next)
      guard reached < current - 1e-12 else { break }
      (beta, current) = (next, reached)
    }
    coefficients = beta
  }

  /// Log-odds of a living person.
  package func callAsFunction(_ inputs: [Double]) -> Double { Self.odds(coefficients, inputs) }

  private static func odds(_ beta: [Double], _ inputs: [Double]) -> Double {
    zip(beta, inputs).reduce(beta[beta.count - 1]) { $0 + $1.0 * $1.1 }
  }

  /// The solution of a positive definite system, by Gaussian elimination.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (a, b) = (matrix, right)
    let count = b.count
    for i in 0..<count {
      for k in i + 1..<max(count, i + 1) {
        let factor = a[k][i] / a[i][i]
        for j in i..<count { a[k][j] -= factor * a[i][j] }
        b[k] -= factor * b[i]
      }
    }
    for i in (0..<count).reversed() {
      for j in i + 1..<max(count, i + 1) { b[i] -= a[i][j] * b[j] }
      b[i] /= a[i][i]
    }
    return b
  }
}

/// The fit of the calibration's slope, offset and weights of signs.
package struct PresentationFit: Sendable {
  /// The names of the coefficients: `slope`, the signs' signals, `offset`.
  package let names: [String]
  package let fit: LogisticFit
  /// People, observations.
  package let people: Int
  package let samples: Int
  /// Rates when everyone is scored by a fit that never saw them.
  package let leftOut: PresentationRates?

  /// What the data are pulled to: the models' own log-odds, and signs that take their stated weight. A deviation of a
  /// third leaves data of a dozen people little to bend.
  static let slopePrior = LogisticFit.Prior(mean: 1, deviation: 0.3)
  static let offsetPrior = LogisticFit.Prior(mean: 0, deviation: 1)

  /// Fits to what was measured; only live and attack count. Every person weighs the same, and both labels do.
  package init(_ scored: [ScoredPresentation], calibration: PresentationCalibration) {
    let usable = scored.filter {
      ($0.truth.label == .live || $0.truth.label == .attack)
        && $0.signals[.presentationModel] != nil
    }
    func samples(_ list: [ScoredPresentation]) -> [LogisticFit.Sample] {
      // People who are shown alive, and people who are shown in attacks, each with weight 1.
      let keys = list.map { "\($0.truth.label.rawValue) \($0.truth.subject)" }
      let counts = Dictionary(keys.map { ($0, 1.0) }, uniquingKeysWith: +)
      let live = Double(counts.keys.count { $0.hasPrefix("live") })
      let attacks = Double(counts.count) - live
      return zip(list, keys).map { one, key in
        let isLive = one.truth.label == .live
        let share = isLive ? min(1, attacks / max(live, 1)) : min(1, live / max(attacks, 1))
        return LogisticFit.Sample(
          inputs: calibration.inputs(one.signals), isLive: isLive,
          weight: share / (counts[key] ?? 1))
      }
    }
    let priors =
      [Self.slopePrior]
      + calibration.signWeights.map {
        LogisticFit.Prior(mean: -$0.weight, deviation: $0.weight / 3)
      } + [Self.offsetPrior]
    names = ["slope"] + calibration.signWeights.map(\.name) + ["offset"]
    let whole = samples(usable)
    fit = LogisticFit(whole, priors: priors)
    self.samples = whole.count
    let subjects = Set(usable.map(\.truth.subject))
    people = subjects.count
    var judged: [ScoredPresentation] = []
    for subject in subjects.sorted() {
      let rest = LogisticFit(
        samples(usable.filter { $0.truth.subject != subject }), priors: priors)
      for one in usable where one.truth.subject == subject {
        let odds = rest(calibration.inputs(one.signals))
        judged.append(one.rescored(1 / (1 + exp(-odds))))
      }
    }
    leftOut = judged.isEmpty ? nil : PresentationRates(judged)
  }
}
