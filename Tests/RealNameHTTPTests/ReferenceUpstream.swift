// A gateway of an authority for tests: real TLS with client certificates, real HTTP, and every way to misbehave.

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Sealing
import Synchronization
import TestIdentities

@testable import RealNameHTTP

/// Listens on loopback. Knows a few people, checks signatures, and behaves as it is told, question by question.
final class ReferenceUpstream: Sendable {
  /// What becomes of a request.
  enum Behaviour: Sendable {
    /// Answers as it should.
    case honest
    /// Takes the request and says nothing.
    case silent
    /// Answers with a signature under another key.
    case forged
    /// Answers without a signature.
    case unsigned
    /// Answers with a good signature of an answer to another request.
    case replayed
    /// Answers about another serial.
    case otherSerial
    /// Half of an answer, then nothing more.
    case halfAnswer
    /// Closes its side as soon as the request is there.
    case halfClosed
    case status(UInt)
    case body(String)
    /// More than anybody asked for.
    case flood
  }

  private struct State {
    var script: [Behaviour]
    var asked: [[String: String]] = []
    var refusedSignatures = 0
  }

  private let shared: Shared
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup

  static let secret: [UInt8] = Array("a secret of the test suite alone".utf8)
  static let now: Int64 = 1_767_585_600

  /// Names by number: nobody real.
  static let people = ["11010519491231002X": "张三", "110105194912310011": "李四"]

  init(_ script: [Behaviour] = [.honest], identities: TestIdentities) async throws {
    let server = identities["server"]
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(server.certificate).map {
        .certificate($0)
      }, privateKey: .privateKey(try NIOSSLPrivateKey(file: server.key, format: .pem)))
    tls.trustRoots = .file(identities.authority)
    tls.certificateVerification = .noHostnameVerification
    let context = try NIOSSLContext(configuration: tls)
    let shared = Shared(script)
    self.shared = shared
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(shared))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  var port: Int { channel.localAddress?.port ?? 0 }

  /// The requests' bodies, as they were read.
  var asked: [[String: String]] { shared.state.withLock { $0.asked } }

  func behave(_ script: [Behaviour]) { shared.state.withLock { $0.script = script } }

  func close() async {
    try? await channel.close()
    // Not waited for: a connection that the source keeps open ends after TLS's own time for a farewell, five seconds.
    group.shutdownGracefully { _ in }
  }

  /// What handlers and tests share.
  private final class Shared: Sendable {
    let state: Mutex<State>
    init(_ script: [Behaviour]) { state = Mutex(State(script: script)) }

    func next() -> Behaviour {
      state.withLock { $0.script.count > 1 ? $0.script.removeFirst() : $0.script[0] }
    }
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let shared: Shared
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ shared: Shared) { self.shared = shared }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body = []
      case .body(let buffer): body += Array(buffer.readableBytesView)
      case .end: if let head { answer(head, body, context) }
      }
    }

    private func answer(
      _ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext
    ) {
      let asked =
        ((try? JSONSerialization.jsonObject(with: Data(body))) as? [String: String]) ?? [:]
      shared.state.withLock { $0.asked.append(asked) }
      let signer = RequestSigner(
        keyID: "k1", key: .init(ReferenceUpstream.secret), toleranceSeconds: 300)
      let nonce = head.headers.first(name: RequestSigner.nonceHeader) ?? ""
      let due = signer.signature(
        method: "POST", path: head.uri, seconds: ReferenceUpstream.now, nonce: nonce, body: body)
      guard head.headers.first(name: RequestSigner.signatureHeader) == due else {
        shared.state.withLock { $0.refusedSignatures += 1 }
        return send(401, "{}", signer, nonce, context)
      }
      let honest = honestAnswer(head.uri, asked, serial: asked["serial"] ?? "")
      switch shared.next() {
      case .honest: send(200, honest, signer, nonce, context)
      case .silent: break
      case .forged:
        let other = RequestSigner(keyID: "k1", key: .init([1, 2, 3]), toleranceSeconds: 300)
        send(200, honest, other, nonce, context)
      case .unsigned: send(200, honest, nil, nonce, context)
      case .replayed: send(200, honest, signer, "another nonce", context)
      case .otherSerial:
        send(200, honestAnswer(head.uri, asked, serial: "another"), signer, nonce, context)
      case .halfAnswer:
        var headers = HTTPHeaders()
        headers.add(name: "Content-Length", value: "1000")
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let half = ByteBuffer(string: "{\"code\":")
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(half))), promise: nil)
        context.close(promise: nil)
      case .halfClosed: context.close(mode: .output, promise: nil)
      case .status(let status): send(status, "{}", signer, nonce, context)
      case .body(let text): send(200, text, signer, nonce, context)
      case .flood:
        send(
          200, "{\"code\":\"" + String(repeating: "0", count: 6 << 20) + "\"}", signer, nonce,
          context)
      }
    }

    private func honestAnswer(
      _ uri: String, _ asked: [String: String], serial: String
    ) -> String {
      let name = ReferenceUpstream.people[asked["idCard"] ?? ""]
      let code = name == nil ? "2" : name == asked["realName"] ? "0" : "1"
      if uri == "/portrait" {
        let picture = code == "0" ? Data([0xFF, 0xD8, 1]).base64EncodedString() : ""
        return #"{"data":{"code":"\#(code)","serial":"\#(serial)","photo":"\#(picture)"}}"#
      }
      if uri == "/status" {
        return #"{"data":{"code":0,"serial":"\#(serial)","state":"STOPPED","isp":"CUCC"}}"#
      }
      return #"{"data":{"code":"\#(code)","serial":"\#(serial)"}}"#
    }

    private func send(
      _ status: UInt, _ text: String, _ signer: RequestSigner?, _ nonce: String,
      _ context: ChannelHandlerContext
    ) {
      let bytes = Array(text.utf8)
      var headers = HTTPHeaders()
      headers.add(name: "Content-Length", value: String(bytes.count))
      if let signer {
        let time = String(ReferenceUpstream.now)
        headers.add(name: RequestSigner.timeHeader, value: time)
        headers.add(
          name: RequestSigner.signatureHeader,
          value: signer.signature(status: status, seconds: time, nonce: nonce, body: bytes))
      }
      let head = HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: Int(status)), headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
