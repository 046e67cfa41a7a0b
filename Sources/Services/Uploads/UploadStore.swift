// Files that come in pieces: held in memory until they are whole, used, deleted or too old.

internal import Synchronization
internal import Vision
package import Vocabulary

/// Bounds of uploads.
package struct UploadLimits: Sendable, Equatable {
  /// Largest file, in bytes.
  package var fileBytesMax = 24 << 20
  /// Most bytes of one part.
  package var partBytesMax = 1 << 20
  /// Files of one account that are held at the same time.
  package var filesPerAccountMax = 16
  /// Bytes of all accounts together, each file counted as long as it was announced.
  package var totalBytesMax = 512 << 20
  /// How long a file is held after it was announced.
  package var lifetime = Duration.seconds(600)

  package init() {}
}

/// What became of a file so far.
package struct UploadProgress: Sendable, Equatable {
  package var id: String
  package var held: Int
  package var total: Int
  package var isComplete: Bool
  package var expires: Moment
}

/// Why a part, or a file, was not taken.
package enum UploadError: Error, Sendable, Equatable {
  /// No such file: never announced, expired, deleted, or another account's.
  case unknown
  /// Not where the file goes on; so many bytes are held.
  case offset(held: Int)
  /// More bytes than were announced.
  case tooLong(total: Int)
  /// The bytes are not those of the given SHA-256: of a part, which can be sent again, or of the whole file, which is
  /// deleted.
  case digest(whole: Bool)
  /// Not all bytes are here; so many are.
  case incomplete(held: Int)
  /// The account holds as many files as it may, or there is no room.
  case noRoom(files: Int)
}

/// The files. One lock; parts are kept as they came and joined once. Safe from any thread.
package final class UploadStore: Sendable {
  fileprivate struct File {
    let account: AccountID
    let total: Int
    let sha256: [UInt8]
    let expires: Moment
    var parts: [Bytes] = []
    var held = 0
    /// Set when it is whole and checked.
    var whole: Bytes?
  }

  fileprivate struct State {
    var files: [String: File] = [:]
    var announced = 0
  }

  package let limits: UploadLimits
  private let state = Mutex(State())
  private let newID: @Sendable () -> String

  /// - Parameter newID: names that cannot be guessed.
  package init(limits: UploadLimits = UploadLimits(), newID: @escaping @Sendable () -> String) {
    self.limits = limits
    self.newID = newID
  }

  /// Announces a file of `total` bytes.
  package func create(
    total: Int, sha256: [UInt8], account: AccountID, now: Moment
  ) throws(UploadError) -> UploadProgress {
    let id = newID()
    let file = File(
      account: account, total: total, sha256: sha256, expires: now + limits.lifetime)
    let result: Result<Void, UploadError> = state.withLock { state in
      state.dropExpired(now)
      let own = state.files.values.reduce(0) { $0 + ($1.account == account ? 1 : 0) }
      guard own < limits.filesPerAccountMax, state.announced + total <= limits.totalBytesMax else {
        return .failure(.noRoom(files: limits.filesPerAccountMax))
      }
      state.announced += total
      state.files[id] = file
      return .success(())
    }
    try result.get()
    return file.progress(id)
  }

  /// Takes the part that begins at `offset`. What is held already may come again and is left out.
  package func append(
    _ data: Bytes, at offset: Int, sha256: [UInt8], to id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> UploadProgress {
    guard FaceAnalyzer.sha256(of: data) == sha256 else { throw .digest(whole: false) }
    let result: Result<(UploadProgress, [Bytes]), UploadError> = state.withLock { state in
      guard var file = state.file(id, of: account, now) else { return .failure(.unknown) }
      guard offset >= 0, offset <= file.held else { return .failure(.offset(held: file.held)) }
      guard data.count <= file.total - offset else { return .failure(.tooLong(total: file.total)) }
      let known = min(file.held - offset, data.count)
      if known < data.count {
        file.parts.append(data[known..<data.count])
        file.held = offset + data.count
        state.files[id] = file
      }
      let isLast = file.held == file.total && file.whole == nil
      return .success((file.progress(id), isLast ? file.parts : []))
    }
    let (progress, parts) = try result.get()
    return parts.isEmpty ? progress : try finish(id, parts, account, now)
  }

  /// Joins and checks a file, outside the lock.
  private func finish(
    _ id: String, _ parts: [Bytes], _ account: AccountID, _ now: Moment
  ) throws(UploadError) -> UploadProgress {
    let whole = Bytes(joining: parts)
    let digest = FaceAnalyzer.sha256(of: whole)
    let result: Result<UploadProgress, UploadError> = state.withLock { state in
      guard var file = state.file(id, of: account, now) else { return .failure(.unknown) }
      guard digest == file.sha256 else {
        state.drop(id)
        return .failure(.digest(whole: true))
      }
      file.whole = whole
      file.parts = []
      state.files[id] = file
      return .success(file.progress(id))
    }
    return try result.get()
  }

  /// How much is here.
  package func progress(
    of id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> UploadProgress {
    let found = state.withLock { $0.file(id, of: account, now)?.progress(id) }
    guard let found else { throw .unknown }
    return found
  }

  /// The whole file. It stays until it expires or is deleted.
  package func file(
    _ id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> Bytes {
    guard let file = state.withLock({ $0.file(id, of: account, now) }) else { throw .unknown }
    guard let whole = file.whole else { throw .incomplete(held: file.held) }
    return whole
  }

  /// Deletes it; what is not there needs no deleting.
  package func delete(_ id: String, account: AccountID) {
    state.withLock { state in
      if state.files[id]?.account == account { state.drop(id) }
    }
  }

  /// Deletes what is too old; asked now and then, so that nothing stays because nobody calls.
  package func dropExpired(now: Moment) { state.withLock { $0.dropExpired(now) } }

  /// Files and bytes held, for metrics.
  package var load: (files: Int, bytes: Int) {
    state.withLock { ($0.files.count, $0.files.values.reduce(0) { $0 + $1.held }) }
  }
}

extension UploadStore.State {
  /// The file if it is the account's and not too old.
  fileprivate mutating func file(
    _ id: String, of account: AccountID, _ now: Moment
  ) -> UploadStore.File? {
    guard let file = files[id], file.account == account else { return nil }
    guard now < file.expires else {
      drop(id)
      return nil
    }
    return file
  }

  fileprivate mutating func drop(_ id: String) {
    if let file = files.removeValue(forKey: id) { announced -= file.total }
  }

  fileprivate mutating func dropExpired(_ now: Moment) {
    for (id, file) in files where now >= file.expires { drop(id) }
  }
}

extension UploadStore.File {
  fileprivate func progress(_ id: String) -> UploadProgress {
    UploadProgress(
      id: id, held: held, total: total, isComplete: whole != nil, expires: expires)
  }
}
