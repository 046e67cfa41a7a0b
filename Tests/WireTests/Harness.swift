// What every wire test needs: both machines in a box, bytes in and out, frames as values, a printed seed.

internal import Testing
internal import Vocabulary
internal import Wire

typealias Instant = Moment

/// A frame as tests write it down.
struct Frame: Equatable, CustomStringConvertible {
  var type: UInt8
  var flags: UInt8 = 0
  var stream: UInt32
  var payload: [UInt8] = []

  static func request(_ stream: UInt32, _ payload: [UInt8], flags: UInt8 = 0) -> Frame {
    Frame(type: 1, flags: flags, stream: stream, payload: payload)
  }
  static func response(_ stream: UInt32, _ payload: [UInt8], flags: UInt8 = 0) -> Frame {
    Frame(type: 2, flags: flags, stream: stream, payload: payload)
  }
  static func data(_ stream: UInt32, _ payload: [UInt8] = [], flags: UInt8 = 0) -> Frame {
    Frame(type: 3, flags: flags, stream: stream, payload: payload)
  }
  static func settings(_ entries: [(UInt16, UInt32)] = []) -> Frame {
    Frame(type: 0x10, stream: 0, payload: entries.flatMap { be($0.0) + be($0.1) })
  }
  static func window(_ stream: UInt32, _ increment: UInt32) -> Frame {
    Frame(type: 0x11, stream: stream, payload: be(increment))
  }
  static func cancel(_ stream: UInt32, _ code: UInt32, _ text: String = "") -> Frame {
    Frame(type: 0x12, stream: stream, payload: be(code) + Array(text.utf8))
  }
  static func ping(_ number: UInt64, ack: Bool = false) -> Frame {
    Frame(type: 0x13, flags: ack ? 1 : 0, stream: 0, payload: be(number))
  }
  static func goAway(_ last: UInt32, _ code: UInt32, _ text: String = "") -> Frame {
    Frame(type: 0x14, stream: 0, payload: be(last) + be(code) + Array(text.utf8))
  }

  var bytes: [UInt8] {
    be(UInt32(payload.count)) + be(stream) + [type, flags] + payload
  }

  /// Cuts `bytes` into frames; nil if they do not end with a frame.
  static func parse(_ bytes: [UInt8]) -> [Frame]? {
    var frames: [Frame] = []
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= 10 else { return nil }
      let header = bytes.withUnsafeBytes { FrameHeader(at: $0.baseAddress! + offset) }
      let end = offset + 10 + Int(header.length)
      guard end <= bytes.count else { return nil }
      frames.append(
        Frame(
          type: header.type.rawValue, flags: header.flags.rawValue, stream: header.stream,
          payload: Array(bytes[(offset + 10)..<end])))
      offset = end
    }
    return frames
  }

  var description: String {
    let shown = payload.prefix(48).map { hex($0) }.joined()
    let rest = payload.count > 48 ? "…" : ""
    return "\(hex(type)).\(hex(flags)) s\(stream) len \(payload.count) \(shown)\(rest)"
  }

  /// Number at `offset` of the payload.
  func number(_ offset: Int) -> UInt32 {
    payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Status code of a RESPONSE; 0 is OK.
  var status: UInt64 {
    guard let status = fields(payload)[1]?.bytes else { return 0 }
    return fields(status)[1]?.varint ?? 0
  }

  /// Status message of a RESPONSE.
  var statusText: String {
    guard let status = fields(payload)[1]?.bytes else { return "" }
    return String(decoding: fields(status)[2]?.bytes ?? [], as: UTF8.self)
  }
}

func be<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

func hex(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

func unhex(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }
  return stride(from: 0, to: digits.count, by: 2).map { offset in
    let start = digits.index(digits.startIndex, offsetBy: offset)
    return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)!
  }
}

// MARK: A second, simpler protobuf, so that tests do not check the code with itself

/// A protobuf field value.
enum Field: Equatable {
  case varint(UInt64)
  case bytes([UInt8])

  var varint: UInt64? { if case .varint(let value) = self { value } else { nil } }
  var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
}

/// The last value of each field; stops at the first byte that makes no sense.
func fields(_ bytes: [UInt8]) -> [UInt64: Field] {
  var result: [UInt64: Field] = [:]
  for (number, value) in fieldList(bytes) { result[number] = value }
  return result
}

func fieldList(_ bytes: [UInt8]) -> [(UInt64, Field)] {
  var result: [(UInt64, Field)] = []
  var rest = bytes[...]
  func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in 0..<10 {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << (7 * UInt64(shift))
      if byte < 0x80 { return value }
    }
    return nil
  }
  while let tag = varint() {
    switch tag & 7 {
    case 0:
      guard let value = varint() else { return result }
      result.append((tag >> 3, .varint(value)))
    case 2:
      guard let count = varint(), count <= rest.count else { return result }
      result.append((tag >> 3, .bytes(Array(rest.prefix(Int(count))))))
      rest = rest.dropFirst(Int(count))
    default: return result
    }
  }
  return result
}

