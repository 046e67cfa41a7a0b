// The service idv.v1.Uploads: a file is announced, comes in pieces, and is whole.

package import Messages
package import RPC
package import Stubs
package import Vocabulary

/// Handles `idv.v1.Uploads`. Safe from any thread.
package struct UploadsHandlers: UploadsService {
  private let store: UploadStore
  private let scenes: Scenes
  private let clock: ServiceClock

  package init(store: UploadStore, scenes: Scenes, clock: ServiceClock) {
    self.store = store
    self.scenes = scenes
    self.clock = clock
  }

  /// Reserves room for a file.
  package func createUpload(
    _ request: CreateUploadRequest, in call: CallContext
  ) async throws(ServiceError) -> UploadState {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let bytesMax = store.limits.fileBytesMax
    guard (1...UInt64(bytesMax)).contains(request.totalBytes) else {
      throw ServiceError(
        .resourceExhausted, "total_bytes must be from 1 to \(bytesMax).",
        ErrorDetail(
          .videoBytesExceeded, field: "total_bytes", limit: "\(bytesMax) bytes",
          advice: .correctInput))
    }
    try checkDigest(request.sha256, "sha256")
    let progress = try attempt { () throws(UploadError) in
      try store.create(
        total: Int(request.totalBytes), sha256: request.sha256.array, account: call.account.id,
        now: clock.moment())
    }
    return state(progress, header, call)
  }

  /// Takes pieces of it.
  package func upload(
    _ requests: RequestStream<UploadPart>, in call: CallContext
  ) async throws(ServiceError) -> UploadState {
    var id = ""
    var progress: UploadProgress?
    while let part = try await requests.next() {
      if id.isEmpty { id = part.uploadId }
      guard !id.isEmpty else { throw .missing("upload_id") }
      guard part.uploadId.isEmpty || part.uploadId == id else {
        throw .outOfRange("upload_id", "the same in all parts of a stream")
      }
      try check(part)
      progress = try attempt { () throws(UploadError) in
        try store.append(
          part.data, at: Int(part.offset), sha256: part.sha256.array, to: id,
          account: call.account.id, now: clock.moment())
      }
    }
    guard let progress else { throw .missing("upload_id") }
    return state(progress, try CheckedHeader(nil, scenes: scenes), call)
  }

  /// How much of it is here.
  package func getUpload(
    _ request: GetUploadRequest, in call: CallContext
  ) async throws(ServiceError) -> UploadState {
    let header = try CheckedHeader(request.header, scenes: scenes)
    let progress = try attempt { () throws(UploadError) in
      try store.progress(of: request.uploadId, account: call.account.id, now: clock.moment())
    }
    return state(progress, header, call)
  }

  /// Deletes it at once.
  package func deleteUpload(
    _ request: DeleteUploadRequest, in call: CallContext
  ) async throws(ServiceError) -> DeleteUploadResponse {
    let header = try CheckedHeader(request.header, scenes: scenes)
    store.delete(request.uploadId, account: call.account.id)
    var response = DeleteUploadResponse()
    response.header = answerHeader(header, call)
    return response
  }

  private func check(_ part: UploadPart) throws(ServiceError) {
    let (bytesMax, fileMax) = (store.limits.partBytesMax, store.limits.fileBytesMax)
    guard (1...bytesMax).contains(part.data.count) else {
      throw .outOfRange("data", "from 1 to \(bytesMax) bytes")
    }
    guard part.offset <= UInt64(fileMax) else {
      throw .outOfRange("offset", "at most \(fileMax)")
    }
    try checkDigest(part.sha256, "sha256")
  }

  private func checkDigest(_ digest: Bytes, _ field: String) throws(ServiceError) {
    guard digest.count == RequestLimits.digestBytes else {
      throw .outOfRange(field, "\(RequestLimits.digestBytes) bytes")
    }
  }

  private func attempt<Value>(
    _ body: () throws(UploadError) -> Value
  ) throws(ServiceError) -> Value {
    do throws(UploadError) { return try body() } catch { throw ServiceError(error) }
  }

  private func state(
    _ progress: UploadProgress, _ header: CheckedHeader, _ call: CallContext
  ) -> UploadState {
    var state = UploadState()
    state.header = answerHeader(header, call)
    state.uploadId = progress.id
    state.bytesHeld = UInt64(progress.held)
    state.totalBytes = UInt64(progress.total)
    state.complete = progress.isComplete
    state.expiresAtMs = clock.unixMilliseconds(at: progress.expires)
    return state
  }

  private func answerHeader(_ header: CheckedHeader, _ call: CallContext) -> ResponseHeader {
    ResponseHeader(call, header, .information, advice: .none, policy: "", models: [])
  }
}

extension ServiceError {
  /// What a caller is told about an upload.
  init(_ error: UploadError, field: String = "upload_id") {
    switch error {
    case .unknown:
      self.init(
        .notFound, "There is no such upload: it expired, was deleted, or is not this account's.",
        ErrorDetail(.uploadUnknown, field: field, advice: .correctInput))
    case .offset(let held):
      self.init(
        .outOfRange, "This part does not follow what is held; go on at byte \(held).",
        ErrorDetail(
          .uploadOffsetWrong, field: "offset", limit: "\(held) bytes", advice: .correctInput))
    case .tooLong(let total):
      self.init(
        .invalidArgument, "The part reaches past the \(total) bytes that were announced.",
        ErrorDetail(
          .outOfRange, field: "data", limit: "\(total) bytes", advice: .correctInput))
    case .digest(let whole):
      self.init(
        .invalidArgument,
        whole
          ? "The file does not have the announced SHA-256 and is deleted; upload it again."
          : "The part does not have the given SHA-256; send it again.",
        ErrorDetail(
          .digestMismatch, field: "sha256", advice: whole ? .correctInput : .waitAndRetry,
          retryable: !whole))
    case .incomplete(let held):
      self.init(
        .failedPrecondition, "The upload is not complete; go on at byte \(held).",
        ErrorDetail(
          .uploadIncomplete, field: field, limit: "\(held) bytes", advice: .correctInput))
    case .tooMany(let files):
      self.init(
        .resourceExhausted,
        "The account holds \(files) uploads; delete what is no longer needed, or wait.",
        ErrorDetail(
          .uploadQuotaExceeded, limit: "\(files) files", advice: .waitAndRetry, retryable: true,
          retryAfterMillis: 5000))
    case .noRoom(let shortage):
      self.init(shortage, .uploadQuotaExceeded, field: "total_bytes")
    }
  }

  /// What a caller is told for whose media there is no room.
  init(
    _ shortage: MediaShortage, _ symbol: ErrorSymbol = .mediaQuotaExceeded, field: String
  ) {
    self.init(
      .resourceExhausted,
      "The account's uploads and streamed captures may hold no more memory than they leave of "
        + "\(shortage.bytesMax) bytes; delete uploads, or wait until calls in progress have ended.",
      ErrorDetail(
        symbol, field: field, limit: "\(shortage.bytesMax) bytes", advice: .waitAndRetry,
        retryable: true, retryAfterMillis: 5000))
  }
}
