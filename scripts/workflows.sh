#!/usr/bin/env bash
# Run the workflows of .github/workflows/ step by step as they are written, on two databases of a temporary server, which
# play staging and prod. What is played, and the exit codes: tools/workflows/__main__.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh || exit 3
scripts/install-pulumi.sh >/dev/null || exit 3
exec "$VENV/bin/python" -m tools.workflows "$@"
