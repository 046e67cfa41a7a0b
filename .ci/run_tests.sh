#!/bin/bash
# Runs the tests that were built, a few at a time. `swift test` starts them all at once: on two cores each then waits
# minutes for its turn, and what has a time limit of its own (a drain, a stalled reader) is late for that reason alone.
#   run_tests.sh SCRATCH [FLAG…]    flags of the test bundle: --filter NAME, --skip NAME, --xunit-output FILE
set -euo pipefail
width=8
bundle=$1/debug/idvPackageTests.xctest
shift
[ -x "$bundle" ] || { echo "run_tests: error: $bundle is not there; build with --build-tests" >&2; exit 1; }
exec "$bundle" --testing-library swift-testing --experimental-maximum-parallelization-width "$width" "$@"
