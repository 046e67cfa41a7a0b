// The texts that must lose: negation, amounts, names, and what a scene adds.

import SpokenText
import Testing

@Suite(.needsTable) struct ContrastTests {
  static func texts(
    _ text: String, names: [String] = [], extra: [ContrastPair] = [], max: Int = 100
  ) throws -> [String] {
    try part(text, names: names).defaultForm.contrasts(extra: extra, max: max).map(\.text)
  }

  @Test(
    "negation is put in and taken out",
    arguments: [
      ("我自愿办理", ["我不自愿办理", "我不愿办理", "我自愿不办理", "我被迫办理"]), ("我不愿办理", ["我自愿办理"]),
      ("我同意", ["我不同意", "我反对"]),
      ("我不同意", ["我同意"]), ("本人已知晓风险", ["本人未知晓风险", "本人已不知晓风险", "非本人已知晓风险"]), ("未阅读合同", ["阅读合同"]),
      ("我了解并接受", ["我不了解并接受", "我了解并不接受", "我了解并拒绝"]), ("本人确认", ["本人不确认", "他人确认"]),
      ("我承诺还款", ["我不承诺还款", "我承诺不还款"]),
      ("授权贵行查询", ["不授权贵行查询"]), ("这是本人操作", ["这不是本人操作"]), ("这不是本人操作", ["这是本人操作"]),
      ("我会还款", ["我不会还款"]),
      ("我不会还款", ["我会还款"]), ("我有能力", ["我没有能力"]), ("我没有异议", ["我有异议"]), ("有权撤销", ["无权撤销", "有权不撤销"]),
      ("无条件接受", ["有条件接受"]), ("不可撤销", ["可撤销"]), ("不得转让", ["可以转让"]), ("无需还款", ["需要还款"]),
      ("必须还款", ["不必还款"]),
      ("那很不明智", ["那很明智"]), ("假如再也不拥抱我", ["假如再也拥抱我"]), ("别再拥抱我", ["再拥抱我"]), ("没有一个人来", ["有一个人来"]),
      ("买入基金", ["卖出基金"]), ("转出一千元", ["转入一千元"]), ("我願意", ["我不愿意"]), ("并非本人", ["是本人"]),
      ("我不得不同意", ["我不得同意", "我同意"]),
    ])
  func negation(_ text: String, _ expected: [String]) throws {
    let found = try Self.texts(text)
    for other in expected where other != "我同意" || text != "我不得不同意" {
      #expect(found.contains(other), "\(text): \(found)")
    }
  }

