// What an import must leave as it was: statuses that the file has no column for, and entries that it is no list of.

import Foundation
import GRDB
import Registry
import Testing
import Vocabulary

@Suite(.serialized) struct ImportKeepingTests {
  static let (a, b) = (people[0], people[1])
  static let unknown = RegistryMonth(count: 0)

  /// An identity, a phone and a card of one holder, all of them revoked.
  static let revoked = """
    id_number,name,valid_from,valid_until,id_status,phone,carrier,phone_status,phone_since,owner_since,bank_card,card_status,card_kind
    \(a.idNumber),王芳,20200101,20400101,invalid,\(a.phone),unicom,cancelled,201505,202001,\(a.card),lost,credit

    """

  private static func asked(_ kind: EntryKind) -> RegistryQuestion {
    switch kind {
    case .identity:
      question(.identity, a.idNumber, [(.name, "王芳"), (.validity, "20200101-20400101")])
    case .phone: question(.phone, a.phone, [(.name, "王芳"), (.idNumber, a.idNumber)])
    case .card:
      question(.card, a.card, [(.name, "王芳"), (.idNumber, a.idNumber), (.phone, a.phone)])
    }
  }

  @Test(
    "a file without columns for status and dates revives nothing", arguments: RegistryKind.present)
  func statuses(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let (since, owner) = (RegistryMonth(digits: "201505"), RegistryMonth(digits: "202001"))
    try place.load(Self.revoked)
    // Whatever is asked for, and twice.
    for _ in 0..<2 {
      try place.load(
        "id_number,name,phone,bank_card\n\(Self.a.idNumber),王芳,\(Self.a.phone),\(Self.a.card)\n")
    }
    let store = place.store()
    #expect(
      try await store.answer(Self.asked(.identity), before: soon)
        == .identity(status: .invalid, name: .matches, validity: .matches))
    #expect(
      try await store.answer(Self.asked(.phone), before: soon)
        == .phone(
          status: .cancelled, carrier: .unicom, since: try #require(since),
          ownerSince: try #require(owner), name: .matches, idNumber: .matches))
    #expect(
      try await store.answer(Self.asked(.card), before: soon)
        == .card(
          refusal: .cardLost, account: .credit, name: .matches, idNumber: .matches, phone: .matches)
    )
    // What has a column counts, empty or not.
    try place.load("id_number,name,id_status\n\(Self.a.idNumber),王芳,\n")
    #expect(
      try await store.answer(Self.asked(.identity), before: soon)
        == .identity(status: .valid, name: .matches, validity: .matches))
    try place.load("bank_card,card_status,name,id_number,phone\n\(Self.a.card),normal,王芳,,\n") {
      $0.kinds = [.card]
    }
    #expect(
      try await store.answer(Self.asked(.card), before: soon)
        == .card(
          refusal: nil, account: .credit, name: .matches, idNumber: .notOnFile, phone: .notOnFile))
    await store.shutdown()
  }

  @Test("nothing of one holder stays beside another; the status does")
  func holders() async throws {
    let place = try RegistryPlace(.sqlite)
    try place.load(Self.revoked)
    try place.load("id_number,name,phone,bank_card\n\(Self.a.idNumber),李伟,,\n")
    try place.load("phone,name\n\(Self.a.phone),李伟\n")
    try place.load("bank_card,name\n\(Self.a.card),李伟\n")
    let store = place.store()
    #expect(
      try await store.answer(Self.asked(.identity), before: soon)
        == .identity(status: .invalid, name: .differs, validity: .notOnFile))
    #expect(
      try await store.answer(Self.asked(.phone), before: soon)
        == .phone(
          status: .cancelled, carrier: .unicom, since: Self.unknown, ownerSince: Self.unknown,
          name: .differs, idNumber: .notOnFile))
    #expect(
      try await store.answer(Self.asked(.card), before: soon)
        == .card(
          refusal: .cardLost, account: .credit, name: .differs, idNumber: .notOnFile,
          phone: .notOnFile))
    await store.shutdown()
  }

  @Test("a list of cards or phones is no list of identities unless it says so")
  func kinds() async throws {
    let holder = "\(Self.a.idNumber),王芳,\(Self.a.phone),\(Self.a.card)"
    let cases: [(String, Set<EntryKind>)] = [
      ("id_number,name\n\(Self.a.idNumber),王芳\n", [.identity]),
      ("id_number,name,phone\n\(Self.a.idNumber),王芳,\(Self.a.phone)\n", [.phone]),
      ("id_number,name,phone,bank_card\n\(holder)\n", [.card]),
      ("id_number,name,phone,bank_card,phone_status\n\(holder),\n", [.phone, .card]),
      ("id_number,name,phone,bank_card,id_status\n\(holder),\n", [.identity, .card]),
      (Self.revoked, [.identity, .phone, .card]),
    ]
    for (text, kinds) in cases {
      let place = try RegistryPlace(.sqlite)
      let report = try place.load(text) { $0.kinds = nil }
      #expect(report.kinds == kinds && report.badRows == 0)
      #expect(report.entries == kinds.count, "\(kinds)")
    }
    let place = try RegistryPlace(.sqlite)
    await expect(.refused) {
      try place.load("id_number\n\(Self.a.idNumber)\n") { $0.kinds = nil }
    }
  }

  @Test("an entry that is damaged is not added to, because its status cannot be known")
  func damaged() async throws {
    let place = try RegistryPlace(.sqlite)
    try place.load(Self.revoked)
    try await DatabaseQueue(path: place.registry).write { db in
      try db.execute(sql: "UPDATE entry SET value = zeroblob(length(value))")
    }
    await expect(.corrupt) { try place.load("id_number,name\n\(Self.a.idNumber),王芳\n") }
    // With all columns nothing is kept, and the entries are whole again.
    #expect(try place.load(Self.revoked).entries == 3)
    #expect(try RegistryVerification.read(place.target(), place.hash).entries == 3)
  }
}
