#!/usr/bin/env bash
# Find or install the pulumi CLI with its Python language host, and print the folder that holds both.
# In this order: the one on PATH; a build from the sources whose hashes scripts/*/go.sum holds. Nothing is run that no
# hash of this folder vouches for. What is installed goes into the project's cache, never elsewhere. Again: a few
# milliseconds.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

VERSION=3.256.0            # as in pyproject.toml
OLDEST=3.200.0             # what may stand on PATH
HOST_VERSION=3.76.0        # the newest language host that Go's module proxy can build

installed="$CACHE/pulumi-$VERSION"
go_home="$CACHE/go"

complete() { [ -x "$1/pulumi" ] && [ -x "$1/pulumi-language-python" ] && [ -x "$1/pulumi-language-python-exec" ]; }

# A pulumi of the machine, outside our cache: its folder, if it is new enough and can run Python programs.
on_path() {
    local found version
    found="$(command -v pulumi)" || return 1
    found="$(dirname "$found")"
    [ "$found" != "$installed/bin" ] || return 1
    have pulumi-language-python || return 1
    version="$(pulumi version 2>/dev/null)"
    at_least "$OLDEST" "${version#v}" || { say "pulumi $version on PATH is older than $OLDEST: not used"; return 1; }
    printf '%s\n' "$found"
}

# Move a finished installation to its place; whoever came first wins.
publish() {
    complete "$1/bin" || return 1
    if complete "$installed/bin"; then rm -rf "$1"; return 0; fi
    rm -rf "$installed"
    mv "$1" "$installed"
}

# build MODULE VERSION PACKAGE OUTPUT HOW_LONG: one command, from exactly the sources whose hashes go.sum holds.
build() {
    local log="$CACHE/$4.log"
    say "building $4 $2 (the first time $5)"
    (cd "$PROJECT/scripts/$1" && "$go" build -o "$work/built/bin/$4" \
        -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$2" "$3") >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        fail "$4 does not build: see $log"
    }
    rm -f "$log"
}

# The folder of the sdk module's sources that module MODULE uses.
sdk_sources() { (cd "$PROJECT/scripts/$1" && "$go" list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3); }

from_source() {
    go="$(find_go)"
    export GOPATH="$go_home/path" GOMODCACHE="$go_home/modules" GOCACHE="$go_home/build"
    export GOTOOLCHAIN=local GOWORK=off GOFLAGS="-mod=readonly -modcacherw -buildvcs=false" CGO_ENABLED=0
    mkdir -p "$work/built/bin"
    build pulumi-cli "$VERSION" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi pulumi "5 to 15 minutes"
    build pulumi-language-python "$HOST_VERSION" \
        github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python pulumi-language-python "a minute"
    # What starts a program and a dynamic provider are scripts, which lie beside the sources.
    install -m 755 "$(sdk_sources pulumi-cli)/python/cmd/pulumi-language-python-exec" "$work/built/bin/"
    install -m 755 "$(sdk_sources pulumi-language-python)"/python/dist/pulumi-resource-pulumi-python \
        "$(sdk_sources pulumi-language-python)"/python/dist/pulumi-analyzer-policy-python "$work/built/bin/"
    "$work/built/bin/pulumi" version >&2
    publish "$work/built"
    rm -rf "$go_home" "$CACHE/go-toolchain"  # 3 GB that nothing needs any more
}

if folder="$(on_path)"; then
    printf '%s\n' "$folder"
    exit 0
fi
if ! complete "$installed/bin"; then
    mkdir -p "$CACHE"
    work="$(mktemp -d "$CACHE/installing-XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    say "no pulumi on PATH: building it from its sources (or install it, $OLDEST or newer, and run this again)"
    from_source
    say "pulumi $VERSION is in $installed/bin"
fi
printf '%s\n' "$installed/bin"
