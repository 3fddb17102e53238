#!/usr/bin/env bash
# Run one pulumi command on a stack, in that stack's environment: scripts/pulumi.sh preview --diff
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
exec pulumi "$1" --stack "$STACK" "${@:2}"
