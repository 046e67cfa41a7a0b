// A lane: one thread's own requests to every model.

internal import Vocabulary

/// How the code above uses a model: which tensors, at which input shapes.
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

  /// How exactly a model computes.
  package enum Precision: Sendable {
    /// With 32-bit floats: the same numbers, but for rounding, on every processor.
    case exact
    /// With 16-bit floats (bfloat16) where the processor has them, which nearly halves time and
    /// memory; else as `exact`. For models whose answers are choices and not measures.
    case native
  }

  /// An input whose extents may differ from run to run.
  package struct OpenInput: Sendable {
    package let name: String
    package let bounds: [ClosedRange<Int>]

    package init(_ name: String, bounds: [ClosedRange<Int>]) {
      self.name = name
      self.bounds = bounds
    }
  }

  package let role: ModelRole
  /// Which jobs use it: lanes of other kinds are spared its memory, and have not got the model.
  package let jobs: Set<JobKind>
  package let precision: Precision
  package let inputNames: [String]
  package let outputNames: [String]
  /// Keys of the metadata in the model's file that the code above needs (see
  /// `InferenceEngine.metadata`).
  package let metadataKeys: [String]
  /// Bounds of each extent of each input, for every compiled form of the model: one form for each variant, or one
  /// open form.
  let bounds: [[[ClosedRange<Int>]]]
  /// Shapes of the inputs that are run once at start-up, for each compiled form.
  let warmShapes: [[[[Int]]]]
  /// What inputs are filled with in those runs.
  let warmValue: Float
  /// Elements of each output at the inputs' shapes.
  let outputCounts: @Sendable ([[Int]]) -> [Int]

  /// A model used at a few shapes known beforehand. Each shape is compiled and run once at start-up,
  /// so no request waits for a compilation.
  package init(
    role: ModelRole, jobs: Set<JobKind> = [.short, .long], inputName: String,
    outputNames: [String], variants: [Variant]
  ) {
    precondition(variants.allSatisfy { $0.outputCounts.count == outputNames.count })
    self.role = role
    self.jobs = jobs
    precision = .exact
    inputNames = [inputName]
    self.outputNames = outputNames
    metadataKeys = []
    bounds = variants.map { [$0.shape.map { $0...$0 }] }
    warmShapes = variants.map { [[$0.shape]] }
    warmValue = Self.grey
    let counts = Dictionary(
      variants.map { ($0.shape, $0.outputCounts) }, uniquingKeysWith: { first, _ in first })
    outputCounts = { counts[$0[0]] ?? [] }
  }

  /// A model whose input takes another shape with each run, within `bounds`. It is compiled once,
  /// which keeps one copy of its weights and working memory instead of one for each shape; the first
  /// run at a new shape takes some milliseconds more, so callers round their shapes.
  /// - Parameters:
  ///   - warmShapes: run once at start-up.
  ///   - outputCounts: elements of each output, in the order of `outputNames`, at an input shape.
  package init(
    role: ModelRole, jobs: Set<JobKind> = [.short, .long], precision: Precision,
    inputName: String, outputNames: [String], bounds: [ClosedRange<Int>],
    warmShapes: [[Int]], metadataKeys: [String] = [],
    outputCounts: @escaping @Sendable (_ shape: [Int]) -> [Int]
  ) {
    self.role = role
    self.jobs = jobs
    self.precision = precision
    inputNames = [inputName]
    self.outputNames = outputNames
    self.metadataKeys = metadataKeys
    self.bounds = [[bounds]]
    self.warmShapes = [warmShapes.map { [$0] }]
    warmValue = Self.grey
    self.outputCounts = { outputCounts($0[0]) }
  }

  /// A model of several inputs whose file leaves their shapes open. It is compiled once, as it is; `bounds` are what this
  /// code promises to stay within.
  /// - Parameters:
  ///   - warmShapes: a shape for each input; run once at start-up with every input full of `warmValue`.
  ///   - outputCounts: elements of each output, in the order of `outputNames`, at the inputs' shapes.
  package init(
    role: ModelRole, jobs: Set<JobKind> = [.short, .long], precision: Precision,
    inputs: [OpenInput], outputNames: [String],
    warmShapes: [[Int]], warmValue: Float, metadataKeys: [String] = [],
    outputCounts: @escaping @Sendable (_ shapes: [[Int]]) -> [Int]
  ) {
    precondition(inputs.count == warmShapes.count)
    self.role = role
    self.jobs = jobs
    self.precision = precision
    inputNames = inputs.map(\.name)
    self.outputNames = outputNames
    self.metadataKeys = metadataKeys
    bounds = [inputs.map(\.bounds)]
    self.warmShapes = [[warmShapes]]
    self.warmValue = warmValue
    self.outputCounts = outputCounts
  }

  /// A grey pixel.
  private static let grey: Float = 127

  /// Whether the inputs' shapes are chosen with each run.
  var isOpen: Bool { bounds.contains { $0.contains { $0.contains { $0.count > 1 } } } }
}

