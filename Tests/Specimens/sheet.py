"""A blank document to write on: typefaces, inks, the specimen mark, placeholders.

Nothing here imitates security print: the ground is a soft gradient with broad bands, an emblem is a plain disc
with a word on it, and every sheet says 样张 SPECIMEN.
"""

import functools

import numpy as np
from PIL import Image, ImageDraw, ImageFont

CARD = (1012, 638)  # 85.6 × 54 mm (ID-1) at 300 dpi
PAGE = (1476, 1039)  # 125 × 88 mm (a passport's page) at 300 dpi
MARK = "样张 SPECIMEN"
MARK_INK = (200, 60, 60, 170)
SILHOUETTE = (307, 378)

FOLDER = "/usr/share/fonts/"
SIMPLIFIED = 2  # The face for mainland China in Noto's collections.
SANS = [
    (f"{FOLDER}opentype/noto/NotoSansCJK-Regular.ttc", SIMPLIFIED),
    (f"{FOLDER}truetype/wqy/wqy-zenhei.ttc", 0),
    (f"{FOLDER}truetype/wqy/wqy-microhei.ttc", 0),
]
BOLD = (f"{FOLDER}opentype/noto/NotoSansCJK-Bold.ttc", SIMPLIFIED)
SERIF = [
    (f"{FOLDER}truetype/arphic/uming.ttc", 0),
    (f"{FOLDER}opentype/noto/NotoSerifCJK-Bold.ttc", SIMPLIFIED),
]
MACHINE = (f"{FOLDER}opentype/ocr-b/OCRB.otf", 0)
SCRIPT_FACES = {
    "uyghur": (f"{FOLDER}truetype/noto/NotoNaskhArabic-Regular.ttf", 0),
    "tibetan": (f"{FOLDER}truetype/noto/NotoSerifTibetan-Regular.ttf", 0),
    "yi": (f"{FOLDER}truetype/noto/NotoSansYi-Regular.ttf", 0),
    "zhuang": SANS[0],
    "korean": (SANS[0][0], 1),
    "mongolian": (f"{FOLDER}truetype/noto/NotoSansMongolian-Regular.ttf", 0),
}


@functools.cache
def face(name, size):
    return ImageFont.truetype(name[0], size, index=name[1])


@functools.cache
def covers(name, text):
    """Whether a typeface has every character of `text`: what it lacks is drawn as a box, all boxes alike."""
    letters = face(name, 32)
    missing = letters.getmask("\U0010FFFD")
    lacking = (missing.size, bytes(missing))
    return all((m.size, bytes(m)) != lacking for m in (letters.getmask(c) for c in text))


def ground(dice, noise, size, tint, bands=9.0):
    """Paper of colour `tint`: a soft gradient, broad bands of at most `bands` levels, grain."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pixels = np.empty((height, width, 3), np.float32)
    pixels[:] = tint
    pixels += (6 * np.sin(x / width * 3 + dice.random()) * np.cos(y / height * 2))[..., None]
    for channel in range(3):
        period, phase = dice.uniform(24, 60), dice.uniform(0, 6.28)
        bow = dice.uniform(5, 25) * np.sin(x * dice.uniform(0.004, 0.012) + phase)
        wave = np.sin((y + bow) * 6.28 / period)
        pixels[..., channel] -= np.clip(wave, 0, 1) ** 3 * dice.uniform(0.3, 1) * bands
    pixels += noise.standard_normal(pixels.shape, np.float32) * np.float32(1.2)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def silhouette():
    """A head that no face detector takes for one."""
    picture = Image.new("RGB", SILHOUETTE, (236, 238, 242))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((84, 64, 222, 236), fill=(152, 158, 168))
    draw.ellipse((16, 244, 290, 580), fill=(122, 128, 142))
    return picture


class Sheet:
    """One side of a document while it is drawn. Places and sizes are in pixels."""

    def __init__(self, dice, noise, size, tint, bands=9.0):
        self.dice = dice
        self.image = ground(dice, noise, size, tint, bands)
        self.draw = ImageDraw.Draw(self.image, "RGBA")
        # A printer does not hit the same place twice.
        self.shift = (dice.uniform(-4, 4), dice.uniform(-4, 4))
        dark = dice.randint(15, 48)
        self.ink = (dark, dark, dark)
        self.label_ink = (70 + dice.randint(-12, 12), 128 + dice.randint(-12, 12), 178 + dice.randint(-12, 12))

    def sans(self, text=""):
        """A sans-serif that has `text`."""
        return self.dice.choice([f for f in SANS if covers(f, text)] or SANS[:1])

    def width(self, text, name, size, spacing=0.0):
        return self.draw.textlength(text, font=face(name, size)) + spacing * max(0, len(text) - 1)

    def write(self, place, text, name, size, ink=None, spacing=0.0):
        """Writes one line whose upper left is `place`."""
        letters, ink = face(name, size), ink or self.ink
        x, y = place[0] + self.shift[0], place[1] + self.shift[1]
        if spacing == 0:
            self.draw.text((x, y), text, font=letters, fill=ink)
            return
        for character in text:
            self.draw.text((x, y), character, font=letters, fill=ink)
            x += self.draw.textlength(character, font=letters) + spacing

    def label(self, place, text, size=31, spread=0.0):
        """A word that every document of the kind carries, in the colour of such words."""
        self.write(place, text, SANS[0], size, self.label_ink, spread)

    def wrapped(self, place, text, name, size, columns, leading):
        """Writes lines of at most `columns` full-width characters."""
        line, row = "", 0
        for character in text:
            if line and self.width(line + character, name, size) > (columns + 0.2) * size:
                self.write((place[0], place[1] + row * leading), line, name, size)
                line, row = "", row + 1
            line += character
        self.write((place[0], place[1] + row * leading), line, name, size)

    def fitted(self, place, text, name, size, width, ink=None):
        """Writes `text` spread over `width`, smaller if it must be."""
        while self.width(text, name, size) > width * 0.96:
            size -= 1
        spacing = (width - self.width(text, name, size)) / max(1, len(text) - 1)
        self.write(place, text, name, size, ink, spacing)

    def portrait(self, box, picture):
        picture = (picture or silhouette()).convert("RGB")
        size = (box[2] - box[0], box[3] - box[1])
        self.image.paste(picture.resize(size, Image.Resampling.LANCZOS), box[:2])

    def placeholder(self, middle, radius, colour=(205, 70, 62)):
        """Where an emblem would be: a disc that says so."""
        x, y = middle
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        letters = face(SANS[0], radius // 2)
        self.draw.text((x, y), "样张", font=letters, fill=(245, 225, 150), anchor="mm")

    def sideways(self, place, text, name, size):
        """A line turned a quarter clockwise: Mongolian runs from top to bottom."""
        letters = face(name, size)
        left, top, right, bottom = letters.getbbox(text)
        strip = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
        ImageDraw.Draw(strip).text((2 - left, 2 - top), text, font=letters, fill=255)
        self.image.paste(Image.new("RGB", strip.size[::-1], self.ink), place, strip.rotate(-90, expand=True))

    def mark(self, *places, size=24):
        """The specimen mark at each of `places`."""
        for place in places:
            self.draw.text(place, MARK, font=face(SANS[0], size), fill=MARK_INK)
