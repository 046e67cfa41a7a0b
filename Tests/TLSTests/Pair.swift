// A client and a server back to back in memory.

internal import TLS
internal import TestIdentities
internal import Vocabulary

/// One side of a connection; owns the session and a small output buffer.
final class Side {
  var session: TLSSession
  /// Ciphertext that waits for the other side.
  var outbox: [UInt8] = []
  /// Plaintext received.
  var inbox: [UInt8] = []
  var failure: TLSFailure?
  var closed = false
  /// Room lent to each call: small, to cut records anywhere.
  var outputRoom: Int
  var plaintextRoom: Int

  init(_ session: consuming TLSSession, outputRoom: Int = 20_000, plaintextRoom: Int = 20_000) {
    self.session = session
    self.outputRoom = outputRoom
    self.plaintextRoom = plaintextRoom
  }

  var established: Bool { session.isEstablished }
  var isResumed: Bool { session.isResumed }
  var stapledResponse: [UInt8]? { session.stapledResponse }
  var version: TLSVersion? { session.version }
  var applicationProtocol: String? { session.applicationProtocol }
  func identity() throws -> PeerIdentity? { try session.peerIdentity() }

  private func collect(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
    var room = [UInt8](repeating: 0, count: outputRoom)
    let count = room.withUnsafeMutableBytes(body)
    outbox += room[..<count]
    while session.spilledBytes > 0 {
      let drained = room.withUnsafeMutableBytes { session.drain(into: $0) }
      outbox += room[..<drained]
    }
  }

  func start() { receive([]) }

  func receive(_ ciphertext: [UInt8]) {
    guard failure == nil, !closed else { return }
    var rest = ciphertext[...]
    if !session.isEstablished {
      collect { output in
        let step = rest.withUnsafeBytes { session.handshake(input: $0, output: output) }
        rest = rest.dropFirst(step.consumed)
        if case .failed(let why) = step.outcome { failure = why }
        return step.produced
      }
      guard failure == nil, session.isEstablished else { return }
    }
    var room = [UInt8](repeating: 0, count: plaintextRoom)
    while true {
      let step = rest.withUnsafeBytes { input in
        room.withUnsafeMutableBytes { session.read(input: input, into: $0) }
      }
      rest = rest.dropFirst(step.consumed)
      inbox += room[..<step.plaintext]
      collect { _ in 0 }
      switch step.outcome {
      case .needsRoom: continue
      case .needsInput: return
      case .closed:
        closed = true
        return
      case .failed(let why):
        failure = why
        return
      }
    }
  }

  func send(_ plaintext: [UInt8]) {
    var rest = plaintext[...]
    while !rest.isEmpty, failure == nil {
      collect { output in
        let step = rest.withUnsafeBytes { session.write($0, output: output) }
        rest = rest.dropFirst(step.consumed)
        failure = step.failure
        return step.produced
      }
    }
  }

  func close() { collect { session.close(output: $0) } }

  func takeOutbox() -> [UInt8] {
    defer { outbox = [] }
    return outbox
  }
}

/// A client and a server, and the wire between them.
struct Pair {
  let client: Side
  let server: Side

  init(
    _ settings: Settings = Settings(), outputRoom: Int = 20_000, plaintextRoom: Int = 20_000
  ) throws {
    try self.init(
      client: try TLSContext(client: settings.client),
      server: try TLSContext(server: settings.server), host: settings.host,
      outputRoom: outputRoom, plaintextRoom: plaintextRoom)
  }

  init(
    client clientContext: TLSContext, server serverContext: TLSContext, host: String,
    outputRoom: Int = 20_000, plaintextRoom: Int = 20_000
  ) throws {
    client = Side(
      try TLSSession(connecting: clientContext, to: host), outputRoom: outputRoom,
      plaintextRoom: plaintextRoom)
    server = Side(
      try TLSSession(accepting: serverContext), outputRoom: outputRoom,
      plaintextRoom: plaintextRoom)
  }

  /// Carries bytes in pieces of `piece` until neither side has any left.
  func run(piece: Int = .max) {
    while !client.outbox.isEmpty || !server.outbox.isEmpty {
      carry(client.takeOutbox(), to: server, piece)
      carry(server.takeOutbox(), to: client, piece)
    }
  }

  private func carry(_ bytes: [UInt8], to side: Side, _ piece: Int) {
    var rest = bytes[...]
    while !rest.isEmpty {
      side.receive(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
  }

  /// Starts and runs the handshake.
  func connect(piece: Int = .max) {
    client.start()
    run(piece: piece)
  }
}

/// Good settings of both sides, to be spoilt by tests.
struct Settings {
  var server: TLSServerSettings
  var client: TLSClientSettings
  var host = "localhost"

  init(_ identities: TestIdentities? = nil) {
    let made = identities ?? (try! TestIdentities.shared.get())
    server = TLSServerSettings(
      certificateChainFile: made["server"].certificate, privateKeyFile: made["server"].key,
      clientAuthorityFile: made.authority, applicationProtocols: ["idv/1", "ttrpc/1.2"])
    client = TLSClientSettings(
      authorityFile: made.authority, certificateChainFile: made["client"].certificate,
      privateKeyFile: made["client"].key, applicationProtocols: ["idv/1"])
  }
}