  @Test(
    "words that only contain such characters stay",
    arguments: ["社会", "但是", "所有", "非常", "未来", "特别", "不过", "委员会", "无论", "银保监会", "分别", "可能性"])
  func kept(_ text: String) throws { #expect(try Self.texts(text).isEmpty) }

  @Test("kinds and places")
  func kinds() throws {
    let form = try part("我同意借款五万元").defaultForm
    let found = form.contrasts(max: 100)
    let negated = try #require(found.first { $0.text == "我不同意借款五万元" })
    #expect(negated.kind == .negationInserted)
    #expect(negated.place == 1..<3)
    let digit = try #require(found.first { $0.text == "我同意借款九万元" })
    #expect(digit.kind == .number)
    #expect(digit.place == 5..<6)
    let power = try #require(found.first { $0.text == "我同意借款五千元" })
    #expect(power.kind == .magnitude)
    #expect(found.contains { $0.text == "我同意借款五元" && $0.kind == .magnitude })
    #expect(found.contains { $0.text == "我同意借款五万美元" && $0.kind == .unit })
    #expect(found.contains { $0.text == "我反对借款五万元" && $0.kind == .opposite })
  }

  @Test("numbers are altered in the way they are said")
  func numbers() throws {
    let forms = try part("尾号1234").forms()
    let digits = try #require(forms.first { $0.text == "尾号一二三四" }).contrasts().map(\.text)
    #expect(digits.contains("尾号七二三四"))
    #expect(digits.contains("尾号一二四四"))
    let telephone = try #require(forms.first { $0.text == "尾号幺二三四" }).contrasts().map(\.text)
    #expect(telephone.contains("尾号九二三四"))
    #expect(try Self.texts("十四").contains("四十"))
    #expect(try Self.texts("四十").contains("十四"))
    #expect(try Self.texts("期限12个月").contains("期限十二年"))
    #expect(try Self.texts("利率15%").contains("利率千分之十五"))
    #expect(try Self.texts("2026年11月26日").allSatisfy { !$0.contains("个月") })
    #expect(try Self.texts("我们一致").isEmpty)
    #expect(try Self.texts("三年").contains("四年"))
  }

  @Test("a sign is taken away, and put before shares")
  func signs() throws {
    let form = try part("收益率为-5%").defaultForm
    let sign = try #require(form.contrasts().first { $0.text == "收益率为百分之五" })
    #expect(sign.kind == .sign && sign.place == 4..<5)
    #expect(try Self.texts("收益率为5%").contains("收益率为负百分之五"))
    #expect(try Self.texts("收益率为负百分之五").contains("收益率为百分之五"))
    #expect(try Self.texts("余额-¥500").contains("余额五百元"))
    #expect(try Self.texts("费率5‱").contains("费率百分之五"))
    #expect(try !Self.texts("我负责").contains("我责"))
    let within = try #require(try part("收益率为-5%").forms().first { $0.text.hasSuffix("负五") })
    #expect(within.contrasts().contains { $0.text == "收益率为百分之五" })
    let heard = try align("收益率为5%", "收益率为负百分之五").heardContrasts()
    #expect(heard.contains { $0.text == "收益率为负百分之五" && $0.kind == .sign })
  }

  @Test("marked names are altered, others are not")
  func names() throws {
    #expect(try Self.texts("我叫王伟").isEmpty)
    let found = try Self.texts("我叫王伟", names: ["王伟"])
    #expect(found.count == 4)
    #expect(found.allSatisfy { $0.hasPrefix("我叫") && $0.count == 4 })
    let table = try InstalledTable.table()
    let form = try part("我叫王伟", names: ["王伟"]).defaultForm
    for contrast in form.contrasts() {
      #expect(contrast.kind == .name)
      // One character, and at full distance: nobody merges the two.
      let distance = try align("我叫王伟", contrast.text).distance
      #expect(distance == 1, "\(contrast.text)")
      #expect(contrast.place.count == 1)
    }
    let rare = try ExpectedText("喆", field: "text", pinyin: table, names: [0..<1])
    #expect(rare.parts[0].defaultForm.contrasts().count == 2)
  }

  @Test("what a scene adds comes first")
  func extra() throws {
    // Tones alone tell these apart, and it was asked for; 他 and 她 nobody tells apart.
    let sale = ContrastPair(said: "买方", other: "卖方", label: "sale")
    #expect(try Self.texts("我是买方", extra: [sale]).contains("我是卖方"))
    let table = try InstalledTable.table()
    #expect(sale.isAudible(table))
    let person = ContrastPair(said: "他", other: "她", label: "person")
    #expect(!person.isAudible(table))
    #expect(try !Self.texts("他同意", extra: [person]).contains("她同意"))
    let plan = ContrastPair(said: "A", other: "B", label: "plan")
    #expect(try Self.texts("选择A款", extra: [plan]).contains("选择B款"))
    let pair = ContrastPair(said: "活期", other: "定期", label: "deposit")
    let found = try part("存入定期").defaultForm.contrasts(extra: [pair], max: 1)
    #expect(found.map(\.text) == ["存入活期"])
    #expect(found.map(\.kind) == [.extra("deposit")])
    let oneWay = ContrastPair(said: "活期", other: "定期", label: "deposit", bothWays: false)
    #expect(try Self.texts("定期", extra: [oneWay]).isEmpty)
    #expect(try Self.texts("活期", extra: [oneWay]) == ["定期"])
    let long = ContrastPair(said: "活期", other: String(repeating: "长", count: 21), label: "x")
    #expect(try Self.texts("活期", extra: [long]).isEmpty)
    let many = [ContrastPair](repeating: pair, count: 1000)
    #expect(try Self.texts("定期", extra: many) == ["活期"])
  }

  @Test("bounded, each once, never what sounds the same, always the same")
  func bounded() throws {
    let text = "本人自愿同意授权贵行扣款人民币12,345.67元，期限12个月"
    let form = try part(text, names: []).defaultForm
    let all = form.contrasts(max: 1000)
    let few = form.contrasts()
    #expect(few.count == SpokenTextLimits.contrastsMax)
    #expect(all.count > few.count)
    #expect(few == form.contrasts())
    #expect(Set(all.map(\.text)).count == all.count)
    #expect(all.allSatisfy { $0.text != form.text })
    // Every place that can be altered is, before any is altered twice.
    for word in ["不自愿", "不同意", "不授权"] { #expect(few.contains { $0.text.contains(word) }) }
    #expect(few.contains { $0.kind == .number })
    #expect(zip(few, few.dropFirst()).allSatisfy { $0.place.lowerBound <= $1.place.lowerBound })
    for contrast in all {
      #expect(try align(text, contrast.text).distance > 0, "\(contrast.text)")
    }
  }
}
