// Lets the lanes know whose pictures and clips they are given.

internal import Inference
internal import RPC
internal import Vocabulary

/// A service whose calls submit jobs in their account's name (`JobOwner`). Safe from any thread.
struct OwnedService: Service {
  private let base: any Service

  init(_ base: any Service) { self.base = base }

  var serviceName: String { base.serviceName }

  var methods: [ServiceMethod] {
    base.methods.map { method in
      method.wrapped { handle in
        { (request, call) throws(ServiceError) in
          let outcome: Result<[Bytes], ServiceError> =
            await JobOwner.$account.withValue(call.account.id) {
              do throws(ServiceError) {
                return .success(try await handle(request, call))
              } catch { return .failure(error) }
            }
          return try outcome.get()
        }
      }
    }
  }
}
