// Payloads: what templates are filled with, what files give, what is refused.

import Foundation
import LoadTest
import Messages
import Testing
import Vocabulary

struct TemplateTests {
  static func lines(_ path: String) throws(UsageError) -> [String] {
    switch path {
    case "names": ["ann", "bo\"b", "c\\d"]
    case "empty": []
    default: throw UsageError("no file \(path)")
    }
  }

  static func fill(_ text: String, call: Int = 0, seed: UInt64 = 1) throws -> String {
    try Template(text, escapesJSON: true, readLines: lines)
      .fill(TemplateTurn(call: call, message: 3, seed: seed))
  }

  @Test("places are filled, the rest stays as it is")
  func places() throws {
    #expect(
      try Self.fill(#"{"a":{"b":"x-{{seq}}/{{message}}"}}"#, call: 41) == #"{"a":{"b":"x-41/3"}}"#)
    let uuid = try Self.fill("{{uuid}}")
    #expect(
      uuid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
        != nil)
    #expect(try Self.fill("{{random:12}}").wholeMatch(of: /[a-z0-9]{12}/) != nil)
  }

  @Test("the same call of the same seed is filled alike, others differently")
  func repeatable() throws {
    let text = "{{uuid}} {{random:20}}"
    #expect(try Self.fill(text, call: 5) == Self.fill(text, call: 5))
    #expect(try Self.fill(text, call: 5) != Self.fill(text, call: 6))
    #expect(try Self.fill(text, call: 5) != Self.fill(text, call: 5, seed: 2))
    #expect(Set(try (0..<500).map { try Self.fill("{{uuid}}", call: $0) }).count == 500)
  }

  @Test("lines are picked from the whole file and are safe inside a JSON string")
  func pick() throws {
    let seen = Set(try (0..<100).map { try Self.fill("{{pick:names}}", call: $0) })
    #expect(seen == ["ann", "bo\\\"b", "c\\\\d"])
    let plain = try Template("{{pick:names}}", escapesJSON: false, readLines: Self.lines)
    #expect((0..<100).contains { plain.fill(TemplateTurn(call: $0)) == "bo\"b" })
  }

  @Test(
    "what cannot be filled is refused",
    arguments: [
      "{{seq", "{{}}", "{{seqq}}", "{{seq:1}}", "{{random}}", "{{random:0}}", "{{random:x}}",
      "{{pick}}", "{{pick:empty}}", "{{pick:none}}", "{{random:99999999}}",
    ])
  func refused(text: String) {
    #expect(throws: UsageError.self) { try Self.fill(text) }
  }

  static func source(_ texts: [String], seed: UInt64 = 1) throws -> PayloadSource {
    try PayloadSource(
      texts.map { PayloadContent(name: "test", bytes: Bytes(Array($0.utf8))) },
      as: .json(DetectFacesRequest.descriptor), files: PayloadFiles(), seed: seed)
  }

  @Test("payloads are used in turn, message by message, and templates anew for every call")
  func turn() throws {
    let source = try Self.source([
      #"{"maxFaces":1}"#, #"{"maxFaces":2}"#, #"{"header":{"clientRequestId":"n{{seq}}"}}"#,
    ])
    func decoded(_ call: Int, _ count: Int = 1) throws -> [DetectFacesRequest] {
      try source.messages(call: call, count: count).map { try DetectFacesRequest(decoding: $0) }
    }
    #expect(try (0..<4).map { try decoded($0)[0].maxFaces } == [1, 2, 0, 1])
    #expect(try decoded(2)[0].header?.clientRequestId == "n2")
    #expect(try decoded(1, 2).map(\.maxFaces) == [0, 1])
  }

  @Test("a payload that is no message is refused before the test begins")
  func invalid() {
    #expect(throws: UsageError.self) { try Self.source([#"{"maxFaces":"many"}"#]) }
    #expect(throws: UsageError.self) { try Self.source([#"{"nothing":1}"#]) }
    #expect(throws: UsageError.self) { try Self.source(["{"]) }
    #expect(throws: UsageError.self) { try Self.source([]) }
  }

  @Test("folders give their files by name, .jsonl files their lines, raw files their bytes")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-load-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in [
      ("b.json", #"{"maxFaces":2}"#), ("a.jsonl", "{\"maxFaces\":7}\n\n{\"maxFaces\":8}\n"),
      (".hidden.json", "x"), ("notes.txt", "x"),
    ] {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let files = PayloadFiles()
    let found = try files.payloads(folder.path, raw: false)
    #expect(
      found.map { String(decoding: $0.bytes.array, as: UTF8.self) } == [
        #"{"maxFaces":7}"#, #"{"maxFaces":8}"#, #"{"maxFaces":2}"#,
      ])
    #expect(try files.payloads(folder.path, raw: true).count == 3)
    #expect(throws: UsageError.self) { try files.payloads(folder.path + "/none", raw: false) }
    let raw = try PayloadSource(
      files.payloads(folder.path + "/notes.txt", raw: true), as: .raw, files: files, seed: 1)
    #expect(try raw.messages(call: 9, count: 1)[0].array == [0x78])
  }
}
