#!/usr/bin/env bash
# Measure on this machine: the queue queries on the stack's rows, then the engine next to plain tools. Figures, no
# verdict on time. Arguments are the numbers of tables to measure with (10, 100 and 500 unless told).
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

enter_stack
python -m tests.bench.queues
python -m tests.bench.speed "$@"
