#!/usr/bin/env bash
# Write an SDK from supaschema/schema.json, by Pulumi's own generators.
#   make sdk                              the Python one, a part of the library: supaschema/src/supaschema/pulumi
#   make sdk ARGS=--check                 nothing is written; exit code 2: it is not what would be written
#   make sdk ARGS="nodejs FOLDER"         one for another language: nodejs, go or dotnet
# The generators are built from sources whose hashes scripts/sdk-generator/*.sum hold, into the project's cache.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

SCHEMA=supaschema/schema.json
OWN=supaschema/src/supaschema/pulumi
sources="$(cat scripts/sdk-generator/* | cksum | cut -d ' ' -f 1)"
if [ "${1:-}" = dotnet ]; then
    generator="$CACHE/sdk-generator-$sources/sdk-generator-dotnet"
    build_by_go scripts/sdk-generator . "$generator" -modfile=dotnet.mod -tags=dotnet
else
    generator="$CACHE/sdk-generator-$sources/sdk-generator"
    build_by_go scripts/sdk-generator . "$generator"
fi

# own FOLDER: the Python one as it belongs into the library; what makes it a package of its own is left out.
own() {
    "$generator" "$SCHEMA" python "$1"
    mv "$1/supaschema.pulumi" "$1/pulumi"
    rm "$1/pulumi/pulumi-plugin.json" "$1/pulumi/README.md"
    # The class of sequences has the name of Python's own, which its arguments are typed by.
    sed -i -e 's/^from typing import \(.*\), Sequence,/from typing import \1, Sequence as _Sequence,/' \
        -e 's/\bSequence\[/_Sequence[/g' "$1/pulumi/sequence.py"
}

case "${1:-}" in
"" | --check)
    made="$(mktemp -d)"
    trap 'rm -rf "$made"' EXIT
    own "$made"
    if [ "${1:-}" = --check ]; then
        diff -r --exclude=__pycache__ "$made/pulumi" "$OWN" >&2 || fail "$OWN is not what the schema gives: run make sdk." 2
        say "$OWN is what the schema gives"
    else
        rm -rf "$OWN"
        mv "$made/pulumi" "$OWN"
    fi
    ;;
*)
    [ $# = 2 ] || fail "usage: make sdk ARGS=\"nodejs FOLDER\"" 1
    "$generator" "$SCHEMA" "$1" "$2"
    say "$2 has the SDK for $1"
    ;;
esac
