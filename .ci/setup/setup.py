"""Brings everything idv needs beside Swift, git, make and Python; run by `make setup`.

    setup.py [--group setup|test|tls|go|bench|interop-go|specimens|ocr-peer]

Debian packages that are missing; the inference runtime, the models and the demo's pictures in
`.deps/`; development certificates in `Certs/dev/`. What is there already is checked, not fetched.
It needs a network only when something is missing both here and in the cache. A part is complete or
it is not there: parts are built aside and renamed. On failure it says why in one line and exits
with 1.
"""

import argparse
import fcntl
import hashlib
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import components
import debian
from lockfile import GROUPS, Lock
from report import SetupError, say
from store import Store, WheelFetcher, require_space

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEPS = ROOT / ".deps"
LOG = DEPS / "setup.log"
MANIFEST = ROOT / "Sources" / "Inference" / "Resources" / "models.json"


def made_from():
    """One digest of everything that decides what `.deps/` holds."""
    sum_ = hashlib.sha256()
    for path in [MANIFEST, HERE / "lock.json", *sorted(HERE.glob("*.py"))]:
        if not path.name.startswith("test_"):
            sum_.update(path.name.encode() + b"\0" + path.read_bytes())
    return sum_.hexdigest()


def check_machine(lock):
    found = f"{sys.version_info.major}.{sys.version_info.minor}"
    if found != lock.python:
        raise SetupError(
            f"needs Python {lock.python}, this is {found}; try make PYTHON=python{lock.python}")
    if platform.machine() != lock.machine:
        raise SetupError(f"the pinned runtime is for {lock.machine}; this is {platform.machine()}")


def bring_parts(lock, group):
    """Builds the parts of `.deps/` that are absent, changed or out of date."""
    groups = GROUPS[group]
    source = made_from()
    wanted = {n: c for n, c in components.COMPONENTS.items() if c[2] in groups}
    stale = {n: c for n, c in wanted.items() if not components.is_current(DEPS / n, source)}
    if not stale:
        return
    require_space(DEPS, sum(size for _, size, _ in stale.values()))
    store = Store()
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=DEPS) as scratch:
        scratch = Path(scratch)
        fetcher = WheelFetcher(store, scratch, LOG)
        shop = components.Workshop(lock, store, fetcher, scratch, LOG)
        for name, (build, _, _) in stale.items():
            components.install(name, build, shop, DEPS, source)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--group", choices=GROUPS, default="setup")
    group = parser.parse_args().group
    started = time.monotonic()
    lock = Lock(HERE / "lock.json", MANIFEST, group)
    check_machine(lock)
    DEPS.mkdir(exist_ok=True)
    with open(DEPS / ".lock", "w") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this clone")
            fcntl.flock(guard, fcntl.LOCK_EX)
        components.clean_scratch(DEPS)
        LOG.unlink(missing_ok=True)
        debian.install(lock.debian, LOG)
        bring_parts(lock, group)
        components.make_certificates(ROOT / "Certs" / "make-dev-certs.sh", LOG)
    say(f"complete ({time.monotonic() - started:.1f} s)")


if __name__ == "__main__":
    os.umask(0o022)
    try:
        main()
    except SetupError as reason:
        sys.exit(f"setup: {reason}")
    except OSError as error:
        sys.exit(f"setup: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
    except KeyboardInterrupt:
        sys.exit("setup: interrupted; run it again to go on")
