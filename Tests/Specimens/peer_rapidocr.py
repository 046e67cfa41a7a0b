"""Our reader beside the RapidOCR Python package, on the same pictures, in one run, one thread each.

    peer_rapidocr.py TRUTH [--limit N] [--tool PATH] [--json]

Of resident fronts of levels 0–3: whether the peer's lines hold the ID number and the name (the peer reads lines,
not fields, so that a hit anywhere counts), and what our tool says of its fields; CPU seconds a card of
both, models loaded and warm. The peer runs on ONNX Runtime as it comes, its threads set to one. Exit 1 if we
are less exact, or less than three times as fast. Needs `make bench-ocr`'s packages on PYTHONPATH.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RATIO_MIN = 3.0
READABLE_LEVELS = range(4)
WARM_UP = 2


def fronts(truth, limit):
    """The first `limit` plain resident fronts that are to be read exactly."""
    chosen = [
        record for record in json.loads(truth.read_text(encoding="utf-8"))
        if record["side"] == "front" and record.get("kind", "residentIDFront") == "residentIDFront"
        and not record.get("variant") and record["level"] in READABLE_LEVELS]
    return chosen[:limit] if limit else chosen


def plain(text):
    """As a field is compared: no blanks, one kind of dot, capital X."""
    for dot in "•‧・∙⋅．":
        text = text.replace(dot, "·")
    return "".join(text.split()).upper()


def found(record, lines):
    """(number, name): whether some line holds them. A name ends its line, after its label or alone."""
    texts = [plain(line) for line in lines]
    name = plain(record["fields"]["name"])
    return (
        any(record["fields"]["idnum"] in text for text in texts),
        any(text.removeprefix("姓名") == name or text.removeprefix("名") == name for text in texts))


def one_thread():
    """A reader as the package makes it, but for its threads."""
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    return RapidOCR(params={
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Global.log_level": "error",
    })


def measure_peer(folder, records):
    reader = one_thread()
    for record in records[:WARM_UP]:
        reader(str(folder / record["file"]))
    numbers = names = 0
    started = time.process_time()
    for record in records:
        lines = reader(str(folder / record["file"])).txts or ()
        number, name = found(record, lines)
        numbers, names = numbers + number, names + name
    cpu = time.process_time() - started
    return {
        "idNumber": numbers / len(records), "name": names / len(records),
        "cpuSecondsPerCard": cpu / len(records)}


def measure_ours(tool, folder, records):
    """What the tool says of the same pictures, one lane."""
    placed = [{**record, "file": str((folder / record["file"]).resolve())} for record in records]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as subset:
        json.dump(placed, subset, ensure_ascii=False)
        subset.flush()
        answer = subprocess.run(
            [tool, "evaluate", "ocr", "--truth", subset.name, "--lanes", "1", "--json"],
            capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"peer_rapidocr: {answer.stderr.strip().splitlines()[-1]}")
    report = json.loads(answer.stdout)
    return {
        "idNumber": report["levels0to3"]["idNumber"], "name": report["levels0to3"]["name"],
        "cpuSecondsPerCard": report["cpuSecondsPerPicture"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("truth", type=Path)
    parser.add_argument("--limit", type=int, default=40, help="cards, 0 for all")
    parser.add_argument("--tool", default=".build/release/idv")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    records = fronts(options.truth, options.limit)
    if not records:
        sys.exit(f"peer_rapidocr: no readable fronts in {options.truth}")
    peer = measure_peer(options.truth.parent, records)
    ours = measure_ours(options.tool, options.truth.parent, records)
    ratio = peer["cpuSecondsPerCard"] / ours["cpuSecondsPerCard"]
    exact = all(ours[key] >= peer[key] for key in ("idNumber", "name"))
    if options.json:
        print(json.dumps({
            "cards": len(records), "ours": ours, "rapidocr": peer, "cardsPerCPUSecondRatio": ratio,
            "atLeastAsExact": exact}, indent=2))
    else:
        title = f"{len(records)} cards, one thread"
        print(f"{title:22}{'ID number':>13}{'name':>9}{'CPU s a card':>15}{'cards a CPU s':>16}")
        for name, row in (("RapidOCR", peer), ("idv", ours)):
            cpu = row["cpuSecondsPerCard"]
            print(f"{name:22}{row['idNumber']:13.2%}{row['name']:9.2%}{cpu:15.3f}{1 / cpu:16.2f}")
        print(f"{ratio:.2f} × RapidOCR's cards a CPU second; {'at least as' if exact else 'LESS'} exact")
    return 0 if exact and ratio >= RATIO_MIN else 1


if __name__ == "__main__":
    sys.exit(main())
