// Lanes of which some cannot open their connection: lookups go to those that can.

import Dispatch
import Registry
import Synchronization
import Testing
import Vocabulary

/// Has no entries. A lookup says that it has come, and ends when it is let go.
private final class HeldConnection: RegistryConnection {
  private let come: AsyncStream<Void>.Continuation
  private let go: DispatchSemaphore

  init(_ come: AsyncStream<Void>.Continuation, _ go: DispatchSemaphore) {
    self.come = come
    self.go = go
  }

  func find(
    _ key: EntryKey, _ value: inout EntryValue, before deadline: Deadline
  ) throws(RegistryFault) -> Bool {
    come.yield()
    go.wait()
    return false
  }

  var isCurrent: Bool { true }

  func summary(before deadline: Deadline) throws(RegistryFault) -> RegistrySummary {
    RegistrySummary(entries: 0, importedAt: 0)
  }

  func isUsable(after fault: RegistryFault) -> Bool { false }
}

@Suite struct LookupLanesTests {
  private static let key = EntryKey(high: 1, low: 1)

  @Test("a lane that cannot open its connection takes nothing from one that can")
  func oneFails() async throws {
    let go = DispatchSemaphore(value: 0)
    let (found, come) = AsyncStream<Void>.makeStream()
    let (failed, fail) = AsyncStream<Void>.makeStream()
    let opened = Mutex(0)
    let lanes = LookupLanes(lanes: 2, hash: RegistryHashTests.hash()) {
      (_) throws(RegistryFault) -> any RegistryConnection in
      let count = opened.withLock { count in
        count += 1
        return count
      }
      guard count == 1 else {
        fail.yield()
        throw RegistryFault(.connection, "x")
      }
      return HeldConnection(come, go)
    }
    // One lookup keeps the good lane busy; the others come while the bad one has failed.
    async let first = lanes.record(Self.key, before: soon)
    var comes = found.makeAsyncIterator()
    await comes.next()
    async let second = lanes.record(Self.key, before: soon)
    async let third = lanes.record(Self.key, before: soon)
    var failures = failed.makeAsyncIterator()
    await failures.next()
    for _ in 0..<3 { go.signal() }
    #expect(try await first == nil)
    #expect(try await second == nil)
    #expect(try await third == nil)
    await lanes.shutdown()
  }

  @Test("where no lane can open one, lookups fail with the reason, at once")
  func allFail() async throws {
    let opened = Mutex(0)
    let lanes = LookupLanes(lanes: 2, hash: RegistryHashTests.hash()) {
      (_) throws(RegistryFault) -> any RegistryConnection in
      opened.withLock { $0 += 1 }
      throw RegistryFault(.missing, "x")
    }
    for _ in 0..<100 {
      await expect(.missing) { _ = try await lanes.record(Self.key, before: soon) }
    }
    await lanes.shutdown()
    await expect(.closed) { _ = try await lanes.record(Self.key, before: soon) }
  }

  @Test("a caller without time spoils nothing for those who have it")
  func shortDeadline() async throws {
    let go = DispatchSemaphore(value: 0)
    let (_, come) = AsyncStream<Void>.makeStream()
    let lanes = LookupLanes(lanes: 1, hash: RegistryHashTests.hash()) {
      (deadline) throws(RegistryFault) -> any RegistryConnection in
      // As a server does that takes half a second to let one in.
      guard let left = deadline.remaining(), left > .milliseconds(500) else {
        throw RegistryFault(.deadline, "x")
      }
      return HeldConnection(come, go)
    }
    go.signal()
    go.signal()
    do { _ = try await lanes.record(Self.key, before: .after(.milliseconds(100))) } catch {
      #expect(error.reason == .deadline)
    }
    #expect(try await lanes.record(Self.key, before: soon) == nil)
    await lanes.shutdown()
  }

  @Test(
    "a lane that has opened its connection and answered nothing yet sees a registry that took its place"
  )
  func replacedUnused() async throws {
    let (opens, finds) = (Meeting(), Meeting())
    let version = Mutex(1)
    let seen = Mutex<[Int]>([])
    let lanes = LookupLanes(lanes: 2, hash: RegistryHashTests.hash()) {
      (_) throws(RegistryFault) -> any RegistryConnection in
      // At first both lanes open, for the one lookup that waits.
      let mine = version.withLock { $0 }
      if mine == 1 { opens.meet() }
      return VersionedConnection(
        isCurrent: { version.withLock { $0 } == mine },
        found: {
          if version.withLock({ $0 }) == 2 { finds.meet() }
          seen.withLock { $0.append(mine) }
        })
    }
    #expect(try await lanes.record(Self.key, before: soon) == nil)
    version.withLock { $0 = 2 }
    // Each lane answers one.
    async let second = lanes.record(Self.key, before: soon)
    async let third = lanes.record(Self.key, before: soon)
    #expect(try await second == nil)
    #expect(try await third == nil)
    #expect(seen.withLock { $0 } == [1, 2, 2])
    await lanes.shutdown()
  }

  @Test("a registry that was replaced is opened anew without losing the lookup")
  func replaced() async throws {
    let opened = Mutex(0)
    let lanes = LookupLanes(lanes: 1, hash: RegistryHashTests.hash()) {
      (_) throws(RegistryFault) -> any RegistryConnection in
      opened.withLock { $0 += 1 }
      return StaleConnection()
    }
    for _ in 0..<5 { #expect(try await lanes.record(Self.key, before: soon) == nil) }
    #expect(opened.withLock { $0 } == 5)
    await lanes.shutdown()
  }
}

/// Where two threads wait for each other, once.
private final class Meeting: Sendable {
  private let came = Mutex(0)
  private let both = DispatchSemaphore(value: 0)

  func meet() {
    let count = came.withLock { came in
      came += 1
      return came
    }
    if count == 1 { both.wait() } else { both.signal() }
  }
}

/// Has no entries; tells of each lookup.
private final class VersionedConnection: RegistryConnection {
  private let isStillCurrent: () -> Bool
  private let found: () -> Void

  init(isCurrent: @escaping () -> Bool, found: @escaping () -> Void) {
    isStillCurrent = isCurrent
    self.found = found
  }

  func find(
    _ key: EntryKey, _ value: inout EntryValue, before deadline: Deadline
  ) throws(RegistryFault) -> Bool {
    found()
    return false
  }

  var isCurrent: Bool { isStillCurrent() }

  func summary(before deadline: Deadline) throws(RegistryFault) -> RegistrySummary {
    RegistrySummary(entries: 0, importedAt: 0)
  }

  func isUsable(after fault: RegistryFault) -> Bool { true }
}

/// Has no entries, and was replaced the moment it was opened.
private final class StaleConnection: RegistryConnection {
  func find(
    _ key: EntryKey, _ value: inout EntryValue, before deadline: Deadline
  ) throws(RegistryFault) -> Bool { false }

  var isCurrent: Bool { false }

  func summary(before deadline: Deadline) throws(RegistryFault) -> RegistrySummary {
    RegistrySummary(entries: 0, importedAt: 0)
  }

  func isUsable(after fault: RegistryFault) -> Bool { true }
}
