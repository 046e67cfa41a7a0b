// Words that addresses are made of: a doubtful character that completes one is taken for it.

internal import Vision

/// Settles doubtful characters of an address by the words they stand in.
enum AddressWords {
  /// A character as sure as this stays what it is.
  static let sureMin = 0.9
  /// How much likelier a reading is that completes a word.
  static let wordFactor = 5.0

  /// `row` with doubtful characters replaced by other readings of them that complete a word, count something or are
  /// usual in addresses where the first reading does not and is not. What is changed is low. `settled` are ids of
  /// glyphs that stay.
  static func settled(_ row: [Glyph], but settled: Set<Int>) -> [Glyph] {
    var row = row
    for index in row.indices
    where row[index].confidence < sureMin && !settled.contains(row[index].id) {
      let glyph = row[index]
      guard !completes(glyph.character, at: index, in: row),
        !counts(glyph.character, at: index, in: row)
      else { continue }
      let other = glyph.alternatives.first {
        counts($0.character, at: index, in: row)
          || $0.confidence * wordFactor > glyph.confidence
            && (completes($0.character, at: index, in: row)
              || usual.contains($0.character) && !usual.contains(glyph.character))
      }
      guard let other else { continue }
      row[index].character = other.character
      row[index].confidence = min(FieldMaker.reflectiveMax, max(other.confidence, 0.5))
      row[index].alternatives =
        [.init(character: glyph.character, confidence: glyph.confidence)]
        + glyph.alternatives.filter { $0.character != other.character }
    }
    return row
  }

  /// Whether `character` at `index` is a counting word between two numbers, where hardly anything else stands, or a
  /// digit of a number that is counted.
  private static func counts(_ character: Character, at index: Int, in row: [Glyph]) -> Bool {
    guard index > 0, Characters.isDigit(row[index - 1].character) else { return false }
    let next = index + 1 < row.count ? row[index + 1].character : nil
    if counting.contains(character) { return next.map(Characters.isDigit) ?? true }
    return Characters.isDigit(character) && next.map(counting.contains) ?? false
  }

  /// What names of places end with, and what they are told apart by.
  private static let usual = Set(
    "省市县区镇乡村屯庄街道路巷里弄号室栋幢组社苑园寨堡坪湾沟岭坡桥门店场城台塘坝河江湖山东南西北中上下前后新大小")

  private static let counting = Set("号室栋幢组弄层楼户座院队排")

  /// Whether `character` at `index` makes a word with those beside it.
  private static func completes(_ character: Character, at index: Int, in row: [Glyph]) -> Bool {
    words.contains { word in
      word.indices.contains { place in
        guard word[place] == character, index >= place, index - place + word.count <= row.count
        else { return false }
        return word.indices.allSatisfy {
          $0 == place || row[index - place + $0].character == word[$0]
        }
      }
    }
  }

  private static let words: [[Character]] = [
    "街道", "胡同", "大街", "大道", "单元", "社区", "小区", "花园", "公寓", "新村", "大厦", "东路", "西路", "南路", "北路", "中路",
    "一路", "二路", "三路", "开发区", "工业区", "办事处", "家属院", "家属楼", "宿舍", "自然村", "村民", "委员会", "居委会", "村委会",
    "小组", "号楼", "大院", "家园", "花苑", "广场", "新区", "林场", "农场", "团场", "牧场", "学院", "大学", "中学", "医院", "公司",
    "自治区", "自治县", "自治州", "内蒙古", "壮族", "回族", "维吾尔", "土家族", "苗族", "藏族", "满族", "彝族",
  ].map(Array.init)
}
