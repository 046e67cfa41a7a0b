"""Counts the tests in the result files of `.ci/run_tests.sh --xunit-output`: prints "PASSED FAILED SKIPPED".

    count_tests.py FILE…   exit 1 if a file is absent or damaged, or no test ran
    count_tests.py --self-test

A test run that crashed leaves no file, and one that ran nothing must not look like success.
"""

import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(paths):
    passed = failed = skipped = 0
    for path in paths:
        for case in ElementTree.parse(path).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    if passed + failed == 0:
        raise ValueError("no test ran")
    return passed, failed, skipped


def self_test():
    cases = [
        ("<s><testcase/><testcase><failure/></testcase></s>", "1 1 0"),
        ("<s><testcase/><testcase><skipped/></testcase></s>", "1 0 1"),
        ("<s></s>", "no test ran"),
        ("<s><testcase><skipped/></testcase></s>", "no test ran"),
        ("<s><testcase>", "damaged"),
    ]
    for text, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.xml"
            path.write_text(text)
            try:
                found = " ".join(map(str, count([path])))
            except ElementTree.ParseError:
                found = "damaged"
            except ValueError as error:
                found = str(error)
        if found != expected:
            print(f"count_tests: {text} gave {found}")
            return True
    print(f"count_tests: {len(cases)} planted results counted")
    return False


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    try:
        print(*count(sys.argv[1:]))
    except (OSError, ValueError, ElementTree.ParseError) as error:
        print(f"count_tests: {error}", file=sys.stderr)
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())
