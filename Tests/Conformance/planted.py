"""Plants violations: results that are wrong in one way each, and cases that are not well written.

A check that has never been seen to fire is not trusted.
"""

import base64
import copy

import cases
import orders
import report
from google.protobuf import json_format
from idv.test.v1 import conformance_pb2 as pb

CASE = {
    "id": "planted", "kind": "server_stream", "profile": "native", "metadata": [["x-a", "1"]],
    "first": {
        "text": "hello",
        "script": {
            "headers": [{"key": "x-h", "value": "1"}], "answers": [{"text": "a"}, {"text": "b"}],
            "trailers": [{"key": "x-t", "value": "1"}]}},
    "observe": "ended",
    "expect": {"last": {"text": "b"}, "observation": {"cancelled": False, "answers": 2},
               "info": {"timeoutMs": {"min": 1, "max": 10}}},
}
FAILING = {
    "id": "planted", "kind": "unary", "profile": "native", "first": {},
    "expect": {"code": 5, "message": "Gone.", "detail": {"symbol": "OUT_OF_RANGE"}},
}


def encoded(message):
    return base64.b64encode(message.SerializeToString()).decode("ascii")


def sound_result():
    info = {
        "account": "dev", "metadata": [{"key": "x-a", "value": "1"}], "requestCount": 1,
        "requests": [{"text": "hello"}], "timeoutMs": "5"}
    answers = [{"info": info, "text": "a"}, {"text": "b", "number": 1}]
    return {
        "id": "planted", "sent": 1, "headers": [["x-h", "1"]], "trailers": [["x-t", "1"]],
        "answers": [
            {"message": encoded(json_format.ParseDict(a, pb.ConformanceAnswer())), "padding": 0}
            for a in answers],
        "observation": encoded(pb.Observation(started=True, ended=True, answers=2)),
    }


def failing_result():
    error = {"code": 5, "message": "Gone.", "detail": {"symbol": "OUT_OF_RANGE"}}
    return {"id": "planted", "headers": [], "trailers": [], "answers": [], "error": error}


def changed(result, change):
    result = copy.deepcopy(result)
    change(result)
    return result


def reworded(index, change):
    """Changes one answer's message."""
    def apply(result):
        message = pb.ConformanceAnswer()
        message.ParseFromString(base64.b64decode(result["answers"][index]["message"]))
        change(message)
        result["answers"][index]["message"] = encoded(message)
    return apply


# What is changed in a sound result → what the report must say.
PLANTED = [
    (lambda r: r.update(fault="broken"), "could not carry it out"),
    (lambda r: r.update(error={"code": 13, "message": "", "detail": {}}), "code is 13"),
    (lambda r: r["answers"].pop(), "number of answers is 1"),
    (lambda r: r["answers"].reverse(), "order"),
    (lambda r: r["headers"].clear(), "headers is []"),
    (lambda r: r["trailers"].append(["x-t", "1"]), "trailers"),
    (reworded(1, lambda m: setattr(m, "text", "c")), "last answer.text is 'c'"),
    (reworded(0, lambda m: setattr(m.info, "account", "other")), "info.account"),
    (reworded(0, lambda m: m.info.metadata.pop()), "info.metadata"),
    (reworded(0, lambda m: setattr(m.info, "request_count", 2)), "info.requestCount"),
    (reworded(0, lambda m: setattr(m.info.requests[0], "text", "hullo")), "info.requests[0].text"),
    (reworded(0, lambda m: setattr(m.info, "timeout_ms", 11)), "info.timeoutMs is 11"),
    (lambda r: r.update(observation=encoded(pb.Observation(cancelled=True, answers=2))),
     "observation.cancelled"),
]
PLANTED_FAILING = [
    (lambda r: r.update(error=None), "code is 0"),
    (lambda r: r["error"].update(message="Lost."), "message is 'Lost.'"),
    (lambda r: r["error"]["detail"].update(symbol="OVERLOADED"), "detail.symbol"),
]
BAD_CASES = [
    {"name": "slip", "expekt": {}},
    {"name": "slip", "expect": {"cod": 3}},
    {"name": "slip", "native": {"timeout": 3}},
]


def missed_in_report():
    """A failure among many results, and a run without any, must be told."""
    results = [
        {"group": "g", "client": "c", "profile": "native", "passed": number != 2}
        for number in range(4)]
    text = report.matrix(results)
    if not ("3 of 4 !" in text and "3 passed, 1 failed" in text and report.has_failed(results)):
        yield "a failure among other results was not noticed"
    if not report.has_failed([]) or report.has_failed(results[:2]):
        yield "a run without results was not noticed, or a sound one is refused"


def run():
    missed = []
    for case, result, planted in (
            (CASE, sound_result(), PLANTED), (FAILING, failing_result(), PLANTED_FAILING)):
        missed += [f"a sound result is refused: {fault}" for fault in orders.faults(case, result)]
        for change, expected in planted:
            found = orders.faults(case, changed(result, change))
            if not any(expected in fault for fault in found):
                missed.append(f"not noticed: {expected}; found {found}")
    for case in BAD_CASES:
        try:
            list(cases.expanded("planted", case))
            missed.append(f"a bad case is taken: {case}")
        except cases.CaseError:
            pass
    missed += missed_in_report()
    count = len(PLANTED) + len(PLANTED_FAILING) + len(BAD_CASES) + 2
    print("\n".join(missed) or f"conformance: {count} planted violations caught")
    return bool(missed)
