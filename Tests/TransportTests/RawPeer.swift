// A client that does what well-behaved clients do not: a blocking socket, TLS and hand-made frames.

internal import Glibc
internal import NIOPosix
internal import TLS

struct PeerFault: Error { let what: String }

/// Threads for calls that block, so that the other tests of this process keep theirs.
private let threads: NIOThreadPool = {
  let pool = NIOThreadPool(numberOfThreads: 16)
  pool.start()
  return pool
}()

private func blocking<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
  try await threads.runIfActive(body)
}

/// A blocking TCP socket; reads give up after ten seconds.
final class RawSocket: Sendable {
  let descriptor: Int32

  /// Waits for a connection to `listening`.
  init(acceptedBy listening: Int32) throws {
    descriptor = accept(listening, nil, nil)
    guard descriptor >= 0 else { throw PeerFault(what: "accept") }
    limitPatience()
  }

  private func limitPatience() {
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  init(port: Int, receiveBytes: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    limitPatience()
    if var receiveBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, 4) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw PeerFault(what: "connect") }
  }

  deinit { close(descriptor) }

  func send(_ bytes: some Collection<UInt8>) throws {
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw PeerFault(what: "send") }
      sent += count
    }
  }

  /// At least one byte, or none at the end.
  fileprivate func receive() throws -> [UInt8] {
    var room = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &room, room.count, 0)
    if count < 0, errno == ECONNRESET { return [] }
    guard count >= 0 else { throw PeerFault(what: "receive") }
    return Array(room[..<count])
  }

  /// Reads until the server ends the connection; returns what came.
  func drain() async throws -> [UInt8] {
    try await blocking {
      var all: [UInt8] = []
      while true {
        let bytes = try self.receive()
        if bytes.isEmpty { return all }
        all += bytes
      }
    }
  }

  func endOutput() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closing now sends a reset.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger,
      socklen_t(MemoryLayout.size(ofValue: linger)))
  }
}

/// A frame as it travels.
struct RawFrame: Equatable {
  var stream: UInt32
  var type: UInt8
  var flags: UInt8
  var body: [UInt8]

  var bytes: [UInt8] {
    let count = UInt32(body.count)
    let numbers = [count, stream].flatMap { number in
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    return numbers + [type, flags] + body
  }

  /// A unary request of `test.Service` in either profile.
  static func request(_ stream: UInt32, _ method: String, _ message: [UInt8]) -> RawFrame {
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      var head = [number << 3 | 2]
      var rest = bytes.count
      repeat {
        head.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
        rest >>= 7
      } while rest > 0
      return head + bytes
    }
    let body = field(1, Array("test.Service".utf8)) + field(2, Array(method.utf8))
    return RawFrame(stream: stream, type: 1, flags: 0, body: body + field(3, message))
  }

  static let settings = RawFrame(stream: 0, type: 0x10, flags: 0, body: [])
}

/// One end of a TLS connection over `RawSocket`, its handshake done.
final class RawPeer: @unchecked Sendable {
  // Unchecked: a test uses it from one task, which waits while a thread of the pool has it.
  let socket: RawSocket
  private var session: TLSSession
  private var plaintext: [UInt8] = []
  private(set) var isClosed = false

  static func connect(
    port: Int, tls: TLSContext, receiveBytes: Int32? = nil
  ) async throws -> RawPeer {
    try await blocking { try RawPeer(port: port, tls: tls, receiveBytes: receiveBytes) }
  }

  private convenience init(port: Int, tls: TLSContext, receiveBytes: Int32?) throws {
    try self.init(
      RawSocket(port: port, receiveBytes: receiveBytes),
      TLSSession(connecting: tls, to: "127.0.0.1"))
  }

  fileprivate init(_ socket: RawSocket, _ session: consuming TLSSession) throws {
    self.socket = socket
    self.session = session
    var input: [UInt8] = []
    while true {
      var room = [UInt8](repeating: 0, count: 16_384)
      let step = input.withUnsafeBytes { input in
        room.withUnsafeMutableBytes { self.session.handshake(input: input, output: $0) }
      }
      try socket.send(room[..<step.produced])
      input.removeFirst(step.consumed)
      switch step.outcome {
      case .complete:
        try open(input)
        return
      case .failed(let failure): throw failure
      case .incomplete:
        input = try socket.receive()
        if input.isEmpty { throw PeerFault(what: "end within the handshake") }
      }
    }
  }

  private func seal(_ bytes: [UInt8]) throws -> [UInt8] {
    var room = [UInt8](repeating: 0, count: TLSLimits.sealedBytesMax(bytes.count))
    let step = bytes.withUnsafeBytes { bytes in
      room.withUnsafeMutableBytes { session.write(bytes, output: $0) }
    }
    guard step.consumed == bytes.count else { throw PeerFault(what: "seal") }
    return Array(room[..<step.produced])
  }

  func send(_ frames: RawFrame...) throws { try send(frames.flatMap(\.bytes)) }

  func send(_ bytes: [UInt8]) throws { try socket.send(seal(bytes)) }

  /// Sends the close notice.
  func closeOutput() throws {
    var room = [UInt8](repeating: 0, count: 64)
    let count = room.withUnsafeMutableBytes { session.close(output: $0) }
    try socket.send(room[..<count])
  }

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
      case .needsInput: return
      case .closed:
        isClosed = true
        return
      case .failed(let failure): throw failure
      }
    }
  }

  /// The next frame; nil once the server has closed.
  func frame() async throws -> RawFrame? { try await blocking { try self.nextFrame() } }

  private func nextFrame() throws -> RawFrame? {
    while true {
      if plaintext.count >= 10 {
        let count = plaintext[..<4].reduce(0) { $0 << 8 | Int($1) }
        if plaintext.count >= 10 + count {
          let stream = plaintext[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
          let frame = RawFrame(
            stream: stream, type: plaintext[8], flags: plaintext[9],
            body: Array(plaintext[10..<(10 + count)]))
          plaintext.removeFirst(10 + count)
          return frame
        }
      }
      if isClosed { return nil }
      let ciphertext = try socket.receive()
      if ciphertext.isEmpty { return nil }
      try open(ciphertext)
    }
  }
}

/// A server that does what the test says, for one connection.
final class RawServer: Sendable {
  private let descriptor: Int32
  let port: Int

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 1) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard bound else { throw PeerFault(what: "listen") }
  }

  deinit { close(descriptor) }

  /// The next connection, its handshake done.
  func accept(_ tls: TLSContext) async throws -> RawPeer {
    let descriptor = descriptor
    return try await blocking {
      try RawPeer(RawSocket(acceptedBy: descriptor), TLSSession(accepting: tls))
    }
  }
}
