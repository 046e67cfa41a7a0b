"""Reads the cases and multiplies them out: by kind of call, by profile and by the values of `each`.

The format is described in Proto/CONFORMANCE.md. A field that this reader does not know is an error, so that
a slip of the pen does not make a case that checks nothing.
"""

import copy
import json
from pathlib import Path

KINDS = ["unary", "server_stream", "client_stream", "bidi_stream"]
PROFILES = ["native", "compat"]
SENDS_MANY = {"client_stream", "bidi_stream"}
GETS_MANY = {"server_stream", "bidi_stream"}
FIELDS = {
    "name", "about", "kinds", "profiles", "each", "first", "more", "repeat", "sizes", "unknown",
    "empty", "timeoutMs", "metadata", "cancel", "turns", "observe", "ownServer", "expect", "then", "times",
    *PROFILES, *KINDS}
EXPECTATIONS = {
    "code", "message", "detail", "answers", "first", "last", "info", "headers", "trailers",
    "observation", "requests"}
FOLDER = Path(__file__).resolve().parent / "cases"


class CaseError(Exception):
    """A case that is not written as it should be."""


def merged(base, over):
    """`over` laid upon `base`, objects field by field."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}
    return copy.deepcopy(over)


def filled(value, values):
    """`value` with `$name` replaced: a whole string by the value itself, a part by its text."""
    if isinstance(value, dict):
        return {key: filled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, values) for item in value]
    if isinstance(value, str):
        for name, replacement in values.items():
            if value == f"${name}":
                return replacement
            value = value.replace(f"${name}", str(replacement))
    return value


def generated(value):
    """`value` with what is too long to be written out: `$fillN` is N letters, `$answersN` N plain answers, and
    `$pairsN` in a list N pairs of metadata."""
    if isinstance(value, dict):
        return {key: generated(item) for key, item in value.items()}
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], str) and value[0].startswith("$pairs"):
            return [[f"x-{index}", "v"] for index in range(int(value[0][len("$pairs"):]))]
        return [generated(item) for item in value]
    if isinstance(value, str) and value.startswith("$fill"):
        return "a" * int(value[len("$fill"):])
    if isinstance(value, str) and value.startswith("$answers"):
        return [{} for _ in range(int(value[len("$answers"):]))]
    return value


def variants(case):
    """The values of `each`, one name → value object for each variant."""
    each = case.get("each")
    if not each:
        return [{}]
    ((name, values),) = each.items()
    return [{name: value} for value in values]


def check_fields(case, place):
    unknown = set(case) - FIELDS
    if unknown:
        raise CaseError(f"{place}: unknown fields {', '.join(sorted(unknown))}")
    unknown = set(case.get("expect", {})) - EXPECTATIONS
    if unknown:
        raise CaseError(f"{place}: unknown expectations {', '.join(sorted(unknown))}")


def expanded(group, case):
    """All calls that `case` stands for."""
    place = f"{group}/{case.get('name')}"
    check_fields(case, place)
    for kind in case.get("kinds", KINDS):
        for profile in case.get("profiles", PROFILES):
            for values in variants(case):
                made = copy.deepcopy(case)
                for layer in (kind, profile, f"{profile}.{kind}"):
                    made = merged(made, case.get(layer, {}))
                made = generated(filled(made, values))
                check_fields(made, place)
                suffix = "".join(f"-{value}" for value in values.values())
                made.update(group=group, kind=kind, profile=profile)
                made["id"] = f"{place}{suffix}/{kind}/{profile}"
                yield made


def load(folder=FOLDER):
    """Every call of every file, in the order of the names."""
    calls = []
    for path in sorted(folder.glob("*.json")):
        try:
            text = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CaseError(f"{path.name}: {error}") from None
        for case in text["cases"]:
            calls += expanded(path.stem, case)
    ids = [call["id"] for call in calls]
    if len(set(ids)) != len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise CaseError(f"{twice} is there twice")
    return calls
