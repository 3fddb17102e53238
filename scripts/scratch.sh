#!/usr/bin/env bash
# Rebuild a snapshot in a database of the local server: scripts/scratch.sh snapshot.json.gz. The one of the last time goes.
# Exit codes: 0 all of it; 1 failed; 2 something could not be rebuilt; 3 a precondition is missing.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

enter_tools
[ $# -gt 0 ] || fail "name the file: make scratch ARGS=snapshot.json.gz" 3
SUPASCHEMA_SCRATCH_URL="$(python -m localdb scratch)"
export SUPASCHEMA_SCRATCH_URL
code=0
python -m supaschema scratch "$@" || code=$?
if [ "$code" = 0 ] || [ "$code" = 2 ]; then
    user="${SUPASCHEMA_SCRATCH_URL%%@*}"
    say "it is ${user%:*}:***@${SUPASCHEMA_SCRATCH_URL#*@}"
    say "open it: psql \"\$(.venv/bin/python -m localdb url --scratch)\""
fi
exit "$code"
