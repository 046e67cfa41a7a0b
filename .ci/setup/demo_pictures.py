"""Draws the pictures of `make demo` (card.jpg, selfie.jpg, other.jpg, id_front.jpg, id_back.jpg) and of
`idv bench compare` (bench_a.jpg, bench_b.jpg: the two portraits at 480 x 640).

The card is invented: no country's layout, no security print, a number no one can hold, and SPECIMEN
across it. It carries the first portrait as a printer would leave it (smaller, softer, darker) and
is then photographed on a desk. The identity card has the labels of a resident's card in their places and
the number that GB 11643 prints as its example, so that it can be read; it too is marked and carries
nothing of the security print. Run as a program with Pillow and numpy importable:
`demo_pictures.py PORTRAIT_A PORTRAIT_B FOLDER`.
"""

import shutil
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
CARD = (1012, 638)  # 85.6 x 54 mm at 300 dpi
PHOTO = (1280, 960)
# Where the card's corners lie in the photograph: clockwise from the top left.
CORNERS = [(176, 166), (1092, 190), (1082, 772), (168, 748)]
UPRIGHT = (480, 640)  # what a phone's front camera delivers at its smallest
HEAD = (128, 5, 328, 251)  # head and shoulders in the 512 x 512 portrait
PRINTED = (120, 148)  # what print leaves of it
PORTRAIT = (300, 369)
INK = (40, 44, 52)
LABEL = (70, 110, 120)
MARK = (196, 52, 52)
LINES = [
    ("姓名 Name", "样张 SPECIMEN"),
    ("出生 Born", "1990-01-01"),
    ("住址 Address", "样例市测试路 1 号"),
    ("号码 Number", "000000 19900101 0000"),
]
# The identity card: (left, top), size, text. Labels first, values below.
ID_LABELS = [
    ((76, 72), 27, "姓 名"), ((76, 150), 27, "性 别"), ((300, 150), 27, "民 族"), ((76, 226), 27, "出 生"),
    ((290, 226), 27, "年"), ((396, 226), 27, "月"), ((500, 226), 27, "日"), ((76, 304), 27, "住 址"),
    ((76, 538), 27, "公民身份号码"),
]
ID_VALUES = [
    ((190, 64), 40, "样小张"), ((190, 144), 36, "女"), ((404, 144), 36, "汉"), ((190, 220), 36, "1949"),
    ((344, 220), 36, "12"), ((450, 220), 36, "31"), ((190, 298), 36, "北京市朝阳区样例路 1 号"),
    ((340, 532), 46, "11010519491231002X"),
]
ID_TITLES = [((330, 120), 52, "中华人民共和国"), ((290, 216), 76, "居民身份证")]
ID_BACK = [
    ((176, 448), 30, "签发机关"), ((176, 532), 30, "有效期限"), ((340, 444), 34, "北京市公安局朝阳分局"),
    ((340, 528), 34, "2006.01.01-长期"),
]


def letters(size):
    return ImageFont.truetype(FONT, size)


def printed(portrait):
    """The head of `portrait` as it comes back from a card printer."""
    head = portrait.crop(HEAD).resize(PRINTED, Image.Resampling.LANCZOS)
    head = ImageEnhance.Color(ImageEnhance.Brightness(head).enhance(0.92)).enhance(0.8)
    head = head.filter(ImageFilter.GaussianBlur(0.6))
    return head.resize(PORTRAIT, Image.Resampling.BICUBIC)


def draw_card(portrait):
    card = Image.new("RGB", CARD, (226, 234, 228))
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, CARD[0], 96), fill=(178, 204, 196))
    draw.text((48, 24), "样张证件  SPECIMEN CARD", font=letters(44), fill=INK)
    for row, (label, value) in enumerate(LINES):
        top = 136 + 116 * row
        draw.text((48, top), label, font=letters(26), fill=LABEL)
        draw.text((48, top + 34), value, font=letters(42), fill=INK)
    card.paste(printed(portrait), (660, 132))
    draw.text((660, 512), "仅供演示 DEMO ONLY", font=letters(30), fill=MARK)
    stamp = Image.new("L", CARD, 0)
    ImageDraw.Draw(stamp).text((130, 250), "SPECIMEN", font=letters(96), fill=70)
    card.paste(MARK, mask=stamp.rotate(14))
    return card


def draw_text(card, texts, fill):
    draw = ImageDraw.Draw(card)
    for place, size, text in texts:
        draw.text(place, text, font=letters(size), fill=fill)


def draw_id(portrait):
    """Both sides of the identity card."""
    front = Image.new("RGB", CARD, (230, 236, 240))
    draw_text(front, ID_LABELS, LABEL)
    draw_text(front, ID_VALUES, INK)
    front.paste(printed(portrait), (644, 96))
    back = Image.new("RGB", CARD, (236, 234, 228))
    ImageDraw.Draw(back).ellipse((84, 84, 236, 236), outline=MARK, width=6)
    draw_text(back, [((112, 144), 30, "SPEC"), *ID_TITLES], MARK)
    draw_text(back, ID_BACK, INK)
    for side in (front, back):
        draw_text(side, [((560, 14), 26, "样张 SPECIMEN 仅供演示")], MARK)
    return front, back


def photographed(card):
    """`card` on a desk: perspective, light from one side, lens and sensor."""
    square = [(0, 0), (CARD[0], 0), CARD, (0, CARD[1])]
    rows, right = [], []
    for (x, y), (u, v) in zip(CORNERS, square):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    inverse = np.linalg.solve(np.array(rows, float), np.array(right, float))
    warp = (PHOTO, Image.Transform.PERSPECTIVE, list(inverse), Image.Resampling.BICUBIC)
    desk = Image.new("RGB", PHOTO, (112, 90, 70))
    desk.paste(card.transform(*warp), mask=Image.new("L", CARD, 255).transform(*warp))
    pixels = np.asarray(desk.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    light = np.linspace(1.06, 0.88, PHOTO[0], dtype=np.float32)[None, :, None]
    noise = np.random.default_rng(1).normal(0, 2, pixels.shape)
    return Image.fromarray(np.clip(pixels * light + noise, 0, 255).astype(np.uint8))


def main(portrait_a, portrait_b, folder):
    folder = Path(folder)
    portrait = Image.open(portrait_a).convert("RGB")
    photographed(draw_card(portrait)).save(folder / "card.jpg", quality=88)
    for name, side in zip(("id_front.jpg", "id_back.jpg"), draw_id(portrait), strict=True):
        photographed(side).save(folder / name, quality=90)
    portrait.save(folder / "selfie.jpg", quality=92)
    shutil.copyfile(portrait_b, folder / "other.jpg")
    for name, path in (("bench_a.jpg", portrait_a), ("bench_b.jpg", portrait_b)):
        ImageOps.fit(Image.open(path).convert("RGB"), UPRIGHT).save(folder / name, quality=90)


if __name__ == "__main__":
    main(*sys.argv[1:])
