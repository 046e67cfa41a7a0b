// What a file can be that is no registry any more: each is a named way to be unavailable.

import Foundation
import GRDB
import Registry
import RegistrySQLite
import Testing
import Vocabulary

@Suite struct SQLiteFaultTests {
  static let asked = question(.identity, people[0].idNumber, [(.name, people[0].name)])

  static func place(_ count: Int = 2000) throws -> RegistryPlace {
    let place = try RegistryPlace(.sqlite)
    try people.write(count, to: place.folder + "/p.csv", phones: false, cards: false)
    try place.load(file: place.folder + "/p.csv")
    return place
  }

  static func rewrite(_ path: String, _ change: (inout Data) -> Void) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    change(&bytes)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  @Test("text, emptiness and another program's database are no registry")
  func foreign() async throws {
    let place = try RegistryPlace(.sqlite)
    for text in ["", "hello, this is no database at all, but long enough to be looked at as one"] {
      try text.write(toFile: place.registry, atomically: true, encoding: .utf8)
      let store = place.store(lanes: 1)
      await expect(.notARegistry) { _ = try await store.answer(Self.asked, before: soon) }
      await store.shutdown()
    }
    try FileManager.default.removeItem(atPath: place.registry)
    try await DatabaseQueue(path: place.registry).write { db in
      try db.execute(sql: "CREATE TABLE entry (key BLOB PRIMARY KEY, value BLOB)")
    }
    let store = place.store(lanes: 1)
    await expect(.notARegistry) { _ = try await store.answer(Self.asked, before: soon) }
    #expect(throws: RegistryFault.self) { try place.load("phone\n\(people[0].phone)\n") }
    await store.shutdown()
  }

  @Test("a file that is locked is locked, and answers again afterwards")
  func locked() async throws {
    let place = try Self.place()
    let store = place.store(lanes: 1)
    #expect(try await store.answer(Self.asked, before: soon) != nil)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: place.registry, configuration: configuration)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    await expect(.locked) { _ = try await store.answer(Self.asked, before: soon) }
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(try await store.answer(Self.asked, before: soon) != nil)
    await store.shutdown()
  }

  @Test("damage is found wherever it is met, and never a mismatch")
  func damaged() async throws {
    let place = try Self.place()
    let whole = try Data(contentsOf: URL(fileURLWithPath: place.registry))
    var (faults, answers) = (0, 0)
    for cut in [whole.count / 2, 8192, 4000] {
      try whole.prefix(cut).write(to: URL(fileURLWithPath: place.registry))
      let store = place.store(lanes: 1)
      do {
        let answer = try await store.answer(Self.asked, before: soon)
        #expect(answer == .identity(status: .valid, name: .matches, validity: .notAsked))
      } catch { faults += 1 }
      await store.shutdown()
    }
    #expect(faults >= 2)
    // Bytes changed here and there: what is answered is right, or it is a fault, or there is no record.
    var random = SeededRandom(seed: 5)
    faults = 0
    for _ in 0..<12 {
      var bytes = whole
      for place in stride(from: 8192, to: bytes.count, by: 97) {
        bytes[place + Int.random(in: 0..<90, using: &random) % min(90, bytes.count - place)] ^= 0x10
      }
      try bytes.write(to: URL(fileURLWithPath: place.registry))
      let store = place.store(lanes: 1)
      for index in 0..<20 {
        let asked = question(.identity, people[index].idNumber, [(.name, people[index].name)])
        do throws(RegistryFault) {
          switch try await store.answer(asked, before: soon) {
          case .identity(.valid, .matches, .notAsked, nil), nil: answers += 1
          default: Issue.record("damage was taken for an answer")
          }
        } catch {
          #expect(
            [.corrupt, .notARegistry, .otherFormat, .otherKey, .inputOutput].contains(error.reason))
          faults += 1
        }
      }
      await store.shutdown()
    }
    #expect(faults > 0)
    #expect(throws: RegistryFault.self) {
      try RegistryVerification.read(place.target(), place.hash)
    }
  }

  @Test("a registry that is gone is missing, and answers when it is back")
  func gone() async throws {
    let place = try Self.place()
    let store = place.store(lanes: 1)
    #expect(try await store.answer(Self.asked, before: soon) != nil)
    let aside = place.folder + "/aside"
    try FileManager.default.moveItem(atPath: place.registry, toPath: aside)
    await expect(.missing) { _ = try await store.answer(Self.asked, before: soon) }
    await store.shutdown()
    try FileManager.default.moveItem(atPath: aside, toPath: place.registry)
    let again = place.store(lanes: 1)
    #expect(try await again.answer(Self.asked, before: soon) != nil)
    await again.shutdown()
  }

  @Test("a key file that others may read, or of another size, is refused")
  func keyFiles() throws {
    let place = try RegistryPlace(.sqlite)
    let path = place.folder + "/key"
    func write(_ count: Int, _ mode: Int) throws {
      try Data(repeating: 7, count: count).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    for (count, mode) in [(31, 0o600), (65, 0o600), (0, 0o600), (32, 0o640), (32, 0o604)] {
      try write(count, mode)
      #expect(throws: RegistryFault.self) { try RegistryHash(keyFile: path) }
    }
    try write(32, 0o600)
    #expect(try RegistryHash(keyFile: path).keyCheck == place.hash.keyCheck)
    #expect(throws: RegistryFault.self) { try RegistryHash(keyFile: place.folder) }
    #expect(throws: RegistryFault.self) { try RegistryHash(keyFile: path + "x") }
  }
}
