#!/bin/bash
# Generates all code that comes from .proto files once more and compares it with what is there.
#   check_generated.sh              exit 1 and the difference, if there is one
#   check_generated.sh --self-test  a changed, a missing and a stale file must all be noticed
# The work tree is left as it was found.
set -euo pipefail
cd "$(dirname "$0")/.."

generated=(Sources/CMessages Sources/Messages/Generated Sources/Stubs/Generated)
generated+=(Sources/CConformanceMessages Sources/ConformanceMessages)
generated+=(Sources/ConformanceServices/Generated)
generated+=(Tests/CTestMessages Tests/TestMessages Tests/MessagesTests/Generated)
generated+=(Proto/Clients/python/src/idv/v1 Proto/Clients/python/conformance/idv)

found=()
for folder in "${generated[@]}"; do
  [ ! -d "$folder" ] || found+=("$folder")
done
[ "${#found[@]}" -gt 0 ] || { echo "generated: nothing is here; run make gen" >&2; exit 1; }

before=$(mktemp -d "${TMPDIR:-/tmp}/idv-generated.XXXXXX")
finish() {
  code=$?
  trap - EXIT
  for folder in "${found[@]}"; do
    if ! diff -rq -x __pycache__ "$before/$folder" "$folder" >/dev/null; then
      rm -rf "$folder"
      cp -a "$before/$folder" "$folder"
    fi
  done
  rm -rf "$before"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM
for folder in "${found[@]}"; do
  mkdir -p "$before/$folder"
  cp -a "$folder/." "$before/$folder"
done

generate() {
  Proto/generate.sh >/dev/null || { echo "generated: Proto/generate.sh ended with $?" >&2; exit 1; }
}

# Prints how the folders differ from $1; succeeds if they do not.
compare() {
  local same=0
  for folder in "${found[@]}"; do
    diff -r -u -x __pycache__ "$1/$folder" "$folder" || same=1
  done
  return $same
}

if [ "${1:-}" = --self-test ]; then
  mapfile -t files < <(find Sources/CMessages -name '*.pb-c.c' | sort)
  [ "${#files[@]}" -ge 2 ] || { echo "generated: too few files to plant in" >&2; exit 1; }
  echo "/* planted */" >>"${files[0]}"
  rm "${files[1]}"
  echo "/* planted */" >Sources/CMessages/planted.pb-c.c
  planted=$before/planted
  for folder in "${found[@]}"; do
    mkdir -p "$planted/$folder"
    cp -a "$folder/." "$planted/$folder"
  done
  generate
  report=$(LC_ALL=C compare "$planted" || true)
  for expected in "^-/\* planted \*/" "^Only in .*: ${files[1]##*/}" "^Only in .*: planted"; do
    if ! grep -q "$expected" <<<"$report"; then
      echo "generated: planted and not noticed: $expected" >&2
      exit 1
    fi
  done
  echo "generated: 3 planted violations caught"
  exit 0
fi

generate
if ! compare "$before"; then
  echo "generated: not what the generator makes; run make gen and commit" >&2
  exit 1
fi
echo "generated: no difference in ${#found[@]} folders"
