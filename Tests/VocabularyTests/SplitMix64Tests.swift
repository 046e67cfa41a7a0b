// Seeded numbers, against published ones.

import Testing
import Vocabulary

@Test("SplitMix64 gives the published numbers of seed 1234567")
func splitMix64() {
  var numbers = SplitMix64(seed: 1_234_567)
  let drawn = (0..<5).map { _ in numbers.next() }
  #expect(
    drawn == [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ])
}

@Test("a stream is the same whenever it is asked for, and none is another's")
func streams() {
  let first = (0..<1000).map { index in
    var numbers = SplitMix64(seed: 7, stream: index)
    return numbers.next()
  }
  #expect(Set(first).count == first.count)
  var again = SplitMix64(seed: 7, stream: 999)
  #expect(again.next() == first[999])
}
