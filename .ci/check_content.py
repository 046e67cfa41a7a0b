"""Checks what the repository holds beside its meaning: sizes, names, lengths, forbidden things.

    check_content.py              the work tree as git sees it
    check_content.py --self-test  every rule must catch a violation planted for it

Each rule is a generator of complaints about one file, or about the whole list of them.
"""

import ast
import re
import sys
from pathlib import Path

from swift_source import ROOT, code_only, is_generated, read, tracked

FILE_BYTES_MAX = 1_500_000
FUNCTION_LINES_MAX = 70
# Other lines than Swift's, which swift-format holds to 100.
LINE_COLUMNS_MAX = 120

# Written in two halves, so that this file does not itself hold what it forbids.
HOSTS = ["py" r"pi\.org", "python" r"hosted\.", "deb" r"\.debian\.org"]
REGISTRY = re.compile("|".join(HOSTS))
MACHINE_PATH = re.compile(r"(?:^|[^\w./-])/(?:work|farm|root|home/\w+|Users/\w+|tmp/h)/")
PRIVATE_KEY = re.compile("-----BEGIN [A-Z ]*PRIVATE" " KEY-----")
NEVER_COMMITTED = set(
    ".a .crt .csr .key .onnx .p12 .pem .so .task .tflite .whl .zip".split())
VAGUE_NAME = re.compile(r"(?:Utils?|Common|Helpers?|Managers?|Misc)(?:[+.]|$)")
MEASURED = {".c", ".h", ".proto", ".py", ".sh", ""}
# Declarations that start a body, and what shows that there is none.
DECLARATION = re.compile(
    r"(?<![.\w`])(?:func\s+(?:\w+|`\w+`|[^\s\w(<`]+)|init\b[?!]?|deinit\b|subscript\b)\s*(?=[<({])")
NEXT_DECLARATION = re.compile(
    r"\s*(?:$|[}@#]|(?:associatedtype|borrowing|case|class|consuming|deinit|enum|extension"
    r"|fileprivate|func|indirect|init|internal|let|mutating|nonisolated|open|package|private"
    r"|protocol|public|static|struct|subscript|typealias|var)\b)")
OPEN_ACCESS = re.compile(
    r"^\s*(?:@\w+\s+)*(?:public|open)\s+(?:actor|class|enum|extension|final|func|init|let|mutating"
    r"|nonisolated|override|protocol|static|struct|subscript|typealias|unowned|var|weak)\b",
    re.MULTILINE)


def line_of(text, index):
    return text.count("\n", 0, index) + 1


def body_of(code, start):
    """Index of the brace that opens the body of the declaration named before `start`, or None."""
    depth = 0
    for index in range(start, len(code)):
        character = code[index]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and character == "{":
            return index
        elif depth == 0 and character == "\n":
            if NEXT_DECLARATION.match(code[index + 1 : code.find("\n", index + 1)]):
                return None
    return None


def end_of_body(code, start):
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, start):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(code)


def swift_functions(text):
    """(first line, number of lines) of every function with a body."""
    code = code_only(text)
    for match in DECLARATION.finditer(code):
        opening = body_of(code, match.end())
        if opening is not None:
            first = line_of(code, match.start())
            yield first, line_of(code, end_of_body(code, opening)) - first + 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno, node.end_lineno - node.lineno + 1


def functions_too_long(path, text):
    measure = {".swift": swift_functions, ".py": python_functions}.get(path.suffix)
    for line, length in measure(text) if measure else []:
        if length > FUNCTION_LINES_MAX:
            yield f"{path}:{line}: function of {length} lines, at most {FUNCTION_LINES_MAX}"


def lines_too_long(path, text):
    if path.suffix in MEASURED and "/Vectors/" not in str(path):
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > LINE_COLUMNS_MAX:
                yield f"{path}:{number}: line of {len(line)} columns, at most {LINE_COLUMNS_MAX}"


def forbidden_text(path, text):
    for pattern, what in [
        (REGISTRY, "names a package registry's host"),
        (MACHINE_PATH, "names a path of one machine"),
        (PRIVATE_KEY, "holds a private key"),
    ]:
        if match := pattern.search(text):
            yield f"{path}:{line_of(text, match.start())}: {what}"


def says_what_it_is(path, text):
    opening = {".py": '"""', **dict.fromkeys([".c", ".h", ".proto", ".swift"], "//")}
    if str(path).startswith("Tests/Vectors/"):
        return  # Captured, kept as it was.
    if path.suffix in opening and not text.startswith((opening[path.suffix], "#!", "/*")):
        yield f"{path}:1: does not begin by saying what it is"


def names_and_access(path, text):
    if path.suffix == ".swift":
        if VAGUE_NAME.search(path.name):
            yield f"{path}: a name that says nothing"
        if str(path).startswith("Sources/"):
            for match in OPEN_ACCESS.finditer(code_only(text)):
                yield f"{path}:{line_of(text, match.end())}: public or open; package is the widest"


def file_kind(path, size):
    if path.suffix in NEVER_COMMITTED:
        yield f"{path}: a {path.suffix} file is never committed"
    if size > FILE_BYTES_MAX:
        yield f"{path}: {size} bytes, at most {FILE_BYTES_MAX}"


