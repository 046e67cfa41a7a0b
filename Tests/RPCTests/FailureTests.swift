// What is told of calls that fail: the caller gets the call's name, the operator's log its cause.

import Observability
import RPC
import TestSupport
import Testing
import Vocabulary

struct FailureTests {
  let lines = LogLines()
  static let id = "00000000000000010000000000000002"

  func transport(
    peer: PeerIdentity? = RouterTests.dev, _ handle: @escaping ServiceMethod.Handler
  ) -> (Router, InProcessTransport) {
    let router = Router(
      services: [ScriptedService(handle)],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: 4)])),
      metrics: CallMetrics(), log: lines.log, newID: { CallID(high: 1, low: 2) })
    return (router, InProcessTransport(router, peer: peer))
  }

  func failing(with error: ServiceError) -> InProcessTransport {
    transport { (_, _) async throws(ServiceError) -> [Bytes] in throw error }.1
  }

  @Test("every error names the call, whoever refuses it")
  func named() async {
    let refusal = ServiceError(
      .notFound, "Nothing.", ErrorDetail(.outOfRange, retryable: true, retryAfterMillis: 7))
    #expect(await RouterTests.failure(failing(with: refusal)) == refusal.of(call: CallID(Self.id)!))
    let strange = MethodName(service: "test.v1.Other", method: "Run")
    let stranger = PeerIdentity(uris: ["idv:account:other"], commonName: "", fingerprint: "")
    for (method, peer) in [(strange, RouterTests.dev), (RouterTests.run, stranger)] {
      let transport = transport(peer: peer) { _, _ in [] }.1
      let error = await RouterTests.failure(transport, method)
      #expect(error?.detail.requestID?.description == Self.id)
    }
  }

  @Test("the operator's line has field and limit, and a fault of the server its cause")
  func told() async {
    let wrong = ServiceError(
      .invalidArgument, "Too long.", ErrorDetail(.outOfRange, field: "a.b", limit: "3 things"))
    _ = await RouterTests.failure(failing(with: wrong))
    let said = lines.take()
    #expect(said.count == 1 && said[0].hasPrefix("info call failed ["))
    #expect(said[0].contains("field=a.b limit=3 things"))
    let broken = ServiceError(
      .internal, "Ours.", ErrorDetail(.internalFault), cause: "no tensor")
    let error = await RouterTests.failure(failing(with: broken))
    #expect(error?.message == "Ours.")
    let fault = lines.take()
    #expect(fault.count == 1 && fault[0].hasPrefix("error call failed ["))
    #expect(fault[0].contains("reason=no tensor"))
  }

  @Test("refusals before the handler are told once for each account and reason, then counted")
  func refusals() async {
    for name in ["other", "third"] {
      let peer = PeerIdentity(uris: ["idv:account:" + name], commonName: "", fingerprint: "")
      let (router, transport) = transport(peer: peer) { _, _ in [] }
      for _ in 0..<50 { _ = await RouterTests.failure(transport) }
      router.tellRefusals()
      #expect(
        lines.take() == [
          "info calls refused [account=\(name) call=\(Self.id) count=1 symbol=UNKNOWN_ACCOUNT]"
        ])
    }
  }
}
