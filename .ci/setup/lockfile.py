"""The two files that pin what set-up brings: `lock.json` beside this file, and the model manifest.

`lock.json` names Debian packages by the least version that works (Debian signs them, and its point
releases replace exact versions), wheels and source archives by exact version and SHA-256. The manifest
`Sources/Inference/Resources/models.json` is the one place for the digests of the models themselves. Tables are
made of files that a Debian package installs; those are pinned by digest, too.
"""

import json
import re

from report import SetupError

FIELDS = {
    "": {"schema", "python", "machine", "debian", "wheels", "sources", "models", "tables"},
    "debian": {"name", "least", "group", "why"},
    "wheels": {"name", "version", "sha256", "bytes", "group", "licence", "why"},
    "sources": {"name", "version", "sha256", "bytes", "group", "licence", "why"},
    "models": {"file", "wheel", "member", "recipe"},
    "tables": {
        "file", "sha256", "bytes", "recipe", "package", "folder", "inputs", "licence", "why"},
}
# A group and those it brings along. What `tls`, `bench`, `go`, `interop-go`, `specimens` and `ocr-peer`
# bring are scanners, fonts and peers to measure or to talk to: CI never asks for them.
GROUPS = {
    "setup": ("setup",),
    "test": ("setup", "test"),
    "tls": ("setup", "test", "tls"),
    "go": ("setup", "test", "go"),
    "bench": ("setup", "test", "go", "bench"),
    "specimens": ("setup", "test", "specimens"),
    "ocr-peer": ("setup", "test", "specimens", "ocr-peer"),
    "interop-go": ("setup", "test", "go", "interop-go"),
}
DIGEST = re.compile(r"[0-9a-f]{64}")


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise SetupError(f"cannot read {path.name}: {error}") from None


def check_fields(what, entry, expected):
    if set(entry) != expected:
        odd = ", ".join(sorted(set(entry) ^ expected))
        raise SetupError(f"{what} has missing or unknown keys: {odd}")


class Lock:
    """The pinned packages, wheels, tables and model recipes of one group and those below it."""

    def __init__(self, path, manifest_path, group):
        document = read_json(path)
        check_fields("lock.json", document, FIELDS[""])
        for kind in ("debian", "wheels", "sources", "models", "tables"):
            for entry in document[kind]:
                check_fields(f"lock.json, {kind}", entry, FIELDS[kind])
        for entry in document["wheels"] + document["sources"] + document["tables"]:
            if not DIGEST.fullmatch(entry["sha256"]):
                name = entry.get("name") or entry["file"]
                raise SetupError(f"lock.json: the sha256 of {name} is not 64 hex digits")
        groups = GROUPS[group]
        self.python = document["python"]
        self.machine = document["machine"]
        self.debian = [d for d in document["debian"] if d["group"] in groups]
        self.wheels = {w["name"]: w for w in document["wheels"] if w["group"] in groups}
        self.sources = {s["name"]: s for s in document["sources"] if s["group"] in groups}
        self.recipes = {m["file"]: m for m in document["models"]}
        self.tables = document["tables"]
        self.models = read_json(manifest_path)["models"]
        for model in self.models:
            if model["required"] and model["file"] not in self.recipes:
                raise SetupError(f"lock.json has no recipe for the required model {model['file']}")
