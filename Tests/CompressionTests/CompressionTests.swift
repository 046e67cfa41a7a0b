// Packing and unpacking: round trips, bounds, and what is not a message.

internal import Compression
internal import Testing
internal import Vocabulary

@Suite struct CompressionTests {
  static let packed: [MessageEncoding] = [.gzip, .zstd]

  private func text(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 / 7) % 61 &+ ($0 &* $0 >> 9) % 31 &+ 32) }
  }

  @Test(arguments: packed, [1, 100, 4096, 4097, 1_000_000])
  func aMessageComesBack(_ encoding: MessageEncoding, _ count: Int) throws {
    let message = text(count)
    let halves = [Bytes(Array(message[..<(count / 2)])), Bytes(Array(message[(count / 2)...]))]
    guard let packed = Compression.pack(halves, encoding) else {
      // Only what is too small to gain from it is left as it is.
      #expect(count <= 100)
      return
    }
    #expect(packed.count < count)
    #expect(try Compression.unpack(packed, encoding, bytesMax: count).array == message)
  }

  @Test(arguments: packed)
  func oneByteOverTheLimitIsTooLarge(_ encoding: MessageEncoding) throws {
    let packed = try #require(Compression.pack([Bytes(text(50_000))], encoding))
    #expect(throws: CompressionError.tooLarge(limitBytes: 49_999)) {
      try Compression.unpack(packed, encoding, bytesMax: 49_999)
    }
  }

  /// What we pack ourselves is never taken for a bomb.
  @Test(arguments: packed)
  func whatPacksTooWellIsSentAsItIs(_ encoding: MessageEncoding) throws {
    #expect(Compression.pack([Bytes([UInt8](repeating: 0, count: 1 << 20))], encoding) == nil)
    let free = [UInt8](repeating: 0, count: CompressionLimits.ratioFreeBytes)
    let packed = try #require(Compression.pack([Bytes(free)], encoding))
    #expect(try Compression.unpack(packed, encoding, bytesMax: free.count).array == free)
  }

  /// A bomb: a few kilobytes that would become 24 MiB.
  @Test(arguments: packed)
  func aBombIsCutOffByItsRatio(_ encoding: MessageEncoding) throws {
    let packed = try #require(
      Compression.pack(
        [Bytes([UInt8](repeating: 0, count: 24 << 20))], encoding, ratioMax: nil))
    let limit = max(packed.count * 100, 64 << 10)
    #expect(limit < 24 << 20)
    #expect(throws: CompressionError.tooLarge(limitBytes: limit)) {
      try Compression.unpack(packed, encoding, bytesMax: 24 << 20)
    }
  }

  @Test(arguments: packed)
  func everyPrefixAndEveryTailIsDamaged(_ encoding: MessageEncoding) throws {
    let packed = try #require(Compression.pack([Bytes(text(3000))], encoding)).array
    for end in 0..<packed.count {
      #expect(throws: CompressionError.damaged) {
        try Compression.unpack(Bytes(Array(packed[..<end])), encoding, bytesMax: 1 << 20)
      }
    }
    #expect(throws: CompressionError.damaged) {
      try Compression.unpack(Bytes(packed + [0]), encoding, bytesMax: 1 << 20)
    }
  }

  @Test(arguments: packed)
  func aFlippedBitNeverGivesTheMessage(_ encoding: MessageEncoding) throws {
    let message = text(3000)
    let packed = try #require(Compression.pack([Bytes(message)], encoding)).array
    for bit in stride(from: 0, to: packed.count * 8, by: 3) {
      var damaged = packed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let result = try? Compression.unpack(Bytes(damaged), encoding, bytesMax: 1 << 20)
      // gzip's header has bits that mean nothing; zstd frames made here carry no checksum.
      if encoding == .gzip, bit / 8 >= 10 { #expect(result == nil || result?.array == message) }
    }
  }

  @Test func whatDoesNotShrinkStaysAsItIs() {
    var state: UInt64 = 1
    let noise = (0..<5000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    for encoding in Self.packed { #expect(Compression.pack([Bytes(noise)], encoding) == nil) }
    #expect(Compression.pack([Bytes(text(5000))], .identity) == nil)
  }

  @Test(arguments: packed)
  func anEmptyInputIsNoMessage(_ encoding: MessageEncoding) {
    #expect(throws: CompressionError.damaged) {
      try Compression.unpack(.empty, encoding, bytesMax: 100)
    }
  }
}
