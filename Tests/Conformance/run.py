#!/usr/bin/env python3
"""Drives every client through every case and prints a matrix of groups, clients and profiles.

    run.py                        all clients that are there
    run.py --client swift         one; --group limits, --case NAME narrow it down further
    run.py --client go=COMMAND    any command that speaks the protocol of Proto/CONFORMANCE.md
    run.py --json                 every result as JSON
    run.py --self-test            every kind of check must notice what is planted against it

Needs the tool (--tool, IDV_TOOL or a build of it) and what `make setup-test` brings. Exit 1 if a case fails.
"""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
STUBS = ROOT / "Proto" / "Clients" / "python" / "conformance"
sys.path[:0] = [str(ROOT / ".deps" / "python"), str(STUBS)]

import cases  # noqa: E402
import orders  # noqa: E402
import planted  # noqa: E402
import report  # noqa: E402
from peers import Client, PeerError, Server  # noqa: E402


def find_tool(given):
    for place in [given, os.environ.get("IDV_TOOL")]:
        if place:
            return place
    for build in ("release", "debug"):
        place = ROOT / ".build" / build / "idv"
        if place.exists():
            return str(place)
    sys.exit("conformance: no idv is built; run make build, or name one with --tool")


def known_clients(tool):
    """Name → (command, profiles). A language's clients are Proto/Clients/NAME/conformance/client and client-…"""
    found = {"swift": ([tool, "conformance-client"], cases.PROFILES)}
    for place in sorted((ROOT / "Proto" / "Clients").glob("*/conformance/client*")):
        language = place.parents[1]
        if os.access(place, os.X_OK) and (language / "src").is_dir():
            name = language.name + place.name.removeprefix("client")
            found[name] = ([str(place)], ["native"])
    return found


def chosen_clients(names, tool):
    known = known_clients(tool)
    if not names:
        return known
    chosen = {}
    for name in names:
        name, separator, command = name.partition("=")
        if separator:
            chosen[name] = (shlex.split(command), ["native"])
        elif name in known:
            chosen[name] = known[name]
        else:
            sys.exit(f"conformance: no client {name}; there are {', '.join(known)}")
    return chosen


class Run:
    """All cases of all clients against servers of one tool."""

    def __init__(self, tool, calls):
        self.command = [tool, "conformance-server"]
        self.calls = calls
        self.results = []

    def drive(self, name, command, profiles):
        """Every call of one client; a client that breaks is started again for the next."""
        server, client = Server(self.command), None
        try:
            for case in self.calls:
                if case["profile"] not in profiles:
                    continue
                client = client or Client(command, name)
                try:
                    found = self.attempt(case, client, server)
                except PeerError as error:
                    found = [str(error)]
                    client.process.kill()
                    client = None
                self.note(name, case, found)
        finally:
            server.stop()
            if client:
                client.stop()

    def attempt(self, case, client, shared):
        """What is wrong with one call, and with the one that follows it."""
        server = Server(self.command) if case.get("ownServer") else shared
        try:
            found = []
            for number in range(case.get("times", 1)):
                turn = {**case, "id": f"{case['id']}/{number}"} if number else case
                found += orders.faults(turn, client.carry_out(orders.order(turn, server.target)))
                if found:
                    return found
            if "then" in case:
                then = {**case["then"], "kind": case["kind"], "profile": case["profile"]}
                then["id"] = case["id"] + "/then"
                result = client.carry_out(orders.order(then, server.target))
                found += [f"then {fault}" for fault in orders.faults(then, result)]
            return found
        finally:
            if server is not shared:
                server.stop()

    def note(self, name, case, found):
        self.results.append({
            "case": case["id"], "group": case["group"], "client": name,
            "profile": case["profile"], "passed": not found, "faults": found})
        for fault in found:
            print(f"{name}: {case['id']}: {fault}", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool")
    parser.add_argument("--client", action="append")
    parser.add_argument("--group", action="append")
    parser.add_argument("--case", action="append", help="part of a case's name")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return planted.run()
    calls = cases.load()
    if options.group:
        calls = [call for call in calls if call["group"] in options.group]
    if options.case:
        calls = [call for call in calls if any(part in call["id"] for part in options.case)]
    if not calls:
        sys.exit("conformance: no such case")
    tool = find_tool(options.tool)
    run = Run(tool, calls)
    for name, (command, profiles) in chosen_clients(options.client, tool).items():
        run.drive(name, command, profiles)
    print(json.dumps(run.results, indent=2) if options.json else report.matrix(run.results))
    return report.has_failed(run.results)


if __name__ == "__main__":
    sys.exit(main())
