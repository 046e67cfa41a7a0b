"""Debian packages: which are missing, and installing only those."""

import os
import shutil
import subprocess
import sys

from report import SetupError, run, step

LOCK_TIMEOUT_SECONDS = 600


def installed_versions(names):
    """Version of each installed package among `names`."""
    try:
        answer = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status} ${Version}\n", *names],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise SetupError("this set-up is for Debian 12: dpkg-query was not found") from None
    rows = (line.split(" ", 2) for line in answer.stdout.splitlines())
    return {name: version for name, status, version in rows if status == "installed"}


def missing(packages):
    """Names among the lock's `packages` that are absent or older than their least version."""
    found = installed_versions([p["name"] for p in packages])

    def is_old(package):
        order = ["dpkg", "--compare-versions", found[package["name"]], "ge", package["least"]]
        return subprocess.run(order, check=False).returncode != 0

    return [p["name"] for p in packages if p["name"] not in found or is_old(p)]


def as_root():
    """What to put before a command that needs root."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


def install(packages, log):
    """Installs what is missing of `packages`, and touches nothing when nothing is."""
    names = missing(packages)
    if not names:
        return
    prefix = as_root()
    by_hand = f"apt-get install {' '.join(names)}"
    if prefix is None:
        raise SetupError(f"Debian packages are missing and sudo is not here; as root: {by_hand}")
    apt = [
        *prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y",
        "-o", f"DPkg::Lock::Timeout={LOCK_TIMEOUT_SECONDS}", "-o", "Acquire::Retries=2",
    ]
    with step(f"installing Debian packages: {' '.join(names)}"):
        run([*apt, "update"], log)  # An old list may do; the install is what counts.
        code, _ = run([*apt, "--no-install-recommends", "install", *names], log)
        if code != 0 or missing(packages):
            raise SetupError(
                f"Debian packages could not be installed (no network, or no rights?); "
                f"the reason is in {log}; by hand: {by_hand}")
