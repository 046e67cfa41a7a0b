// Which characters are usual in names: they decide between readings of a doubtful character, and nothing else.

internal import Vision

/// How likely characters are at their places in a name of two to four characters.
enum NameCharacters {
  /// How much likelier a character of the lists is than one that is in none, in the place of the family name and in that
  /// of a given name. Of 1.4 thousand million people 85 in a hundred bear one of the hundred commonest family names and
  /// 99 one of those listed; the listed characters make up about 95 in a hundred of those of given names. Kept far
  /// below what that means, since the reader's doubts are measured loosely.
  static let familyFactor = 30.0
  static let givenFactor = 20.0
  /// The same against a character that is rare in any text: a reader that names one of those has seen something.
  static let rareFactor = 4.0
  /// Against a form that mainland documents do not print.
  static let foreignFactor = 300.0
  /// A character as sure as this stays what it is.
  static let sureMin = 0.97

  /// The characters of a name with the likeliest of the reader's own readings in each place. What is changed is low.
  static func settled(_ glyphs: [Glyph]) -> [Glyph] {
    guard (2...4).contains(glyphs.count), glyphs.allSatisfy({ Characters.isHan($0.character) })
    else { return glyphs }
    if let double = doubleFamily(of: glyphs) {
      let first = zip(double, glyphs).map {
        $1.character == $0 ? $1 : changed($1, to: $0, familyFactor)
      }
      return first + glyphs.dropFirst(2).map { settled($0, usual: given, givenFactor) }
    }
    return glyphs.enumerated().map { index, glyph in
      index == 0
        ? settled(glyph, usual: family, familyFactor) : settled(glyph, usual: given, givenFactor)
    }
  }

  /// The family name of two characters that a name of three or more begins with: as read, or the likeliest one where the
  /// first character is doubtful and is no family name by itself.
  private static func doubleFamily(of glyphs: [Glyph]) -> [Character]? {
    guard glyphs.count > 2 else { return nil }
    let read = glyphs.prefix(2)
    if doubleFamilies.contains(read.map(\.character)) { return read.map(\.character) }
    guard !family.contains(glyphs[0].character), read.contains(where: { $0.confidence < sureMin })
    else { return nil }
    func weight(_ name: [Character]) -> Double {
      zip(read, name).reduce(1) { $0 * $1.0.probability(of: $1.1) }
    }
    guard let likeliest = doubleFamilies.max(by: { weight($0) < weight($1) }),
      weight(likeliest) * familyFactor > read.reduce(1, { $0 * $1.confidence })
    else { return nil }
    return likeliest
  }

  private static func settled(_ glyph: Glyph, usual: Set<Character>, _ factor: Double) -> Glyph {
    let factor = self.factor(against: glyph.character, factor)
    guard glyph.confidence < sureMin, !usual.contains(glyph.character),
      let other = glyph.alternatives.filter({ usual.contains($0.character) })
        .max(by: { $0.confidence < $1.confidence }),
      other.confidence * factor > glyph.confidence
    else { return glyph }
    return changed(glyph, to: other.character, factor)
  }

  /// `glyph` taken for another of its readings, which is `factor` times as likely there as the reader thinks: low.
  private static func changed(_ glyph: Glyph, to other: Character, _ factor: Double) -> Glyph {
    var changed = glyph
    let weight = glyph.probability(of: other) * factor
    changed.character = other
    changed.confidence = min(FieldMaker.reflectiveMax, weight / (weight + glyph.confidence))
    changed.alternatives =
      [.init(character: glyph.character, confidence: glyph.confidence)]
      + glyph.alternatives.filter { $0.character != other }
    return changed
  }

  /// How much likelier a listed character is than `character`; `factor` if that is common.
  private static func factor(against character: Character, _ factor: Double) -> Double {
    if PrintedForms.simple(character) != nil { return foreignFactor }
    return CommonCharacters.all.contains(character) ? factor : min(factor, rareFactor)
  }

