#!/bin/bash
# Runs the tests of everything that reads a peer's bytes, sockets included, under the address and leak
# sanitizers.
# Builds those targets only, apart from the ordinary build.
#   asan.sh [TEST_FLAGS=…]    flags for .ci/run_tests.sh
#   asan.sh --build           builds only
#   asan.sh --self-test       a planted overrun and a planted leak must be reported
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$PWD/.build/asan
mkdir -p "$scratch"
export ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$PWD/.ci/asan/suppressions.txt:print_suppressions=0
# Otherwise the crash reporter holds a crashed run open.
export SWIFT_BACKTRACE=enable=no

if [ "${1-}" = --self-test ]; then
  swiftc -swift-version 6 -sanitize=address -o "$scratch/canary" .ci/asan/canary.swift \
    >"$scratch/canary.log" 2>&1
  for planted in overrun leak; do
    if "$scratch/canary" "$planted" >"$scratch/canary.log" 2>&1 ||
      ! grep -qE "heap-buffer-overflow|detected memory leaks" "$scratch/canary.log"; then
      cat "$scratch/canary.log"
      echo "asan: the planted $planted was not reported"
      exit 1
    fi
  done
  echo "asan: the planted overrun and the planted leak were reported"
  exit 0
fi

test_flags=()
if [ $# -gt 0 ] && [ "$1" != --build ]; then
  read -ra test_flags <<<"${1#TEST_FLAGS=}"
fi

only=
for target in CompressionTests MediaTests MessagesTests RPCTests TLSTests TransportTests WireTests; do
  if grep -q "name: \"$target\"" Package.swift; then
    only="$only $target"
  fi
done
[ -n "$only" ] || { echo "asan: Package.swift has none of the decoders' tests" >&2; exit 1; }

export IDV_ONLY="${only# }"
swift build --build-tests --disable-index-store --sanitize address --scratch-path "$scratch"
[ "${1-}" != --build ] || exit 0
.ci/run_tests.sh "$scratch" "${test_flags[@]}"
