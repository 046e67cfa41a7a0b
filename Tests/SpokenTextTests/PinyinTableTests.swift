// The table of readings: what it says, and what is no table.

import SpokenText
import Testing

@Suite struct PinyinTableTests {
  static let small = """
    mandarin-pinyin 1 4
    # a notice
    不\tbu4:23305 bu2
    会\thui4:6866 kuai4:9
    會\t=会
    行\txing2:2943 hang2:218

    """

  static func fault(_ text: String) -> PinyinTableError? {
    do throws(PinyinTableError) {
      _ = try PinyinTable(Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("a small table")
  func reads() throws {
    let table = try PinyinTable(Array(Self.small.utf8))
    #expect(table.count == 4)
    #expect(table.readings(of: "行").map(\.tone) == [2, 2])
    #expect(table.readings(of: "行").map(\.count) == [2943, 218])
    #expect(table.syllables(of: "不") == [try #require(Syllable("bu"))])
    #expect(table.syllables(of: "會") == table.syllables(of: "会"))
    #expect(table.simplified("不會 A") == "不会 A")
    #expect(!table.hasReading("A"))
    #expect(table.readings(of: "张").isEmpty)
    #expect(table.commonestCharacter(try #require(Syllable("hui"))) == "会")
    // Mostly read otherwise.
    #expect(table.commonestCharacter(try #require(Syllable("kuai"))) == nil)
  }

  @Test(
    "what is no table",
    arguments: [
      ("mandarin-pinyin 1 4", "mandarin-pinyin 2 4", 1, PinyinTableError.Reason.heading),
      ("mandarin-pinyin 1 4", "mandarin-pinyin 1 04", 1, .heading),
      ("mandarin-pinyin 1 4", "mandarin-pinyin 1 0", 1, .heading),
      ("mandarin-pinyin 1 4", "mandarin-pinyin 1 99999999999999999999", 1, .heading),
      ("mandarin-pinyin 1 4", "mandarin-pinyin 1 3", 1, .lineCount),
      ("# a notice\n", "", 2, .notice),
      ("行\t", "行 ", 6, .character), ("行\t", "行行\t", 6, .character), ("行\t", "\t", 6, .character),
      ("行\t", "不\t", 6, .order), ("行\t", "會\t", 6, .order),
      ("xing2", "xzng2", 6, .syllable), ("xing2", "Xing2", 6, .syllable),
      ("xing2", "2", 6, .syllable),
      ("xing2", "xing6", 6, .tone), ("xing2", "xing", 6, .tone),
      (":2943", ":0", 6, .count), (":2943", ":", 6, .count), (":2943", ":-1", 6, .count),
      (":2943", ":99999999", 6, .count),
      ("hang2:218", "xing2:218", 6, .readings), (" hang2:218", " ", 6, .readings),
      (" hang2:218", "  hang2", 6, .readings),
      (" hang2:218", " a1 a2 a3 a4 a5 e1 e2 e3 e4 e5", 6, .readings),
      ("=会", "=回", 5, .form), ("=会", "=會", 5, .form), ("=会", "=", 5, .character),
    ])
  func refuses(
    _ part: String, _ other: String, _ line: Int, _ reason: PinyinTableError.Reason
  ) throws {
    let parts = Self.small.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let error = try #require(Self.fault(parts[0] + other + parts[1]))
    #expect(error.line == line)
    #expect(error.reason == reason)
    #expect(error.description.contains("make setup"))
  }

  @Test("more readings than a character has")
  func manyReadings() throws {
    let words = (0..<11).map { "a\($0 % 5 + 1)" }.joined(separator: " ")
    let error = try #require(Self.fault("mandarin-pinyin 1 1\n#\n不\t\(words)\n"))
    #expect(error.reason == .readings)
  }

  @Test("a file that is too long, empty, or not UTF-8")
  func bytes() {
    #expect(Self.fault("")?.reason == .lineCount)
    #expect(Self.fault("\n")?.reason == .heading)
    let long = [UInt8](repeating: 0x23, count: PinyinTableLimits.fileBytesMax + 1)
    #expect(throws: PinyinTableError(line: 1, reason: .tooLong)) { try PinyinTable(long) }
    let broken = Array("mandarin-pinyin 1 1\n#\n".utf8) + [0xFF, 0xFE, 0x09, 0x61, 0x31, 0x0A]
    #expect(throws: PinyinTableError(line: 3, reason: .notUTF8)) { try PinyinTable(broken) }
  }

  @Test("cut off at every place, it is refused")
  func truncated() {
    let bytes = Array(Self.small.utf8)
    for end in 0..<bytes.count {
      #expect(throws: PinyinTableError.self) { try PinyinTable(bytes[..<end]) }
    }
  }

  @Test("altered at random, it is read or refused")
  func altered() {
    var random = SeededRandom(seed: 7)
    var refused = 0
    for _ in 0..<5000 {
      var bytes = Array(Self.small.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if let table = try? PinyinTable(bytes) {
        for character in table.characters { _ = table.commonestHomophone(of: character) }
      } else {
        refused += 1
      }
    }
    #expect(refused > 2500)
    #expect(refused < 5000)
  }
}

@Suite(.needsTable) struct InstalledTableTests {
  @Test(
    "how characters are read",
    arguments: [
      ("行", ["xing", "hang"]), ("了", ["le", "liao"]), ("单", ["dan", "shan"]),
      ("解", ["jie", "xie"]),
      ("壹", ["yi"]), ("仟", ["qian"]), ("幺", ["yao"]), ("〇", ["ling"]), ("嗯", ["en"]),
      ("重", ["zhong", "chong"]), ("喆", ["zhe"]), ("䶮", ["yan"]), ("𬭎", ["hong"]),
      ("陆", ["lu", "liu"]),
    ])
  func readings(_ character: String, _ sounds: [String]) throws {
    let found = try InstalledTable.table().syllables(of: Character(character))
    for sound in sounds { #expect(found.contains(try #require(Syllable(sound)))) }
    #expect(found.first == Syllable(sounds[0]))
  }

  @Test("forms of characters")
  func forms() throws {
    let table = try InstalledTable.table()
    #expect(table.simplified("本人願意授權貳萬參仟圓整，後悔無效。") == "本人愿意授权贰万参仟圆整，后悔无效。")
    #expect(table.simplified("幺乾著⼀⾏") == "幺乾著一行")
    // A compatibility ideograph, written as an escape: editors replace it by the unified one.
    #expect(table.simplified("\u{F900}").unicodeScalars.first == "\u{5C82}")
  }

  @Test("rare characters have common companions, common ones none")
  func homophones() throws {
    let table = try InstalledTable.table()
    for rare in ["喆", "淼", "堃", "祎", "䶮", "𬭎"] as [Character] {
      let common = try #require(table.commonestHomophone(of: rare))
      #expect(table.count(of: common) > 0)
      #expect(table.syllables(of: common).contains(table.syllables(of: rare)[0]))
    }
    for common in ["不", "行", "张"] as [Character] {
      #expect(table.commonestHomophone(of: common) == nil)
    }
    #expect(table.commonestHomophone(of: "A") == nil)
    #expect(table.commonSyllables.count > 380)
  }

  @Test("of the whole file, no line can be left out")
  func sampled() throws {
    let bytes = try InstalledTable.bytes
    let table = try PinyinTable(bytes)
    #expect(table.count > 42_000)
    var random = SeededRandom(seed: 11)
    for _ in 0..<20 {
      let end = Int.random(in: 0..<bytes.count, using: &random)
      #expect(throws: PinyinTableError.self) { try PinyinTable(bytes[..<end]) }
    }
    // Every character that common simplified text uses: GB 2312's first level has readings.
    for scalar in "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后" {
      #expect(!table.syllables(of: scalar).isEmpty)
    }
  }
}
