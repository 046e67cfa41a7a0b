// Documents beside the resident card, laid as the published forms have their parts. Machine-readable lines are those of
// ICAO Doc 9303's specimens or made with check digits that hold.

import Documents
import IdentityNumbers
import Testing
import Vision

/// The specimen passport of ICAO Doc 9303 part 4, with the labels of a page in Chinese and English.
func passportLines(line2: String = "L898902C36UTO7408122F1204159ZE184226B<<<<<10") -> [LaidLine] {
  [
    LaidLine("PASSPORT", 0.33, 0.05, em: 0.03), LaidLine("UTOPIA", 0.33, 0.1, em: 0.02),
    LaidLine("类型/Type", 0.33, 0.145, em: 0.016), LaidLine("P", 0.33, 0.19, em: 0.026),
    LaidLine("国家码/Country Code", 0.46, 0.145, em: 0.016), LaidLine("UTO", 0.46, 0.19, em: 0.026),
    LaidLine("护照号/Passport No.", 0.69, 0.145, em: 0.016),
    LaidLine("L898902C3", 0.69, 0.19, em: 0.026),
    LaidLine("姓名/Name", 0.33, 0.24, em: 0.016),
    LaidLine("ERIKSSON, ANNA MARIA", 0.33, 0.285, em: 0.026),
    LaidLine("性别/Sex", 0.33, 0.335, em: 0.016), LaidLine("F", 0.33, 0.38, em: 0.026),
    LaidLine("国籍/Nationality", 0.46, 0.335, em: 0.016), LaidLine("UTO", 0.46, 0.38, em: 0.026),
    LaidLine("出生日期/Date of birth", 0.69, 0.335, em: 0.016),
    LaidLine("12 AUG 1974", 0.69, 0.38, em: 0.026),
    LaidLine("签发日期/Date of issue", 0.69, 0.43, em: 0.016),
    LaidLine("16 APR 2007", 0.69, 0.475, em: 0.026),
    LaidLine("有效期至/Date of expiry", 0.69, 0.53, em: 0.016),
    LaidLine("15 APR 2012", 0.69, 0.575, em: 0.026),
    LaidLine("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 0.03, 0.83, em: 0.0385),
    LaidLine(line2, 0.03, 0.9, em: 0.0385),
  ]
}

@Test func aPassportIsReadAndItsZoneCompared() {
  let document = interpreter.interpret(reading(passportLines(), width: 1476, height: 1039))
  #expect(document.kind == .passport)
  let values = document.fields.mapValues(\.value)
  #expect(values[.documentNumber] == "L898902C3")
  #expect(values[.birth] == "1974-08-12")
  #expect(values[.sex] == "女")
  #expect(values[.validTo] == "2012-04-15")
  #expect(values[.issueDate] == "2007-04-16")
  #expect(values[.nationality] == "UTO")
  #expect(values[.issuingState] == "UTO")
  #expect(values[.latinName] == "ERIKSSON, ANNA MARIA")
  #expect(values[.familyName] == "ERIKSSON")
  #expect(values[.givenNames] == "ANNA MARIA")
  #expect(values[.mrzLine2] == "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
  #expect(document.doubts == [FoundDoubt(.expired, .validTo)])
}

@Test func aZoneThatFailsIsTold() {
  let lines = passportLines(line2: "L898902C36UTO7408122F1204159ZE184226B<<<<<11")
  let document = interpreter.interpret(reading(lines, width: 1476, height: 1039))
  #expect(document.has(.mrzCheckFailed))
  #expect(document.fields[.mrzLine2]?.isLow == true)
}

@Test func aPrintOtherThanTheZoneIsTold() {
  var lines = passportLines()
  lines[lines.firstIndex { $0.text == "12 AUG 1974" }!].text = "12 AUG 1975"
  let document = interpreter.interpret(reading(lines, width: 1476, height: 1039))
  #expect(document.fields[.birth]?.value == "1975-08-12")
  #expect(document.doubts.contains(FoundDoubt(.mrzDisagrees, .birth)))
  #expect(document.fields[.birth]?.isLow == true)
}

/// Readers drop some of a long run of the same character.
@Test func droppedFillersAreCountedByTheirRoom() {
  var card = reading(passportLines(), width: 1476, height: 1039)
  let last = card.lines.count - 1
  for index in [last - 1, last] {
    var kept: [ReadCharacter] = []
    for read in card.lines[index].characters {
      if read.character == "<", kept.suffix(2).allSatisfy({ $0.character == "<" }), kept.count > 2 {
        continue
      }
      kept.append(read)
    }
    card.lines[index].characters = kept
  }
  let document = interpreter.interpret(card)
  #expect(document.fields[.mrzLine1]?.value == "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<")
  #expect(document.fields[.mrzLine2]?.value == "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
}

/// A short name's line is mostly fillers, and readers may give none of those at its end.
@Test(arguments: ["P<CHNWU<<JING<<", "P<CHNWU<<JING<<<<<<<", "P<CHNWU<<JING"])
func aShortNamesLineIsTaken(_ read: String) {
  var lines = passportLines()
  lines[lines.firstIndex { $0.text.hasPrefix("P<UTO") }!].text = read
  lines[lines.firstIndex { $0.text == "ERIKSSON, ANNA MARIA" }!].text = "WU, JING"
  let document = interpreter.interpret(reading(lines, width: 1476, height: 1039))
  #expect(
    document.fields[.mrzLine1]?.value == "P<CHNWU<<JING" + String(repeating: "<", count: 31))
  #expect(document.fields[.mrzLine2]?.value == "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
  #expect(document.fields[.familyName]?.value == "WU")
  #expect(!document.has(.mrzCheckFailed))
  #expect(!document.doubts.contains { $0.fields.contains(.latinName) })
}

