// Messages between two tasks, or between an event loop and a task.

internal import Synchronization
package import Vocabulary

/// A message as it came over a wire.
package struct ReceivedMessage: Sendable {
  package let bytes: Bytes
  /// What it is packed with still.
  package let encoding: MessageEncoding

  package init(_ bytes: Bytes, packed encoding: MessageEncoding = .identity) {
    self.bytes = bytes
    self.encoding = encoding
  }
}

/// A queue of messages with an end. Whoever puts never waits; one task at a time takes, and one at a time may wait for
/// room. Safe from any thread.
package final class Mailbox: Sendable {
  private typealias Reader = CheckedContinuation<Result<ReceivedMessage?, ServiceError>, Never>
  private typealias Waiter = CheckedContinuation<ServiceError?, Never>

  private struct State {
    var messages: [ReceivedMessage] = []
    var head = 0
    /// Nil while more may come; then how it ended.
    var end: Result<ReceivedMessage?, ServiceError>?
    var reader: Reader?
    var waiter: Waiter?

    var count: Int { messages.count - head }

    mutating func pop() -> ReceivedMessage {
      defer {
        messages[head] = ReceivedMessage(.empty)
        head += 1
        if head == messages.count || head == 64 {
          messages.removeFirst(head)
          head = 0
        }
      }
      return messages[head]
    }
  }

  private let state = Mutex(State())
  private let countMax: Int

  /// - Parameter countMax: messages above which `waitForRoom` waits.
  package init(countMax: Int = 16) { self.countMax = countMax }

  /// Adds a message; ignored after the end.
  package func put(_ message: Bytes) { put(ReceivedMessage(message)) }

  /// The same for one that may be packed.
  package func put(_ message: ReceivedMessage) {
    let reader = state.withLock { state -> Reader? in
      guard state.end == nil else { return nil }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      state.messages.append(message)
      return nil
    }
    reader?.resume(returning: .success(message))
  }

  /// No more messages come: those that wait may still be taken.
  package func finish() { end(.success(nil), dropping: false) }

  /// The call is over: what waits is dropped, and whoever reads learns why.
  package func fail(_ error: ServiceError) { end(.failure(error), dropping: true) }

  /// The call has failed after all that came before: what waits may still be taken.
  package func finish(failing error: ServiceError) { end(.failure(error), dropping: false) }

  private func end(_ end: Result<ReceivedMessage?, ServiceError>, dropping: Bool) {
    let (reader, waiter) = state.withLock { state -> (Reader?, Waiter?) in
      // A call that ended well may still be abandoned before its messages are taken.
      guard state.end == nil || dropping else { return (nil, nil) }
      if state.end == nil { state.end = end }
      if dropping {
        state.messages = []
        state.head = 0
        state.end = end
      }
      defer {
        state.reader = nil
        state.waiter = nil
      }
      return (state.reader, state.waiter)
    }
    reader?.resume(returning: end)
    waiter?.resume(returning: CallEnd.over(end))
  }

  /// The next message of a queue into which nothing packed is put.
  package func next() async throws(ServiceError) -> Bytes? { try await nextReceived()?.bytes }

  /// The next message, waiting for it if need be; nil after the last one. Cancelling the task ends the wait.
  package func nextReceived() async throws(ServiceError) -> ReceivedMessage? {
    if let ready = takeNow() { return try ready.get() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (reader: Reader) in
        if let ready = register(reader) { reader.resume(returning: ready) }
      }
    } onCancel: {
      let reader = state.withLock { state -> Reader? in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume(returning: .failure(CallEnd.cancelled))
    }
    return try result.get()
  }

  /// What can be had without waiting; nil if nothing can.
  private func takeNow() -> Result<ReceivedMessage?, ServiceError>? {
    let (taken, waiter) = state.withLock { take(from: &$0) }
    waiter?.resume(returning: nil)
    return taken
  }

  /// What `reader` need not wait for: a message may have come, and a sender begun to wait, since there was none.
  private func register(_ reader: Reader) -> Result<ReceivedMessage?, ServiceError>? {
    let (taken, waiter) = state.withLock {
      state -> (Result<ReceivedMessage?, ServiceError>?, Waiter?) in
      let (taken, waiter) = take(from: &state)
      if taken != nil { return (taken, waiter) }
      // Asked under the lock: a cancellation that comes after this finds the reader.
      if Task.isCancelled { return (.failure(CallEnd.cancelled), nil) }
      precondition(state.reader == nil, "one task at a time reads")
      state.reader = reader
      return (nil, nil)
    }
    waiter?.resume(returning: nil)
    return taken
  }

  /// The first message or else the end, and who is to be told that there is room now.
  private func take(
    from state: inout State
  ) -> (Result<ReceivedMessage?, ServiceError>?, Waiter?) {
    guard state.count > 0 else { return (state.end, nil) }
    let message = state.pop()
    guard state.count < countMax else { return (.success(message), nil) }
    defer { state.waiter = nil }
    return (.success(message), state.waiter)
  }

  /// Returns when fewer than the bound wait.
  /// - Throws: why the call ended, if it has.
  package func waitForRoom() async throws(ServiceError) {
    let error = await withTaskCancellationHandler {
      await withCheckedContinuation { (waiter: Waiter) in
        let answer = state.withLock { state -> ServiceError?? in
          if let end = state.end { return .some(CallEnd.over(end)) }
          if state.count < countMax { return .some(nil) }
          // As in `register`.
          if Task.isCancelled { return .some(CallEnd.cancelled) }
          precondition(state.waiter == nil, "one task at a time sends")
          state.waiter = waiter
          return nil
        }
        if let answer { waiter.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: CallEnd.cancelled)
    }
    if let error { throw error }
  }
}

/// A value that comes once and that any number of tasks wait for. Safe from any thread.
package final class Latch<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiters: [CheckedContinuation<Value, Never>] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Sets the value; later ones are ignored.
  package func set(_ value: Value) {
    let waiters = state.withLock { state in
      guard state.value == nil else { return [CheckedContinuation<Value, Never>]() }
      state.value = value
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(returning: value) }
  }

  /// The value, if it has come.
  package var current: Value? { state.withLock { $0.value } }

  /// Waits for the value. It comes at the latest with the end of its call, so this does not heed cancellation.
  package var value: Value {
    get async {
      await withCheckedContinuation { waiter in
        let ready = state.withLock { state -> Value? in
          if state.value == nil { state.waiters.append(waiter) }
          return state.value
        }
        if let ready { waiter.resume(returning: ready) }
      }
    }
  }
}

/// The errors of a call that is over, as its two ends see them.
package enum CallEnd {
  /// Nobody waits for the answer.
  package static let cancelled = ServiceError(
    .cancelled, "The call was cancelled.", ErrorDetail(.cancelled))

  /// The call has ended; nothing more can be sent on it.
  package static let ended = ServiceError(
    .failedPrecondition, "The call has ended; nothing more can be sent on it.",
    ErrorDetail(.cancelled))

  /// Why nothing can be sent on a call that ended so.
  static func over(_ end: Result<ReceivedMessage?, ServiceError>) -> ServiceError {
    if case .failure(let error) = end { error } else { ended }
  }
}
