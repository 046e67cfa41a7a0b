// Points as files, written and read again, and how characters are folded.

import Foundation
import SpokenText
import Testing

@Suite struct TableFileTests {
  @Test("written and read again")
  func again() throws {
    for point in OperatingPoint.all {
      let bytes = try JSONEncoder().encode(point)
      #expect(try JSONDecoder().decode(OperatingPoint.self, from: bytes) == point)
    }
  }

  @Test("wide and compatibility forms are folded as NFKC folds them", .needsTable)
  func folding() throws {
    let table = try InstalledTable.table()
    var compared = 0
    for value in (0x2E80...0x2FD5).map(UInt32.init) + (0xF900...0xFAD9) + (0xFF10...0xFF5A) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(Character(scalar))
      let folded = text.precomposedStringWithCompatibilityMapping
      guard folded != text || (0xF900...0xFAD9).contains(value), folded.count == 1,
        let expected = try? ExpectedText(folded, field: "t", pinyin: table)
      else { continue }
      let found = try ExpectedText(text, field: "t", pinyin: table)
      #expect(found.parts[0].defaultForm.text == expected.parts[0].defaultForm.text)
      compared += 1
    }
    #expect(compared > 600)
  }
}
