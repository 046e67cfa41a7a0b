// Doubtful characters that lists, words and usage settle: what is changed is low, what was read for sure stays.

import Documents
import Testing
import Vision

/// The front with one of its lines changed.
private func front(_ text: String, _ change: (inout LaidLine) -> Void) -> [LaidLine] {
  var lines = front()
  if let index = lines.firstIndex(where: { $0.text == text }) { change(&lines[index]) }
  return lines
}

private func address(_ text: String, _ doubts: [Int: (Double, [(Character, Double)])])
  -> CardReading
{
  reading(
    front("北京市朝阳区光明路1号") { line in
      line.text = text
      for (place, doubt) in doubts {
        line.confidences[place] = doubt.0
        line.alternatives[place] = doubt.1
      }
    })
}

@Test func aDoubtfulPlaceIsThatOfTheNumber() {
  // 朝 was read as 韩 and 朝 is not even named: the number says 北京市朝阳区.
  let field = interpreter.interpret(address("北京市韩阳区光明路1号", [3: (0.5, [("胡", 0.3)])]))
    .fields[.address]
  #expect(field?.value == "北京市朝阳区光明路1号院2号楼3单元401室")
  #expect(field?.rawValue == "北京市韩阳区光明路1号院2号楼3单元401室")
  #expect(field?.isLow == true)
}

/// The front of a person from 乌鲁木齐 whose address has the misread characters of `misread`.
private func longPlace(_ misread: String, sure: Bool = false) -> CardReading {
  var lines = front(
    address: [misread, "齐市天山区光明路1号"], number: "650102194912310026")
  guard let index = lines.firstIndex(where: { $0.text == misread }) else { return reading(lines) }
  for (place, pair) in zip(misread, "新疆维吾尔自治区乌鲁木").enumerated() where pair.0 != pair.1 {
    lines[index].confidences[place] = sure ? 0.999 : 0.3
    lines[index].alternatives[place] = [(pair.1, 0.02)]
  }
  return reading(lines)
}

@Test func ofALongPlaceThatTheNumberNamesMoreMayBeMisread() {
  let right = "新疆维吾尔自治区乌鲁木齐市天山区光明路1号"
  let field = interpreter.interpret(longPlace("新疆线县尔自治区只参木")).fields[.address]
  #expect(field?.value == right)
  #expect(field?.isLow == true)
  let sure = interpreter.interpret(longPlace("新疆线县尔自治区只参木", sure: true)).fields[.address]
  #expect(sure?.value == right.replacing("维吾", with: "线县").replacing("乌鲁", with: "只参"))
}

@Test func aCharacterThatWasNotReadIsPutInWhereThePlaceIsKnown() {
  let field = interpreter.interpret(address("京市朝阳区光明路1号", [:])).fields[.address]
  #expect(field?.value == "北京市朝阳区光明路1号院2号楼3单元401室")
  #expect(field?.isLow == true)
}

@Test(arguments: [
  "北京市海淀区光明路1号", "四川省西昌市光明路1号", "新月市未来区光明路1号", "北京朝阳光明路1号", "北京市光明路1号",
])
func anotherPlaceThanTheNumbersStays(_ text: String) {
  let field = interpreter.interpret(address(text, [:])).fields[.address]
  #expect(field?.value == text + "院2号楼3单元401室")
}

@Test func aSureCharacterOfAPlaceIsNotChanged() {
  let field = interpreter.interpret(address("北京市朝阴区光明路1号", [:])).fields[.address]
  #expect(field?.value.hasPrefix("北京市朝阴区") == true)
  #expect(field?.isLow == true, "there is no such place, and the number names one that looks alike")
}

@Test func aDoubtfulCharacterCompletesAWord() {
  let doubts: [Int: (Double, [(Character, Double)])] = [9: (0.6, [("道", 0.35)])]
  let field = interpreter.interpret(address("北京市朝阳区光明街通1号", doubts)).fields[.address]
  #expect(field?.value.hasPrefix("北京市朝阳区光明街道1号") == true)
  #expect(field?.isLow == true)
}