/// What stands above in small print, or elsewhere, is no line of names.
@Test func notEveryShortRowIsALineOfNames() {
  for (text, x, em) in [("P<CHNWU<<JING<<", 0.3, 0.0385), ("P<CHNWU<<JING<<", 0.03, 0.018)] {
    var lines = passportLines()
    let index = lines.firstIndex { $0.text.hasPrefix("P<UTO") }!
    lines[index] = LaidLine(text, x, 0.83, em: em)
    let document = interpreter.interpret(reading(lines, width: 1476, height: 1039))
    #expect(document.fields[.mrzLine1] == nil)
    #expect(document.has(.mrzCheckFailed))
  }
}

/// A personal number that fills its field leaves no filler in the lower line.
@Test func aLineWithoutFillersIsTaken() {
  let line = "L898902C36UTO7408122F1204159MGPFNFLKABCDA950"
  let document = interpreter.interpret(
    reading(passportLines(line2: line), width: 1476, height: 1039))
  #expect(document.fields[.mrzLine2]?.value == line)
}

func permitFrontLines() -> [LaidLine] {
  [
    LaidLine("港澳居民来往内地通行证", 0.15, 0.1, em: 0.06), LaidLine("姓名", 0.366, 0.205, em: 0.022),
    LaidLine("张三", 0.366, 0.255, em: 0.032), LaidLine("ZHANG, SAN", 0.366, 0.345, em: 0.032),
    LaidLine("出生日期", 0.366, 0.425, em: 0.022), LaidLine("1949.12.31", 0.366, 0.475, em: 0.032),
    LaidLine("性别", 0.692, 0.425, em: 0.022), LaidLine("女", 0.692, 0.475, em: 0.032),
    LaidLine("有效期限", 0.366, 0.55, em: 0.022),
    LaidLine("2019.03.05-2029.03.04", 0.366, 0.6, em: 0.032),
    LaidLine("签发机关", 0.366, 0.675, em: 0.022), LaidLine("公安部出入境管理局", 0.366, 0.725, em: 0.032),
    LaidLine("证件号码", 0.366, 0.8, em: 0.022), LaidLine("H01234567", 0.366, 0.86, em: 0.042),
    LaidLine("签发次数", 0.76, 0.8, em: 0.022), LaidLine("01", 0.76, 0.86, em: 0.032),
  ]
}

@Test func aTravelPermitIsRead() {
  let document = interpreter.interpret(reading(permitFrontLines()))
  #expect(document.kind == .mainlandTravelPermitFront)
  #expect(
    document.fields.mapValues(\.value) == [
      .documentType: "港澳居民来往内地通行证", .name: "张三", .latinName: "ZHANG, SAN", .birth: "1949-12-31",
      .sex: "女", .validity: "2019.03.05-2029.03.04", .validFrom: "2019-03-05",
      .validTo: "2029-03-04",
      .authority: "公安部出入境管理局", .documentNumber: "H01234567", .issueCount: "01",
    ])
  #expect(document.doubts == [])
}

