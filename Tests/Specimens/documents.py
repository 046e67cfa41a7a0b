"""Draws one side of each document from its fields: placed like the real one, marked as a specimen.

`draw(kind, …)` is the one way in; KINDS lists what it knows, by the names of the server's `DocumentKind`.
"""

import people
from sheet import BOLD, CARD, MACHINE, PAGE, SANS, SCRIPT_FACES, SERIF, Sheet

PORTRAIT_BOX = (640, 92, 947, 470)
SCRIPT_LABELS = {
    "uyghur": ["ئىسمى", "جىنسى", "تۇغۇلغان", "تۇرۇشلۇق"], "tibetan": ["མིང", "ཕོ་མོ", "སྐྱེས", "གནས"],
    "yi": ["ꂓꃀ", "ꌺꃀ", "ꒆꊿ", "ꀸꈁ"], "zhuang": ["Singqmingz", "Singqbied", "Ndaeuseng", "Dieg"],
    "korean": ["성명", "성별", "출생", "주소"],
}


def light(dice):
    return (dice.randint(222, 238), dice.randint(230, 243), dice.randint(232, 246))


def rows(sheet, fields, has_nation, left=76):
    """Name, sex, nation and birth in the rows of a resident card."""
    value = sheet.sans("".join(str(v) for v in fields.values()))
    size = 38
    sheet.label((left, 72), "姓名", spread=16)
    name = fields["name"]
    sheet.write((left + 110, 62), name, value, 44 if len(name) < 7 else 38, spacing=5 if len(name) < 6 else 0)
    sheet.label((left, 150), "性别", spread=16)
    sheet.write((left + 112, 144), fields["sex"], value, size)
    if has_nation:
        sheet.label((left + 224, 150), "民族", spread=16)
        sheet.write((left + 328, 144), fields["nation"], value, size)
    sheet.label((left, 226), "出生", spread=16)
    year, month, day = fields["birth"].split("-")
    sheet.write((left + 112, 220), year, value, size)
    sheet.label((left + 214, 226), "年")
    sheet.write((left + 264, 220), str(int(month)), value, size)
    sheet.label((left + 320, 226), "月")
    sheet.write((left + 370, 220), str(int(day)), value, size)
    sheet.label((left + 424, 226), "日")
    return value


def home(sheet, fields, value, left=76, top=304):
    sheet.label((left, top), "住址", spread=16)
    sheet.wrapped((left + 112, top - 6), fields["address"], value, 38, 11, 50)


def number(sheet, fields, label="公民身份号码", top=538, left=76):
    sheet.label((left, top), label)
    sheet.fitted((340, top - 4), fields["idnum"], sheet.dice.choice([MACHINE, MACHINE, BOLD]), 46, 600)


def other_script(sheet, fields, script, written):
    """The second script of an autonomous region's card: small, above each Chinese line or beside all."""
    name = SCRIPT_FACES[script]
    if script == "mongolian":
        sheet.sideways((18, 120), written, name, 34)
        return
    for label, top in zip(SCRIPT_LABELS[script], (28, 108, 184, 262), strict=True):
        sheet.write((76, top), label, name, 20, sheet.label_ink)
    sheet.write((260, 22), written, name, 24)


def resident_front(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, light(dice))
    value = rows(sheet, fields, True)
    home(sheet, fields, value)
    number(sheet, fields)
    sheet.portrait(PORTRAIT_BOX, portrait)
    if extra:
        other_script(sheet, fields, *extra)
    sheet.mark((640, 50), (650, 440))
    return sheet


def titled(dice, noise, title, above="中华人民共和国"):
    """The side that names the document."""
    sheet = Sheet(dice, noise, CARD, (dice.randint(228, 242), dice.randint(228, 240), dice.randint(224, 236)))
    sheet.placeholder((160, 150), 88)
    name, ink = dice.choice(SERIF), (28, 28, 28)
    sheet.fitted((330, 76), above, name, 56, 590, ink)
    sheet.fitted((320, 160), title, name, 80, 610, ink)
    sheet.mark((640, 590))
    return sheet


