"""What a case is for a client: the order it gets, and what its result must look like."""

import base64

from google.protobuf import json_format
from idv.test.v1 import conformance_pb2 as pb

from cases import GETS_MANY, SENDS_MANY

ACCOUNT = "dev"
SEEN_MAX = 16
OURS = "x-"


def requests_of(case):
    """The request messages and the bytes that each is padded with."""
    if case.get("empty"):
        return []
    wanted = [case.get("first", {})] + case.get("more", [])
    repeat = case.get("repeat", {})
    wanted += [repeat.get("request", {})] * repeat.get("count", 0)
    if case["kind"] not in SENDS_MANY:
        wanted = wanted[:1]
    made = []
    for index, fields in enumerate(wanted):
        message = json_format.ParseDict(fields, pb.ConformanceRequest())
        if index == 0 and case.get("observe"):
            message.case_id = case["id"]
        sizes = case.get("sizes", [])
        made.append((message, padding(message, sizes[index] if index < len(sizes) else 0)))
    return made


def padding(message, size):
    """How many bytes of padding make `message` that large on the wire."""
    if not size:
        return 0
    bare = message.ByteSize()
    for head in range(2, 7):
        count = size - bare - head
        probe = pb.ConformanceRequest(padding=bytes(count))
        if probe.ByteSize() + bare == size:
            return count
    raise ValueError(f"no message has {size} bytes")


def order(case, target):
    """What the client is told."""
    unknown = base64.b64decode(case.get("unknown", ""))
    return {
        "id": case["id"],
        "target": target,
        "profile": case["profile"],
        "kind": case["kind"],
        "timeout_ms": case.get("timeoutMs"),
        "metadata": case.get("metadata", []),
        "requests": [
            {"message": text(message.SerializeToString() + unknown), "padding": count}
            for message, count in requests_of(case)],
        "turns": bool(case.get("turns")) and case["kind"] == "bidi_stream",
        "cancel": case.get("cancel"),
        "observe": case.get("observe"),
    }


def text(data):
    return base64.b64encode(data).decode("ascii")


# Results.


def fields_of(message):
    """A message as JSON with every field, names as in JSON, enumerations as numbers."""
    return json_format.MessageToDict(
        message, always_print_fields_with_no_presence=True, use_integers_for_enums=True)


def answers_of(result):
    made = []
    for answer in result["answers"]:
        message = pb.ConformanceAnswer()
        message.ParseFromString(base64.b64decode(answer["message"]))
        fields = fields_of(message)
        fields["padding"] = answer["padding"]
        if "info" in fields:
            fields["info"]["timeoutMs"] = int(fields["info"]["timeoutMs"])
        made.append(fields)
    return made


def ours(pairs):
    """The pairs that a case asked for; the server may add its own."""
    return [list(pair) for pair in pairs if pair[0].startswith(OURS)]


def differences(wanted, found, place):
    """What of `wanted` is not so in `found`. An object with min and max is a range, one with `in` a choice."""
    if isinstance(wanted, dict) and set(wanted) <= {"min", "max"} and wanted:
        if not wanted.get("min", found) <= found <= wanted.get("max", found):
            yield f"{place} is {found}, not within {wanted}"
    elif isinstance(wanted, dict) and set(wanted) == {"in"}:
        if found not in wanted["in"]:
            yield f"{place} is {found!r}, none of {wanted['in']}"
    elif isinstance(wanted, dict):
        for key, value in wanted.items():
            if not isinstance(found, dict) or key not in found:
                yield f"{place}.{key} is missing"
            else:
                yield from differences(value, found[key], f"{place}.{key}")
    elif isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            yield f"{place} is {found!r}, not {wanted!r}"
        else:
            for index, value in enumerate(wanted):
                yield from differences(value, found[index], f"{place}[{index}]")
    elif wanted != found:
        yield f"{place} is {found!r}, not {wanted!r}"


def expected_answers(case, code):
    script = case.get("first", {}).get("script", {})
    if case["kind"] not in GETS_MANY:
        return 1 if code == 0 else 0
    return 0 if case.get("empty") else len(script.get("answers", []))


def expected_pairs(case, name, code):
    """Metadata that must come: those of the script, where the profile has a place for them."""
    script = {} if case.get("empty") else case.get("first", {}).get("script", {})
    if case["profile"] == "compat":
        if name == "headers" or (code == 0 and case["kind"] in GETS_MANY):
            return []
    return [[pair["key"], pair["value"]] for pair in script.get(name, [])]


def expected_info(case):
    """What the handler must have seen."""
    sent = requests_of(case)
    reading = case.get("first", {}).get("script", {}).get("reading", "READING_ALL")
    if reading != "READING_ALL":
        sent = sent[:1]
    metadata = [{"key": key, "value": value} for key, value in case.get("metadata", [])]
    return {
        "account": ACCOUNT,
        "metadata": metadata,
        "requestCount": case.get("expect", {}).get("requests", len(sent)),
        "requests": [
            {"paddingBytes": count, "text": message.text, "mood": message.mood}
            for message, count in sent[:SEEN_MAX]],
    }


def faults(case, result):
    """Everything about `result` that is not as the case wants it."""
    if result.get("fault"):
        return [f"the client could not carry it out: {result['fault']}"]
    expect = case.get("expect", {})
    error = result.get("error") or {"code": 0, "message": "", "detail": {}}
    found = list(differences(expect.get("code", 0), error["code"], "code"))
    if found:
        return found + [f"message: {error['message']}"]
    code = error["code"]
    for name in ("message", "detail"):
        if name in expect:
            found += differences(expect[name], error[name], name)
    answers = answers_of(result)
    wanted = expect.get("answers", expected_answers(case, code))
    found += differences(wanted, len(answers), "number of answers")
    found += differences(list(range(len(answers))), [a["number"] for a in answers], "order")
    if answers:
        info = {**expected_info(case), **expect.get("info", {})}
        found += differences(info, answers[0].get("info", {}), "info")
        found += differences(expect.get("first", {}), answers[0], "first answer")
        found += differences(expect.get("last", {}), answers[-1], "last answer")
    for name in ("headers", "trailers"):
        pairs = expect.get(name, expected_pairs(case, name, code))
        if "cancel" not in case:
            found += differences(pairs, ours(result[name]), name)
    if "observation" in expect:
        seen = pb.Observation()
        seen.ParseFromString(base64.b64decode(result.get("observation") or ""))
        found += differences(expect["observation"], fields_of(seen), "observation")
    return found
