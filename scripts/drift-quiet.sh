#!/usr/bin/env bash
# Do what changes nothing that is managed, mixed by chance, and sweep: nothing may be found. On each server in turn.
# RUNS: how many rounds (200). PGS: the servers' versions ("15 17 18").
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

export RUNS="${RUNS:-200}" TEST_WORKERS=1
failed=""
for version in ${PGS:-15 17 18}; do
    say "PostgreSQL $version"
    TEST_PG="$version" scripts/test.sh --tests tests/integration/test_drift_quiet.py "$@" || failed+=" $version"
done
[ -z "$failed" ] || fail "something was told on PostgreSQL$failed."
