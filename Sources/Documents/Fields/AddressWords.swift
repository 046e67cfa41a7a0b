// Words that addresses are made of: a doubtful character that completes one is taken for it.

internal import Vision

/// Settles doubtful characters of an address by the words they stand in.
enum AddressWords {
  /// A character as sure as this stays what it is.
  static let sureMin = 0.9
  /// How much likelier a reading is that completes a word, and one that makes a name which streets and villages all over
  /// the country have.
  static let wordFactor = 5.0
  static let commonNameFactor = 20.0

  /// `row`, all lines joined, with doubtful characters replaced by other readings of them that complete a word, count something or are
  /// usual in addresses where the first reading does not and is not. What is changed is low. `settled` are ids of
  /// glyphs that stay.
  static func settled(_ row: [Glyph], but settled: Set<Int>) -> [Glyph] {
    var row = row
    for index in row.indices
    where row[index].confidence < sureMin && !settled.contains(row[index].id) {
      let glyph = row[index]
      guard !completes(glyph.character, at: index, in: row),
        !completes(glyph.character, at: index, in: row, commonNames),
        !counts(glyph.character, at: index, in: row)
      else { continue }
      let other = glyph.alternatives.first {
        counts($0.character, at: index, in: row)
          || $0.confidence * wordFactor > glyph.confidence
            && (completes($0.character, at: index, in: row)
              || usual.contains($0.character) && !usual.contains(glyph.character))
          || $0.confidence * commonNameFactor > glyph.confidence
            && (completes($0.character, at: index, in: row, commonNames)
              || endsName($0.character, at: index, in: row))
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

  /// Whether `character` at `index` makes a street or a village of the common name before it, behind which a number
  /// stands: nothing is counted without one.
  private static func endsName(_ character: Character, at index: Int, in row: [Glyph]) -> Bool {
    guard index >= 2, index + 1 < row.count, Characters.isDigit(row[index + 1].character),
      nameEnds.contains(character)
    else { return false }
    let before = row[index - 2..<index].map(\.character)
    return commonNames.contains(before)
  }

  private static let nameEnds = Set("街路巷里弄道村屯庄苑园")

  /// What names of places end with, and what they are told apart by.
  private static let usual = Set(
    "省市县区镇乡村屯庄街道路巷里弄号室栋幢组社苑园寨堡坪湾沟岭坡桥门店场城台塘坝河江湖山东南西北中上下前后新大小")

  private static let counting = Set("号室栋幢组弄层楼户座院队排")

  /// Whether `character` at `index` makes a word with those beside it.
  private static func completes(
    _ character: Character, at index: Int, in row: [Glyph], _ words: [[Character]] = words
  ) -> Bool {
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

  /// Names of streets, quarters and villages, and parts of them, that are common all over the country.
  private static let commonNames: [[Character]] =
    """
    人民 解放 建设 建国 中山 和平 新华 文化 胜利 团结 民主 光明 东风 红旗 友谊
    幸福 工农 工人 青年 前进 朝阳 长江 黄河 长安 长征 延安 北京 上海 天津 南京
    武汉 迎宾 学府 学院 学苑 书院 文昌 文明 文庙 文峰 滨河 滨江 滨湖 滨海 沿江
    沿河 江滨 湖滨 复兴 振兴 振华 光华 龙潭 龙泉 龙门 龙山 龙江 龙湖 龙岗 凤凰
    凤山 凤鸣 金沙 金山 金龙 金水 银河 玉兰 玉泉 玉山 桂花 桃花 桃园 桃李 梅花
    梅园 荷花 莲花 兰花 樱花 杏花 柳树 柏树 松树 榆树 槐树 枣园 竹园 竹林 松林
    柳林 杨柳 清水 清泉 清河 碧水 碧桂 石门 石桥 石河 石山 石佛 大石 大桥 小桥
    双桥 双河 双龙 三河 三里 永安 永兴 永丰 永和 永宁 长乐 长宁 太平 安平 安定
    安宁 平安 吉祥 如意 富强 富康 康乐 健康 新丰 新民 新建 新兴 新城 新街 新村
    白马 白云 白沙 白石 沙河 沙湾 黄土 红星 红光 红岩 红梅 紫荆 春晖 春光 春风
    阳光 朝霞 晨光 曙光 向阳 东升 东方 西湖 东湖 南湖 北湖 公园 花园 体育 广场
    车站 火车 站前 铁路 机场 电力 水利 工业 科技 高新 创业 经济 市场 商业 邮电
    医院 民生 民族 爱国 爱民 拥军 国庆 五一 八一 王庄 李庄 张庄 刘庄 陈庄 赵庄
    杨庄 王家 李家 张家 刘家 陈家 杨家 赵家 黄家 周家 吴家 徐家 孙家 马家 朱家
    胡家 郭家 何家 高家 林家 罗家 家园 王庄村 李庄村 河口 河西 河东 河南 河北 江口
    江南 江北 山口 上河 下河 后街 前街 中街 老街 正街 西街 东街 南街 北街 南巷
    北巷 东巷 西巷 南路 胡同 林荫 世纪 时代 环城 环湖 开元 天府 天山 泰山 黄山
    华山 昆仑 峨眉 珠江 嘉陵 湘江 赣江 松花江
    """
    .split { $0 == " " || $0 == "\n" }.map(Array.init)
}
