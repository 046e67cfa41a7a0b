"""Invented people and what their documents say: every number has valid check digits and belongs to nobody.

All chance comes from the `random.Random` that is passed in: the same seed makes the same people.
Dates are ISO (1990-01-31) in the fields and are written as each document writes them where it is drawn.
"""

import calendar

import check_digits

# Districts by their code (GB/T 2260): enough to have every province's length of name.
REGIONS = [tuple(line.split()) for line in """
110105 北京市朝阳区
110109 北京市门头沟区
120102 天津市河东区
130104 河北省石家庄市桥西区
130502 河北省邢台市襄都区
140106 山西省太原市迎泽区
150105 内蒙古自治区呼和浩特市赛罕区
150502 内蒙古自治区通辽市科尔沁区
210103 辽宁省沈阳市沈河区
210212 辽宁省大连市旅顺口区
220104 吉林省长春市朝阳区
222401 吉林省延吉市
230102 黑龙江省哈尔滨市道里区
231025 黑龙江省林口县
310105 上海市长宁区
310112 上海市闵行区
320106 江苏省南京市鼓楼区
320282 江苏省宜兴市
330108 浙江省杭州市滨江区
330881 浙江省江山市
340104 安徽省合肥市蜀山区
341021 安徽省歙县
350102 福建省福州市鼓楼区
350582 福建省晋江市
360103 江西省南昌市西湖区
360281 江西省乐平市
370103 山东省济南市市中区
371482 山东省禹城市
410105 河南省郑州市金水区
411425 河南省虞城县
420106 湖北省武汉市武昌区
422801 湖北省恩施市
430103 湖南省长沙市天心区
433101 湖南省吉首市
440105 广东省广州市海珠区
440307 广东省深圳市龙岗区
441900 广东省东莞市
450103 广西壮族自治区南宁市青秀区
450881 广西壮族自治区桂平市
460106 海南省海口市龙华区
500106 重庆市沙坪坝区
500240 重庆市石柱土家族自治县
510105 四川省成都市青羊区
513425 四川省会理市
520103 贵州省贵阳市云岩区
522601 贵州省凯里市
530103 云南省昆明市盘龙区
532801 云南省景洪市
540102 西藏自治区拉萨市城关区
610104 陕西省西安市莲湖区
610581 陕西省韩城市
620103 甘肃省兰州市七里河区
620982 甘肃省敦煌市
630103 青海省西宁市城中区
640105 宁夏回族自治区银川市西夏区
650103 新疆维吾尔自治区乌鲁木齐市沙依巴克区
654002 新疆维吾尔自治区伊宁市
""".strip().splitlines()]
# A street and how its doors are counted.
TOWN_PLACES = "建国路 中山南路 学院街 滨湖大道 长安北巷 文昌里 复兴西街 凤凰山路 玉兰大街 迎宾路 工农街 春晖苑 桃花潭路"
VILLAGE_PLACES = "清水镇上河村 石门乡柏树村 永安镇大王庄村 龙潭乡杨家坪村 双桥镇新丰村 白马镇沙坝村"
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤")
LONG_SURNAMES = "欧阳 司徒 上官 端木 皇甫 尉迟 令狐"
GIVEN = {
    "男": "建国文军志强海波永辉晓东立新少华俊杰宏伟子轩浩然天宇一鸣家豪明哲铭泽瑞阳思远承恩景行",
    "女": "秀英桂兰丽华淑珍晓燕海霞雪梅佳怡欣然诗雨梓涵若曦雅婷静怡紫萱语嫣慧敏春花月娥婉清",
}
# In GB 2312's second level or beyond; every common sans-serif has them.
UNCOMMON = "喆翀昱玥珺垚犇淼焱骁赟煜翊祎彧韡璟偲甯翛晟瑀琬祺"
# From the extensions that GB 18030-2022 requires; typefaces and readers often lack them.
RARE = "䶮㛃㙦㭎𬱖𫖮𫖯𬭊𤩽𬸣𬘓𬍛𬬱㻏𬎆"
NATIONS = (
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺").split()
HAN_SHARE = 0.65
DOTTED_NAMES = {
    "男": "阿不都热合曼·艾山 努尔麦麦提·吐尔逊 艾力·买买提明 叶尔兰·巴合提 木拉提·哈山".split(),
    "女": "阿依努尔·阿布都拉 古丽米热·艾尼瓦尔 热孜万古丽·玉山 加依娜·努尔兰 帕提古丽·肉孜".split(),
}
DOTTED_NATIONS = {"维吾尔", "哈萨克", "乌孜别克", "塔塔尔", "柯尔克孜"}
# The name and the labels in another script, as cards of autonomous regions carry both.
SCRIPTS = {
    "uyghur": ("维吾尔", ["ئايگۈل ئەخمەت", "ئالىم تۇرسۇن", "دىلنار ئەلى"]),
    "tibetan": ("藏", ["བཀྲ་ཤིས་ཚེ་རིང", "པད་མ་སྒྲོལ་མ", "བསོད་ནམས"]),
    "yi": ("彝", ["ꀊꐎꂷ", "ꃅꐚꎺ", "ꁮꏦꆈꈬ"]),
    "zhuang": ("壮", ["Cinz Laujbaeg", "Veiz Mbawndaeng", "Nungz Siujyingh"]),
    "korean": ("朝鲜", ["김철수", "박영희", "리명호"]),
    "mongolian": ("蒙古", ["ᠪᠠᠲᠤ", "ᠰᠠᠷᠠᠭᠤᠯ", "ᠲᠡᠮᠦᠷ"]),
}
TIBETAN_NAMES = "扎西次仁 白玛卓嘎 索南 达瓦旺堆 格桑拉姆".split()
# ISO 3166 letters, digits, name; UTO is the country that ICAO invented for specimens.
COUNTRIES = [
    ("CAN", "124", "加拿大"), ("FRA", "250", "法国"), ("JPN", "392", "日本"), ("BRA", "076", "巴西"),
    ("AUS", "036", "澳大利亚"), ("NZL", "554", "新西兰"), ("GBR", "826", "英国"), ("KOR", "410", "韩国"),
    ("SGP", "702", "新加坡"), ("ZAF", "710", "南非"),
]
LATIN_SURNAMES = "ERIKSSON MUELLER DUPONT O'BRIEN TANAKA SILVA VAN-DIJK KOWALSKI NGUYEN ROSSI".split()
LATIN_GIVEN = {
    "男": ["JAMES HENRY", "LUCAS", "PETER JAN", "KENJI", "MARCO ANTONIO"],
    "女": ["ANNA MARIA", "SOPHIE", "CLAIRE", "YUKI", "ISABELLA ROSE"],
}
# Families whose names are written alike in both scripts, so that no dictionary is needed.
ROMANISED = [
    ("陈", "CHEN", "CHAN"), ("林", "LIN", "LAM"), ("黄", "HUANG", "WONG"), ("李", "LI", "LEE"),
    ("张", "ZHANG", "CHEUNG"), ("王", "WANG", "WONG"), ("吴", "WU", "NG"), ("刘", "LIU", "LAU"),
]
ROMANISED_GIVEN = {
    "男": [("志明", "ZHIMING", "CHI MING"), ("家豪", "JIAHAO", "KA HO"), ("文杰", "WENJIE", "MAN KIT"),
          ("伟", "WEI", "WAI")],
    "女": [("美玲", "MEILING", "MEI LING"), ("嘉欣", "JIAXIN", "KA YAN"), ("淑芬", "SHUFEN", "SHUK FAN"),
          ("静", "JING", "CHING")],
}
BIRTH_PLACES = [("北京", "BEIJING"), ("上海", "SHANGHAI"), ("四川", "SICHUAN"), ("广东", "GUANGDONG"),
                ("湖北", "HUBEI"), ("陕西", "SHAANXI")]


def date(dice, first, last):
    year, month = dice.randint(first, last), dice.randint(1, 12)
    return f"{year:04}-{month:02}-{dice.randint(1, calendar.monthrange(year, month)[1]):02}"


def years_later(day, years):
    """The same day `years` later; 28 February where there is no 29th."""
    year, month = int(day[:4]) + years, int(day[5:7])
    return f"{year:04}-{day[5:7]}-{min(int(day[8:]), calendar.monthrange(year, month)[1]):02}"


def three_months_later(day):
    months = int(day[:4]) * 12 + int(day[5:7]) - 1 + 3
    year, month = months // 12, months % 12 + 1
    return f"{year:04}-{month:02}-{min(int(day[8:]), calendar.monthrange(year, month)[1]):02}"


def dotted(day):
    return day.replace("-", ".")


def resident_number(dice, region, birth, sex):
    sequence = dice.randint(0, 499) * 2 + (sex == "男")
    first = f"{region}{birth.replace('-', '')}{sequence:03}"
    return first + check_digits.resident_check(first)


def address(dice, area):
    if dice.random() < 0.25:
        place = f"{area}{dice.choice(VILLAGE_PLACES.split())}"
        return place + dice.choice([f"{dice.randint(1, 16)}组{dice.randint(1, 220)}号", f"{dice.randint(1, 400)}号"])
    place = f"{area}{dice.choice(TOWN_PLACES.split())}{dice.randint(1, 999)}号"
    room = f"{dice.randint(1, 32)}{dice.randint(1, 8):02}室"
    house, stairs = dice.randint(1, 60), dice.randint(1, 5)
    return place + dice.choice(["", f"{house}栋{room}", f"{house}幢{stairs}单元{room}"])


def chinese_name(dice, sex, uncommon=UNCOMMON, share=0.12):
    surname = dice.choice(LONG_SURNAMES.split()) if dice.random() < 0.04 else dice.choice(SURNAMES)
    given = [dice.choice(GIVEN[sex]) for _ in range(dice.choice([1, 2, 2, 2]))]
    if dice.random() < share:
        given[dice.randrange(len(given))] = dice.choice(uncommon)
    return surname + "".join(given)


def resident(dice, sex=None, variant=None):
    """The fields of a resident ID's front, and the name in another script or None.

    `variant`: None, "rare" (a character of GB 18030-2022's extensions in the name), or a key of SCRIPTS.
    """
    sex = sex or dice.choice("男女")
    nation = "汉" if dice.random() < HAN_SHARE else dice.choice(NATIONS)
    written = None
    if variant in SCRIPTS:
        nation, names = SCRIPTS[variant]
        written = dice.choice(names)
    if nation in DOTTED_NATIONS:
        name = dice.choice(DOTTED_NAMES[sex])
    elif nation == "藏" and dice.random() < 0.8:
        name = dice.choice(TIBETAN_NAMES)
    elif variant == "rare":
        name = chinese_name(dice, sex, RARE, 1)
    else:
        name = chinese_name(dice, sex)
    region, area = dice.choice(REGIONS)
    birth = date(dice, 1940, 2009)
    fields = {
        "name": name, "sex": sex, "nation": nation, "birth": birth, "address": address(dice, area),
        "idnum": resident_number(dice, region, birth, sex),
    }
    return fields, written


def authority(area):
    """The police office of a district, without its province."""
    for ending in ("自治区", "省"):
        area = area.partition(ending)[2] or area
    city, _, district = area.partition("市")
    if district:
        return f"{city}市公安局{district.removesuffix('区')}分局" if district.endswith("区") else f"{district}公安局"
    return f"{area}公安局"


def validity(dice, years, first=2008, last=2025):
    start = date(dice, first, last)
    end = "长期" if years == 0 else years_later(start, years)
    return {"valid": f"{dotted(start)}-{dotted(end)}", "valid_from": start, "valid_to": end}


def resident_back(dice):
    return {"authority": authority(dice.choice(REGIONS)[1]), **validity(dice, dice.choice([5, 10, 10, 20, 20, 0]))}


def temporary(dice):
    fields, _ = resident(dice)
    start = date(dice, 2023, 2025)
    end = three_months_later(start)
    area = dict(REGIONS)[fields["idnum"][:6]]
    return {**fields, "authority": authority(area), "valid": f"{dotted(start)}-{dotted(end)}",
            "valid_from": start, "valid_to": end}


def hmt_front(dice):
    """(fields, "港澳" or "台湾")."""
    code = dice.choice(["810000", "820000", "830000"])
    sex, birth = dice.choice("男女"), date(dice, 1950, 2008)
    fields = {
        "name": chinese_name(dice, sex), "sex": sex, "birth": birth,
        "address": address(dice, dice.choice(REGIONS)[1]), "idnum": resident_number(dice, code, birth, sex),
    }
    return fields, "台湾" if code == "830000" else "港澳"


def permit_number(dice, kind):
    """H or M and eight digits for Hong Kong and Macau, eight digits for Taiwan."""
    letter = "" if kind == "台湾" else dice.choice("HM")
    return letter + "".join(str(dice.randint(0, 9)) for _ in range(8))


def hmt_back(dice):
    kind = dice.choice(["港澳", "台湾"])
    fields = {
        "authority": authority(dice.choice(REGIONS)[1]), **validity(dice, 5, 2018, 2025),
        "pass_no": permit_number(dice, kind), "issue_count": f"{dice.randint(1, 6):02}",
    }
    return fields, kind


def foreigner(dice, digits):
    """A permanent resident's card with the 15- or 18-digit number: fields of both sides."""
    letters, code, country = dice.choice(COUNTRIES)
    sex, birth = dice.choice("男女"), date(dice, 1950, 2005)
    surname, given = dice.choice(LATIN_SURNAMES), dice.choice(LATIN_GIVEN[sex])
    region = dice.choice(REGIONS)[0]
    if digits == 18:
        first = f"9{region[:2]}{code}{birth.replace('-', '')}{dice.randint(0, 499) * 2 + (sex == '男'):03}"
        number = first + check_digits.resident_check(first)
    else:
        first = f"{letters}{region[:4]}{birth[2:].replace('-', '')}{dice.randint(0, 9)}"
        number = first + check_digits.mrz_check(first)
    terms = validity(dice, 10, 2018 if digits == 15 else 2023, 2023 if digits == 15 else 2025)
    front = {"name": f"{surname}, {given}", "sex": sex, "birth": birth, "nationality": letters,
             "nationality_cn": country, **terms, "idnum": number}
    # Nine characters fit line one; the rest of the number goes where its holder's own data may stand.
    lines = check_digits.td1(
        "PR", "CHN", number[:9], birth, "MF"[sex == "女"], terms["valid_to"], letters, surname, given,
        (number[9:], ""))
    back = {"authority": "国家移民管理局", **dict(zip(("mrz1", "mrz2", "mrz3"), lines, strict=True))}
    return front, back


def romanised(dice, cantonese):
    sex = dice.choice("男女")
    surname, given = dice.choice(ROMANISED), dice.choice(ROMANISED_GIVEN[sex])
    return sex, surname[0] + given[0], surname[1 + cantonese], given[1 + cantonese]


def passport(dice):
    """A data page of the specimen country or in Chinese."""
    chinese = dice.random() < 0.7
    issued = date(dice, 2016, 2024)
    expiry = years_later(issued, 10)
    number = dice.choice(["E", "EA", "EJ", "G"])
    number += "".join(str(dice.randint(0, 9)) for _ in range(9 - len(number)))
    birth = date(dice, 1945, 2008)
    if chinese:
        sex, name, surname, given = romanised(dice, False)
        place, issuer = dice.choice(BIRTH_PLACES), dice.choice(BIRTH_PLACES)
        fields = {"name": name, "birth_place": "/".join(place), "issue_place": "/".join(issuer),
                  "authority": "国家移民管理局", "state": "CHN"}
    else:
        sex = dice.choice("男女")
        surname, given = dice.choice(LATIN_SURNAMES), dice.choice(LATIN_GIVEN[sex])
        fields = {"birth_place": "ZENITH", "authority": "PASSPORT OFFICE", "state": "UTO"}
    lines = check_digits.td3(
        "P", fields["state"], surname, given, number, fields["state"], birth, "MF"[sex == "女"], expiry)
    return {
        **fields, "name_latin": f"{surname}, {given}", "sex": sex, "birth": birth, "passport_no": number,
        "nationality": fields["state"], "issue_date": issued, "valid_to": expiry, "mrz1": lines[0], "mrz2": lines[1],
    }


def mainland_permit(dice):
    """A travel permit to the mainland: (front fields, back fields, "港澳" or "台湾")."""
    kind = dice.choice(["港澳", "台湾"])
    sex, name, surname, given = romanised(dice, kind == "港澳")
    number, birth = permit_number(dice, kind), date(dice, 1945, 2010)
    terms, count = validity(dice, 10 if kind == "港澳" else 5, 2016, 2024), f"{dice.randint(1, 9):02}"
    front = {
        "name": name, "name_latin": f"{surname}, {given}", "sex": sex, "birth": birth, "permit_no": number,
        "issue_count": count, "authority": "公安部出入境管理局", **terms,
    }
    lines = check_digits.td1(
        "CR" if kind == "港澳" else "CT", "CHN", number, birth, "MF"[sex == "女"], terms["valid_to"],
        "CHN", surname, given, (count, ""))
    back = {"permit_no": number, **dict(zip(("mrz1", "mrz2", "mrz3"), lines, strict=True))}
    return front, back, kind


# What the permits of mainland residents are called, the first letters of their numbers and of their line for machines.
RESIDENT_PERMITS = {
    "往来港澳": ("往来港澳通行证", ["C", "C", "CA", "CD"], "CS"),
    "往来台湾": ("往来台湾通行证", ["L", "T"], "CD"),
}


def resident_permit(dice, kind):
    """The front of a mainland resident's permit to travel to Hong Kong and Macau or to Taiwan."""
    _, letters, code = RESIDENT_PERMITS[kind]
    sex, name, surname, given = romanised(dice, False)
    number = dice.choice(letters)
    number += "".join(str(dice.randint(0, 9)) for _ in range(9 - len(number)))
    birth = date(dice, 1945, 2016)
    start = date(dice, 2017, 2025)
    end = years_later(start, 10 if int(start[:4]) - int(birth[:4]) > 16 else 5)
    return {
        "name": name, "name_latin": f"{surname}, {given}", "sex": sex, "birth": birth, "permit_no": number,
        "authority": "中华人民共和国出入境管理局" if dice.random() < 0.5 else "公安部出入境管理局",
        "issue_place": dice.choice(BIRTH_PLACES)[0], "valid": f"{dotted(start)}-{dotted(end)}",
        "valid_from": start, "valid_to": end, "mrz1": check_digits.permit_line(code, number, end, birth),
    }


# Prefixes that networks publish for tests, and invented ones under the domestic range. No issuer uses them.
BANK_PREFIXES = [("411111", 16, "CREDIT"), ("555555", 16, "CREDIT"), ("620000", 16, "DEBIT"), ("620000", 19, "DEBIT"),
                 ("620550", 19, "DEBIT")]


def bank_card(dice):
    prefix, length, kind = dice.choice(BANK_PREFIXES)
    number = prefix + "".join(str(dice.randint(0, 9)) for _ in range(length - 1 - len(prefix)))
    return {"number": number + check_digits.luhn_check(number), "kind": kind,
            "valid_thru": f"{dice.randint(1, 12):02}/{dice.randint(26, 35)}"}
