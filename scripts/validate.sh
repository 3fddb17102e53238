#!/usr/bin/env bash
# Run the audit's validation against a stack's database: read-only. Exit codes as in infra/connectors/validation.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
if [ -z "${SUPASCHEMA_DATABASE_URL:-}" ]; then
    SUPASCHEMA_DATABASE_URL="$(pulumi config get databaseUrl --stack "$STACK")" ||
        fail "stack $STACK names no database: set databaseUrl or SUPASCHEMA_DATABASE_URL." 3
    export SUPASCHEMA_DATABASE_URL
fi
say "validating stack $STACK"
PYTHONPATH=infra python -m connectors.validation "$@"
