// The resident identity card: fields, cross-checks, repairs.

import Documents
import IdentityNumbers
import Testing
import Vision

@Test func frontIsReadInFull() {
  let document = interpreter.interpret(reading(front()))
  #expect(document.kind == .residentIDFront)
  #expect(
    document.fields.mapValues(\.value) == [
      .name: "张三", .sex: "女", .nation: "汉", .birth: "1949-12-31",
      .address: "北京市朝阳区光明路1号院2号楼3单元401室", .idNumber: "11010519491231002X",
    ])
  #expect(document.doubts == [])
  #expect(document.fields.values.allSatisfy { !$0.isLow && !$0.incomplete })
}

@Test func backIsReadInFull() {
  let document = interpreter.interpret(reading(back()))
  #expect(document.kind == .residentIDBack)
  #expect(document.fields[.authority]?.value == "北京市公安局朝阳分局")
  #expect(document.fields[.validity]?.value == "2019.03.05-2039.03.05")
  #expect(document.fields[.validFrom]?.value == "2019-03-05")
  #expect(document.fields[.validTo]?.value == "2039-03-05")
  #expect(document.doubts == [])
}

@Test func labelsGluedToTheirValuesAreTakenOff() {
  var lines = front().filter { !["姓名", "张三", "性别", "女", "民族", "汉"].contains($0.text) }
  lines += [
    LaidLine("姓名张三", 0.075, 0.15, em: 0.045), LaidLine("性别女民族汉", 0.075, 0.27, em: 0.06),
  ]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.name]?.value == "张三")
  #expect(document.fields[.sex]?.value == "女")
  #expect(document.fields[.nation]?.value == "汉")
}

@Test func labelsInPiecesAreFound() {
  var lines = front().filter { !["姓名", "住址"].contains($0.text) }
  for (text, x, y) in [
    ("姓", 0.075, 0.152), ("名", 0.122, 0.152), ("住", 0.075, 0.512), ("址", 0.122, 0.512),
  ] {
    lines.append(LaidLine(text, x, y, em: 0.031))
  }
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.name]?.value == "张三")
  #expect(document.fields[.address]?.value == "北京市朝阳区光明路1号院2号楼3单元401室")
}

@Test func withoutLabelsPlacesDecide() {
  let labels: Set<String> = ["姓名", "性别", "民族", "住址"]
  let document = interpreter.interpret(reading(front().filter { !labels.contains($0.text) }))
  #expect(document.fields[.name]?.value == "张三")
  #expect(document.fields[.sex]?.value == "女")
  #expect(document.fields[.nation]?.value == "汉")
  #expect(document.fields[.address]?.value == "北京市朝阳区光明路1号院2号楼3单元401室")
}

@Test(arguments: ["•", "‧", "・", "．", "·", "."])
func separatorsOfNamesBecomeOne(_ dot: String) {
  let document = interpreter.interpret(reading(front(name: "买买提\(dot)艾力")))
  #expect(document.fields[.name]?.value == "买买提\u{B7}艾力")
}

@Test func rareCharactersStayWhatTheyAre() {
  // U+3A2F, U+9FCD, U+20BB7: extensions that GB 18030-2022 asks for.
  let document = interpreter.interpret(reading(front(name: "\u{20BB7}\u{9FCD}\u{3A2F}")))
  #expect(document.fields[.name]?.value == "\u{20BB7}\u{9FCD}\u{3A2F}")
}

@Test func aLineInAnotherScriptIsNotTheName() {
  let lines =
    front() + [
      LaidLine("ئىسمى", 0.2, 0.09, em: 0.025), LaidLine("Singqmingz", 0.075, 0.1, em: 0.025),
    ]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.name]?.value == "张三")
  #expect(document.fields[.sex]?.value == "女")
}

@Test func aNumberThatFailsIsKeptAndDoubted() {
  let document = interpreter.interpret(reading(front(number: "110105194912310021")))
  #expect(document.fields[.idNumber]?.value == "110105194912310021")
  #expect(document.fields[.idNumber]?.isLow == true)
  #expect(document.has(.idNumberChecksumFailed))
}

/// A card altered with care: the writing is sharp, so the reader is sure, and an unlikely alternative would check.
@Test func aSureDigitIsNeverRepaired() {
  var lines = front(number: "11010519491231062X")
  let index = lines.firstIndex { $0.text == "11010519491231062X" }!
  lines[index].confidences[15] = 0.995
  lines[index].alternatives[15] = [("0", 0.004)]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.idNumber]?.value == "11010519491231062X")
  #expect(document.has(.idNumberChecksumFailed))
  #expect(!document.has(.idNumberRepaired))
}

