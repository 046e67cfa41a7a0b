"""Check digits of document numbers and machine-readable lines, written from their published rules.

Resident ID and the new foreigner number: GB 11643-1999, ISO 7064 MOD 11-2. Machine-readable lines: weights 7 3 1
(ICAO Doc 9303 part 3). Bank cards: Luhn (ISO/IEC 7812-1). The rule of the old foreigner number is not public: those
drawn here end as machine-readable fields do, and nobody may rely on it.
"""

import unicodedata

RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
RESIDENT_CHECKS = "10X98765432"
TD3_COLUMNS = 44
TD1_COLUMNS = 30


def resident_check(digits):
    """The eighteenth character of a number whose first seventeen are `digits`."""
    return RESIDENT_CHECKS[sum(int(d) * w for d, w in zip(digits, RESIDENT_WEIGHTS, strict=True)) % 11]


def luhn_check(digits):
    """The last digit of a card number that begins with `digits`."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def mrz_value(character):
    if character == "<":
        return 0
    return int(character) if character.isdigit() else ord(character) - ord("A") + 10


def mrz_check(text):
    """The check digit of `text`, which holds A–Z, 0–9 and <."""
    return str(sum(mrz_value(c) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def padded(text, columns):
    return text[:columns].ljust(columns, "<")


def mrz_name(surname, given, columns):
    """A name as machine-readable lines have it: letters alone, two fillers between its parts."""
    def plain(text):
        text = unicodedata.normalize("NFKD", text.upper())
        kept = (c if "A" <= c <= "Z" else "<" if c in " -" else "" for c in text)
        return "".join(kept)
    return padded(f"{plain(surname)}<<{plain(given)}", columns)


def short_date(date):
    """YYMMDD of an ISO date."""
    return date[2:4] + date[5:7] + date[8:10]


def td3(code, state, surname, given, number, nationality, birth, sex, expiry, personal=""):
    """The two lines of a passport's data page (ICAO Doc 9303 part 4)."""
    first = padded(code, 2) + state + mrz_name(surname, given, TD3_COLUMNS - 5)
    number, personal = padded(number, 9), padded(personal, 14)
    number += mrz_check(number)
    birth, expiry = short_date(birth), short_date(expiry)
    birth += mrz_check(birth)
    expiry += mrz_check(expiry)
    personal += mrz_check(personal)
    whole = mrz_check(number + birth + expiry + personal)
    return [first, number + nationality + birth + sex + expiry + personal + whole]


def td1(code, state, number, birth, sex, expiry, nationality, surname, given, optional=("", "")):
    """The three lines of a card (ICAO Doc 9303 part 5)."""
    number = padded(number, 9)
    first = padded(code, 2) + state + number + mrz_check(number) + padded(optional[0], 15)
    birth, expiry = short_date(birth), short_date(expiry)
    birth += mrz_check(birth)
    expiry += mrz_check(expiry)
    second = birth + sex + expiry + nationality + padded(optional[1], 11)
    whole = mrz_check(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return [first, second + whole, mrz_name(surname, given, TD1_COLUMNS)]


def permit_line(code, number, expiry, birth):
    """The one line of a mainland resident's permit: number, expiry, birth, each with its digit, and one of them all."""
    parts = [padded(number, 9), short_date(expiry), short_date(birth)]
    parts = [part + mrz_check(part) for part in parts]
    return f"{code}{'<'.join(parts)}<{mrz_check(''.join(parts))}"
