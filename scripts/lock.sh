#!/usr/bin/env bash
# Write the lock file anew from pyproject.toml: the newest versions it allows, for every platform, with
# hashes and without the address of any package index. `scripts/lock.sh --upgrade-package NAME` moves one.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

uv="$(command -v uv || printf '%s' "$CACHE/uv/bin/uv")"
compile() {
    UV_PYTHON_DOWNLOADS=never "$uv" pip compile pyproject.toml --quiet --group dev \
        --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}

compile --output-file requirements.lock "$@"
if grep -l '://' requirements.lock; then
    fail "the lock file holds an address."
fi