/// Labels are small and lost first: eight digits and the count of issues beside them are two values.
@Test func theCountOfIssuesIsNoneOfAPermitsNumber() {
  var lines = permitFrontLines().filter { !["证件号码", "签发次数"].contains($0.text) }
  let index = lines.firstIndex { $0.text == "H01234567" }!
  lines[index].text = "89783031"
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.documentNumber]?.value == "89783031")
  #expect(document.fields[.issueCount]?.value == "01")
}

/// Permits of mainland residents are told by their titles.
@Test(arguments: [("往来港澳通行证", "C01234567"), ("往来台湾通行证", "L01234567")])
func aResidentsPermitIsRead(_ title: String, _ number: String) {
  var lines = permitFrontLines()
  lines[0].text = title
  lines[lines.firstIndex { $0.text == "H01234567" }!].text = number
  let document = interpreter.interpret(reading(lines))
  #expect(document.kind == .mainlandTravelPermitFront)
  #expect(document.fields[.documentType]?.value == title)
  #expect(document.fields[.documentNumber]?.value == number)
  #expect(!document.has(.documentNumberUnusual))
}

/// The front of a resident's permit: the number without a label, one line for machines.
func residentPermitLines(
  number: String = "C12345678", line: String = "CSC123456788<3403059<9001310<2"
) -> [LaidLine] {
  [
    LaidLine("往来港澳通行证", 0.15, 0.08, em: 0.06), LaidLine(number, 0.68, 0.17, em: 0.04),
    LaidLine("姓名", 0.366, 0.23, em: 0.02), LaidLine("样张", 0.366, 0.275, em: 0.03),
    LaidLine("YANG, ZHANG", 0.366, 0.36, em: 0.03), LaidLine("出生日期", 0.366, 0.44, em: 0.02),
    LaidLine("1990.01.31", 0.366, 0.485, em: 0.03), LaidLine("性别", 0.692, 0.44, em: 0.02),
    LaidLine("女", 0.692, 0.485, em: 0.03), LaidLine("有效期限", 0.366, 0.555, em: 0.02),
    LaidLine("2024.03.05-2034.03.05", 0.366, 0.6, em: 0.03),
    LaidLine("签发机关", 0.366, 0.67, em: 0.02), LaidLine("公安部出入境管理局", 0.366, 0.71, em: 0.03),
    LaidLine("签发地点", 0.366, 0.78, em: 0.02), LaidLine("广东", 0.366, 0.825, em: 0.03),
    LaidLine(line, 0.045, 0.92, em: 0.055),
  ]
}

@Test func aResidentsPermitHasALineForMachines() {
  let document = interpreter.interpret(reading(residentPermitLines()))
  #expect(document.kind == .mainlandTravelPermitFront)
  #expect(
    document.fields.mapValues(\.value) == [
      .documentType: "往来港澳通行证", .name: "样张", .latinName: "YANG, ZHANG", .birth: "1990-01-31",
      .sex: "女", .validity: "2024.03.05-2034.03.05", .validFrom: "2024-03-05",
      .validTo: "2034-03-05", .authority: "公安部出入境管理局", .issuePlace: "广东",
      .documentNumber: "C12345678", .mrzLine1: "CSC123456788<3403059<9001310<2",
    ])
  #expect(document.doubts == [])
}

/// Names of mainland residents are in simplified characters; others print the forms of Hong Kong and Taiwan, too.
@Test func otherFormsAreSimplifiedOnPermitsOfResidentsAlone() throws {
  var lines = residentPermitLines()
  lines[lines.firstIndex { $0.text == "样张" }!].text = "黃伟"
  let name = try #require(interpreter.interpret(reading(lines)).fields[.name])
  #expect(name.value == "黄伟" && name.rawValue == "黃伟" && name.settled && name.isLow)
  // Read in its other form, 吴 cannot be 昊.
  lines[lines.firstIndex { $0.text == "黃伟" }!].text = "吳伟"
  let confusable = try #require(interpreter.interpret(reading(lines)).fields[.name])
  #expect(confusable.value == "吴伟" && confusable.isLow && confusable.confidence == name.confidence)
  lines = permitFrontLines()
  lines[lines.firstIndex { $0.text == "张三" }!].text = "黃偉"
  let other = try #require(interpreter.interpret(reading(lines)).fields[.name])
  #expect(other.value == "黃偉" && !other.isLow)
}

@Test func aNumberWithTwoLettersIsReadAsOne() {
  let document = interpreter.interpret(
    reading(residentPermitLines(number: "CD9190748", line: "CSCD91907485<3403059<9001310<8")))
  #expect(document.fields[.documentNumber]?.value == "CD9190748")
}

