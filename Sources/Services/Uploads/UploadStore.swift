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
  /// The account holds as many files as it may.
  case tooMany(files: Int)
  /// There is no room for so many bytes.
  case noRoom(MediaShortage)
}

/// The files. Each has one buffer that parts are copied into and a digest that runs along, under a lock of its own: a
/// part costs what it is long, whatever came before it. Safe from any thread.
package final class UploadStore: Sendable {
  fileprivate final class File: Sendable {
    let account: AccountID
    let total: Int
    let sha256: [UInt8]
    let expires: Moment
    let filling: Mutex<Filling>

    init(
      account: AccountID, total: Int, sha256: [UInt8], expires: Moment, share: MediaShare
    ) {
      self.account = account
      self.total = total
      self.sha256 = sha256
      self.expires = expires
      filling = Mutex(Filling(total, share))
    }
  }

  /// What came of a file.
  fileprivate struct Filling {
    let buffer: MediaBuffer
    /// Nil once the file is whole.
    var digest: MediaDigest?
    /// Set when it is whole and checked.
    var whole: Bytes?

    init(_ total: Int, _ share: MediaShare) {
      buffer = MediaBuffer(bytesMax: total, share: share)
      digest = MediaDigest()
    }
  }

  fileprivate struct State {
    var files: [String: File] = [:]
  }

  package let limits: UploadLimits
  /// What files, as long as they were announced, and streamed captures are paid from.
  package let memory: MediaMemory
  private let state = Mutex(State())
  private let newID: @Sendable () -> String

  /// - Parameter newID: names that cannot be guessed.
  package init(
    limits: UploadLimits = UploadLimits(), memory: MediaMemory = MediaMemory(),
    newID: @escaping @Sendable () -> String
  ) {
    self.limits = limits
    self.memory = memory
    self.newID = newID
  }

  /// Announces a file of `total` bytes.
  package func create(
    total: Int, sha256: [UInt8], account: AccountID, now: Moment
  ) throws(UploadError) -> UploadProgress {
    dropExpired(now: now)
    let share: MediaShare
    do throws(MediaShortage) {
      share = try memory.share(of: account, reserving: total)
    } catch { throw .noRoom(error) }
    let id = newID()
    let file = File(
      account: account, total: total, sha256: sha256, expires: now + limits.lifetime, share: share)
    let isTaken = state.withLock { state in
      let own = state.files.values.count { $0.account == account }
      guard own < limits.filesPerAccountMax else { return false }
      state.files[id] = file
      return true
    }
    guard isTaken else { throw .tooMany(files: limits.filesPerAccountMax) }
    return file.progress(id)
  }

  /// Takes the part that begins at `offset`, of any length. What is held already may come again and is left out.
  package func append(
    _ data: Bytes, at offset: Int, sha256: [UInt8], to id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> UploadProgress {
    guard FaceAnalyzer.sha256(of: data) == sha256 else { throw .digest(whole: false) }
    guard let file = state.withLock({ $0.file(id, of: account, now) }) else { throw .unknown }
    do throws(UploadError) {
      try file.take(data, at: offset)
    } catch {
      if error == .digest(whole: true) { delete(id, account: account) }
      throw error
    }
    return file.progress(id)
  }

  /// How much is here.
  package func progress(
    of id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> UploadProgress {
    // The store is not held up by a part that the file takes at the moment.
    guard let file = state.withLock({ $0.file(id, of: account, now) }) else { throw .unknown }
    return file.progress(id)
  }

  /// The whole file. It stays until it expires or is deleted.
  package func file(
    _ id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> Bytes {
    try checked(id, account: account, now: now).bytes
  }

  /// The same with its SHA-256, which was held against it when it was whole.
  package func checked(
    _ id: String, account: AccountID, now: Moment
  ) throws(UploadError) -> (bytes: Bytes, sha256: [UInt8]) {
    guard let file = state.withLock({ $0.file(id, of: account, now) }) else { throw .unknown }
    return (try file.whole(), file.sha256)
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
    let files = state.withLock { Array($0.files.values) }
    return (files.count, files.reduce(0) { $0 + $1.held })
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
    files[id] = nil
  }

  fileprivate mutating func dropExpired(_ now: Moment) {
    for (id, file) in files where now >= file.expires { drop(id) }
  }
}

extension UploadStore.File {
  /// Bytes that are here.
  fileprivate var held: Int { filling.withLock { $0.buffer.count } }

  fileprivate func progress(_ id: String) -> UploadProgress {
    let (held, isComplete) = filling.withLock { ($0.buffer.count, $0.whole != nil) }
    return UploadProgress(
      id: id, held: held, total: total, isComplete: isComplete, expires: expires)
  }

  /// All of it, checked.
  fileprivate func whole() throws(UploadError) -> Bytes {
    let (whole, held) = filling.withLock { ($0.whole, $0.buffer.count) }
    guard let whole else { throw .incomplete(held: held) }
    return whole
  }

  /// Copies what is new of the part at `offset`.
  fileprivate func take(_ data: Bytes, at offset: Int) throws(UploadError) {
    let result: Result<Void, UploadError> = filling.withLock { filling in
      let held = filling.buffer.count
      guard offset >= 0, offset <= held else { return .failure(.offset(held: held)) }
      guard data.count <= total - offset else { return .failure(.tooLong(total: total)) }
      let known = min(held - offset, data.count)
      guard known < data.count, let digest = filling.digest else { return .success(()) }
      let new = data[known..<data.count]
      do throws(MediaShortage) {
        try filling.buffer.append(new)
      } catch { return .failure(.noRoom(error)) }
      digest.add(new)
      guard filling.buffer.count == total else { return .success(()) }
      filling.digest = nil
      guard digest.end() == sha256 else { return .failure(.digest(whole: true)) }
      filling.whole = filling.buffer.whole()
      return .success(())
    }
    try result.get()
  }
}
