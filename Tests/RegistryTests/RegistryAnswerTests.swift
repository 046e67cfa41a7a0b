// What registries answer, and what they say when they cannot: the same of every database.

import Foundation
import IdentityNumbers
import Registry
import Sealing
import Testing
import Vocabulary

/// A question by its elements as text.
func question(
  _ kind: EntryKind, _ element: String, _ compared: [(TagKind, String)] = [],
  form: ElementHash? = nil, hash: RegistryHash = RegistryHashTests.hash()
) -> RegistryQuestion {
  func bytes<R>(_ text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    Array(text.utf8).withUnsafeBytes(body)
  }
  var question = bytes(element) { RegistryQuestion(kind, $0, form: form, hash: hash) }
  for (kind, text) in compared { bytes(text) { question.compare(kind, $0, hash: hash) } }
  return question
}

let people = SyntheticPeople(seed: 3)
var soon: Deadline { .after(.seconds(60)) }

@Suite(.serialized) struct RegistryAnswerTests {
  static let file = """
    id_number,name,valid_from,valid_until,id_status,phone,carrier,phone_status,phone_since,owner_since,bank_card,card_status,card_kind
    \(people[0].idNumber),阿卜杜拉•买买提,20200101,20400101,,\(people[0].phone),unicom,normal,201505,202001,\(people[0].card),,debit
    \(people[1].idNumber),王芳,20200101,00000000,invalid,\(people[1].phone),,suspended,,,\(people[1].card),lost,credit
    \(people[2].idNumber),李伟,,,,,,,,,,,
    ,,,,,\(people[3].phone),mobile,cancelled,,,,,

    """

  @Test(
    "PostgreSQL is tested too",
    .enabled(
      if: RegistryKind.present.count == 2, "no PostgreSQL server here: install Debian's postgresql")
  )
  func postgresIsHere() { #expect(RegistryKind.present.contains(.postgres)) }

  @Test("each element is held against the entry it belongs to", arguments: RegistryKind.present)
  func answers(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let report = try place.load(Self.file)
    #expect(report.rows == 4 && report.badRows == 0, "\(report.told)")
    #expect(report.entries == 8)
    let store = place.store()
    let number = people[0].idNumber
    func ask(_ question: RegistryQuestion) async throws -> RegistryAnswer? {
      try await store.answer(question, before: soon)
    }
    let both = question(
      .identity, number, [(.name, "阿卜杜拉·买买提"), (.validity, "20200101-20400101")])
    #expect(try await ask(both) == .identity(status: .valid, name: .matches, validity: .matches))
    let name = question(.identity, number, [(.name, "阿卜杜拉买买提")])
    #expect(try await ask(name) == .identity(status: .valid, name: .differs, validity: .notAsked))
    let dates = question(
      .identity, number, [(.name, "阿卜杜拉·买买提"), (.validity, "20200101-00000000")])
    #expect(try await ask(dates) == .identity(status: .valid, name: .matches, validity: .differs))
    let none = question(
      .identity, people[2].idNumber, [(.name, "李伟"), (.validity, "20200101-20400101")])
    #expect(try await ask(none) == .identity(status: .valid, name: .matches, validity: .notOnFile))
    let gone = question(.identity, people[1].idNumber, [(.name, "王芳")])
    #expect(try await ask(gone) == .identity(status: .invalid, name: .matches, validity: .notAsked))
    #expect(try await ask(question(.identity, people[9].idNumber, [(.name, "王芳")])) == nil)
    // A phone's digits are no card and no identity.
    #expect(try await ask(question(.card, people[0].phone)) == nil)
    await store.shutdown()
  }

  @Test("phones and cards say what is known of them", arguments: RegistryKind.present)
  func phonesAndCards(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    try place.load(Self.file)
    let store = place.store()
    let (since, owner) = (RegistryMonth(digits: "201505"), RegistryMonth(digits: "202001"))
    let phone = question(
      .phone, people[0].phone, [(.name, "阿卜杜拉·买买提"), (.idNumber, people[1].idNumber)])
    #expect(
      try await store.answer(phone, before: soon)
        == .phone(
          status: .normal, carrier: .unicom, since: try #require(since),
          ownerSince: try #require(owner), name: .matches, idNumber: .differs))
    let bare = question(.phone, people[3].phone, [(.name, "王芳"), (.idNumber, people[1].idNumber)])
    let unknown = RegistryMonth(count: 0)
    #expect(
      try await store.answer(bare, before: soon)
        == .phone(
          status: .cancelled, carrier: .mobile, since: unknown, ownerSince: unknown,
          name: .notOnFile, idNumber: .notOnFile))
    let card = question(
      .card, people[1].card,
      [(.name, "王芳"), (.idNumber, people[1].idNumber), (.phone, people[0].phone)])
    #expect(
      try await store.answer(card, before: soon)
        == .card(
          refusal: .cardLost, account: .credit, name: .matches, idNumber: .matches, phone: .differs)
    )
    await store.shutdown()
  }

