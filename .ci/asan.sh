#!/bin/bash
# Runs the tests of everything that reads a peer's bytes under the address sanitizer.
# Builds those targets only, apart from the ordinary build.
#   asan.sh [TEST_FLAGS=…]    flags for swift test
set -euo pipefail
cd "$(dirname "$0")/.."

test_flags=()
if [ $# -gt 0 ]; then
  read -ra test_flags <<<"${1#TEST_FLAGS=}"
fi

only=
for target in MediaTests MessagesTests TLSTests WireTests; do
  if grep -q "name: \"$target\"" Package.swift; then
    only="$only $target"
  fi
done
[ -n "$only" ] || { echo "asan: Package.swift has none of the decoders' tests" >&2; exit 1; }

export IDV_ONLY="${only# }"
# The Swift runtime keeps its metadata for good, which the leak check would report.
export ASAN_OPTIONS=detect_leaks=0
swift build --build-tests --sanitize address --scratch-path .build/asan
swift test --skip-build --sanitize address --scratch-path .build/asan "${test_flags[@]}"
