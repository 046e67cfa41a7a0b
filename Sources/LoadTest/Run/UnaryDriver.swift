// Unary calls by way of any caller.

package import RPC
package import Vocabulary

/// Drives unary calls through a `UnaryCaller`: a client with one connection, or the in-process one.
package struct UnaryDriver: CallDriver {
  /// A standard method that any server answers, with UNIMPLEMENTED if it does not have it: the answer
  /// shows that the connection works.
  private static let probe = MethodName(service: "grpc.health.v1.Health", method: "Check")

  private let caller: any UnaryCaller
  private let end: @Sendable () async -> Void

  package let kinds: Set<CallKind> = [.unary]

  /// - Parameter end: closes `caller`.
  package init(_ caller: any UnaryCaller, end: @escaping @Sendable () async -> Void = {}) {
    self.caller = caller
    self.end = end
  }

  package func connect(before deadline: Deadline) async throws(ServiceError) {
    do throws(ServiceError) {
      _ = try await caller.call(Self.probe, [], options: CallOptions(deadline: deadline))
    } catch {
      guard error.code == .unavailable || error.code == .deadlineExceeded else { return }
      throw error
    }
  }

  package func run(_ call: LoadCall) async -> CallReport {
    do throws(ServiceError) {
      let answer = try await caller.call(
        call.method, call.messages,
        options: CallOptions(deadline: call.deadline, metadata: call.metadata))
      var report = sent(call, .ok)
      report.messagesReceived = 1
      report.bytesReceived = answer.count
      return report
    } catch {
      return sent(call, CallEnd(error))
    }
  }

  private func sent(_ call: LoadCall, _ end: CallEnd) -> CallReport {
    var report = CallReport(end)
    report.messagesSent = 1
    report.bytesSent = call.messages.reduce(0) { $0 + $1.count }
    return report
  }

  package func close() async { await end() }
}