func varint(_ value: UInt64) -> [UInt8] {
  value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
}

func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number << 3) + varint(value) }

func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
  varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
}

func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

/// A request envelope.
func envelope(
  _ service: String = "rpcvec.v1.Echo", _ method: String = "Unary", _ payload: [UInt8]? = nil,
  timeoutNanos: Int64 = 0, metadata: [(String, String)] = []
) -> [UInt8] {
  field(1, service) + field(2, method) + (payload.map { field(3, $0) } ?? [])
    + (timeoutNanos == 0 ? [] : field(4, UInt64(bitPattern: timeoutNanos)))
    + metadata.flatMap { field(5, field(1, $0.0) + field(2, $0.1)) }
}

// MARK: The machines in boxes

let echoMethods = MethodTable([
  MethodEntry(service: "rpcvec.v1.Echo", method: "Unary", requestBytesMax: 8 << 20),
  MethodEntry(service: "rpcvec.v1.Echo", method: "Nothing"),
  MethodEntry(service: "rpcvec.v1.Echo", method: "ServerStream", kind: .serverStreaming),
  MethodEntry(service: "rpcvec.v1.Echo", method: "ClientStream", kind: .clientStreaming),
  MethodEntry(service: "rpcvec.v1.Echo", method: "Bidi", kind: .bidiStreaming),
])

/// A server's machine with its actions and frames written down.
final class ServerBox {
  var machine: ServerConnection
  var now = Instant.now
  private(set) var actions: [ServerConnection.Action] = []
  /// What it has sent and nobody has taken.
  private(set) var sent: [UInt8] = []

  init(
    _ profile: Profile, _ limits: WireLimits = WireLimits(), methods: MethodTable = echoMethods
  ) {
    machine = ServerConnection(profile: profile, methods: methods, limits: limits, now: now)
    machine.start(now: now)
    collect()
  }

  /// A native server that has seen the client's SETTINGS, its own discarded.
  static func ready(
    _ profile: Profile = .native, _ limits: WireLimits = WireLimits(),
    settings: [(UInt16, UInt32)] = []
  ) -> ServerBox {
    let box = ServerBox(profile, limits)
    if profile == .native {
      box.feed(.settings(settings))
      _ = box.frames()
    }
    return box
  }

  var wantsRead: Bool { machine.wantsRead }

  func feed(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { machine.receive($0, now: now) }
    collect()
  }

  func feed(_ frames: Frame...) { feed(frames.flatMap(\.bytes)) }

  func respond(_ stream: UInt32, _ message: [UInt8], trailers: [(String, String)] = []) {
    let trailers = Metadata(trailers.map { ($0.0, $0.1) })
    machine.respond(
      StreamID(stream), .success(OutgoingMessage(Bytes(message)), trailers: trailers), now: now)
    collect()
  }

  @discardableResult
  func send(_ stream: UInt32, _ message: [UInt8]) -> SendResult {
    defer { collect() }
    return machine.send(StreamID(stream), OutgoingMessage(Bytes(message)), now: now)
  }

  func taken(_ stream: UInt32, _ bytes: Int) {
    machine.messageTaken(StreamID(stream), bytes: bytes, now: now)
    collect()
  }

  func fail(_ stream: UInt32, _ code: StatusCode, _ text: String = "") {
    machine.respond(
      StreamID(stream), .failure(ServiceError(code, text, ErrorDetail(.internalFault))), now: now)
    collect()
  }

  func ended(_ stream: UInt32) {
    machine.handlerEnded(StreamID(stream), now: now)
    collect()
  }

  func advance(_ duration: Duration) {
    now += duration
    machine.tick(now: now)
    collect()
  }

  func beginDrain() {
    machine.beginDrain(now: now)
    collect()
  }

  func halfClose() {
    machine.peerClosedInput(now: now)
    collect()
  }

  /// Takes what is sent, at most `limit` bytes at a time.
  func takeBytes(_ limit: Int = .max) -> [UInt8] {
    collect(limit)
    defer { sent = [] }
    return sent
  }

  /// Takes what is sent as frames.
  func frames() -> [Frame] {
    let bytes = takeBytes()
    let frames = Frame.parse(bytes)
    if frames == nil { Issue.record("output does not end with a frame") }
    return frames ?? []
  }

  /// Takes what is to be done.
  func takeActions() -> [ServerConnection.Action] {
    defer { actions = [] }
    return actions
  }

  /// Takes the calls among what is to be done; anything else is left.
  func takeCalls() -> [IncomingCall] {
    var calls: [IncomingCall] = []
    actions.removeAll { action in
      guard case .call(let call) = action else { return false }
      calls.append(call)
      return true
    }
    return calls
  }

  private func collect(_ limit: Int = .max) {
    while machine.writeOutput({ run in
      let count = min(limit, run.count)
      sent.append(contentsOf: run[..<count])
      return count
    }) > 0 {}
    while let action = machine.nextAction() { actions.append(action) }
  }
}