@Test(arguments: [
  ("厦门市恩明区公安局", 3, "思", "厦门市思明区公安局"), ("石家庄市公安局娇西分局", 7, "桥", "石家庄市公安局桥西分局"),
  ("西昌布公安局", 2, "市", "西昌市公安局"),
])
func aDoubtfulAuthorityIsOfAPlace(
  _ text: String, _ place: Int, _ other: Character, _ wanted: String
) {
  var lines = back(authority: text)
  let index = lines.firstIndex { $0.text == text }!
  lines[index].confidences[place] = 0.6
  lines[index].alternatives[place] = [(other, 0.2)]
  let field = interpreter.interpret(reading(lines)).fields[.authority]
  #expect(field?.value == wanted)
  #expect(field?.rawValue == text)
  #expect(field?.isLow == true)
}

@Test(arguments: [
  ("西昌市公安网", 5, "西昌市公安局"), ("石家庄市公安局桥西分", 9, "石家庄市公安局桥西分"),
  ("贵阳市公安局云", 6, "贵阳市公安局云"),
])
func anEndingThatNoAuthorityHasIsReadAsOne(_ text: String, _ place: Int, _ wanted: String) {
  var lines = back(authority: text)
  let index = lines.firstIndex { $0.text == text }!
  lines[index].confidences[place] = 0.4
  let field = interpreter.interpret(reading(lines)).fields[.authority]
  #expect(field?.value == wanted)
  #expect(field?.isLow == true)
}

@Test func aDoubtfulCharacterCompletesAStreetsCommonName() {
  let doubts: [Int: (Double, [(Character, Double)])] = [6: (0.88, [("玉", 0.06)])]
  let field = interpreter.interpret(address("北京市朝阳区王兰路1号", doubts)).fields[.address]
  #expect(field?.value.hasPrefix("北京市朝阳区玉兰路1号") == true)
  #expect(field?.isLow == true)
}

@Test func aWordGoesOnInTheNextLine() {
  var lines = front(address: ["北京市朝阳区三里光明胡", "间12号院2号楼3单元401室"])
  if let index = lines.firstIndex(where: { $0.text.hasPrefix("间") }) {
    lines[index].confidences[0] = 0.6
    lines[index].alternatives[0] = [("同", 0.15)]
  }
  let field = interpreter.interpret(reading(lines)).fields[.address]
  #expect(field?.value == "北京市朝阳区三里光明胡同12号院2号楼3单元401室")
  #expect(field?.isLow == true)
}

@Test(arguments: [(0.6, true), (0.95, false)])
func behindACommonNameAStreetEndsBeforeTheNumber(_ confidence: Double, _ isChanged: Bool) {
  let doubts: [Int: (Double, [(Character, Double)])] = [8: (confidence, [("街", 0.05)])]
  let field = interpreter.interpret(address("北京市朝阳区工农560号", doubts)).fields[.address]
  #expect(field?.value.hasPrefix(isChanged ? "北京市朝阳区工农街60号" : "北京市朝阳区工农560号") == true)
}

@Test func anAddressThatEndsWithADigitIsLookedAtAgain() throws {
  let whole = reading(front())
  #expect(interpreter.unread(in: whole).isEmpty)
  let cut = reading(front(address: ["北京市朝阳区光明路40"]))
  let boxes = interpreter.unread(in: cut)
  let box = try #require(boxes.last)
  let end = try #require(interpreter.interpret(cut).fields[.address]).box
  #expect(boxes.count == 1)
  #expect(box.x + box.width > end.x + end.width + 20)
}

@Test func aFullLineThatEndsWithADigitIsLookedForInTheNextOne() throws {
  let cut = reading(front(address: ["北京市朝阳区光明路416"]))
  let box = try #require(interpreter.unread(in: cut).last)
  #expect(box.x < 0.2 * cardWidth && 0.2 * cardWidth < box.x + box.width)
  #expect(box.y < 0.585 * cardHeight && 0.585 * cardHeight < box.y + box.height)
  let whole = reading(front(address: ["北京市朝阳区光明路416", "号"]))
  #expect(interpreter.unread(in: whole) == [])
  #expect(interpreter.interpret(whole).fields[.address]?.value == "北京市朝阳区光明路416号")
}

@Test func aDoubtfulNameIsWhatNamesAreMadeOf() {
  let lines = front("张三") { line in
    line.text = "间梓吴"
    line.confidences = [0: 0.7, 2: 0.9]
    line.alternatives = [0: [("阎", 0.2)], 2: [("昊", 0.07)]]
  }
  let field = interpreter.interpret(reading(lines)).fields[.name]
  #expect(field?.value == "阎梓昊")
  #expect(field?.isLow == true)
  #expect(field?.alternatives.contains { $0.contains("吴") } == true)
}

