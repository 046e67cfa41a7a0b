// gRPC's cases: unary calls, streams, how calls end, many calls.

internal import Client
internal import ConformanceMessages
internal import ConformanceServices
internal import RPC
internal import Stubs
internal import Vocabulary

extension InteropCase {
  static let unary = [
    InteropCase("empty_unary") { bench in
      let response = try await bench.service.emptyCall(Empty(), options: bench.options)
      try expect(response == Empty(), "the answer is not empty")
    },
    InteropCase("large_unary") { bench in try await bench.largeUnary(bench.client) },
  ]

  static let streams = [
    InteropCase("client_streaming") { bench in
      let call = try await bench.service.streamingInputCall(options: bench.options)
      for size in [27_182, 8, 1828, 45_904] {
        var request = StreamingInputCallRequest()
        request.payload = payload(size)
        try await call.send(request)
      }
      let size = try await call.answer().aggregatedPayloadSize
      try expect(size == 74_922, "the server counted \(size) bytes instead of 74922")
    },
    InteropCase("server_streaming") { bench in
      var request = StreamingOutputCallRequest()
      let sizes = [31_415, 9, 2653, 58_979]
      request.responseParameters = sizes.map(parameters)
      let call = try await bench.service.streamingOutputCall(request, options: bench.options)
      for size in sizes { try expectPayload(try await call.next()?.payload, size) }
      try expect(try await call.next() == nil, "more answers than were asked for")
    },
    InteropCase("ping_pong") { bench in
      let call = try await bench.service.fullDuplexCall(options: bench.options)
      for (sent, wanted) in [(27_182, 31_415), (8, 9), (1828, 2653), (45_904, 58_979)] {
        try await call.send(output(wanted, sending: sent))
        try expectPayload(try await call.responses.next()?.payload, wanted)
      }
      call.closeSend()
      try expect(try await call.responses.next() == nil, "more answers than were asked for")
    },
    InteropCase("empty_stream") { bench in
      let call = try await bench.service.fullDuplexCall(options: bench.options)
      call.closeSend()
      try expect(try await call.responses.next() == nil, "an answer to no request")
    },
    InteropCase("custom_metadata", .native) { bench in
      let sent = Metadata([
        (key: TestServiceHandlers.echoedHeader, value: "test_initial_metadata_value"),
        // 0xABABAB.
        (key: TestServiceHandlers.echoedTrailer, value: "q6ur"),
      ])
      var options = bench.options
      options.metadata = sent
      let seen = ResponseMetadata()
      options.response = seen
      var request = SimpleRequest()
      request.responseSize = 314_159
      request.payload = payload(271_828)
      _ = try await bench.service.unaryCall(request, options: options)
      try expectEcho(of: sent, seen.headers, seen.trailers)
      let call = try await bench.service.fullDuplexCall(options: options)
      try await call.send(output(314_159, sending: 271_828))
      call.closeSend()
      try expectPayload(try await call.responses.next()?.payload, 314_159)
      try expect(try await call.responses.next() == nil, "more answers than were asked for")
      try expectEcho(
        of: sent, try await call.responses.headers(), call.responses.trailers)
    },
  ]

