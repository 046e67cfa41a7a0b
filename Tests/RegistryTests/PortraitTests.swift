// Portraits: sealed to one entry, made of pictures that never leave their folder, kept as everything else of a holder is.

import Foundation
import GRDB
import Registry
import Sealing
import Synchronization
import Testing
import Vocabulary

/// Pictures whose "template" is what stands in them, so that every step but the face models is the real one.
final class PictureFolder {
  let path = NSTemporaryDirectory() + "pictures-" + UUID().uuidString
  static let contract = [UInt8](repeating: 0xC0, count: RegistryLimits.portraitContractBytes)
  let made = Counted()

  final class Counted: Sendable {
    private let value = Atomic(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.wrappingAdd(1, ordering: .relaxed) }
  }

  init() throws {
    try FileManager.default.createDirectory(
      atPath: path + "/below", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func put(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func enrolment(_ contract: [UInt8] = contract) throws -> PortraitEnrolment {
    let made = made
    return PortraitEnrolment(folder: try PortraitFolder(path), contract: contract) { picture in
      made.add()
      switch String(decoding: picture.array, as: UTF8.self) {
      case "two faces": return .failure(.defect(.faces))
      case "blurred": return .failure(.defect(.faceQuality))
      case "no lanes": return .failure(.fault(RegistryFault(.inputOutput, "planted")))
      case "": return .failure(.defect(.picture))
      default: break
      }
      guard
        let template = PortraitTemplate(contract: contract, numbers: SecretBytes(picture.array))
      else { return .failure(.defect(.pictureBytes)) }
      return .success(template)
    }
  }
}

@Suite(.serialized) struct PortraitTests {
  static let (a, b) = (people[0], people[1])
  static let hash = RegistryHashTests.hash()

  private static func template(
    _ text: String, _ contract: [UInt8] = PictureFolder.contract
  ) throws -> PortraitTemplate {
    try #require(PortraitTemplate(contract: contract, numbers: SecretBytes(Array(text.utf8))))
  }

  /// What is held of a person, opened; nil if there is nothing.
  private static func held(
    _ place: RegistryPlace, _ number: String, name: String
  ) async throws -> String? {
    let store = place.store()
    let asked = question(.identity, number, [(.name, name)])
    let answer = try await store.answer(asked, before: soon)
    await store.shutdown()
    guard case .identity(_, .matches, _, let portrait?) = answer else { return nil }
    let opened = try #require(place.hash.open(portrait, beside: asked.key))
    return String(decoding: opened.array, as: UTF8.self)
  }

  @Test("a seal opens for its entry, key and contract alone, and every changed byte is noticed")
  func seals() throws {
    let hash = Self.hash
    let (key, other) = (hash.key(.identity, nil, "1"), hash.key(.identity, nil, "2"))
    let sealed = hash.seal(try Self.template("numbers of a face"), beside: key)
    #expect(hash.open(sealed, beside: key)?.array == Array("numbers of a face".utf8))
    #expect(hash.open(sealed, beside: other) == nil)
    #expect(RegistryHashTests.hash(8).open(sealed, beside: key) == nil)
    #expect(sealed.contract == PictureFolder.contract)
    // The same again, another face or other models: never one nonce for two contents.
    #expect(hash.seal(try Self.template("numbers of a face"), beside: key) == sealed)
    let record = { (portrait: SealedPortrait) in
      RegistryRecord.identity(status: .valid, name: nil, validity: nil, portrait: portrait).bytes
    }
    let nonce = { (bytes: [UInt8]) in Array(bytes[22..<34]) }
    let own = record(sealed)
    #expect(RegistryRecord(own) != nil && own.count <= RegistryLimits.recordBytesMax)
    let models = [UInt8](repeating: 0xC1, count: RegistryLimits.portraitContractBytes)
    for (bytes, contract) in [
      ("numbers of a fACE", PictureFolder.contract), ("numbers of a face", models),
    ] {
      let next = record(hash.seal(try Self.template(bytes, contract), beside: key))
      #expect(nonce(next) != nonce(own))
    }
    #expect(
      nonce(record(hash.seal(try Self.template("numbers of a face"), beside: other))) != nonce(own))
    for place in 6..<own.count {
      var changed = own
      changed[place] ^= 1
      guard case .identity(_, _, _, let portrait?) = RegistryRecord(changed) else {
        Issue.record("a portrait is bytes to a record")
        continue
      }
      #expect(hash.open(portrait, beside: key) == nil, "byte \(place)")
    }
    for count in own.indices { #expect(RegistryRecord(Array(own[..<count])) == nil) }
    #expect(RegistryRecord(own + [0]) == nil)
  }

  @Test("a template of more bytes than there is room for is none")
  func bounds() {
    let most = RegistryLimits.templateBytesMax
    let numbers = { SecretBytes([UInt8](repeating: 1, count: $0)) }
    #expect(PortraitTemplate(contract: PictureFolder.contract, numbers: numbers(most)) != nil)
    #expect(PortraitTemplate(contract: PictureFolder.contract, numbers: numbers(most + 1)) == nil)
    #expect(PortraitTemplate(contract: [1], numbers: numbers(1)) == nil)
  }

  @Test("pictures are imported, kept, replaced and taken away", arguments: RegistryKind.present)
  func kept(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let pictures = try PictureFolder()
    let longest = String(repeating: "x", count: RegistryLimits.templateBytesMax)
    try pictures.put("a.jpg", "face of a")
    try pictures.put("below/b.jpg", longest)
    let (a, b) = (Self.a, Self.b)
    let head = "id_number,name,portrait\n"
    @discardableResult func load(_ text: String) throws -> ImportReport {
      try place.load(text) {
        $0.portraits = try? pictures.enrolment()
        $0.kinds = nil
      }
    }
    let report = try load(head + "\(a.idNumber),王芳,a.jpg\n\(b.idNumber),李伟,below/b.jpg\n")
    #expect(report.entries == 2 && report.badRows == 0 && report.kinds == [.identity])
    #expect(try await Self.held(place, a.idNumber, name: "王芳") == "face of a")
    #expect(try await Self.held(place, b.idNumber, name: "李伟") == longest)
    let outcome = try RegistryVerification.read(place.target(), place.hash)
    #expect(outcome.entries == 2 && outcome.portraits == [PictureFolder.contract: 2])
    // A file without the column says nothing of portraits, whatever columns it has.
    try load(
      "id_number,name,id_status,valid_from,valid_until\n\(a.idNumber),王芳,,20200101,20400101\n")
    #expect(try await Self.held(place, a.idNumber, name: "王芳") == "face of a")
    // A portrait does not stand beside another holder's name, and an empty field takes it away.
    try load("id_number,name\n\(a.idNumber),孙丽\n")
    #expect(try await Self.held(place, a.idNumber, name: "孙丽") == nil)
    try load(head + "\(b.idNumber),李伟,\n")
    #expect(try await Self.held(place, b.idNumber, name: "李伟") == nil)
    #expect(try RegistryVerification.read(place.target(), place.hash).portraits.isEmpty)
    try load(head + "\(b.idNumber),李伟,a.jpg\n")
    #expect(try await Self.held(place, b.idNumber, name: "李伟") == "face of a")
  }

  @Test("a picture that is none, or leaves its folder, is told by row and column")
  func defects() async throws {
    let place = try RegistryPlace(.sqlite)
    let pictures = try PictureFolder()
    try pictures.put("a.jpg", "face of a")
    for text in ["two faces", "blurred", ""] { try pictures.put("\(text).jpg", text) }
    try Data(count: RegistryLimits.pictureBytesMax + 1).write(
      to: URL(fileURLWithPath: pictures.path + "/large.jpg"))
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: pictures.path + "/link.jpg", withDestinationPath: pictures.path + "/a.jpg")
    try files.createSymbolicLink(
      atPath: pictures.path + "/linked", withDestinationPath: pictures.path)
    #expect(mkfifo(pictures.path + "/pipe.jpg", 0o600) == 0)
    let long = String(repeating: "x", count: RegistryLimits.picturePathBytesMax + 1)
    let rows: [(String, RowDefect)] = [
      ("../a.jpg", .pathOutside), ("below/../a.jpg", .pathOutside), ("/etc/passwd", .pathOutside),
      ("./a.jpg", .pathOutside), ("below//b.jpg", .pathOutside), ("a.jpg/", .pathOutside),
      ("link.jpg", .pathOutside), ("linked/a.jpg", .pathOutside), (long, .pathOutside),
      ("a.jpg/b.jpg", .pathOutside), ("none.jpg", .noPicture), ("below", .noPicture),
      ("pipe.jpg", .noPicture), ("large.jpg", .pictureBytes), (".jpg", .picture),
      ("two faces.jpg", .faces), ("blurred.jpg", .faceQuality),
    ]
    let text =
      "id_number,name,portrait\n" + rows.map { "\(Self.a.idNumber),王芳,\($0.0)\n" }.joined()
      + "\(Self.b.idNumber),李伟,a.jpg\n"
    let report = try place.load(text) { $0.portraits = try? pictures.enrolment() }
    #expect(report.entries == 1 && report.badRows == rows.count)
    for (index, row) in rows.enumerated() where index < report.told.count {
      let told = report.told[index]
      #expect(told.row == index + 2 && told.column == .portrait)
      #expect(told.defect == row.1, "\(row.0.prefix(20))")
    }
    // What is wrong elsewhere in the row is told before anybody looks at a picture.
    let before = pictures.made.count
    try place.load("id_number,name,portrait\n\(Self.a.idNumber),,a.jpg\n") {
      $0.portraits = try? pictures.enrolment()
    }
    #expect(pictures.made.count == before)
    await expect(.refused) {
      try place.load("id_number,name,portrait\n\(Self.a.idNumber),王芳,a.jpg\n")
    }
    #expect(throws: RegistryFault.self) { try PortraitFolder(pictures.path + "/none") }
  }

  @Test("what is no row's fault ends the import, which goes on later; other models begin anew")
  func resumed() async throws {
    let place = try RegistryPlace(.sqlite)
    let pictures = try PictureFolder()
    let count = 400
    var text = "id_number,name,portrait\n"
    for index in 0..<count {
      try pictures.put("\(index).jpg", "face \(index)")
      text += "\(people[index].idNumber),\(people[index].name),\(index).jpg\n"
    }
    try pictures.put("399.jpg", "no lanes")
    let file = try place.file(text)
    let load = { (contract: [UInt8]) in
      try place.load(file: file) {
        $0.portraits = try? pictures.enrolment(contract)
        $0.pieceBytes = 5000
        $0.workers = 1
      }
    }
    await expect(.inputOutput) { _ = try load(PictureFolder.contract) }
    #expect(!FileManager.default.fileExists(atPath: place.registry))
    try pictures.put("399.jpg", "face 399")
    let before = pictures.made.count
    let report = try load(PictureFolder.contract)
    #expect(report.piecesKept == report.pieces - 1 && report.entries == count)
    #expect(pictures.made.count - before < count / 2)
    #expect(try await Self.held(place, people[7].idNumber, name: people[7].name) == "face 7")
    try pictures.put("399.jpg", "no lanes")
    await expect(.inputOutput) { _ = try load(PictureFolder.contract) }
    try pictures.put("399.jpg", "face 399")
    let models = [UInt8](repeating: 0xC1, count: RegistryLimits.portraitContractBytes)
    #expect(try load(models).piecesKept == 0)
    #expect(try RegistryVerification.read(place.target(), place.hash).portraits == [models: count])
  }

  @Test("a portrait that was moved to another number is damage, in the whole entry and by itself")
  func moved() async throws {
    let place = try RegistryPlace(.sqlite)
    let pictures = try PictureFolder()
    try pictures.put("a.jpg", "face of a")
    let (a, b) = (Self.a, Self.b)
    try place.load("id_number,name,portrait\n\(a.idNumber),王芳,a.jpg\n\(b.idNumber),李伟,\n") {
      $0.portraits = try? pictures.enrolment()
    }
    let (one, two) = (
      place.hash.key(.identity, nil, a.idNumber), place.hash.key(.identity, nil, b.idNumber)
    )
    // Somebody who may write the database, but has not the key.
    try await DatabaseQueue(path: place.registry).write { db in
      try db.execute(
        sql: "UPDATE entry SET value = (SELECT value FROM entry WHERE key = ?) WHERE key = ?",
        arguments: [Data(one.bytes), Data(two.bytes)])
    }
    let store = place.store(lanes: 1)
    await expect(.corrupt) {
      _ = try await store.answer(question(.identity, b.idNumber), before: soon)
    }
    await store.shutdown()
    #expect(throws: RegistryFault.self) {
      try RegistryVerification.read(place.target(), place.hash)
    }
    // An entry whose own seal holds, with another's portrait in it.
    let record = RegistryRecord.identity(
      status: .valid, name: nil, validity: nil,
      portrait: place.hash.seal(try Self.template("face of a"), beside: one))
    let value = RegistryHashTests.sealed(record, two)
    try await DatabaseQueue(path: place.registry).write { db in
      try db.execute(
        sql: "UPDATE entry SET value = ? WHERE key = ?",
        arguments: [Data(value), Data(two.bytes)])
    }
    let told = "the portrait of entry \(one < two ? 2 : 1) does not hold its seal"
    #expect(throws: RegistryFault(.corrupt, told)) {
      try RegistryVerification.read(place.target(), place.hash)
    }
  }

