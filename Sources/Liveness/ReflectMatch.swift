// Which sequence a face's chroma follows, and from when on.

internal import Glibc
internal import Vision

/// A sequence as the judge's grid sees it.
struct ReflectPattern {
  /// Of each colour, in order: whether each channel is full.
  let full: [SIMD3<Float>]
  /// Grid steps at which colours begin; the last is the end.
  let starts: [Int]

  /// Nil if it is not of the kind that is issued.
  init?(_ sequence: ReflectSequence) {
    guard sequence.colors.count == LivenessLimits.reflectColors,
      sequence.milliseconds == LivenessLimits.reflectMilliseconds
    else { return nil }
    var (full, starts) = ([SIMD3<Float>](), [0])
    for color in sequence.colors {
      guard let channels = color.fullChannels, color.milliseconds > 0,
        color.milliseconds % Self.stepMilliseconds == 0
      else { return nil }
      full.append(channels)
      starts.append(starts[starts.count - 1] + color.milliseconds / Self.stepMilliseconds)
    }
    self.full = full
    self.starts = starts
  }

  static let stepMilliseconds = 10
  static let stepSeconds = Double(stepMilliseconds) / 1000
  static let steps = LivenessLimits.reflectMilliseconds / stepMilliseconds

  /// Mean over a time (seconds since the first colour) of how full each channel is; nil outside the sequence.
  func mean(from start: Double, to end: Double) -> SIMD3<Double>? {
    let (start, end) = (start / Self.stepSeconds, end / Self.stepSeconds)
    guard start >= 0, end <= Double(Self.steps), end > start else { return nil }
    var sum = SIMD3<Double>()
    for (index, channels) in full.enumerated() {
      let shared = min(end, Double(starts[index + 1])) - max(start, Double(starts[index]))
      if shared > 0 { sum += SIMD3<Double>(channels) * shared }
    }
    return sum / (end - start)
  }
}

/// The slow changes that no sequence is judged by: a constant and cosines of up to one and a half periods over the
/// sequence. White balance and a turning head drift like this; colours change faster.
enum ReflectDrift {
  static let count = 4

  /// At `place`, 0 at the sequence's start and 1 at its end.
  static func values(at place: Double) -> [Double] {
    (0..<count).map { cos(.pi * Double($0) * place) }
  }

  /// At every step of the judge's grid, each kind in a row.
  static let grid: [[Float]] = {
    let places = (0..<ReflectPattern.steps).map { step in
      values(at: (Double(step) + 0.5) / Double(ReflectPattern.steps))
    }
    return (0..<count).map { kind in places.map { Float($0[kind]) } }
  }()
}

/// Correlations of sequences with a face's chroma, each at its own best delay.
struct ReflectMatch {
  /// Of the issued sequence; its delay in seconds.
  let correlation: Double
  let delay: Double
  /// Of the others.
  let others: [Double]
  /// Share of the issued sequence's time that frames speak for at that delay.
  let coverage: Double

  /// Delays are tried at this distance.
  static let delayStep = 2
  /// Of the sequence's time, so much must be known for a delay to count.
  static let coverageMin = 0.7

  /// Nil if at no delay enough of the sequence's time is known.
  init?(
    _ series: ReflectSeries, issued: ReflectPattern, others: [ReflectPattern],
    window: ClosedRange<Double>
  ) {
    let first = Int((window.lowerBound / ReflectPattern.stepSeconds).rounded())
    let last = Int((window.upperBound / ReflectPattern.stepSeconds).rounded())
    let grid = Self.grid(series, first: first, count: last - first + ReflectPattern.steps)
    let table = PatternTable([issued] + others)
    var best = [Float](repeating: -1, count: table.count)
    var issuedDelay: (step: Int, coverage: Double)?
    for delay in stride(from: 0, through: last - first, by: Self.delayStep) {
      guard let sums = RunningSums(grid[delay..<delay + ReflectPattern.steps]) else { continue }
      for index in 0..<table.count {
        let correlation = sums.correlation(with: table, index)
        guard correlation > best[index] else { continue }
        best[index] = correlation
        if index == 0 { issuedDelay = (delay, sums.coverage) }
      }
    }
    guard let issuedDelay else { return nil }
    correlation = Double(best[0])
    delay = Double(first + issuedDelay.step) * ReflectPattern.stepSeconds
    coverage = issuedDelay.coverage
    self.others = best.dropFirst().map { Double($0) }
  }

