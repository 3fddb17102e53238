#!/usr/bin/env bash
# build.sh FOLDER PACKAGE: build a Go command from FOLDER, whose go.sum has the hashes of what it takes from elsewhere, and
# print the path of what was built. It is kept in the project's cache: again, a few milliseconds.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/../../scripts/common.sh"

sources="$(cd "$1" && find . -name 'go.*' -o -name '*.go' | LC_ALL=C sort | xargs cat | cksum | cut -d ' ' -f 1)"
built="$CACHE/languages/$sources/$(basename "$2")"
build_by_go "$1" "$2" "$built"
printf '%s\n' "$built"
