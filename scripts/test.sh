#!/usr/bin/env bash
# Lint, types, tests, all of them whatever fails. Arguments go to pytest. After a first argument `--lint` only those
# tests run that read the code (lengths, imports, layers: seconds), after `--tests` nothing but tests.
# TEST_WORKERS: how many test processes (one per core). TEST_PG: the server's version (17).
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh
scripts/install-pulumi.sh >/dev/null
enter_tools

# check NAME COMMAND...: one run tells everything, so a failure does not keep the next from running.
failed=""
check() {
    local name="$1"
    shift
    say "$name"
    "$@" || failed+=" $name"
}

if [ "${1:-}" = --tests ]; then
    shift
else
    check ruff ruff check
    check format ruff format --check --quiet
    check shellcheck shellcheck --external-sources --source-path=. scripts/*.sh tests/languages/*.sh .ci/run
    check mypy mypy
fi
if [ "${1:-}" = --lint ]; then
    check layers pytest --quiet tests/unit/test_layers.py
else
    # The slow ones come last, and each worker is given its share beforehand: who has none left takes of the other's.
    check pytest pytest --numprocesses "${TEST_WORKERS:-auto}" --dist worksteal "$@"
fi
[ -z "$failed" ] || fail "these found something:$failed."
