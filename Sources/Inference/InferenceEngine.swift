// The inference core: models loaded, verified and warmed at start-up, and a fixed number of lanes
// to run them.

internal import CInference
internal import Glibc
package import Vocabulary

/// How large the engine is.
package struct InferenceOptions: Sendable {
  /// Threads that run models for each kind of jobs; one for each core is best, since a lane's models use one thread.
  package var lanes: Int
  /// Most short jobs that may wait.
  package var queueDepthMax: Int
  /// Most long jobs that may wait.
  package var longQueueDepthMax: Int
  /// Folder for compiled models, which makes the next start faster; nil keeps none.
  package var cacheFolder: String?

  /// - Precondition: `lanes` and both depths are within `InferenceLimits`.
  package init(
    lanes: Int = InferenceOptions.onlineCores,
    queueDepthMax: Int = InferenceLimits.queueDepthDefault,
    longQueueDepthMax: Int = InferenceLimits.longQueueDepthDefault, cacheFolder: String? = nil
  ) {
    precondition((1...InferenceLimits.lanesMax).contains(lanes), "lanes out of bounds")
    precondition((1...InferenceLimits.queueDepthMax).contains(queueDepthMax), "depth out of bounds")
    precondition(
      (1...InferenceLimits.queueDepthMax).contains(longQueueDepthMax), "depth out of bounds")
    self.lanes = lanes
    self.queueDepthMax = queueDepthMax
    self.longQueueDepthMax = longQueueDepthMax
    self.cacheFolder = cacheFolder
  }

  /// Processors this machine has now, at most `lanesMax`.
  package static var onlineCores: Int {
    min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), InferenceLimits.lanesMax)
  }
}

/// Runs jobs on lanes: threads of our own, each with its own request to every model of its kind of jobs.
///
/// One engine a process: its queue is the process-wide limiter of inference. Every picture is one
/// job, so two pictures of one call run side by side when two lanes are free. Clips and recordings have as many lanes of
/// their own, which go behind those of pictures: a picture never waits for a clip to end, and neither kind for want of a
/// lane that the other has. Made at start-up (it
/// blocks for about a second), used from any thread, ended by `shutdown`.
package final class InferenceEngine: Sendable {
  /// Models that are loaded, in manifest order.
  package let models: [ModelEntry]
  /// Threads that run models for each kind of jobs.
  package let lanes: Int
  private let metadata: [ModelRole: [String: String]]
  private let queue: JobQueue
  private let observer: any InferenceObserver

  /// Loads the runtime and every model of `manifest` that `uses` names, proves each file's digest,
  /// compiles it at every shape and runs it once on every lane. Throws, naming the file and `make
  /// setup`, if the runtime or a required model is missing or not what the manifest says; a missing
  /// optional model is left out.
  package init(
    manifest: ModelManifest, folder: ModelFolder, uses: [ModelUse],
    options: InferenceOptions = InferenceOptions(),
    observer: any InferenceObserver = SilentInferenceObserver()
  ) throws(InferenceStartupError) {
    let loaded = try LoadedModels(
      manifest: manifest, folder: folder, uses: uses, options: options)
    models = loaded.entries
    metadata = loaded.metadata
    lanes = options.lanes
    queue = JobQueue(
      lanes: options.lanes, depthMax: options.queueDepthMax,
      longDepthMax: options.longQueueDepthMax)
    self.observer = observer
    for kind in JobKind.allCases {
      for index in 0..<options.lanes {
        let lane = InferenceLane(
          index: index, kind: kind, sessions: try loaded.makeSessions(for: kind), queue: queue,
          observer: observer)
        switch kind {
        case .short: try Self.start("idv-lane-\(index)") { lane.serve() }
        case .long:
          try Self.start("idv-clips-\(index)", niceSteps: InferenceLimits.longNiceSteps) {
            lane.serve()
          }
        }
      }
    }
    try Self.start("idv-lane-clock") { [queue] in queue.keepTime() }
    idv_release_unused_memory()
  }

  deinit { queue.stop() }

  /// The loaded model of `role`, if there is one.
  package subscript(role: ModelRole) -> ModelEntry? { models.first { $0.role == role } }

  /// What the file of `role`'s model says under `key`, one of its use's `metadataKeys`; nil if the
  /// model is not installed.
  package func metadata(of role: ModelRole, _ key: String) -> String? { metadata[role]?[key] }

  /// How many jobs wait now.
  package var queueDepth: Int { queue.depth }

  /// Runs `work` on the next free lane and gives back what it returned or threw.
  ///
  /// Waiting spends `deadline`: when it passes, or the task is cancelled, before the job has
  /// started, the job is dropped and the caller resumed at once. A full queue refuses at once with
  /// a retry hint, and so does one in which the account that the task works for (`JobOwner`) has its share of places; the
  /// jobs of accounts that wait take turns. Work that has started ends at its next model run, which throws. `work` blocks its
  /// lane, so it does nothing but compute.
  package func run<T: Sendable, E: Error>(
    _ kind: JobKind = .short, before deadline: Deadline,
    _ work: @escaping @Sendable (InferenceLane) throws(E) -> T
  ) async throws(InferenceError) -> Result<T, E> {
    let ticket = JobTicket()
    let outcome: Result<Result<T, E>, InferenceError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.submit(
          Job(
            ticket: ticket, kind: kind, account: JobOwner.account, deadline: deadline,
            submitted: .now,
            run: { [observer] lane, waited in
              let (result, ran) = lane.lend(to: ticket, before: deadline) {
                Result { () throws(E) in try work(lane) }
              }
              observer.jobRan(waited: waited, ran: ran)
              continuation.resume(returning: .success(result))
            },
            refuse: { [observer] error in
              observer.jobRefused(error)
              continuation.resume(returning: .failure(error))
            }))
      }
    } onCancel: { [queue] in
      queue.cancel(ticket)
    }
    return try outcome.get()
  }

  /// Refuses what waits and what comes, and returns when running jobs have finished. May be called
  /// twice.
  package func shutdown() async {
    queue.stop()
    await queue.drain()
  }

  private static func start(
    _ name: String, niceSteps: Int = 0, _ body: @escaping () -> Void
  ) throws(InferenceStartupError) {
    guard startThread(name, niceSteps: niceSteps, body) else {
      throw InferenceStartupError("no thread for \(name): the limit of processes is reached")
    }
  }
}