  static let endings = [
    InteropCase("status_code_and_message") { bench in
      try await expectStatus("test status message", bench)
    },
    InteropCase("special_status_message") { bench in
      try await expectStatus(
        "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n", bench)
    },
    InteropCase("unimplemented_method") { bench in
      let error = try await bench.error("a method that nobody serves") {
        () async throws(ServiceError) in
        try await bench.service.unimplementedCall(Empty(), options: bench.options)
      }
      try expect(error.code == .unimplemented, "the code is \(error.code.name)")
    },
    InteropCase("unimplemented_service") { bench in
      let error = try await bench.error("a service that nobody serves") {
        () async throws(ServiceError) in
        try await UnimplementedServiceClient(bench.client)
          .unimplementedCall(Empty(), options: bench.options)
      }
      try expect(error.code == .unimplemented, "the code is \(error.code.name)")
    },
    InteropCase("cancel_after_begin", .native) { bench in
      let call = try await bench.service.streamingInputCall(options: bench.options)
      if !bench.isPlanted { call.cancel() }
      let error = try await bench.error("a cancelled call") { () async throws(ServiceError) in
        try await call.answer()
      }
      try expect(error.code == .cancelled, "the code is \(error.code.name)")
    },
    InteropCase("cancel_after_first_response", .native) { bench in
      let call = try await bench.service.fullDuplexCall(options: bench.options)
      try await call.send(output(31_415, sending: 27_182))
      try expectPayload(try await call.responses.next()?.payload, 31_415)
      call.cancel()
      let error = try await bench.error("a cancelled call") { () async throws(ServiceError) in
        try await call.responses.next()
      }
      try expect(error.code == .cancelled, "the code is \(error.code.name)")
    },
    InteropCase("timeout_on_sleeping_server") { bench in
      let error = try await bench.error("a call of a millisecond") {
        () async throws(ServiceError) in
        let call = try await bench.service.fullDuplexCall(
          options: bench.isPlanted
            ? bench.options : CallOptions(deadline: .after(.milliseconds(1))))
        var request = output(1, sending: 27_182)
        request.responseParameters[0].intervalUs = 10_000_000
        try await call.send(request)
        return try await call.responses.next()
      }
      try expect(error.code == .deadlineExceeded, "the code is \(error.code.name)")
    },
  ]

  static let load = [
    InteropCase("concurrent_large_unary") { bench in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<bench.concurrentCalls {
          group.addTask { try await bench.largeUnary(bench.client) }
        }
        try await group.waitForAll()
      }
    },
    InteropCase("rpc_soak") { bench in
      try await bench.withClient { client in
        for _ in 0..<bench.soakCalls { try await bench.largeUnary(client) }
      }
    },
    InteropCase("channel_soak") { bench in
      for _ in 0..<bench.soakCalls {
        try await bench.withClient { client in try await bench.largeUnary(client) }
      }
    },
  ]
}

/// An answer of `size` bytes, at once.
func parameters(_ size: Int) -> ResponseParameters {
  var parameters = ResponseParameters()
  parameters.size = Int32(size)
  return parameters
}

/// A request of `sent` bytes for one answer of `size` bytes.
private func output(_ size: Int, sending sent: Int) -> StreamingOutputCallRequest {
  var request = StreamingOutputCallRequest()
  request.responseParameters = [parameters(size)]
  request.payload = payload(sent)
  return request
}

private func expectEcho(of sent: Metadata, _ headers: Metadata, _ trailers: Metadata) throws {
  try expect(
    headers[sent.pairs[0].key] == sent.pairs[0].value, "the headers do not hold what was sent")
  try expect(
    trailers[sent.pairs[1].key] == sent.pairs[1].value, "the trailers do not hold what was sent")
}

/// A status of code 2 with `message` must come back from a unary call and from a stream.
private func expectStatus(_ message: String, _ bench: InteropBench) async throws {
  var status = EchoStatus()
  status.code = 2
  status.message = message
  let unary = try await bench.error("a call that is to fail") { () async throws(ServiceError) in
    var request = SimpleRequest()
    request.responseStatus = status
    return try await bench.service.unaryCall(request, options: bench.options)
  }
  let stream = try await bench.error("a stream that is to fail") { () async throws(ServiceError) in
    var request = StreamingOutputCallRequest()
    request.responseStatus = status
    let call = try await bench.service.fullDuplexCall(options: bench.options)
    try await call.send(request)
    call.closeSend()
    return try await call.responses.next()
  }
  for error in [unary, stream] {
    try expect(error.code == .unknown, "the code is \(error.code.name)")
    try expect(error.message == message, "the message is not the one that was sent")
  }
}
