// Compressed messages over loopback TLS: all four kinds of call, and peers that send bombs or damaged bytes.

internal import Compression
internal import Glibc
internal import RPC
internal import TLS
internal import Testing
internal import Vocabulary
internal import Wire

@testable internal import Client

@Suite(.timeLimit(.minutes(2))) struct PackedCallTests {
  static let packed: [MessageEncoding] = [.gzip, .zstd]

  /// Text of which about a third is left.
  static func text(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 / 7) % 61 &+ ($0 &* $0 >> 9) % 31 &+ 32) }
  }

  private func options(
    _ encoding: MessageEncoding, _ response: ResponseMetadata? = nil
  ) -> CallOptions {
    CallOptions(deadline: .after(.seconds(60)), encoding: encoding, response: response)
  }

  private func open(
    _ client: Client, _ method: String, _ request: String? = nil, _ encoding: MessageEncoding
  ) async throws -> any OpenCall {
    try await client.open(
      TestDispatcher.method(method), kind: TestDispatcher.kinds[method]!,
      request.map { [Bytes(Array($0.utf8))] }, options: options(encoding))
  }

  // MARK: Round trips

  /// Below the least size, on the loop, on a thread, in many frames.
  @Test(arguments: packed, [0, 10, 1_100, 30_000, 300_000, 3_000_000])
  func aUnaryCallIsPackedBothWays(_ encoding: MessageEncoding, _ size: Int) async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        let message = Self.text(size)
        let wanted: MessageEncoding = size < 1024 ? .identity : encoding
        let response = ResponseMetadata()
        // Also the first call of a connection: it waits for the server's settings.
        let answer = try await client.call(
          TestDispatcher.method("Echo"), [Bytes(message)], options: options(encoding, response))
        #expect(answer.array == message)
        #expect(response.encoding == wanted)
        let seen = try await client.call(
          TestDispatcher.method("Encoding"), [Bytes(message)], options: options(encoding))
        #expect(String(decoding: seen.array, as: UTF8.self) == wanted.name)
        // A method that is answered at once waits for its message to be unpacked too.
        guard size > 0 else { return }
        let now = try await client.call(
          TestDispatcher.method("Now"), [Bytes(message)], options: options(encoding))
        #expect(now.array == message)
      }
    }
  }

  @Test(arguments: packed)
  func streamsMixPackedAndPlainMessages(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        let call = try await open(client, "Chat", nil, encoding)
        for size in [0, 2_000, 1, 50_000, 2_000_000, 900] {
          try await call.send([Bytes(Self.text(size))])
          #expect(try await call.next()?.array == Self.text(size))
          #expect(call.messageEncoding == (size < 1024 ? .identity : encoding))
        }
        call.compress(false)
        try await call.send([Bytes(Self.text(5_000))])
        // The server goes on as before.
        #expect(try await call.next()?.count == 5_000)
        #expect(call.messageEncoding == encoding)
        #expect(try await call.headers()["h"] == "1")
        call.closeSend()
        #expect(try await call.next() == nil)
      }
    }
  }

  @Test(arguments: packed)
  func aClientAndAServerStreamArePacked(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      try await harness.withClient { client in
        let up = try await open(client, "Collect", nil, encoding)
        let sizes = [27_182, 8, 1_828, 45_904]
        for size in sizes { try await up.send([Bytes(Self.text(size))]) }
        up.closeSend()
        let sums = try await up.next()
        #expect(
          String(decoding: sums?.array ?? [], as: UTF8.self)
            == sizes.map { "\($0)" }.joined(separator: ","))
        let down = try await open(client, "Count", "3*60000", encoding)
        for number in 0..<3 as Range<UInt8> {
          #expect(try await down.next()?.array == [UInt8](repeating: number, count: 60_000))
          #expect(down.messageEncoding == encoding)
        }
        #expect(try await down.next() == nil)
      }
    }
  }

  /// Unpacking spends the caller's time: what is unpacked too late is not an answer.
  @Test func unpackingEndsAtTheDeadline() async throws {
    let message = Self.text(5_000)
    let packed = try #require(Compression.pack([Bytes(message)], .zstd))
    let answer = try await MessagePacking.unpack(
      packed, .zstd, bytesMax: 1 << 20, before: .after(.seconds(60)))
    #expect(answer.array == message)
    do throws(ServiceError) {
      _ = try await MessagePacking.unpack(
        packed, .zstd, bytesMax: 1 << 20, before: .after(.zero))
      Issue.record("an answer after the deadline")
    } catch {
      #expect(error.code == .deadlineExceeded)
    }
  }

  @Test func oneSideThatDoesNotWantItGetsPlainMessages() async throws {
    try await Harness.run {
      $0.limits.wire.encodings = []
    } body: { harness in
      for profile in Profile.allCases {
        try await harness.withClient(profile) { client in
          let response = ResponseMetadata()
          let answer = try await client.call(
            TestDispatcher.method("Echo"), [Bytes(Self.text(5_000))],
            options: options(.gzip, response))
          #expect(answer.array == Self.text(5_000) && response.encoding == .identity)
        }
      }
    }
    try await Harness.run { harness in
      let client = try harness.client { $0.limits.wire.encodings = .zstd }
      let response = ResponseMetadata()
      _ = try await client.call(
        TestDispatcher.method("Echo"), [Bytes(Self.text(5_000))], options: options(.gzip, response))
      #expect(response.encoding == .identity)
      _ = try await client.call(
        TestDispatcher.method("Media"), [Bytes(Self.text(5_000))], options: options(.zstd, response)
      )
      #expect(response.encoding == .identity)
      _ = try await client.call(
        TestDispatcher.method("Echo"), [Bytes(Self.text(5_000))], options: options(.zstd, response))
      #expect(response.encoding == .zstd)
      await client.close()
    }
  }

  // MARK: Hostile clients

  /// A request of `test.Service` that names an encoding, with a message in it or without one.
  private func request(
    _ stream: UInt32, _ method: String, _ encoding: MessageEncoding, _ message: [UInt8]?
  ) -> RawFrame {
    var frame = RawFrame.request(stream, method, message ?? [])
    frame.body += [0xA2, 0x06, 4] + Array(encoding.name.utf8)
    frame.flags = message == nil ? 6 : 0x10
    return frame
  }

  /// Status code of the next RESPONSE, and whether it names `text`.
  private func status(_ peer: RawPeer, names text: String) async throws -> (UInt8, Bool) {
    while let frame = try await peer.frame() {
      guard frame.type == 2, frame.body.count > 4 else { continue }
      // Response { 1 Status { 1 code … } }: a length of one or two bytes before it.
      let code = frame.body[frame.body[1] < 0x80 ? 3 : 4]
      return (code, String(decoding: frame.body, as: UTF8.self).contains(text))
    }
    throw PeerFault(what: "no answer")
  }

  /// 12 MiB of zeros, within one frame: at our fast levels gzip makes 1/230 of them, zstd 1/10,000.
  private func bomb(_ encoding: MessageEncoding) throws -> [UInt8] {
    let zeros = Bytes([UInt8](repeating: 0, count: 12 << 20))
    return try #require(Compression.pack([zeros], encoding, ratioMax: nil)).array
  }

  private func residentBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// A hundred at once: 1.2 GiB if anybody believed them.
  @Test(arguments: packed)
  func aBombIsRefusedAndCostsLittle(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      let bomb = try bomb(encoding)
      try #require(bomb.count < 60_000)
      let peer = try await harness.peer(.native)
      try peer.send(.settings)
      let before = residentBytes()
      for number in 0..<100 as Range<UInt32> {
        try peer.send(request(2 * number + 1, "Echo", encoding, bomb))
      }
      for _ in 0..<100 {
        let (code, isNamed) = try await status(peer, names: "message")
        #expect(code == 8 && isNamed)
      }
      // Other tests of this process load models meanwhile, some 600 MiB.
      #expect(residentBytes() - before < 1 << 30)
      try peer.send(RawFrame.request(201, "Echo", [1]))
      // Frames of the connection itself may come before.
      var answer = try await peer.frame()
      while let frame = answer, frame.stream == 0 { answer = try await peer.frame() }
      #expect(answer?.stream == 201)
    }
  }

  @Test(arguments: packed)
  func theMethodsLimitHoldsForWhatIsUnpacked(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      let peer = try await harness.peer(.native)
      try peer.send(.settings)
      // `Who` takes 100 bytes, the others 4 MiB: this is within the ratio.
      let small = try #require(
        Compression.pack([Bytes([UInt8](repeating: 7, count: 101))], encoding)
      ).array
      try peer.send(request(1, "Who", encoding, small))
      let (code, isNamed) = try await status(peer, names: "100 bytes")
      #expect(code == 8 && isNamed)
    }
  }

  @Test(arguments: packed)
  func aDamagedRequestFailsItsCallAlone(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      let peer = try await harness.peer(.native)
      try peer.send(.settings)
      var message = try #require(Compression.pack([Bytes(Self.text(3_000))], encoding)).array
      message.removeLast()
      try peer.send(request(1, "Echo", encoding, message))
      let (code, isNamed) = try await status(peer, names: "PROTOCOL_VIOLATION")
      #expect(code == 13 && isNamed)
      #expect(harness.dispatcher.refusals.all == ["Echo INTERNAL"])
      try peer.send(RawFrame.request(3, "Echo", [1]))
      #expect(try await peer.frame()?.stream == 3)
    }
  }

  /// Three messages, of which the second is damaged: the first is answered, then the call ends.
  @Test(arguments: packed)
  func aDamagedMessageEndsItsStream(_ encoding: MessageEncoding) async throws {
    try await Harness.run { harness in
      let peer = try await harness.peer(.native)
      try peer.send(.settings)
      let good = try #require(Compression.pack([Bytes(Self.text(3_000))], encoding)).array
      let frames = [good, Array(good.dropLast()), good].map {
        RawFrame(stream: 1, type: 3, flags: 0x10, body: $0)
      }
      try peer.send(request(1, "Chat", encoding, nil).bytes + frames.flatMap(\.bytes))
      var types: [UInt8] = []
      var code: UInt8?
      while code == nil, let frame = try await peer.frame() {
        guard frame.stream == 1 else { continue }
        types.append(frame.type)
        // The status may have a length of two bytes.
        if frame.type == 2 { code = frame.body[frame.body[1] < 0x80 ? 3 : 4] }
      }
      #expect(types.filter { $0 != 0x11 } == [0x15, 3, 2])
      #expect(code == 13)
    }
  }

  // MARK: Hostile servers

  /// Runs `body` against a server that answers each request with `answer`.
  private func withServer(
    _ answer: @escaping @Sendable (UInt32) -> [RawFrame],
    _ body: (Client) async throws -> Void
  ) async throws {
    try await Harness.run { harness in
      let server = try RawServer()
      let serverTLS = try TLSContext(server: Harness.serverSettings(harness.identities))
      let serving = Task {
        let peer = try await server.accept(serverTLS)
        try peer.send(RawFrame(stream: 0, type: 0x10, flags: 0, body: [0, 7, 0, 0, 0, 3]))
        while let frame = try await peer.frame() {
          if frame.type == 1 { try peer.send(answer(frame.stream).flatMap(\.bytes)) }
        }
      }
      var settings = ClientSettings(host: "127.0.0.1", port: server.port)
      settings.profile = .native
      let client = Client(settings, tls: try Harness.clientTLS(harness.identities, .native))
      let result = await Result { try await body(client) }
      await client.close()
      _ = await serving.result
      try result.get()
    }
  }

  private func failure(_ body: () async throws -> Void) async -> ServiceError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? ServiceError
    }
  }

  @Test(arguments: packed)
  func theClientRefusesABombAndDamage(_ encoding: MessageEncoding) async throws {
    let bomb = try bomb(encoding)
    let damaged = Array(
      try #require(Compression.pack([Bytes(Self.text(3_000))], encoding)).array.dropLast())
    for (message, code) in [(bomb, StatusCode.resourceExhausted), (damaged, .internal)] {
      let head = RawFrame(
        stream: 0, type: 0x15, flags: 0, body: [0xA2, 0x06, 4] + Array(encoding.name.utf8))
      try await withServer { stream in
        var frames = [head, RawFrame(stream: stream, type: 3, flags: 0x18, body: message)]
        frames[0].stream = stream
        // The last byte comes apart.
        frames[1].body.removeLast()
        frames.append(RawFrame(stream: stream, type: 3, flags: 0, body: [message.last!]))
        frames.append(RawFrame(stream: stream, type: 2, flags: 4, body: []))
        return frames
      } _: { client in
        let error = await failure {
          _ = try await client.call(
            TestDispatcher.method("Echo"), [Bytes([1])], options: options(encoding))
        }
        #expect(error?.code == code && error?.detail.field == "answer")
        let call = try await open(client, "Count", "1", encoding)
        let streamed = await failure { _ = try await call.next() }
        #expect(streamed?.code == code)
        // It stays so.
        #expect(await failure { _ = try await call.next() }?.code == code)
      }
    }
  }
}

extension Result where Failure == any Error {
  /// What `body` returns or throws.
  fileprivate init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