@Test(arguments: [
  // Rare in any text: who reads it has seen something. Common, but in no name. Not printed on the mainland.
  ("翛", "修", false), ("液", "波", true), ("媽", "嫣", true),
])
func aDoubtfulNameWeighsHowCommonItsReadingIs(
  _ read: Character, _ other: Character, _ isChanged: Bool
) {
  let lines = front("张三") { line in
    line.text = "张\(read)平"
    line.confidences = [1: 0.8]
    line.alternatives = [1: [(other, 0.06)]]
  }
  let field = interpreter.interpret(reading(lines)).fields[.name]
  #expect(field?.value == "张\(isChanged ? other : read)平")
  #expect(field.map { $0.isLow || $0.confidence <= 80 } == true)
}

@Test func writingThatGoesOnBehindANameIsACharacterNotRead() throws {
  for (extra, isWhole) in [(0.0, true), (0.4, true), (1.15, false)] {
    var card = reading(front())
    let index = try #require(card.lines.firstIndex { $0.text == "张三" })
    var line = card.lines[index]
    let length = line.quad.topRight.x - line.quad.topLeft.x
    let more = extra * length / 2
    for place in line.characters.indices {
      line.characters[place].position *= length / (length + more)
    }
    line.quad.topRight.x += more
    line.quad.bottomRight.x += more
    card.lines[index] = line
    let field = try #require(interpreter.interpret(card).fields[.name])
    #expect(field.value == "张三")
    #expect(field.incomplete == !isWhole)
  }
}

@Test(arguments: ["张明骞", "贾契思", "龚明骞"])
func aCharacterThatStandsForUnknownOnesIsLow(_ name: String) {
  #expect(interpreter.interpret(reading(front(name: name))).fields[.name]?.isLow == true)
}

@Test func aFamilyNameIsNoStandIn() {
  #expect(interpreter.interpret(reading(front(name: "龚明"))).fields[.name]?.isLow == false)
}

@Test func aSureUnusualNameStays() {
  let lines = front("张三") { line in
    line.text = "间梓吴"
    line.alternatives = [0: [("阎", 0.001)], 2: [("昊", 0.001)]]
  }
  #expect(interpreter.interpret(reading(lines)).fields[.name]?.value == "间梓吴")
}

@Test(arguments: [
  ("林哲", 0, "赫哲"), ("维吾示", 2, "维吾尔"), ("设", 0, "汉"), ("僳", 0, "傈僳"), ("物温克", 0, "鄂温克"),
  ("伦佬", 0, "仡佬"),
])
func aDoubtfulNationIsOneOfTheList(_ text: String, _ place: Int, _ wanted: String) {
  let lines = front("汉") { line in
    line.text = text
    line.confidences[place] = 0.4
  }
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.nation]?.value == wanted)
  #expect(document.fields[.nation]?.isLow == true)
}

@Test(arguments: ["全佬", "这解尔", "甲乙", "甲"])
func aNationThatIsNotToldApartStays(_ text: String) {
  let lines = front("汉") { line in
    line.text = text
    line.confidences = [0: 0.4, 1: 0.4]
  }
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.nation]?.value == text)
  #expect(document.fields[.nation]?.settled == false)
  #expect(document.has(.nationUnknown))
}

@Test(arguments: [
  ("2020.11.02-2040.11.0", "2020.11.02-2040.11.02"),
  ("2020.1.02-2040.11.02", "2020.11.02-2040.11.02"),
])
func aTornDateIsThatOfTheOnlyPeriod(_ text: String, _ wanted: String) {
  let document = interpreter.interpret(reading(back(validity: text)))
  #expect(document.fields[.validity]?.value == wanted)
  #expect(document.fields[.validity]?.isLow == true)
  #expect(document.fields[.validity]?.rawValue == text)
  #expect(document.fields[.validity]?.settled == true)
  let isEnd = text.hasSuffix("0")
  #expect(document.fields[.validTo]?.settled == isEnd)
  #expect(document.fields[.validFrom]?.settled == !isEnd)
  #expect(document.fields[isEnd ? .validTo : .validFrom]?.isLow == true)
  #expect(document.has(.validityRepaired))
}

@Test(arguments: ["2001.10.21-2021.10.21", "2011.10.22-2021.10.21"])
func aPeriodThatNoCardHasIsRepaired(_ text: String) {
  var lines = back(validity: text)
  let index = lines.firstIndex { $0.text == text }!
  lines[index].confidences[text.hasPrefix("2001") ? 2 : 9] = 0.5
  lines[index].alternatives[text.hasPrefix("2001") ? 2 : 9] = [("1", 0.45)]
  let document = interpreter.interpret(reading(lines))
  #expect(document.fields[.validity]?.value == "2011.10.21-2021.10.21")
  #expect(document.has(.validityRepaired))
}

