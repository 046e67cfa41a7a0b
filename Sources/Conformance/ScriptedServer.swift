// A native server whose every frame is told: the client is tested against it where the real one would not
// misbehave.

internal import Foundation
internal import Glibc
internal import Synchronization
internal import TLS
internal import Wire

/// Accepts connections on loopback, one after the other, and hands each to a script on a thread of its own.
/// `stop` ends it; scripts end with their connections.
final class ScriptedServer: Sendable {
  /// Told for each connection: which one it is, from 0, and the connection, whose SETTINGS have been exchanged.
  typealias Script = @Sendable (Int, FramePeer) throws -> Void

  let port: Int
  private let descriptor: Int32
  private let state = Mutex((faults: [String](), connections: 0))

  /// - Parameter settings: what the server announces.
  init(
    _ context: TLSContext, settings: [(id: UInt16, value: UInt32)] = [], _ script: @escaping Script
  ) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard bound else { throw PeerFault("no port can be listened on") }
    self.descriptor = descriptor
    port = Int(in_port_t(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in accept(context, settings, script) }
  }

  /// Connections whose handshake has ended.
  var connections: Int { state.withLock { $0.connections } }

  /// What scripts found wrong.
  var faults: [String] { state.withLock { $0.faults } }

  // Not before nobody can call `stop` any more: the number may then belong to somebody else.
  deinit { close(descriptor) }

  /// Accepts no more. May be called again.
  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private func accept(
    _ context: TLSContext, _ settings: [(id: UInt16, value: UInt32)], _ script: @escaping Script
  ) {
    while true {
      let accepted = uninterrupted { Glibc.accept(descriptor, nil, nil) }
      guard accepted >= 0 else { break }
      Thread.detachNewThread { [self] in
        do {
          let peer = try FramePeer(accepting: accepted, context)
          do {
            try follow(script, peer, settings)
          } catch {
            // While the connection lives: the client must not see its end before the reason is known.
            note(error)
          }
        } catch {
          note(error)
        }
      }
    }
  }

  private func follow(
    _ script: Script, _ peer: FramePeer, _ settings: [(id: UInt16, value: UInt32)]
  ) throws {
    let index = state.withLock { state in
      state.connections += 1
      return state.connections - 1
    }
    try peer.send(.settings(settings))
    guard try peer.frame()?.type == .settings else {
      throw PeerFault("the client's first frame is not SETTINGS")
    }
    try script(index, peer)
    // Until the client leaves, so that nothing of ours is lost to a reset.
    while try peer.frame() != nil {}
  }

  /// Notes a fault, and accepts no more: what is tried again fails at once instead of meeting a script that waits for
  /// something else.
  private func note(_ error: any Error) {
    state.withLock { $0.faults.append("\(error)") }
    stop()
  }
}

extension FramePeer {
  /// The next REQUEST. PINGs are answered, everything else is passed over.
  func request() throws -> RawFrame {
    while let frame = try frame() {
      switch frame.type {
      case .request: return frame
      case .ping where !frame.flags.contains(.ack):
        try send(RawFrame(.ping, .ack, body: frame.body))
      default: continue
      }
    }
    throw PeerFault("the client closed before it called")
  }

  /// Sends a PING and waits for its answer; returns the frames that came before it.
  func ping(_ body: [UInt8]) throws -> [RawFrame] {
    try send(RawFrame(.ping, body: body))
    var passed: [RawFrame] = []
    while let frame = try frame() {
      guard frame.type == .ping, frame.flags.contains(.ack) else {
        passed.append(frame)
        continue
      }
      guard frame.body == body else { throw PeerFault("PING was answered with other bytes") }
      return passed
    }
    throw PeerFault("PING was not answered")
  }

  /// Ends a call well with `message`, in pieces of `pieceBytes` at most.
  func respond(_ stream: UInt32, _ message: [UInt8], pieceBytes: Int = 16_384) throws {
    var bytes: [UInt8] = []
    for start in Swift.stride(from: 0, to: message.count, by: pieceBytes) {
      let end = min(start + pieceBytes, message.count)
      let piece = Array(message[start..<end])
      let isLast = end == message.count
      bytes += RawFrame(.data, isLast ? [] : .more, stream: stream, body: piece).bytes
    }
    try send(bytes + RawFrame(.response, .noData, stream: stream).bytes)
  }
}
