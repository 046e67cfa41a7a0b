"""Tests of the specimen documents: published check digits, invented people, and, where the packages of
`make specimens` are there, what is drawn. Run it as a program."""

import random
import sys
import unittest
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEPS = HERE.parent.parent / ".deps" / "specimens"
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
if DEPS.exists():
    sys.path.insert(0, str(DEPS))

import check_digits
import peer_rapidocr
import people

try:
    import numpy as np

    import capture
    import documents
    import render
except ImportError:
    render = None

PEOPLE = 200


class CheckDigits(unittest.TestCase):
    def test_resident_numbers(self):
        for number in ("11010519491231002X", "440524188001010014", "911124198108030024", "810000199408230021"):
            self.assertEqual(check_digits.resident_check(number[:17]), number[17])

    def test_card_numbers(self):
        for number in ("4111111111111111", "79927398713"):
            self.assertEqual(check_digits.luhn_check(number[:-1]), number[-1])

    def test_specimens_of_the_standard_for_machine_readable_lines(self):
        self.assertEqual(
            check_digits.td3(
                "P", "UTO", "ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "1974-08-12", "F", "2012-04-15",
                "ZE184226B"),
            ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"])
        self.assertEqual(
            check_digits.td1(
                "I", "UTO", "D23145890", "1974-08-12", "F", "2012-04-15", "UTO", "ERIKSSON", "ANNA MARIA"),
            ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
             "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"])

    def test_names_keep_letters_alone(self):
        self.assertEqual(check_digits.mrz_name("O'Brien", "Zoë-Ann", 20), "OBRIEN<<ZOE<ANN<<<<<")


