"""Holds `idv number` against the Python package id-validator on what users complain about, and prints a table.

    side_by_side.py TOOL       TOOL is the built `idv`; the package lies in .deps/numbers-peer (`make setup-test`)

Every number is made here: a beginning that a complaint names, an invented day and sequence, and the check character
that holds. What is expected is ours to keep, the peer's column is for reading: exit 1 if we are wrong anywhere.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
DAY, SEQUENCE = "19731004", "632"
# Beginning, what the complaint is about.
GENUINE = [
    ("321119", "id-validator.py 20, guanguans 45: in no official list"),
    ("320219", "guanguans 33: in no official list"),
    ("320819", "guanguans 26: in no official list"),
    ("412723", "python-stdnum 442: abolished"),
    ("441282", "abolished"),
    ("332522", "abolished"),
    ("440401", "all districts of a city"),
    ("632824", "id-validator 71"),
    ("632825", "id-validator 71"),
    ("632826", "id-validator 71"),
    ("110105", "an ordinary one"),
    ("830000", "Blankj 1321: residents from Taiwan are 83"),
    ("810000", "residents from Hong Kong"),
    ("820000", "residents from Macau"),
    ("911124", "foreigners since 2023-12-01"),
]


def number(region, day=DAY, sequence=SEQUENCE):
    body = region + day + sequence
    check = "10X98765432"[sum(int(a) * b for a, b in zip(body, WEIGHTS)) % 11]
    return body + check


def cases():
    """(number, whether it must be accepted, what for)."""
    for region, why in GENUINE:
        yield number(region), True, f"{region}: {why}"
    good = number("110105")
    wrong = "0" if good[-1] != "0" else "1"
    yield good[:-1] + wrong, False, "check character wrong"
    yield good[:9] + good[10] + good[9] + good[11:], False, "neighbours swapped"
    yield number("110105", "19730229"), False, "29 February 1973"
    yield number("110105", "19731304"), False, "month 13"
    yield number("110105", "29991231"), False, "born in the future"
    yield good[:-1], False, "one character short"
    yield good + "1", False, "one too many"
    yield good[:5] + "O" + good[6:], False, "a letter among the digits"
    yield "１" + good[1:], False, "a full-width digit"
    yield "110105731004632", True, "fifteen digits"
    yield "110105731304632", False, "fifteen digits, month 13"


def ours(tool, numbers):
    answer = subprocess.run(
        [tool, "number", "--today", "20260101"], input="\n".join(numbers) + "\n", capture_output=True,
        text=True, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def peers(numbers):
    sys.path.insert(0, str(ROOT / ".deps" / "numbers-peer"))
    sys.dont_write_bytecode = True
    from id_validator import validator
    answers = []
    for text in numbers:
        try:
            answers.append("accepted" if validator.is_valid(text) else "refused")
        except Exception as error:  # The peer's own failure is an answer for the table.
            answers.append(type(error).__name__)
    return answers


def main():
    listed = list(cases())
    numbers = [text for text, _, _ in listed]
    mine, theirs = ours(sys.argv[1], numbers), peers(numbers)
    print(f"{'what':64} {'must be':9} {'idv':9} {'id-validator':13} which part, by idv")
    mistakes = peer_mistakes = 0
    for (_, good, why), own, peer in zip(listed, mine, theirs):
        must = "accepted" if good else "refused"
        said = "accepted" if own["accepted"] else "refused"
        part = ", ".join(own["failures"]) or own.get("region", "") and "region " + own["region"]
        mistakes += said != must
        peer_mistakes += peer != must
        print(f"{why:64} {must:9} {said:9} {peer:13} {part}")
    print(f"{len(listed)} numbers; wrong: idv {mistakes}, id-validator {peer_mistakes}")
    return mistakes > 0


if __name__ == "__main__":
    sys.exit(main())
