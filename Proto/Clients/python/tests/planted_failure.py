"""A test that fails, by which `ci planted` shows that failures are noticed."""

import unittest


class Planted(unittest.TestCase):
    def test_fails(self) -> None:
        self.fail("planted")
