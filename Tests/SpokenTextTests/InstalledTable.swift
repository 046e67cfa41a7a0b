// The table of readings that set-up made, for the tests that need all of it.

import SpokenText
import TestSupport
import Testing

enum InstalledTable {
  private static let path = Workplace.deps + "/models/" + PinyinTable.fileName
  static let isThere = Workplace.exists(path)
  static var bytes: [UInt8] { get throws { try Workplace.read(path) } }
  private static let loaded: PinyinTable? = (try? bytes).flatMap { try? PinyinTable($0) }

  static func table() throws -> PinyinTable { try #require(loaded, "run `make setup`") }
}

extension Trait where Self == ConditionTrait {
  /// Runs where set-up was.
  static var needsTable: Self { .enabled(if: InstalledTable.isThere, "run `make setup`") }
}

/// The usual way to say `text`, all parts.
func usual(_ text: String) throws -> String {
  let expected = try ExpectedText(text, field: "text", pinyin: try InstalledTable.table())
  return expected.parts.map(\.defaultForm.text).joined()
}

/// The only part of `text`.
func part(_ text: String, names: [String] = []) throws -> ExpectedText.Part {
  let places = names.flatMap { ExpectedText.places(of: $0, in: text) }
  let expected = try ExpectedText(
    text, field: "text", pinyin: try InstalledTable.table(), names: places)
  try #require(expected.parts.count == 1)
  return expected.parts[0]
}

func align(_ text: String, _ heard: String) throws -> SpokenAlignment {
  try part(text).align(HeardText(heard, pinyin: try InstalledTable.table()))
}
