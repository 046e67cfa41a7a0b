// Whether two courses change together.

internal import Glibc

/// Pearson's correlation of as many numbers on either side; nil of something that never changes. Of ranks it is Spearman's.
func correlation(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double? {
  let count = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  guard aa > 1e-9 * count, bb > 1e-9 * count else { return nil }
  return ab / (aa * bb).squareRoot()
}