@Test func aPlaceThatIsKnownStays() {
  let doubts: [Int: (Double, [(Character, Double)])] = [4: (0.6, [("县", 0.3)])]
  let field = interpreter.interpret(address("北京市朝阳区光明路1号", doubts)).fields[.address]
  #expect(field?.value.hasPrefix("北京市朝阳区光明路1号") == true)
}

@Test func aDigitBeforeACountingWordIsADigit() {
  let doubts: [Int: (Double, [(Character, Double)])] = [10: (0.6, [("4", 0.3)])]
  let field = interpreter.interpret(address("北京市朝阳区光明路1小号", doubts)).fields[.address]
  #expect(field?.value.hasPrefix("北京市朝阳区光明路14号") == true)
}

@Test func traditionalFormsOfLabelsAreLabels() {
  var lines = front().filter { $0.text != "性别" }
  lines.append(LaidLine("性別", 0.075, 0.27, em: 0.038))
  #expect(interpreter.interpret(reading(lines)).fields[.sex]?.value == "女")
}

/// A family name of two characters is known as a whole: 请 is none, 诸葛 is; where the first character is a family name, the
/// second is a given name's.
@Test(
  arguments: [
    ("请葛雪敏", [0: (0.52, [("诸", 0.48)])], "诸葛雪敏"),
    ("诸曷雪敏", [1: (0.8, [("葛", 0.1)])], "诸葛雪敏"),
    ("请葛雪敏", [0: (0.98, [("诸", 0.02)])], "请葛雪敏"),
    ("请曼雪敏", [0: (0.7, [("诸", 0.2)])], "请曼雪敏"),
    ("公与敏", [1: (0.6, [("孙", 0.2)])], "公与敏"),
  ] as [(String, [Int: (Double, [(Character, Double)])], String)])
func familyNamesOfTwoCharactersAreSettledAsOne(
  _ read: String, _ doubts: [Int: (Double, [(Character, Double)])], _ name: String
) throws {
  let lines = front("张三") { line in
    line.text = read
    line.confidences = doubts.mapValues(\.0)
    line.alternatives = doubts.mapValues(\.1)
  }
  let field = try #require(interpreter.interpret(reading(lines)).fields[.name])
  #expect(field.value == name && field.settled == (name != read))
}

@Test func theMarkBehindTheYearIsNoDigitOfTheMonth() {
  var lines = front(birth: ("1949", "12", "31")).filter { $0.text != "年" }
  lines.append(LaidLine("1", 0.29, 0.39, em: 0.031))
  #expect(interpreter.interpret(reading(lines)).fields[.birth]?.value == "1949-12-31")
}

@Test func theMarkBehindTheDayIsNoDigitOfIt() {
  var lines = front(birth: ("1949", "12", "31")).filter { $0.text != "日" }
  lines.append(LaidLine("8", 0.499, 0.39, em: 0.031))
  #expect(interpreter.interpret(reading(lines)).fields[.birth]?.value == "1949-12-31")
}

@Test func aCharacterFarBeforeALabelIsNoneOfIt() {
  // 民 was not read, 女 and 族 stand side by side.
  var lines = front().filter { !["民族", "女"].contains($0.text) }
  lines += [LaidLine("女", 0.21, 0.27), LaidLine("族", 0.332, 0.27, em: 0.038)]
  #expect(interpreter.interpret(reading(lines)).fields[.sex]?.value == "女")
}

@Test func whatMustStandSomewhereIsLookedForThere() {
  #expect(interpreter.unread(in: reading(front())) == [])
  #expect(interpreter.unread(in: reading(back())) == [])
  #expect(interpreter.unread(in: reading([])) == [])
  let lone = interpreter.unread(in: reading(front().filter { !["女", "汉"].contains($0.text) }))
  #expect(lone.count == 2)
  for (box, x) in zip(lone, [0.205, 0.418]) {
    #expect(box.x < x * cardWidth && x * cardWidth < box.x + box.width)
    #expect(box.y < 0.268 * cardHeight && 0.268 * cardHeight < box.y + box.height)
  }
  let number = interpreter.unread(in: reading(front(number: "1101051949123100")))
  #expect(number.count == 1)
}
