// Calls of all four kinds by way of a client.

package import RPC
internal import Synchronization
package import Vocabulary

/// Drives calls through a `Caller`: a client with one connection, or the in-process one.
package struct CallerDriver: CallDriver {
  /// A standard method that any server answers, with UNIMPLEMENTED if it does not have it: the answer
  /// shows that the connection works.
  private static let probe = MethodName(service: "grpc.health.v1.Health", method: "Check")

  private let caller: any Caller
  private let encoding: MessageEncoding
  private let end: @Sendable () async -> Void

  /// - Parameters:
  ///   - encoding: what messages are packed with, where the server takes it.
  ///   - end: closes `caller`.
  package init(
    _ caller: any Caller, encoding: MessageEncoding = .identity,
    end: @escaping @Sendable () async -> Void = {}
  ) {
    self.caller = caller
    self.encoding = encoding
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
    let options = CallOptions(
      deadline: call.deadline, metadata: call.metadata, encoding: encoding)
    return call.kind == .unary ? await answer(call, options) : await stream(call, options)
  }

  package func close() async { await end() }

  private func answer(_ call: LoadCall, _ options: CallOptions) async -> CallReport {
    var report = CallReport(.ok)
    report.messagesSent = 1
    report.bytesSent = call.messages.reduce(0) { $0 + $1.count }
    do throws(ServiceError) {
      let answer = try await caller.call(call.method, call.messages, options: options)
      report.messagesReceived = 1
      report.bytesReceived = answer.count
    } catch {
      report.end = EndStatus(error)
    }
    return report
  }

  private func stream(_ call: LoadCall, _ options: CallOptions) async -> CallReport {
    let report = Mutex(CallReport(.ok))
    @Sendable func count(_ message: Bytes) {
      report.withLock {
        $0.messagesSent += 1
        $0.bytesSent += message.count
      }
    }
    do throws(ServiceError) {
      let first = call.kind.clientStreams ? nil : call.messages
      let open = try await caller.open(call.method, kind: call.kind, first, options: options)
      first?.forEach(count)
      try await exchange(call, open, count) { message in
        report.withLock {
          $0.messagesReceived += 1
          $0.bytesReceived += message.count
        }
      }
    } catch {
      report.withLock { $0.end = EndStatus(error) }
    }
    return report.withLock { $0 }
  }

  /// Sends and reads at the same time, because a server may wait for its answers to be read before it
  /// takes more. Returns when the call has ended.
  private func exchange(
    _ call: LoadCall, _ open: any OpenCall, _ sent: @Sendable @escaping (Bytes) -> Void,
    _ received: @Sendable @escaping (Bytes) -> Void
  ) async throws(ServiceError) {
    let result = await withTaskCancellationHandler {
      await withTaskGroup(of: ServiceError?.self) { group -> Result<Void, ServiceError> in
        if call.kind.clientStreams { group.addTask { await send(call, open, sent) } }
        let result = await read(open, received)
        // The call is over: a sender that still waits for its next message has nothing to do.
        group.cancelAll()
        for await refusal in group {
          if let refusal { return .failure(refusal) }
        }
        return result
      }
    } onCancel: {
      open.cancel()
    }
    try result.get()
  }

  private func read(
    _ open: any OpenCall, _ received: (Bytes) -> Void
  ) async -> Result<Void, ServiceError> {
    do throws(ServiceError) {
      while let message = try await open.next() { received(message) }
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  /// Returns why a message was not taken, if that did not end the call; it is given up then.
  private func send(
    _ call: LoadCall, _ open: any OpenCall, _ sent: (Bytes) -> Void
  ) async -> ServiceError? {
    let start = ContinuousClock.now
    for (index, message) in call.messages.enumerated() {
      if call.messageInterval > .zero, index > 0 {
        try? await Task.sleep(until: start + call.messageInterval * index, clock: .continuous)
      }
      guard !Task.isCancelled else { return nil }
      do throws(ServiceError) {
        try await open.send([message])
      } catch {
        // Why a call ended is what reading finds.
        guard error.detail.symbol == .payloadTooLarge else { return nil }
        open.cancel()
        return error
      }
      sent(message)
    }
    open.closeSend()
    return nil
  }
}
