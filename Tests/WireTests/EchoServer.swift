// The service of the captured vectors, rpcvec.v1.Echo, answered by hand so that replies can be compared with
// those of the server they were captured from.

internal import Vocabulary
internal import Wire

/// Answers calls of a `ServerBox` as the Echo service would. Sleeps are not slept: a call that asks for one is
/// answered when `wake` is called.
struct EchoServer {
  private var sleeping: [(call: IncomingCall, reply: Outcome)] = []
  private var streams: [UInt32: Stream] = [:]

  enum Outcome {
    case success([UInt8])
    case failure(UInt64, String)
  }

  /// A call whose messages still come.
  private struct Stream {
    let isBidi: Bool
    var text: [UInt8] = []
    /// Messages that came, or replies that were sent.
    var count: UInt64 = 0
  }

  init() {}

  /// Answers what has arrived.
  mutating func answer(_ box: ServerBox) {
    while true {
      let actions = box.takeActions()
      if actions.isEmpty { return }
      for action in actions { perform(action, box) }
    }
  }

  /// Answers the calls that asked to sleep.
  mutating func wake(_ box: ServerBox) {
    for (call, outcome) in sleeping { Self.send(outcome, call.stream.raw, box) }
    sleeping = []
  }

  private mutating func perform(_ action: ServerConnection.Action, _ box: ServerBox) {
    switch action {
    case .call(let call): begin(call, box)
    case .message(let stream, let message), .packedMessage(let stream, let message, _):
      box.taken(stream.raw, message.count)
      received(stream.raw, message.array, box)
    case .messagesEnded(let stream):
      guard let state = streams.removeValue(forKey: stream.raw) else { return }
      Self.send(.success(state.isBidi ? [] : Self.reply(state.text, state.count)), stream.raw, box)
    case .cancelled(let stream, _):
      streams[stream.raw] = nil
      sleeping.removeAll { $0.call.stream == stream }
      box.ended(stream.raw)
    case .sendRoom, .close: break
    }
  }

  private mutating func begin(_ call: IncomingCall, _ box: ServerBox) {
    let stream = call.stream.raw
    switch call.kind {
    case .clientStreaming: streams[stream] = Stream(isBidi: false)
    case .bidiStreaming: streams[stream] = Stream(isBidi: true)
    case .serverStreaming:
      let request = fields(call.message.array)
      for number in 0..<(request[4]?.varint ?? 0) {
        box.send(stream, Self.reply(request[1]?.bytes ?? [], number + 1))
      }
      Self.send(Self.failure(request) ?? .success([]), stream, box)
    case .unary:
      let outcome = Self.outcome(call)
      if fields(call.message.array)[5]?.varint ?? 0 > 0 {
        sleeping.append((call, outcome))
      } else {
        Self.send(outcome, stream, box)
      }
    }
  }

  private mutating func received(_ stream: UInt32, _ message: [UInt8], _ box: ServerBox) {
    guard var state = streams[stream] else { return }
    let request = fields(message)
    state.count += 1
    if state.isBidi {
      box.send(stream, Self.reply(request[1]?.bytes ?? [], state.count))
    } else {
      state.text += request[1]?.bytes ?? []
    }
    streams[stream] = state
    if let failure = Self.failure(request) {
      streams[stream] = nil
      Self.send(failure, stream, box)
    }
  }

  private static func outcome(_ call: IncomingCall) -> Outcome {
    if echoMethods[call.method].method == "Nothing" { return .success([]) }
    let message = call.message.array
    guard isProtobuf(message) else { return .failure(13, "undecodable message") }
    let request = fields(message)
    if let failure = failure(request) { return failure }
    let size = Int(request[8]?.varint ?? 0)
    let blob = size > 0 ? field(3, [UInt8](repeating: 0, count: size)) : []
    return .success(reply(request[1]?.bytes ?? [], (request[2]?.varint ?? 0) + 1) + blob)
  }

  /// The status that the request asks for.
  private static func failure(_ request: [UInt64: Field]) -> Outcome? {
    guard let code = request[6]?.varint, code != 0 else { return nil }
    return .failure(code, String(decoding: request[7]?.bytes ?? [], as: UTF8.self))
  }

  private static func reply(_ text: [UInt8], _ number: UInt64) -> [UInt8] {
    (text.isEmpty ? [] : field(1, text)) + (number == 0 ? [] : field(2, number))
  }

  private static func isProtobuf(_ message: [UInt8]) -> Bool {
    fieldList(message).reduce(0) { count, field in
      switch field.1 {
      case .varint(let value): count + varint(field.0 << 3).count + varint(value).count
      case .bytes(let value):
        count + varint(field.0 << 3).count + varint(UInt64(value.count)).count + value.count
      }
    } == message.count
  }

  private static func send(_ outcome: Outcome, _ stream: UInt32, _ box: ServerBox) {
    switch outcome {
    case .success(let reply):
      box.respond(stream, reply)
    case .failure(let code, let text):
      box.fail(stream, StatusCode(rawValue: UInt32(code))!, text)
    }
    box.ended(stream)
  }
}
