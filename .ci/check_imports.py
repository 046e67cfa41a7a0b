"""Checks every import of the Swift sources.

    check_imports.py              the sources as they are
    check_imports.py --self-test  every rule must catch a violation planted for it

1. An import in Sources/ states how far it reaches: `internal import X`, `package import X`.
2. None is `public`: the package offers no library, `package` is the widest access.
3. No underscored attribute (`@_exported`, `@_spi` …): they are not promised to stay.
4. `Foundation` only where listed: it is large; mostly FoundationEssentials will do.
5. No XCTest: tests are Swift Testing.
"""

import re
import sys

from swift_source import code_only, read, tracked

IMPORT = re.compile(
    r"^[ \t]*(?P<attributes>(?:@\w+(?:\([^)\n]*\))?\s+)*)"
    r"(?:(?P<access>public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|typealias|func|var|let)\s+)?(?P<module>\w+)",
    re.MULTILINE)

# Underscored attributes that may be used: none yet.
ATTRIBUTES_ALLOWED = set()
# Files and folders that may import the whole of Foundation, each with its reason beside it.
FOUNDATION_ALLOWED = (
    "Sources/StubGen/",  # Runs at code generation only; swift-protobuf's plugin library brings it.
    "Sources/protoc-gen-idv/",
    "Sources/idv/Bench/",  # Child processes.
    "Sources/Conformance/ScriptedServer.swift",  # Threads that block.
    "Sources/idv/ConformanceCommand.swift",
    "Tests/",  # Processes and temporary folders.
)


def violations(path, text):
    """What is wrong with the imports of one file."""
    for match in IMPORT.finditer(code_only(text)):
        line = text.count("\n", 0, match.start("module")) + 1
        where, module = f"{path}:{line}", match["module"]
        if str(path).startswith("Sources/") and match["access"] is None:
            yield f"{where}: import of {module} does not state its access level"
        if match["access"] == "public":
            yield f"{where}: import of {module} is public; package is the widest"
        for attribute in re.findall(r"@_\w+", match["attributes"]):
            if attribute not in ATTRIBUTES_ALLOWED:
                yield f"{where}: {attribute} is not a promised attribute"
        if module == "Foundation" and not str(path).startswith(FOUNDATION_ALLOWED):
            yield f"{where}: Foundation; use FoundationEssentials, or list the file"
        if module == "XCTest":
            yield f"{where}: XCTest; tests are Swift Testing"


PLANTED = [
    ("Sources/Wire/A.swift", "import Vocabulary\n", "does not state"),
    ("Sources/Wire/A.swift", "#if os(Linux)\n  import Glibc\n#endif\n", "does not state"),
    ("Sources/Wire/A.swift", "public import Vocabulary\n", "is public"),
    ("Sources/Wire/A.swift", "@_exported internal import Vocabulary\n", "@_exported"),
    ("Sources/Wire/A.swift", "@_spi(X) internal import Vocabulary\n", "@_spi"),
    ("Sources/Wire/A.swift", "internal import Foundation\n", "FoundationEssentials"),
    ("Sources/Wire/A.swift", "internal import struct Foundation.URL\n", "FoundationEssentials"),
    ("Tests/WireTests/A.swift", "import XCTest\n", "XCTest"),
]
SOUND = [
    ("Sources/Wire/A.swift", "internal import Vocabulary\n// import Foundation\n/* import A */\n"),
    ("Sources/StubGen/A.swift", 'let text = """\n  import Foundation\n  """\n'),
    ("Sources/StubGen/A.swift", 'let text = #"\\"\nimport Foundation"#\n'.replace("\n", " ", 1)),
    ("Tests/WireTests/A.swift", "import Testing\n@testable import Wire\n"),
]


def self_test():
    missed = []
    for path, text, expected in PLANTED:
        if not any(expected in found for found in violations(path, text)):
            missed.append(f"planted in {path} and not caught: {text.strip()}")
    for path, text in SOUND:
        missed += [f"sound, and refused: {found}" for found in violations(path, text)]
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        missed = self_test()
        print("\n".join(missed) or f"imports: {len(PLANTED)} planted violations caught")
        return bool(missed)
    paths = tracked("Sources/**/*.swift", "Tests/**/*.swift")
    found = [line for path in paths for line in violations(path, read(path))]
    print("\n".join(found + [f"imports: {len(paths)} files, {len(found)} violations"]))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
