// Numbers, dates, times and amounts: every way to say them that people use is among the forms, and none is told twice.

import SpokenText
import Testing

@Suite(.needsTable) struct NumberWordingTests {
  @Test(
    "the usual way first, the others among the forms",
    arguments: [
      ("0", ["零"]), ("2", ["二", "两"]), ("2个", ["两个", "二个"]), ("10", ["十", "一零"]),
      ("12", ["十二", "一二"]),
      ("20元", ["二十元", "二十块"]), ("105", ["一百零五", "一零五", "幺零五"]), ("110", ["一百一十"]),
      ("200元", ["二百元", "两百元", "二百块"]), ("1000", ["一千", "一零零零", "幺零零零"]),
      ("2200元", ["两千二百元", "两千两百元"]),
      ("10000元", ["一万元"]), ("10005元", ["一万零五元"]), ("10500元", ["一万零五百元"]),
      ("20000元", ["两万元", "二万元"]), ("120000元", ["十二万元"]), ("100000000元", ["一亿元"]),
      ("200030004元", ["两亿零三万零四元"]), ("5万元", ["五万元"]), ("2万", ["两万"]),
      ("1.5亿", ["一点五亿"]), ("3.14", ["三点一四"]), ("0.05", ["零点零五"]),
      ("¥1,234.50", ["一千二百三十四点五零元", "一千二百三十四元五角", "一千二百三十四块五"]),
      ("￥100", ["一百元", "一百块", "一百元整"]), ("1234.56元", ["一千二百三十四点五六元", "一千二百三十四元五角六分"]),
      ("¥100.00", ["一百元", "一百点零零元"]), ("1,000,000元", ["一百万元"]), ("¥3.05", ["三点零五元", "三元零五分"]),
      ("RMB 500", ["五百元"]), ("$3万", ["三万美元"]), ("¥5万元", ["五万元"]),
      ("15%", ["百分之十五"]), ("4.35%", ["百分之四点三五"]), ("3‰", ["千分之三"]),
      ("3%-5%", ["百分之三到百分之五", "百分之三至百分之五"]),
      ("1/3", ["三分之一"]), ("3:2", ["三比二"]), ("第3-5条", ["第三到五条", "第三至五条"]), ("-5", ["负五"]),
      ("收益率为-5%", ["收益率为负百分之五", "收益率为百分之负五"]), ("温度−5℃", ["温度负五摄氏度"]), ("盈亏（-3.5‰）", ["盈亏负千分之三点五"]),
      ("余额-¥500", ["余额负五百元", "余额负五百块"]), ("-￥1.50", ["负一点五零元"]), ("¥-500", ["负五百元"]),
      ("RMB -500", ["负五百元"]),
      ("RMB-500", ["负五百元"]), ("-$3万", ["负三万美元"]), ("5‱", ["万分之五"]), ("-5%~-3%", ["负百分之五到负百分之三"]),
      ("合同A-5", ["合同A五"]), ("3月-5月", ["三月到五月", "三月至五月"]), ("3万-5万元", ["三万到五万元"]),
      ("五-10年", ["五到十年"]),
      ("价格——5元", ["价格五元"]), ("变化为-0.25个", ["变化为负零点二五个"]),
      ("2026年11月26日", ["二零二六年十一月二十六日", "二零二六年十一月二十六号", "两千零二十六年十一月二十六日"]),
      ("2026-11-26", ["二零二六年十一月二十六日"]), ("2026/1/5", ["二零二六年一月五日"]), ("2026.01.05", ["二零二六年一月五日"]),
      ("30年", ["三十年"]), ("9:05", ["九点零五分", "九点零五", "九点五分"]), ("14:30", ["十四点三十分", "十四点半"]),
      ("12:00", ["十二点", "十二点整"]), ("2:15", ["两点十五分", "两点一刻"]), ("14:30:05", ["十四点三十分五秒"]),
      ("13800138000", ["一三八零零一三八零零零", "幺三八零零幺三八零零零"]),
      ("010-12345678", ["零一零一二三四五六七八"]), ("6222 0200 0000 0000", ["六二二二零二零零零零零零零零零零"]),
      ("11010519491231002X", ["一一零一零五一九四九一二三一零零二X", "一一零一零五一九四九一二三一零零二叉"]),
      ("0571", ["零五七一"]), ("尾号1234", ["尾号一二三四", "尾号幺二三四"]),
      ("壹仟贰佰叁拾肆元伍角", ["一千二百三十四元五角"]), ("贰万元整", ["二万元整", "两万元整"]), ("伍元", ["五元"]),
      ("一千二百元", ["一千二百元"]), ("一三八零零", ["一三八零零", "幺三八零零"]), ("①同意", ["一同意"]), ("第Ⅲ条", ["第三条"]),
      ("①100元", ["一一百元"]), ("5②", ["五二"]), ("第Ⅱ-Ⅲ条", ["第二到三条"]), ("①②", ["一二"]), ("5万①", ["五万一"]),
      ("500-1000元", ["五百到一千元", "五百至一千元"]), ("2024-2027年", ["二零二四到二零二七年"]),
      ("10000-50000元", ["一万到五万元"]), ("138-00138000", ["一三八零零一三八零零零", "幺三八零零幺三八零零零"]),
      ("3-5%", ["百分之三到百分之五", "百分之三到五", "百分之三至五"]),
      ("3.5-4.5%", ["百分之三点五到百分之四点五", "百分之三点五到四点五"]), ("-3-5%", ["负百分之三到百分之五"]),
      ("HK$500", ["五百港元"]), ("US$500", ["五百美元"]), ("转账HK$3万", ["转账三万港元"]),
      ("25℃", ["二十五摄氏度"]), ("８５．５％", ["百分之八十五点五"]),
    ])
  func wordings(_ text: String, _ expected: [String]) throws {
    let forms = try part(text).forms(max: 40).map(\.text)
    #expect(forms.first == expected[0])
    for wording in expected.dropFirst() {
      #expect(try align(text, wording).distance == 0, "\(text) as \(wording), not among \(forms)")
    }
    #expect(Set(forms).count == forms.count)
    #expect(try part(text).forms().count <= SpokenTextLimits.formsMax)
  }

