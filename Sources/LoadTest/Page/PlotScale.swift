// Axes: from values to pixels, and where the ticks are.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// One axis of a plot. A value.
struct PlotScale: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case linear
    case logarithmic
    /// Of a share below 1: as far as the rest to 1 is small, logarithmically.
    case tail
  }

  let kind: Kind
  let low: Double
  let high: Double
  /// Where lines and labels go.
  let ticks: [Double]

  /// A linear axis from 0 to a round number at or above `highest`.
  static func fromZero(to highest: Double, ticks count: Int = 4) -> PlotScale {
    let step = roundStep(max(highest, 1e-9) / Double(count))
    let steps = max(1, Int((highest / step - 1e-9).rounded(.up)))
    return PlotScale(
      kind: .linear, low: 0, high: Double(steps) * step,
      ticks: (0...steps).map { Double($0) * step })
  }

  /// A linear axis that ends exactly at `low` and `high`, with ticks at round numbers between.
  static func exact(_ low: Double, _ high: Double, ticks count: Int = 8) -> PlotScale {
    let high = max(high, low + 1e-9)
    let step = roundStep((high - low) / Double(count))
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    let ticks = first <= last ? (first...last).map { Double($0) * step } : []
    return PlotScale(kind: .linear, low: low, high: high, ticks: ticks)
  }

  /// For positive values: logarithmic when they span more than a factor of 12, else linear from 0.
  static func spanning(_ lowest: Double, _ highest: Double) -> PlotScale {
    guard lowest > 0, highest / lowest > 12 else { return fromZero(to: highest) }
    let steps = log10(highest / lowest) < 2.5 ? [1.0, 2, 5] : [1.0]
    let decades = Int(log10(lowest).rounded(.down))...Int(log10(highest).rounded(.up))
    let marks = decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }
    let low = marks.last { $0 <= lowest * 1.000_001 } ?? lowest
    let high = marks.first { $0 >= highest * 0.999_999 } ?? highest
    return PlotScale(
      kind: .logarithmic, low: low, high: high, ticks: marks.filter { $0 >= low && $0 <= high })
  }

  /// Shares from 0 to just below 1, as far as `count` calls tell.
  static func shares(of count: Int) -> PlotScale {
    let decades = max(1, min(6, Int(log10(Double(max(count, 10))).rounded(.down))))
    let high = 1 - pow(10, -Double(decades))
    let ticks = [0, 0.5] + (1...decades).map { 1 - pow(10, -Double($0)) }
    return PlotScale(kind: .tail, low: 0, high: high, ticks: ticks)
  }

  /// Where `value` is: 0 at the axis' start, 1 at its end; values outside are moved to its ends.
  func place(_ value: Double) -> Double {
    func depth(_ share: Double) -> Double { -log10(max(1 - share, 1e-12)) }
    let place: Double =
      switch kind {
      case .linear: (value - low) / (high - low)
      case .logarithmic: log10(max(value, 1e-12) / low) / log10(high / low)
      case .tail: depth(value) / depth(high)
      }
    return min(max(place, 0), 1)
  }

  /// The smallest of 1, 2, 5 × 10ⁿ that is not below `step`.
  private static func roundStep(_ step: Double) -> Double {
    let decade = pow(10, log10(step).rounded(.down))
    return [1.0, 2, 5, 10].map { $0 * decade }.first { $0 >= step * 0.999_999 } ?? step
  }
}