def error_symbols(swift, table):
    """The closed set in the code and the table for callers are equal."""
    declared = re.findall(r'= "([A-Z_0-9]+)"', swift)
    rows = re.findall(r"^\| `([A-Z_0-9]+)` \|(.*)\|$", table, re.MULTILINE)
    documented = [symbol for symbol, _ in rows]
    for symbol in sorted(set(declared) - set(documented)):
        yield f"Proto/ERRORS.md: no row for {symbol}"
    for symbol in sorted(set(documented) - set(declared)):
        yield f"Proto/ERRORS.md: {symbol} is not in ErrorSymbol.swift"
    for symbol in sorted({s for s in documented if documented.count(s) > 1}):
        yield f"Proto/ERRORS.md: {symbol} has several rows"
    for symbol, cells in rows:
        if len(cells.split("|")) != 4 or not all(cell.strip() for cell in cells.split("|")):
            yield f"Proto/ERRORS.md: the row of {symbol} needs five filled cells"


def undeclared_targets(manifest, paths):
    """A folder that the manifest does not name is never built, and its tests never run. Packages of their
    own are left out: they have a manifest."""
    packages = {p.parts[:2] for p in paths if len(p.parts) == 3 and p.name == "Package.swift"}
    folders = {p.parts[:2] for p in paths if p.parts[0] in ("Sources", "Tests") and len(p.parts) > 2}
    folders -= packages
    for tree, name in sorted(folders):
        is_target = tree == "Sources" or name.endswith("Tests") or name == "Fuzz"
        if is_target and f'name: "{name}"' not in manifest:
            yield f"{tree}/{name}: Package.swift declares no such target"


TEXT_RULES = [
    functions_too_long, lines_too_long, forbidden_text, says_what_it_is, names_and_access]
RULES_FOR_GENERATED = [forbidden_text]


def violations_in(path, text):
    rules = RULES_FOR_GENERATED if is_generated(text) else TEXT_RULES
    return [found for rule in rules for found in rule(path, text)]


def violations():
    found, paths = [], tracked()
    for path in paths:
        size = (ROOT / path).stat().st_size
        found += file_kind(path, size)
        if size <= FILE_BYTES_MAX:
            try:
                found += violations_in(path, read(path))
            except UnicodeDecodeError:
                pass  # A picture or captured bytes.
    symbols = read(Path("Sources/Vocabulary/ErrorSymbol.swift"))
    found += error_symbols(symbols, read(Path("Proto/ERRORS.md")))
    found += undeclared_targets(read(Path("Package.swift")), paths)
    return found


LONG_BODY = "\n".join(["    print(1)"] * FUNCTION_LINES_MAX)
LONG_FUNCTION = f"  func a(b: Int = {{ 1 }}()) {{\n{LONG_BODY}\n  }}\n"
PROTOCOL = "protocol A {\n  func a()\n  func b() -> Int\n}\n"
PLANTED = [
    ("Sources/A/A.swift", f"// A.\nstruct A {{\n{LONG_FUNCTION}}}\n", "function of 72"),
    ("Sources/A/A.swift", f"// A.\n  init() {{\n{LONG_BODY}\n  }}\n", "function of 72"),
    (".ci/a.py", f'"""A."""\ndef a():\n{LONG_BODY}\n', "function of 71"),
    ("Proto/a.proto", "// " + "a" * 118 + "\n", "line of 121"),
    ("README.md", "from files." + "python" + "hosted.org\n", "registry"),
    ("README.md", "see /wo" + "rk/main\n", "path of one machine"),
    ("README.md", "-----BEGIN EC PRIVATE " + "KEY-----\n", "private key"),
    ("Sources/A/A.swift", "struct A {}\n", "saying what it is"),
    ("Sources/A/ImageUtils.swift", "// A.\n", "says nothing"),
    ("Sources/A/Data+Helpers.swift", "// A.\n", "says nothing"),
    ("Sources/A/A.swift", "// A.\npublic struct A {}\n", "package is the widest"),
]
SOUND = [
    ("Sources/A/A.swift", f'// A.\n{PROTOCOL}let text = """\n{LONG_BODY}\n  public\n  """\n'),
    ("Sources/A/A.swift", "// A.\nstruct A {\n  func a() {\n    self.init(b: 1)\n  }\n}\n"),
    ("Sources/A/A.swift", "// A.\nvar open = [1]\n  open += [2]\n"),
    ("Proto/a.pb-c.c", "/* Generated, DO NOT EDIT */ " + "a" * 120 + "\n"),
]


def self_test():
    missed = []
    for path, text, expected in PLANTED:
        if not any(expected in found for found in violations_in(Path(path), text)):
            missed.append(f"planted in {path} and not caught: {expected}")
    for path, text in SOUND:
        missed += [f"sound, and refused: {found}" for found in violations_in(Path(path), text)]
    package = [Path("Sources/a/Package.swift"), Path("Sources/a/Sources/b/B.swift")]
    missed += [f"sound, and refused: {found}" for found in undeclared_targets("", package)]
    whole = [
        (file_kind(Path("a.onnx"), 1), "never committed"),
        (file_kind(Path("a.bin"), FILE_BYTES_MAX + 1), "bytes, at most"),
        (undeclared_targets("", [Path("Tests/ATests/A.swift")]), "declares no such target"),
        (error_symbols('case a = "A_B"', ""), "no row for A_B"),
        (error_symbols("", "| `A_B` | a | b | c | d |"), "not in ErrorSymbol"),
        (error_symbols('"A"', "| `A` | a | b | c | d |\n" * 2), "several rows"),
        (error_symbols('= "A"', "| `A` | a | | c | d |"), "five filled cells"),
    ]
    for found, expected in whole:
        if not any(expected in line for line in found):
            missed.append(f"planted and not caught: {expected}")
    print("\n".join(missed) or f"content: {len(PLANTED) + len(whole)} planted violations caught")
    return bool(missed)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    found = violations()
    print("\n".join(found + [f"content: {len(found)} violations"]))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
