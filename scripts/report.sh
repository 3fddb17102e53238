#!/usr/bin/env bash
# Tell what the program would change in a stack, for a review: scripts/report.sh --format json. Nothing is written to the
# database. With --snapshot FILE nothing is asked of that: the change is tried in a database of the local server, or of
# SUPASCHEMA_SCRATCH_URL, without the stack's settings that are secret. With --from FILE it is made from reports as JSON.
# Exit codes: 0 it applies or is empty; 1 could not tell; 2 it fails, or failed when it was tried, needs consent, is stale, or
# is not known in full; 3 a precondition is missing.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

of=live
for argument in "$@"; do
    case "$argument" in
        --from | --from=*) of=reports ;;
        --snapshot | --snapshot=*) [ "$of" = reports ] || of=snapshot ;;
    esac
done
case "$of" in
    reports)
        enter_tools
        exec python -m supaschema report "$@"
        ;;
    snapshot)
        enter_tools
        if [ -z "${SUPASCHEMA_SCRATCH_URL:-}" ]; then
            SUPASCHEMA_SCRATCH_URL="$(python -m localdb scratch)"
            export SUPASCHEMA_SCRATCH_URL
        fi
        # The change's own program and checks, which stand in the folder that the command runs in.
        validate="env PYTHONPATH=infra:. python -m tests.deployed --findings --stack $STACK"
        exec python -m supaschema report --stack "$STACK" --validate "$validate" "$@"
        ;;
esac
need_server
enter_stack
need_database_url
exec python -m supaschema report --stack "$STACK" "$@"
