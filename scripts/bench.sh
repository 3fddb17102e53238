#!/usr/bin/env bash
# Measure on this machine, on temporary servers: what the deployed database does at 150,000 rows, then the engine next to
# plain tools. Exit code 2: a queue misses its index or target. Arguments are the numbers of tables to measure the engine
# with (10, 100 and 500 unless told).
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

enter_tools
code=0
python -m tests.bench.database || code=$?
python -m tests.bench.speed "$@"
exit "$code"
