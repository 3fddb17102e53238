#!/usr/bin/env bash
# Deploy what was approved to a stack, and validate it: scripts/deploy.sh --report FILE, a report of `make report
# ARGS="--format json --output FILE"`. Exit codes: 0 deployed and as declared; 1 failed, perhaps before anything was run; 2
# nothing was run: it is not what was approved, something stands in its way, or that could not be told; 3 a precondition is
# missing; 4 deployed, and the validation found something or could not tell; 5 a limit of sql/watch/ was passed, or others
# waited too long.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh || exit 3
scripts/install-pulumi.sh >/dev/null || exit 3
need_server
(
    enter_stack
    need_database_url
    say "deploying stack $STACK, as approved"
    python -m supaschema deploy --stack "$STACK" --watches sql/watch "$@"
)
# What comes after the deployment has a code of its own: by the code alone one knows whether it is deployed.
scripts/validate.sh || fail "stack $STACK is deployed; the validation ended with $?." 4
