#!/bin/bash
# Builds the peers of `idv bench rpc` into .build-peers. A peer whose tools are not here is named and left out;
# the bench then skips it. Never part of idv's build nor of CI.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 1
out=$PWD/.build-peers
mkdir -p "$out"

# Runs a build into its log; says where that is when it fails.
build() {
  local name=$1
  shift
  if "$@" >"$out/$name.log" 2>&1 </dev/null; then
    echo "bench-peers: $name is built"
  else
    echo "bench-peers: $name could not be built and will be left out; see $out/$name.log"
  fi
}

# Debian's Go packages are a GOPATH; nothing is fetched.
go_ttrpc() {
  cd "$here/go-ttrpc" && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$out/go-cache GOFLAGS= \
    go build -o "$out/go-ttrpc" .
}

grpc_swift() {
  swift build -c release --package-path "$here" --scratch-path "$out/swift" \
    --product grpc-swift-server &&
    cp "$out/swift/release/grpc-swift-server" "$out/grpc-swift-server"
}

if command -v go >/dev/null; then
  build go-ttrpc go_ttrpc
else
  echo "bench-peers: go-ttrpc is left out: Go is not installed (make setup-bench)"
fi
build grpc-swift grpc_swift
