// Files in pieces: in order, again after a break, and never another account's, another file's or for ever.

import Services
import Testing
import Vision
import Vocabulary

struct UploadStoreTests {
  static let account = AccountID("dev")!
  static let other = AccountID("other")!
  static let start = Moment(.now)

  static func store(
    memory: MediaMemory = MediaMemory(), _ change: (inout UploadLimits) -> Void = { _ in }
  ) -> UploadStore {
    var limits = UploadLimits()
    change(&limits)
    let ids = Ids()
    return UploadStore(limits: limits, memory: memory) { ids.next() }
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

  /// A buffer that somebody holds, as a message does whose field is a slice of it.
  private final class Message {
    let memory: UnsafeMutableRawPointer

    init() {
      memory = .allocate(byteCount: UploadStoreTests.file.count, alignment: 16)
      UploadStoreTests.file.withUnsafeBytes {
        memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count)
      }
    }

    deinit { memory.deallocate() }

    subscript(range: Range<Int>) -> Bytes {
      Bytes(owner: self, base: memory + range.lowerBound, count: range.count)
    }
  }

  @Test("no message lives longer than its part; a file is its bytes and nothing beside them")
  func copies() throws {
    let store = Self.store()
    let id = try Self.create(store)
    weak var message: Message?
    for held in 0..<100 {
      // A whole message again and again, of which a byte is new.
      let sent = Message()
      message = sent
      let part = sent[0..<held + 1]
      let progress = try store.append(
        part, at: 0, sha256: FaceAnalyzer.sha256(of: part), to: id, account: Self.account,
        now: Self.start)
      #expect(progress.held == held + 1)
    }
    #expect(message == nil)
    _ = try Self.send(store, id, 100..<10_000)
    let file = try store.file(id, account: Self.account, now: Self.start)
    #expect(file == Self.file)
    store.delete(id, account: Self.account)
    #expect(file == Self.file)
  }

  @Test("a buffer takes what came and at most a quarter more, however it came")
  func buffer() throws {
    let memory = MediaMemory()
    for piece in [1, 7, 1_000, 4_096, 10_000] {
      let share = try memory.share(of: Self.account)
      let buffer = MediaBuffer(bytesMax: 10_000, share: share)
      for start in stride(from: 0, to: 10_000, by: piece) {
        try buffer.append(Self.file[start..<min(start + piece, 10_000)])
        #expect(buffer.capacity <= max(4_096, buffer.count + buffer.count / 4))
        #expect(memory.load.bytes == buffer.capacity)
      }
      #expect(buffer.capacity == 10_000 && buffer.whole() == Self.file)
    }
    #expect(memory.load.bytes == 0)
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

  @Test("an account holds so many; what is gone makes room")
  func quotas() throws {
    let few = Self.store { $0.filesPerAccountMax = 2 }
    let first = try Self.create(few)
    _ = try Self.create(few)
    #expect(throws: UploadError.tooMany(files: 2)) { try Self.create(few) }
    #expect(few.memory.load.bytes == 20_000)
    few.delete(first, account: Self.account)
    _ = try Self.create(few)
  }

  @Test("announced bytes count at once, and until nobody reads them any more")
  func announced() throws {
    let memory = MediaMemory(bytesMax: 25_000)
    let store = Self.store(memory: memory)
    let id = try Self.create(store)
    #expect(memory.load.bytes == 10_000)
    let shortage = MediaShortage(bytesMax: 25_000)
    #expect(throws: UploadError.noRoom(shortage)) { try Self.create(store) }
    #expect(memory.load.refused == 1)
    // Another account has room still.
    _ = try store.create(total: 7_000, sha256: Self.digest, account: Self.other, now: Self.start)
    _ = try Self.send(store, id, 0..<10_000)
    var file: Bytes? = try store.file(id, account: Self.account, now: Self.start)
    store.delete(id, account: Self.account)
    #expect(memory.load.bytes == 17_000 && file == Self.file)
    file = nil
    #expect(memory.load.bytes == 7_000)
    store.dropExpired(now: Self.start + store.limits.lifetime)
    #expect(memory.load.bytes == 0)
    // Announced and never sent: gone when its time is over, with nobody asking for it.
    let second = try Self.create(store)
    let late = Self.start + store.limits.lifetime
    #expect(try Self.create(store, now: late) != second)
  }
}

struct MediaMemoryTests {
  static let accounts = (0..<4).map { AccountID("account-\($0)")! }

  /// Takes for `account` until there is no room; what it holds.
  private static func fill(_ memory: MediaMemory, _ account: AccountID) -> [MediaShare] {
    var shares: [MediaShare] = []
    while let share = try? memory.share(of: account, reserving: 1) { shares.append(share) }
    return shares
  }

  @Test("one account alone has half, and there is room for another whatever the others do")
  func shares() throws {
    let memory = MediaMemory(bytesMax: 1_200)
    var held: [[MediaShare]] = []
    for (account, expected) in zip(Self.accounts, [600, 300, 150, 75]) {
      held.append(Self.fill(memory, account))
      #expect(held.last?.count == expected)
      #expect(memory.load.bytes == held.reduce(0) { $0 + $1.count })
    }
    held[0] = []
    held += [Self.fill(memory, Self.accounts[1])]
    #expect(held[1].count + held[4].count == 487)
    held = []
    #expect(memory.load.bytes == 0)
  }

  @Test("a share uses what it reserved first, and gives back all of it when its buffers have gone")
  func share() throws {
    let memory = MediaMemory(bytesMax: 2_000)
    var share: MediaShare? = try memory.share(of: Self.accounts[0], reserving: 100)
    try share?.use(60)
    #expect(memory.load.bytes == 100)
    var copy = try share?.copy(Bytes([UInt8](repeating: 7, count: 50)))
    #expect(copy?.array == [UInt8](repeating: 7, count: 50))
    #expect(memory.load.bytes == 110)
    #expect(throws: MediaShortage(bytesMax: 2_000)) { try share?.use(891) }
    try share?.use(890)
    #expect(memory.load == (1_000, 1))
    share = nil
    #expect(memory.load.bytes == 1_000)
    copy = nil
    #expect(memory.load.bytes == 0)
  }
}