  /// Single family names in use.
  private static let family = Set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟"
      + "秦邱丘江尹薛闫阎段雷侯龙史黎贺顾毛郝龚邵万覃武钱戴严莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯"
      + "纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应"
      + "臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权"
      + "强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利"
      + "于呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由仁咸桓才塔富车侍笪遇勇法种琚泮牧綦厍楮郗逄妥豹怀虎锁双苍")

  /// Family names of two characters.
  private static let doubleFamilies: [[Character]] = [
    "欧阳", "上官", "诸葛", "司马", "东方", "慕容", "皇甫", "尉迟", "公孙", "令狐", "司徒", "夏侯", "端木", "长孙", "宇文", "独孤",
    "南宫", "司空", "澹台", "太史", "申屠", "轩辕", "钟离", "闻人", "西门", "百里", "呼延", "东郭", "拓跋", "纳兰", "赫连", "濮阳",
    "淳于", "单于", "公冶", "宗政", "仲孙", "鲜于", "司寇", "第五", "完颜", "耶律", "羊舌", "微生", "梁丘", "左丘", "东门", "公羊",
  ].map(Array.init)

  /// Characters that given names are made of.
  private static let given = Set(
    "英华玉秀明文红国建春志永海军平桂兰林小金芳伟丽云荣德淑生成晓梅清忠美凤龙庆新光强福珍玲东家兴爱义霞学辉敏民祥宝艳俊立燕峰贵洪波良正江振雪琴素莲世胜宏娟勇飞"
      + "杰云磊静慧超鹏洋洁琼莉萍欣琳雨佳鑫嘉浩宇轩涵子怡博睿梓昊晨思梦诗雅欢一艺泽可瑶若依语馨悦萱恩琪璐彤菲蕾薇妍婷婉娜倩颖莹雯洁雁岚凡丹宁培彦维毅刚斌彬凯健康帆旭"
      + "坤楠松柏树森木枫桐柳竹菊荷花香芬芸芝茹荔蓉蓓蕊芙茜苗萌菁蔚薪苒茵莎蓝航舟船涛浪润泓淼溪沛沐沁泉源湘滨涌渊浦淳清渝潇澜瀚洲湖河港溢泰涵汐汶汉洛济滢滔澄"
      + "炎焱灿烨炜煜烁焕炫煌熙燚照煊熠炳烽焰灵炯烈然熹秋夏冬季阳日月星辰晨曦旭晓昕昱昀晖晗晴晶晟景智暄暖昌昂昭时旺旻晏晔映曜昆显晋普曼冉朗朝望期皓皎皙白素青紫翠碧黛墨"
      + "玥珺垚琦琛瑞璇瑜珊珂珠琬琰琮瑾瑄璟璋瑛玺玮玫珞珈玖玟琳琅珏珲珍珮瑗瑶璧璨莹琨玄钰铭锋钧铮锐钢铁银锦镇钊鑫锡鉴铎钦金铠键镜锴鸣鹤鹭鸿鹃鹂鹰雁燕凤凰鸾莺虎豹骏骐驰骁骥"
      + "骏犇牛马羊龙麟翔翼翰翀翊羽飞翎耀辉煌群众少仲伯叔孟季伦佑佩佳侠俊俐信倩健偲傲儒仁仕仪伊任优会传伟何余作依侃保修倪全公共兴其具冠军冬冰净凌凝出刚初利力功加励劲劭"
      + "勋勤升华卓南博占卫印危原双发变古可史叶司合同名吉向吟启吾周味和品哲唐唯善喜喆喻嘉园团国圆圣在坚坤城培基堂塘增墨士壮声复多天太夫奇奎好如妃妙妍姗姣姿娅娇娉娴婕婧婵婷媛"
      + "嫣嫦子孝学宁守安宏宗官定宜宝实客宣宪宫宸容宽宾富寒实尊小少尚尧山岗岩岭岳峥峻崇崧嵘巍川州工巧巨左己巴希帅师帝常平年广庆庚庭康延建开弘强归彩彪影彬征律徐得御微德心志"
      + "必忆快念怀怡恒恩恬悠惠惟愉意愿慈慧懿戈成战才扬抒承技把拓振捷授掌提搏援撼攀放政效敏敖敬文斐斗斯新方旋无春显景智曲更曼朋服朔木本朴权材村杨杭松极林果枝"
      + "柔柯柱柳标栋树校格桂桃桐桥梁梅梓梧森椿楚楠榆榕榜槐樱欢欣欧歌正步武殿毅民水永汀江池汝沙波泊泽洁洋洪津浙浚浩海涓涛涟淇淑深淮渊温游湛滨漫演漪潘潮澍炅炤烟焜煦照熊爱爽"
      + "牧特献玉王环现球理瑟璞瓒生用田甲男画留畅疆登皇盈益盛盼真知石砚硕碧礼社祎祖祚祝祥祯禄福禧禹秀秉秋科秦积程稳穆空立章竞竹笑第筠简箐策籍米精素紫红纪纬纯纲练绍经继绮维绿"
      + "缘缤罡美羲翠翻而耀聪职联肃育胜胤能自至致舒舜航良色艳艺芃芊芝芮苏苑英茂范茗草荃荟荣菡萃落葆葳葵蒙蓬蔓蕙蕴薇藏蘅虹蝶融行衍裕西誉许诗诚诺谊谦谨谷豪贝贞贤贵贺赋"
      + "赟赫超越跃路轩载辉达迁迅迎进远连迪逸道遥遵邦邵郁郎酉里重野钧长门闯闻阔阳际陆陶隆隽雄雅集雨雪雯雲霁霄霆霏霓霖霜露青靖静非韬韧韵音韶韡顺颂顿领颐频颜风飒飘首香"
      + "馥驹骅高魁鱼鲁鹏麒麦黎齐龄彧俪俣俞侨侗佟仟亭亮亦人仙代令以伍丰丽久之乃乐书乾予二于五井亚交亨京亿三上世东丝丞丹主举义乔九也")
}
