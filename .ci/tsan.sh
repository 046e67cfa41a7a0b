#!/bin/bash
# Runs the tests of sockets, loops and calls under the thread sanitizer: any report fails the run.
# Builds those targets only, apart from the ordinary build.
#   tsan.sh [TEST_FLAGS=…]    flags for .ci/run_tests.sh
#   tsan.sh --build           builds only
#   tsan.sh --self-test       a planted race must be reported, a contended lock must not
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$PWD/.build/tsan
mkdir -p "$scratch"
# The symbolizer of the system, if there is one: without it reports name no lines and no suppression applies.
symbolizer=$(command -v llvm-symbolizer || true)
export TSAN_OPTIONS="suppressions=$PWD/.ci/tsan/suppressions.txt:exitcode=66"
TSAN_OPTIONS+="${symbolizer:+:external_symbolizer_path=$symbolizer}"
# Otherwise the crash reporter holds a crashed run open.
export SWIFT_BACKTRACE=enable=no
locks=$scratch/mutex.so
clang -O1 -Wall -Wextra -Werror -shared -fPIC -o "$locks" .ci/tsan/mutex.c -ldl

if [ "${1-}" = --self-test ]; then
  swiftc -swift-version 6 -sanitize=thread -o "$scratch/canary" .ci/tsan/canary.swift
  if LD_PRELOAD=$locks "$scratch/canary" race >"$scratch/canary.log" 2>&1 ||
    ! grep -q "ThreadSanitizer: .*race" "$scratch/canary.log"; then
    echo "tsan: the planted race was not reported"
    exit 1
  fi
  if ! LD_PRELOAD=$locks "$scratch/canary" lock >"$scratch/canary.log" 2>&1; then
    cat "$scratch/canary.log"
    echo "tsan: a lock that several threads want is taken for a race"
    exit 1
  fi
  echo "tsan: the planted race was reported, the contended lock was not"
  exit 0
fi

test_flags=()
if [ $# -gt 0 ] && [ "$1" != --build ]; then
  read -ra test_flags <<<"${1#TEST_FLAGS=}"
fi

export IDV_ONLY="CompressionTests RPCTests TransportTests"
swift build --build-tests --disable-index-store --sanitize thread --scratch-path "$scratch"
[ "${1-}" != --build ] || exit 0
LD_PRELOAD=$locks .ci/run_tests.sh "$scratch" "${test_flags[@]}"
