"""What set-up says: one line a step, with its time; one line when it fails."""

import subprocess
import sys
import time
from contextlib import contextmanager

HEARTBEAT_SECONDS = 10


class SetupError(Exception):
    """A reason to stop, in one line that says what to do."""


def say(text):
    print(f"setup: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Says `text` before the work and its time after it."""
    say(f"{text} …")
    started = time.monotonic()
    yield
    seconds = time.monotonic() - started
    if seconds >= 2:
        say(f"  {seconds:.1f} s")


def run(command, log, environment=None):
    """Runs `command` with its output appended to the file `log`; returns (exit code, output).

    A command that takes long shows that it lives.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as out:
        begin = out.tell()
        process = subprocess.Popen(
            command, env=environment,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        started = time.monotonic()
        try:
            while True:
                try:
                    code = process.wait(timeout=HEARTBEAT_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    say(f"  still at it after {time.monotonic() - started:.0f} s")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    with open(log, "rb") as written:
        written.seek(begin)
        return code, written.read().decode("utf-8", "replace")
