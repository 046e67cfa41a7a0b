// Clients that keep the server waiting for the rest of their messages, and others beside them.

internal import Client
internal import TLS
internal import TestIdentities
internal import Testing
internal import Transport
internal import Vocabulary
internal import Wire

@Suite(.timeLimit(.minutes(2))) struct MemoryShareTests {
  private static let memoryBytes = 8 << 20
  /// Of one call: less than a stream may send before it gets credit.
  private static let pieces = 15
  private static let pieceBytes = 64 << 10

  /// A listener with little memory, and two clients of it.
  private struct Place {
    let identities: TestIdentities
    let listener: Listener

    init() async throws {
      identities = try TestIdentities()
      try identities.makeLeaf(
        "second", by: "ca", names: "URI:idv:account:second", usage: "clientAuth", days: 2)
      let context = try TLSContext(server: Harness.serverSettings(identities))
      // On one loop it is certain which call is the one too many.
      var settings = ListenerSettings(port: 0, threads: 1)
      settings.limits.memoryBytesMax = MemoryShareTests.memoryBytes
      // Nothing of this goes because it has waited for long.
      settings.limits.wire.memoryStarvation = .seconds(100)
      settings.limits.wire.drainNotice = .milliseconds(10)
      settings.limits.wire.drainGrace = .milliseconds(100)
      settings.limits.linger = .milliseconds(200)
      listener = try await Listener.start(
        settings, tls: { context }, dispatcher: TestDispatcher())
    }

    func client(_ name: String) throws -> Client {
      Client(
        ClientSettings(host: "127.0.0.1", port: listener.port),
        tls: try Harness.clientTLS(identities, .native, as: name))
    }

    /// A connection of the first client that has opened `calls` calls whose messages follow.
    func peer(calls: Int) async throws -> RawPeer {
      let peer = try await RawPeer.connect(
        port: listener.port, tls: try Harness.clientTLS(identities, .native))
      try peer.send(.settings)
      for call in 0..<UInt32(calls) {
        var request = RawFrame.request(2 * call + 1, "Echo", [])
        request.flags = 6
        try peer.send(request)
      }
      return peer
    }

    /// Waits until the connections hold what `isRight` says.
    func wait(until isRight: (Int) -> Bool) async {
      while !isRight(listener.memoryBytes), !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(1))
      }
    }
  }

  /// What a message of `call` begins with; its end never comes.
  private static func beginning(_ call: UInt32) -> [UInt8] {
    let body = [UInt8](repeating: 7, count: pieceBytes)
    let frame = RawFrame(stream: 2 * call + 1, type: 3, flags: 8, body: body)
    return [[UInt8]](repeating: frame.bytes, count: pieces).flatMap { $0 }
  }

  /// Status code of the RESPONSE to the call on `stream`; 0 is OK.
  private static func status(_ peer: RawPeer, _ stream: UInt32) async throws -> UInt8? {
    while let frame = try await peer.frame() {
      guard frame.type == 2, frame.stream == stream else { continue }
      // Response { 1 Status { 1 code … } }: a length of one or two bytes before it.
      guard frame.body.first == 0x0A else { return 0 }
      return frame.body[frame.body[1] < 0x80 ? 3 : 4]
    }
    return nil
  }

  /// Everything that others ask for is answered.
  private static func expectService(_ client: Client) async throws {
    #expect(try await client.test("Echo", [1]) == [1])
    // In several frames, of which the last says that it is the last.
    let long = [UInt8](repeating: 3, count: 200_000)
    #expect(try await client.test("Echo", long) == long)
    #expect(try await client.test("Now", [2]) == [2])
  }

  @Test func whoNeverEndsItsMessagesKeepsNobodyElseOut() async throws {
    let place = try await Place()
    let (first, second) = (try place.client("client"), try place.client("second"))
    var peers: [RawPeer] = []
    while place.listener.memoryBytes <= Self.memoryBytes / 2, peers.count < 20 {
      let peer = try await place.peer(calls: 1)
      try peer.send(Self.beginning(0))
      peers.append(peer)
      let held = peers.count * Self.pieces * Self.pieceBytes
      await place.wait { $0 >= held }
    }
    // It is held back on connections that it has and on new ones, but for what is answered at once.
    peers.append(try await place.peer(calls: 0))
    try peers.last?.send(.request(1, "Echo", [1]), .request(3, "Now", [2]))
    #expect(try await Self.status(peers[peers.count - 1], 1) == 8)
    #expect(try await Self.status(peers[peers.count - 1], 3) == 0)
    try await Self.expectService(second)
    // Once it has let go, it is served again.
    peers = []
    await place.wait { $0 == 0 }
    try await Self.expectService(first)
    await first.close()
    await second.close()
    await place.listener.shutDown()
    #expect(place.listener.memoryBytes == 0 && place.listener.connections == 0)
  }

  /// Credit that was given while nothing was held is more than there is memory: what is above a client's part is
  /// refused.
  @Test func creditOfManyCallsKeepsNobodyElseOut() async throws {
    let place = try await Place()
    let second = try place.client("second")
    var peers: [RawPeer] = []
    for _ in 0..<6 { peers.append(try await place.peer(calls: 4)) }
    for call in 0..<3 as Range<UInt32> {
      for peer in peers { try peer.send(Self.beginning(call)) }
    }
    await place.wait { $0 > Self.memoryBytes / 2 }
    for peer in peers { try peer.send(.request(9, "Echo", [1])) }
    for peer in peers { #expect(try await Self.status(peer, 9) == 8) }
    #expect(place.listener.memoryBytes < Self.memoryBytes / 8 * 7)
    try await Self.expectService(second)
    peers = []
    await place.wait { $0 == 0 }
    await second.close()
    await place.listener.shutDown()
    #expect(place.listener.memoryBytes == 0 && place.listener.connections == 0)
  }
}
