#!/usr/bin/env bash
# Lint, types, tests. Arguments go to pytest; `scripts/test.sh --lint` stops before it.
# TEST_WORKERS: how many test processes (one per core). TEST_PG: the server's version (17).
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh
scripts/install-pulumi.sh >/dev/null
enter_tools

say "ruff"
ruff check
ruff format --check --quiet || fail "some files are not formatted: run \`ruff format\`."
say "shellcheck"
shellcheck --external-sources --source-path=. scripts/*.sh .ci/run
say "mypy"
mypy
[ "${1:-}" != --lint ] || exit 0
say "pytest"
exec pytest --numprocesses "${TEST_WORKERS:-auto}" "$@"
