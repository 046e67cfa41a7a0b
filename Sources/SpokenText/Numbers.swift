// The least of numbers of which one may be none.

extension Sequence<Double> {
  /// The least; `worst` if one of them is no number, which `min()` would pass over. Nil of none.
  package func least(worst: Double) -> Double? {
    var least: Double?
    for number in self {
      if number.isNaN { return worst }
      least = Swift.min(least ?? number, number)
    }
    return least
  }
}
