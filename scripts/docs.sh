#!/usr/bin/env bash
# Run every command of README.md and docs/ as it is written, on a fresh clone in a temporary folder, and compare what it
# says with what the page shows. Arguments: pages (all of them unless told). How pages say what is expected: tools/pages.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh
scripts/install-pulumi.sh >/dev/null
exec "$VENV/bin/python" -m tools.pages "$@"
