#!/usr/bin/env bash
# build.sh FOLDER PACKAGE: build a Go command from FOLDER, whose go.sum has the hashes of what it takes from elsewhere, and
# print the path of what was built. It is kept in the project's cache: again, a few milliseconds.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/../../scripts/common.sh"

cd "$1"
sources="$(find . -name 'go.*' -o -name '*.go' | LC_ALL=C sort | xargs cat | cksum | cut -d ' ' -f 1)"
built="$CACHE/languages/$sources/$(basename "$2")"
if [ ! -x "$built" ]; then
    go="$(find_go)"
    mkdir -p "$CACHE"
    work="$(mktemp -d "$CACHE/installing-XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    GOPATH="$work/path" GOMODCACHE="$work/modules" GOCACHE="$work/build" GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 \
        GOFLAGS="-mod=readonly -modcacherw -buildvcs=false" "$go" build -o "$work/built" "$2" >&2
    mkdir -p "$(dirname "$built")"
    mv "$work/built" "$built"
fi
printf '%s\n' "$built"
