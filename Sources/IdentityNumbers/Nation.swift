// The nations of China as identity cards print them (GB/T 3304-1991), with the entries that cards carry beside them.

/// An entry of the list.
package struct Nation: Sendable, Hashable {
  /// As a card prints it, without 族.
  package let name: String
  /// Two digits of GB/T 3304; nil for 穿青人, which has no code in the standard. 97 and 98 are codes of population
  /// registers.
  package let code: String?
  /// Two letters of GB/T 3304; nil for entries outside the standard.
  package let letters: String?

  private init(_ name: String, _ code: String?, _ letters: String?) {
    self.name = name
    self.code = code
    self.letters = letters
  }

  /// The entry that `text` names, with or without 族; nil if none does.
  package init?(_ text: some StringProtocol) {
    let name = text.hasSuffix("族") ? String(text.dropLast()) : String(text)
    guard let nation = Self.byName[name] else { return nil }
    self = nation
  }

  /// The entry with this code of two digits; nil if there is none.
  package init?(code: some StringProtocol) {
    guard let nation = Self.all.first(where: { $0.code == String(code) }) else { return nil }
    self = nation
  }

  /// All of them, the 56 of the standard first, in its order.
  package static let all: [Nation] =
    zip(names, letterCodes).enumerated().map { place, entry in
      Nation(entry.0, (place < 9 ? "0" : "") + String(place + 1), entry.1)
    } + [
      Nation("其他", "97", nil), Nation("外国血统中国籍人士", "98", nil), Nation("穿青人", nil, nil),
    ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  private static let names = split(
    """
    汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 \
    柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 \
    塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
    """)

  private static let letterCodes = split(
    """
    HA MG HU ZA UG MH YI ZH BY CS MA DO YA BA TJ HN KZ DA LI LS VA SH GS LH SU DX NX JP \
    KG TU DU ML QI BL SL MN GL XB AC PM TA NU UZ RS EW DE BO YG GI \
    TT DR OR HZ MB LB JN
    """)

  private static func split(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }
}
