// What the back of a card prints: validity and authority.

import IdentityNumbers
import Testing

@Suite struct CardTextTests {
  static func date(_ digits: String) throws -> CalendarDate {
    try #require(CalendarDate(digits: digits))
  }

  @Test("periods are read with any dash, and printed back")
  func periods() throws {
    for text in [
      "2010.05.10-2020.05.10", "2010.05.10—2020.05.10", "2010.05.10－2020.05.10",
      " 2010.05.10 - 2020.05.10 ",
    ] {
      let period = try ValidityPeriod(text)
      #expect(period.text == "2010.05.10-2020.05.10")
      #expect(period.length == .years(10))
    }
    let longTerm = try ValidityPeriod("2010.05.10-长期")
    #expect(longTerm.length == .longTerm)
    #expect(longTerm.text == "2010.05.10-长期")
    #expect(longTerm.contains(try Self.date("99991231")))
    #expect(!longTerm.contains(try Self.date("20100509")))
  }

  @Test("what fails is named")
  func failures() {
    typealias Failure = ValidityPeriod.Failure
    let cases: [(String, Failure)] = [
      ("", .form), ("2010.05.10", .form), ("2010.05.10-2020.05", .form),
      ("2010.05.10-2020.05.10-2030.05.10", .form), ("2010/05/10-2020/05/10", .form),
      ("长期-2010.05.10", .form), ("2010.02.30-2020.05.10", .start),
      ("2010.05.10-2020.13.10", .end), ("2020.05.10-2010.05.10", .order),
      ("2020.05.10-2020.05.10", .order), ("２010.05.10-2020.05.10", .form),
    ]
    for (text, failure) in cases {
      #expect(throws: failure, "\(text)") { try ValidityPeriod(text) }
    }
  }

  @Test("lengths, the 29th of February among them")
  func lengths() throws {
    let cases: [(String, String, ValidityPeriod.Length)] = [
      ("20100510", "20150510", .years(5)), ("20100510", "20150509", .years(5)),
      ("20120229", "20220228", .years(10)), ("20120229", "20220301", .years(10)),
      ("20100301", "20200229", .years(10)), ("20100101", "20191231", .years(10)),
      ("20100510", "20300510", .years(20)), ("20100510", "20100810", .months(3)),
      ("20101130", "20110228", .months(3)), ("20100510", "20150508", .other),
      ("20100510", "20150511", .other), ("20100510", "20111110", .other),
    ]
    for (start, end, length) in cases {
      let period = try #require(
        ValidityPeriod(start: try Self.date(start), end: try Self.date(end)))
      #expect(period.length == length, "\(start) \(end)")
    }
  }

  @Test("the law's length for each age")
  func ageRule() throws {
    let birth = try Self.date("19900510")
    let cases: [(String, String?, ValidityPeriod.AgeRule)] = [
      ("20060509", "20110509", .agrees), ("20060510", "20160510", .agrees),
      ("20060510", "20110510", .agreesAtApplication),
      ("20060509", "20160509", .disagrees(expected: .years(5))),
      ("20160509", "20260509", .agrees), ("20160510", "20360510", .agrees),
      ("20160807", "20260807", .agreesAtApplication),
      ("20160808", "20260808", .disagrees(expected: .years(20))),
      ("20360509", "20560509", .agrees), ("20360510", nil, .agrees),
      ("20360509", nil, .disagrees(expected: .years(20))),
      ("19890510", "19940510", .bornLater),
    ]
    for (start, end, expected) in cases {
      let period = try #require(
        ValidityPeriod(start: try Self.date(start), end: try end.map { try Self.date($0) }))
      #expect(period.ageRule(birthDate: birth) == expected, "\(start)")
    }
    #expect(ValidityPeriod.lengthByLaw(age: 15) == .years(5))
    #expect(ValidityPeriod.lengthByLaw(age: 25) == .years(10))
    #expect(ValidityPeriod.lengthByLaw(age: 45) == .years(20))
    #expect(ValidityPeriod.lengthByLaw(age: 46) == .longTerm)
  }

  @Test(
    "authorities have known forms",
    arguments: [
      ("北京市公安局朝阳分局", IssuingAuthority.Form.branch, "北京市"), ("桃源县公安局", .bureau, "桃源县"),
      ("拉萨市公安局 城关分局", .branch, "拉萨市"), ("上海市公安分局", .branch, "上海市"),
      ("中华人民共和国国家移民管理局", .immigration, "中华人民共和国"), ("国家移民管理局", .immigration, ""),
      ("公安部出入境管理局", .immigration, ""), ("广东省公安厅出入境管理局", .immigration, "广东省"),
      ("石河子市公安局城区派出所", .office, "石河子市"),
    ])
  func authorities(_ text: String, _ form: IssuingAuthority.Form, _ place: String) {
    let authority = IssuingAuthority(text)
    #expect(authority?.form == form)
    #expect(authority?.place == place)
  }

  @Test(
    "other text is no authority",
    arguments: ["", "公安局", "公安分局", "北京市公安", "北京市公安局朝阳", "北京市教育局"])
  func noAuthority(_ text: String) { #expect(IssuingAuthority(text) == nil) }
}