  @Test(
    "numbers are found by their digests where the import was asked to",
    arguments: RegistryKind.present)
  func digests(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    // The registry does not care which function it is.
    try place.load(Self.file) { options in
      options.digests = [.sm3]
      options.digest = { _, bytes in Array(bytes.reversed()) }
    }
    let store = place.store()
    func reversed(_ text: String) -> String {
      String(decoding: text.utf8.reversed(), as: UTF8.self)
    }
    let number = String(people[0].phone.reversed())
    var asked = question(.phone, number, form: .sm3)
    let hash = place.hash
    Array("阿卜杜拉·买买提".utf8.reversed()).withUnsafeBytes { asked.compare(.name, $0, hash: hash) }
    guard case .phone(_, _, _, _, .matches, .notAsked) = try await store.answer(asked, before: soon)
    else {
      Issue.record("not found by its digest")
      return
    }
    #expect(try await store.answer(question(.phone, number), before: soon) == nil)
    #expect(try await store.answer(question(.phone, number, form: .md5), before: soon) == nil)
    await store.shutdown()
  }

  @Test(
    "a number that is given up is given up by its digests too, whatever the import names",
    arguments: RegistryKind.present)
  func digestStatus(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let (a, b) = (people[0], people[1])
    try place.load("phone,name,phone_status\n\(a.phone),王芳,normal\n") { $0.digests = [.sm3, .md5] }
    // A list of identities says nothing of phones, and forgets no digests.
    try place.load("id_number,name\n\(a.idNumber),王芳\n") { $0.kinds = nil }
    let report = try place.load(
      "phone,phone_status\n\(a.phone),cancelled\n\(b.phone),normal\n"
    ) { $0.kinds = nil }
    #expect(report.digests == [.sm3, .md5] && report.entries == 7)
    let store = place.store()
    #expect(try await store.check(before: soon).digests == [.sm3, .md5])
    for (number, status) in [(a.phone, PhoneStatus.cancelled), (b.phone, .normal)] {
      for form in [nil, .sm3, .md5] as [ElementHash?] {
        let element = form.map { digest(Array(number.utf8), $0.algorithm) } ?? Array(number.utf8)
        let asked = element.withUnsafeBytes {
          RegistryQuestion(.phone, $0, form: form, hash: place.hash)
        }
        guard case .phone(status, _, _, _, _, _) = try await store.answer(asked, before: soon)
        else {
          Issue.record("\(status) is another by \(form?.rawValue ?? "the number")")
          continue
        }
      }
    }
    await store.shutdown()
  }

  @Test(
    "a registry that is not there, or of another key, is unavailable, never a mismatch",
    arguments: RegistryKind.present)
  func unavailable(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let asked = question(.identity, people[0].idNumber, [(.name, "王芳")])
    let before = place.store()
    let absent: RegistryFault.Reason = kind == .sqlite ? .missing : .notARegistry
    await expect(absent) { _ = try await before.answer(asked, before: soon) }
    await before.shutdown()
    try place.load(Self.file)
    let other = place.store(RegistryHashTests.hash(8))
    await expect(.otherKey) {
      _ = try await other.answer(
        question(.identity, people[0].idNumber, hash: RegistryHashTests.hash(8)), before: soon)
    }
    await expect(.otherKey) { _ = try await other.check(before: soon) }
    await other.shutdown()
    #expect(throws: RegistryFault.self) {
      try place.load(Self.file, hash: RegistryHashTests.hash(8))
    }
    // The old one is as it was.
    let store = place.store()
    #expect(try await store.check(before: soon) == RegistrySummary(entries: 8, importedAt: 1000))
    await store.shutdown()
    await expect(.closed) { _ = try await store.answer(asked, before: soon) }
  }

  @Test("a deadline that has passed is told as such", arguments: RegistryKind.present)
  func deadline(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    try place.load(Self.file)
    let store = place.store()
    await expect(.deadline) {
      _ = try await store.answer(question(.phone, "1"), before: .after(.seconds(-1)))
    }
    await store.shutdown()
  }

  @Test("many at once are all answered rightly", arguments: RegistryKind.present)
  func many(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    try people.write(500, to: place.folder + "/p.csv", phones: true, cards: true)
    try place.load(file: place.folder + "/p.csv")
    let store = place.store(lanes: 4)
    let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
      for start in 0..<16 {
        group.addTask {
          var wrong = 0
          for index in stride(from: start, to: 600, by: 16) {
            let person = people[index]
            let name = index % 3 == 0 ? "不是" : person.name
            let answer = try await store.answer(
              question(.identity, person.idNumber, [(.name, name)]), before: soon)
            let match: ElementMatch = index % 3 == 0 ? .differs : .matches
            let expected: RegistryAnswer? =
              index < 500 ? .identity(status: .valid, name: match, validity: .notAsked) : nil
            if answer != expected { wrong += 1 }
          }
          return wrong
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(wrong == 0)
    await store.shutdown()
  }
}

/// That `body` throws a fault of this reason.
func expect(
  _ reason: RegistryFault.Reason, _ location: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  do {
    try await body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch {
    #expect((error as? RegistryFault)?.reason == reason, "\(error)", sourceLocation: location)
  }
}
