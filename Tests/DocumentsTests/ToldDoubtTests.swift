// Doubts that must not be passed over, and values that say that they are not what was read.

import Documents
import IdentityNumbers
import Testing
import Vision

private func passport(_ change: (inout [LaidLine]) -> Void) -> InterpretedDocument {
  var lines = passportLines()
  change(&lines)
  return interpreter.interpret(reading(lines, width: 1476, height: 1039))
}

private func passport(line1: String, printed: String) -> InterpretedDocument {
  passport { lines in
    lines[lines.firstIndex { $0.text.hasPrefix("P<UTO") }!].text = line1
    lines[lines.firstIndex { $0.text == "ERIKSSON, ANNA MARIA" }!].text = printed
  }
}

private func front(_ text: String, _ change: (inout LaidLine) -> Void) -> InterpretedDocument {
  var lines = front()
  change(&lines[lines.firstIndex { $0.text == text }!])
  return interpreter.interpret(reading(lines))
}

/// A name's line whose field is full.
private let longName = "P<UTOERIKSSON<<ANNA<MARIA<ELISABETH<CHARLOTT"

/// The lower line of a passport with check digits that hold.
private func line2(birth: String = "740812", expiry: String = "270415", sex: String = "F") -> String
{
  func checked(_ text: String) -> String {
    text + String(MachineReadableZone.checkDigit(of: text)!)
  }
  let (number, birth, expiry) = (checked("L898902C3"), checked(birth), checked(expiry))
  let personal = checked("ZE184226B<<<<<")
  let whole = MachineReadableZone.checkDigit(of: number + birth + expiry + personal)!
  return number + "UTO" + birth + sex + expiry + personal + String(whole)
}

@Test func anEndThatHasPassedIsToldAlthoughTheBeginningWasNotRead() {
  for (period, isExpired) in [("2009.03.0-2019.03.05", true), ("2024.03.0-2034.03.05", false)] {
    var lines = foreignerLines()
    lines[lines.firstIndex { $0.text == "2024.03.05-2034.03.05" }!].text = period
    let document = interpreter.interpret(reading(lines))
    #expect(document.has(.expired) == isExpired)
    #expect(document.doubts.contains(FoundDoubt(.fieldCut, .validity)))
  }
}

@Test func aBeginningToComeIsToldAlthoughTheEndWasNotRead() {
  let document = interpreter.interpret(reading(back(validity: "2027.03.05-20")))
  #expect(document.has(.notYetValid))
}

@Test func aTemporaryCardWithoutItsPeriodLacksAField() {
  let lines =
    front() + [
      LaidLine("签发机关", 0.075, 0.69, em: 0.028), LaidLine("北京市公安局朝阳分局", 0.212, 0.69, em: 0.032),
      LaidLine("有效期限", 0.075, 0.775, em: 0.028),
    ]
  let document = interpreter.interpret(reading(lines))
  #expect(document.kind == .temporaryIDFront)
  #expect(document.doubts.contains(FoundDoubt(.fieldMissing, .validity)))
}

/// A character too many, and the lines have no places: nothing was checked.
@Test func linesThatCannotBeLaidOutAreTold() {
  let document = passport { lines in
    lines[lines.count - 1].text = line2() + "777777777777"
  }
  #expect(document.kind == .passport)
  #expect(document.has(.mrzCheckFailed))
}

@Test func aPassportWithoutLinesForMachinesIsTold() {
  let document = passport { $0.removeLast(2) }
  #expect(document.kind == .passport)
  #expect(document.has(.mrzCheckFailed))
}

@Test(arguments: [
  // The field is full: print may go on, and say nothing else.
  (longName, "ERIKSSON, ANNA MARIA ELISABETH CHARLOTTE V", false),
  (longName, "ERIKSSON, BERTA MARIA ELISABETH CHARLOTTE V", true),
  (longName, "ERIKSSON, ANNA MARIA", true),
  ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "ERIKSSON, ANNA MARIA V", true),
])
func aNameThatFillsItsFieldIsComparedAsFarAsItGoes(
  _ line: String, _ printed: String, _ disagrees: Bool
) {
  let document = passport(line1: line, printed: printed)
  #expect(document.fields[.mrzLine1]?.value == line)
  #expect(
    document.doubts.contains(FoundDoubt(.mrzDisagrees, .latinName, .familyName, .givenNames))
      == disagrees)
}

