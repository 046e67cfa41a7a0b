// The list of nations.

import IdentityNumbers
import Testing

@Suite struct NationTests {
  @Test("56 nations with codes 01 to 56, and three entries beside them")
  func list() {
    #expect(Nation.all.count == 59)
    for (place, nation) in Nation.all.prefix(56).enumerated() {
      #expect(nation.code.flatMap { Int($0) } == place + 1)
      #expect(nation.code?.count == 2)
    }
    #expect(Set(Nation.all.map(\.name)).count == 59)
    #expect(Set(Nation.all.compactMap(\.letters)).count == 56)
    #expect(Nation.all.prefix(56).allSatisfy { $0.letters?.count == 2 })
  }

  @Test(
    "names, codes and letters belong together",
    arguments: [
      ("汉", "01", "HA"), ("维吾尔", "05", "UG"), ("满", "11", "MA"), ("高山", "23", "GS"),
      ("仡佬", "37", "GL"), ("京", "49", "GI"), ("鄂伦春", "52", "OR"), ("基诺", "56", "JN"),
    ])
  func entries(_ name: String, _ code: String, _ letters: String) {
    let nation = Nation(name)
    #expect(nation?.code == code)
    #expect(nation?.letters == letters)
    #expect(Nation(name + "族") == nation)
    #expect(Nation(code: code) == nation)
  }

  @Test("others are known, and what is not a nation is not")
  func others() {
    #expect(Nation("穿青人") != nil)
    #expect(Nation("其他")?.code == "97")
    #expect(Nation("外国血统中国籍人士")?.code == "98")
    for text in ["", "族", "汉人", "漢", "汉族族", "大和"] { #expect(Nation(text) == nil) }
    #expect(Nation(code: "57") == nil)
  }
}
