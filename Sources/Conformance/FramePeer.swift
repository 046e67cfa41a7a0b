// One end of a native connection by hand: a blocking socket, TLS, and frames as they are told.

internal import Glibc
internal import TLS
internal import Wire

/// Why a hand-made peer gave up.
struct PeerFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A frame as it travels.
struct RawFrame: Equatable {
  var stream: UInt32
  var type: FrameType
  var flags: FrameFlags
  var body: [UInt8]

  init(_ type: FrameType, _ flags: FrameFlags = [], stream: UInt32 = 0, body: [UInt8] = []) {
    self.stream = stream
    self.type = type
    self.flags = flags
    self.body = body
  }

  var bytes: [UInt8] {
    var head = [UInt8](repeating: 0, count: FrameHeader.byteCount)
    let header = FrameHeader(length: body.count, stream: stream, type: type, flags: flags)
    head.withUnsafeMutableBytes { header.write(to: $0.baseAddress!) }
    return head + body
  }

  /// SETTINGS with these entries.
  static func settings(_ entries: [(id: UInt16, value: UInt32)]) -> RawFrame {
    RawFrame(
      .settings, body: entries.flatMap { bigEndian(UInt32($0.id))[2...] + bigEndian($0.value) })
  }

  /// The value of entry `id` of SETTINGS.
  func setting(_ id: UInt16) -> UInt32? {
    var rest = body[...]
    while rest.count >= 6 {
      let entry = Array(rest.prefix(6))
      if UInt16(entry[0]) << 8 | UInt16(entry[1]) == id { return number(entry[2...]) }
      rest = rest.dropFirst(6)
    }
    return nil
  }
}

/// Four bytes, the most significant first.
func bigEndian(_ number: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  bytes.reduce(0) { $0 << 8 | UInt32($1) }
}

/// A TLS connection whose frames are written and read by hand. Blocks; confined to one thread at a time.
final class FramePeer: @unchecked Sendable {
  // Unchecked: handed from one thread to the next, never shared.
  private let descriptor: Int32
  private var session: TLSSession
  private var plaintext: [UInt8] = []
  private var isClosed = false

  /// How long a read waits before it gives up, in seconds.
  static let patienceSeconds = 20

  /// Takes over an accepted socket and makes the server's side of the handshake.
  init(accepting descriptor: Int32, _ context: TLSContext) throws {
    self.descriptor = descriptor
    session = try TLSSession(accepting: context)
    try shakeHands()
  }

  /// Connects to a server.
  init(connecting host: String, _ port: Int, _ context: TLSContext) throws {
    descriptor = try Self.connected(host, port)
    session = try TLSSession(connecting: context, to: host)
    try shakeHands()
  }

  private static func connected(_ host: String, _ port: Int) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &found) == 0 else {
      throw PeerFault("the host \(host) is not known")
    }
    defer { freeaddrinfo(found) }
    var next = found
    while let address = next?.pointee {
      let descriptor = socket(address.ai_family, address.ai_socktype, 0)
      if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
      close(descriptor)
      next = address.ai_next
    }
    throw PeerFault("nobody listens on \(host):\(port)")
  }

  deinit { close(descriptor) }

  private func shakeHands() throws {
    var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var now: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &now, socklen_t(MemoryLayout<Int32>.size))
    var input: [UInt8] = []
    var room = [UInt8](repeating: 0, count: TLSLimits.handshakeFlightBytes)
    while true {
      let step = input.withUnsafeBytes { input in
        room.withUnsafeMutableBytes { session.handshake(input: input, output: $0) }
      }
      try write(room[..<step.produced])
      try writeSpill()
      input.removeFirst(step.consumed)
      switch step.outcome {
      case .complete: return try open(input)
      case .failed(let failure): throw failure
      case .incomplete:
        let more = try receive()
        if more.isEmpty { throw PeerFault("the connection ended within the handshake") }
        input += more
      }
    }
  }

  // MARK: Frames

  func send(_ frames: RawFrame...) throws { try send(frames.flatMap(\.bytes)) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(TLSLimits.recordPlaintextBytesMax)
      var room = [UInt8](repeating: 0, count: TLSLimits.sealedBytesMax(piece.count))
      let step = piece.withUnsafeBytes { piece in
        room.withUnsafeMutableBytes { session.write(piece, output: $0) }
      }
      guard step.failure == nil, step.consumed > 0 else { throw PeerFault("TLS failed") }
      try write(room[..<step.produced])
      try writeSpill()
      rest = rest.dropFirst(step.consumed)
    }
  }

  /// The next frame; nil once the peer has closed.
  func frame() throws -> RawFrame? {
    while true {
      if let frame = takeFrame() { return frame }
      if isClosed { return nil }
      let ciphertext = try receive()
      if ciphertext.isEmpty { return nil }
      try open(ciphertext)
    }
  }

  private func takeFrame() -> RawFrame? {
    guard plaintext.count >= FrameHeader.byteCount else { return nil }
    let header = plaintext.withUnsafeBytes { FrameHeader(at: $0.baseAddress!) }
    let count = FrameHeader.byteCount + Int(header.length)
    guard plaintext.count >= count else { return nil }
    let frame = RawFrame(
      header.type, header.flags, stream: header.stream,
      body: Array(plaintext[FrameHeader.byteCount..<count]))
    plaintext.removeFirst(count)
    return frame
  }

  // MARK: Bytes

  private func open(_ ciphertext: [UInt8]) throws {
    var rest = ciphertext[...]
    var room = [UInt8](repeating: 0, count: 65_536)
    while true {
      let step = rest.withUnsafeBytes { input in
        room.withUnsafeMutableBytes { session.read(input: input, into: $0) }
      }
      rest = rest.dropFirst(step.consumed)
      plaintext += room[..<step.plaintext]
      switch step.outcome {
      case .needsRoom: continue
      case .needsInput: return try writeSpill()
      case .closed:
        isClosed = true
        return
      case .failed(let failure): throw failure
      }
    }
  }

  private func writeSpill() throws {
    while session.spilledBytes > 0 {
      var room = [UInt8](repeating: 0, count: session.spilledBytes)
      let count = room.withUnsafeMutableBytes { session.drain(into: $0) }
      try write(room[..<count])
    }
  }

  private func write(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = uninterrupted {
        rest.withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
      }
      guard count > 0 else { throw PeerFault("the connection was lost") }
      rest = rest.dropFirst(count)
    }
  }

  /// At least one byte, or none at the end.
  private func receive() throws -> [UInt8] {
    var room = [UInt8](repeating: 0, count: 65_536)
    let count = uninterrupted { recv(descriptor, &room, room.count, 0) }
    if count < 0, errno == ECONNRESET { return [] }
    guard count >= 0 else { throw PeerFault("nothing came for \(Self.patienceSeconds) s") }
    return Array(room[..<count])
  }
}

/// The result of a system call, made again when a signal interrupts it: a wait with a bound is not restarted by itself.
func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

/// The address of a port of loopback.
func loopback(_ port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
  return address
}
