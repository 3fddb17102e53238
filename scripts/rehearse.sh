#!/usr/bin/env bash
# Rehearse the deployment of this tree on two databases of a temporary server, which play staging and prod: deploy,
# validate, change, validate, roll back. What is shown, and the exit codes: tools/rehearsal/__main__.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh || exit 3
scripts/install-pulumi.sh >/dev/null || exit 3
exec "$VENV/bin/python" -m tools.rehearsal "$@"
