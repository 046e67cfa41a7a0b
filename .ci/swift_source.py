"""Reads the repository for the checks: which files, and Swift without comments and strings."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATED_MARK = "do not edit"
MARK_LINES = 5
# Where a comment or a string literal begins.
OPENING = re.compile(r'//|/\*|#*"')


def tracked(*patterns):
    """Files of the work tree that git knows or would take, as paths relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted({Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()})


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def is_generated(text):
    """Generated files say so in their first lines; nobody formats or measures them."""
    return any(GENERATED_MARK in line.lower() for line in text.split("\n", MARK_LINES)[:MARK_LINES])


def hand_written():
    """(path, text) of every Swift file that a person wrote."""
    for path in tracked("*.swift"):
        text = read(path)
        if not is_generated(text):
            yield path, text


def end_of_comment(text, start):
    """Index after the comment at `start`; block comments nest."""
    if text.startswith("//", start):
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    depth, index = 0, start
    while index < len(text):
        if text.startswith("/*", index):
            depth, index = depth + 1, index + 2
        elif text.startswith("*/", index):
            depth, index = depth - 1, index + 2
            if depth == 0:
                return index
        else:
            index += 1
    return len(text)


def end_of_interpolation(text, start):
    """Index after the parenthesis that closes the one before `start`."""
    depth, index = 1, start
    while index < len(text) and depth:
        if text[index] in '"#' and (opened := string_at(text, index)):
            index = end_of_string(text, index, *opened)
            continue
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        index += 1
    return index


def string_at(text, index):
    """(hashes, quote) of the string literal that starts at `index`, or None."""
    hashes = 0
    while text.startswith("#", index + hashes):
        hashes += 1
    if not text.startswith('"', index + hashes):
        return None
    return hashes, '"""' if text.startswith('"""', index + hashes) else '"'


def end_of_string(text, start, hashes, quote):
    """Index after the string literal at `start`."""
    escape, close = "\\" + "#" * hashes, quote + "#" * hashes
    index = start + hashes + len(quote)
    while index < len(text):
        if text.startswith(escape, index):
            index += len(escape)
            if text.startswith("(", index):
                index = end_of_interpolation(text, index + 1)
            else:
                index += 1
        elif text.startswith(close, index):
            return index + len(close)
        elif quote == '"' and text[index] == "\n":
            return index
        else:
            index += 1
    return len(text)


def code_only(text):
    """`text` with comments and string literals blanked; lines keep their numbers and lengths."""
    pieces, index = [], 0
    while opening := OPENING.search(text, index):
        start = opening.start()
        pieces.append(text[index:start])
        if text[start] == "/":
            index = end_of_comment(text, start)
        else:
            index = end_of_string(text, start, *string_at(text, start))
        pieces.append("".join("\n" if c == "\n" else " " for c in text[start:index]))
    return "".join([*pieces, text[index:]])
