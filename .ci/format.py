"""Formats the hand-written Swift sources with swift-format, or with --lint only reports.

    format.py              formats in place
    format.py --lint       reports what is not formatted or breaks a rule; exit 1 if any
    format.py --self-test  the linter must refuse a file that is planted for it

Generated files (they say "do not edit" at their top) are left to their generator.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from swift_source import ROOT, hand_written

CONFIGURATION = ROOT / ".ci" / "swift-format.json"
PLANTED = {
    "Indentation": "struct A {\n    let a = 1\n}\n",
    "LineLength": "let a = " + " + ".join(["1"] * 40) + "\n",
    "DoNotUseSemicolons": "let a = 1; let b = 2\n",
}


def swift_format(command, files):
    return subprocess.run(
        ["swift", "format", *command, "--configuration", CONFIGURATION, "--parallel", *files],
        cwd=ROOT, capture_output=True, text=True, check=False)


def self_test():
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for rule, text in PLANTED.items():
            file = Path(folder) / f"{rule}.swift"
            file.write_text(text)
            answer = swift_format(["lint", "--strict"], [file])
            if answer.returncode == 0 or f"[{rule}]" not in answer.stderr:
                missed.append(f"planted against {rule} and not caught")
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        missed = self_test()
        print("\n".join(missed) or f"format: {len(PLANTED)} planted violations caught")
        return bool(missed)
    files = [path for path, _ in hand_written()]
    lint = sys.argv[1:] == ["--lint"]
    answer = swift_format(["lint", "--strict"] if lint else ["format", "--in-place"], files)
    print(answer.stderr, end="")
    print(f"format: {len(files)} files, {answer.stderr.count(': error:')} findings")
    return answer.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
