// Calls an idv server over TLS.

internal import NIOCore
internal import NIOPosix
package import RPC
package import TLS
package import Vocabulary
internal import Wire

/// A client of one server. Connects when the first call needs it, reconnects when the server goes
/// away, and spreads calls over a few connections. Safe from any thread; make one and share it.
///
/// `close` ends it in good order. A client that is dropped without it leaves its connections to the
/// server's idle timeout.
package final class Client: UnaryCaller {
  private let pool: LinkPool
  private let settings: ClientSettings

  /// - Parameters:
  ///   - settings: where to connect.
  ///   - tls: the client's certificate and whom it trusts. Its protocols must name the profile of
  ///     `settings`.
  package init(_ settings: ClientSettings, tls: TLSContext) {
    self.settings = settings
    pool = LinkPool(MultiThreadedEventLoopGroup.singleton.next(), settings, tls)
  }

  package func call(
    _ method: RPC.MethodName, _ request: [Bytes], options: CallOptions
  ) async throws(ServiceError) -> Bytes {
    let call = PendingCall(
      method: Wire.MethodName(service: method.service, method: method.method),
      message: OutgoingMessage(request),
      deadline: options.deadline ?? .after(settings.limits.deadlineDefault),
      metadata: options.metadata)
    let pool = pool
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        pool.loop.execute { if call.begin(continuation) { pool.submit(call) } }
      }
    } onCancel: {
      pool.loop.execute { pool.cancel(call) }
    }
    return try result.get()
  }

  /// Lets running calls finish, then closes all connections. Later calls fail.
  package func close() async {
    let pool = pool
    await withCheckedContinuation { continuation in
      pool.loop.execute { pool.close(continuation) }
    }
  }
}