  /// The face's chroma on the grid; nil where no frame speaks.
  private static func grid(_ series: ReflectSeries, first: Int, count: Int) -> [SIMD2<Float>?] {
    var grid = [SIMD2<Float>?](repeating: nil, count: count)
    for frame in series.frames {
      let chroma = SIMD2<Float>(ReflectChroma.of(frame.face))
      let from = (frame.start / ReflectPattern.stepSeconds).rounded() - Double(first)
      let to = (frame.end / ReflectPattern.stepSeconds).rounded() - Double(first)
      guard to > 0, from < Double(count) else { continue }
      for index in Int(max(from, 0))..<Int(min(to, Double(count))) { grid[index] = chroma }
    }
    return grid
  }
}

/// Sequences side by side, so that walking through thousands touches little memory.
private struct PatternTable {
  let count: Int
  private(set) var starts: [Int32] = []
  /// The chroma of each colour.
  private(set) var chroma: [SIMD2<Float>] = []

  init(_ patterns: [ReflectPattern]) {
    count = patterns.count
    starts.reserveCapacity(count * (LivenessLimits.reflectColors + 1))
    chroma.reserveCapacity(count * LivenessLimits.reflectColors)
    for pattern in patterns {
      starts += pattern.starts.map { Int32($0) }
      chroma += pattern.full.map { SIMD2<Float>(ReflectChroma.of(SIMD3<Double>($0))) }
    }
  }
}

/// Sums from a delay's first grid step to every later one, so that the inner product with a sequence, which is constant
/// between a dozen places, takes a dozen differences.
private struct RunningSums {
  /// Lanes: chroma without drift (two), drift of unit length (four), steps known, nothing.
  private let sums: [SIMD8<Float>]
  private let energy: Float
  let coverage: Double

  /// Nil if too little is known, or nothing moves.
  init?(_ grid: ArraySlice<SIMD2<Float>?>) {
    let known = grid.count { $0 != nil }
    coverage = Double(known) / Double(grid.count)
    guard coverage >= ReflectMatch.coverageMin else { return nil }
    // Drift made orthonormal over what is known, and taken out of both axes of chroma.
    var basis: [[Float]] = []
    for row in ReflectDrift.grid {
      var values = zip(grid, row).map { $0 == nil ? 0 : $1 }
      for other in basis { values = Self.without(other, values) }
      let length = Self.product(values, values).squareRoot()
      guard length > 1e-3 else { return nil }
      basis.append(values.map { $0 / length })
    }
    var axes = [grid.map { $0?.x ?? 0 }, grid.map { $0?.y ?? 0 }]
    for row in basis { axes = axes.map { Self.without(row, $0) } }
    energy = axes.reduce(0) { $0 + Self.product($1, $1) }
    guard energy > Float(known) * 1e-10 else { return nil }
    var sum = SIMD8<Float>()
    var sums = [sum]
    sums.reserveCapacity(grid.count + 1)
    for (place, chroma) in grid.enumerated() {
      sum += SIMD8(
        axes[0][place], axes[1][place], basis[0][place], basis[1][place], basis[2][place],
        basis[3][place], chroma == nil ? 0 : 1, 0)
      sums.append(sum)
    }
    self.sums = sums
  }

  /// −1 to 1; one amplitude for all channels, so that little can be fitted by chance.
  func correlation(with table: PatternTable, _ index: Int) -> Float {
    var (first, second) = (SIMD8<Float>(), SIMD8<Float>())
    var length: Float = 0
    let colors = LivenessLimits.reflectColors
    var before = sums[0]
    for color in 0..<colors {
      let after = sums[Int(table.starts[index * (colors + 1) + color + 1])]
      let chroma = table.chroma[index * colors + color]
      let part = after - before
      first += part * chroma.x
      second += part * chroma.y
      length += part[6] * (chroma * chroma).sum()
      before = after
    }
    let drift = (first * first + second * second)
    length -= drift[2] + drift[3] + drift[4] + drift[5]
    guard length > 1e-3 else { return -1 }
    return (first[0] + second[1]) / (length * energy).squareRoot()
  }

  private static func product(_ left: [Float], _ right: [Float]) -> Float {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// `values` less their part along `unit`.
  private static func without(_ unit: [Float], _ values: [Float]) -> [Float] {
    let part = product(unit, values)
    return zip(values, unit).map { $0 - part * $1 }
  }
}
