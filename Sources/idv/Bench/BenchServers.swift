// The servers that a run of `idv bench rpc` compares: the bare echo, idv, and whatever peers are built.

internal import CBaseline
internal import Foundation

/// A method of the yardstick service, with the request that the bench sends.
enum YardstickMethod: Equatable {
  /// Gives its 32 bytes back.
  case echo
  /// The same as an immediate method, which has no task; idv only.
  case echoAtOnce
  /// 2 MiB, answered with 16 bytes.
  case upload
  /// Answered with as many bytes as asked for.
  case download(bytes: Int)
  /// Answered with what `baseline_mark` tells; idv only.
  case mark

  static let uploadBytes = 2 << 20

  var name: String {
    switch self {
    case .echo: "Echo"
    case .echoAtOnce: "EchoAtOnce"
    case .upload: "Upload"
    case .download: "Download"
    case .mark: "Mark"
    }
  }

  var request: [UInt8] {
    switch self {
    case .echo, .echoAtOnce, .mark: [UInt8](repeating: 0x61, count: 32)
    case .upload: [UInt8](repeating: 0x61, count: Self.uploadBytes)
    case .download(let bytes):
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes >> $0) }
    }
  }
}

/// A kind of server: how it is started and what it speaks. Two profiles of one process are two kinds.
enum BenchServerKind: String, CaseIterable {
  case bare
  case native = "idv native"
  case compat = "idv compat"
  case goTTRPC = "go ttrpc"
  case grpcSwift = "grpc-swift"
  case grpcio

  /// Whether it is idv.
  var isOurs: Bool { self == .native || self == .compat }

  /// Whether it is other people's, and may be missing.
  var isPeer: Bool {
    switch self {
    case .bare, .native, .compat: false
    case .goTTRPC, .grpcSwift, .grpcio: true
    }
  }

  var speaks: baseline_protocol {
    switch self {
    case .bare: baseline_echo
    case .native: baseline_native
    case .compat, .goTTRPC: baseline_compat
    case .grpcSwift, .grpcio: baseline_grpc
    }
  }

  /// Starts it. Throws a line that says why it is not to be had.
  func start(_ options: RPCBenchOptions) throws -> BenchChild {
    let identity = options.identity
    let words = [
      identity.authority, identity.serverCertificate, identity.serverKey, "\(options.threads)",
    ]
    switch self {
    case .bare: return try BenchChild(options.tool, YardstickArguments("bare", options).list)
    case .native, .compat:
      return try BenchChild(options.tool, YardstickArguments("idv", options).list)
    case .goTTRPC: return try BenchChild(peer: try built("go-ttrpc", options), words)
    case .grpcSwift: return try BenchChild(peer: try built("grpc-swift-server", options), words)
    case .grpcio:
      guard FileManager.default.fileExists(atPath: options.python.modules + "/grpc") else {
        throw BenchChild.StartFailed(description: "not installed (make setup-test)")
      }
      return try BenchChild(
        peer: options.python.interpreter, ["-c", grpcScript] + words,
        environment: ["PYTHONPATH": options.python.modules, "GRPC_VERBOSITY": "NONE"])
    }
  }

  private func built(_ name: String, _ options: RPCBenchOptions) throws -> String {
    let path = "\(options.peers)/\(name)"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw BenchChild.StartFailed(description: "not built (make bench-peers)")
    }
    return path
  }
}

/// A server that runs.
struct BenchServer {
  let kind: BenchServerKind
  let child: BenchChild

  var speaks: baseline_protocol { kind.speaks }
  var uploads: baseline_protocol { kind == .bare ? baseline_upload : kind.speaks }
}

/// The servers of a run. Owned by one thread; `stop` must be called.
final class BenchServers {
  private(set) var running: [BenchServer] = []

  /// Starts those of `kinds` that are to be had; `missing` gets a line for each other peer. The calling thread is the
  /// client's from now on.
  init(
    _ kinds: [BenchServerKind], _ options: RPCBenchOptions, _ placement: BenchPlacement = .shared,
    missing: (String) -> Void
  ) throws {
    var options = options
    options.threads = placement.serverThreads(options.threads)
    placement.placeServers()
    defer { placement.placeClient() }
    for kind in kinds {
      let twin = running.first { $0.kind == .native && kind == .compat }
      do {
        let child = try twin?.child ?? kind.start(options)
        running.append(BenchServer(kind: kind, child: child))
      } catch {
        guard kind.isPeer else {
          stop()
          throw error
        }
        missing("\(kind.rawValue): \(error)")
      }
    }
  }

  /// Takes a server out that does not hold.
  func drop(_ kind: BenchServerKind) {
    for server in running where server.kind == kind { server.child.stop() }
    running.removeAll { $0.kind == kind }
  }

  func stop() {
    for server in running { server.child.stop() }
    running = []
    BenchPlacement.shared.placeClient()
  }
}