/// A client's machine with its events and frames written down.
final class ClientBox {
  var machine: ClientConnection
  var now = Instant.now
  private(set) var events: [ClientConnection.Event] = []
  private(set) var sent: [UInt8] = []

  init(_ profile: Profile, _ limits: WireLimits = WireLimits()) {
    machine = ClientConnection(profile: profile, limits: limits, now: now)
    machine.start(now: now)
    collect()
  }

  /// A native client that has seen the server's SETTINGS, its own discarded.
  static func ready(
    _ profile: Profile = .native, _ limits: WireLimits = WireLimits(),
    settings: [(UInt16, UInt32)] = []
  ) -> ClientBox {
    let box = ClientBox(profile, limits)
    if profile == .native {
      box.feed(.settings(settings))
      _ = box.frames()
    }
    _ = box.takeEvents()
    return box
  }

  func feed(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { machine.receive($0, now: now) }
    collect()
  }

  func feed(_ frames: Frame...) { feed(frames.flatMap(\.bytes)) }

  @discardableResult
  func call(
    _ message: [UInt8], method: String = "Unary", kind: MethodKind = .unary,
    timeout: Duration? = nil,
    metadata: [(String, String)] = [], responseBytesMax: Int? = nil
  ) throws -> UInt32 {
    let deadline = timeout.map { Deadline.after($0, from: now) } ?? .never
    defer { collect() }
    return try machine.startCall(
      MethodName(service: "rpcvec.v1.Echo", method: method), kind: kind,
      OutgoingMessage(Bytes(message)), deadline: deadline,
      metadata: Metadata(metadata.map { ($0.0, $0.1) }), responseBytesMax: responseBytesMax,
      now: now
    ).raw
  }

  /// Starts a call that takes a stream.
  @discardableResult
  func open(
    _ method: String, _ kind: MethodKind, timeout: Duration? = .seconds(9)
  ) throws -> UInt32 {
    defer { collect() }
    return try machine.startCall(
      MethodName(service: "rpcvec.v1.Echo", method: method), kind: kind, nil,
      deadline: timeout.map { .after($0, from: now) } ?? .never, now: now
    ).raw
  }

  @discardableResult
  func send(_ stream: UInt32, _ message: [UInt8]) -> SendResult {
    defer { collect() }
    return machine.send(StreamID(stream), OutgoingMessage(Bytes(message)), now: now)
  }

  func closeSend(_ stream: UInt32) {
    machine.closeSend(StreamID(stream), now: now)
    collect()
  }

  func taken(_ stream: UInt32, _ bytes: Int) {
    machine.messageTaken(StreamID(stream), bytes: bytes, now: now)
    collect()
  }

  func cancel(_ stream: UInt32) {
    machine.cancel(StreamID(stream), now: now)
    collect()
  }

  func advance(_ duration: Duration) {
    now += duration
    machine.tick(now: now)
    collect()
  }

  func takeBytes() -> [UInt8] {
    collect()
    defer { sent = [] }
    return sent
  }

  func frames() -> [Frame] {
    let frames = Frame.parse(takeBytes())
    if frames == nil { Issue.record("output does not end with a frame") }
    return frames ?? []
  }

  func takeEvents() -> [ClientConnection.Event] {
    defer { events = [] }
    return events
  }

  func collect() {
    while machine.writeOutput({ run in
      sent.append(contentsOf: run)
      return run.count
    }) > 0 {}
    while let event = machine.nextEvent() { events.append(event) }
  }
}

/// Carries bytes between a client and a server until both are silent. Returns how many went each way.
@discardableResult
func exchange(_ client: ClientBox, _ server: ServerBox) -> (toServer: Int, toClient: Int) {
  var moved = (toServer: 0, toClient: 0)
  while true {
    let up = client.takeBytes()
    if !up.isEmpty { server.feed(up) }
    let down = server.takeBytes()
    if !down.isEmpty { client.feed(down) }
    moved.toServer += up.count
    moved.toClient += down.count
    if up.isEmpty && down.isEmpty { return moved }
  }
}

// MARK: Randomness with a seed

/// SplitMix64. The seed is printed by whoever makes one, so that a failure can be run again.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// Cuts `bytes` at random places.
  mutating func split(_ bytes: [UInt8], pieces: Int) -> [[UInt8]] {
    let cuts = (0..<pieces).map { _ in Int.random(in: 0...bytes.count, using: &self) }.sorted()
    var start = 0
    return (cuts + [bytes.count]).map { cut in
      defer { start = cut }
      return Array(bytes[start..<cut])
    }
  }
}

/// A seed that is new every run unless `IDV_SEED` names one; printed either way.
func newSeed(_ test: String = #function) -> UInt64 {
  let seed = environment("IDV_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
  print("\(test): IDV_SEED=\(seed)")
  return seed
}
