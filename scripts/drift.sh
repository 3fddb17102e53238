#!/usr/bin/env bash
# Compare a stack's database with what was deployed and declared. Exit codes: 0 the same; 1 could not tell;
# 2 it differs. Nothing is changed.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

DIFFERS=7  # pulumi's own code for --expect-no-changes
code=0
"$PROJECT/scripts/pulumi.sh" preview --refresh --diff --expect-no-changes --non-interactive "$@" || code=$?
if [ "$code" = "$DIFFERS" ]; then exit 2; fi
if [ "$code" != 0 ]; then exit 1; fi
