#!/usr/bin/env bash
# Measure what people wait for while the schema changes, on a temporary server: changes by the engine next to plain
# scripts, a table of two million rows. Exit code 2: somebody waited for a change that asks for no consent. The
# arguments: tools/stall/__main__.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh || exit 3
enter_tools
exec python -m tools.stall "$@"
