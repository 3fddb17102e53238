#!/usr/bin/env bash
# Write the lock files anew, for every platform, with hashes and without the address of any package index: from
# pyproject.toml and the library's own the newest versions they allow (`scripts/lock.sh --upgrade-package NAME` moves
# one); of the tools in scripts/tools the version that is named, and what it needs without saying so:
# `scripts/lock.sh tool uv==0.13.9`,
# `scripts/lock.sh tool migra==3.0.1663481299 psycopg2-binary 'setuptools<80' 'sqlalchemy<2.1'`.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

uv="$(command -v uv || printf '%s' "$CACHE/uv/bin/uv")"
compile() {
    UV_PYTHON_DOWNLOADS=never "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}

if [ "${1:-}" = tool ]; then
    file="scripts/tools/${2%%==*}.txt"
    printf '%s\n' "${@:2}" | compile - --output-file "$file"
else
    file=requirements.lock
    compile pyproject.toml supaschema/pyproject.toml --group dev --group monitoring --output-file "$file" "$@"
fi
if grep -l '://' "$file"; then
    fail "the lock file holds an address."
fi
