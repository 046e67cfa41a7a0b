"""Starts a real idv-server on a free loopback port, for tests and for the example."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import threading
from types import TracebackType
from typing import IO, List, Optional, Type

_READY_SECONDS = 120
_STOP_SECONDS = 30
_LISTENING = re.compile(r'msg="listening".* address=127\.0\.0\.1:(\d+)')


class RealServer:
    """Its `target` is where it listens. Leaving its `with` stops it."""

    def __init__(self, binary: pathlib.Path, root: pathlib.Path, port: int = 0) -> None:
        self._log: List[str] = []
        self.process = subprocess.Popen(
            [str(binary), "--port", str(port)], cwd=root, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.target = ""
        self._ready = threading.Event()
        assert self.process.stdout is not None
        self._reader = threading.Thread(
            target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, output: IO[str]) -> None:
        for line in output:
            self._log.append(line)
            if found := _LISTENING.search(line):
                self.target = f"localhost:{found[1]}"
                self._ready.set()
        self._ready.set()

    def __enter__(self) -> RealServer:
        self._ready.wait(_READY_SECONDS)
        if not self.target:
            self.stop()
            raise AssertionError("the server is not ready:\n" + "".join(self._log))
        return self

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(_STOP_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()


def main() -> int:
    """Runs the examples against a server: `real_server.py SERVER ROOT`."""
    binary, root = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    examples = root / "Proto" / "Clients" / "python" / "examples"
    pictures = root / ".deps" / "demo"
    compare, read = examples / "compare_faces.py", examples / "read_card.py"
    video = examples / "verify_video.py"
    encrypted = examples / "compare_encrypted.py"
    card = pictures / "card.jpg"
    wanted = [([compare, card, pictures / "selfie.jpg"], [0], "verdict: PASS"),
              ([compare, card, pictures / "other.jpg"], [1], "verdict: REJECT"),
              ([compare, card, root / "README.md"], [2], "IMAGE_FORMAT_UNSUPPORTED"),
              ([read, pictures / "id_front.jpg"], [0, 1], "11010519491231002X"),
              ([read, pictures / "selfie.jpg"], [2], "IMAGE_NO_ID_CARD"),
              ([encrypted, card, pictures / "selfie.jpg"], [0], "verdict: PASS"),
              ([encrypted, card, pictures / "other.jpg", "--sm4"], [1], "verdict: REJECT"),
              ([encrypted, card, root / "README.md"], [2], "IMAGE_FORMAT_UNSUPPORTED"),
              ([video, card, "--challenge", "0"], [2], "CHALLENGE_UNKNOWN")]
    with RealServer(binary, root) as server:
        for words, codes, text in wanted:
            done = subprocess.run(
                [sys.executable, *words, "--server", server.target, "--certificates",
                 root / "Certs" / "dev"],
                capture_output=True, text=True, check=False)
            print(done.stdout + done.stderr)
            if done.returncode not in codes or text not in done.stdout + done.stderr:
                print(f"example: expected {text!r} and exit {codes}, got {done.returncode}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
