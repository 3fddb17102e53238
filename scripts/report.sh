#!/usr/bin/env bash
# Tell what the program would change in a stack, for a review: scripts/report.sh --format json. Nothing is written to the
# database. Exit codes: 0 it applies or is empty; 1 could not tell; 2 it fails or needs consent; 3 a precondition is missing.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
need_database_url
exec python -m supaschema report --stack "$STACK" "$@"
