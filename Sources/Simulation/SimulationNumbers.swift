// Random numbers that a seed repeats, and the distributions that simulators draw from.

internal import Glibc
internal import Vocabulary

/// `SplitMix64`, one stream a trial.
package struct SimulationNumbers: RandomNumberGenerator, Sendable {
  private var numbers: SplitMix64

  package init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  /// The numbers of one trial of a run, whatever the order in which trials are made.
  package init(seed: UInt64, trial: Int) {
    numbers = SplitMix64(seed: seed, stream: trial)
  }

  package mutating func next() -> UInt64 { numbers.next() }

  /// Evenly over a range.
  package mutating func even(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) * 0x1p-53
  }

  /// Evenly over the logarithm of a range above zero.
  package mutating func evenRatio(_ range: ClosedRange<Double>) -> Double {
    exp(even(log(range.lowerBound)...log(range.upperBound)))
  }

  /// True with a probability.
  package mutating func happens(_ probability: Double) -> Bool { even(0...1) < probability }

  /// Mean 0, standard deviation 1 (Box and Muller 1958).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
    return radius * cos(2 * .pi * even(0...1))
  }
}

/// A quantity that wanders about zero and is forgotten after a while (Ornstein and Uhlenbeck 1930).
struct Wander {
  /// Standard deviation in the long run.
  let size: Double
  /// Seconds after which 37 % is left.
  let memory: Double
  private(set) var value: Double

  init(size: Double, memory: Double, using numbers: inout SimulationNumbers) {
    self.size = size
    self.memory = memory
    value = size * numbers.normal()
  }

  mutating func pass(_ seconds: Double, using numbers: inout SimulationNumbers) {
    let kept = exp(-seconds / memory)
    value = kept * value + size * (1 - kept * kept).squareRoot() * numbers.normal()
  }
}
