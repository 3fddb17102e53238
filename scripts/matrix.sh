#!/usr/bin/env bash
# Run the tests that use a server on PostgreSQL 15, 17 and 18, under both variants of the default privileges. Arguments
# as in tools/matrix.py: legs such as 15-legacy (all unless told), --write for docs/matrix.md.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh
scripts/install-pulumi.sh >/dev/null
enter_tools
exec python -m tools.matrix "$@"
