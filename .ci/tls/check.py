"""Scans and attacks the release server on loopback; run by `make tls-check`.

    check.py              everything; exit 1 when a finding is not explained or a peer got another answer
    check.py --self-test  every judge must catch what is planted for it

sslyze looks at the server as it comes and at one that also accepts TLS 1.2; handshakes.py sends both what
no sound client sends; rotation.py changes certificates under a running server. After each part the server
must still serve and must have no connection left.
"""

import re
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent.parent / ".deps/tls"))

from server import Failure, Identities, Server  # noqa: E402

TABLE = HERE / "FINDINGS.md"


def explained(text):
    """The findings that the table explains: name → servers it is explained for."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {
        name: {kind.strip() for kind in kinds.split(",")} for name, kinds, why in rows if why.strip()}


def judge(found, table, kind):
    """One line for each finding that is not explained."""
    return [
        f"unexplained finding {name}: {words}" for name, words in sorted(found.items())
        if kind not in table.get(name, set())
    ]


def stale(seen, table):
    """One line for each explanation of what is not found any more."""
    return [
        f"FINDINGS.md explains {name} for {kind}, which was not found"
        for name, kinds in sorted(table.items()) for kind in sorted(kinds - seen.get(name, set()))
    ]


def check_server(kind, identities, folder, table, seen):
    """Scan and handshakes of one server. Yields what is wrong."""
    import handshakes
    import scan

    settings = {"tls.allowTLS12": "true" if kind == "1.2" else "false"}
    with Server(identities, folder / f"server-{kind}.log", **settings) as server:
        found = scan.findings(scan.scan(server), kind)
        for name in found:
            seen.setdefault(name, set()).add(kind)
        print(f"tls: server of {kind}: {len(found)} findings of sslyze", flush=True)
        yield from judge(found, table, kind)
        server.wait_until_idle()
        identities.revocation_list("list.pem", ["second"])
        server.wait_for_line("certificates reloaded")
        count = sum(kind in case.servers for case in handshakes.CASES)
        for name, words in handshakes.run(server, kind):
            yield f"handshake: {name}: {words}"
        server.wait_until_idle()
        print(f"tls: server of {kind}: {count} handshakes", flush=True)


def main():
    import rotation

    started = time.monotonic()
    table = explained(TABLE.read_text())
    seen, wrong = {}, []
    with tempfile.TemporaryDirectory(prefix="idv-tls-check-") as folder:
        folder = Path(folder)
        identities = Identities(folder)
        try:
            for kind in ("1.3", "1.2"):
                wrong += [f"[{kind}] {line}" for line in check_server(
                    kind, identities, folder, table, seen)]
            wrong += stale(seen, table)
            wrong += [f"rotation: {name}: {words}" for name, words in rotation.run(
                identities, folder / "rotation.log")]
            print(f"tls: {len(rotation.CHECKS)} changes under a running server", flush=True)
        except Failure as failure:
            wrong.append(str(failure))
    for line in wrong:
        print(f"tls: {line}")
    print(f"tls: {len(wrong)} faults, {time.monotonic() - started:.0f} s")
    return bool(wrong)


def self_test():
    """Plants what each judge must catch; returns what was missed."""
    missed = []
    text = "| finding | servers | why |\n| --- | --- | --- |\n| `a` | 1.3 | because |\n| `b` | 1.2 | |\n"
    table = explained(text)
    for name, kind, caught in (("a", "1.3", 0), ("a", "1.2", 1), ("b", "1.2", 1), ("c", "1.3", 1)):
        if len(judge({name: "x"}, table, kind)) != caught:
            missed.append(f"finding {name} of a server of {kind}")
    if not stale({}, table) or stale({"a": {"1.3"}}, table):
        missed.append("an explanation of nothing")
    return missed + self_test_server()


def self_test_server():
    """The judges that need a server: a leak, a wrong answer, a wrong reason, a broken rotation."""
    import handshakes
    import rotation
    import server as module
    from peers import Client

    missed = []
    with tempfile.TemporaryDirectory(prefix="idv-tls-check-") as folder:
        folder = Path(folder)
        identities = Identities(folder)
        with Server(identities, folder / "server.log") as server:
            held = server.connect()
            module.SETTLE_SECONDS = 1
            try:
                server.wait_until_idle()
                missed.append("a connection that is left open")
            except Failure:
                pass
            held.close()
            module.SETTLE_SECONDS = 20
            server.wait_until_idle()
            handshakes.CASES[:] = [
                handshakes.Case("answer", "alert 1", None, lambda s: Client(s).answer()),
                handshakes.Case("reason", "alert 116", "timeout", lambda s: Client(s, None).answer()),
            ]
            failed = [name for name, _ in handshakes.run(server, "1.3")]
            missed += [f"a wrong {name}" for name in ("answer", "reason") if name not in failed]
            try:
                rotation.bound_account(server)
                missed.append("an account that is bound to no key")
            except Failure:
                pass
    return missed


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        not_caught = self_test()
        print("\n".join(f"tls: not caught: {what}" for what in not_caught) or "tls: all planted faults caught")
        sys.exit(bool(not_caught))
    sys.exit(main())
