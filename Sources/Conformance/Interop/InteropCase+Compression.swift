// The interoperability cases that compress. Zeros would be taken for a bomb (PROTOCOL.md, compression), so that payloads
// are text here.

internal import ConformanceMessages
internal import ConformanceServices
internal import RPC
internal import Stubs
internal import Vocabulary

extension InteropCase {
  static let compressed = [
    InteropCase("client_compressed_unary", .compression) { bench in
      var request = SimpleRequest()
      request.responseSize = 314_159
      request.payload = text(271_828)
      request.expectCompressed = flag(true)
      try await expectProbe {
        () async throws(ServiceError) in
        try await bench.service.unaryCall(request, options: bench.options)
      }
      for encoding in encodings {
        for isCompressed in [true, false] {
          request.expectCompressed = flag(isCompressed)
          var options = bench.options
          if isCompressed { options.encoding = encoding }
          let response = try await bench.service.unaryCall(request, options: options)
          try expectPayload(response.payload, 314_159)
        }
      }
    },
    InteropCase("server_compressed_unary", .compression) { bench in
      var request = SimpleRequest()
      request.responseSize = 314_159
      request.payload = payload(271_828)
      for encoding in encodings {
        for isCompressed in [true, false] {
          request.responseCompressed = flag(isCompressed)
          var options = bench.options
          let metadata = ResponseMetadata()
          options.encoding = encoding
          options.response = metadata
          let response = try await bench.service.unaryCall(request, options: options)
          try expectSize(response.payload, 314_159)
          try expectEncoding(metadata.encoding, isCompressed ? encoding : .identity)
        }
      }
    },
    InteropCase("client_compressed_streaming", .compression) { bench in
      var probe = StreamingInputCallRequest()
      probe.payload = text(27_182)
      probe.expectCompressed = flag(true)
      let plain = try await bench.service.streamingInputCall(options: bench.options)
      try? await plain.send(probe)
      try await expectProbe { () async throws(ServiceError) in try await plain.answer() }
      for encoding in encodings {
        var options = bench.options
        options.encoding = encoding
        let call = try await bench.service.streamingInputCall(options: options)
        for (size, isCompressed) in [(27_182, true), (45_904, false)] {
          var request = StreamingInputCallRequest()
          request.payload = text(size)
          request.expectCompressed = flag(isCompressed)
          call.compress(isCompressed)
          try await call.send(request)
        }
        let size = try await call.answer().aggregatedPayloadSize
        try expect(size == 73_086, "the server counted \(size) bytes instead of 73086")
      }
    },
    InteropCase("server_compressed_streaming", .compression) { bench in
      let wanted = [(31_415, true), (92_653, false)]
      var request = StreamingOutputCallRequest()
      request.responseParameters = wanted.map { size, isCompressed in
        var made = parameters(size)
        made.compressed = flag(isCompressed)
        return made
      }
      for encoding in encodings {
        var options = bench.options
        options.encoding = encoding
        let call = try await bench.service.streamingOutputCall(request, options: options)
        for (size, isCompressed) in wanted {
          try expectSize(try await call.next()?.payload, size)
          try expectEncoding(call.messageEncoding, isCompressed ? encoding : .identity)
        }
        try expect(try await call.next() == nil, "more answers than were asked for")
      }
    },
  ]

  private static let encodings: [MessageEncoding] = [.gzip, .zstd]

  private static func flag(_ value: Bool) -> BoolValue {
    var flag = BoolValue()
    flag.value = value
    return flag
  }

  private static func text(_ size: Int) -> Payload {
    var payload = Payload()
    payload.body = compressibleText(size)
    return payload
  }

  private static func expectSize(_ payload: Payload?, _ size: Int) throws {
    let count = payload?.body.count ?? 0
    try expect(count == size, "the payload has \(count) bytes instead of \(size)")
  }

  private static func expectEncoding(_ seen: MessageEncoding, _ wanted: MessageEncoding) throws {
    try expect(seen == wanted, "the answer came as \(seen.name) instead of \(wanted.name)")
  }

  /// A plain request that claims to be compressed shows whether the server looks.
  private static func expectProbe<R>(
    _ body: () async throws(ServiceError) -> R
  ) async throws {
    do throws(ServiceError) {
      _ = try await body()
    } catch {
      return try expect(
        error.code == .invalidArgument, "the probe failed with \(error.code.name)")
    }
    throw InteropFailure("a plain request was taken for a compressed one")
  }
}
