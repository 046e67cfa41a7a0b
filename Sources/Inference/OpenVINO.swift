// OpenVINO behind owners: the runtime, a compiled model, a request. Nothing outside this target
// sees them.

internal import CInference

/// The loaded runtime and its one core.
///
/// Owned by the engine and by everything made from it. Any thread may call it.
final class OpenVINORuntime: @unchecked Sendable {
  // Unchecked because of the core's pointer: OpenVINO documents its core as safe to use from
  // several threads; the table is not written after `init`.
  let table: idv_ov_table
  private let core: OpaquePointer

  /// Loads the library at `path`. `cacheFolder`, if given, keeps compiled models for a faster next
  /// start.
  init(library path: String, cacheFolder: String?) throws(InferenceStartupError) {
    var table = idv_ov_table()
    var reason = [CChar](repeating: 0, count: 512)
    guard idv_ov_load(path, &table, &reason, reason.count) == 0 else {
      let text = String(
        decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw InferenceStartupError(
        "inference runtime \(path) cannot be loaded (\(text)); run `make setup`")
    }
    var core: OpaquePointer?
    guard table.ov_core_create(&core) == 0, let core else {
      throw InferenceStartupError(
        "inference runtime \(path): no core: \(Self.lastMessage(table)); run `make setup`")
    }
    self.table = table
    self.core = core
    if let cacheFolder {
      let status = "CACHE_DIR".withCString { key in
        cacheFolder.withCString { value in
          table.ov_core_set_properties(
            core, nil, 1, [idv_ov_property(key: key, value: UnsafeRawPointer(value))])
        }
      }
      guard status == 0 else {
        throw InferenceStartupError(
          "inference runtime: cache folder \(cacheFolder): \(Self.lastMessage(table))")
      }
    }
  }

  deinit { table.ov_core_free(core) }

  /// What the runtime said last on this thread, for operators.
  var lastMessage: String { Self.lastMessage(table) }

  private static func lastMessage(_ table: idv_ov_table) -> String {
    guard let text = table.ov_get_last_err_msg() else { return "no reason given" }
    defer { table.ov_free(text) }
    return String(cString: text).split(separator: "\n").joined(separator: " ")
  }

  /// Compiles the model at `path` for inputs whose extents lie in `bounds`, to be run by up to
  /// `lanes` threads at a time. A model of several inputs is compiled at the extents that its file gives them.
  ///
  /// Each of `lanes` streams has one thread's worth of work: a request then runs on the thread that
  /// asks for it, without a lock shared with the others, and weights are kept once.
  func compile(
    _ path: String, bounds: [[ClosedRange<Int>]], precision: ModelUse.Precision, lanes: Int
  ) throws(InferenceStartupError) -> CompiledModel {
    func refusal(_ step: String) -> InferenceStartupError {
      InferenceStartupError("model file \(path): cannot \(step): \(lastMessage)")
    }
    var model: OpaquePointer?
    guard table.ov_core_read_model(core, path, nil, &model) == 0, let model else {
      throw refusal("read")
    }
    defer { table.ov_model_free(model) }
    if bounds.count == 1 {
      guard reshape(model, bounds[0]) else { throw refusal("reshape to \(bounds[0])") }
    }
    guard let compiled = compile(model, precision, lanes: lanes) else { throw refusal("compile") }
    return CompiledModel(runtime: self, taking: compiled)
  }

  private func reshape(_ model: OpaquePointer, _ bounds: [ClosedRange<Int>]) -> Bool {
    var extent = idv_ov_partial_shape()
    let dimensions = bounds.map {
      idv_ov_dimension(min: Int64($0.lowerBound), max: Int64($0.upperBound))
    }
    guard table.ov_partial_shape_create(Int64(bounds.count), dimensions, &extent) == 0 else {
      return false
    }
    defer { table.ov_partial_shape_free(&extent) }
    return table.ov_model_reshape_single_input(model, extent) == 0
  }

  private func compile(
    _ model: OpaquePointer, _ precision: ModelUse.Precision, lanes: Int
  ) -> OpaquePointer? {
    let isShort = precision == .native && idv_has_bfloat16() != 0
    let settings: [(String, String)] = [
      ("PERFORMANCE_HINT", "LATENCY"),
      ("INFERENCE_PRECISION_HINT", isShort ? "bf16" : "f32"),
      ("NUM_STREAMS", String(lanes)),
      ("INFERENCE_NUM_THREADS", String(lanes)),
      // Lanes are our threads: the runtime must not tie them to cores.
      ("ENABLE_CPU_PINNING", "NO"),
    ]
    var compiled: OpaquePointer?
    let status = Self.withProperties(settings[...]) { properties in
      table.ov_core_compile_model_props(
        core, model, "CPU", properties.count, properties, &compiled)
    }
    return status == 0 ? compiled : nil
  }

  /// Lends `settings` as C strings for the duration of `body`.
  private static func withProperties(
    _ settings: ArraySlice<(String, String)>, _ done: [idv_ov_property] = [],
    _ body: ([idv_ov_property]) -> Int32
  ) -> Int32 {
    guard let (key, value) = settings.first else { return body(done) }
    return key.withCString { key in
      value.withCString { value in
        withProperties(
          settings.dropFirst(),
          done + [idv_ov_property(key: key, value: UnsafeRawPointer(value))], body)
      }
    }
  }
}

/// A model ready to run at one input shape. Shared by the lanes; any thread may make requests from
/// it.
final class CompiledModel: @unchecked Sendable {
  // Unchecked because of the pointer: OpenVINO documents compiled models as safe to share.
  let runtime: OpenVINORuntime
  private let handle: OpaquePointer

