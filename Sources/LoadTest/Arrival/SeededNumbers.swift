// Random numbers that a seed repeats.

internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// `SplitMix64`, one stream a call.
package struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var numbers: SplitMix64

  package init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  /// The numbers of one call of a run: independent of the order in which calls are made.
  package init(seed: UInt64, call: Int) {
    numbers = SplitMix64(seed: seed, stream: call)
  }

  package mutating func next() -> UInt64 { numbers.next() }

  /// Exponentially distributed with mean 1.
  mutating func exponential() -> Double {
    // In (0, 1], so that the logarithm is finite.
    let uniform = Double((next() >> 11) + 1) * 0x1p-53
    return -log(uniform)
  }
}
