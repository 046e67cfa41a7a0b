"""Photographs a drawn document: on a desk, turned, in perspective, lit, blurred, grainy, compressed.

Levels: 0 a flat scan, 1 an easy photograph, 2 a middling one, 3 a hard one, 4 an easy one with one thing wrong
that `condition` names. The first nine conditions are what a picture should be warned about; the others are
read as they are.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from sheet import CARD

WARNED = [
    "border_incomplete", "photocopy", "screen_recapture", "glare", "blocked", "heavy_blur", "low_resolution",
    "dark", "two_cards", "laminate_glare",
]
READ = ["rot90", "rot180", "rot270", "worn_print", "hand_held_tilt", "low_light", "jpeg_cascade"]
CONDITIONS = WARNED + READ
PICTURES = [(1280, 960), (1120, 840), (1280, 853)]
SCAN_MARGIN = 40
CORNER_MM, CARD_MM = 3.18, 85.6  # ISO/IEC 7810
# One thread: the same seed makes the same picture, and other work keeps its processor.
cv2.setNumThreads(1)
SKIN = (206, 170, 148)
DESKS = [(92, 70, 52), (58, 60, 66), (148, 140, 130), (42, 70, 62), (182, 178, 172), (112, 90, 66)]


@dataclass
class Level:
    """How hard a photograph is. Lengths are shares of the picture's width or pixels of it."""

    width: float  # of the document
    turn: float  # degrees, at most
    perspective: float  # each corner, share of the document
    blur: float  # standard deviation, pixels
    shade: float  # brightness lost from one side to the other
    noise: float  # standard deviation, of 255
    quality: int  # of the JPEG


LEVELS = {
    1: Level(0.75, 4, 0.015, 0.8, 0.12, 3, 82),
    2: Level(0.68, 14, 0.045, 1.1, 0.35, 5, 72),
    3: Level(0.60, 22, 0.075, 1.5, 0.6, 9, 58),
}
SPECIAL = LEVELS[1]


@dataclass
class Photograph:
    """Pixels (RGB, 8 bits), the document's corners as it is read, and the JPEG's quality."""

    pixels: np.ndarray
    corners: np.ndarray
    quality: int


def grid(pixels):
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x, y


def grain(noise, shape, deviation):
    return noise.standard_normal(shape, np.float32) * np.float32(deviation)


def outline(document):
    height, width = document.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)


