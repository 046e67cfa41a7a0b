// Courses of one number: where it lies above a bound, and how it swings.

internal import Glibc

/// A course sampled at `ActionSeries.step`.
struct ActionCourse {
  let values: [Double]

  /// A stretch above a bound; `first...last` are samples.
  struct Run {
    let first: Int
    let last: Int
    /// Length in samples, with the parts of steps at both ends.
    let samples: Double
    /// Whether it begins and ends within the course.
    let isWhole: Bool
  }

  /// Every stretch strictly above `bound`.
  func runs(above bound: Double) -> [Run] {
    var result: [Run] = []
    var first: Int?
    for index in 0...values.count {
      let isAbove = index < values.count && values[index] > bound
      if isAbove, first == nil { first = index }
      if !isAbove, let start = first {
        let last = index - 1
        let before = start == 0 ? 0 : part(from: start, to: start - 1, at: bound)
        let after = index == values.count ? 0 : part(from: last, to: index, at: bound)
        result.append(
          Run(
            first: start, last: last, samples: Double(last - start) + before + after,
            isWhole: start > 0 && index < values.count))
        first = nil
      }
    }
    return result
  }

  /// The share of the step from `inner` to `outer` after which `bound` is crossed.
  private func part(from inner: Int, to outer: Int, at bound: Double) -> Double {
    (values[inner] - bound) / (values[inner] - values[outer])
  }

  /// The middle one of three neighbours, then their mean weighted 1–2–1: single wrong frames leave no trace.
  var smoothed: ActionCourse {
    guard values.count >= 3 else { return self }
    let inner = 1..<(values.count - 1)
    var middle = values
    for index in inner {
      let (a, b, c) = (values[index - 1], values[index], values[index + 1])
      middle[index] = max(min(a, b), min(max(a, b), c))
    }
    var result = middle
    for index in inner {
      result[index] = (middle[index - 1] + 2 * middle[index] + middle[index + 1]) / 4
    }
    return ActionCourse(values: result)
  }

  /// The range of the values in `bounds`.
  func range(_ bounds: ClosedRange<Int>) -> Double {
    let part = values[bounds]
    return (part.max() ?? 0) - (part.min() ?? 0)
  }

  /// A movement from one turning point to the next.
  struct Swing {
    /// The turning points.
    let from: Int
    let to: Int
    /// First and last sample between its first and last tenth.
    let start: Int
    let end: Int
    /// Signed.
    let change: Double
  }

  /// Movements of `reversal` and more between turning points, episode by episode.
  /// - Parameter rest: the course rests where it stays within so much for `restSamples`.
  func episodes(reversal: Double, rest: Double) -> [[Swing]] {
    moving(rest: rest).map { span in swings(reversal: reversal, in: span) }
  }

  /// Stretches between rests, with a sample of the rest on either side.
  private func moving(rest: Double) -> [ClosedRange<Int>] {
    let length = Self.restSamples
    guard values.count > length else { return values.isEmpty ? [] : [0...(values.count - 1)] }
    var isResting = [Bool](repeating: false, count: values.count)
    for first in 0...(values.count - length) where range(first...(first + length - 1)) <= rest {
      for index in first..<(first + length) { isResting[index] = true }
    }
    var result: [ClosedRange<Int>] = []
    var first: Int?
    for index in 0...values.count {
      let isMoving = index < values.count && !isResting[index]
      if isMoving, first == nil { first = index }
      if !isMoving, let start = first {
        result.append(max(start - 1, 0)...min(index, values.count - 1))
        first = nil
      }
    }
    return result
  }

  /// Samples that a rest lasts: 0.4 s.
  private static let restSamples = 12

  /// Movements of `reversal` and more between turning points within `span`.
  func swings(reversal: Double, in span: ClosedRange<Int>) -> [Swing] {
    let turns = turningPoints(reversal: reversal, in: span)
    return zip(turns, turns.dropFirst()).map { from, to in
      let change = values[to] - values[from]
      let near = Self.restShare * abs(change)
      var start = from
      for index in from...to where abs(values[index] - values[from]) <= near { start = index }
      var end = to
      for index in (start...to).reversed() where abs(values[index] - values[to]) <= near {
        end = index
      }
      return Swing(from: from, to: to, start: start, end: max(end, start), change: change)
    }
  }

  /// Share of a swing at either end that counts as rest.
  private static let restShare = 0.1

  private func turningPoints(reversal: Double, in span: ClosedRange<Int>) -> [Int] {
    var turns: [Int] = []
    var (high, low) = (span.lowerBound, span.lowerBound)
    var direction = 0
    for index in span {
      if values[index] > values[high] { high = index }
      if values[index] < values[low] { low = index }
      if direction >= 0, values[high] - values[index] >= reversal {
        turns.append(high)
        direction = -1
        low = index
      } else if direction <= 0, values[index] - values[low] >= reversal {
        turns.append(low)
        direction = 1
        high = index
      }
    }
    if direction != 0 { turns.append(direction > 0 ? high : low) }
    return turns
  }
}