@Test func oneDoubtfulDigitIsRepairedAndTold() {
  var lines = front(number: "11010519491231062X")
  let index = lines.firstIndex { $0.text == "11010519491231062X" }!
  lines[index].confidences[15] = 0.6
  lines[index].alternatives[15] = [("0", 0.38)]
  let document = interpreter.interpret(reading(lines))
  let field = document.fields[.idNumber]
  #expect(field?.value == "11010519491231002X")
  #expect(field?.rawValue == "11010519491231062X")
  #expect(document.has(.idNumberRepaired))
}

@Test func twoDoubtfulDigitsAreNotRepaired() {
  var lines = front(number: "11010519491231882X")
  let index = lines.firstIndex { $0.text == "11010519491231882X" }!
  for place in [14, 15] {
    lines[index].confidences[place] = 0.6
    lines[index].alternatives[place] = [("0", 0.38)]
  }
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.idNumber]?.value == "11010519491231882X")
  #expect(document.fields[.idNumber]?.isLow == true)
  #expect(document.has(.idNumberChecksumFailed))
}

@Test func lettersReadForDigitsAreDigitsInTheNumberOnly() {
  let document = interpreter.interpret(reading(front(number: "11O1O5l9491231OO2X")))
  #expect(document.fields[.idNumber]?.value == "11010519491231002X")
  #expect(document.fields[.idNumber]?.rawValue == "11O1O5l9491231OO2X")
}

@Test func anotherDateOfBirthIsToldNotRepaired() {
  let document = interpreter.interpret(reading(front(birth: ("1959", "12", "31"))))
  #expect(document.fields[.birth]?.value == "1959-12-31")
  #expect(document.fields[.idNumber]?.value == "11010519491231002X")
  #expect(document.has(.birthDisagreesWithNumber))
  #expect(document.fields[.birth]?.isLow == true)
}

@Test func aDoubtfulDateOfBirthFollowsTheNumber() {
  var lines = front(birth: ("1949", "12", "37"))
  let index = lines.firstIndex { $0.text == "37" }!
  lines[index].confidences[1] = 0.55
  lines[index].alternatives[1] = [("1", 0.44)]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.birth]?.value == "1949-12-31")
  #expect(document.has(.birthRepaired))
}

/// Copies for one purpose bear writing across them, whose ends reach into the address.
@Test func writingOverTheCardIsNoneOfTheAddress() {
  let whole = interpreter.interpret(reading(front())).fields[.address]
  for (text, isKept) in [("样", false), ("仅供", false), ("村", true), ("2", true)] {
    let document = interpreter.interpret(reading(front() + [LaidLine(text, 0.565, 0.583)]))
    let field = document.fields[.address]
    #expect((field?.value == whole?.value) == !isKept, "\(text)")
    #expect(field?.isLow == true)
    #expect(field?.rawValue.hasSuffix(text) == true)
  }
}

/// A digit that was read for sure is what the card says, though another would agree.
@Test func aSureDateOfBirthIsNotReplaced() {
  var lines = front(birth: ("1949", "12", "37"))
  let index = lines.firstIndex { $0.text == "37" }!
  lines[index].confidences[1] = 0.97
  lines[index].alternatives[1] = [("1", 0.01)]
  let document = interpreter.interpret(reading(lines))
  #expect(!document.has(.birthRepaired))
  #expect(document.fields[.birth]?.value != "1949-12-31")
  #expect(document.fields[.birth]?.isLow == true)
}

/// The date of birth says nothing of the region, the sequence and the check character: two wrong ones pass a check in
/// one of eleven.
@Test func theDateOfBirthConfirmsItsOwnPlacesOnly() {
  var lines = front()
  let index = lines.firstIndex { $0.text == "11010519491231002X" }!
  for place in [0, 2, 5, 15] { lines[index].confidences[place] = 0.4 }
  let doubtful = interpreter.interpret(reading(lines))
  #expect(doubtful.fields[.birth]?.value == "1949-12-31")
  #expect(doubtful.fields[.idNumber]?.isLow == true)
  for place in [0, 2, 5, 15] { lines[index].confidences[place] = 0.999 }
  for place in [6, 7, 10, 12] { lines[index].confidences[place] = 0.4 }
  let confirmed = interpreter.interpret(reading(lines))
  #expect((confirmed.fields[.idNumber]?.confidence ?? 0) >= 90)
}

