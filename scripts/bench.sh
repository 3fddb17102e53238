#!/usr/bin/env bash
# Measure on this machine: the queue queries on the stack's rows. Figures, no verdict on time.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

enter_stack
python -m tests.bench.queues "$@"
