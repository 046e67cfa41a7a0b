// Lanes know whose work they are given, and their bounds fit every machine.

import Inference
import Observability
import RPC
import Testing
import Vocabulary

@testable import ServerApp

struct OwnedServiceTests {
  private static let method = MethodName(service: "test.v1.Owned", method: "Whose")

  /// Answers with the account that its jobs would be submitted for, and refuses nothing but an empty request.
  private struct Whose: Service {
    let serviceName = OwnedServiceTests.method.service
    let methods = [
      ServiceMethod(OwnedServiceTests.method) { request, _ throws(ServiceError) in
        guard !request.isEmpty else { throw .missing }
        async let child = JobOwner.account
        let owner = await child
        return [Bytes(Array((owner?.name ?? "nobody").utf8))]
      }
    ]
  }

  private static func call(
    _ service: any Service, _ account: String, _ request: Bytes = Bytes([1])
  ) async throws(ServiceError) -> Bytes {
    let found = service.methods[0]
    let call = IncomingCall(
      method: found.name, message: request, deadline: .never, peer: nil, channel: NoChannel())
    let context = CallContext(
      call, id: CallID(high: 0, low: 1),
      account: Account(id: AccountID(account)!, concurrentCallsMax: 1), deadline: .never,
      processLog: .silent)
    return Bytes(joining: try await found.handle(request, context))
  }

  @Test(
    "a call's jobs are its account's, those of tasks that it waits for too; errors come through")
  func owner() async throws {
    #expect(try await Self.call(Whose(), "bank").array == Array("nobody".utf8))
    for account in ["bank", "shop"] {
      #expect(try await Self.call(OwnedService(Whose()), account).array == Array(account.utf8))
    }
    let error = await #expect(throws: ServiceError.self) {
      try await Self.call(OwnedService(Whose()), "bank", .empty)
    }
    #expect(error?.detail.symbol == .missingField)
    #expect(JobOwner.account == nil)
  }

  @Test("the defaults are within the bounds of the inference core, however many cores there are")
  func cores() throws {
    for cores in [1, 2, 4, 5, 32, 64, 65, 256] {
      let settings = ServerSettings(cores: cores)
      try settings.validate()
      let options = InferenceOptions(
        lanes: settings.lanes, queueDepthMax: settings.queueDepth,
        longQueueDepthMax: settings.clipQueueDepth)
      #expect(options.lanes == min(cores, 64) && options.longQueueDepthMax == 16 * options.lanes)
    }
  }
}

extension ServiceError {
  fileprivate static var missing: ServiceError {
    ServiceError(.invalidArgument, "Nothing.", ErrorDetail(.missingField))
  }
}
