"""Checks the layers: imports run strictly downwards, C modules and packages have named importers.

    layers.py              the package as `swift package describe` tells it
    layers.py --self-test  every rule must catch a violation planted for it

That a target imports only what the manifest declares is the compiler's check
(`--explicit-target-dependency-import-check error`); this one judges the manifest. Tests are free.
"""

import copy
import json
import subprocess
import sys

from swift_source import ROOT

TIERS = [
    # 0: C.
    "COpenSSL CProtobufC CPostgres CImageCodecs CVideo CMessages CInference CBaseline CCompression "
    "CCounting CProcess CConformanceMessages",
    # 1: words. The generator stands alone.
    "Vocabulary StubGen",
    "Settings Observability IdentityNumbers SpokenText",
    # 3: one mechanism each.
    "TLS Sealing Wire Compression Messages RPC Media Inference Persistence",
    # 4: bytes in and out, numbers, typed services.
    "Transport Client Vision Speech RealName Registry Stubs FieldEncryption SQLiteDriver PostgresDriver "
    "ConformanceMessages",
    # 5: verdicts and records.
    "Decisions Documents Liveness Evidence Accounts RealNameHTTP RegistrySQLite RegistryPostgres "
    "Introspection ConformanceServices",
    "Services Simulation RegistrySources",
    # 7: composition, measurement.
    "ServerApp Evaluation LoadTest Conformance RegistryEnrolment",
    "idv-server idv protoc-gen-idv",
]
TIER = {name: tier for tier, names in enumerate(TIERS) for name in names.split()}
SAME_TIER = {("CMessages", "CProtobufC"), ("CConformanceMessages", "CProtobufC")}

# A C module has one Swift importer, so that a handle has one place where it can leak.
OWNERS = {
    "COpenSSL": {"TLS", "Sealing"},
    "CProtobufC": {"Messages", "CMessages", "ConformanceMessages", "CConformanceMessages"},
    "CMessages": {"Messages"},
    "CConformanceMessages": {"ConformanceMessages"},
    "ConformanceMessages": {"ConformanceServices", "Conformance"},
    "ConformanceServices": {"Conformance"},
    "CPostgres": {"RegistryPostgres"},
    "CImageCodecs": {"Media"},
    "CVideo": {"Media"},
    "CInference": {"Inference"},
    "CCompression": {"Compression"},
    "CBaseline": {"idv"},
    "CCounting": set(),
    "CProcess": {"ServerApp"},
    "StubGen": {"protoc-gen-idv"},
}

C_MODULES = {name for name in TIER if TIER[name] == 0}
BYTE_PATH = {"Transport", "TLS", "Wire", "RPC"}
DRIVERS = {"RegistrySQLite", "RegistryPostgres"}
# (these targets, may not import those).
REFUSALS = [
    ({"Services"}, BYTE_PATH - {"RPC"} | DRIVERS | {"Media", "Inference", "Settings"} | C_MODULES),
    (
        BYTE_PATH,
        {"Messages", "Vision", "Speech", "Evidence", "Accounts", "Persistence", "Decisions"}
        | {"Services"},
    ),
    ({"Decisions", "Wire"}, set(TIER) - {"Vocabulary"}),
    ({"Vision", "Speech", "RealName"}, {"Persistence", "Evidence", "Accounts", "Messages", "RPC"}),
    ({"StubGen"}, set(TIER)),
]

# Products of other packages → the targets that may import them; one not listed has no importer.
PRODUCT_OWNERS = {
    **dict.fromkeys(
        ["NIOPosix", "NIOEmbedded", "NIOConcurrencyHelpers"], {"Transport", "Client"}),
    # Gateways of authorities speak HTTPS; nothing else of the server does.
    "NIOCore": {"Transport", "Client", "RealNameHTTP"},
    **dict.fromkeys(["AsyncHTTPClient", "NIOHTTP1", "NIOSSL"], {"RealNameHTTP"}),
    **dict.fromkeys(["Logging", "Metrics"], {"Observability", "ServerApp"}),
    **dict.fromkeys(["Configuration", "ServiceLifecycle", "UnixSignals"], {"ServerApp"}),
    "ArgumentParser": {"idv-server", "idv"},
    "Histogram": {"LoadTest"},
    **dict.fromkeys(["GRDB", "GRDBSQLite"], {"RegistrySQLite"}),
    **dict.fromkeys(["SwiftProtobuf", "SwiftProtobufPluginLibrary"], {"StubGen", "protoc-gen-idv"}),
}

# What must not be linked into the server, however indirectly.
NOT_IN_SERVER = {
    "StubGen", "Evaluation", "LoadTest", "Client", "CBaseline", "CCounting", "SwiftProtobuf",
    "Introspection", "Simulation", "Conformance", "ConformanceServices", "ConformanceMessages",
    "CConformanceMessages"}


def edges_of(description):
    """name → (targets, products) for every target that is not for tests."""
    edges = {}
    for target in description["targets"]:
        if target["type"] != "test" and not target["path"].startswith("Tests/"):
            edges[target["name"]] = (
                set(target.get("target_dependencies") or []),
                set(target.get("product_dependencies") or []),
            )
    return edges


