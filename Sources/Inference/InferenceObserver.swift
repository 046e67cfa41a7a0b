// What the inference core tells about itself: latencies and refusals, for metrics.

/// Receives measurements of the engine. Called on lane threads and on callers' threads, often:
/// implementations are quick, never block and never call back into the engine.
package protocol InferenceObserver: Sendable {
  /// A model of `role` is about to run on `inputs`, which are lent for the call: in its form number `variant`, or at
  /// `shapes` if those are open. Does nothing unless implemented: for benchmarks.
  func modelStarts(
    _ role: ModelRole, variant: Int, shapes: [[Int]]?, inputs: [UnsafeMutableBufferPointer<Float>])
  /// A model of `role` ran once for `duration`.
  func modelRan(_ role: ModelRole, for duration: Duration)
  /// A model of `role` failed. `reason` is the runtime's own text, for the operator's log.
  func modelFailed(_ role: ModelRole, reason: String)
  /// A job ended after `waited` in the queue and `ran` on a lane.
  func jobRan(waited: Duration, ran: Duration)
  /// A job was refused before it started.
  func jobRefused(_ error: InferenceError)
}

extension InferenceObserver {
  package func modelStarts(
    _ role: ModelRole, variant: Int, shapes: [[Int]]?, inputs: [UnsafeMutableBufferPointer<Float>]
  ) {}
}

/// Ignores everything.
package struct SilentInferenceObserver: InferenceObserver {
  package init() {}
  package func modelRan(_ role: ModelRole, for duration: Duration) {}
  package func modelFailed(_ role: ModelRole, reason: String) {}
  package func jobRan(waited: Duration, ran: Duration) {}
  package func jobRefused(_ error: InferenceError) {}
}
