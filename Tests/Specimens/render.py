"""Renders specimen documents and what is on them: invented people, photographs from easy to hard.

    render.py OUT [--fronts N] [--backs N] [--others N] [--banks N] [--seed S] [--portraits DIR] [--variants N]

Writes OUT/*.jpg, OUT/truth.json and, with --banks, OUT/bank/*.jpg and OUT/bank/truth_bank.json; prints the
seed, a random one if none is given. A record of truth.json:

    file, kind (the server's DocumentKind), side (front or back), level 0–4, condition (level 4), variant (null,
    "rare", a script, or which permit of mainland residents), portrait_id, fields, quad (four corners clockwise as
    the document is read, counted from the picture's upper left edge), size (width, height)

--fronts and --backs are resident cards; --others is the number of each other document, permits of mainland
residents among them; --variants the number of resident fronts of each variant. DIR holds portraits, NAME.png or
NAME.jpg, and maybe sex.json (NAME: 男 or 女); they are read in place. Without it a silhouette is drawn. Needs Pillow,
numpy and OpenCV: `make specimens` has them.
"""

import argparse
import json
import random
import secrets
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import capture
import documents
import people

LEVELS = 5
BANK_LEVELS = 4
SUFFIXES = {".png", ".jpg"}


def fields_of(kind, dice, sex=None, variant=None):
    """(fields, extra) of one side of an invented document."""
    if kind == "residentIDFront":
        fields, written = people.resident(dice, sex, variant)
        return fields, (variant, written) if written else None
    if kind.startswith("foreigner"):
        front, back = people.foreigner(dice, dice.choice([15, 18]))
        return (front if kind.endswith("Front") else back), None
    if variant in people.RESIDENT_PERMITS:
        return people.resident_permit(dice, variant), variant
    if kind.startswith("mainland"):
        front, back, permit = people.mainland_permit(dice)
        return (front if kind.endswith("Front") else back), permit
    if kind.startswith("hmt"):
        return (people.hmt_front if kind.endswith("Front") else people.hmt_back)(dice)
    makers = {
        "residentIDBack": people.resident_back, "temporaryIDFront": people.temporary, "passport": people.passport,
        "temporaryIDBack": lambda _: {}, "bankCard": people.bank_card,
    }
    return makers[kind](dice), None


def side_of(kind):
    return "back" if kind.endswith("Back") else "front"


class Portraits:
    """Pictures of faces for the cards, if a folder of them is given."""

    def __init__(self, folder):
        self.files = sorted(f for f in Path(folder).rglob("*") if f.suffix in SUFFIXES) if folder else []
        sexes = Path(folder) / "sex.json" if folder else None
        self.sexes = json.loads(sexes.read_text()) if sexes and sexes.exists() else {}

    def of(self, index):
        """(name, sex, picture) of the portrait for the document `index`, or three times None."""
        if not self.files:
            return None, None, None
        file = self.files[index // LEVELS % len(self.files)]
        return file.stem, self.sexes.get(file.stem), Image.open(file)


def render(kind, name, index, seed, levels=LEVELS, variant=None, portraits=None):
    """(photograph, record without a file name) of one document; the same for the same arguments."""
    dice = random.Random(f"{seed}/{name}/{index}")
    noise = np.random.default_rng([seed, index, *name.encode()])
    level = index % levels
    condition = capture.CONDITIONS[index // levels % len(capture.CONDITIONS)] if level == 4 else None
    portrait_id, sex, picture = portraits.of(index) if portraits and side_of(kind) == "front" else (None, None, None)
    fields, extra = fields_of(kind, dice, sex, variant)
    drawn = documents.draw(kind, dice, noise, fields, picture, extra)
    other = None
    if condition == "two_cards":
        second = "residentIDBack" if side_of(kind) == "front" else "residentIDFront"
        other = documents.draw(second, dice, noise, fields_of(second, dice)[0])
    shot = capture.photograph(drawn, dice, noise, level, condition, other)
    record = {
        "kind": kind, "side": side_of(kind), "level": level, "condition": condition, "variant": variant,
        "portrait_id": portrait_id, "fields": fields,
        "quad": [[round(float(v), 1) for v in corner] for corner in shot.corners],
        "size": [shot.pixels.shape[1], shot.pixels.shape[0]],
    }
    return shot, record


def plan(options):
    """(kind, name, index, variant) of every document that is not a bank card."""
    for side, kind, count in (("front", "residentIDFront", options.fronts), ("back", "residentIDBack", options.backs)):
        yield from ((kind, side, index, None) for index in range(count))
    for kind in documents.KINDS:
        if not kind.startswith("resident") and kind != "bankCard":
            yield from ((kind, kind, index, None) for index in range(options.others))
    for variant in people.RESIDENT_PERMITS:
        yield from (("mainlandTravelPermitFront", variant, index, variant) for index in range(options.others))
    for variant in ["rare", *people.SCRIPTS]:
        yield from (("residentIDFront", variant, index, variant) for index in range(options.variants))


def save(shot, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(shot.pixels).save(path, quality=shot.quality)


def write_json(path, records):
    path.write_text(json.dumps(records, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    for name, count in (("fronts", 70), ("backs", 35), ("others", 0), ("banks", 0), ("variants", 0)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**8))
    parser.add_argument("--portraits")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    print(f"seed {options.seed}", file=sys.stderr)
    portraits, records = Portraits(options.portraits), []
    for kind, name, index, variant in plan(options):
        shot, record = render(kind, name, index, options.seed, variant=variant, portraits=portraits)
        file = f"{name}_{index:04}.jpg"
        save(shot, options.out / file)
        records.append({"file": file, **record})
    write_json(options.out / "truth.json", records)
    banks = []
    for index in range(options.banks):
        shot, record = render("bankCard", "bank", index, options.seed, levels=BANK_LEVELS)
        file = f"bank_{index:04}.jpg"
        save(shot, options.out / "bank" / file)
        banks.append({"file": file, "level": record["level"], **record["fields"], "quad": record["quad"]})
    if banks:
        write_json(options.out / "bank" / "truth_bank.json", banks)
    print(f"{len(records) + len(banks)} pictures in {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