/// Models compiled at every shape in use, from which lanes take their requests.
private struct LoadedModels {
  private struct Loaded {
    let use: ModelUse
    /// For each kind of jobs that uses it: lanes of one kind must not wait for the runtime's streams that another kind's
    /// hold, and there are no more streams than processors.
    let compiled: [JobKind: [CompiledModel]]
  }

  let entries: [ModelEntry]
  let metadata: [ModelRole: [String: String]]
  private let loaded: [Loaded]

  init(
    manifest: ModelManifest, folder: ModelFolder, uses: [ModelUse], options: InferenceOptions
  ) throws(InferenceStartupError) {
    var present: [(entry: ModelEntry, path: String, use: ModelUse)] = []
    for use in uses {
      guard let entry = manifest[use.role] else {
        throw InferenceStartupError("model manifest: no model of role \"\(use.role.rawValue)\"")
      }
      if let path = try folder.verified(entry) { present.append((entry, path, use)) }
    }
    entries = present.map(\.entry)
    var metadata: [ModelRole: [String: String]] = [:]
    for (entry, path, use) in present where !use.metadataKeys.isEmpty {
      metadata[entry.role] = try ModelMetadata.read(path, keys: use.metadataKeys)
    }
    self.metadata = metadata
    guard !present.isEmpty else {
      loaded = []
      return
    }
    let runtime = try OpenVINORuntime(
      library: folder.runtimeLibrary, cacheFolder: options.cacheFolder)
    var loaded: [Loaded] = []
    for (_, path, use) in present {
      var compiled: [JobKind: [CompiledModel]] = [:]
      for kind in JobKind.allCases where use.jobs.contains(kind) {
        for bounds in use.bounds {
          compiled[kind, default: []].append(
            try runtime.compile(
              path, bounds: bounds, precision: use.precision, lanes: options.lanes))
        }
      }
      loaded.append(Loaded(use: use, compiled: compiled))
    }
    self.loaded = loaded
  }

  /// One warmed request for each model and shape that jobs of `kind` use.
  func makeSessions(
    for kind: JobKind
  ) throws(InferenceStartupError) -> [ModelRole: [LaneSession]] {
    var sessions: [ModelRole: [LaneSession]] = [:]
    for model in loaded {
      for (form, compiled) in (model.compiled[kind] ?? []).enumerated() {
        let session = try LaneSession(compiled, use: model.use, form: form)
        try session.warm(role: model.use.role)
        sessions[model.use.role, default: []].append(session)
      }
    }
    return sessions
  }
}
