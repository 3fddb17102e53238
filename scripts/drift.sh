#!/usr/bin/env bash
# Compare a stack's database with what was deployed and declared. Exit codes: 0 the same; 1 could not tell;
# 2 it differs; 3 a precondition is missing. Nothing is changed.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

DIFFERS=7  # pulumi's own code for --expect-no-changes
code=0
# What somebody wrote into the database is shown, and steers no terminal. Each of the two outputs stays itself.
drift() {
    "$PROJECT/scripts/pulumi.sh" preview --refresh --diff --expect-no-changes --non-interactive --color=never "$@"
}
printable() {
    if [ -x "$VENV/bin/python" ]; then "$VENV/bin/python" -m supaschema.core.printable; else cat; fi
}
{ drift "$@" 2>&1 >&3 3>&- | printable >&2; } 3>&1 | printable || code=$?
case "$code" in
    0 | 3) ;;  # 3: a precondition is missing
    "$DIFFERS") code=2 ;;
    *) code=1 ;;
esac
record_outcome drift "$code"
exit "$code"
