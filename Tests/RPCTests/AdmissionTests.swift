// Which bound a call has hit, its account's or the server's, and which keys an account is bound to.

import Observability
import Synchronization
import Testing
import Vocabulary

@testable import RPC

struct AdmissionTests {
  static func account(_ name: String, concurrent: Int = 4) -> Account {
    Account(id: AccountID(name)!, concurrentCallsMax: concurrent)
  }

  static func call(_ account: String) -> IncomingCall {
    IncomingCall(
      method: RouterTests.run, message: .empty, deadline: .never,
      peer: PeerIdentity(
        uris: ["idv:account:\(account)"], commonName: account, fingerprint: account),
      channel: NoChannel())
  }

  static func refusal(
    _ admission: Admission, _ account: String, isOpen: Bool = false
  ) -> ServiceError? {
    let call = call(account)
    do throws(ServiceError) {
      _ = try isOpen ? admission.admitOpen(call, at: .now) : admission.admit(call, at: .now)
      return nil
    } catch {
      return error
    }
  }

  @Test("a full server says that it is full, and not that the account has too many calls")
  func serverIsFull() {
    var limits = AdmissionLimits()
    limits.concurrentCallsMax = 2
    let first = Self.account("first", concurrent: 1)
    let admission = Admission(
      accounts: FixedAccounts([first, Self.account("second"), Self.account("third")]),
      limits: limits)
    #expect(Self.refusal(admission, "first") == nil)
    #expect(Self.refusal(admission, "second") == nil)
    let refused = Self.refusal(admission, "third")
    #expect(refused?.code == .resourceExhausted && refused?.detail.symbol == .overloaded)
    #expect(refused?.message.contains("server") == true && refused?.detail.retryable == true)
    #expect((refused?.detail.retryAfterMillis ?? 0) > 0)
    // Who has too many calls of its own is told that, on a full server too.
    #expect(Self.refusal(admission, "first")?.detail.symbol == .rateLimited)
    // Refused calls hold no places.
    admission.leave(first, isOpen: false)
    #expect(admission.callsInFlight == 1)
    #expect(Self.refusal(admission, "third") == nil)
    #expect(Self.refusal(admission, "first")?.detail.symbol == .overloaded)
  }

  @Test("open services have the same two bounds")
  func openServices() {
    var limits = AdmissionLimits()
    limits.openCallsPerCallerMax = 1
    limits.openCallsMax = 2
    let admission = Admission(accounts: FixedAccounts([]), limits: limits)
    #expect(Self.refusal(admission, "first", isOpen: true) == nil)
    #expect(Self.refusal(admission, "second", isOpen: true) == nil)
    #expect(Self.refusal(admission, "first", isOpen: true)?.detail.symbol == .rateLimited)
    #expect(Self.refusal(admission, "third", isOpen: true)?.detail.symbol == .overloaded)
  }

  @Test("who binds an account at the same time as another leaves it bound as its keys say")
  func boundFromTwoThreads() async {
    let account = Self.account("dev")
    let key = String(repeating: "a", count: 64)
    for _ in 0..<500 {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { for _ in 0..<20 { account.bind(to: [key]) } }
        group.addTask { for _ in 0..<20 { account.bind(to: []) } }
      }
      let hasKeys = account.keys.withLock { !$0.isEmpty }
      let isBound = account.isBound.load(ordering: .acquiring)
      #expect(isBound == hasKeys)
    }
  }
}
