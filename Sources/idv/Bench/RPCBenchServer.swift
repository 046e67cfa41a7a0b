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

/// `idv.bench.Yardstick`: `Echo` gives its request back, `Upload` takes any bytes and gives 16.
struct YardstickService: Service {
  static let name = "idv.bench.Yardstick"

  let serviceName = name
  let methods: [ServiceMethod]

  init() {
    let acknowledgement = [Bytes([UInt8](repeating: 0, count: 16))]
    methods = [
      ServiceMethod(MethodName(service: Self.name, method: "Echo")) { request, _ in [request] },
      ServiceMethod(MethodName(service: Self.name, method: "EchoTask")) { request, _ in [request] },
      ServiceMethod(MethodName(service: Self.name, method: "Upload")) { _, _ in acknowledgement },
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
  return try await Listener.start(
    ListenerSettings(port: 0, threads: threads), tls: { context }, dispatcher: router)
}

/// More calls at once than the bench makes.
private let callsMax = 100_000