def reachable(edges, name):
    """Everything `name` links: targets and products, itself included."""
    seen, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            targets, products = edges.get(current, (set(), set()))
            waiting += targets | products
    return seen


def target_violations(name, targets):
    if name not in TIER:
        yield f"{name}: no tier; give it one in .ci/layers.py"
        return
    for other in sorted(targets):
        if other not in TIER:
            yield f"{name} -> {other}: no tier; a product may not depend on test support"
            continue
        if TIER[other] >= TIER[name] and (name, other) not in SAME_TIER:
            yield f"{name} (tier {TIER[name]}) -> {other} (tier {TIER[other]}): not downwards"
        if other in OWNERS and name not in OWNERS[other]:
            owners = ", ".join(sorted(OWNERS[other])) or "nobody"
            yield f"{name} -> {other}: only {owners} may import it"
    for importers, refused in REFUSALS:
        if name in importers and targets & refused:
            yield f"{name}: may not import {', '.join(sorted(targets & refused))}"


def violations(edges):
    found = []
    for name, (targets, products) in sorted(edges.items()):
        found += target_violations(name, targets)
        for product in sorted(products):
            owners = PRODUCT_OWNERS.get(product, set())
            if name not in owners:
                allowed = ", ".join(sorted(owners)) or "no target (see PRODUCT_OWNERS)"
                found.append(f"{name} -> {product}: {allowed} may import it")
    for banned in sorted(reachable(edges, "idv-server") & NOT_IN_SERVER):
        found.append(f"idv-server links {banned}")
    return found


# A rule, the edge planted against it, and what the report must say.
PLANTED = [
    ("Vocabulary", "target", "RPC", "not downwards"),
    ("RPC", "target", "TLS", "not downwards"),
    ("Client", "target", "COpenSSL", "only Sealing, TLS may import it"),
    ("ServerApp", "target", "CBaseline", "only idv may import it"),
    ("Client", "target", "CCounting", "only nobody may import it"),
    ("Services", "target", "Transport", "Services: may not import Transport"),
    ("Transport", "target", "Messages", "Transport: may not import Messages"),
    ("Decisions", "target", "Observability", "Decisions: may not import Observability"),
    ("Vision", "target", "RPC", "Vision: may not import RPC"),
    ("StubGen", "target", "CMessages", "StubGen: may not import CMessages"),
    ("Services", "target", "Surprise", "no tier"),
    ("Wire", "product", "NIOCore", "Client, RealNameHTTP, Transport may import it"),
    ("Services", "product", "AsyncHTTPClient", "RealNameHTTP may import it"),
    ("Services", "product", "Logging", "Observability, ServerApp may import it"),
    ("Messages", "product", "SwiftProtobuf", "StubGen, protoc-gen-idv may import it"),
    ("Vision", "product", "Unheard", "no target"),
    ("ServerApp", "target", "Evaluation", "idv-server links Evaluation"),
    ("ServerApp", "target", "ConformanceServices", "idv-server links ConformanceServices"),
    ("Services", "product", "Histogram", "LoadTest may import it"),
    ("Observability", "product", "SwiftProtobuf", "idv-server links SwiftProtobuf"),
]


def self_test():
    """Plants each violation in a sound graph; returns the rules that did not notice theirs."""
    sound = {
        "idv-server": ({"ServerApp"}, {"ArgumentParser"}),
        "ServerApp": ({"Observability", "Services", "Transport"}, {"Logging"}),
        "Services": ({"Decisions", "Vision", "Vocabulary"}, set()),
        "Transport": ({"TLS", "Wire"}, {"NIOCore"}),
        "Observability": ({"Vocabulary"}, {"Metrics"}),
        "StubGen": (set(), {"SwiftProtobuf"}),
        "CMessages": ({"CProtobufC"}, set()),
        **{name: (set(), set()) for name in "Vocabulary RPC Client Decisions Vision Wire".split()},
        **{name: (set(), set()) for name in "Messages TLS CProtobufC Evaluation ConformanceServices".split()},
    }
    missed = [f"a sound graph is refused: {found}" for found in violations(sound)]
    for name, kind, other, expected in PLANTED:
        edges = copy.deepcopy(sound)
        edges[name][kind == "product"].add(other)
        if not any(expected in found for found in violations(edges)):
            missed.append(f"planted {name} -> {other} was not caught")
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        missed = self_test()
        print("\n".join(missed) or f"layers: {len(PLANTED)} planted violations caught")
        return bool(missed)
    described = subprocess.run(
        ["swift", "package", "describe", "--type", "json"],
        cwd=ROOT, capture_output=True, text=True, check=False)
    if described.returncode != 0:
        print("layers: swift package describe failed\n" + described.stderr)
        return True
    edges = edges_of(json.loads(described.stdout))
    found = violations(edges)
    count = sum(len(targets) + len(products) for targets, products in edges.values())
    print("\n".join(found + [
        f"layers: {len(edges)} targets, {count} edges, {len(found)} violations"]))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
