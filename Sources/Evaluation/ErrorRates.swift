// False matches and false non-matches of a comparison, over all thresholds.

/// Similarities of pairs of the same person and of different people (ISO/IEC 19795-1 terms).
package struct ErrorRates: Sendable {
  /// Similarities of genuine pairs that were compared, ascending.
  package let genuine: [Double]
  /// Similarities of impostor pairs that were compared, ascending.
  package let impostor: [Double]
  /// Genuine pairs in which a picture could not be read.
  package let unreadGenuine: Int
  /// Impostor pairs in which a picture could not be read.
  package let unreadImpostor: Int

  package init(genuine: [Double], impostor: [Double], unreadGenuine: Int, unreadImpostor: Int) {
    self.genuine = genuine.sorted()
    self.impostor = impostor.sorted()
    self.unreadGenuine = unreadGenuine
    self.unreadImpostor = unreadImpostor
  }

  /// False-match rate: compared impostor pairs at or above `threshold`.
  package func falseMatches(at threshold: Double) -> MeasuredRate {
    MeasuredRate(
      count: impostor.count - impostor.firstIndex(notBelow: threshold), total: impostor.count)
  }

  /// False-non-match rate: genuine pairs below `threshold`, unread ones included.
  package func falseNonMatches(at threshold: Double) -> MeasuredRate {
    MeasuredRate(
      count: genuine.firstIndex(notBelow: threshold) + unreadGenuine,
      total: genuine.count + unreadGenuine)
  }

  /// False-non-match rate over compared pairs only; for curves and the equal error rate.
  package func falseNonMatchesOfRead(at threshold: Double) -> MeasuredRate {
    MeasuredRate(count: genuine.firstIndex(notBelow: threshold), total: genuine.count)
  }

  /// One operating point.
  package struct Point: Sendable, Equatable {
    package let threshold: Double
    package let falseMatchRate: Double
    package let falseNonMatchRate: Double
  }

  /// The error rates at every similarity that occurred, ascending by threshold. Unread pairs left out.
  package var curve: [Point] {
    let thresholds = Set(genuine).union(impostor).sorted()
    return thresholds.map {
      Point(
        threshold: $0, falseMatchRate: falseMatches(at: $0).value,
        falseNonMatchRate: falseNonMatchesOfRead(at: $0).value)
    }
  }

  /// The equal error rate: mean of both rates at the threshold where they are nearest to each other, over
  /// compared pairs. Nil without genuine or impostor pairs.
  package var equalError: Point? {
    guard !genuine.isEmpty, !impostor.isEmpty else { return nil }
    let nearest = curve.min {
      abs($0.falseMatchRate - $0.falseNonMatchRate) < abs($1.falseMatchRate - $1.falseNonMatchRate)
    }
    guard let nearest else { return nil }
    let rate = (nearest.falseMatchRate + nearest.falseNonMatchRate) / 2
    return Point(threshold: nearest.threshold, falseMatchRate: rate, falseNonMatchRate: rate)
  }

  /// The share of genuine pairs accepted (unread ones are not) at the lowest threshold whose false-match
  /// rate is at most `rate`; nil when there are too few impostor pairs to measure that rate.
  package func trueAccepts(atFalseMatchRate rate: Double) -> (
    threshold: Double, accepts: MeasuredRate
  )? {
    guard Double(impostor.count) * rate >= 1 else { return nil }
    let allowed = Int((Double(impostor.count) * rate).rounded(.down))
    let threshold = impostor[impostor.count - 1 - allowed].nextUp
    let missed = falseNonMatches(at: threshold)
    return (threshold, MeasuredRate(count: missed.total - missed.count, total: missed.total))
  }
}

extension [Double] {
  /// Index of the first element of an ascending array that is not below `value`; `count` if all are.
  fileprivate func firstIndex(notBelow value: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
