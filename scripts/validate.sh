#!/usr/bin/env bash
# Hold a stack's database against what the program declares for it: read-only. Arguments: --as-owner, --report FILE.
# Exit codes as in tests/deployed/__main__.py: 0 as declared; 1 could not tell; 2 findings; 3 a precondition is missing.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
settings="$(pulumi config --json --stack "$STACK")" || fail "there is no stack $STACK, or its settings cannot be read." 3
# The auditor asks where there is one; trials as other roles are the owner's.
if [ -z "${SUPASCHEMA_AUDITOR_URL:-}" ] || [[ " $* " == *" --as-owner "* ]]; then need_database_url; fi
say "validating stack $STACK"
code=0
python -m tests.deployed --stack "$STACK" "$@" <<<"$settings" || code=$?
[[ " $* " == *" --list "* ]] || wants_help "$@" || record_outcome validation "$code"
exit "$code"
