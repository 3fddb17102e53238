#!/usr/bin/env bash
# Run the checks of sql/checks/findings against a stack's database: read-only. Exit codes as in infra/connectors/security.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
need_database_url
say "checking the database of stack $STACK"
python -m connectors.security "$@"