def rows_below(sheet, pairs, top, step, left=190):
    value = sheet.sans("".join(text for _, text in pairs))
    for row, (label, text) in enumerate(pairs):
        sheet.write((left, top + row * step + 3), label, SANS[0], 34)
        sheet.write((left + 186, top + row * step), text, value, 37)


def resident_back(dice, noise, fields, portrait, extra):
    sheet = titled(dice, noise, "居民身份证")
    rows_below(sheet, [("签发机关", fields["authority"]), ("有效期限", fields["valid"])], 432, 84)
    return sheet


def temporary_front(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, (dice.randint(232, 246), dice.randint(232, 246), dice.randint(228, 240)))
    value = rows(sheet, fields, True)
    sheet.label((76, 290), "住址", spread=16)
    sheet.wrapped((188, 286), fields["address"], value, 34, 12, 42)
    sheet.label((76, 424), "签发机关", 28)
    sheet.write((214, 420), fields["authority"], value, 32)
    sheet.label((76, 478), "有效期限", 28)
    sheet.write((214, 474), fields["valid"], value, 32)
    number(sheet, fields, top=550)
    sheet.portrait((680, 80, 940, 400), portrait)
    sheet.mark((680, 40), (690, 412))
    return sheet


def temporary_back(dice, noise, fields, portrait, extra):
    return titled(dice, noise, "临时居民身份证")


def hmt_front(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, light(dice))
    value = rows(sheet, fields, False)
    home(sheet, fields, value)
    number(sheet, fields)
    sheet.portrait(PORTRAIT_BOX, portrait)
    sheet.mark((640, 50), (650, 440))
    return sheet


def hmt_back(dice, noise, fields, portrait, extra):
    sheet = titled(dice, noise, "台湾居民居住证" if extra == "台湾" else "港澳居民居住证")
    rows_below(sheet, [
        ("签发机关", fields["authority"]), ("有效期限", fields["valid"]), ("通行证号码", fields["pass_no"]),
        ("签发次数", fields["issue_count"])], 330, 64)
    return sheet


def labelled(sheet, entries, size=34, label_size=20):
    """Entries of (place, label in both languages, value), the value under its label."""
    value = sheet.sans("".join(text for _, _, text in entries))
    for (x, y), label, text in entries:
        sheet.label((x, y), label, label_size)
        sheet.write((x, y + label_size + 6), text, value, size)


def foreigner_front(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, light(dice))
    sheet.placeholder((92, 80), 46)
    ink = (32, 40, 70)
    new = len(fields["idnum"]) == 18
    sheet.fitted((160, 34), "中华人民共和国外国人永久居留身份证", SERIF[1], 42, 790, ink)
    sheet.fitted((160, 92), "FOREIGN PERMANENT RESIDENT ID CARD", SANS[0], 26, 790, ink)
    sex = f"{fields['sex']} / {'F' if fields['sex'] == '女' else 'M'}"
    end = fields["valid"]
    birth = people.dotted(fields["birth"])
    nationality = f"{fields['nationality_cn']} / {fields['nationality']}"
    left = 76 if new else 360
    labelled(sheet, [
        ((left, 148), "姓名 / Name", fields["name"]),
        ((left, 236), "性别 / Sex", sex), ((left + 250, 236), "出生日期 / Date of Birth", birth),
        ((left, 324), "国籍 / Nationality", nationality),
        ((left, 412), "有效期限 / Period of Validity", end)])
    sheet.label((left, 508), "证件号码 / ID No." if new else "证件号码 / Card No.", 20)
    sheet.write((left, 536), fields["idnum"], MACHINE, 44)
    sheet.portrait((676, 200, 936, 520) if new else (70, 170, 330, 490), portrait)
    sheet.mark((690, 540) if new else (76, 500))
    return sheet


