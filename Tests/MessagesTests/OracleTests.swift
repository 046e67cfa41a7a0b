// The codec against swift-protobuf: two readers of the same bytes must see the same message.

internal import Messages
internal import SwiftProtobuf
internal import Testing
internal import Vocabulary

@Suite struct OracleTests {
  typealias Oracle = Idv_Oracle_V1_Everything

  /// swift-protobuf's reading without unknown fields, which idv drops.
  private func read(_ bytes: [UInt8]) throws -> Oracle {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    return try Oracle(serializedBytes: bytes, options: options)
  }

  @Test(
    "Random messages mean the same to both readers",
    arguments: [
      DecodingLimits(), DecodingLimits(aliasBytesMin: 64),
    ])
  func randomMessages(limits: DecodingLimits) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    for step in 0..<1000 {
      var wire = RandomWire(random: SeededRandom(seed: seed &+ UInt64(step)))
      let bytes = wire.message(Everything.descriptor)
      let expected = try read(bytes)
      let ours = try Everything(decoding: Bytes(bytes), limits: limits)
      #expect(try read(ours.encoded().array) == expected, "seed \(seed), step \(step)")
      let segments = ours.encodedSegments(aliasBytesMin: limits.aliasBytesMin)
      #expect(try read(segments.flatMap(\.array)) == expected, "seed \(seed), step \(step)")
      let back = try Everything(decoding: ours.encoded(), limits: limits)
      #expect(back == ours, "seed \(seed), step \(step)")
    }
  }

  @Test("Damaged messages are refused or mean the same to both readers")
  func damagedMessages() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var accepted = 0
    var random = SeededRandom(seed: seed)
    for step in 0..<2500 {
      var wire = RandomWire(random: SeededRandom(seed: random.next()), runBytesMax: 6)
      var bytes = wire.message(Everything.descriptor, depth: 2)
      guard !bytes.isEmpty else { continue }
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      guard let ours = try? Everything(decoding: Bytes(bytes)) else { continue }
      accepted += 1
      guard let expected = try? read(bytes) else {
        Issue.record("only idv accepts: seed \(seed), step \(step)")
        continue
      }
      // NaN is not equal to itself: compare what is written.
      let again = try read(ours.encoded().array)
      #expect(again.textFormatString() == expected.textFormatString(), "seed \(seed), step \(step)")
    }
    #expect(accepted > 100, "the damage leaves something to compare")
  }
}