@Test func aPermitsLineThatSaysOtherwiseIsTold() {
  let other = interpreter.interpret(reading(residentPermitLines(number: "C12345679")))
  #expect(other.doubts.contains(FoundDoubt(.mrzDisagrees, .documentNumber)))
  for line in ["CSC123456789<3403059<9001310<2", "CSC123456788<3403059<9001310<2777777777"] {
    let failed = interpreter.interpret(reading(residentPermitLines(line: line)))
    #expect(failed.has(.mrzCheckFailed))
  }
}

/// The TD1 specimen of ICAO Doc 9303 part 5.
@Test func aPermitsBackIsReadFromItsZone() {
  let lines = [
    LaidLine("证件号码", 0.075, 0.18, em: 0.026), LaidLine("D23145890", 0.22, 0.18, em: 0.034),
    LaidLine("I<UTOD231458907<<<<<<<<<<<<<<<", 0.04, 0.68, em: 0.055),
    LaidLine("7408122F1204159UTO<<<<<<<<<<<6", 0.04, 0.77, em: 0.055),
    LaidLine("ERIKSSON<<ANNA<MARIA<<<<<<<<<<", 0.04, 0.86, em: 0.055),
  ]
  let document = interpreter.interpret(reading(lines))
  #expect(document.kind == .mainlandTravelPermitBack)
  #expect(document.fields[.birth]?.value == "1974-08-12")
  #expect(document.fields[.familyName]?.value == "ERIKSSON")
  #expect(document.fields[.mrzLine3]?.value == "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
}

/// Fillers out of focus are read as letters; a name that ends so stays whole.
@Test(arguments: [
  ("ERIKSSON<<ANNA<MARIACCC<<CC<C<", "ANNA MARIA", true),
  ("ERIKSSON<<ANNA<ERIC<<<<<<<<<<<", "ANNA ERIC", false),
  ("ERIKSSON<<ANNA<C<<<<<<<<<<<<<<", "ANNA C", false),
])
func lettersReadForFillersAreFillers(_ line: String, _ names: String, _ isLow: Bool) throws {
  let lines = [
    LaidLine("证件号码", 0.075, 0.18, em: 0.026), LaidLine("D23145890", 0.22, 0.18, em: 0.034),
    LaidLine("I<UTOD231458907<<<<<<<<<<<<<<<", 0.04, 0.68, em: 0.055),
    LaidLine("7408122F1204159UTO<<<<<<<<<<<6", 0.04, 0.77, em: 0.055),
    LaidLine(line, 0.04, 0.86, em: 0.055),
  ]
  let given = try #require(interpreter.interpret(reading(lines)).fields[.givenNames])
  #expect(given.value == names && given.isLow == isLow)
}

@Test func residencePermitsAreReadOnBothSides() {
  let lines = front(birth: ("1994", "8", "23"), number: "810000199408230021")
    .filter { !["民族", "汉"].contains($0.text) }
  let document = interpreter.interpret(reading(lines))
  #expect(document.kind == .hmtResidencePermitFront)
  #expect(document.fields[.idNumber]?.value == "810000199408230021")
  #expect(document.fields[.nation] == nil)
  #expect(document.doubts == [])
  let other = [
    LaidLine("中华人民共和国", 0.326, 0.188, em: 0.075), LaidLine("港澳居民居住证", 0.32, 0.352, em: 0.08),
    LaidLine("签发机关", 0.188, 0.545, em: 0.034), LaidLine("北京市公安局", 0.372, 0.545),
    LaidLine("有效期限", 0.188, 0.645, em: 0.034), LaidLine("2023.03.05-2028.03.05", 0.372, 0.645),
    LaidLine("通行证号码", 0.188, 0.745, em: 0.034), LaidLine("H01234567", 0.392, 0.745),
    LaidLine("签发次数", 0.188, 0.845, em: 0.034), LaidLine("01", 0.372, 0.845),
  ]
  let back = interpreter.interpret(reading(other))
  #expect(back.kind == .hmtResidencePermitBack)
  #expect(back.fields[.authority]?.value == "北京市公安局")
  #expect(back.fields[.passNumber]?.value == "H01234567")
  #expect(back.fields[.issueCount]?.value == "01")
  #expect(back.doubts == [])
}

