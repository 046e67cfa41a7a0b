// Bytes nobody should send, sessions cut short, and large transfers through tiny buffers.

internal import TLS
internal import TestIdentities
internal import Testing

@Suite struct HostileTests {
  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
    "\u{0}\u{0}\u{0}\u{c}\u{0}\u{0}\u{0}\u{1}\u{1}\u{0}plaintext",
  ])
  func plaintextIsNotTLS(text: String) throws {
    let pair = try Pair()
    pair.server.receive(Array(text.utf8))
    #expect(pair.server.failure == .notTLS)
  }

  @Test func randomBytesNeverEstablish() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = Splitmix(state: seed)
    let context = try TLSContext(server: Settings().server)
    for _ in 0..<500 {
      let side = Side(try TLSSession(accepting: context))
      let count = Int.random(in: 1...300, using: &random)
      var bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      // Half of them look like a handshake record, to come further.
      if Bool.random(using: &random) { bytes = [22, 3, 1, 0, UInt8(min(200, count))] + bytes }
      side.receive(bytes)
      #expect(!side.established, "seed \(seed)")
    }
  }

  @Test func clientHelloCutOrSpoiltAnywhere() throws {
    let settings = Settings()
    let context = try TLSContext(server: settings.server)
    let client = Side(
      try TLSSession(connecting: try TLSContext(client: settings.client), to: "localhost"))
    client.start()
    let hello = client.takeOutbox()
    for cut in 0..<hello.count {
      let short = Side(try TLSSession(accepting: context))
      short.receive(Array(hello.prefix(cut)))
      #expect(!short.established)
      var spoilt = hello
      spoilt[cut] ^= 0x55
      let wrong = Side(try TLSSession(accepting: context))
      wrong.receive(spoilt)
      #expect(!wrong.established)
    }
  }

  @Test func damagedRecordFails() throws {
    let pair = try Pair()
    pair.connect()
    pair.client.send(Array("payload".utf8))
    var record = pair.client.takeOutbox()
    record[record.count - 1] ^= 1
    pair.server.receive(record)
    #expect(pair.server.failure == .damagedRecord)
    #expect(pair.server.inbox.isEmpty)
    // The session stays dead and says so, without touching libssl again.
    pair.server.failure = nil
    pair.server.receive([1, 2, 3])
    #expect(pair.server.failure != nil)
  }

  @Test func closeNoticeIsAnOrderlyEnd() throws {
    let pair = try Pair()
    pair.connect()
    pair.client.send([9])
    pair.client.close()
    pair.run()
    #expect(pair.server.inbox == [9] && pair.server.closed && pair.server.failure == nil)
    // The other direction still works: replies finish after a half close.
    pair.server.send([8, 7])
    pair.server.close()
    pair.run()
    #expect(pair.client.inbox == [8, 7] && pair.client.closed)
  }

  @Test func recordCutShortDeliversNothing() throws {
    let pair = try Pair()
    pair.connect()
    pair.client.send(Array(repeating: 5, count: 100))
    let record = pair.client.takeOutbox()
    pair.server.receive(Array(record.dropLast()))
    #expect(pair.server.inbox.isEmpty && pair.server.failure == nil)
    pair.server.receive(Array(record.suffix(1)))
    #expect(pair.server.inbox.count == 100)
  }

  @Test(arguments: [(200, 333, 1_500), (20_000, 100, 65_536), (65_536, 65_536, 1 << 20)])
  func largeTransfer(outputRoom: Int, plaintextRoom: Int, piece: Int) throws {
    let pair = try Pair(outputRoom: outputRoom, plaintextRoom: plaintextRoom)
    pair.connect()
    let sent = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
    pair.client.send(sent)
    pair.server.send(sent.reversed())
    pair.run(piece: piece)
    #expect(pair.server.inbox == sent)
    #expect(pair.client.inbox == sent.reversed())
  }

  @Test func sealedSizeIsWithinItsBound() throws {
    let pair = try Pair(outputRoom: 200_000)
    pair.connect()
    for count in [1, 16_383, 16_384, 16_385, 100_000] {
      pair.client.send(Array(repeating: 1, count: count))
      #expect(pair.client.takeOutbox().count <= TLSLimits.sealedBytesMax(count))
    }
  }
}

/// A small seeded generator (SplitMix64), so that a failure can be repeated.
struct Splitmix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