  @Test("a range of shares is never a range of numbers")
  func sharesStayShares() throws {
    let forms = try part("3-5%").forms(max: 40).map(\.text)
    #expect(!forms.contains("三到五") && !forms.contains("三到百分之五"))
  }

  @Test(
    "letters that make another currency of a sign are refused", arguments: ["S$5", "NT$500", "A¥3"])
  func otherCurrencies(_ text: String) {
    let place = text.count { $0.isLetter }
    #expect(throws: UnreadableText(field: "text", reason: .sign(position: place))) {
      try part(text)
    }
  }

  @Test("names that are capital numerals stay names")
  func names() throws {
    #expect(try usual("我叫陆伍，同意。") == "我叫陆伍同意")
    #expect(try usual("本人陆小曼") == "本人陆小曼")
    #expect(try usual("伍先生") == "伍先生")
  }

  @Test("cardinals are read back", arguments: [1, 99_991])
  func cardinals(_ step: Int) throws {
    // Read back by a reader of its own: sums of digits and powers of ten.
    for number in stride(from: 0, to: step == 1 ? 3000 : 100_000_000, by: step) {
      let text = try usual("\(number)个")
      #expect(Self.value(text.dropLast()) == number, "\(number): \(text)")
    }
  }

  private static func value(_ text: some StringProtocol) -> Int {
    var (total, group, digit) = (0, 0, 0)
    let digits: [Character: Int] = [
      "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    let places: [Character: Int] = ["十": 10, "百": 100, "千": 1000]
    let groups: [Character: Int] = ["万": 10_000, "亿": 100_000_000]
    for character in text {
      if let value = digits[character] {
        digit = value
      } else if let place = places[character] {
        group += (digit == 0 ? 1 : digit) * place
        digit = 0
      } else if let size = groups[character] {
        total += (group + digit) * size
        (group, digit) = (0, 0)
      }
    }
    return total + group + digit
  }
}
