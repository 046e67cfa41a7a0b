#!/bin/bash
# The demo: starts the server on a free loopback port, asks it about two pairs of pictures and a card through
# the protocol, prints the answers and stops it again, whatever happened. Run by `make demo`.
#   A=one.jpg B=two.jpg   compare these two instead
set -euo pipefail
cd "$(dirname "$0")/.."

READY_SECONDS=60
STOP_SECONDS=10
bin=.build/release
demo=.deps/demo
log=$(mktemp "${TMPDIR:-/tmp}/idv-demo.XXXXXX")
server=

stop() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null || true
  for _ in $(seq $((STOP_SECONDS * 10))); do
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

finish() {
  code=$?
  trap - EXIT
  stop
  if [ "$code" -ne 0 ] && [ -s "$log" ]; then
    echo "demo: failed; the server said:" >&2
    tail -n 20 "$log" >&2
  fi
  rm -f "$log"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "demo: $1" >&2
  exit 1
}

# Waits for the server's own word that it listens; prints the address.
wait_until_ready() {
  for i in $(seq $((READY_SECONDS * 10))); do
    address=$(sed -n 's/.*msg="listening".* address=\(127\.0\.0\.1:[0-9]\{1,5\}\).*/\1/p' "$log" | tail -n 1)
    if [ -n "$address" ]; then
      return 0
    fi
    kill -0 "$server" 2>/dev/null || fail "the server ended before it was ready"
    [ $((i % 20)) -ne 0 ] || echo "demo: waiting for the server to load its models …"
    sleep 0.1
  done
  fail "the server was not ready after $READY_SECONDS s"
}

compare() {
  echo
  echo "== $1"
  echo "   idv compare $2 $3"
  "$bin/idv" compare "$2" "$3" --server "$address"
}

read_card() {
  echo
  echo "== a specimen identity card"
  echo "   idv ocr $1"
  "$bin/idv" ocr "$1" --out "$demo/id_front.ocr.jpg" --server "$address"
}

if [ -n "${A:-}${B:-}" ]; then
  [ -n "${A:-}" ] && [ -n "${B:-}" ] || fail "give two pictures: make demo A=one.jpg B=two.jpg"
  [ -r "$A" ] || fail "cannot read A=$A"
  [ -r "$B" ] || fail "cannot read B=$B"
fi

# Port 0 lets the system choose; the server says which it got.
"$bin/idv-server" --port 0 >"$log" 2>&1 </dev/null &
server=$!
wait_until_ready
echo "demo: the server is ready at $address"
if [ -n "${A:-}" ]; then
  compare "your pictures" "$A" "$B"
else
  compare "a specimen card and a selfie of its holder" "$demo/card.jpg" "$demo/selfie.jpg"
  compare "the same card and another person" "$demo/card.jpg" "$demo/other.jpg"
  read_card "$demo/id_front.jpg"
fi
echo
stop
echo "demo: the server has stopped"
