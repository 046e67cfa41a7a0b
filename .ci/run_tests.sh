#!/bin/bash
# Runs the tests that were built, in parts one after the other and a few tests at a time. What talks over sockets has
# deadlines of its own; beside tests that compute for seconds on every core its messages would wait, and be late, for
# that reason alone. So it runs first and by itself; the tests of TLS, which wait for openssl's processes, likewise.
#   run_tests.sh SCRATCH [FLAG…]    flags of the test bundle: --filter NAME (one part), --skip NAME,
#                                   --xunit-output FILE.xml (a part's results are in FILE-PART.xml)
set -uo pipefail
width=8
network='^(ConformanceTests|InferenceTests|LoadTestTests|RPCTests|RealNameHTTPTests|TransportTests)\.'
tls='^TLSTests\.'
integration='^IntegrationTests\.'
bundle=$1/debug/idvPackageTests.xctest
shift
[ -x "$bundle" ] || { echo "run_tests: error: $bundle is not there; build with --build-tests" >&2; exit 1; }

results=
flags=()
filtered=
while [ $# -gt 0 ]; do
  case $1 in
    --xunit-output)
      results=${2%.xml}
      shift
      ;;
    --filter)
      filtered=1
      flags+=("$1")
      ;;
    *) flags+=("$1") ;;
  esac
  shift
done

code=0 ran=
# What the test bundle ends with if no test matches; a build of some targets only lacks whole parts.
no_tests=69
part() {
  local name=$1 ended=0
  shift
  "$bundle" --testing-library swift-testing --experimental-maximum-parallelization-width "$width" \
    ${results:+--xunit-output "$results-$name.xml"} "$@" "${flags[@]}" || ended=$?
  if [ "$ended" -ne "$no_tests" ]; then
    ran=1
    [ "$ended" -eq 0 ] || code=$ended
  fi
}

if [ -n "$filtered" ]; then
  part chosen
else
  part tls --filter "$tls"
  part network --filter "$network"
  part integration --filter "$integration"
  part rest --skip "$tls" --skip "$network" --skip "$integration"
fi
[ -n "$ran" ] || { echo "run_tests: error: no test ran" >&2; exit "$no_tests"; }
exit "$code"
