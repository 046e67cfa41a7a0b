// Imports: what a row must be, what is told of one that is not, and what interruption and repetition change.

import Foundation
import Registry
import Testing
import Vocabulary

@Suite(.serialized) struct RegistryImportTests {
  static let (a, b, c) = (people[0], people[1], people[2])

  @Test(
    "rows with a defect are told by row and column and left out", arguments: RegistryKind.present)
  func defects(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let (a, b) = (Self.a, Self.b)
    let wrongCheck = a.idNumber.dropLast() + (a.idNumber.hasSuffix("1") ? "2" : "1")
    let rows: [(String, ImportColumn?, RowDefect)] = [
      ("\(wrongCheck),王芳,,,", .idNumber, .checkCharacter),
      ("123,王芳,,,", .idNumber, .form),
      ("11010519491331002X,王芳,,,", .idNumber, .date),
      ("\(a.idNumber),王,,,", .name, .length), ("\(a.idNumber),王3,,,", .name, .character),
      ("\(a.idNumber),王\u{E000},,,", .name, .privateUse), ("\(a.idNumber),,,,", .name, .missing),
      ("\(a.idNumber),王芳,20200101,20190101,", .validUntil, .date),
      ("\(a.idNumber),王芳,20200101,,", .validUntil, .missing),
      ("\(a.idNumber),王芳,,,12345", .phone, .length),
      ("\(a.idNumber),王芳,,,14800000000", .phone, .machine),
      ("\(a.idNumber),王芳,,,23800000000", .phone, .prefix), ("\(a.idNumber),王芳,", nil, .columnCount),
      ("\(a.idNumber),王芳,,,,", nil, .columnCount), ("\(a.idNumber),\"王芳,,,", nil, .quotes),
      ("\(a.idNumber),王\"芳,,,", nil, .quotes), (",,,,", nil, .empty),
      (String(repeating: "9", count: 5000) + ",王芳,,,", nil, .tooLong),
    ]
    let text =
      "id_number,name,valid_from,valid_until,phone\n" + rows.map { $0.0 + "\n" }.joined()
      + "\n\"\(b.idNumber)\",  \"王芳\" ,,,\r\n".replacingOccurrences(
        of: "  \"王芳\" ", with: "\" 王芳\"")
    let report = try place.load(text)
    #expect(report.rows == rows.count + 1)
    #expect(report.badRows == rows.count)
    #expect(report.entries == 1)
    for (index, row) in rows.enumerated() {
      #expect(report.told[index].row == index + 2)
      #expect(report.told[index].column == row.1, "\(index)")
      #expect(report.told[index].defect == row.2, "\(index)")
    }
    let bytes = Data((text + "\(a.idNumber),").utf8) + Data([0xFF, 0xFE]) + Data(",,,\n".utf8)
    let path = place.folder + "/latin.csv"
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try place.load(file: path).told.last?.defect == .notUTF8)
  }

  @Test("a file without usable columns is refused and changes nothing")
  func headers() throws {
    let place = try RegistryPlace(.sqlite)
    for text in [
      "", "a,b\n1,2\n", "name\n王芳\n", "phone,phone\n", "\"phone\n",
      String(repeating: "x", count: 5000),
    ] {
      #expect(throws: RegistryFault.self) { try place.load(text) }
    }
    #expect(throws: RegistryFault.self) { try place.load(file: place.folder) }
    #expect(throws: RegistryFault.self) { try place.load(file: place.folder + "/none") }
    #expect(!FileManager.default.fileExists(atPath: place.registry))
    let report = try place.load("\u{FEFF}phone,other\n\(Self.a.phone),x")
    #expect(report.entries == 1 && report.rows == 1)
  }

  @Test(
    "the last row of a number counts, in the file and over the old registry",
    arguments: RegistryKind.present)
  func lastCounts(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let (a, b, c) = (Self.a, Self.b, Self.c)
    let head = "id_number,name\n"
    try place.load(head + "\(a.idNumber),王芳\n\(b.idNumber),李伟\n\(a.idNumber),赵磊\n")
    let report = try place.load(head + "\(b.idNumber),孙丽\n\(c.idNumber),周强\n", now: 2000)
    #expect(report.entries == 3)
    let store = place.store()
    for (number, name) in [(a.idNumber, "赵磊"), (b.idNumber, "孙丽"), (c.idNumber, "周强")] {
      #expect(
        try await store.answer(question(.identity, number, [(.name, name)]), before: soon)
          == .identity(status: .valid, name: .matches, validity: .notAsked))
    }
    #expect(try await store.check(before: soon) == RegistrySummary(entries: 3, importedAt: 2000))
    await store.shutdown()
  }

  @Test("an open store sees the registry that takes its place", arguments: RegistryKind.present)
  func replaced(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let (a, b) = (Self.a, Self.b)
    try place.load("id_number,name\n\(a.idNumber),王芳\n")
    let store = place.store(lanes: 1)
    let asked = question(.identity, b.idNumber, [(.name, "李伟")])
    #expect(try await store.answer(asked, before: soon) == nil)
    try place.load("id_number,name\n\(b.idNumber),李伟\n")
    #expect(
      try await store.answer(asked, before: soon)
        == .identity(status: .valid, name: .matches, validity: .notAsked))
    await store.shutdown()
  }

  @Test("kinds that are not asked for are left as they are", arguments: RegistryKind.present)
  func kinds(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    let a = Self.a
    try place.load("id_number,name,valid_from,valid_until\n\(a.idNumber),王芳,20200101,20400101\n")
    try place.load("id_number,name,phone\n\(a.idNumber),王芳,\(a.phone)\n") { $0.kinds = [.phone] }
    let store = place.store()
    let asked = question(.identity, a.idNumber, [(.validity, "20200101-20400101")])
    #expect(
      try await store.answer(asked, before: soon)
        == .identity(status: .valid, name: .notAsked, validity: .matches))
    #expect(try await store.answer(question(.phone, a.phone), before: soon) != nil)
    await store.shutdown()
  }

  @Test(
    "an interrupted import changes nothing, goes on where it was, and done twice is done once",
    arguments: RegistryKind.present)
  func interruption(_ kind: RegistryKind) async throws {
    let place = try RegistryPlace(kind)
    try place.load("id_number,name\n\(people[9000].idNumber),王芳\n")
    let path = place.folder + "/many.csv"
    let count = 3000
    try people.write(count, to: path, phones: false, cards: false)
    var isReading = true
    #expect(throws: RegistryFault.self) {
      try place.load(
        file: path,
        progress: { progress in
          isReading = progress.phase == .reading
          return isReading
        })
    }
    #expect(!isReading)
    let store = place.store(lanes: 1)
    #expect(try await store.check(before: soon).entries == 1)
    let report = try place.load(file: path)
    #expect(report.piecesKept == report.pieces && report.rows == count)
    #expect(report.entries == count + 1)
    #expect(try await store.check(before: soon).entries == count + 1)
    let again = try place.load(file: path)
    #expect(again.piecesKept == 0 && again.entries == count + 1)
    #expect(try RegistryVerification.read(place.target(), place.hash).entries == count + 1)
    #expect(!FileManager.default.fileExists(atPath: place.folder + "/import"))
    await store.shutdown()
  }

  @Test("a sorted piece that a machine lost as it stopped is made again")
  func lostPieces() async throws {
    let place = try RegistryPlace(.sqlite)
    let count = 2000
    let path = place.folder + "/many.csv"
    try people.write(count, to: path, phones: false, cards: false)
    let small = { (options: inout ImportOptions) in options.pieceBytes = 8192 }
    #expect(throws: RegistryFault.self) {
      try place.load(file: path, small) { $0.phase == .reading }
    }
    let folder = place.folder + "/import"
    let files = FileManager.default
    let pieces = try files.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".run") }.count
    var zeroed = try #require(files.contents(atPath: folder + "/piece-1.run"))
    zeroed.replaceSubrange(300..<400, with: Data(count: 100))
    try zeroed.write(to: URL(fileURLWithPath: folder + "/piece-1.run"))
    let cut = try #require(files.contents(atPath: folder + "/piece-2.run"))
    try cut.dropLast().write(to: URL(fileURLWithPath: folder + "/piece-2.run"))
    try files.removeItem(atPath: folder + "/piece-3.run")
    try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/piece-4.json"))
    let report = try place.load(file: path, small)
    #expect(report.piecesKept == pieces - 4 && report.entries == count && report.rows == count)
    #expect(try RegistryVerification.read(place.target(), place.hash).entries == count)
  }

  @Test(
    "files in pieces lose no row and number them rightly, wherever they are cut",
    arguments: [4097, 5000, 8191, 65_536])
  func pieces(_ pieceBytes: Int) async throws {
    let place = try RegistryPlace(.sqlite)
    let count = 3000
    var text = SyntheticPeople.header + "\n"
    var bad: [Int] = []
    for index in 0..<count {
      text +=
        people.row(index, phones: index % 3 == 0, cards: false) + (index % 5 == 0 ? "\r\n" : "\n")
      if index % 700 == 0 { text += "\n" }
      guard index % 400 == 0 else { continue }
      // Longer than a row may be, and than a piece.
      text += String(repeating: "x", count: index % 800 == 0 ? 20_000 : 3) + "\n"
      bad.append(text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) })
    }
    let report = try place.load(text) { $0.pieceBytes = pieceBytes }
    #expect(report.pieces > 1)
    #expect(report.rows == count + bad.count && report.badRows == bad.count)
    #expect(report.entries == count + count / 3)
    #expect(report.told.map(\.row) == bad)
    let store = place.store(lanes: 1)
    for index in stride(from: 0, to: count, by: 37) {
      let asked = question(.identity, people[index].idNumber, [(.name, people[index].name)])
      #expect(
        try await store.answer(asked, before: soon)
          == .identity(status: .valid, name: .matches, validity: .notAsked))
    }
    await store.shutdown()
  }

  @Test("no bytes, whatever they are, end an import: each row is taken or told")
  func anyBytes() throws {
    let place = try RegistryPlace(.sqlite)
    var random = SeededRandom(seed: 31)
    let alphabet = Array("0123456789,,,\"\r王芳·X \t".utf8) + [0, 0xFF, 0xE5, 0xC0]
    var bytes = Array("id_number,name,phone\n".utf8)
    for _ in 0..<5000 {
      if Int.random(in: 0..<4, using: &random) == 0 {
        bytes += Array("\(people[Int.random(in: 0..<99, using: &random)].idNumber),王芳,".utf8)
      }
      bytes += (0..<Int.random(in: 0..<40, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    let path = place.folder + "/any.csv"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let report = try place.load(file: path)
    #expect(report.badRows > 3000 && report.rows > report.badRows)
    #expect(report.told.count == RegistryLimits.badRowsToldMax)
    #expect(report.entries > 0 && report.entries <= 99)
  }

  @Test("nothing of what is imported can be read in the registry or beside it")
  func canary() async throws {
    let place = try RegistryPlace(.sqlite)
    let (a, b) = (Self.a, Self.b)
    let text =
      "id_number,name,phone,bank_card\n\(a.idNumber),欧阳娜娜,\(a.phone),\(a.card)\n"
      + "\(b.idNumber),3欧阳,\(b.phone),\(b.card)\n"
    let path = try place.file(text)
    #expect(throws: RegistryFault.self) {
      try place.load(file: path, progress: { $0.phase == .reading && $0.done == 0 })
    }
    let report = try place.load(file: path)
    try FileManager.default.removeItem(atPath: path)
    let secrets = [a.idNumber, a.phone, a.card, b.idNumber, b.phone, b.card, "欧阳"]
    var told = "\(report)"
    dump(report, to: &told)
    let names = try #require(FileManager.default.enumerator(atPath: place.folder)).allObjects
    #expect(!names.isEmpty)
    for name in names {
      guard let bytes = FileManager.default.contents(atPath: "\(place.folder)/\(name)") else {
        continue
      }
      for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil) }
    }
    for secret in secrets { #expect(!told.contains(secret)) }
  }
}
