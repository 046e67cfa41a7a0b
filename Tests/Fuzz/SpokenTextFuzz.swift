// Fuzzes the table of readings, and texts with what was heard of them.

import SpokenText

let spokenTextEntries = [
  FuzzEntry(name: "pinyin-table") { _ = feedTable($0) },
  FuzzEntry(name: "spoken-text") { feedSpoken($0) },
]

/// Traps once a table with two characters, one the form of the other, is accepted.
let spokenTextCanary = FuzzEntry(name: "canary-pinyin") { input in
  guard let table = feedTable(input) else { return }
  precondition(table.count < 2, "the canary was found")
}

/// The heading stands before the input, so that lines are within reach; its count is that of the lines.
private func feedTable(_ input: UnsafeRawBufferPointer) -> PinyinTable? {
  _ = try? PinyinTable(Array(input))
  let lines = input.count { $0 == UInt8(ascii: "\n") }
  let bytes = Array("mandarin-pinyin 1 \(lines)\n#\n".utf8) + Array(input)
  guard let table = try? PinyinTable(bytes) else { return nil }
  precondition(table.count == lines, "a line that is no character")
  for character in table.characters {
    precondition(!table.readings(of: character).isEmpty, "a character without a reading")
    let plain = table.simplified(character)
    precondition(table.simplified(plain) == plain, "a form of a form")
    if let common = table.commonestHomophone(of: character) {
      precondition(table.count(of: common) > 0, "a companion that is as rare")
    }
  }
  return table
}

/// A few characters, so that every rule about numbers, contrasts and pauses can be reached without the real table.
private let smallTable: PinyinTable? = {
  let readings = [
    "一": "yi1:9", "七": "qi1:9", "万": "wan4:9", "三": "san1:9", "不": "bu4:9", "两": "liang3:9",
    "九": "jiu3:9",
    "二": "er4:9", "五": "wu3:9", "亿": "yi4:9", "儿": "er2:9", "元": "yuan2:9", "八": "ba1:9",
    "六": "liu4:9",
    "分": "fen1:9 fen4", "十": "shi2:9", "千": "qian1:9", "叁": "san1", "号": "hao4:9", "同": "tong2:9",
    "四": "si4:9",
    "圆": "yuan2:9", "块": "kuai4:9", "年": "nian2:9", "幺": "yao1", "意": "yi4:9", "愿": "yuan4:9",
    "我": "wo3:9",
    "拾": "shi2", "整": "zheng3:9", "日": "ri4:9", "月": "yue4:9", "有": "you3:9", "没": "mei2:9",
    "点": "dian3:9",
    "百": "bai3:9", "自": "zi4:9", "角": "jiao3:9 jue2", "负": "fu4:9", "之": "zhi1:9",
    "到": "dao4:9", "至": "zhi4:9", "比": "bi3:9", "时": "shi2:9", "秒": "miao3:9", "半": "ban4:9",
    "刻": "ke4:9",
    "零": "ling2:9",
  ]
  let rows = readings.sorted { $0.key.unicodeScalars.first! < $1.key.unicodeScalars.first! }
  let text = rows.map { "\($0.key)\t\($0.value)\n" }.joined()
  return try? PinyinTable(Array("mandarin-pinyin 1 \(rows.count)\n#\n\(text)".utf8))
}()

/// What small bytes stand for: the characters that rules are about.
private let alphabet = Array("我自愿不同意有没一二两三五七万千百十零亿叁拾圆幺儿元角分年月日号0123456789.,:%¥-/ 。AXx")

/// The first half is a text, the second what was heard of it.
private func feedSpoken(_ input: UnsafeRawBufferPointer) {
  guard let table = smallTable else { preconditionFailure("the small table is sound") }
  func text(_ bytes: some Sequence<UInt8>) -> String {
    String(bytes.map { alphabet[Int($0) % alphabet.count] })
  }
  let middle = input.count / 2
  let heard = HeardText(text(input[middle...]), pinyin: table)
  _ = DigitCode.digits(in: heard)
  // Any text at all, then one of characters that are read.
  _ = try? ExpectedText(String(decoding: input, as: UTF8.self), field: "text", pinyin: table)
  guard let expected = try? ExpectedText(text(input[..<middle]), field: "text", pinyin: table)
  else { return }
  for part in expected.parts {
    precondition(part.secondsMax <= 15.01 && part.syllableCount > 0, "a part out of bounds")
    let alignment = part.align(heard)
    precondition(
      (0...1).contains(alignment.coverage) && alignment.places.count == alignment.form.count)
    for form in part.forms() {
      precondition(
        part.align(HeardText(form.text, pinyin: table)).distance == 0, "a form not heard")
      precondition(form.contrasts().count <= SpokenTextLimits.contrastsMax)
    }
    _ = alignment.heardContrasts()
  }
}
