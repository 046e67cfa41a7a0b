// The servers that `idv bench rpc` measures, in child processes of the same tool: the bare echo,
// and the real transport, TLS, wire and RPC layers with two methods that do nothing of their own.

internal import CBaseline
internal import Observability
internal import RPC
internal import Synchronization
internal import TLS
internal import Transport
internal import Vocabulary
internal import Wire

/// `idv.bench.Yardstick`: `Echo` gives its request back, `EchoAtOnce` does so as an immediate method, `Upload` takes any bytes and gives 16, `Download` gives
/// as many as the first four bytes say (big-endian), `Mark` tells what `baseline_mark` counts.
struct YardstickService: Service {
  static let name = "idv.bench.Yardstick"

  let serviceName = name
  let methods: [ServiceMethod]

  init() {
    let acknowledgement = [Bytes([UInt8](repeating: 0, count: 16))]
    methods = [
      ServiceMethod(MethodName(service: Self.name, method: "Echo")) { request, _ in [request] },
      .immediate(MethodName(service: Self.name, method: "EchoAtOnce")) { request, _ in [request] },
      ServiceMethod(MethodName(service: Self.name, method: "Upload")) { _, _ in acknowledgement },
      ServiceMethod(MethodName(service: Self.name, method: "Download")) { request, _ in
        guard request.count >= 4 else { return [] }
        let count = (0..<4).reduce(0) { $0 << 8 | Int(request[$1]) }
        return [Bytes([UInt8](repeating: 0, count: min(count, answerBytesMax)))]
      },
      ServiceMethod(MethodName(service: Self.name, method: "Mark")) { _, _ in
        let counts = baseline_mark()
        return [Bytes(bigEndianBytes(counts.allocations) + bigEndianBytes(counts.bytes))]
      },
    ]
  }
}

/// What a child is told on its command line, after `bench rpc-server`.
struct YardstickArguments {
  /// `bare` or `idv`.
  var server: String
  var identity: RPCBenchIdentity
  var threads: Int

  init(_ server: String, _ options: RPCBenchOptions) {
    self.server = server
    identity = options.identity
    threads = options.threads
  }

  /// Reads what `list` made; nil for anything else.
  init?(_ words: [String]) {
    guard words.count == 6, let threads = Int(words[5]), threads > 0 else { return nil }
    server = words[0]
    identity = RPCBenchIdentity(
      authority: words[1], serverCertificate: words[2], serverKey: words[3],
      clientCertificate: "", clientKey: "", account: words[4])
    self.threads = threads
  }

  var list: [String] {
    [
      "bench", "rpc-server", server, identity.authority, identity.serverCertificate,
      identity.serverKey, identity.account, "\(threads)",
    ]
  }
}

/// Serves until the process is ended; says "ready PORT" first.
func runYardstickServer(_ arguments: YardstickArguments) async throws {
  let identity = arguments.identity
  if arguments.server == "bare" {
    let status = baseline_echo_server(
      identity.serverCertificate, identity.serverKey, 0, Int32(arguments.threads))
    throw BenchChild.StartFailed(description: "the bare server ended with \(status)")
  }
  let listener = try await startYardstickListener(identity, threads: arguments.threads)
  print("ready \(listener.port)")
  flushOutput()
  try await Task.sleep(for: .seconds(86_400))
  await listener.shutDown()
}

private func startYardstickListener(
  _ identity: RPCBenchIdentity, threads: Int
) async throws -> Listener {
  guard let account = AccountID(identity.account) else {
    throw BenchChild.StartFailed(description: "not an account's name")
  }
  let context = try TLSContext(
    server: TLSServerSettings(
      certificateChainFile: identity.serverCertificate, privateKeyFile: identity.serverKey,
      clientAuthorityFile: identity.authority,
      applicationProtocols: [Profile.native.alpn, Profile.compat.alpn]))
  var limits = AdmissionLimits()
  limits.concurrentCallsMax = callsMax
  let last = Atomic<UInt64>(0)
  let router = Router(
    services: [YardstickService()],
    admission: Admission(
      accounts: FixedAccounts([Account(id: account, concurrentCallsMax: callsMax)]),
      limits: limits), metrics: CallMetrics(), log: .silent,
    newID: { CallID(high: 0, low: last.wrappingAdd(1, ordering: .relaxed).newValue) })
  var settings = ListenerSettings(port: 0, threads: threads)
  settings.limits.connectionsMax = connectionsMax
  return try await Listener.start(
    settings, tls: { context }, dispatcher: router)
}

/// More calls and connections at once than the bench makes.
private let callsMax = 100_000
private let connectionsMax = 100_000
/// Largest answer of `Download`.
private let answerBytesMax = 4 << 20

private func bigEndianBytes(_ value: UInt64) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian, Array.init)
}
