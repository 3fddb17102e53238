#!/usr/bin/env bash
# Run a command on the ledger of a stack's database: scripts/supaschema.sh status. Exit codes: supaschema/src/supaschema/command.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
need_database_url
exec python -m supaschema "$@"
