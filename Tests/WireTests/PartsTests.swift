// The parts of the machines by themselves: decoder, envelopes, outbox, stream table, method table.

internal import Testing
internal import Vocabulary

@testable internal import Wire

@Suite struct FrameDecoderTests {
  /// What a decoder made of its input: bodies by frame, however they were cut.
  private func decode(_ pieces: [[UInt8]], _ disposition: FrameDecoder.Disposition) -> [Frame] {
    var decoder = FrameDecoder()
    var frames: [Frame] = []
    for piece in pieces {
      piece.withUnsafeBytes { whole in
        var input = whole
        while true {
          switch decoder.next(&input) {
          case .needMore: return
          case .header(let header):
            frames.append(
              Frame(
                type: header.type.rawValue, flags: header.flags.rawValue, stream: header.stream))
            decoder.begin(disposition)
          case .body(let body): frames[frames.count - 1].payload += Array(body)
          case .collected(let body): frames[frames.count - 1].payload += body.array
          case .fragment(let body, _): frames[frames.count - 1].payload += Array(body)
          case .skipped: break
          }
        }
      }
    }
    return frames
  }

  private static let frames: [Frame] = [
    .request(1, [1, 2, 3]), .data(3), .data(5, [UInt8](repeating: 9, count: 300), flags: 8),
    Frame(type: 0xFF, flags: 0xFF, stream: 0xFFFF_FFFF, payload: [7]), .ping(1),
  ]

  @Test(arguments: [FrameDecoder.Disposition.collect, .stream])
  func cutsDoNotMatter(_ disposition: FrameDecoder.Disposition) {
    let bytes = Self.frames.flatMap(\.bytes)
    var random = SeededRandom(newSeed())
    #expect(decode([bytes], disposition) == Self.frames)
    #expect(decode(bytes.map { [$0] }, disposition) == Self.frames)
    for _ in 0..<200 {
      #expect(decode(random.split(bytes, pieces: 6), disposition) == Self.frames)
    }
  }

  @Test func skippedBodiesVanish() {
    let bytes = Self.frames.flatMap(\.bytes)
    let headers = Self.frames.map { Frame(type: $0.type, flags: $0.flags, stream: $0.stream) }
    #expect(decode([bytes], .skip) == headers)
    #expect(decode(bytes.map { [$0] }, .skip) == headers)
  }

  @Test func truncatedAtEveryByteIsNeverMoreThanWhatCame() {
    let bytes = Self.frames.flatMap(\.bytes)
    for end in 0..<bytes.count {
      let frames = decode([Array(bytes[..<end])], .stream)
      #expect(frames.count <= Self.frames.count)
      for (got, whole) in zip(frames, Self.frames) {
        #expect(whole.payload.starts(with: got.payload))
      }
    }
  }
}

@Suite struct EnvelopeTests {
  private func parse(_ bytes: [UInt8], _ profile: Profile = .native) -> RequestEnvelope? {
    let envelope = bytes.withUnsafeBytes {
      RequestEnvelope($0, limits: WireLimits(), profile: profile)
    }
    return envelope.isMalformed ? nil : envelope
  }

  @Test func everyFieldIsRead() throws {
    let bytes =
      field(77, 5) + envelope("a.B", "C", [1, 2], timeoutNanos: 9, metadata: [("k", "v")])
      + field(78, [1]) + [0x4D, 1, 2, 3, 4] + [0x49, 1, 2, 3, 4, 5, 6, 7, 8]
    let parsed = try #require(parse(bytes))
    #expect(String(decoding: bytes[parsed.service], as: UTF8.self) == "a.B")
    #expect(String(decoding: bytes[parsed.method], as: UTF8.self) == "C")
    #expect(Array(bytes[parsed.payload]) == [1, 2])
    #expect(parsed.timeoutNanos == 9)
    #expect(parsed.metadata == Metadata([("k", "v")]))
  }

  @Test func theLastOfAFieldCounts() throws {
    let bytes = field(3, [1]) + field(3, [2, 3])
    #expect(Array(bytes[try #require(parse(bytes)).payload]) == [2, 3])
  }

  @Test(arguments: [
    "08", "0a05", "0aff", "0a80808080808080808080", "0b", "0c", "00", "0f", "2aff", "2a0308ffff",
    "20ffffffffffffffffff02", "0d010203", "09010203", "8080808010", "2a020a05",
  ])
  func nonsenseIsRefused(_ text: String) {
    #expect(parse(unhex(text)) == nil)
  }

  @Test func everyPrefixIsRefusedOrRead() {
    let bytes = envelope("a.B", "C", [1, 2], timeoutNanos: 9, metadata: [("k", "v")])
    for end in 0...bytes.count { _ = parse(Array(bytes[..<end])) }
  }