@Test func whatALineForMachinesMayNotHoldIsToldWhateverItsCheckDigitsSay() {
  let whole = passport { $0[$0.count - 1].text = line2(expiry: "120415") }
  #expect(!whole.has(.mrzCheckFailed) && !whole.has(.dateImpossible))
  let month = passport { $0[$0.count - 1].text = line2(birth: "741312", expiry: "120415") }
  #expect(month.has(.mrzCheckFailed) && month.has(.dateImpossible))
  #expect(month.fields[.birth]?.isLow == true)
  let end = passport { $0[$0.count - 1].text = line2(expiry: "120431") }
  #expect(end.doubts.contains(FoundDoubt(.dateImpossible, .mrzLine2, .validTo)))
  let sex = passport { $0[$0.count - 1].text = line2(expiry: "120415", sex: "K") }
  #expect(sex.doubts.contains(FoundDoubt(.mrzCheckFailed, .mrzLine2, .sex)))
  let none = passport { $0[$0.count - 1].text = line2(expiry: "120415", sex: "<") }
  #expect(none.doubts.contains(FoundDoubt(.mrzDisagrees, .sex)))
}

/// A lost digit of the day does not take one of the month's.
@Test(arguments: [
  ("16 APR 2007", "2007-04-16"), ("16 04月/APR 2007", "2007-04-16"),
  ("16 4月/APR 2007", "2007-04-16"),
  ("1 04月/APR 2007", nil), ("1 4月/APR 2007", nil), ("16 05月/APR 2007", nil), ("1 APR 2007", nil),
  ("1 01月/JAN 2007", nil), ("04月/APR 2007", nil),
])
func aDayOfOneDigitIsNone(_ printed: String, _ wanted: String?) {
  let document = passport { lines in
    lines[lines.firstIndex { $0.text == "16 APR 2007" }!].text = printed
  }
  #expect(document.fields[.issueDate]?.value == wanted)
}

@Test func valuesThatWereSettledSaySo() {
  let name = front("张三") { line in
    line.text = "间梓吴"
    line.confidences = [0: 0.7, 2: 0.9]
    line.alternatives = [0: [("阎", 0.2)], 2: [("昊", 0.07)]]
  }.fields[.name]
  #expect(name?.settled == true && name?.rawValue == "间梓吴")
  let nation = front("汉") { line in
    line.text = "漢"
  }.fields[.nation]
  #expect(nation?.value == "汉" && nation?.settled == true && nation?.rawValue == "漢")
  let address = front("北京市朝阳区光明路1号") { line in
    line.text = "北京市韩阳区光明路1号"
    line.confidences[3] = 0.5
  }.fields[.address]
  #expect(address?.settled == true && address?.rawValue.hasPrefix("北京市韩阳区") == true)
  let sex = front("女") { line in
    line.text = "安"
    line.confidences[0] = 0.5
    line.alternatives[0] = [("女", 0.4)]
  }.fields[.sex]
  #expect(sex?.value == "女" && sex?.settled == true && sex?.rawValue == "安")
  let number = front("11010519491231002X") { $0.text = "1101051949123lOO2X" }.fields[.idNumber]
  #expect(number?.value == "11010519491231002X" && number?.settled == true)
  #expect(number?.rawValue == "1101051949123lOO2X")
  var lines = back()
  lines[3].text = "北京市公安局朝阳分岛"
  lines[3].confidences[9] = 0.4
  let authority = interpreter.interpret(reading(lines)).fields[.authority]
  #expect(authority?.value == "北京市公安局朝阳分局" && authority?.settled == true)
}

@Test func valuesAsReadAreNotSettled() {
  for lines in [front(), back(), front(name: "买买提•艾力"), bankLines(), foreignerLines()] {
    let document = interpreter.interpret(reading(lines))
    #expect(document.fields.filter(\.value.settled).keys.map(\.rawValue) == [])
  }
  let page = passport { _ in }
  #expect(page.fields.filter(\.value.settled).keys.map(\.rawValue) == [])
}

/// What a repair of the zone says is told as a repair, in the fields that have it alone, too.
@Test func aFieldFromARepairedZoneIsRepairedItself() {
  let document = passport { lines in
    lines.removeAll { $0.text == "12 AUG 1974" || $0.text.hasPrefix("出生日期") }
    let index = lines.count - 1
    lines[index].text = line2(expiry: "120415").replacing("740812", with: "740712")
    lines[index].confidences[16] = 0.5
    lines[index].alternatives[16] = [("8", 0.45)]
  }
  #expect(document.has(.mrzRepaired))
  #expect(document.fields[.birth]?.value == "1974-08-12")
  #expect(document.fields[.birth]?.rawValue == "1974-07-12")
  #expect(document.doubts.contains(FoundDoubt(.mrzRepaired, .mrzLine2, .birth)))
}
