#!/usr/bin/env bash
# Remove from a stack's database all that the program made there. The stack's server keeps running.
# Arguments go to `pulumi destroy`.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

if [ "$STACK" = local ]; then
    "$VENV/bin/python" -m localdb start
    enter_stack
    pulumi stack select --create --non-interactive "$STACK"
    pulumi destroy --stack "$STACK" --yes --skip-preview "$@"
else
    enter_stack
    pulumi destroy --stack "$STACK" "$@"
fi
