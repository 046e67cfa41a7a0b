#!/bin/bash
# Builds what the steps of `.ci/run` need, two builds at a time: alone, a build leaves a third of two cores idle.
# The steps build for themselves, too, and find it done. Not the fuzzer, which a slow machine may have no time for.
set -euo pipefail
cd "$(dirname "$0")/.."

make setup-test
{ make build-tests && make build; } &
plain=$!
{ .ci/asan.sh --build && .ci/tsan.sh --build; } &
sanitized=$!
code=0
wait "$plain" || code=$?
wait "$sanitized" || code=$?
exit "$code"