class InventedPeople(unittest.TestCase):
    def setUp(self):
        self.dice = random.Random(20260101)

    def check_number(self, number, birth, sex):
        self.assertRegex(number, r"^\d{17}[\dX]$")
        self.assertEqual(check_digits.resident_check(number[:17]), number[17])
        self.assertEqual(number[6:14], birth.replace("-", ""))
        self.assertEqual(int(number[16]) % 2 == 1, sex == "男")

    def test_residents(self):
        for variant in [None, "rare", *people.SCRIPTS]:
            for _ in range(PEOPLE // 4):
                fields, written = people.resident(self.dice, variant=variant)
                self.check_number(fields["idnum"], fields["birth"], fields["sex"])
                self.assertEqual(written is not None, variant in people.SCRIPTS)
                self.assertTrue(variant != "rare" or "·" in fields["name"] or fields["nation"] == "藏"
                                or set(fields["name"]) & set(people.RARE))
                self.assertIn(fields["nation"], ["汉", *people.NATIONS])

    def test_every_nation_is_there_once(self):
        self.assertEqual(len(set(people.NATIONS) | {"汉"}), 56)
        self.assertEqual(len(people.NATIONS), 55)

    def test_residence_permits(self):
        for _ in range(PEOPLE):
            fields, kind = people.hmt_front(self.dice)
            self.check_number(fields["idnum"], fields["birth"], fields["sex"])
            self.assertEqual(fields["idnum"].startswith("83"), kind == "台湾")

    def test_foreigners(self):
        for _ in range(PEOPLE):
            front, back = people.foreigner(self.dice, 18)
            self.check_number(front["idnum"], front["birth"], front["sex"])
            front, _ = people.foreigner(self.dice, 15)
            self.assertRegex(front["idnum"], r"^[A-Z]{3}\d{12}$")
            self.check_lines(back, 30)

    def check_lines(self, fields, columns):
        for name in ("mrz1", "mrz2", "mrz3"):
            if name in fields:
                self.assertRegex(fields[name], rf"^[A-Z0-9<]{{{columns}}}$")

    def test_line_of_residents_permits(self):
        # Summed up by hand: weights 7 3 1.
        line = check_digits.permit_line("CS", "C12345678", "2034-03-05", "1990-01-31")
        self.assertEqual(len(line), 30)
        self.assertEqual((line[11], line[19], line[27], line[29]), ("8", "9", "0", "2"))
        self.assertEqual(line[:11] + line[12:19] + line[20:27], "CSC12345678<340305<900131")

    def test_passports_and_permits(self):
        for _ in range(PEOPLE):
            for kind in people.RESIDENT_PERMITS:
                self.check_lines(people.resident_permit(self.dice, kind), 30)
            self.check_lines(people.passport(self.dice), 44)
            self.check_lines(people.mainland_permit(self.dice)[1], 30)

    def test_dates_exist(self):
        for _ in range(PEOPLE):
            for fields in (people.temporary(self.dice), people.resident_back(self.dice), people.passport(self.dice)):
                for key in {"birth", "valid_from", "valid_to", "issue_date"} & set(fields):
                    if fields[key] != "长期":
                        date.fromisoformat(fields[key])
        self.assertEqual(people.years_later("2020-02-29", 5), "2025-02-28")
        self.assertEqual(people.three_months_later("2023-11-30"), "2024-02-29")

    def test_offices(self):
        self.assertEqual(people.authority("湖北省武汉市武昌区"), "武汉市公安局武昌分局")
        self.assertEqual(people.authority("江苏省宜兴市"), "宜兴市公安局")
        self.assertEqual(people.authority("内蒙古自治区通辽市科尔沁区"), "通辽市公安局科尔沁分局")

    def test_bank_cards(self):
        for _ in range(PEOPLE):
            number = people.bank_card(self.dice)["number"]
            self.assertEqual(check_digits.luhn_check(number[:-1]), number[-1])

    def test_a_seed_gives_the_same_people(self):
        self.assertEqual(people.resident(random.Random("a")), people.resident(random.Random("a")))
        self.assertNotEqual(people.resident(random.Random("a")), people.resident(random.Random("b")))


class Peer(unittest.TestCase):
    RECORD = {"fields": {"idnum": "11010519491231002X", "name": "艾力·买买提"}}

    def test_what_counts_as_found(self):
        for lines, wanted in [
            (["姓名 艾力•买买提", "公民身份号码 11010519491231002x"], (True, True)),
            (["艾力·买买提", "1101051949123100 2X"], (True, True)),
            (["艾力·买买", "110105194912310021"], (False, False)),
            (["姓名艾力·买买提江", "11010519491231002"], (False, False)),
            ([], (False, False)),
        ]:
            self.assertEqual(peer_rapidocr.found(self.RECORD, lines), wanted)


@unittest.skipUnless(render, "Pillow, numpy and OpenCV are not there: make specimens brings them")
class Pictures(unittest.TestCase):
    def test_every_kind_is_drawn_and_photographed(self):
        for kind in documents.KINDS:
            shot, record = render.render(kind, kind, 1, 7)
            self.assertEqual(list(shot.pixels.shape[1::-1]), record["size"])
            self.assertGreater(shot.pixels.std(), 10, kind)
        for variant in people.RESIDENT_PERMITS:
            shot, record = render.render("mainlandTravelPermitFront", variant, 1, 7, variant=variant)
            self.assertEqual((list(shot.pixels.shape[1::-1]), record["variant"]), (record["size"], variant))

    def test_every_condition_keeps_the_corners(self):
        document = np.full((638, 1012, 3), 230, np.float32)
        for condition in capture.CONDITIONS:
            dice, noise = random.Random(condition), np.random.default_rng(1)
            shot = capture.photograph(document, dice, noise, 4, condition, document)
            height, width = shot.pixels.shape[:2]
            middle = shot.corners.mean(0)
            self.assertTrue(0 < middle[0] < width * 1.1 and -width * 0.1 < middle[1] < height, condition)
            outside = (shot.corners < 0).any() or (shot.corners > (width, height)).any()
            self.assertEqual(outside, condition == "border_incomplete", condition)

    def test_corners_are_where_the_document_is(self):
        document = np.zeros((638, 1012, 3), np.float32)
        document[..., 0] = 255
        noise = np.random.default_rng(2)
        for level in (0, 1, 2):
            shot = capture.photograph(document, random.Random(level), noise, level)
            red = shot.pixels[..., 0].astype(int) - shot.pixels[..., 1] > 90
            ys, xs = np.nonzero(red)
            # The rounded corners are not reached; the straight edges between them are.
            for found, wanted in ((xs.min(), shot.corners[:, 0].min()), (ys.max(), shot.corners[:, 1].max())):
                self.assertLess(abs(found - wanted), 0.04 * shot.pixels.shape[1])

    def test_a_seed_gives_the_same_picture(self):
        one, two, other = (render.render("residentIDFront", "front", 3, seed)[0].pixels for seed in (1, 1, 2))
        self.assertTrue((one == two).all())
        self.assertFalse(one.shape == other.shape and (one == other).all())

    def test_a_quarter_turn_turns_the_corners_too(self):
        shot = capture.Photograph(np.zeros((10, 20, 3), np.uint8), np.array([[1.0, 2], [5, 2], [5, 4], [1, 4]]), 80)
        shot.pixels[2, 1] = 255
        turned = capture.turned(shot, 1)
        self.assertEqual(turned.pixels.shape, (20, 10, 3))
        self.assertEqual(tuple(turned.corners[0]), (8, 1))
        self.assertEqual(turned.pixels[1, 7, 0], 255)


if __name__ == "__main__":
    unittest.main()
