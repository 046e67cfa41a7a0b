"""The two ends of a call as child processes: the server, and a client under test."""

import json
import queue
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CERTS = ROOT / "Certs" / "dev"
# Longest that one case may take before the client counts as stuck. The longest, a drain, takes seconds.
PATIENCE_SECONDS = 90


class PeerError(Exception):
    """A child that did not do its part."""


class Lines:
    """A child that is spoken to in lines."""

    def __init__(self, command, name):
        self.name = name
        try:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                encoding="utf-8")
        except OSError as error:
            raise PeerError(f"{name} cannot be started: {error}") from None
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def line(self):
        """The next line that it says."""
        try:
            line = self.lines.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            raise PeerError(f"{self.name} said nothing for {PATIENCE_SECONDS} s") from None
        if line is None:
            raise PeerError(f"{self.name} ended with {self.process.wait()}")
        return line

    def say(self, text):
        try:
            self.process.stdin.write(text + "\n")
            self.process.stdin.flush()
        except OSError:
            raise PeerError(f"{self.name} has ended") from None

    def stop(self):
        """Its input ends, and so does it; what does not is killed."""
        try:
            self.process.stdin.close()
            self.process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


class Server(Lines):
    """A server of idv.test.v1 on loopback."""

    def __init__(self, command):
        super().__init__(command, "the server")
        words = self.line().split()
        if len(words) != 2 or words[0] != "ready":
            raise PeerError(f"the server said {' '.join(words)!r} instead of its port")
        self.target = {
            "host": "127.0.0.1",
            "port": int(words[1]),
            "authority": str(CERTS / "ca.crt"),
            "certificate": str(CERTS / "client.crt"),
            "key": str(CERTS / "client.key"),
        }

    def stop(self):
        """Kills it: it has nothing to save, and calls that were given up may still be held in it."""
        self.process.kill()
        self.process.wait()


class Client(Lines):
    """A client under test."""

    def carry_out(self, order):
        self.say(json.dumps(order))
        try:
            result = json.loads(self.line())
        except ValueError:
            raise PeerError(f"{self.name} answered with something that is not JSON") from None
        if result.get("id") != order["id"]:
            raise PeerError(f"{self.name} answered another order")
        for name in ("headers", "answers", "trailers"):
            result.setdefault(name, [])
        return result
