#!/bin/bash
# Fuzzes every decoder of Tests/Fuzz with libFuzzer and the address sanitizer.
#   fuzz.sh [SECONDS]    for each decoder, default 30; a finding is kept and named; exit 1
#   fuzz.sh --inputs N   N inputs for each decoder, from nothing and with a fixed seed: the same ones every time, so
#                        that a gate neither passes nor fails by luck. What is new is looked for with SECONDS.
# Builds only the decoders. Each harness has a canary, a trap at a state that is not easy to reach, which must be
# found: a harness that finds nothing proves nothing. An input that takes 10 s is a hang; what is leaked is found.
# What was learnt stays in .build/fuzz-corpus, so that the next run starts from it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = --inputs ]; then
  budget=(-runs="$2" -seed=1)
  spent="$2 inputs"
  export SWIFT_DETERMINISTIC_HASHING=1
  rm -rf .build/fuzz-corpus
else
  budget=(-max_total_time="${1:-30}")
  spent="${1:-30} s"
fi
input_seconds_max=10
memory_mib_max=2048
canary_seconds_max=60
scratch=.build/fuzz
fuzzer=$scratch/release/Fuzz
# Otherwise the crash reporter holds a crashed run open.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=1

# Sanitizers for Swift and for C; assertions stay on.
IDV_ONLY=Fuzz swift build -c release --scratch-path "$scratch" --product Fuzz \
  --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug \
  -Xcc -fsanitize=fuzzer-no-link,address

# Small clips, one of each container and codec. What encoders leave behind is not looked at.
video_seeds=.build/fuzz-seeds
mkdir -p "$video_seeds"
ASAN_OPTIONS=detect_leaks=0 IDV_FUZZ=seeds IDV_FUZZ_SEEDS=$video_seeds "$fuzzer"

# A list with one purpose, [1] SET { INTEGER 2 }: seven bytes that blind search finds by luck only.
mkdir -p .build/fuzz-purpose
printf '\xa1\x05\x31\x03\x02\x01\x02' >.build/fuzz-purpose/sign

# One path twice, which is refused: that a second one is another is left to the search.
mkdir -p .build/fuzz-paths
printf ' capture.frames[0].jpeg\0 capture.frames[0].jpeg' >.build/fuzz-paths/twice

# Folders whose files a decoder starts from, if they are there.
seeds() {
  case $1 in
    schema) echo Tests/MessagesTests/Generated ;;
    video* | sound | canary-video) ls -d "$video_seeds" ../shared/data/badinputs/made 2>/dev/null ;;
    attestation-*) echo Tests/Vectors/attestation ;;
    canary-attestation) echo .build/fuzz-purpose ;;
    encryption-sealed | canary-encryption) echo .build/fuzz-paths ;;
    image*) ls -d .deps/demo ../shared/data/badinputs 2>/dev/null ;;
  esac
}

feed() {
  local name=$1 folders
  shift
  mapfile -t folders < <(seeds "$name")
  mkdir -p ".build/fuzz-corpus/$name" ".build/fuzz-findings"
  IDV_FUZZ=$name "$fuzzer" "${budget[@]}" -timeout="$input_seconds_max" \
    -rss_limit_mb="$memory_mib_max" -artifact_prefix=".build/fuzz-findings/$name-" \
    -print_final_stats=1 "$@" ".build/fuzz-corpus/$name" "${folders[@]}" 2>&1
}

passed=0 failed=0
names=$("$fuzzer")
for name in $names; do
  if report=$(feed "$name"); then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' <<<"$report")
    echo "fuzz: $name passed, $runs inputs"
    passed=$((passed + 1))
  else
    tail -n 30 <<<"$report"
    echo "fuzz: $name FAILED; the input is in .build/fuzz-findings"
    failed=$((failed + 1))
  fi
done

canaries=$(IDV_FUZZ=canaries "$fuzzer")
# Whether a search finds is luck too: a canary that one seed misses is looked for with the next.
seek() {
  local seed
  for seed in 1 2 3 4; do
    rm -rf ".build/fuzz-corpus/$1"
    feed "$1" -seed="$seed" -runs=-1 -max_total_time="$canary_seconds_max" || return 1
  done
}

for name in $canaries; do
  if report=$(seek "$name"); then
    echo "fuzz: $name was not found: its harness does not detect"
    failed=$((failed + 1))
  elif grep -q "the canary was found\|deadly signal\|LeakSanitizer" <<<"$report"; then
    rm -f ".build/fuzz-findings/$name-"*
    echo "fuzz: $name was found, as it must be"
    passed=$((passed + 1))
  else
    tail -n 30 <<<"$report"
    failed=$((failed + 1))
  fi
done
echo "fuzz: $passed passed, $failed failed, $spent each"
[ "$failed" -eq 0 ] && [ "$passed" -ge 2 ]