/// What one thread needs to run models. The engine makes one for each of its threads and lends it
/// to one job at a time; it never leaves its thread.
package final class InferenceLane {
  /// Which lane of its kind this is, from 0.
  package let index: Int
  /// Which jobs it runs.
  package let kind: JobKind
  private let sessions: [ModelRole: [LaneSession]]
  private let queue: JobQueue
  private let observer: any InferenceObserver
  /// The job the lane is lent to.
  private var loan: Loan?

  private struct Loan {
    let ticket: JobTicket
    let deadline: Deadline
  }

  init(
    index: Int, kind: JobKind, sessions: [ModelRole: [LaneSession]], queue: JobQueue,
    observer: any InferenceObserver
  ) {
    self.index = index
    self.kind = kind
    self.sessions = sessions
    self.queue = queue
    self.observer = observer
  }

  /// The lane's loop: runs jobs until the queue is stopped.
  func serve() {
    while let job = queue.take(kind) { job.run(self, job.submitted.duration(to: .now)) }
    queue.laneEnded()
  }

  /// Lends the lane to a job while `work` runs. Gives back how long the job had it, too.
  func lend<R>(
    to ticket: JobTicket, before deadline: Deadline, _ work: () -> R
  ) -> (R, Duration) {
    loan = Loan(ticket: ticket, deadline: deadline)
    let start = ContinuousClock.now
    let result = work()
    let ran = start.duration(to: .now)
    queue.finished(kind, after: ran)
    loan = nil
    return (result, ran)
  }

  /// Whether `role`'s model is installed, and is one of this kind of jobs'.
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
    try run(role, sessions[role]?[variant], variant, shapes: nil, { fill($0[0]) }, read)
  }

  /// Runs `role`'s model, whose input is open, at `shape`; else as the other `run`.
  package func run<R>(
    _ role: ModelRole, shape: [Int], fill: (UnsafeMutableBufferPointer<Float>) -> Void,
    read: ([UnsafeBufferPointer<Float>]) -> R
  ) throws(InferenceError) -> R {
    try run(role, sessions[role]?.first, 0, shapes: [shape], { fill($0[0]) }, read)
  }

  /// Runs `role`'s model, which has several open inputs, at `shapes`, one for each in the order of
  /// `ModelUse.inputNames`; `fill` gets them in that order. Else as the first `run`.
  package func run<R>(
    _ role: ModelRole, shapes: [[Int]], fill: ([UnsafeMutableBufferPointer<Float>]) -> Void,
    read: ([UnsafeBufferPointer<Float>]) -> R
  ) throws(InferenceError) -> R {
    try run(role, sessions[role]?.first, 0, shapes: shapes, fill, read)
  }

  private func run<R>(
    _ role: ModelRole, _ session: LaneSession?, _ variant: Int, shapes: [[Int]]?,
    _ fill: ([UnsafeMutableBufferPointer<Float>]) -> Void,
    _ read: ([UnsafeBufferPointer<Float>]) -> R
  ) throws(InferenceError) -> R {
    if let loan {
      if loan.ticket.isCancelled { throw InferenceError.cancelled }
      if loan.deadline.hasPassed() { throw InferenceError.deadlineExceeded }
    }
    guard let session else { throw InferenceError.unavailable(role) }
    let open = shapes
    let shapes = shapes ?? session.warmShapes[0]
    precondition(session.admits(shapes), "shape out of the model's bounds")
    do throws(InferenceError) {
      try session.request.withInputs(shapes: shapes) { inputs in
        fill(inputs)
        observer.modelStarts(role, variant: variant, shapes: open, inputs: inputs)
      }
      let start = ContinuousClock.now
      try session.request.infer()
      observer.modelRan(role, for: start.duration(to: .now))
      return read(try session.request.outputBuffers(shapes: shapes))
    } catch {
      if case .failed(let reason) = error { observer.modelFailed(role, reason: reason) }
      throw error
    }
  }
}

/// Keeps one request in a lane's table.
final class LaneSession {
  let request: InferRequest
  let warmShapes: [[[Int]]]
  private let warmValue: Float
  private let bounds: [[ClosedRange<Int>]]

  /// - Parameter form: which of the model's compiled forms it is.
  init(_ model: CompiledModel, use: ModelUse, form: Int) throws(InferenceStartupError) {
    request = try InferRequest(model, use: use)
    bounds = use.bounds[form]
    warmShapes = use.warmShapes[form]
    warmValue = use.warmValue
  }

  func admits(_ shapes: [[Int]]) -> Bool {
    shapes.count == bounds.count
      && zip(bounds, shapes).allSatisfy { bounds, shape in
        shape.count == bounds.count && zip(bounds, shape).allSatisfy { $0.contains($1) }
      }
  }

  /// Runs once on an even input of each warm shape and refuses outputs that are not numbers or not
  /// as many as `ModelUse` promises.
  func warm(role: ModelRole) throws(InferenceStartupError) {
    for shape in warmShapes {
      do throws(InferenceError) {
        try request.withInputs(shapes: shape) { inputs in
          for input in inputs { input.update(repeating: warmValue) }
        }
        try request.infer()
        for output in try request.outputBuffers(shapes: shape)
        where !output.allSatisfy(\.isFinite) {
          throw InferenceError.failed("the first run gave values that are not numbers")
        }
      } catch {
        throw InferenceStartupError(
          "model \"\(role.rawValue)\" does not run at input shape "
            + shape.map { "\($0)" }.joined(separator: ", ") + ": \(error)")
      }
    }
  }
}
