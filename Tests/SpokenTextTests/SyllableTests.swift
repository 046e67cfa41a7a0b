// Spellings of syllables, and how far apart they sound.

import SpokenText
import Testing

@Suite struct SyllableTests {
  @Test(
    "two spellings of one sound",
    arguments: [
      ("lü", "lv"), ("nüe", "nve"), ("nue", "nve"), ("yu", "ü"), ("ju", "jü"), ("xuan", "xüan"),
      ("wu", "u"), ("yi", "i"), ("you", "iu"), ("wei", "ui"), ("wen", "un"), ("yue", "üe"),
    ])
  func oneSound(_ one: String, _ other: String) throws {
    let first = try #require(Syllable(one))
    #expect(Syllable(other) == first)
  }

  @Test("sounds that spelling tells apart")
  func twoSounds() throws {
    for (one, other) in [("lu", "lv"), ("nu", "nv"), ("ju", "jiu"), ("yan", "yang"), ("o", "uo")] {
      let first = try #require(Syllable(one))
      let second = try #require(Syllable(other))
      #expect(first != second)
    }
  }

  @Test(
    "no syllable",
    arguments: ["", "x1", "zh", "b", "hello", "ZHANG", "v8", "yyy", "wong", "ng", "zhzha", "ê"])
  func none(_ text: String) { #expect(Syllable(text) == nil) }

  @Test("codes are as many as syllables")
  func codes() throws {
    var codes: Set<Int> = []
    for text in ["a", "zhuang", "shi", "er", "yong", "nv", "cuo", "s" + "eng"] {
      codes.insert(try #require(Syllable(text)).code)
    }
    #expect(codes.count == 8)
    #expect(codes.allSatisfy { (0..<Syllable.codeCount).contains($0) })
  }

  @Test(
    "what is merged costs 0.3 each",
    arguments: [
      ("zhang", "zang", 0.3), ("shan", "sang", 0.6), ("lan", "nan", 0.3), ("lin", "ning", 0.6),
      ("ren", "reng", 0.3), ("shi", "si", 0.3), ("yi", "yi", 0), ("hu", "fu", 1), ("re", "le", 1),
      ("yi", "qi", 1), ("jing", "jin", 0.3), ("ba", "pa", 1), ("xian", "xiang", 0.3),
    ])
  func merged(_ one: String, _ other: String, _ cost: Double) throws {
    let (a, b) = (try #require(Syllable(one)), try #require(Syllable(other)))
    #expect(abs(SoundTolerance.standard.distance(a, b) - cost) < 1e-12)
    #expect(SoundTolerance.standard.distance(b, a) == SoundTolerance.standard.distance(a, b))
    #expect(SoundTolerance.none.distance(a, b) == (one == other ? 0 : 1))
  }
}
