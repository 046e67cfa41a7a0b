// Files in pieces: in order, again after a break, and never another account's, another file's or for ever.

import Services
import Testing
import Vision
import Vocabulary

struct UploadStoreTests {
  static let account = AccountID("dev")!
  static let other = AccountID("other")!
  static let start = Moment(.now)

  static func store(_ change: (inout UploadLimits) -> Void = { _ in }) -> UploadStore {
    var limits = UploadLimits()
    change(&limits)
    let ids = Ids()
    return UploadStore(limits: limits) { ids.next() }
  }

  /// Names that a test can foresee.
  private final class Ids: Sendable {
    private let numbers = Counter()
    func next() -> String { "upload-\(numbers.next())" }
  }

  static let file = Bytes((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
  static let digest = FaceAnalyzer.sha256(of: file)

  static func send(
    _ store: UploadStore, _ id: String, _ range: Range<Int>, account: AccountID = account,
    now: Moment = start
  ) throws(UploadError) -> UploadProgress {
    let part = file[range]
    return try store.append(
      part, at: range.lowerBound, sha256: FaceAnalyzer.sha256(of: part), to: id, account: account,
      now: now)
  }

  static func create(_ store: UploadStore, now: Moment = start) throws(UploadError) -> String {
    try store.create(total: file.count, sha256: digest, account: account, now: now).id
  }

  @Test("parts in order make the file; what came before may come again, in any cut")
  func resumes() throws {
    for cuts in [[10_000], [1, 9_999, 10_000], [4_000, 4_001, 10_000], [3_333, 6_666, 10_000]] {
      let store = Self.store()
      let id = try Self.create(store)
      var from = 0
      for to in cuts {
        // As after a break: from a little before what is held.
        let again = max(0, from - 7)
        let progress = try Self.send(store, id, again..<to)
        #expect(progress.held == to && progress.isComplete == (to == 10_000))
        #expect(try store.progress(of: id, account: Self.account, now: Self.start) == progress)
        from = to
      }
      #expect(try store.file(id, account: Self.account, now: Self.start) == Self.file)
      // The last part once more changes nothing.
      #expect(try Self.send(store, id, 9_000..<10_000).isComplete)
    }
  }

  @Test("a gap, too much, wrong bytes and an unfinished file are told apart")
  func refusals() throws {
    let store = Self.store()
    let id = try Self.create(store)
    _ = try Self.send(store, id, 0..<5_000)
    #expect(throws: UploadError.offset(held: 5_000)) { try Self.send(store, id, 5_001..<6_000) }
    #expect(throws: UploadError.digest(whole: false)) {
      try store.append(
        Self.file[5_000..<6_000], at: 5_000, sha256: Self.digest, to: id, account: Self.account,
        now: Self.start)
    }
    let long = Bytes([UInt8](repeating: 0, count: 6_000))
    #expect(throws: UploadError.tooLong(total: 10_000)) {
      try store.append(
        long, at: 5_000, sha256: FaceAnalyzer.sha256(of: long), to: id, account: Self.account,
        now: Self.start)
    }
    #expect(throws: UploadError.incomplete(held: 5_000)) {
      try store.file(id, account: Self.account, now: Self.start)
    }
    #expect(throws: UploadError.unknown) {
      try Self.send(store, "upload-none", 0..<1)
    }
  }

  @Test("a file with other bytes than announced is deleted")
  func otherFile() throws {
    let store = Self.store()
    let id = try store.create(
      total: Self.file.count, sha256: [UInt8](repeating: 7, count: 32), account: Self.account,
      now: Self.start
    ).id
    #expect(throws: UploadError.digest(whole: true)) { try Self.send(store, id, 0..<10_000) }
    #expect(throws: UploadError.unknown) {
      try store.progress(of: id, account: Self.account, now: Self.start)
    }
    #expect(store.load.files == 0)
  }

  @Test("nobody else's, no longer than it lives, and gone when deleted")
  func ends() throws {
    let store = Self.store()
    let id = try Self.create(store)
    _ = try Self.send(store, id, 0..<10_000)
    #expect(throws: UploadError.unknown) {
      try store.file(id, account: Self.other, now: Self.start)
    }
    #expect(throws: UploadError.unknown) {
      try Self.send(store, id, 0..<1, account: Self.other)
    }
    store.delete(id, account: Self.other)
    #expect(try store.file(id, account: Self.account, now: Self.start).count == 10_000)
    let late = Self.start + store.limits.lifetime
    #expect(throws: UploadError.unknown) {
      try store.file(id, account: Self.account, now: late)
    }
    let second = try Self.create(store)
    store.delete(second, account: Self.account)
    #expect(throws: UploadError.unknown) {
      try store.progress(of: second, account: Self.account, now: Self.start)
    }
    let third = try Self.create(store)
    _ = try Self.send(store, third, 0..<1_000)
    store.dropExpired(now: late)
    #expect(store.load == (0, 0))
  }

  @Test("an account holds so many, all together so much; what is gone makes room")
  func quotas() throws {
    let few = Self.store { $0.filesPerAccountMax = 2 }
    let first = try Self.create(few)
    _ = try Self.create(few)
    #expect(throws: UploadError.noRoom(files: 2)) { try Self.create(few) }
    few.delete(first, account: Self.account)
    _ = try Self.create(few)
    let small = Self.store { $0.totalBytesMax = 15_000 }
    _ = try Self.create(small)
    #expect(throws: UploadError.self) { try Self.create(small) }
    _ = try Self.create(small, now: Self.start + small.limits.lifetime)
  }
}