def foreigner_back(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, light(dice))
    sheet.write((76, 60), "签发机关 / Issuing Authority", SANS[0], 26)
    sheet.write((76, 104), fields["authority"], sheet.sans(fields["authority"]), 34)
    sheet.write((76, 190), "持证人可凭本证件办理个人事务。", SANS[0], 26)
    machine_lines(sheet, fields, ["mrz1", "mrz2", "mrz3"], 430, 40, 56)
    sheet.mark((640, 60))
    return sheet


def machine_lines(sheet, fields, names, top, left, step):
    """Machine-readable lines over the whole width, each character in its own place."""
    width = sheet.image.width - 2 * left
    pitch = width / len(fields[names[0]])
    size = 40
    while sheet.width("<", MACHINE, size) > pitch:
        size -= 1
    spacing = pitch - sheet.width("<", MACHINE, size)
    for row, name in enumerate(names):
        sheet.write((left, top + row * step), fields[name], MACHINE, size, (24, 24, 24), spacing)


def dated(day):
    months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
    return f"{day[8:10]} {months[int(day[5:7]) - 1]} {day[:4]}"


def passport(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, PAGE, (dice.randint(228, 242), dice.randint(228, 240), dice.randint(226, 240)))
    chinese = fields["state"] == "CHN"
    country = "中华人民共和国 PEOPLE'S REPUBLIC OF CHINA" if chinese else "UTOPIA"
    sheet.write((480, 30), "护照 PASSPORT" if chinese else "PASSPORT", SERIF[1], 40)
    sheet.write((480, 86), country, SANS[0], 26)
    name = fields["name_latin"]
    if chinese:
        name = f"{fields['name']} / {name}"
    sex = "F" if fields["sex"] == "女" else "M"
    labelled(sheet, [
        ((480, 140), "类型/Type", "P"), ((680, 140), "国家码/Country Code", fields["state"]),
        ((1010, 140), "护照号/Passport No.", fields["passport_no"]),
        ((480, 240), "姓名/Name", name),
        ((480, 340), "性别/Sex", f"{fields['sex']}/{sex}" if chinese else sex),
        ((680, 340), "国籍/Nationality", "中国/CHINESE" if chinese else "UTOPIAN"),
        ((1010, 340), "出生日期/Date of birth", dated(fields["birth"])),
        ((480, 440), "出生地点/Place of birth", fields["birth_place"]),
        ((1010, 440), "签发日期/Date of issue", dated(fields["issue_date"])),
        ((480, 540), "签发地点/Place of issue", fields.get("issue_place", "ZENITH")),
        ((1010, 540), "有效期至/Date of expiry", dated(fields["valid_to"])),
        ((480, 640), "签发机关/Authority", fields["authority"]),
    ], 36, 22)
    sheet.portrait((60, 150, 420, 620), portrait)
    sheet.mark((70, 640), (1010, 660), size=34)
    machine_lines(sheet, fields, ["mrz1", "mrz2"], 850, 46, 78)
    return sheet


def mainland_front(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, light(dice))
    if extra in people.RESIDENT_PERMITS:
        return resident_permit(sheet, fields, people.RESIDENT_PERMITS[extra][0], portrait)
    sheet.placeholder((88, 76), 42)
    title = "台湾居民来往大陆通行证" if extra == "台湾" else "港澳居民来往内地通行证"
    sheet.fitted((150, 40), title, SERIF[1], 48, 700, (32, 40, 60))
    sex = fields["sex"]
    labelled(sheet, [
        ((370, 122), "姓名", fields["name"]), ((370, 200), "", fields["name_latin"]),
        ((370, 262), "出生日期", people.dotted(fields["birth"])), ((700, 262), "性别", sex),
        ((370, 342), "有效期限", fields["valid"]),
        ((370, 422), "签发机关", fields["authority"]),
        ((370, 502), "证件号码", ""), ((770, 502), "签发次数", fields["issue_count"])], 32, 22)
    sheet.write((370, 532), fields["permit_no"], MACHINE, 42)
    sheet.portrait((66, 150, 326, 480), portrait)
    sheet.mark((70, 490), (640, 590))
    return sheet


