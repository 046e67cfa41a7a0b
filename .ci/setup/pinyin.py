"""Makes the table of Mandarin readings out of the Unihan files of Debian's `unicode-data`.

    pinyin.py FOLDER RESULT      FOLDER has the three files that `INPUTS` names

First line: name, edition, number of characters. Second line: where it is from. Then, by code point:

    行<TAB>xing2:2943 hang2:218 hang4 xing4     readings, commonest first, with how often they were counted
    會<TAB>=会                                  another form of a character; the other one has readings

Readings are those of modern dictionaries (kTGHZ2013, kXHC1983), of the count of spoken and written words
(kHanyuPinlu) and Unihan's own choice (kMandarin). Characters that no modern dictionary has, as in rare
names, take those of the great historical one (kHanyuPinyin). Syllables that are not of the standard
inventory (ê, hm, hng, m, n, ng, r, wong) are left out.
"""

import bz2
import re
import sys
import unicodedata
from pathlib import Path

READINGS, VARIANTS, CHARACTERS = INPUTS = (
    "Unihan_Readings.txt.bz2", "Unihan_Variants.txt.bz2", "UnicodeData.txt")
EDITION = "mandarin-pinyin 1"
NOTICE = (
    "# Made from the Unihan Database and UnicodeData of Unicode 15.0.0, chosen from and rewritten. Copyright 1991-2022 "
    "Unicode, Inc.; terms: https://www.unicode.org/copyright.html")
READINGS_MAX = 10
TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
MODERN = ("kHanyuPinlu", "kTGHZ2013", "kXHC1983")
# What people say, where the sources have interjections only, or nothing.
ADDED = {"嗯": "en1", "唔": "en1", "欸": "ei1", "诶": "ei1", "〇": "ling2"}
FOREIGN = {"m", "n", "ng", "hm", "hng", "r", "wong"}


def numbered(syllable):
    """`xíng` as `xing2`; None if it is no syllable of the inventory."""
    tone = 5
    kept = ""
    for mark in unicodedata.normalize("NFD", syllable.strip().lower()):
        if mark in TONES:
            tone = TONES[mark]
        elif mark == "\u0308":
            kept = kept[:-1] + "v"
        elif mark == "\u0302":
            return None
        else:
            kept += mark
    return f"{kept}{tone}" if kept.isascii() and kept.isalpha() and kept not in FOREIGN else None


def properties(path, wanted):
    """character → {property: value} of the named properties."""
    found = {}
    with bz2.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                point, name, value = line.rstrip("\n").split("\t")
                if name in wanted:
                    found.setdefault(chr(int(point[2:], 16)), {})[name] = value
    return found


def listed(values, name):
    """The syllables of one property."""
    text = values.get(name, "")
    if name == "kMandarin":
        return text.split()[:1]  # A second one is that of Taiwan.
    if name == "kHanyuPinlu":
        return [re.sub(r"\(.*", "", word) for word in text.split()]
    return [s for word in text.split() for s in word.split(":")[1].split(",")]


def counted(values):
    """reading → how often it was counted."""
    words = re.findall(r"(\S+?)\((\d+)\)", values.get("kHanyuPinlu", ""))
    counts = {}
    for syllable, count in words:
        if reading := numbered(syllable):
            counts[reading] = counts.get(reading, 0) + int(count)
    return counts


def readings(values):
    """(reading, count) of one character, commonest first; those not counted keep their order."""
    sources = ["kMandarin", *MODERN]
    if not any(name in values for name in MODERN):
        sources.append("kHanyuPinyin")
    named = [numbered(s) for name in sources for s in listed(values, name)]
    counts = counted(values)
    order = list(dict.fromkeys(reading for reading in named if reading))
    order.sort(key=lambda reading: -counts.get(reading, 0))
    return [(reading, counts.get(reading, 0)) for reading in order[:READINGS_MAX]]


def compatible(path, table):
    """Radicals and compatibility forms → the characters they stand for."""
    for line in path.read_text(encoding="utf-8").splitlines():
        point, name, *fields = line.split(";")
        parts = [chr(int(part, 16)) for part in fields[3].split() if not part.startswith("<")]
        if len(parts) == 1 and parts[0] in table and ("RADICAL" in name or name.startswith("CJK ")):
            yield chr(int(point, 16)), parts[0]


def simplified(variants, table, values):
    """Traditional forms → simplified ones. What is standard today stays as it is, and so does what is read as its
    simplified form never is."""
    for character, properties_ in variants.items():
        targets = [chr(int(t[2:], 16)) for t in properties_["kSimplifiedVariant"].split()]
        targets = [t for t in targets if t in table]
        if not targets or character in targets or "kTGHZ2013" in values.get(character, {}):
            continue
        target = max(targets, key=lambda t: sum(n for _, n in table[t]))
        sounds = {reading[:-1] for reading, _ in table[target]}
        if character not in table or table[character][0][0][:-1] in sounds:
            yield character, target


def settled(forms):
    """Forms of forms go to the last of them."""
    def last(character):
        for _ in range(len(forms)):
            if character not in forms:
                break
            character = forms[character]
        return character

    ends = {character: last(character) for character in forms}
    return {character: end for character, end in ends.items() if end not in forms}


def make(folder):
    """The text of the table."""
    values = properties(folder / READINGS, {"kMandarin", "kHanyuPinyin", *MODERN})
    table = {c: r for c in values if (r := readings(values[c]))}
    for character, reading in ADDED.items():
        others = [(r, n) for r, n in table.get(character, []) if r != reading]
        table[character] = [(reading, 0), *others]
    variants = properties(folder / VARIANTS, {"kSimplifiedVariant"})
    forms = settled({
        **dict(compatible(folder / CHARACTERS, table)), **dict(simplified(variants, table, values))})
    lines = [f"{EDITION} {len(table.keys() | forms.keys())}", NOTICE]
    for character in sorted(table.keys() | forms.keys()):
        if character in forms:
            lines.append(f"{character}\t={forms[character]}")
        else:
            words = [f"{r}:{n}" if n else r for r, n in table[character]]
            lines.append(f"{character}\t{' '.join(words)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(make(Path(sys.argv[1])), encoding="utf-8", newline="\n")
