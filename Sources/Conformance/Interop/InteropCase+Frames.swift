// The cases of gRPC's HTTP/2 suite over our frames: a server that is told every frame, and the real client.

internal import Client
internal import ConformanceMessages
internal import ConformanceServices
internal import Messages
internal import RPC
internal import Stubs
internal import Vocabulary
internal import Wire

extension InteropCase {
  static let frames = [
    InteropCase("goaway", .native) { bench in
      try await bench.scripted { index, peer in
        let request = try peer.request()
        try peer.respond(request.stream, answer(314_159))
        if bench.isPlanted { return try peer.respond(try peer.request().stream, answer(314_159)) }
        // No call above the one that was answered.
        try peer.send(RawFrame(.goAway, body: bigEndian(request.stream) + bigEndian(0)))
      } body: { client, server in
        try await bench.expectLargeAnswer(client)
        try await bench.expectLargeAnswer(client)
        try expect(server.connections == 2, "\(server.connections) connections instead of 2")
      }
    },
    InteropCase("ping", .native) { bench in
      try await bench.scripted { _, peer in
        let request = try peer.request()
        _ = try peer.ping([1, 2, 3, 4, 5, 6, 7, 8])
        if bench.isPlanted { return try peer.respond(request.stream, answer(314_158)) }
        try peer.send(RawFrame(.headers, stream: request.stream))
        _ = try peer.ping([8, 7, 6, 5, 4, 3, 2, 1])
        try peer.respond(request.stream, answer(314_159))
      } body: { client, _ in
        try await bench.expectLargeAnswer(client)
      }
    },
    InteropCase("max_streams", .native) { bench in try await maxStreams(bench) },
    InteropCase("rst_after_header", .native) { bench in
      try await bench.expectReset(messages: 0) { stream in [] }
    },
    InteropCase("rst_during_data", .native) { bench in
      try await bench.expectReset(messages: 0) { stream in
        [RawFrame(.data, .more, stream: stream, body: Array(answer(10_000)[..<5000]))]
      }
    },
    InteropCase("rst_after_data", .native) { bench in
      try await bench.expectReset(messages: 1) { stream in
        [RawFrame(.data, [], stream: stream, body: answer(10_000))]
      }
    },
    InteropCase("no_df_padding", .native) { bench in
      try await bench.scripted { _, peer in
        let size = bench.isPlanted ? 314_158 : 314_159
        try peer.respond(try peer.request().stream, answer(size), pieceBytes: 5)
      } body: { client, _ in
        try await bench.expectLargeAnswer(client)
      }
    },
  ]

  /// The least that MAX_STREAMS may be (PROTOCOL.md, settings), and more calls than that: the client must hold the rest
  /// back until some are answered. One connection only, so that it cannot go elsewhere.
  private static func maxStreams(_ bench: InteropBench) async throws {
    let limit = bench.isPlanted ? 8 : 16
    let calls = 3 * limit
    try await bench.scripted(connectionsMax: 1) { index, peer in
      guard index == 0 else { throw PeerFault("a second connection") }
      var open: [UInt32] = []
      for answered in 0..<calls {
        // All that may come have come before the first is answered, and no more behind them.
        while open.count < min(limit, calls - answered) { open.append(try peer.request().stream) }
        if answered == 0 || answered == calls - limit {
          // The answer to a PING comes behind everything that was sent before it.
          let surplus = try peer.ping([UInt8](repeating: UInt8(answered), count: 8))
          guard !surplus.contains(where: { $0.type == .request }) else {
            throw PeerFault("more than \(limit) calls at a time")
          }
        }
        try peer.respond(open.removeFirst(), answer(1))
      }
    } body: { client, server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<calls {
          group.addTask {
            let service = TestServiceClient(client)
            let response = try await service.unaryCall(SimpleRequest(), options: bench.options)
            try expectPayload(response.payload, 1)
          }
        }
        try await group.waitForAll()
      }
      try expect(server.connections == 1, "\(server.connections) connections instead of 1")
    }
  }
}

/// The bytes of a `SimpleResponse` with a payload of that size; a `StreamingOutputCallResponse` has the same.
private func answer(_ size: Int) -> [UInt8] {
  var response = SimpleResponse()
  response.payload = payload(size)
  return response.encoded().array
}

extension InteropBench {
  /// Runs `body` with a client of a scripted server.
  fileprivate func scripted(
    connectionsMax: Int = 2, _ script: @escaping ScriptedServer.Script,
    body: (Client, ScriptedServer) async throws -> Void
  ) async throws {
    let server = try ScriptedServer(try identity.serverTLS(), script)
    defer { server.stop() }
    do {
      try await withClient(port: server.port) {
        $0.limits.connectionsMax = connectionsMax
      } _: { client in
        try await body(client, server)
      }
    } catch {
      if let fault = server.faults.first { throw InteropFailure("\(error); server: \(fault)") }
      throw error
    }
    if let fault = server.faults.first { throw InteropFailure(fault) }
  }

  fileprivate func expectLargeAnswer(_ client: Client) async throws {
    var request = SimpleRequest()
    request.responseSize = 314_159
    let response = try await TestServiceClient(client).unaryCall(request, options: options)
    try expectPayload(response.payload, 314_159)
  }

  /// HEADERS, then what `between` gives, then CANCEL: both a unary call and a stream must fail with its code, and the
  /// stream must have brought `messages` before.
  fileprivate func expectReset(
    messages: Int, _ between: @escaping @Sendable (UInt32) -> [RawFrame]
  ) async throws {
    try await scripted { _, peer in
      for _ in 0..<2 {
        let stream = try peer.request().stream
        try peer.send(RawFrame(.headers, stream: stream))
        for frame in between(stream) { try peer.send(frame) }
        if isPlanted {
          try peer.respond(stream, answer(10_000))
          continue
        }
        try peer.send(
          RawFrame(.cancel, stream: stream, body: bigEndian(StatusCode.aborted.rawValue)))
      }
    } body: { client, _ in
      let service = TestServiceClient(client)
      let unary = try await error("a unary call that was reset") { () async throws(ServiceError) in
        try await service.unaryCall(SimpleRequest(), options: options)
      }
      try expect(unary.code == .aborted, "the unary call's code is \(unary.code.name)")
      let call = try await service.streamingOutputCall(
        StreamingOutputCallRequest(), options: options)
      for _ in 0..<messages { try expectPayload(try await call.next()?.payload, 10_000) }
      let stream = try await error("a stream that was reset") { () async throws(ServiceError) in
        try await call.next()
      }
      try expect(stream.code == .aborted, "the stream's code is \(stream.code.name)")
    }
  }
}