func foreignerLines(number: String = "911124198108030024") -> [LaidLine] {
  [
    LaidLine("中华人民共和国外国人永久居留身份证", 0.16, 0.085, em: 0.045),
    LaidLine("FOREIGN PERMANENT RESIDENT ID CARD", 0.16, 0.165, em: 0.026),
    LaidLine("姓名/Name", 0.075, 0.25, em: 0.02),
    LaidLine("ERIKSSON, ANNA MARIA", 0.075, 0.3, em: 0.034),
    LaidLine("性别/Sex", 0.075, 0.385, em: 0.02), LaidLine("女/F", 0.075, 0.435, em: 0.034),
    LaidLine("出生日期/Date of Birth", 0.322, 0.385, em: 0.02),
    LaidLine("1981.08.03", 0.322, 0.435, em: 0.034),
    LaidLine("国籍/Nationality", 0.075, 0.52, em: 0.02), LaidLine("加拿大/CAN", 0.075, 0.57, em: 0.034),
    LaidLine("有效期限/Period of Validity", 0.075, 0.66, em: 0.02),
    LaidLine("2024.03.05-2034.03.05", 0.075, 0.71, em: 0.034),
    LaidLine("证件号码/ID No.", 0.075, 0.81, em: 0.02), LaidLine(number, 0.075, 0.87, em: 0.044),
  ]
}

@Test func aForeignersCardIsReadInBothForms() {
  let document = interpreter.interpret(reading(foreignerLines()))
  #expect(document.kind == .foreignerPermanentResidenceFront)
  let values = document.fields.mapValues(\.value)
  #expect(values[.name] == "ERIKSSON, ANNA MARIA")
  #expect(values[.sex] == "女")
  #expect(values[.birth] == "1981-08-03")
  #expect(values[.nationality] == "加拿大")
  #expect(values[.validity] == "2024.03.05-2034.03.05")
  #expect(values[.idNumber] == "911124198108030024")
  #expect(document.doubts == [])
  let old = interpreter.interpret(reading(foreignerLines(number: "CAN110081080301")))
  #expect(old.fields[.idNumber]?.value == "CAN110081080301")
  #expect(old.doubts == [])
}

/// Labels are small: what is left of their translation is no name, and without them values are known by their forms.
@Test func aForeignersCardIsReadWithoutItsLabels() {
  for label in ["姓名/Nam", "姓名/Nane", "姓名Nam"] {
    var lines = foreignerLines()
    lines[lines.firstIndex { $0.text == "姓名/Name" }!].text = label
    #expect(interpreter.interpret(reading(lines)).fields[.name]?.value == "ERIKSSON, ANNA MARIA")
  }
  let labels = ["姓名", "性别", "出生日期", "国籍", "有效期限"]
  let lines = foreignerLines().filter { line in !labels.contains { line.text.hasPrefix($0) } }
  let bare = interpreter.interpret(reading(lines)).fields.mapValues(\.value)
  let whole = interpreter.interpret(reading(foreignerLines())).fields.mapValues(\.value)
  #expect(bare == whole)
}

/// `PASSPORT OFFICE` is not the label `Passport No`, and what stands under it is no number.
@Test func aNumberHasDigits() {
  var lines = passportLines().filter { $0.text != "L898902C3" && !$0.text.hasPrefix("护照号") }
  lines.append(LaidLine("PASSPORT OFFICE", 0.33, 0.7, em: 0.026))
  let document = interpreter.interpret(reading(lines, width: 1476, height: 1039))
  #expect(document.fields[.documentNumber]?.value == "L898902C3")
}

/// The lower line's check digits hold: it completes a number of which the beginning was not read.
@Test func aNumberOfWhichPartWasReadIsTheZones() {
  var lines = passportLines()
  lines[lines.firstIndex { $0.text == "L898902C3" }!].text = "98902C3"
  let field = interpreter.interpret(reading(lines, width: 1476, height: 1039))
    .fields[.documentNumber]
  #expect(field?.value == "L898902C3" && field?.rawValue == "98902C3" && field?.settled == true)
  #expect(field?.isLow == true)
}

@Test func aForeignersOtherDateIsTold() {
  let old = interpreter.interpret(reading(foreignerLines(number: "CAN110081080401")))
  #expect(old.has(.birthDisagreesWithNumber))
}

@Test func aForeignersOldNumberOfAnotherStateIsTold() {
  let old = interpreter.interpret(reading(foreignerLines(number: "USA110081080301")))
  #expect(old.has(.nationalityDisagrees))
  #expect(old.fields[.idNumber]?.isLow == true)
}