def resident_permit(sheet, fields, title, portrait):
    """The front of a mainland resident's permit: the number without a label, one line for machines."""
    sheet.placeholder((88, 70), 40)
    sheet.fitted((150, 30), title, SERIF[1], 46, 480, (32, 40, 60))
    sheet.fitted((150, 88), "EXIT-ENTRY PERMIT", SANS[0], 22, 480, (32, 40, 60))
    sheet.write((690, 92), fields["permit_no"], MACHINE, 40)
    both = sheet.dice.random() < 0.5
    labelled(sheet, [
        ((370, 140), "姓名/Name" if both else "姓名", fields["name"]), ((370, 212), "", fields["name_latin"]),
        ((370, 274), "出生日期/Date of birth" if both else "出生日期", people.dotted(fields["birth"])),
        ((700, 274), "性别/Sex" if both else "性别", fields["sex"]),
        ((370, 346), "有效期限/Period of validity" if both else "有效期限", fields["valid"]),
        ((370, 418), "签发机关/Issuing authority" if both else "签发机关", fields["authority"]),
        ((370, 490), "签发地点/Place of issue" if both else "签发地点", fields["issue_place"])], 30, 20)
    sheet.portrait((66, 150, 326, 480), portrait)
    sheet.mark((70, 490), (700, 510))
    machine_lines(sheet, fields, ["mrz1"], 572, 46, 60)
    return sheet


def mainland_back(dice, noise, fields, portrait, extra):
    sheet = Sheet(dice, noise, CARD, light(dice))
    sheet.write((76, 50), "持证人姓名及换证次数等见正面", SANS[0], 26)
    sheet.write((76, 104), "证件号码", SANS[0], 26)
    sheet.write((210, 98), fields["permit_no"], MACHINE, 34)
    machine_lines(sheet, fields, ["mrz1", "mrz2", "mrz3"], 420, 40, 60)
    sheet.mark((640, 590))
    return sheet


def bank_card(dice, noise, fields, portrait, extra):
    tint = tuple(dice.randint(30, 150) for _ in range(3))
    sheet = Sheet(dice, noise, CARD, tint, bands=4)
    pale = (250, 250, 250) if dice.random() < 0.6 else (226, 224, 214)
    sheet.write((70, 56), "测试银行 TEST BANK", SANS[0], 44, pale)
    sheet.write((760, 66), fields["kind"], SANS[0], 34, pale)
    sheet.draw.rounded_rectangle((80, 190, 220, 300), 14, fill=(214, 186, 110, 255))
    number = fields["number"]
    if len(number) == 16 or dice.random() < 0.3:
        number = " ".join(number[i:i + 4] for i in range(0, len(number), 4))
    else:
        number = f"{number[:6]} {number[6:]}"
    name = dice.choice([MACHINE, SANS[1], BOLD])
    size = 58
    while sheet.width(number, name, size) > 860:
        size -= 1
    sheet.write((83, 353), number, name, size, (0, 0, 0, 120))
    sheet.write((80, 350), number, name, size, pale)
    sheet.write((420, 452), f"VALID THRU {fields['valid_thru']}", SANS[0], 30, pale)
    sheet.mark((80, 570))
    return sheet


KINDS = {
    "residentIDFront": resident_front, "residentIDBack": resident_back,
    "temporaryIDFront": temporary_front, "temporaryIDBack": temporary_back,
    "hmtResidencePermitFront": hmt_front, "hmtResidencePermitBack": hmt_back,
    "foreignerPermanentResidenceFront": foreigner_front, "foreignerPermanentResidenceBack": foreigner_back,
    "passport": passport,
    "mainlandTravelPermitFront": mainland_front, "mainlandTravelPermitBack": mainland_back,
    "bankCard": bank_card,
}


def draw(kind, dice, noise, fields, portrait=None, extra=None):
    """One side as an RGB picture. `extra`: what the kind needs beside its fields (a second script, which
    permit). `dice` is a `random.Random`, `noise` numpy's generator."""
    return KINDS[kind](dice, noise, fields, portrait, extra).image
