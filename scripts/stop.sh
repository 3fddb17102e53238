#!/usr/bin/env bash
# Stop the local stack's server; its data stay.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

[ "$STACK" = local ] || fail "stack $STACK has no server of ours to stop." 2
[ -x "$VENV/bin/python" ] || exit 0  # never set up, so never started
"$VENV/bin/python" -m localdb stop