/// Typefaces draw one form in the other's shape; what the reader read stays to be seen.
@Test func anotherFormOfACharacterKeepsItsRawReading() {
  var lines = front(name: "張三")
  let index = lines.firstIndex { $0.text == "張三" }!
  for (sureness, isLow) in [(0.8, false), (0.975, true)] {
    lines[index].confidences[0] = sureness
    lines[index].alternatives[0] = [("张", 0.999 - sureness)]
    let field = interpreter.interpret(reading(lines)).fields[.name]
    #expect(field?.value == "张三")
    #expect(field?.rawValue == "張三")
    #expect(field?.isLow == isLow)
  }
}

@Test func anImpossibleDateIsTold() {
  let document = interpreter.interpret(reading(front(birth: ("1949", "13", "31"))))
  #expect(document.has(.dateImpossible))
  #expect(document.fields[.birth]?.isLow == true)
}

@Test func anotherSexIsTold() {
  let document = interpreter.interpret(reading(front(sex: "男")))
  #expect(document.fields[.sex]?.value == "男")
  #expect(document.has(.sexDisagreesWithNumber))
  #expect(document.fields[.sex]?.isLow == true)
}

@Test func anUnknownNationIsToldAndNotChanged() {
  let document = interpreter.interpret(reading(front(nation: "汊")))
  #expect(document.fields[.nation]?.value == "汊")
  #expect(document.has(.nationUnknown))
}

@Test func aNationIsTakenFromTheReadersOwnAlternatives() {
  var lines = front(nation: "漢")
  let index = lines.firstIndex { $0.text == "漢" }!
  lines[index].confidences[0] = 0.55
  lines[index].alternatives[0] = [("汉", 0.44)]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.nation]?.value == "汉")
  #expect(!document.has(.nationUnknown))
}

@Test func aGapInTheAddressIsTold() {
  var lines = front(address: [])
  lines += [LaidLine("北京市朝阳", 0.186, 0.505), LaidLine("光明路1号", 0.45, 0.505)]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.address]?.incomplete == true)
  #expect(document.fields[.address]?.isLow == true)
  #expect(document.has(.fieldCut))
}

@Test func whatIsNotThereIsNotInvented() {
  let document = interpreter.interpret(reading(front().filter { !["张三", "女"].contains($0.text) }))
  #expect(document.fields[.name] == nil)
  #expect(document.fields[.sex] == nil)
  #expect(document.doubts.contains(FoundDoubt(.fieldMissing, .name)))
  #expect(document.doubts.contains(FoundDoubt(.fieldMissing, .sex)))
}

@Test(arguments: [
  ("2019.03.05-2039.03.05", []), ("2019.03.05-长期", []),
  ("2010.03.05-2020.03.05", [DocumentDoubt.expired]),
  ("2027.01.05-2037.01.05", [.notYetValid]), ("2019.03.05-2026.12.05", [.validityLengthUnusual]),
  ("2039.03.05-2029.03.05", [.notYetValid, .validityOrderWrong]),
  ("2019.02.30-2039.02.28", [.dateImpossible]),
])
func periodsAreJudged(_ validity: String, _ doubts: [DocumentDoubt]) {
  let document = interpreter.interpret(reading(back(validity: validity)))
  #expect(Set(document.doubts.map(\.doubt)) == Set(doubts))
}

@Test func aPeriodOfLeapDayMayEndADayEarlier() {
  let document = interpreter.interpret(reading(back(validity: "2020.02.29-2030.02.28")))
  #expect(document.doubts == [])
}

/// A mark over the dash does not hide that the card has run out.
@Test func aMarkBeforeADateIsNoEnd() {
  let document = interpreter.interpret(reading(back(validity: "2006.03.05-长2016.03.05")))
  #expect(document.fields[.validTo]?.value == "2016-03-05")
  #expect(document.has(.expired))
}

@Test func aForeignersNumberOnACitizensCardIsTold() {
  let lines = front(birth: ("1981", "8", "3"), number: "911124198108030024")
  let document = interpreter.interpret(reading(lines))
  #expect(document.kind == .residentIDFront)
  #expect(document.has(.idNumberKindUnexpected))
  #expect(document.fields[.idNumber]?.isLow == true)
}