def desk(dice, noise, width, height):
    """A table: plain, grained, tiled or mottled."""
    pixels = np.empty((height, width, 3), np.float32)
    pixels[:] = dice.choice(DESKS)
    x, y = grid(pixels)
    kind = dice.randrange(4)
    if kind == 1:
        pixels += (14 * np.sin(y * 0.05 + 3 * np.sin(x * 0.004)))[..., None]
    elif kind == 2:
        pixels += (((x // 90 + y // 90) % 2) * 18 - 9)[..., None]
    elif kind == 3:
        rough = grain(noise, (height // 24 + 1, width // 24 + 1), 20)
        pixels += cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    return np.clip(pixels + grain(noise, pixels.shape, 4), 0, 255)


def corners(dice, picture, document, width, turn, perspective):
    """Where a document comes to lie: near the middle, turned by at most `turn` degrees."""
    height = width * document.shape[0] / document.shape[1]
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    bent = [[dice.uniform(-1, 1) * perspective * width, dice.uniform(-1, 1) * perspective * height] for _ in range(4)]
    angle = math.radians(dice.uniform(-turn, turn))
    rotation = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = [side * (0.5 + dice.uniform(-0.03, 0.03)) for side in picture]
    return ((square + bent) @ rotation + middle).astype(np.float32)


def tilted(dice, picture, document, width):
    """Corners of a document held in the hand, its plane tilted by up to 35 degrees to the camera."""
    height = width * document.shape[0] / document.shape[1]
    x = np.array([-1, 1, 1, -1]) * width / 2
    y = np.array([-1, -1, 1, 1]) * height / 2
    about, lean = math.radians(dice.uniform(-35, 35)), math.radians(dice.uniform(-30, 30))
    depth = x * math.sin(about) + y * math.sin(lean)
    scale = 1.9 * width / (1.9 * width + depth)
    flat = np.stack([x * math.cos(about) * scale, y * math.cos(lean) * scale], 1)
    return (flat + (picture[0] / 2, picture[1] / 2)).astype(np.float32)


def laid(picture, document, place):
    """`document` on `picture` with its corners at `place`, rounded as cards are, with a shadow."""
    height, width = picture.shape[:2]
    radius = int(CORNER_MM / CARD_MM * CARD[0])
    mask = np.zeros(document.shape[:2], np.float32)
    bottom, right = mask.shape
    cv2.rectangle(mask, (radius, 0), (right - radius, bottom), 1, -1)
    cv2.rectangle(mask, (0, radius), (right, bottom - radius), 1, -1)
    for x in (radius, right - 1 - radius):
        for y in (radius, bottom - 1 - radius):
            cv2.circle(mask, (x, y), radius, 1, -1)
    # cv2 counts from pixel centres; corners are counted from the picture's edge.
    matrix = cv2.getPerspectiveTransform(outline(document) - 0.5, (place - 0.5).astype(np.float32))
    # Taken down first where the document becomes much smaller: a warp by itself would skip pixels.
    ratio = np.linalg.norm(place[1] - place[0]) / right
    soft = cv2.GaussianBlur(document, (0, 0), 0.45 / ratio) if ratio < 0.9 else document
    ink = cv2.warpPerspective(soft, matrix, (width, height), flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(mask, matrix, (width, height), flags=cv2.INTER_LINEAR)[..., None]
    shadow = cv2.GaussianBlur(np.roll(cover[..., 0], (8, 6), (0, 1)), (0, 0), 9)[..., None]
    return picture * (1 - 0.45 * shadow) * (1 - cover) + ink * cover


def shone(pixels, dice, middle, radius, strength):
    """A lamp's reflection."""
    x, y = grid(pixels)
    across = radius * dice.uniform(0.4, 0.9)
    spot = np.exp(-(((x - middle[0]) / radius) ** 2 + ((y - middle[1]) / across) ** 2))
    return pixels + (255 - pixels) * np.clip(spot * strength, 0, 1)[..., None].astype(np.float32)


def streaked(pixels, dice, place):
    """Reflections on a laminate: bright streaks with hard edges across the document."""
    x, y = grid(pixels)
    middle, width = place.mean(0), np.linalg.norm(place[1] - place[0])
    angle = dice.uniform(-1.2, 1.2)
    along = (x - middle[0]) * math.cos(angle) + (y - middle[1]) * math.sin(angle)
    inside = np.zeros(pixels.shape[:2], np.float32)
    cv2.fillConvexPoly(inside, place.astype(np.int32), 1)
    for _ in range(dice.randint(2, 3)):
        offset, half = dice.uniform(-0.35, 0.35) * width, dice.uniform(0.02, 0.045) * width
        band = np.clip((half - np.abs(along - offset)) / 6 + 0.5, 0, 1)
        pixels = pixels + (255 - pixels) * (band * inside * dice.uniform(0.85, 1))[..., None]
    return pixels


def shaded(pixels, dice, strength):
    x, y = grid(pixels)
    angle = dice.uniform(0, 2 * math.pi)
    slope = math.cos(angle) * (x / pixels.shape[1] - 0.5) + math.sin(angle) * (y / pixels.shape[0] - 0.5)
    return pixels * (1 + strength * slope)[..., None]


def moved(pixels, length, angle):
    """Blur by a movement over `length` pixels."""
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), angle, 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(pixels, -1, kernel / kernel.sum())


def photocopied(document):
    grey = np.clip((document.mean(2) - 110) * 1.7, 0, 255)
    return np.repeat(grey[..., None], 3, 2)


def worn(document, dice, noise):
    """Print that has been in a pocket for years: specks and scratches down to the paper, paler ink."""
    height, width = document.shape[:2]
    paper = np.median(document.reshape(-1, 3), 0).astype(np.float32)
    coarse = grain(noise, (height // 5, width // 5), 1)
    lost = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) > 1.9
    lost = lost.astype(np.float32) * 0.6
    for _ in range(dice.randint(6, 14)):
        start = (dice.randrange(width), dice.randrange(height))
        end = (start[0] + dice.randint(-160, 160), start[1] + dice.randint(-80, 80))
        cv2.line(lost, start, end, 0.7, 1, cv2.LINE_AA)
    pale = document * 0.82 + paper * 0.18
    return pale * (1 - lost[..., None]) + paper * lost[..., None]


def recaptured(pixels, dice):
    """What a camera sees of a screen: beating of the two grids, cold light, the screen's frame, a reflection."""
    height, width = pixels.shape[:2]
    x, y = grid(pixels)
    rate, lean = dice.uniform(0.9, 1.3), dice.uniform(-0.12, 0.12)
    for channel in range(3):
        fine = np.sin((x * math.cos(lean) + y * math.sin(lean)) * rate * 2 + channel * 2.1)
        broad = np.sin((y + x * lean) * dice.uniform(0.5, 0.8) * 2)
        pixels[..., channel] *= 1 + 0.13 * fine + 0.07 * broad
    pixels = pixels * np.array([0.92, 1, 1.1], np.float32)
    frame = int(0.035 * width)
    pixels[:frame] = pixels[-frame:] = 12
    pixels[:, :frame] = pixels[:, -frame:] = 12
    return shone(pixels, dice, (width * 0.8, height * 0.2), width * 0.12, 0.45)


def covered(pixels, dice, place):
    """A thumb on the document's lower part."""
    height, width = pixels.shape[:2]
    spot = place[2] * 0.55 + place[3] * 0.45 + (place[1] - place[2]) * 0.12
    axes = (int(width * 0.09), int(height * 0.16))
    cv2.ellipse(pixels, (int(spot[0]), int(spot[1])), axes, dice.uniform(-20, 20), 0, 360, SKIN, -1)
    return pixels


def turned(photograph, quarters):
    """Turned clockwise by `quarters` of a turn."""
    pixels, place = photograph.pixels, photograph.corners
    for _ in range(quarters):
        place = np.stack([pixels.shape[0] - place[:, 1], place[:, 0]], 1)
        pixels = np.rot90(pixels, -1)
    return Photograph(np.ascontiguousarray(pixels), place, photograph.quality)


def scan(document, noise):
    height, width = document.shape[:2]
    paper = np.full((height + 2 * SCAN_MARGIN, width + 2 * SCAN_MARGIN, 3), 250, np.float32)
    place = outline(document) + SCAN_MARGIN
    pixels = laid(paper, document, place) + grain(noise, paper.shape, 1.5)
    return Photograph(np.clip(pixels, 0, 255).astype(np.uint8), place, 93)


def placed(document, dice, level, condition, picture):
    """Corners of the document in the picture, before anything is drawn."""
    width = picture[0] * level.width * dice.uniform(0.93, 1.07)
    # A page is taller than a card: it must fit too.
    width = min(width, picture[1] * 0.9 * document.shape[1] / document.shape[0])
    if condition == "hand_held_tilt":
        return tilted(dice, picture, document, width)
    place = corners(dice, picture, document, width, level.turn, level.perspective)
    if condition == "border_incomplete":
        place += np.array([dice.choice([-0.22, 0.22]) * picture[0], dice.uniform(-0.05, 0.05) * picture[1]], np.float32)
    return place


def two_cards(dice, pixels, document, other):
    """Lays `other` below where `document` will lie; returns picture and corners."""
    picture = (pixels.shape[1], pixels.shape[0])
    place = corners(dice, picture, document, picture[1] * 0.64, 5, 0.02)
    gap = np.array([0, picture[1] * 0.23], np.float32)
    return laid(pixels, other, place + gap), place - gap


def lit(pixels, dice, level, condition, place):
    """Light on the scene, before lens and sensor."""
    width, height = pixels.shape[1], pixels.shape[0]
    if condition == "screen_recapture":
        pixels = recaptured(pixels, dice)
    elif condition == "glare":
        middle = place.mean(0) + (dice.uniform(-0.2, 0.1) * width, dice.uniform(-0.1, 0.1) * height)
        pixels = shone(pixels, dice, middle, width * 0.12, 1.6)
    elif condition == "laminate_glare":
        pixels = streaked(pixels, dice, place)
    elif level is LEVELS[3]:
        middle = place.mean(0) + (dice.uniform(-0.25, 0.25) * width, dice.uniform(-0.2, 0.2) * height)
        pixels = shone(pixels, dice, middle, width * 0.07, 0.8)
    pixels = shaded(pixels, dice, level.shade)
    return pixels * {"dark": 0.22, "low_light": 0.45}.get(condition, 1)


def sensed(pixels, dice, noise, level, condition):
    """Lens and sensor: blur, movement, colour, grain."""
    pixels = cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), level.blur)
    if level is LEVELS[3] and dice.random() < 0.6:
        pixels = moved(pixels, dice.choice([5, 7, 9]), dice.uniform(0, 180))
    if condition == "heavy_blur":
        pixels = cv2.GaussianBlur(moved(pixels, 15, dice.uniform(0, 180)), (0, 0), 4.5)
    cast = np.array([dice.uniform(0.94, 1.06) for _ in range(3)], np.float32)
    deviation = level.noise * {"dark": 2, "low_light": 2}.get(condition, 1)
    return np.clip(pixels * cast + grain(noise, pixels.shape, deviation), 0, 255).astype(np.uint8)


def photograph(document, dice, noise, number, condition=None, other=None):
    """Photographs `document` (RGB, any size).

    number: the level, 0–4; condition: one of CONDITIONS at level 4; other: a second document for two_cards.
    """
    document = np.asarray(document, np.float32)
    if number == 0:
        return scan(document, noise)
    level = LEVELS.get(number, SPECIAL)
    picture = dice.choice(PICTURES)
    pixels = desk(dice, noise, *picture)
    if condition == "photocopy":
        document, pixels[:] = photocopied(document), 246
    elif condition == "worn_print":
        document = worn(document, dice, noise)
    place = placed(document, dice, level, condition, picture)
    if condition == "two_cards":
        pixels, place = two_cards(dice, pixels, document, np.asarray(other, np.float32))
    pixels = laid(pixels, document, place).astype(np.float32)
    if condition == "blocked":
        pixels = covered(pixels, dice, place)
    pixels = lit(pixels, dice, level, condition, place)
    result = Photograph(sensed(pixels, dice, noise, level, condition), place, level.quality)
    if condition == "low_resolution":
        scale = 420 / picture[0]
        small = cv2.resize(result.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        result = Photograph(small, place * scale, 60)
    elif condition == "jpeg_cascade":
        result.pixels = cascade(result.pixels, dice)
    return turned(result, {"rot90": 1, "rot180": 2, "rot270": 3}.get(condition, 0))


def cascade(pixels, dice):
    """Sent on from phone to phone: compressed again and again, each time at another size."""
    height, width = pixels.shape[:2]
    for quality in (dice.randint(60, 75), dice.randint(40, 55), dice.randint(55, 70)):
        scale = dice.uniform(0.8, 1)
        smaller = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        _, coded = cv2.imencode(".jpg", smaller[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        pixels = cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1]
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