@Test func aTemporaryCardIsToldApart() {
  let document = interpreter.interpret(
    reading([
      LaidLine("中华人民共和国", 0.326, 0.188, em: 0.075), LaidLine("临时居民身份证", 0.32, 0.352, em: 0.085),
    ]))
  #expect(document.kind == .temporaryIDBack)
}

func bankLines(number: String = "6222 0200 0000 0000 000") -> [LaidLine] {
  [
    LaidLine("测试银行 TEST BANK", 0.07, 0.12, em: 0.043), LaidLine("DEBIT", 0.75, 0.13, em: 0.034),
    LaidLine(number, 0.08, 0.59, em: 0.057), LaidLine("VALID THRU 11/32", 0.415, 0.73, em: 0.03),
  ]
}

@Test func aBankCardIsRead() {
  let document = interpreter.interpret(reading(bankLines()))
  #expect(document.kind == .bankCard)
  let values = document.fields.mapValues(\.value)
  #expect(values[.cardNumber] == "6222020000000000000")
  #expect(values[.cardExpiry] == "11/2032")
  #expect(values[.cardType] == "DEBIT")
  #expect(values[.cardNetwork] == "unionPay")
  #expect(values[.cardIssuer]?.contains("工商银行") == true)
  #expect(document.doubts == [])
}

@Test func aBankCardsNumberThatFailsIsTold() {
  let document = interpreter.interpret(
    reading(bankLines(number: "6222 0200 0000 0000 001")), as: .bankCard)
  #expect(document.fields[.cardNumber]?.value == "6222020000000000001")
  #expect(document.has(.cardNumberChecksumFailed))
  #expect(document.fields[.cardNumber]?.isLow == true)
}

@Test func aFieldsDescriptionTellsNothing() {
  let field = interpreter.interpret(reading(front())).fields[.name]!
  #expect(!"\(field)".contains("张"))
  #expect(!String(reflecting: field).contains("张"))
}

@Test func theSidesOfOneCardAreCompared() {
  let person = interpreter.interpret(
    reading(front(sex: "男", birth: ("1994", "8", "23"), number: "110105199408230015")))
  #expect(person.kind == .residentIDFront)
  func doubts(_ validity: String) -> [DocumentDoubt] {
    let other = interpreter.interpret(reading(back(validity: validity)))
    return DocumentInterpreter.crossCheck(front: person, back: other).map(\.doubt)
  }
  #expect(doubts("2021.09.01-2041.09.01") == [])
  #expect(doubts("2021.09.01-2031.09.01") == [.validityLengthUnusual])
  #expect(doubts("1990.09.01-2010.09.01") == [.issuedBeforeBirth])
}

/// A temporary card has authority and period on the holder's side.
@Test func aTemporaryCardsFrontHasAuthorityAndPeriod() {
  let lines =
    front(address: ["北京市朝阳区光明路1号", "院2号楼3单元401室"]) + [
      LaidLine("签发机关", 0.075, 0.69, em: 0.028), LaidLine("北京市公安局朝阳分局", 0.212, 0.69, em: 0.032),
      LaidLine("有效期限", 0.075, 0.775, em: 0.028),
      LaidLine("2026.10.05-2027.01.05", 0.212, 0.775, em: 0.032),
    ]
  let document = interpreter.interpret(reading(lines))
  #expect(document.kind == .temporaryIDFront)
  #expect(document.fields[.address]?.value == "北京市朝阳区光明路1号院2号楼3单元401室")
  #expect(document.fields[.authority]?.value == "北京市公安局朝阳分局")
  #expect(document.fields[.validity]?.value == "2026.10.05-2027.01.05")
  #expect(document.doubts == [])
}

/// A repair is one reading among others: what follows from it is no surer than it is, and the sex of a passport is under no
/// check digit at all.
@Test func whatARepairedZoneSaysIsNoSurerThanTheRepair() {
  var lines = passportLines(line2: "L898902C36UTO7408122F1204759ZE184226B<<<<<10")
  let zone = lines.firstIndex { $0.text.hasPrefix("L898902C36") }!
  lines[zone].confidences[25] = 0.5
  lines[zone].alternatives[25] = [("1", 0.48)]
  lines[zone].confidences[20] = 0.6
  let printed = lines.filter { line in
    !["F", "15 APR 2012"].contains(line.text)
  }
  let document = interpreter.interpret(reading(printed, width: 1476, height: 1039))
  #expect(document.has(.mrzRepaired))
  #expect((document.fields[.validTo]?.confidence ?? 100) <= 90)
  #expect((document.fields[.sex]?.confidence ?? 0) <= 60.1)
}
