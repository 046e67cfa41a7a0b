// Confirmation digits: how they are drawn and how they are heard.

import SpokenText
import Testing

@Suite struct DigitCodeTests {
  @Test("codes of all lengths, all digits about equally often", arguments: [4, 5, 6])
  func random(_ count: Int) throws {
    var random = SeededRandom(seed: UInt64(count))
    var tally = [Int](repeating: 0, count: 10)
    var seen: Set<String> = []
    for _ in 0..<5000 {
      let code = DigitCode.random(count: count, using: &random)
      #expect(code.digits.count == count)
      for digit in code.digits { tally[digit] += 1 }
      seen.insert(code.shown)
      for example in ["385", "857", "571", "710"] { #expect(!code.shown.contains(example)) }
    }
    let each = Double(5000 * count) / 10
    #expect(tally.allSatisfy { abs(Double($0) - each) < each / 5 })
    #expect(seen.count > (count == 4 ? 3500 : 4500))
  }

  @Test("the same source, the same code")
  func seeded() {
    var (one, other) = (SeededRandom(seed: 5), SeededRandom(seed: 5))
    #expect(DigitCode.random(count: 4, using: &one) == DigitCode.random(count: 4, using: &other))
  }

  @Test("shown and said")
  func texts() throws {
    let code = try #require(DigitCode(digits: [3, 0, 9, 1]))
    #expect(code.shown == "3091")
    #expect(code.spoken == "三零九一")
    #expect("\(code)" == "<redacted>")
    #expect(DigitCode(digits: [1, 2, 3]) == nil)
    #expect(DigitCode(digits: [1, 2, 3, 4, 5, 6, 7]) == nil)
    #expect(DigitCode(digits: [1, 2, 3, 10]) == nil)
    #expect(DigitCode(digits: [1, 2, 3, -1]) == nil)
    #expect(DigitCode.decoderPrompt.contains("3 8 5 7 1 0"))
  }

  @Test(
    "digits that were heard", .needsTable,
    arguments: [
      ("三八五七", [3, 8, 5, 7]), ("3857", [3, 8, 5, 7]), ("3 8 5 7 1 0", [3, 8, 5, 7, 1, 0]),
      ("幺二三四", [1, 2, 3, 4]),
      ("两零一六", [2, 0, 1, 6]), ("伞吧午起", [3, 8, 5, 7]), ("腰林柳久", [1, 0, 6, 9]), ("是", [4]),
      ("十", [4]), ("牛", [6]),
      ("一百", [1, nil]), ("同意", [nil, 1]), ("", []), ("3,8,5", [3, 8, 5]), ("。！", []), ("山", [3]),
      ("商", [3]),
    ])
  func heard(_ text: String, _ digits: [Int?]) throws {
    let table = try InstalledTable.table()
    #expect(DigitCode.digits(in: HeardText(text, pinyin: table)) == digits)
  }
}
