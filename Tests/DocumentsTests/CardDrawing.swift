// Lays lines of text on a card as a reader would give them, for tests. The persons are made up; their numbers are the
// specimen numbers of GB 11643 and numbers that check but belong to nobody.

import Documents
import IdentityNumbers
import Vision

let testDay = CalendarDate(year: 2026, month: 11, day: 26)!
let interpreter = DocumentInterpreter(today: testDay)

/// A line to lay: its text, its left end and its middle as parts of the card, and the width of a full-width character.
struct LaidLine {
  var text: String
  var x: Double
  var y: Double
  var em = 0.0375
  /// By place in the text.
  var confidences: [Int: Double] = [:]
  var alternatives: [Int: [(Character, Double)]] = [:]

  init(_ text: String, _ x: Double, _ y: Double, em: Double = 0.0375) {
    self.text = text
    self.x = x
    self.y = y
    self.em = em
  }
}

let cardWidth = 1012.0
let cardHeight = 638.0

func isWide(_ character: Character) -> Bool {
  guard let value = character.unicodeScalars.first?.value else { return false }
  return value >= 0x2E80
}

/// What a reader gives for the line: one character after the other, digits and Latin letters half as wide.
func textLine(_ line: LaidLine, width: Double = cardWidth, height: Double = cardHeight) -> TextLine
{
  let em = line.em * width
  let widths = line.text.map { isWide($0) ? em : em * 0.55 }
  let length = max(1, widths.reduce(0, +))
  let (left, middle, half) = (line.x * width, line.y * height, em * 0.68)
  var at = 0.0
  var characters: [ReadCharacter] = []
  for (index, character) in line.text.enumerated() {
    let centre = at + widths[index] / 2
    at += widths[index]
    characters.append(
      ReadCharacter(
        character: character, confidence: line.confidences[index] ?? 0.999,
        alternatives: (line.alternatives[index] ?? []).map {
          .init(character: $0.0, confidence: $0.1)
        }, position: centre / length))
  }
  let quad = Quad(
    topLeft: ImagePoint(x: left, y: middle - half),
    topRight: ImagePoint(x: left + length, y: middle - half),
    bottomRight: ImagePoint(x: left + length, y: middle + half),
    bottomLeft: ImagePoint(x: left, y: middle + half))
  return TextLine(quad: quad, characters: characters, detectionConfidence: 0.9)
}

func reading(
  _ lines: [LaidLine], width: Double = cardWidth, height: Double = cardHeight,
  condition: CardCondition = CardCondition()
) -> CardReading {
  CardReading(
    quad: Quad(
      topLeft: ImagePoint(x: 0, y: 0), topRight: ImagePoint(x: width, y: 0),
      bottomRight: ImagePoint(x: width, y: height), bottomLeft: ImagePoint(x: 0, y: height)),
    quadConfidence: 1, width: Int(width), height: Int(height),
    lines: lines.map { textLine($0, width: width, height: height) }, portrait: nil,
    condition: condition)
}

/// The front of the standard's specimen person: 张三, 11010519491231002X.
func front(
  name: String = "张三", sex: String = "女", nation: String = "汉",
  birth: (String, String, String) = ("1949", "12", "31"),
  address: [String] = ["北京市朝阳区光明路1号", "院2号楼3单元401室"],
  number: String = "11010519491231002X"
) -> [LaidLine] {
  var lines = [
    LaidLine("姓名", 0.075, 0.152, em: 0.038), LaidLine(name, 0.184, 0.148, em: 0.046),
    LaidLine("性别", 0.075, 0.27, em: 0.038), LaidLine(sex, 0.186, 0.268),
    LaidLine("民族", 0.296, 0.27, em: 0.038), LaidLine(nation, 0.399, 0.268),
    LaidLine("出生", 0.075, 0.39, em: 0.038), LaidLine(birth.0, 0.186, 0.388),
    LaidLine("年", 0.287, 0.39, em: 0.031), LaidLine(birth.1, 0.336, 0.388),
    LaidLine("月", 0.391, 0.39, em: 0.031), LaidLine(birth.2, 0.441, 0.388),
    LaidLine("日", 0.494, 0.39, em: 0.031), LaidLine("住址", 0.075, 0.512, em: 0.038),
    LaidLine("公民身份号码", 0.075, 0.879, em: 0.031), LaidLine(number, 0.336, 0.876, em: 0.06),
  ]
  for (row, text) in address.enumerated() {
    lines.append(LaidLine(text, 0.186, 0.505 + 0.078 * Double(row)))
  }
  return lines
}

func back(
  authority: String = "北京市公安局朝阳分局", validity: String = "2019.03.05-2039.03.05",
  title: String = "居民身份证"
) -> [LaidLine] {
  [
    LaidLine("中华人民共和国", 0.326, 0.188, em: 0.075), LaidLine(title, 0.34, 0.352, em: 0.1),
    LaidLine("签发机关", 0.188, 0.725, em: 0.034), LaidLine(authority, 0.372, 0.72),
    LaidLine("有效期限", 0.188, 0.857, em: 0.034), LaidLine(validity, 0.372, 0.852),
  ]
}
