// A server on loopback with the services that interoperability and conformance are tested with.

internal import ConformanceServices
internal import Messages
internal import Observability
internal import RPC
internal import Synchronization
package import TLS
internal import Transport
internal import Vocabulary
package import Wire

/// PEM files of both sides.
package struct ConformanceIdentity: Sendable {
  package var authority: String
  package var serverCertificate: String
  package var serverKey: String
  package var clientCertificate: String
  package var clientKey: String

  /// The files of `Certs/dev`, or of a folder like it.
  package init(folder: String) {
    authority = "\(folder)/ca.crt"
    serverCertificate = "\(folder)/server.crt"
    serverKey = "\(folder)/server.key"
    clientCertificate = "\(folder)/client.crt"
    clientKey = "\(folder)/client.key"
  }

  package init(
    authority: String, serverCertificate: String, serverKey: String, clientCertificate: String,
    clientKey: String
  ) {
    self.authority = authority
    self.serverCertificate = serverCertificate
    self.serverKey = serverKey
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
  }

  /// What a server of either profile shows and asks for.
  func serverTLS() throws -> TLSContext {
    try TLSContext(
      server: TLSServerSettings(
        certificateChainFile: serverCertificate, privateKeyFile: serverKey,
        clientAuthorityFile: authority,
        applicationProtocols: [Profile.native.alpn, Profile.compat.alpn]))
  }

  /// What a client of `profile` shows and trusts.
  package func clientTLS(_ profile: Profile) throws -> TLSContext {
    try TLSContext(
      client: TLSClientSettings(
        authorityFile: authority, certificateChainFile: clientCertificate,
        privateKeyFile: clientKey, applicationProtocols: [profile.alpn]))
  }
}

/// The real transport, TLS, wire and RPC layers with `idv.test.v1.TestService` and `idv.test.v1.Conformance`. Any
/// account may call. `shutDown` must be called before the last reference goes.
package final class ConformanceServer: Sendable {
  private let listener: Listener
  private let end: EndOfService

  /// Longest message of `idv.test.v1.Conformance`, in bytes: more than a stream's window, less than a compat frame.
  package static let messageBytesMax = 2 << 20
  /// More calls at once than any case makes.
  private static let callsMax = 10_000

  /// The one shut-down of a listener. A call may ask for it, and must not wait for it.
  private final class EndOfService: Sendable {
    private let state = Mutex((listener: Listener?.none, task: Task<Void, Never>?.none))

    func set(_ listener: Listener) { state.withLock { $0.listener = listener } }

    @discardableResult func begin() -> Task<Void, Never> {
      state.withLock { state in
        if let task = state.task { return task }
        let task = Task { [listener = state.listener] () -> Void in await listener?.shutDown() }
        state.task = task
        return task
      }
    }
  }

  /// Any account, each call counted by itself.
  private struct AnyAccount: AccountDirectory {
    func account(_ id: AccountID) -> Account? { Account(id: id, concurrentCallsMax: callsMax) }
  }

  /// Listens on loopback.
  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - isFaulty: serve `idv.test.v1.TestService` wrongly in every method, so that its cases can be tested.
  package static func start(
    _ identity: ConformanceIdentity, port: Int = 0, isFaulty: Bool = false
  ) async throws -> ConformanceServer {
    let context = try identity.serverTLS()
    let faulty = FaultyTestServiceHandlers()
    let tests: [any Service] =
      isFaulty
      ? [TestServiceRoutes(faulty), UnimplementedServiceRoutes(faulty)]
      : [TestServiceRoutesServed()]
    let end = EndOfService()
    var limits = DecodingLimits.standard
    limits.messageBytesMax = messageBytesMax
    var admission = AdmissionLimits()
    admission.concurrentCallsMax = callsMax
    let last = Atomic<UInt64>(0)
    let router = Router(
      services: tests + [
        ConformanceRoutes(ConformanceHandlers(CaseBook()) { end.begin() }, limits: limits)
      ], admission: Admission(accounts: AnyAccount(), limits: admission), metrics: CallMetrics(),
      log: .silent,
      newID: { CallID(high: 0, low: last.wrappingAdd(1, ordering: .relaxed).newValue) })
    var settings = ListenerSettings(port: port)
    // Nobody is to wait for the second half of a drain.
    settings.limits.wire.drainNotice = .milliseconds(50)
    let listener = try await Listener.start(settings, tls: { context }, dispatcher: router)
    end.set(listener)
    return ConformanceServer(listener, end)
  }

  private init(_ listener: Listener, _ end: EndOfService) {
    self.listener = listener
    self.end = end
  }

  /// The port listened on.
  package var port: Int { listener.port }

  /// Ends in good order.
  package func shutDown() async { await end.begin().value }
}
