#!/usr/bin/env bash
# Write the structure of a stack's database, with the stack's state, to a file without rows and secrets:
# scripts/snapshot.sh --output FILE. Nothing is written to the database. Exit codes: 0 done; 1 failed; 3 a precondition is missing.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
need_database_url
exec python -m supaschema snapshot --stack "$STACK" "$@"
