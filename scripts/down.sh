#!/usr/bin/env bash
# Remove from a stack's database all that the program made there. The stack's server keeps running.
# Arguments go to `pulumi destroy`.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
if [ "$STACK" = local ]; then
    pulumi stack select --create --non-interactive "$STACK"
    pulumi destroy --stack "$STACK" --yes --skip-preview "$@"
else
    pulumi destroy --stack "$STACK" "$@"
fi
