// A lane: one thread's own requests to every model.

internal import Vocabulary

/// How the code above uses a model: which tensors, at which input shapes. Each shape is compiled
/// and warmed at start-up, so no request ever waits for a compilation.
package struct ModelUse: Sendable {
  /// One input shape and what comes out at it.
  package struct Variant: Sendable {
    /// Extent of the input, `[1, 3, height, width]`.
    package let shape: [Int]
    /// Elements of each output, in the order of `outputNames`.
    package let outputCounts: [Int]

    package init(shape: [Int], outputCounts: [Int]) {
      self.shape = shape
      self.outputCounts = outputCounts
    }
  }

  package let role: ModelRole
  package let inputName: String
  package let outputNames: [String]
  package let variants: [Variant]

  package init(role: ModelRole, inputName: String, outputNames: [String], variants: [Variant]) {
    precondition(variants.allSatisfy { $0.outputCounts.count == outputNames.count })
    self.role = role
    self.inputName = inputName
    self.outputNames = outputNames
    self.variants = variants
  }
}

/// What one thread needs to run models. The engine makes one for each of its threads and lends it
/// to one job at a time; it never leaves its thread.
package final class InferenceLane {
  /// Which lane this is, from 0.
  package let index: Int
  private let sessions: [ModelRole: [LaneSession]]
  private let observer: any InferenceObserver
  /// The job the lane is lent to.
  private var job: (ticket: JobTicket, deadline: Deadline)?

  init(index: Int, sessions: [ModelRole: [LaneSession]], observer: any InferenceObserver) {
    self.index = index
    self.sessions = sessions
    self.observer = observer
  }

  /// Lends the lane to a job while `work` runs.
  func lend<R>(to ticket: JobTicket, before deadline: Deadline, _ work: () -> R) -> R {
    job = (ticket, deadline)
    defer { job = nil }
    return work()
  }

  /// Whether `role`'s model is installed.
  package func has(_ role: ModelRole) -> Bool { sessions[role] != nil }

  /// Runs `role`'s model at its variant number `variant`: `fill` writes the input, `read` takes
  /// what it needs from the outputs (in the order of `ModelUse.outputNames`). Neither pointer may
  /// escape.
  /// - Throws: `cancelled` or `deadlineExceeded` when nobody waits for the job any more: what it would still compute
  ///   is not worth a lane.
  package func run<R>(
    _ role: ModelRole, variant: Int = 0, fill: (UnsafeMutableBufferPointer<Float>) -> Void,
    read: ([UnsafeBufferPointer<Float>]) -> R
  ) throws(InferenceError) -> R {
    if let job {
      if job.ticket.isCancelled { throw InferenceError.cancelled }
      if job.deadline.hasPassed() { throw InferenceError.deadlineExceeded }
    }
    guard let session = sessions[role]?[variant] else { throw InferenceError.unavailable(role) }
    do throws(InferenceError) {
      try session.request.withInput(fill)
      let start = ContinuousClock.now
      try session.request.infer()
      observer.modelRan(role, for: start.duration(to: .now))
      return read(try session.request.outputBuffers())
    } catch {
      if case .failed(let reason) = error { observer.modelFailed(role, reason: reason) }
      throw error
    }
  }
}

/// Keeps one request in a lane's table.
final class LaneSession {
  let request: InferRequest

  init(_ model: CompiledModel, use: ModelUse, variant: ModelUse.Variant)
    throws(InferenceStartupError)
  {
    request = try InferRequest(model, use: use, variant: variant)
  }

  /// Runs once on a grey input and refuses outputs that are not numbers.
  func warm(role: ModelRole) throws(InferenceStartupError) {
    do throws(InferenceError) {
      try request.withInput { $0.update(repeating: 127) }
      try request.infer()
      for output in try request.outputBuffers() where !output.allSatisfy(\.isFinite) {
        throw InferenceError.failed("the first run gave values that are not numbers")
      }
    } catch {
      throw InferenceStartupError("model \"\(role.rawValue)\" does not run: \(error)")
    }
  }
}