  init(runtime: OpenVINORuntime, taking handle: OpaquePointer) {
    self.runtime = runtime
    self.handle = handle
  }

  deinit { runtime.table.ov_compiled_model_free(handle) }

  /// A new request; nil if the runtime has no memory for it.
  func makeRequest() -> OpaquePointer? {
    var request: OpaquePointer?
    return runtime.table.ov_compiled_model_create_infer_request(handle, &request) == 0
      ? request : nil
  }
}

/// One run at a time of a compiled model, with its own input and output memory.
///
/// Owned by one lane and used on that lane's thread only.
struct InferRequest: ~Copyable {
  private let model: CompiledModel
  private let handle: OpaquePointer
  private let use: ModelUse
  private let inputs: [OpaquePointer]

  /// Makes a request and checks that it has inputs with the names that `use` promises.
  init(_ model: CompiledModel, use: ModelUse) throws(InferenceStartupError) {
    let table = model.runtime.table
    guard let handle = model.makeRequest() else {
      throw InferenceStartupError("model \"\(use.role.rawValue)\": \(model.runtime.lastMessage)")
    }
    var inputs: [OpaquePointer] = []
    for name in use.inputNames {
      var input: OpaquePointer?
      guard table.ov_infer_request_get_tensor(handle, name, &input) == 0, let input else {
        for input in inputs { table.ov_tensor_free(input) }
        table.ov_infer_request_free(handle)
        throw InferenceStartupError(
          "model \"\(use.role.rawValue)\" has no input \"\(name)\": it is not the model this "
            + "server was written for")
      }
      inputs.append(input)
    }
    self.model = model
    self.handle = handle
    self.use = use
    self.inputs = inputs
  }

  deinit {
    let table = model.runtime.table
    for input in inputs { table.ov_tensor_free(input) }
    table.ov_infer_request_free(handle)
  }

  /// Gives each input its extent of `shapes` and lends their memory.
  func withInputs(
    shapes: [[Int]], _ body: ([UnsafeMutableBufferPointer<Float>]) -> Void
  ) throws(InferenceError) {
    var buffers: [UnsafeMutableBufferPointer<Float>] = []
    buffers.reserveCapacity(inputs.count)
    for (index, shape) in shapes.enumerated() {
      buffers.append(try buffer(index, shape: shape))
    }
    body(buffers)
  }

  /// The memory of input number `index` at the extent `shape`.
  private func buffer(
    _ index: Int, shape: [Int]
  ) throws(InferenceError) -> UnsafeMutableBufferPointer<Float> {
    let input = inputs[index]
    if use.isOpen {
      var dims = shape.map(Int64.init)
      let status = dims.withUnsafeMutableBufferPointer {
        model.runtime.table.ov_tensor_set_shape(
          input, idv_ov_shape(rank: Int64($0.count), dims: $0.baseAddress))
      }
      guard status == 0 else { throw InferenceError.failed(model.runtime.lastMessage) }
    }
    let count = shape.reduce(1, *)
    return UnsafeMutableBufferPointer(
      start: try data(input, count: count, name: use.inputNames[index]), count: count)
  }

  /// Runs the model on the calling thread.
  func infer() throws(InferenceError) {
    guard model.runtime.table.ov_infer_request_infer(handle) == 0 else {
      throw InferenceError.failed(model.runtime.lastMessage)
    }
  }

  /// The outputs' memory after a run at `shapes`, in the order of `ModelUse.outputNames`; valid until
  /// the next run. Each is checked to have the count of floats that `ModelUse` promises.
  func outputBuffers(shapes: [[Int]]) throws(InferenceError) -> [UnsafeBufferPointer<Float>] {
    let table = model.runtime.table
    var buffers: [UnsafeBufferPointer<Float>] = []
    buffers.reserveCapacity(use.outputNames.count)
    for (name, count) in zip(use.outputNames, use.outputCounts(shapes)) {
      var tensor: OpaquePointer?
      guard table.ov_infer_request_get_tensor(handle, name, &tensor) == 0, let tensor else {
        throw InferenceError.failed("it has no output \"\(name)\"")
      }
      // The request keeps the memory; this is only a handle of it.
      defer { table.ov_tensor_free(tensor) }
      buffers.append(
        UnsafeBufferPointer(start: try data(tensor, count: count, name: name), count: count))
    }
    return buffers
  }

  /// Where the floats of `tensor` are, after its type and their count have been checked.
  private func data(
    _ tensor: OpaquePointer, count: Int, name: String
  ) throws(InferenceError) -> UnsafeMutablePointer<Float> {
    let table = model.runtime.table
    var type: Int32 = -1
    var shape = idv_ov_shape()
    var pointer: UnsafeMutableRawPointer?
    guard table.ov_tensor_get_element_type(tensor, &type) == 0,
      table.ov_tensor_get_shape(tensor, &shape) == 0
    else { throw InferenceError.failed(model.runtime.lastMessage) }
    defer { _ = table.ov_shape_free(&shape) }
    let extent = UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank))
    guard type == Int32(idv_ov_f32), extent.reduce(1, { $0 * Int($1) }) == count else {
      throw InferenceError.failed("\"\(name)\" is not a tensor of \(count) 32-bit floats")
    }
    guard table.ov_tensor_data(tensor, &pointer) == 0, let pointer else {
      throw InferenceError.failed(model.runtime.lastMessage)
    }
    return pointer.assumingMemoryBound(to: Float.self)
  }
}
