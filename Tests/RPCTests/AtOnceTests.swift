// Methods that are answered without a task, at the router.

import Observability
import RPC
import Testing
import Vocabulary

/// Methods that are answered without a task.
struct AtOnceTests {
  struct Now: Service {
    let serviceName = "test.v1.Scripted"
    let methods = [
      ServiceMethod.immediate(RouterTests.run) { request, call throws(ServiceError) in
        guard request.count > 0 else {
          throw ServiceError(.notFound, "nothing", ErrorDetail(.outOfRange))
        }
        return [request, Bytes(Array(call.account.id.name.utf8))]
      }
    ]
  }

  struct Through: Interceptor {
    func intercept(
      _ call: IncomingCall, _ context: CallContext, next: NextStep
    ) async -> CallOutcome { await next(call, context) }
  }

  static func router(concurrent: Int = 1, _ interceptors: [any Interceptor] = []) -> Router {
    Router(
      services: [Now()],
      admission: Admission(
        accounts: FixedAccounts([Account(id: AccountID("dev")!, concurrentCallsMax: concurrent)])),
      interceptors: interceptors, metrics: CallMetrics(), log: .silent,
      newID: { CallID(high: 1, low: 2) })
  }

  static func call(_ peer: PeerIdentity?, _ bytes: [UInt8] = [1]) -> IncomingCall {
    IncomingCall(
      method: RouterTests.run, message: Bytes(bytes), deadline: .never, peer: peer,
      channel: NoChannel())
  }

  @Test("an immediate method passes admission like any other, and leaves again")
  func admission() {
    let router = Self.router()
    #expect(router.methods.allSatisfy { $0.isImmediate })
    for _ in 0..<3 {
      guard case .success(let segments, _) = router.answer(Self.call(RouterTests.dev)) else {
        Issue.record("refused")
        return
      }
      #expect(Bytes(joining: segments).array == [1] + Array("dev".utf8))
    }
    #expect(router.answer(Self.call(RouterTests.dev, [])).code == .notFound)
    #expect(router.answer(Self.call(RouterTests.dev)).code == .ok)
    #expect(router.answer(Self.call(nil)).code == .unauthenticated)
    let full = Self.router(concurrent: 0)
    #expect(full.answer(Self.call(RouterTests.dev)).code == .resourceExhausted)
  }

  @Test("with interceptors every call has its task")
  func interceptors() async {
    let router = Self.router([Through()])
    #expect(!router.methods.contains { $0.isImmediate })
    let outcome = await router.dispatch(Self.call(RouterTests.dev))
    #expect(outcome.code == .ok)
  }
}
