"""The cache of downloads and converted models, each file under its own SHA-256.

It lies in ${XDG_CACHE_HOME:-~/.cache}/idv and serves every clone. Nothing in it is trusted: a file
is digested whenever it is used, and a damaged one is thrown away and made again.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from report import SetupError, run, say, step

MIB = 1 << 20
# A wheel lies twice on disk for a moment: where pip puts it, and in the cache.
DOWNLOAD_COPIES = 2
PLATFORMS = ["manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux2014_x86_64", "any"]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_space(folder, needed, free=lambda path: shutil.disk_usage(path).free):
    """Stops early when the file system of `folder` has fewer than `needed` bytes left."""
    left = free(folder)
    if left < needed:
        raise SetupError(
            f"not enough disk: {folder} needs {needed // MIB + 1} MiB, has {left // MIB} MiB free")


class Store:
    """A folder of files named by digest; entries appear whole, by rename."""

    def __init__(self, root=None):
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        self.root = Path(root or Path(base) / "idv")
        self.files = self.root / "sha256"
        try:
            self.files.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"cannot write to the cache {self.root}: {error.strerror}") from None

    def find(self, sha256):
        """The path of a sound entry, or None."""
        path = self.files / sha256
        if not path.is_file():
            return None
        if digest(path) == sha256:
            return path
        say(f"the cache entry {sha256[:12]}… is damaged; making it again")
        path.unlink()
        return None

    def add(self, source, sha256, what):
        """Takes the file `source` in, if its digest is `sha256`; returns its path in the cache."""
        actual = digest(source)
        if actual != sha256:
            raise SetupError(f"wrong hash: {what} has sha256 {actual}, pinned is {sha256}")
        path = self.files / sha256
        partial = path.with_name(f".{sha256}.{os.getpid()}")
        shutil.copyfile(source, partial)
        os.replace(partial, path)
        return path


class WheelFetcher:
    """Brings wheels into a store through pip, which knows the user's package index and proxies."""

    def __init__(self, store, scratch, log, pip=None):
        self.store = store
        self.scratch = scratch
        self.log = log
        self.pip = pip

    def fetch(self, wheels, python, builder=None):
        """Makes sure every one of `wheels` (entries of the lock) is in the store.

        With `builder`, a folder where the package `wheel` lies unpacked, they are source archives: pip
        will not fetch one without asking it for its metadata, which needs that package.
        """
        absent = [w for w in wheels if not self.store.find(w["sha256"])]
        if not absent:
            return
        require_space(self.store.root, DOWNLOAD_COPIES * sum(w["bytes"] for w in absent))
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=self.store.root) as scratch:
            self.pip = self.pip or self.make_pip(self.scratch / "venv")
            for wheel in absent:
                size = max(1, round(wheel["bytes"] / 1_000_000))
                with step(f"fetching {wheel['name']} {wheel['version']} ({size} MB)"):
                    self.download(wheel, python, Path(scratch), builder)

    def make_pip(self, folder):
        with step("making a Python environment to fetch with"):
            code, _ = run([sys.executable, "-m", "venv", folder], self.log)
        if code != 0:
            raise SetupError(
                f"cannot make a Python environment (full disk, or no python3-venv?); the reason is "
                f"in {self.log}")
        return [str(folder / "bin" / "python"), "-m", "pip"]

    def download(self, wheel, python, scratch, builder=None):
        what = f"{wheel['name']} {wheel['version']}"
        target = scratch / wheel["name"]
        requirement = scratch / "requirement.txt"
        requirement.write_text(
            f"{wheel['name']}=={wheel['version']} --hash=sha256:{wheel['sha256']}\n")
        tag = "cp" + python.replace(".", "")
        command = [
            *self.pip, "download", "--disable-pip-version-check", "--no-input", "--no-cache-dir",
            "--progress-bar", "off", "--retries", "2", "--timeout", "30",
            "--no-deps", "--require-hashes", "-d", target, "-r", requirement,
        ]
        if builder is None:
            command += [
                "--only-binary", ":all:", "--implementation", "cp", "--python-version", python,
                "--abi", tag, "--abi", "abi3", "--abi", "none",
                *[word for platform in PLATFORMS for word in ("--platform", platform)],
            ]
        else:
            command += ["--no-binary", ":all:", "--no-build-isolation"]
        # Temporary files stay beside the cache, and go with the scratch folder.
        environment = {**os.environ, "TMPDIR": str(scratch)}
        if builder is not None:
            environment["PYTHONPATH"] = str(builder)
        code, output = run(command, self.log, environment)
        if code != 0:
            raise SetupError(self.explain(what, output))
        files = list(target.glob("*.whl" if builder is None else "*.tar.gz"))
        if len(files) != 1:
            raise SetupError(f"pip left {len(files)} files for {what}, expected one")
        self.store.add(files[0], wheel["sha256"], what)
        shutil.rmtree(target)

    def explain(self, what, output):
        """One line for pip's many."""
        if "DO NOT MATCH THE HASHES" in output:
            return f"wrong hash: what the package index serves as {what} is not what lock.json pins"
        if "No space left" in output:
            return f"not enough disk to fetch {what}"
        if "Retrying" in output or "onnection" in output:
            return f"no network: {what} cannot be fetched (pip's own words are in {self.log})"
        return f"cannot fetch {what}: pip's own words are in {self.log}"
