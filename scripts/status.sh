#!/usr/bin/env bash
# Tell the state of a stack on one screen; --json, --html FILE. Nothing is written to its database. Exit codes as in
# monitoring/status/__main__.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
# The monitor asks where there is one. Who has no access to the stack's state is told all but the commits.
if [ -z "${SUPASCHEMA_MONITOR_URL:-}" ]; then need_database_url; fi
history="$(pulumi stack history --json --page-size 5 --stack "$STACK" 2>/dev/null)" || history='[]'
page="$(pulumi config get dashboardUrl --stack "$STACK" 2>/dev/null)" || page=""
lints="$(pulumi config get lints --stack "$STACK" 2>/dev/null)" || lints=""
python -m monitoring.status --stack "$STACK" --page "$page" --lints "$lints" "$@" <<<"$history"
