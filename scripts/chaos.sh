#!/usr/bin/env bash
# Kill and cut deployments of a stack at any moment, on a temporary server, and hold what they come to against one that
# was left alone. Arguments, and the exit codes: tools/chaos/__main__.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

enter_tools
exec python -m tools.chaos "$@"
