#!/bin/sh
# Makes the development certificates in Certs/dev: a CA, a server leaf and a client leaf; and the key that callers
# encrypt fields with.
#   make-dev-certs.sh            make them if absent, damaged or within 14 days of expiry
#   make-dev-certs.sh --force    make them anew in any case
#   make-dev-certs.sh --check    exit 0 if they are good for 14 more days, make nothing
# P-256, 90 days, never committed. The folder appears whole, by rename. See README.md.
set -eu

DAYS=90
RENEW_SECONDS=$((14 * 24 * 3600))
here=$(cd "$(dirname "$0")" && pwd)
dev="$here/dev"

fail() {
  echo "make-dev-certs: $1" >&2
  exit 1
}

# Whether the certificates in $1 are whole: dated, signed by their CA, and each with its own key.
sound() {
  for name in ca server client; do
    [ -s "$1/$name.crt" ] && [ -s "$1/$name.key" ] || return 1
    openssl x509 -in "$1/$name.crt" -noout -checkend "$RENEW_SECONDS" >/dev/null 2>&1 || return 1
    of_certificate=$(openssl x509 -in "$1/$name.crt" -noout -pubkey 2>/dev/null) || return 1
    of_key=$(openssl pkey -in "$1/$name.key" -pubout 2>/dev/null) || return 1
    [ "$of_certificate" = "$of_key" ] || return 1
  done
  openssl verify -purpose sslserver -CAfile "$1/ca.crt" "$1/server.crt" >/dev/null 2>&1 &&
    openssl verify -purpose sslclient -CAfile "$1/ca.crt" "$1/client.crt" >/dev/null 2>&1
}

# A key and a certificate: name, common name, extensions; signed by the CA unless it is the CA.
issue() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  chmod 600 "$1.key"
  openssl req -new -key "$1.key" -subj "/O=idv development/CN=$2" -out "$1.csr"
  printf '%s\n' "$3" >"$1.ext"
  serial="0x$(openssl rand -hex 16 | sed 's/^./4/')"
  if [ "$1" = ca ]; then
    openssl x509 -req -in ca.csr -signkey ca.key -set_serial "$serial" -sha256 -days "$DAYS" \
      -extfile ca.ext -out ca.crt
  else
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -set_serial "$serial" -sha256 \
      -days "$DAYS" -extfile "$1.ext" -out "$1.crt"
  fi
  rm "$1.csr" "$1.ext"
}

make_all() {
  issue ca "idv development CA" 'basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash'
  issue server localhost 'basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
  issue client dev 'basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectAltName=URI:idv:account:dev
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
}

# The key that callers encrypt fields with: X25519. Made where there is none, never replaced unless all is.
encryption_key() {
  [ -s "$1/encryption.key" ] && return 0
  (umask 077 && openssl genpkey -algorithm X25519 -out "$1/encryption.key.new") &&
    mv "$1/encryption.key.new" "$1/encryption.key"
}

command -v openssl >/dev/null || fail "openssl is not installed; run make setup"
case "${1:-}" in
  --check) sound "$dev" && [ -s "$dev/encryption.key" ] && exit 0 || exit 1 ;;
  --force) ;;
  "") sound "$dev" && encryption_key "$dev" && exit 0 ;;
  *) fail "unknown option $1; use --force, --check or nothing" ;;
esac

umask 077
scratch=$(mktemp -d "$here/dev.XXXXXX") || fail "cannot write to $here"
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
(cd "$scratch" && make_all && encryption_key .) >"$scratch/log" 2>&1 || fail "$(tail -n 1 "$scratch/log")"
rm "$scratch/log"
sound "$scratch" || fail "openssl made certificates that do not verify"
chmod 755 "$scratch"
chmod 644 "$scratch"/*.crt
rm -rf "$dev"
mv "$scratch" "$dev"
trap - EXIT
