// Random numbers that a seed repeats.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014).
/// Not for secrets.
package struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// The numbers of one call of a run: independent of the order in which calls are made.
  package init(seed: UInt64, call: Int) {
    var mixed = SeededNumbers(
      seed: seed ^ UInt64(truncatingIfNeeded: call) &* 0x9E37_79B9_7F4A_7C15)
    state = mixed.next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// Exponentially distributed with mean 1.
  mutating func exponential() -> Double {
    // In (0, 1], so that the logarithm is finite.
    let uniform = Double((next() >> 11) + 1) * 0x1p-53
    return -log(uniform)
  }
}
