// How sure a measured rate is: exact binomial confidence bounds.

#if canImport(Glibc)
  internal import Glibc
#endif

/// A rate measured by counting, with its exact two-sided 95 % bounds.
///
/// Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
/// of the binomial", Biometrika 26 (1934). With no event in n trials the upper bound is 1 − 0.025^(1/n)
/// (about 3.7 / n); where only an upper bound is wanted, `upper` is conservative.
package struct MeasuredRate: Sendable, Equatable {
  /// How often it happened.
  package let count: Int
  /// How often it could have happened.
  package let total: Int

  package init(count: Int, total: Int) {
    precondition(count >= 0 && count <= total, "a rate needs 0 ≤ count ≤ total")
    self.count = count
    self.total = total
  }

  /// count ÷ total; 0 if nothing was tried.
  package var value: Double { total == 0 ? 0 : Double(count) / Double(total) }

  /// Lower 95 % bound.
  package var lower: Double {
    count == 0 ? 0 : solve { 1 - binomialCDF(count - 1, total, $0) - 0.025 }
  }

  /// Upper 95 % bound; 1 if nothing was tried.
  package var upper: Double {
    if total == 0 || count == total { return 1 }
    return solve { 0.025 - binomialCDF(count, total, $0) }
  }

  /// The root in 0…1 of a growing function, by bisection.
  private func solve(_ growing: (Double) -> Double) -> Double {
    var low = 0.0
    var high = 1.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if growing(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// Probability of at most `k` events in `n` trials of probability `p`.
private func binomialCDF(_ k: Int, _ n: Int, _ p: Double) -> Double {
  if p <= 0 { return 1 }
  if p >= 1 { return k >= n ? 1 : 0 }
  let ratio = log(p) - log1p(-p)
  var term = Double(n) * log1p(-p)
  var sum = exp(term)
  guard k > 0 else { return sum }
  for i in 1...k {
    term += log(Double(n - i + 1)) - log(Double(i)) + ratio
    sum += exp(term)
  }
  return min(1, sum)
}
