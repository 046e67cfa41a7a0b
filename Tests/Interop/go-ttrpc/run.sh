#!/bin/bash
# Builds a stock ttrpc client from Debian's Go packages and lets it call our server over TLS.
#   run.sh [TOOL]               TOOL is a built `idv`, which serves idv.test.v1
#   run.sh [TOOL] --self-test   a server that does everything wrong must be noticed
# Exit 0 if all checks passed, 77 (skipped) where Go or its packages are not installed: `make interop-go` does that.
set -euo pipefail
cd "$(dirname "$0")/../../.."
tool=${1:-.build/release/idv}
[ -x "$tool" ] || { echo "interop-go: $tool is not built" >&2; exit 1; }

for need in go protoc protoc-gen-gogottrpc; do
  command -v "$need" >/dev/null || { echo "interop-go: skipped, $need is not installed"; exit 77; }
done
packages=/usr/share/gocode
[ -d "$packages/src/github.com/containerd/ttrpc" ] ||
  { echo "interop-go: skipped, Debian's Go package of ttrpc is not installed"; exit 77; }

work=$PWD/.build/go-ttrpc
mkdir -p "$work/src/idvinterop/calls"
cp Tests/Interop/go-ttrpc/main.go "$work/src/idvinterop/"
protoc -I Tests/Interop/go-ttrpc --gogottrpc_out=plugins=ttrpc:"$work/src/idvinterop/calls" \
  Tests/Interop/go-ttrpc/calls.proto
# No module proxy: what Debian installed is the only source.
(cd "$work/src/idvinterop" && GO111MODULE=off GOPATH="$work:$packages" GOCACHE="$work/cache" GOFLAGS= \
  go build -o "$work/go-ttrpc" .)

options=()
[ "${2:-}" != --self-test ] || options=(--faulty)
# The server ends when its standard input does.
coproc server { exec "$tool" conformance-server "${options[@]}"; }
stop() { kill "$server_PID" 2>/dev/null || true; }
trap stop EXIT
read -r word port <&"${server[0]}"
[ "$word" = ready ] || { echo "interop-go: the server did not start" >&2; exit 1; }
call() {
  "$work/go-ttrpc" "127.0.0.1:$port" Certs/dev/ca.crt Certs/dev/client.crt Certs/dev/client.key
}
if [ "${#options[@]}" -eq 0 ]; then
  call
  exit
fi
said=$(call || true)
for check in empty account status "unimplemented method" "3 MiB each way"; do
  grep -q ": $check: FAILED" <<<"$said" ||
    { echo "interop-go: planted and not noticed: $check" >&2; exit 1; }
done
echo "interop-go: 5 planted violations caught"
