// Random numbers that a seed repeats.

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014): the same seed, the same
/// numbers, on every machine. Not for secrets. A value; one thread at a time.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  @inlinable
  package init(seed: UInt64) { state = seed }

  /// One of many streams of a seed, for work whose parts may be done in any order.
  package init(seed: UInt64, stream: Int) {
    var mixed = SplitMix64(
      seed: seed ^ UInt64(truncatingIfNeeded: stream) &* 0x9E37_79B9_7F4A_7C15)
    state = mixed.next()
  }

  @inlinable
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
