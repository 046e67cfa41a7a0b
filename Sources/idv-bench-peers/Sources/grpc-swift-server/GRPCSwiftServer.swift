// grpc-swift-2 as a peer of `idv bench rpc`: the yardstick service over its NIO transport and TLS.
//
//     grpc-swift-server AUTHORITY CERTIFICATE KEY THREADS
//
// Messages are bytes without a codec, as in every other server of the bench.

internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Glibc
internal import NIOPosix

/// Hands messages through as the transport's own bytes, without a copy.
struct RawCodec: MessageSerializer, MessageDeserializer {
  typealias Message = GRPCNIOTransportBytes

  func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
    if let same = message as? Bytes { return same }
    return message.withUnsafeBytes { Bytes($0) }
  }

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
    if let same = bytes as? Message { return same }
    return bytes.withUnsafeBytes { Message($0) }
  }
}

/// `idv.bench.Yardstick`: `Echo` gives its request back, `Upload` 16 bytes, `Download` as many as its request
/// says.
struct Yardstick: RegistrableRPCService {
  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    register("Echo", &router) { $0 }
    register("Upload", &router) { _ in GRPCNIOTransportBytes(repeating: 0, count: 16) }
    register("Download", &router) { request in
      let count = request.withUnsafeBytes { bytes in
        bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      }
      return GRPCNIOTransportBytes(repeating: 0, count: count)
    }
  }

  private func register<Transport: ServerTransport>(
    _ name: String, _ router: inout RPCRouter<Transport>,
    _ answer: @escaping @Sendable (GRPCNIOTransportBytes) -> GRPCNIOTransportBytes
  ) {
    router.registerHandler(
      forMethod: MethodDescriptor(fullyQualifiedService: "idv.bench.Yardstick", method: name),
      deserializer: RawCodec(), serializer: RawCodec()
    ) { stream, _ in
      let request = try await ServerRequest(stream: stream)
      return StreamingServerResponse(single: ServerResponse(message: answer(request.message)))
    }
  }
}

@main
struct GRPCSwiftServer {
  static func main() async throws {
    let words = CommandLine.arguments
    guard words.count == 5, let threads = Int(words[4]) else {
      fatalError("grpc-swift-server AUTHORITY CERTIFICATE KEY THREADS")
    }
    let transport = HTTP2ServerTransport.Posix(
      address: .ipv4(host: "127.0.0.1", port: 0),
      transportSecurity: .mTLS(
        certificateChain: [.file(path: words[2], format: .pem)],
        privateKey: .file(path: words[3], format: .pem)
      ) {
        $0.trustRoots = .certificates([.file(path: words[1], format: .pem)])
        $0.requireALPN = true
      },
      eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: threads))
    let server = GRPCServer(transport: transport, services: [Yardstick()])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.serve() }
      if let port = try await transport.listeningAddress.ipv4?.port {
        print("ready \(port)")
        fflush(nil)
      }
      try await group.waitForAll()
    }
  }
}