  @Test func anErrorIsWhatAnyProtobufReaderSees() throws {
    let id = "0123456789abcdef00000000000000ff"
    let error = ServiceError(
      .notFound, "no such face é☃",
      ErrorDetail(.unknownScene, field: "header.scene_id", limit: "3", advice: .correctInput),
      cause: "for the operator alone"
    ).of(call: CallID(id)!)
    let box = ServerBox.ready(.compat)
    box.feed(.request(1, envelope("rpcvec.v1.Echo", "Unary", [])))
    box.machine.respond(StreamID(1), .failure(error), now: box.now)
    let frame = try #require(box.frames().first)
    let status = fields(try #require(fields(frame.payload)[1]?.bytes))
    #expect(status[1] == .varint(5))
    #expect(status[2] == .bytes(Array("no such face é☃".utf8)))
    let any = fields(try #require(status[3]?.bytes))
    #expect(any[1] == .bytes(Array("type.googleapis.com/idv.v1.ErrorDetail".utf8)))
    let detail = fields(try #require(any[2]?.bytes))
    #expect(
      detail == [
        1: .bytes(Array("UNKNOWN_SCENE".utf8)), 2: .bytes(Array("header.scene_id".utf8)),
        3: .bytes(Array("3".utf8)), 4: .varint(2), 7: .bytes(Array(id.utf8)),
      ])
  }

  @Test(
    arguments: [
      // No detail; a detail of another type; a symbol of the future; a code of the future.
      (field(1, 8) + field(2, "q"), StatusCode.resourceExhausted, ErrorSymbol.overloaded),
      (field(1, 5) + field(3, field(1, "x/y") + field(2, [1])), .notFound, .outOfRange),
      (
        field(1, 3) + field(3, field(1, StatusMessage.detailURL) + field(2, field(1, "NEW"))),
        .invalidArgument, .internalFault
      ),
      (field(1, 99) + field(2, "odd"), .unknown, .internalFault),
    ] as [([UInt8], StatusCode, ErrorSymbol)])
  func errorsOfOthersAreUnderstood(_ status: [UInt8], _ code: StatusCode, _ symbol: ErrorSymbol) {
    var error: ServiceError?
    let isSound = status.withUnsafeBytes { StatusMessage.parse($0, &error) }
    #expect(isSound)
    #expect(error?.code == code)
    #expect(error?.detail.symbol == symbol)
  }
}

@Suite struct OutboxTests {
  @Test func bytesComeOutInTheOrderTheyWentIn() {
    var random = SeededRandom(newSeed())
    for _ in 0..<200 {
      var outbox = Outbox()
      var wanted: [UInt8] = []
      var got: [UInt8] = []
      for _ in 0..<60 {
        let bytes = random.bytes(Int.random(in: 0...200, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          bytes.withUnsafeBytes { outbox.append(copying: $0) }
          wanted += bytes
        case 1:
          outbox.append(referencing: Bytes(bytes))
          wanted += bytes
        default:
          _ = outbox.lend { run in
            let count = Int.random(in: 0...run.count, using: &random)
            got += Array(run[..<count])
            return count
          }
        }
        let pending = outbox.pendingBytes
        #expect(pending == wanted.count - got.count)
      }
      while outbox.lend({ run in
        got += Array(run)
        return run.count
      }) > 0 {}
      #expect(got == wanted)
    }
  }
}

@Suite struct StreamTableTests {
  private struct Record: StreamRecord {
    var id: UInt32 = 0
    var note = 0
    static var vacant: Record { Record() }
  }

  @Test func itIsADictionary() {
    var random = SeededRandom(newSeed())
    var table = StreamTable<Record>()
    var model: [UInt32: Int] = [:]
    for step in 0..<20_000 {
      let id = UInt32.random(in: 0..<300, using: &random) * 2 + 1
      if let slot = table.slot(of: id) {
        #expect(table[slot].id == id)
        #expect(table[slot].note == model[id])
        if Bool.random(using: &random) {
          table.remove(slot)
          model[id] = nil
        } else {
          table[slot].note = step
          model[id] = step
        }
      } else {
        #expect(model[id] == nil)
        let slot = table.insert(Record(id: id, note: step))
        #expect(table[slot].id == id)
        model[id] = step
      }
      let count = table.count
      #expect(count == model.count)
    }
  }
}

@Suite struct MethodTableTests {
  @Test func methodsAreFoundByTheirBytes() {
    let entries = (0..<500).map { MethodEntry(service: "s\($0 % 7).T", method: "m\($0)") }
    let table = MethodTable(entries)
    func find(_ service: String, _ method: String) -> MethodTable.Match {
      Array(service.utf8).withUnsafeBytes { service in
        Array(method.utf8).withUnsafeBytes { table.find(service: service, method: $0) }
      }
    }
    for (number, entry) in entries.enumerated() {
      #expect(find(entry.service, entry.method) == .method(number))
    }
    #expect(find("s1.T", "m0") == .unknownMethod)
    #expect(find("s9.T", "m0") == .unknownService)
    #expect(find("", "") == .unknownService)
    #expect(find("s1.T/m1", "") == .unknownService)
    #expect(find("s1.T", "") == .unknownMethod)
  }
}

@Suite struct WindowTests {
  @Test func creditComesBackAtHalf() {
    var window = ReceiveWindow(100)
    let results = [window.receive(60), window.receive(41)]
    #expect(results == [true, false])
    let returned = [window.release(49), window.release(1)]
    #expect(returned == [nil, 50])
    #expect(window.available == 90)
  }

  @Test func sendingNeverOverflows() {
    var window = SendWindow(1)
    let full = [window.add(Int(StreamID.max) - 1), window.add(1)]
    #expect(full == [true, false])
    window.spend(5)
    let again = window.add(5)
    #expect(again)
  }
}