  @Test("nothing of a picture, its template or its path is in the registry or beside it")
  func canary() async throws {
    let place = try RegistryPlace(.sqlite)
    let pictures = try PictureFolder()
    let picture = "JFIF marked content of a picture, which is also its template"
    try pictures.put("marked-path.jpg", picture)
    let file = try place.file("id_number,name,portrait\n\(Self.a.idNumber),王芳,marked-path.jpg\n")
    #expect(throws: RegistryFault.self) {
      try place.load(file: file) {
        $0.portraits = try? pictures.enrolment()
      } progress: {
        $0.phase == .reading
      }
    }
    let beside = try FileManager.default.contentsOfDirectory(atPath: place.folder + "/import")
    #expect(beside.contains { $0.hasSuffix(".run") })
    func search() throws -> Int {
      var searched = 0
      let names = try #require(FileManager.default.enumerator(atPath: place.folder)).allObjects
      for case let name as String in names where !name.hasSuffix(".csv") {
        guard let data = FileManager.default.contents(atPath: place.folder + "/" + name) else {
          continue
        }
        searched += 1
        for needle in ["marked content", "marked-path", "also its template"] {
          #expect(data.range(of: Data(needle.utf8)) == nil, "\(name)")
        }
      }
      return searched
    }
    #expect(try search() > 2)
    try place.load(file: file) { $0.portraits = try? pictures.enrolment() }
    #expect(try search() == 1)
    #expect(try await Self.held(place, Self.a.idNumber, name: "王芳") == picture)
  }
}
