// The service of the captured vectors, rpcvec.v1.Echo, answered by hand so that replies can be compared with
// those of the server they were captured from.

internal import Vocabulary
internal import Wire

/// Answers calls of a `ServerBox` as the Echo service would. Sleeps are not slept: a call that asks for one is
/// answered when `wake` is called.
struct EchoServer {
  private var sleeping: [(call: IncomingCall, reply: Outcome)] = []

  enum Outcome {
    case success([UInt8])
    case failure(UInt64, String)
  }

  init() {}

  /// Answers what has arrived.
  mutating func answer(_ box: ServerBox) {
    for call in box.takeCalls() {
      let outcome = Self.outcome(call)
      let sleep = fields(call.message.array)[5]?.varint ?? 0
      if sleep > 0 {
        sleeping.append((call, outcome))
      } else {
        Self.send(outcome, call, box)
      }
    }
  }

  /// Answers the calls that asked to sleep.
  mutating func wake(_ box: ServerBox) {
    for (call, outcome) in sleeping { Self.send(outcome, call, box) }
    sleeping = []
  }

  private static func outcome(_ call: IncomingCall) -> Outcome {
    if echoMethods[call.method].method == "Nothing" { return .success([]) }
    let message = call.message.array
    guard isProtobuf(message) else { return .failure(13, "undecodable message") }
    let request = fields(message)
    if let code = request[6]?.varint, code != 0 {
      return .failure(code, String(decoding: request[7]?.bytes ?? [], as: UTF8.self))
    }
    let size = Int(request[8]?.varint ?? 0)
    var reply: [UInt8] = []
    if let text = request[1]?.bytes { reply += field(1, text) }
    reply += field(2, (request[2]?.varint ?? 0) + 1)
    if size > 0 { reply += field(3, [UInt8](repeating: 0, count: size)) }
    return .success(reply)
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

  private static func send(_ outcome: Outcome, _ call: IncomingCall, _ box: ServerBox) {
    switch outcome {
    case .success(let reply):
      box.respond(call.stream.raw, reply)
    case .failure(let code, let text):
      box.fail(call.stream.raw, StatusCode(rawValue: UInt32(code))!, text)
    }
    box.ended(call.stream.raw)
  }
}