@Test func aTornAuthorityIsTold() {
  var lines = back(authority: "北京")
  lines.append(LaidLine("分局", 0.65, 0.72))
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.authority]?.isLow == true)
}

@Test func glareOnAFieldIsTold() {
  var condition = CardCondition()
  condition.measurements[.glare] = .init(
    value: 0.8, place: ImageBox(x: 180, y: 60, width: 80, height: 60))
  let document = interpreter.interpret(reading(front(), condition: condition))
  #expect(document.fields[.name]?.reflective == true)
  #expect(document.fields[.name]?.isLow == true)
  #expect(document.fields[.idNumber]?.reflective == false)
}

@Test func anEmptyCardHasNoKind() {
  let document = interpreter.interpret(reading([]), as: .residentIDFront)
  #expect(document.kind == nil)
  #expect(document.fields.isEmpty)
}

@Test func writingThatIsNoDocumentHasNoKind() {
  let lines = ["今日菜单", "红烧肉 38元", "清蒸鱼 68元", "电话 010-12345678"].enumerated().map {
    LaidLine($0.element, 0.1, 0.2 + 0.15 * Double($0.offset))
  }
  for kind in DocumentKind.allCases {
    #expect(interpreter.interpret(reading(lines), as: kind).kind == nil)
  }
}

@Test func aSideIsNeverTakenForTheOther() {
  #expect(interpreter.interpret(reading(back()), as: .residentIDFront).kind == .residentIDBack)
  #expect(interpreter.interpret(reading(front()), as: .residentIDBack).kind == .residentIDFront)
}

@Test("a card whose labels are blurred is known by the number's beginning and the same date")
func blurredLabels() {
  let labels = ["姓名", "性别", "民族", "出生", "住址", "公民身份号码"]
  func kind(_ number: String, _ year: String = "1949") -> DocumentKind? {
    let lines = front(birth: (year, "12", "31"), number: number)
    return interpreter.interpret(reading(lines.filter { !labels.contains($0.text) })).kind
  }
  #expect(kind("1101051949123100") == .residentIDFront)
  // The label's last characters were taken for digits.
  let blurred = front().filter { !labels.contains($0.text) }.map { line in
    line.text == "11010519491231002X"
      ? LaidLine("8011010519491231002X", 0.336 - 2 * 0.06 * 0.55, 0.876, em: 0.06) : line
  }
  #expect(interpreter.interpret(reading(blurred)).kind == .residentIDFront)
  // Too short, no such region, another date: nothing is made of it.
  #expect(kind("1101051949123") == nil)
  #expect(kind("9901051949123100") == nil)
  #expect(kind("1101051949123100", "1948") == nil)
  let lines = front(number: "1101051949123100").filter { !labels.contains($0.text) }
  let number = interpreter.interpret(reading(lines)).fields[.idNumber]
  #expect(number?.incomplete == true && number?.isLow == true)
}

@Test("a name whose first character was not read is not whole, and is looked for")
func nameWithoutBeginning() throws {
  let lines = front(name: "木拉提·哈山").map { line in
    line.text == "木拉提·哈山" ? LaidLine("提·哈山", 0.184 + 2 * 0.046, 0.148, em: 0.046) : line
  }
  let name = try #require(interpreter.interpret(reading(lines)).fields[.name])
  #expect(name.incomplete && name.isLow)
  #expect(interpreter.unread(in: reading(lines)).count == 1)
  let whole = try #require(interpreter.interpret(reading(front(name: "木拉提·哈山"))).fields[.name])
  #expect(!whole.incomplete && !whole.isLow)
}

@Test("an authority whose place was read in part is not whole, although there is one of that name")
func authorityWithoutBeginning() throws {
  let lines = back(authority: "海口市秀英区公安局").map { line in
    line.text == "海口市秀英区公安局" ? LaidLine("秀英区公安局", 0.372 + 3 * 0.0375, 0.72) : line
  }
  let authority = try #require(interpreter.interpret(reading(lines)).fields[.authority])
  #expect(authority.incomplete && authority.isLow)
  #expect(interpreter.unread(in: reading(lines)).count == 1)
  let whole = interpreter.interpret(reading(back(authority: "海口市秀英区公安局")))
  #expect(whole.fields[.authority]?.incomplete == false)
}
